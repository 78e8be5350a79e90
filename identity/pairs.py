"""Two records that share a key, weighed against each other: the same person, perhaps, or not.

Symmetric, and blind to who came first and who belongs to whom: that is what makes the people independent of the order
in which records arrive. What a key is worth depends on how many different names carry it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from identity.contract import Evidence, Key
from identity.keys import CROSSREF, EMAIL, GITHUB, LINKEDIN, PHONE
from identity.names import Level, Name, compare, generation_unsure, name_of
from mapping.model import Candidate

WEAK = 3  # a key carried by more different people than this is a mailbox or a switchboard, nobody's own
SHARED_PHONE = 2  # a phone may be a couple's; beyond that it decides nothing by itself

Verdict = Literal["link", "review", "none"]

_WORTH = {CROSSREF: 30.0, LINKEDIN: 16.0, EMAIL: 14.0, GITHUB: 14.0, PHONE: 9.0}
_WORDS = {
    CROSSREF: "one record names the other's id",
    LINKEDIN: "both have the same LinkedIn profile",
    EMAIL: "both have the same e-mail address",
    GITHUB: "both have the same GitHub account",
    PHONE: "both have the same phone number",
}
_NAMES = {
    Level.SAME: (7.0, "the names are the same"),
    Level.CLOSE: (3.0, "the names can be the same person's"),
    Level.UNKNOWN: (0.0, "one record has no name"),
    Level.GIVEN_ONLY: (-4.0, "the given names agree, the family names do not"),
    Level.FAMILY_ONLY: (-6.0, "the family names agree, the given names do not"),
    Level.DIFFERENT: (-10.0, "the names contradict each other"),
}


class Pair(NamedTuple):
    """What two records say about each other."""

    verdict: Verdict
    rule: str
    score: float
    names: Level
    evidence: tuple[Evidence, ...]


def population(keys: Iterable[Key], carried: Sequence[tuple[Name, frozenset[Key]]]) -> Mapping[Key, int]:
    """How many different people carry each key, judged by their names alone: carriers whose names do not
    contradict count as one, so that five applications of one person do not make an address look shared."""
    found: dict[Key, int] = {}
    # Compatible is not transitive, so the count needs a fixed order: the fullest names first, then initials and halves.
    ordered = sorted((one for one in carried if any(one[0])), key=lambda one: _fullest_first(one[0]))
    for key in keys:
        groups: list[Name] = []
        for name, theirs in ordered:
            if key in theirs and all(compare(name, known).contradicts for known in groups):
                groups.append(name)
        found[key] = max(1, len(groups))
    return found


def _fullest_first(name: Name) -> tuple[int, Name]:
    return (-sum(map(len, (*name.given, *name.family))), name)


def weigh(a: Candidate, b: Candidate, shared: Sequence[Key], carriers: Mapping[Key, int]) -> Pair:
    """Compare two records that share keys. `carriers` is the population of each shared key."""
    one, other = name_of(a), name_of(b)
    names = compare(one, other)
    strong = [key for key in shared if carriers.get(key, 1) <= WEAK]
    kinds = {key.kind for key in strong}
    evidence = [_said(key, carriers.get(key, 1)) for key in shared]
    worth, text = _NAMES[names]
    evidence.append(Evidence("names", worth, text))
    against = _handles_differ(a, b, shared)
    evidence += against
    verdict, rule = _rule(names, kinds, shared, carriers, sure=not against and not generation_unsure(one, other))
    if verdict == "link" and a.ref.system == b.ref.system:
        verdict, rule = _within_one_system(names, rule)
    return Pair(verdict, rule, round(sum(item.weight for item in evidence), 2), names, tuple(evidence))


def _rule(
    names: Level, kinds: set[str], shared: Sequence[Key], carriers: Mapping[Key, int], *, sure: bool
) -> tuple[Verdict, str]:
    """The decision table. First the keys that decide almost alone, then the phone, then what is left."""
    if CROSSREF in kinds:
        return ("review", "crossref-name") if names.contradicts else ("link", "crossref")
    personal = kinds & {EMAIL, LINKEDIN, GITHUB}
    if personal:
        rule = min(personal)
        # A married name: the given name and two keys agree.
        married = names is Level.GIVEN_ONLY and len(kinds) > 1
        if names.contradicts and not married:
            return "review", f"{rule}-name"
        return "link", rule
    if PHONE in kinds:
        return _phone(names, max(carriers.get(key, 1) for key in shared if key.kind == PHONE), sure=sure)
    # Only keys that too many people carry.
    return ("review", "shared-keys") if names is Level.SAME else ("none", "shared-keys")


def _phone(names: Level, carriers: int, *, sure: bool) -> tuple[Verdict, str]:
    if names is Level.SAME and carriers <= SHARED_PHONE and sure:
        return "link", "phone"
    return ("review", "phone") if names.agrees else ("none", "phone-only")


def _within_one_system(names: Level, rule: str) -> tuple[Verdict, str]:
    """Two records of one system are a duplicate only when the whole name agrees as well."""
    if rule == "phone" or names is not Level.SAME:
        return "review", f"duplicate-{rule}"
    return "link", f"duplicate-{rule}"


def _said(key: Key, carriers: int) -> Evidence:
    worth, text = _WORTH[key.kind], _WORDS[key.kind]
    if key.kind == CROSSREF or carriers <= 1:
        return Evidence(key.kind, worth, text)
    if carriers <= WEAK:
        return Evidence(key.kind, worth / 2, f"{text}, which {carriers} different people carry")
    return Evidence(key.kind, 1.0, f"{text}, but {carriers} or more different people carry it")


def _handles_differ(a: Candidate, b: Candidate, shared: Sequence[Key]) -> list[Evidence]:
    if not a.linkedin or not b.linkedin or a.linkedin == b.linkedin:
        return []
    if any(key.kind == LINKEDIN for key in shared):
        return []
    return [Evidence(LINKEDIN, -3.0, "they have different LinkedIn profiles")]
