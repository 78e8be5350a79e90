"""A stage's label -> our milestone, by keywords in order of specificity; never by its place in a job's pipeline.

A label that no rule covers has no milestone: it is reported, and a line of config settles it. Where a label could
be read two ways the rules say nothing rather than too much, because a milestone reached makes a silver medalist.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from mapping.model import Milestone
from mapping.normalise import fold

# Tried from the top; the first that matches decides. Patterns see the folded label: lower case, single spaces.
_RULES: tuple[tuple[str, Milestone | None], ...] = (
    # Not there yet, or an ending and not a stage: no milestone of its own.
    (r"\b(?:not|no|never|un|do not|dont|don t) (?:be )?(?:hired?|offer(?:ed)?|interview(?:ed)?|screened|applied)\b", None),
    (r"\b(?:pre|before|ready (?:for|to)|to be|needs?|awaiting|schedule|scheduling) (?:\w+ )?"
     r"(?:on ?site|final|offer|hired?|interviews?|screen(?:ing)?|face to face|reference)\b", None),
    (r"\b(?:scheduling|incomplete|on hold)\b", None),
    # Offers that ended one way or another were made.
    (r"\boffers?\b", Milestone.OFFER),
    (r"\bhiring (?:managers?|manger|lead|team)\b.*\b(?:review|screen(?:ing)?)\b", Milestone.SCREENED),
    (r"\bhiring (?:managers?|lead|team)\b", Milestone.INTERVIEWED),
    (r"\b(?:hired|hire|new hire|onboard(?:ing|ed)?)\b", Milestone.HIRED),
    (r"\b(?:contract (?:sent|out|signed|signing)|negotiations?)\b", Milestone.OFFER),
    (r"\b(?:finals?|finalists?|final round|last round|super ?day)\b", Milestone.FINAL),
    (r"\bon ?site\b|\bin person\b|\bface to face\b|\bf2f\b|\bassessment (?:cent(?:er|re)|day)\b", Milestone.FINAL),
    (r"\breferences?\b|\bbackground\b|\bdrug (?:test|screen)", Milestone.FINAL),
    (r"\b(?:executive|exec|leadership|ceo|cto|cfo|coo|founders?|partner|vp)\b.*"
     r"\b(?:interviews?|round|review|chat|call|conversation|meeting)\b", Milestone.FINAL),
    (r"\b(?:pre ?)?screen(?:ing|ed|s|er)?\b|\bprescreen(?:ing|ed)?\b", Milestone.SCREENED),
    (r"\b(?:recruiter|recruiting|recruitment|talent|hr|people|intro|introductory|introduction|initial|preliminary|"
     r"exploratory)\b.*\b(?:interview|call|chat|conversation|meeting|phone)\b", Milestone.SCREENED),
    (r"\binterview(?:s|ed|ing)?\b", Milestone.INTERVIEWED),
    (r"\b(?:take home|takehome|homework|assignment|assessments?|case study|work sample|coding challenge|challenge|"
     r"exercise|questionnaire|tests?)\b", Milestone.SCREENED),
    (r"\b(?:technical|panel|loop|pair(?:ed)? programming|whiteboard|system design|presentation|culture fit|"
     r"team fit|meet the team)\b", Milestone.INTERVIEWED),
    (r"\b(?:first|second|third|1st|2nd|3rd) (?:round|stage)\b|\b(?:round|stage) [123]\b", Milestone.INTERVIEWED),
    (r"\bphone\b|\b(?:intro(?:ductory)?|initial|recruiter) (?:call|chat|contact)\b|\bshort ?list(?:ed)?\b",
     Milestone.SCREENED),
    (r"\b(?:application|resume|cv|profile|initial|recruiter|in|under|new) review\b|^review$", Milestone.APPLIED),
    (r"\bappl(?:ied|ication|ications|icant|icants)\b|^new$|^new (?:candidates?|leads?)$|^inbox$|^received$",
     Milestone.APPLIED),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern), milestone) for pattern, milestone in _RULES)


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
