"""Candidates in one line, an index over a list of them, and a town of records resolved in a real state."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from connectors.kit.contract import Page, Ref, Row
from identity.contract import Key, Neighbour
from identity.keys import keys
from identity.resolve import Resolved, resolve
from mapping.model import Candidate, Email, Phone, Value
from state.store import Store

NOW = "2026-03-01T12:00:00.000000Z"


def made(
    at: str,
    name: str | None = None,
    *,
    emails: Sequence[str] = (),
    phones: Sequence[str] = (),
    linkedin: str | None = None,
    links: Sequence[str] = (),
    crossrefs: Sequence[tuple[str, str]] = (),
    anonymised: bool = False,
    archived: bool = False,
    values: dict[str, Value] | None = None,
) -> Candidate:
    """A candidate `system/id`, with its name in full or as "given|family"."""
    system, _, id = at.partition("/")
    given, bar, family = (name or "").partition("|")
    return Candidate(
        ref=Ref(system, "candidate", id),
        given_name=given if bar else None,
        family_name=family if bar else None,
        full_name=None if bar else name,
        emails=tuple(Email(value=one, normal=one.lower()) for one in emails),
        phones=tuple(Phone(value=one, e164=one if one.startswith("+") else None) for one in phones),
        linkedin=linkedin,
        links=tuple(links),
        crossrefs=tuple(crossrefs),
        anonymised=anonymised,
        archived=archived,
        values=values or {},
    )


class ListIndex:
    """`identity.contract.Index` over known candidates; everybody is the person named after them unless told."""

    def __init__(self, *known: Candidate, persons: dict[str, str] | None = None, forbidden: Sequence[str] = ()) -> None:
        self.known = known
        self.persons = persons or {}
        self.apart = frozenset(forbidden)

    def person(self, candidate: Candidate) -> str:
        at = f"{candidate.ref.system}/{candidate.ref.id}"
        return self.persons.get(at, at)

    def neighbours(self, wanted: Sequence[Key], but: Ref) -> Sequence[Neighbour]:
        near = [(len(set(wanted) & set(keys(one))), one) for one in self.known if one.ref != but]
        near.sort(key=lambda pair: (-pair[0], pair[1].ref))
        return [Neighbour(one, self.person(one)) for shared, one in near if shared][:50]

    def carriers(self, wanted: Sequence[Key]) -> dict[Key, int]:
        return {key: len({self.person(one) for one in self.known if key in keys(one)}) for key in wanted}

    def forbidden(self, ref: Ref) -> frozenset[str]:
        return self.apart


class Town:
    """Records in a real state, resolved as they arrive."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.known: dict[Ref, Candidate] = {}
        self.index = store.index(self.known.get)
        self._numbers = itertools.count(1)
        self.resolutions = 0

    def new_id(self) -> str:
        return f"p{next(self._numbers):04}"

    def arrive(self, *candidates: Candidate) -> Resolved:
        """Store and resolve records one by one, then everything that must be looked at again."""
        with self.store.transaction():
            for candidate in candidates:
                ref = candidate.ref
                self.known[ref] = candidate
                row = Row("candidate", ref.id, candidate.model_dump_json().encode()[:16], b"{}", "", NOW, NOW)
                self.store.store_page(
                    ref.system, Page([row], (), False), "candidate", run=1, validate=lambda _: None, until=None
                )
                result = self._resolve(candidate)
                self.settle()
        return result

    def settle(self) -> None:
        """Look at dirty records until there is none; a second look may not go on for ever."""
        for _ in range(20 * (len(self.known) + 1)):
            dirty = self.store.dirty_records(1)
            if not dirty:
                return
            self._resolve(self.known[dirty[0]])
        raise AssertionError("the resolution does not come to rest")

    def again(self) -> None:
        """Resolve everything once more."""
        with self.store.transaction():
            for ref in self.known:
                self.store.mark_record_dirty(ref)
            self.settle()

    def partition(self) -> frozenset[frozenset[str]]:
        """Who is together, by "system/id"."""
        people = self.store.links_many(self.store.all_people()).values()
        return frozenset(frozenset(f"{one.system}/{one.id}" for one in links) for links in people if links)

    def questions(self) -> set[frozenset[str]]:
        """The pairs that wait for a reviewer."""
        return {frozenset((f"{one.a.system}/{one.a.id}", f"{one.b.system}/{one.b.id}")) for one in self.store.reviews()}

    def person(self, at: str) -> str:
        system, _, id = at.partition("/")
        person = self.store.person_of(Ref(system, "candidate", id))
        assert person is not None
        return person

    def _resolve(self, candidate: Candidate) -> Resolved:
        self.resolutions += 1
        result = resolve(self.store, candidate, self.index, new_id=self.new_id, now=NOW)
        self.store.clean_record(candidate.ref)
        return result


@pytest.fixture
def make_town(tmp_path: Path) -> Iterator[Callable[[], Town]]:
    opened: list[Store] = []

    def make() -> Town:
        opened.append(Store.open(str(tmp_path / f"{len(opened)}.db"), clock=lambda: 1_800_000_000.0))
        return Town(opened[-1])

    yield make
    for store in opened:
        store.close()


@pytest.fixture
def town(make_town: Callable[[], Town]) -> Town:
    return make_town()


@pytest.fixture
def record() -> Callable[..., Candidate]:
    return made


@pytest.fixture
def index() -> type[ListIndex]:
    return ListIndex
