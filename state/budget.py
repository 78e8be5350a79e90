"""The rate budget of one credential, shared by every thread and process that uses the state.

A sliding log: a request takes a slot, which is free again one window (and a small margin for the way to the vendor)
later. So neither a vendor that counts in fixed windows nor one that counts in sliding ones is ever overrun.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from state.connection import Connected
from state.opening import connect

LONGEST_PAUSE = 3600.0  # seconds; a vendor that asks for more is asked again after an hour
_NAP = 0.5  # seconds between looks while waiting: limits may be raised or a pause be lifted meanwhile


def margin(seconds: float) -> float:
    """How much longer than the vendor's window a slot is kept: requests do not take equally long to arrive."""
    return min(0.25, 0.03 * seconds)


def reserve(capacity: int) -> int:
    """Slots that reads leave to writes, so that a large pull does not hold up a fresh change."""
    return capacity // 50


class StoredBudget(Connected):
    """`connectors.kit.contract.Budget` over the state. May be shared by threads."""

    def __init__(
        self, path: Path, credential: str, *, capacity: int, seconds: float, share: float = 1.0,
        clock: Callable[[], float] = time.time, sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        # A slot lost in a power cut costs one 429 at worst, so its commit need not wait for the disk.
        super().__init__(connect(path, synchronous="NORMAL", threads=True), clock=clock)
        self._credential = credential
        self._share = share
        self._sleep = sleep
        self._turn = threading.Lock()
        with self._turn, self.transaction():
            self._run(
                "INSERT OR IGNORE INTO budget (credential, capacity, seconds)"
                " VALUES (:credential, :capacity, :seconds)",
                {"credential": credential, "capacity": max(1, int(capacity * share)), "seconds": seconds},
            )

    def acquire(self, *, write: bool = False) -> None:
        """Wait until a request may be sent, and take its place. Reads leave a small reserve to writes."""
        while True:
            with self._turn:
                wait = self._take(write)
            if wait <= 0:
                return
            self._sleep(min(wait, _NAP))

    def learn(self, *, limit: int | None, remaining: int | None, window: float | None) -> None:
        """Follow the vendor's own account: `limit` requests in `window` seconds, of which `remaining` are left.

        When the vendor counts more requests than we know of, somebody else uses the credential: their requests
        take slots of ours.
        """
        if limit is None or limit <= 0:
            return
        with self._turn:
            capacity, seconds = self._limits()
            told = (max(1, int(limit * self._share)), window or seconds)
            if told != (capacity, seconds):
                with self.transaction():
                    self._run(
                        "UPDATE budget SET capacity = :capacity, seconds = :seconds WHERE credential = :credential",
                        {"credential": self._credential, "capacity": told[0], "seconds": told[1]},
                    )
            if remaining is not None and remaining < told[0] / 4:
                self._count_others(told[0] - max(0, remaining))

    def pause(self, seconds: float) -> None:
        """Let nobody send for this long: the vendor said 429."""
        until = self._clock() + min(max(0.0, seconds), LONGEST_PAUSE)
        with self._turn, self.transaction():
            self._run(
                "UPDATE budget SET paused_until = max(paused_until, :until) WHERE credential = :credential",
                {"until": until, "credential": self._credential},
            )

    def close(self) -> None:
        """Give the connection back."""
        with self._turn:
            self._connection.close()
            self._connection.engine.dispose()

    def _limits(self) -> tuple[int, float]:
        row = self._first(
            "SELECT capacity, seconds FROM budget WHERE credential = :credential", {"credential": self._credential}
        )
        return int(row[0]), float(row[1])

    def _take(self, write: bool) -> float:
        """Take a slot and return 0, or say how many seconds until there may be one."""
        with self.transaction():
            now = self._clock()
            capacity, seconds, paused = self._first(
                "SELECT capacity, seconds, paused_until FROM budget WHERE credential = :credential",
                {"credential": self._credential},
            )
            if paused > now:
                return float(min(paused - now, LONGEST_PAUSE))
            kept = float(seconds) + margin(seconds)
            self._tidy(now, kept)
            allowed = capacity if write else capacity - reserve(capacity)
            taken = int(self._value("SELECT count(*) FROM budget_slot WHERE credential = :credential", self._mine()))
            if taken < allowed:
                self._run(
                    "INSERT INTO budget_slot (credential, at) VALUES (:credential, :at)", {**self._mine(), "at": now}
                )
                return 0.0
            at = self._value(
                "SELECT at FROM budget_slot WHERE credential = :credential ORDER BY at LIMIT 1 OFFSET :over",
                {**self._mine(), "over": taken - allowed},
            )
            return float(max(0.001, at + kept - now))

    def _tidy(self, now: float, kept: float) -> None:
        """Free the slots whose window is over. A slot in the future was taken before our clock was set back: it
        counts from now, or it would block us until the clock has caught up."""
        self._run(
            "DELETE FROM budget_slot WHERE credential = :credential AND at <= :over",
            {**self._mine(), "over": now - kept},
        )
        self._run(
            "UPDATE budget_slot SET at = :now WHERE credential = :credential AND at > :now",
            {**self._mine(), "now": now},
        )

    def _count_others(self, used: int) -> None:
        with self.transaction():
            now = self._clock()
            seconds = self._limits()[1]
            self._tidy(now, seconds + margin(seconds))
            ours = int(self._value("SELECT count(*) FROM budget_slot WHERE credential = :credential", self._mine()))
            if used > ours:
                self._run(
                    "INSERT INTO budget_slot (credential, at) VALUES (?, ?)",
                    [(self._credential, now)] * (used - ours),
                )

    def _mine(self) -> dict[str, object]:
        return {"credential": self._credential}
