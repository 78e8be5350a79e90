"""Which person a record is: the pairs it makes with records that share a key, gathered by person.

A record joins one person or none. One that would bridge two people who both exist is a question for a reviewer,
as is everything that a single key says and the names deny.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from connectors.kit.contract import Ref
from identity.contract import Decision, Evidence, Index, Key, Neighbour
from identity.keys import CROSSREF, keys
from identity.names import Name, name_of
from identity.pairs import WEAK, Pair, population, weigh
from mapping.model import Candidate

_NO_SYSTEMS: Mapping[str, str] = MappingProxyType({})


class Match(NamedTuple):
    """What speaks for one person: the strongest pair, and the record it was made with."""

    person: str
    other: Ref
    pair: Pair


class Looked(NamedTuple):
    """Everything the index says about a record: its best match with each person, and the population of its keys
    with and without the record itself."""

    matches: tuple[Match, ...]
    with_it: Mapping[Key, int]
    without_it: Mapping[Key, int]


def decide(candidate: Candidate, index: Index, systems: Mapping[str, str] = _NO_SYSTEMS) -> Decision:
    """Say who a record is, judged as if it belonged to nobody yet."""
    return conclude(look(candidate, index, systems).matches)


def look(candidate: Candidate, index: Index, systems: Mapping[str, str] = _NO_SYSTEMS) -> Looked:
    """Compare a record with its neighbours. Only keys that others carry count; people it must never be linked to
    are left out altogether."""
    mine = keys(candidate, systems)
    neighbours = index.neighbours(mine, candidate.ref)
    if not neighbours:
        return Looked((), {}, {})
    known = index.carriers(mine)
    theirs = [(near, frozenset(keys(near.candidate, systems))) for near in neighbours]
    shared = [key for key in mine if any(key in carried for _, carried in theirs)]
    others = [(name_of(near.candidate), carried) for near, carried in theirs]
    without_it = _counted(shared, others, known, len(neighbours))
    with_it = _counted(shared, [*others, (name_of(candidate), frozenset(mine))], known, len(neighbours))
    forbidden = index.forbidden(candidate.ref)
    best: dict[str, Match] = {}
    for near, carried in theirs:
        if near.person in forbidden:
            continue
        pair = weigh(candidate, near.candidate, [key for key in shared if key in carried], with_it)
        match = Match(near.person, near.candidate.ref, pair)
        if near.person not in best or _rank(match) < _rank(best[near.person]):
            best[near.person] = match
    found = sorted((match for match in best.values() if match.pair.verdict != "none"), key=_rank)
    return Looked(tuple(found), with_it, without_it)


def conclude(matches: Sequence[Match]) -> Decision:
    """The decision of a record that belongs to nobody yet, from its matches, best first."""
    links = [match for match in matches if match.pair.verdict == "link"]
    if len(links) == 1:
        best = links[0]
        return Decision("link", best.person, best.other, best.pair.score, best.pair.rule, best.pair.evidence)
    if len(links) > 1:
        best = links[0]
        bridge = Evidence("bridge", 0.0, f"the record fits {len(links)} people who were different until now")
        return Decision("review", best.person, best.other, best.pair.score, "bridge", (*best.pair.evidence, bridge))
    if matches:
        best = matches[0]
        return Decision("review", best.person, best.other, best.pair.score, best.pair.rule, best.pair.evidence)
    return Decision("new", None, None, 0.0, "new", ())


def questions(matches: Sequence[Match], decision: Decision) -> tuple[Match, ...]:
    """The matches worth asking a reviewer about, given the decision. A record that has found its person is not
    asked about others whose names contradict: their key is merely wrong or shared."""
    if decision.verdict == "link":
        return tuple(one for one in matches if one.person != decision.person and not one.pair.names.contradicts)
    return tuple(matches)


def turned(looked: Looked) -> frozenset[Key]:
    """Keys that are shared by too many with this record and were not without it: what rested on them must be
    looked at again."""
    return frozenset(
        key
        for key, count in looked.with_it.items()
        if key.kind != CROSSREF and count > WEAK >= looked.without_it.get(key, 0)
    )


def _counted(
    shared: Sequence[Key], carried: Sequence[tuple[Name, frozenset[Key]]], known: Mapping[Key, int], seen: int
) -> Mapping[Key, int]:
    found = dict(population(shared, carried))
    if seen >= 50:  # not everybody was looked at: the index knows how many people there are
        found = {key: max(count, known.get(key, 0)) for key, count in found.items()}
    return found


def _rank(match: Match) -> tuple[bool, float, Ref]:
    """Links before questions, the surest first, and a fixed order among equals."""
    return (match.pair.verdict != "link", -match.pair.score, match.other)


__all__ = ["Looked", "Match", "Neighbour", "conclude", "decide", "look", "questions", "turned"]
