"""Rate windows. A vendor's own headers are its own matter; here is only the counting."""

from __future__ import annotations

from typing import NamedTuple

from connectors.sandbox.clock import Clock


class Taken(NamedTuple):
    """What asking for a place gave: `allowed`, the window's `limit`, what is `remaining`, and the seconds
    `until_turn` of the window."""

    allowed: bool
    limit: int
    remaining: int
    until_turn: float


class FixedWindow:
    """`limit` requests in each window of `seconds`, aligned to the wall clock: a 30 s window turns at :00 and
    :30, a 1 s window at each whole second."""

    def __init__(self, limit: int, seconds: int, clock: Clock) -> None:
        self.limit = limit
        self.seconds = seconds
        self._clock = clock
        self._window = -1
        self._used = 0

    def take(self) -> Taken:
        """Ask for a place; a refused request takes none."""
        now = self._clock.now()
        window = int(now // self.seconds)
        if window != self._window:
            self._window, self._used = window, 0
        until_turn = (window + 1) * self.seconds - now
        if self._used >= self.limit:
            return Taken(False, self.limit, 0, until_turn)
        self._used += 1
        return Taken(True, self.limit, self.limit - self._used, until_turn)

    def exhaust(self) -> Taken:
        """Use up the rest of this window and say what a refused request is told."""
        self.take()
        self._used = max(self._used, self.limit)
        return self.take()
