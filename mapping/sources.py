"""A source's label -> the channel it belongs to, by keywords; the vendor's own grouping helps where the label is a
proper name. A label nothing covers has no channel here: it is reported, and its touchpoints go under `other`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from mapping.model import Channel
from mapping.normalise import fold

_RULES: tuple[tuple[str, Channel], ...] = (
    (r"\breferr?als?\b|\breferred\b|\bword of mouth\b|\bambassadors?\b|\bemployee recommendation\b", "referral"),
    (r"\bagenc(?:y|ies)\b|\bheadhunters?\b|\bsearch firms?\b|\bstaffing\b|\bthird party recruiters?\b", "agency"),
    (r"\bevents?\b|\bfairs?\b|\bmeet ?ups?\b|\bconferences?\b|\bcampus\b|\buniversit(?:y|ies)\b|\bhackathons?\b"
     r"|\bwebinars?\b|\bopen house\b", "event"),
    (r"\bsourc(?:ed|ing|er|ers)\b|\bprospect(?:s|ing|ed)?\b|\bheadhunt(?:ed|ing)\b|\boutbound\b|\bcold (?:call|outreach)"
     r"\b|\boutreach\b|\brediscover(?:y|ed)\b|\brecruiting crm\b|\bcrm\b|\btalent pools?\b", "sourced"),
    (r"\bcampaigns?\b|\bnewsletters?\b|\bnurture\b|\bdrip\b|\bsequence\b", "campaign"),
    (r"\be ?mail(?:s|ing)?\b|\bmail ?chimp\b", "email"),
    (r"\bforms?\b|\blanding pages?\b|\btalent (?:community|network)\b|\bregister(?:ed)? interest\b", "form"),
    (r"\blinked ?in\b|\bfacebook\b|\btwitter\b|\binstagram\b|\btik ?tok\b|\byou ?tube\b|\bxing\b|\breddit\b|\bsocial\b"
     r"|\bgit ?hub\b|\bstack ?overflow\b|\bslack\b|\bdiscord\b", "social"),
    (r"\bcareers?\b.*\b(?:page|site|website|portal)\b|\bcareers?$|\bwebsites?\b|\bweb site\b|\bjobs? (?:page|site|boards?)"
     r"\b|\bboards?\b|\bindeed\b|\bglassdoor\b|\bmonster\b|\bzip ?recruiter\b|\bdice\b|\bgoogle\b|\bsearch engine\b"
     r"|\bbuilt ?in\b|\bwellfound\b|\bangel ?list\b|\bstep ?stone\b|\badvert(?:s|isements?|ising)?\b|\bads?\b", "website"),
    (r"\bappl(?:y|ied|ication|icants?)\b|\binbound\b|\bdirect\b|\bwalk in\b|\binternal\b", "application"),
    (r"^(?:other|unknown|none|not specified|unspecified|n a|misc(?:ellaneous)?|imported?|import|migration)$", "other"),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern), channel) for pattern, channel in _RULES)


@lru_cache(8192)
def by_keyword(label: str) -> Channel | None:
    """The channel the label's words tell, or None when they tell none."""
    words = fold(label)
    return next((channel for pattern, channel in _COMPILED if pattern.search(words)), None)


def channel(
    label: str | None, group: str | None = None, overrides: Mapping[str, Channel] | None = None
) -> Channel | None:
    """The channel of a source. `group` is the vendor's own grouping of sources, asked when the label says nothing;
    an override (keys folded by `fold`) goes before both."""
    if not label:
        return None
    if given := (overrides or {}).get(fold(label)):
        return given
    return by_keyword(label) or (by_keyword(group) if group else None)
