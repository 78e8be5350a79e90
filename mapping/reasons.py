"""A vendor's reason for an ending -> company, candidate, neutral or blocking.

Config decides first, then words that speak of a bar (a fraud, a do-not-hire), then the vendor's own type, then other
words. A blocking reason shuts a person out of every outreach, so its words are few and plain; a reason that nothing
covers has no type and is reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from mapping.model import ReasonType
from mapping.normalise import fold, phrases

# Greenhouse's rejection_reasons[].type.key (harvestdocs.greenhouse.io, read 2026-11-22); no other vendor says these.
TYPE_KEYS: Mapping[str, ReasonType] = {
    "WE_REJECTED_THEM": ReasonType.COMPANY,
    "THEY_REJECTED_US": ReasonType.CANDIDATE,
    "NONE_SPECIFIED": ReasonType.NEUTRAL,
    "SECURITY_CONCERN": ReasonType.BLOCKING,
}

# Tried from the top; the first rule with a phrase in the folded label (lower case, single spaces) decides.
_RULES: tuple[tuple[ReasonType, tuple[str, ...]], ...] = (
    (ReasonType.BLOCKING, (
        "fraud(?:ulent)?", "do not (?:re ?)?(?:hire|contact)", "don t (?:re ?)?hire", "no re ?hire",
        "(?:not eligible|ineligible) for re ?hire", "(?:black|block) ?list(?:ed)?", "banned",
        r"(?:fail(?:ed|s)?|unsatisfactory|adverse) (?:\w+ )?(?:background|drug)",
        "(?:background|drug)(?: (?:check|screen|screening|test))? (?:fail(?:ed|ure)?|unsatisfactory)",
        "falsif(?:ied|ication)", "misrepresent(?:ed|ation|s)?", "misconduct", "harassment", "cheat(?:ed|ing)",
        "security (?:concern|risk|threat)s?",
    )),
    (ReasonType.NEUTRAL, (
        "(?:position|job|role|req|requisition|vacancy) (?:was )?(?:closed|cancell?ed|on hold|withdrawn)",
        "(?:hiring )?freeze", "duplicate", "internal transfer",
    )),
    (ReasonType.CANDIDATE, (
        "withdr(?:ew|aw|awn|awal)", "(?:candidate|applicant|they) (?:has )?(?:declined|rejected|refused|turned)",
        "(?:declined|rejected|refused|turned down) (?:the |our |an )?offer",
        "offer (?:was )?(?:declined|refused|rejected|turned down)", "(?:declined|rejected) by (?:the )?candidate",
        "(?:accepted|took) (?:an)?other", "(?:no longer|not) interested", "counter ?offer", "personal reasons",
        "ghosted", "no show", "unresponsive", "no response", "opted out",
    )),
    (ReasonType.COMPANY, (
        "(?:we|company) (?:rejected|declined|passed)", "rejected", "not selected", "lack(?:s|ing)?",
        "(?:under|over|un) ?qualified", "not (?:a )?(?:fit|qualified|enough)", "other candidate hired",
        "(?:hired|chose|selected|filled) (?:by |with )?(?:an)?other", "(?:stronger|better) candidates?",
        "(?:culture|team|skills?|experience) (?:fit|gap|mismatch)", "failed (?:the )?(?:test|assessment|interview)",
    )),
    (ReasonType.NEUTRAL, ("^(?:other|none|none specified|not specified|unspecified|no reason|n a)$",)),
)  # fmt: skip
_COMPILED = tuple((phrases(*rule), type_) for type_, rule in _RULES)


@lru_cache(8192)
def by_keyword(label: str) -> ReasonType | None:
    """The type the label's words tell, or None when they tell none."""
    words = fold(label)
    return next((type_ for pattern, type_ in _COMPILED if pattern.search(words)), None)


def reason_type(
    label: str | None,
    type_key: str | None = None,
    *,
    id: str | None = None,
    overrides: Mapping[str, ReasonType] | None = None,
) -> ReasonType | None:
    """The type of a reason; an override by native id or by label (keys folded by `fold`) goes before everything."""
    laid_over = overrides or {}
    if id and (given := laid_over.get(fold(id))):
        return given
    if label and (given := laid_over.get(fold(label))):
        return given
    words = by_keyword(label) if label else None
    if words is ReasonType.BLOCKING:
        return words
    return TYPE_KEYS.get(type_key or "") or words
