"""The one door to the state: every SQL statement of the project is behind a method here.

A `Store` belongs to one thread. Statements run inside `with store.transaction():` blocks, which begin immediately,
compare the lease's fence when one is held, and roll back unless the block ends well. Every method that writes is such
a block of its own when it is called outside one. No transaction ever spans a network call.

The methods live in parts by subject: lease, records and reading, people, merging and the index, outbox, ledgers,
history. Errors are in `state.errors`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from state.budget import StoredBudget
from state.connection import no_probe
from state.errors import LeaseHeld, LeaseLost, Refused, StateError
from state.history import History
from state.index import Indexed
from state.lease import Lease
from state.ledgers import Ledgers
from state.opening import BUSY_SECONDS, connect, locate, ready
from state.outbox import Outbox
from state.reading import Reading
from state.records import Records
from state.schema import Schema

__all__ = ["LeaseHeld", "LeaseLost", "Refused", "StateError", "Store"]


class Store(Lease, Records, Reading, Indexed, Outbox, Ledgers, History):
    """What Tieline knows, in one SQLite file."""

    path: Path
    _lent: list[StoredBudget]

    @classmethod
    def open(
        cls,
        path_or_url: str,
        *,
        clock: Callable[[], float] = time.time,
        probe: Callable[[str], None] = no_probe,
        busy: float = BUSY_SECONDS,
    ) -> Store:
        """Open the state, making the file (mode 0600) and its tables when there is none, and migrating an older one.

        `clock` tells seconds since the epoch; `probe` is called with "before commit" and "after commit", where a
        test may let the process die; `busy` is how many seconds to wait for another program's transaction. Raises
        `StateError` with one sentence that says how to mend it.
        """
        path = locate(path_or_url).absolute()
        ready(path)
        connection = connect(path, busy=busy)
        try:
            Schema(connection, clock=clock).prepare()
        except BaseException:
            connection.close()
            raise
        store = cls(connection, clock=clock, probe=probe)
        store.path, store._lent = path, []
        return store

    def close(self) -> None:
        """Close the file and the budgets lent from it. The lease, if held, is given back first."""
        for budget in self._lent:
            budget.close()
        self.release_lease()
        self._connection.close()
        self._connection.engine.dispose()

    def budget(self, credential: str, *, capacity: int = 50, seconds: float = 10.0, share: float = 1.0) -> StoredBudget:
        """The rate budget of one credential, on a connection of its own, so that threads may use it.

        `credential` is a name that is no secret; `capacity` requests in `seconds` hold until the vendor says
        otherwise; `share` is the part of what the vendor grants that we may use.
        """
        lent = StoredBudget(self.path, credential, capacity=capacity, seconds=seconds, share=share, clock=self._clock)
        self._lent.append(lent)
        return lent

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
