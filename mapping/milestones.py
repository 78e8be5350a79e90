"""A stage's label -> our milestone, by keywords in order of specificity; never by its place in a job's pipeline.

A label that no rule covers has no milestone: it is reported, and a line of config settles it. Where a label could
be read two ways the rules take the lesser claim or none, because a milestone reached makes a silver medalist.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from mapping.model import Milestone
from mapping.normalise import fold, phrases

_GOAL = r"(?:on ?site|final|offer|hired?|interviews?|face to face|reference)"
_MEETING = r"(?:interviews?|round|review|chat|call|conversation|meeting)"

# Tried from the top; the first rule with a phrase in the folded label (lower case, single spaces) decides.
_RULES: tuple[tuple[Milestone | None, tuple[str, ...]], ...] = (
    # Not there yet, or an ending that says what did not happen: no milestone of its own.
    (None, (
        rf"(?:not|no|never|do not|dont|don t) (?:be )?(?:{_GOAL}|offered|interviewed|screen(?:ed)?|applied)",
        rf"(?:pre|before|ready (?:for|to)|needs?|awaiting) (?:\w+ )?{_GOAL}",
        r"(?:ready for|needs?|awaiting) (?:\w+ )?screen",
        "schedule", "scheduling", "to be scheduled", "incomplete", "on hold",
    )),
    (Milestone.OFFER, ("offers?", "contract (?:sent|out|signed|signing)", "negotiations?")),
    (Milestone.HIRED, ("hired", "hire", "onboarding", "onboarded")),
    (Milestone.FINAL, (
        "finals?", "finalists?", "last round", "super ?day", "on ?site", "in person", "face to face", "f2f",
        "assessment (?:cent(?:er|re)|day)", "references?", "background", "drug (?:test|screen|screening)",
        rf"(?:executive|exec|ceo|cto|cfo|coo|vp|founders?)\b.*\b{_MEETING}",
    )),
    (Milestone.SCREENED, (
        "(?:pre ?)?screen(?:ing|ed|s)?", r"hiring manager\b.*\breview",
        r"(?:recruiter|recruiting|recruitment|talent|hr|intro|introductory|introduction|initial|preliminary|exploratory)"
        r"\b.*\b(?:interview|call|chat|conversation|meeting|phone)",
    )),
    (Milestone.INTERVIEWED, ("interview(?:s|ed|ing)?", "hiring manager")),
    (Milestone.SCREENED, (
        "take home", "takehome", "homework", "assignment", "assessments?", "case study", "work sample", "challenge",
        "exercise", "questionnaire", "tests?",
    )),
    (Milestone.INTERVIEWED, (
        "technical", "panel", "loop", "pair(?:ed)? programming", "whiteboard", "system design", "presentation",
        "(?:culture|team) fit", "meet the team", "(?:first|second|third|1st|2nd|3rd) (?:round|stage)", "round [123]",
    )),
    (Milestone.SCREENED, ("phone", "short ?list(?:ed)?")),
    (Milestone.APPLIED, (
        "(?:application|resume|cv|profile|initial|recruiter|in|under|new) review", "appl(?:ied|ications?|icants?)",
        "^(?:new|inbox|received|review|new candidates?)$",
    )),
)  # fmt: skip
_COMPILED = tuple((phrases(*rule), milestone) for milestone, rule in _RULES)


@lru_cache(8192)
def by_keyword(label: str) -> Milestone | None:
    """The milestone the label's words tell, or None when they tell none."""
    words = fold(label)
    return next((milestone for pattern, milestone in _COMPILED if pattern.search(words)), None)


def milestone(label: str | None, overrides: Mapping[str, Milestone] | None = None) -> Milestone | None:
    """The milestone of a stage; an override (keys folded by `fold`) goes before every keyword."""
    if not label:
        return None
    return (overrides or {}).get(fold(label)) or by_keyword(label)
