"""One connection to the state: statements, transactions, and the fence that keeps a stale run from committing.

SQLAlchemy carries the connection, so that another database can follow; the statements are plain SQL with named
parameters and run on the driver's cursor, because a page of five hundred rows must cost milliseconds.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy.engine import Connection, CursorResult
from sqlalchemy.exc import DBAPIError

from state.errors import LeaseLost, StateError, sentence
from state.times import iso_at

WRITER = "writer"  # the one lease there is


def no_probe(_place: str) -> None:
    """The probe of a store that nobody is testing."""


class Connected:
    """What every part of the store stands on. One thread uses it; it is not to be shared."""

    def __init__(
        self,
        connection: Connection,
        *,
        clock: Callable[[], float] = time.time,
        probe: Callable[[str], None] = no_probe,
    ) -> None:
        self._connection = connection
        self._clock = clock
        self._probe = probe
        self._depth = 0
        self._failed = False
        self._fence: int | None = None
        self._lease_seconds = 0.0

    def _now(self) -> str:
        return iso_at(self._clock())

    def _run(self, sql: str, parameters: Mapping[str, Any] | Sequence[Any] = ()) -> CursorResult[Any]:
        """Run one statement, or one statement for each of a list of tuples. Raises `StateError`."""
        try:
            return self._connection.exec_driver_sql(sql, parameters or None)
        except DBAPIError as exc:
            raise sentence(exc) from exc

    def _all(self, sql: str, parameters: Mapping[str, Any] | Sequence[Any] = ()) -> Sequence[Any]:
        return self._run(sql, parameters).fetchall()

    def _first(self, sql: str, parameters: Mapping[str, Any] | Sequence[Any] = ()) -> Any:
        """The first row, or None."""
        return self._run(sql, parameters).fetchone()

    def _value(self, sql: str, parameters: Mapping[str, Any] | Sequence[Any] = ()) -> Any:
        """The first column of the first row, or None."""
        row = self._first(sql, parameters)
        return None if row is None else row[0]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do the statements of the block all or not at all.

        The block begins immediately (no other writer gets between), is refused with `LeaseLost` when another
        holder has taken the lease that this store held, and is rolled back unless it ends well. A block inside a
        block joins the outer one; when it fails, the outer one cannot be committed any more, even if somebody
        swallows the exception. Never hold one across a network call.
        """
        with self._atomic(fenced=True):
            yield

    @contextmanager
    def _atomic(self, *, fenced: bool) -> Iterator[None]:
        if self._depth:
            try:
                yield
            except BaseException:
                self._failed = True
                raise
            return
        self._run("BEGIN IMMEDIATE")
        self._depth, self._failed = 1, False
        try:
            if fenced:
                self._hold_fence()
            yield
            if self._failed:
                raise StateError("a part of this transaction failed, so nothing of it was kept")
            self._probe("before commit")
            self._run("COMMIT")
        except BaseException:
            self._roll_back()
            raise
        finally:
            self._depth = 0
        self._probe("after commit")

    def _roll_back(self) -> None:
        # SQLite may have rolled back by itself (disk full); then there is nothing left to undo.
        if self._connection.connection.driver_connection.in_transaction:  # type: ignore[union-attr]
            self._run("ROLLBACK")

    def _hold_fence(self) -> None:
        """Compare our fence with the lease's; prolong a lease of which a third is used up. As the write lock is
        ours from the first statement on, nobody can take the lease between this and the commit."""
        if self._fence is None:
            return
        row = self._first("SELECT fence, expires FROM lease WHERE name = :name", {"name": WRITER})
        if row is None or row[0] != self._fence:
            raise LeaseLost
        now = self._clock()
        if row[1] - now < self._lease_seconds * 2 / 3:
            self._run(
                "UPDATE lease SET expires = :expires WHERE name = :name",
                {"expires": now + self._lease_seconds, "name": WRITER},
            )


def sql(*parts: str) -> str:
    """One statement out of constant parts. Values never become part of it: they are bound."""
    return " ".join(parts)


def listed(values: Iterable[Any]) -> str:
    """Values as a JSON array, for `IN (SELECT value FROM json_each(:values))`: one statement for any number."""
    return json.dumps(list(values), ensure_ascii=False)
