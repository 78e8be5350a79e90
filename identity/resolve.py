"""One record finds its person, in the state: keys stored, decision taken and kept with its evidence, questions asked.

What it never does: merge two people who each have several records, undo what a reviewer said, or cut a link under
which something was already agreed or written. Nothing is lost by looking again: a second resolution of the same
records changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from connectors.kit.contract import Ref
from identity.contract import Decision, Evidence, Index, Key
from identity.decide import Looked, Match, conclude, look, questions, turned
from identity.keys import keys
from identity.names import name_of
from identity.pairs import WEAK, population
from mapping.model import Candidate
from state.rows import LinkRow
from state.store import Store

_NO_SYSTEMS: Mapping[str, str] = MappingProxyType({})
# Evidence of a question that stops a link which the keys alone would make.
HELD = Evidence("held", 0.0, "the keys agree, but this would join people who both exist")


class Resolved(NamedTuple):
    """The person of a record, and how that was decided. `again` are records whose own standing may have changed
    with this one: they are marked dirty."""

    person: str
    decision: Decision
    again: frozenset[Ref]


def resolve(
    store: Store,
    candidate: Candidate,
    index: Index,
    *,
    new_id: Callable[[], str],
    now: str,
    systems: Mapping[str, str] = _NO_SYSTEMS,
) -> Resolved:
    """Decide whose record this is and write it down, in one transaction (the caller's, if it has one).

    `new_id` makes the id of a person; `systems` is as in `identity.keys.keys`. The person is dirty afterwards; the
    record's own dirty mark is the caller's to take away.
    """
    ref = candidate.ref
    with store.transaction():
        moved = frozenset(Key(*key) for key in store.put_keys(ref, keys(candidate, systems)))
        looked = look(candidate, index, systems)
        again = affected(store, candidate, moved, looked, index)
        looked = looked._replace(matches=_held_back(store, ref, looked.matches))
        current = store.person_of(ref)
        records = store.links(current) if current is not None else []
        if current is not None and _breaks(store, current, records, looked.matches):
            again |= {one.ref for one in records if one.ref != ref}
            current, records = _leave(store, ref, new_id(), now), []
        if current is not None and len(records) > 1:
            decision = _stay(current, looked.matches)
            person = current
        else:
            others = [match for match in looked.matches if match.person != current]
            decision = conclude(others)
            person = _join(store, ref, current, decision, new_id, now)
        _ask(store, ref, person, looked.matches, decision, now)
        for one in sorted(again):
            store.mark_record_dirty(one)
        store.mark_dirty([person])
    return Resolved(person, decision, again)


def affected(store: Store, candidate: Candidate, moved: frozenset[Key], looked: Looked, index: Index) -> frozenset[Ref]:
    """The records to look at again because keys came to or went from this one: those that carry a key which
    thereby became, or ceased to be, one that too many people share."""
    carried = frozenset(looked.with_it)
    gone = [key for key in moved - carried if _was_too_many(candidate, key, index)]
    flipped = (turned(looked) & moved) | frozenset(gone)
    return frozenset(store.sharing(flipped)) - {candidate.ref} if flipped else frozenset()


def evidence_json(evidence: Sequence[Evidence]) -> str:
    """Evidence as the state keeps it."""
    return json.dumps([one._asdict() for one in evidence], ensure_ascii=False)


def _was_too_many(candidate: Candidate, key: Key, index: Index) -> bool:
    names = [(name_of(near.candidate), frozenset((key,))) for near in index.neighbours([key], candidate.ref)]
    without = population([key], names)[key]
    return population([key], [*names, (name_of(candidate), frozenset((key,)))])[key] > WEAK >= without


def _held_back(store: Store, ref: Ref, matches: Sequence[Match]) -> tuple[Match, ...]:
    """Links that wait for a reviewer stay questions, except where one record names the other's id."""
    held = {
        store.person_of(question.b if question.a == ref else question.a)
        for question in store.questions_about(ref)
        if any(item["what"] == HELD.what for item in json.loads(question.evidence))
    }
    return tuple(
        match._replace(pair=match.pair._replace(verdict="review", evidence=(*match.pair.evidence, HELD)))
        if match.person in held and match.pair.verdict == "link" and match.pair.rule != "crossref"
        else match
        for match in matches
    )


def _breaks(store: Store, person: str, records: Sequence[LinkRow], matches: Sequence[Match]) -> bool:
    """Whether a link made by rule holds no more. Only as long as nothing rests on it: later, a record that changed
    its address is still the same person's."""
    if len(records) < 2 or any(one.by != "rule" for one in records):
        return False
    if any(match.person == person and match.pair.verdict == "link" for match in matches):
        return False
    return store.untouched(person)


def _leave(store: Store, ref: Ref, person: str, now: str) -> str:
    store.new_person(person, now)
    store.separate(ref, person)
    store.link(ref, person, rule="new", score=0.0, evidence="[]", by="rule", now=now)
    return person


def _stay(person: str, matches: Sequence[Match]) -> Decision:
    """The decision of a record that already shares its person with others."""
    for match in matches:
        if match.person == person:
            return Decision("link", person, match.other, match.pair.score, match.pair.rule, match.pair.evidence)
    return Decision("link", person, None, 0.0, "kept", ())


def _join(store: Store, ref: Ref, current: str | None, decision: Decision, new_id: Callable[[], str], now: str) -> str:
    """Give a record that stands alone, or is new, its person."""
    if decision.verdict == "link" and decision.person is not None:
        if current is not None:
            store.merge_people(current, decision.person, now)
        store.link(
            ref, decision.person, rule=decision.rule, score=decision.score,
            evidence=evidence_json(decision.evidence), by="rule", now=now,
        )  # fmt: skip
        return decision.person
    if current is not None:
        return current
    person = store.new_person(new_id(), now)
    store.link(ref, person, rule="new", score=0.0, evidence="[]", by="rule", now=now)
    return person


def _ask(store: Store, ref: Ref, person: str, matches: Sequence[Match], decision: Decision, now: str) -> None:
    """Put the open matches before a reviewer; questions that no key supports any more are moot."""
    # A link that was decided moves the person of the match; what is left is asked about.
    wanted = [match for match in questions(matches, decision) if store.alias(match.person) != person]
    for match in wanted:
        evidence = match.pair.evidence
        if match.pair.verdict == "link":
            evidence = (*evidence, HELD)
        store.put_review(ref, match.other, match.pair.score, evidence_json(evidence), now)
    near = {store.alias(match.person) for match in matches} - {person}
    for question in store.questions_about(ref):
        other = store.person_of(question.b if question.a == ref else question.a)
        if other not in near:
            store.answer_review(question.id, "moot", "rule", now)
