"""A source's label -> the channel it belongs to, by keywords; the vendor's own grouping helps where the label is a
proper name. A label nothing covers has no channel here: it is reported, and its touchpoints go under `other`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from mapping.model import Channel
from mapping.normalise import fold, phrases

# Tried from the top; the first rule with a phrase in the folded label (lower case, single spaces) decides.
_RULES: tuple[tuple[Channel, tuple[str, ...]], ...] = (
    ("referral", ("refer+als?", "referred", "word of mouth", "ambassadors?", "employee recommendation")),
    ("agency", ("agency", "agencies", "headhunters?", "search firms?", "staffing", "third party recruiters?")),
    ("event", (
        "events?", "fairs?", "meet ?ups?", "conferences?", "campus", "university", "universities", "hackathons?",
        "webinars?", "open house", "summit",
    )),
    ("sourced", (
        "sourc(?:ed|ing|ers?)", "prospect(?:s|ing|ed)?", "headhunt(?:ed|ing)", "outbound", "cold call", "outreach",
        "rediscover(?:y|ed)", "crm", "talent pools?",
    )),
    ("campaign", ("campaigns?", "newsletters?", "nurture", "drip", "sequence")),
    ("email", ("e ?mail(?:s|ing)?",)),
    ("form", ("forms?", "landing pages?", "talent (?:community|network)", "register(?:ed)? interest")),
    ("social", (
        "linked ?in", "facebook", "twitter", "instagram", "tik ?tok", "you ?tube", "xing", "reddit", "social",
        "git ?hub", "stack ?overflow", "slack", "discord",
    )),
    ("website", (
        "careers?", "web ?sites?", "jobs? (?:page|site|boards?)", "boards?", "indeed", "glassdoor", "monster",
        "zip ?recruiter", "dice", "google", "search engine", "built ?in", "wellfound", "angel ?list", "step ?stone",
        "advert(?:s|isements?|ising)?", "ads?",
    )),
    ("application", ("appl(?:y|ied|ications?|icants?)", "inbound", "direct", "walk in", "internal")),
    ("other", ("^(?:other|unknown|none|not specified|unspecified|n a|misc|miscellaneous|imported|import|migration)$",)),
)  # fmt: skip
_COMPILED = tuple((phrases(*rule), channel) for channel, rule in _RULES)


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
