"""What people decide about people: answer the review queue, link and unlink by hand.

A reviewer's word outweighs every rule and is kept with their name. "Not the same" is kept for ever.
"""

from __future__ import annotations

from collections.abc import Callable

from connectors.kit.contract import Ref
from identity.contract import Evidence
from identity.resolve import evidence_json
from state.rows import ReviewRow
from state.store import Store


class ReviewError(Exception):
    """The answer cannot be taken; the message is one sentence that says why."""


def accept(store: Store, id: int, *, by: str, now: str) -> str:
    """Yes, the same person: the two become one, and the person is returned. Raises `ReviewError`."""
    with store.transaction():
        question = _open(store, id)
        person = link(store, question.a, question.b, by=by, now=now)
        store.answer_review(id, "accepted", by, now)
    return person


def reject(store: Store, id: int, *, by: str, now: str, new_id: Callable[[], str]) -> None:
    """No, different people, for ever. Where a rule had joined them already, the second record leaves."""
    with store.transaction():
        question = _open(store, id)
        store.answer_review(id, "rejected", by, now)
        person = store.person_of(question.a)
        if person is not None and person == store.person_of(question.b):
            _part(store, question.b, new_id(), by, now)
        store.cannot_link(question.a, question.b, by, now)


def link(store: Store, a: Ref, b: Ref, *, by: str, now: str) -> str:
    """Make two records one person by hand. The person with more records, then the older one, keeps its id. Raises
    `ReviewError` when a record is unknown or the two people were told apart for ever."""
    with store.transaction():
        first, second = _person(store, a), _person(store, b)
        if first == second:
            return first
        _not_apart(store, first, second)
        loser, winner, moved = _by_weight(store, first, second, a, b)
        store.merge_people(loser, winner, now)
        evidence = evidence_json([Evidence("reviewer", 0.0, f"{by} said that these records are one person's")])
        store.link(moved, winner, rule="reviewed", score=0.0, evidence=evidence, by="reviewer", now=now)
    return winner


def unlink(store: Store, ref: Ref, *, by: str, now: str, new_id: Callable[[], str]) -> str:
    """Take a record out of its person: it becomes a person of its own, kept apart from the rest for ever. Returns
    the new person. Raises `ReviewError` when there is nothing to undo."""
    with store.transaction():
        others = [one.ref for one in store.links(_person(store, ref)) if one.ref != ref]
        if not others:
            raise ReviewError(f"{ref.system} {ref.id} is linked to nothing else")
        person = _part(store, ref, new_id(), by, now)
        for other in others:
            store.cannot_link(ref, other, by, now)
    return person


def _part(store: Store, ref: Ref, person: str, by: str, now: str) -> str:
    store.new_person(person, now)
    store.separate(ref, person)
    evidence = evidence_json([Evidence("reviewer", 0.0, f"{by} said that this record is somebody else's")])
    store.link(ref, person, rule="unlinked", score=0.0, evidence=evidence, by="reviewer", now=now)
    return person


def _open(store: Store, id: int) -> ReviewRow:
    question = store.review(id)
    if question is None:
        raise ReviewError(f"there is no question {id}: `tieline review` lists them")
    if question.state != "open":
        raise ReviewError(f"question {id} has been closed before ({question.state})")
    return question


def _person(store: Store, ref: Ref) -> str:
    person = store.person_of(ref)
    if person is None:
        raise ReviewError(f"{ref.system} {ref.id} is not known: pull first, or check the id")
    return person


def _not_apart(store: Store, first: str, second: str) -> None:
    members = {one.ref for one in store.links(second)}
    for one in store.links(first):
        if apart := store.never_linked(one.ref) & members:
            other = min(apart)
            raise ReviewError(
                f"{one.ref.system} {one.ref.id} and {other.system} {other.id} were told apart for ever, so they"
                " cannot be joined"
            )


def _by_weight(store: Store, first: str, second: str, a: Ref, b: Ref) -> tuple[str, str, Ref]:
    """Who is merged into whom, and the record that thereby moves."""
    mine, theirs = store.links(first), store.links(second)
    keep_first = (-len(mine), min(one.at for one in mine)) <= (-len(theirs), min(one.at for one in theirs))
    return (second, first, b) if keep_first else (first, second, a)
