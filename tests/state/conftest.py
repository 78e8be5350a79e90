"""A real SQLite file for every test, a clock that stands still until told, and short ways to fill the state."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connectors.kit.contract import Page, Ref, Row
from state.rows import ChangeDraft
from state.store import Store

NOW = "2026-03-01T12:00:00.000000Z"


class Clock:
    """Seconds since the epoch, moved by hand."""

    def __init__(self, at: float = 1_800_000_000.0) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at


class World:
    """A store with short ways to put things into it."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.run = store.start_run("test")

    def row(self, object: str, id: str, payload: str = "{}", owner: str = "", updated: str = NOW) -> Row:
        digest = hashlib.blake2b((payload + owner).encode(), digest_size=16).digest()
        return Row(object, id, digest, payload.encode(), owner, NOW, updated)

    def page(self, *rows: Row, system: str = "ats", last: bool = False, until=None, validate=lambda _row: None):
        return self.store.store_page(
            system, Page(rows, (), last), rows[0].object, run=self.run, validate=validate, until=until
        )

    def candidate(self, id: str, system: str = "ats", payload: str = "{}") -> Ref:
        self.page(self.row("candidate", id, payload), system=system)
        return Ref(system, "candidate", id)

    def person(self, id: str, *refs: Ref) -> str:
        self.store.new_person(id, NOW)
        for ref in refs:
            self.link(ref, id)
        return id

    def link(self, ref: Ref, person: str, by: str = "rule") -> None:
        self.store.link(ref, person, rule="email", score=14.0, evidence="[]", by=by, now=NOW)

    def draft(self, person: str, key: str = "k1", system: str = "ats", priority: int = 5, verb: str = "update"):
        return ChangeDraft(key, person, system, verb, "1", "{}", priority, "the reason")

    def change(self, person: str, **given) -> int:
        return self.store.put_changes(self.run, [self.draft(person, **given)])[0]

    def sql(self, statement: str, *parameters):
        """A statement past the store's methods, as a careless one would do it."""
        with self.store.transaction():
            return (
                self.store._run(statement, parameters).fetchall()
                if "SELECT" in statement[:6]
                else (self.store._run(statement, parameters))
            )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tieline.db"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(path: Path, clock: Clock) -> Iterator[Store]:
    with Store.open(str(path), clock=clock) as opened:
        yield opened


@pytest.fixture
def world(store: Store, clock: Clock) -> World:
    return World(store, clock)


@pytest.fixture
def again(path: Path, clock: Clock) -> Iterator[Callable[[], Store]]:
    """Opens the same file once more, as another process would."""
    opened: list[Store] = []

    def open_again() -> Store:
        opened.append(Store.open(str(path), clock=clock, busy=0.2))
        return opened[-1]

    yield open_again
    for one in opened:
        one.close()
