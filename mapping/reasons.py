"""A vendor's reason for an ending -> company, candidate, neutral or blocking.

Config decides first, then words that speak of a bar (a fraud, a do-not-hire), then the vendor's own type, then other
words. A blocking reason shuts a person out of every outreach, so its words are few and plain; a reason that nothing
covers has no type and is reported.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from mapping.model import ReasonType
from mapping.normalise import fold

# Greenhouse's rejection_reasons[].type.key (FACTS of the vendor, Harvest v3); no other vendor uses these words.
TYPE_KEYS: Mapping[str, ReasonType] = {
    "WE_REJECTED_THEM": ReasonType.COMPANY,
    "THEY_REJECTED_US": ReasonType.CANDIDATE,
    "NONE_SPECIFIED": ReasonType.NEUTRAL,
    "SECURITY_CONCERN": ReasonType.BLOCKING,
}

_BLOCKING = re.compile(
    r"\bfraud(?:ulent|s)?\b|\bdo not (?:re ?)?(?:hire|contact)\b|\bdon t hire\b|\bno (?:re ?)hire\b"
    r"|\b(?:not eligible|ineligible) (?:for|to) re ?hire\b|\bblack ?list(?:ed)?\b|\bblock ?list(?:ed)?\b|\bbanned\b"
    r"|\b(?:fail(?:ed|ing|s)?|unsatisfactory|adverse|bad) (?:\w+ )?(?:background|drug)\b"
    r"|\b(?:background|drug)(?: (?:check|screen|screening|test))? (?:fail(?:ed|ure)?|unsatisfactory)\b"
    r"|\bfalsif(?:ied|ication)\b|\bmisrepresent(?:ed|ation|s)?\b|\bmisconduct\b|\bharassment\b"
    r"|\bsecurity (?:concern|risk|threat)s?\b|\bcheat(?:ed|ing)\b"
)
_WORDS: tuple[tuple[re.Pattern[str], ReasonType], ...] = (
    (re.compile(r"\b(?:position|job|role|req|requisition|vacancy) (?:was )?(?:closed|cancell?ed|on hold|withdrawn)\b"
                r"|\b(?:hiring )?freeze\b|\bduplicate\b|\binternal transfer\b"), ReasonType.NEUTRAL),
    (re.compile(r"\bwithdr(?:ew|aw|awn|awal)\b|\b(?:candidate|applicant|they) (?:has |have )?(?:declined|rejected|refused|"
                r"withdrew|turned)\b|\b(?:declined|rejected|refused|turned down) (?:the |our |an )?offer\b"
                r"|\boffer (?:was )?(?:declined|refused|turned down)\b|\b(?:declined|rejected) by (?:the )?candidate\b"
                r"|\baccepted (?:an)?other\b|\btook (?:an)?other\b|\b(?:no longer|not|un) ?interested\b|\bcounter ?offer"
                r"|\bpersonal reasons\b|\bghosted\b|\bno show\b|\bunresponsive\b|\bno response\b|\bopted out\b"),
     ReasonType.CANDIDATE),
    (re.compile(r"\b(?:we|company) (?:rejected|declined|passed)\b|\brejected\b|\bnot selected\b"
                r"|\black(?:s|ing)?\b|\bunder ?qualified\b|\bover ?qualified\b|\bunqualified\b|\bnot (?:a )?(?:fit|qualified|"
                r"enough)\b|\b(?:hired|chose|selected|filled) (?:by |with )?(?:an)?other\b|\b(?:stronger|better) candidates?\b"
                r"|\b(?:culture|team|skills?|experience) (?:fit|gap|mismatch)\b|\bfailed (?:the )?(?:test|assessment|"
                r"interview|exercise)\b"), ReasonType.COMPANY),
    (re.compile(r"^(?:other|none|none specified|not specified|unspecified|no reason|n a)$|\bfuture\b|\btiming\b"),
     ReasonType.NEUTRAL),
)  # fmt: skip


@lru_cache(8192)
def by_keyword(label: str) -> ReasonType | None:
    """The type the label's words tell, or None when they tell none."""
    words = fold(label)
    if _BLOCKING.search(words):
        return ReasonType.BLOCKING
    return next((type_ for pattern, type_ in _WORDS if pattern.search(words)), None)


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
