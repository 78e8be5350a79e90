"""A rate budget that lives in memory: for tests and for a single process.

A sliding log of the requests of the last window. It can overrun neither a sliding nor a fixed window of the
vendor's, wherever that one begins. The budget that several processes share lies in the state and keeps the same
promises.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

# A request counts at the vendor when it arrives there, a moment after its place was taken here. A place is kept
# this share of the window longer, so that the two clocks never disagree in the costly direction.
_LATE = 0.015


class MemoryBudget:
    """At most `capacity` requests in any `seconds`; reads leave `reserve` of them to writes."""

    def __init__(
        self,
        capacity: int = 50,
        seconds: float = 30.0,
        *,
        reserve: float = 0.1,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._capacity = max(1, capacity)
        self._seconds = seconds
        self._reserve = reserve
        self._clock = clock
        self._sleep = sleep
        self._taken: deque[float] = deque()
        self._paused_until = 0.0
        self._lock = threading.Lock()

    def acquire(self, *, write: bool = False) -> None:
        """Wait until a request may be sent, and take its place."""
        while (wait := self._try(write)) > 0:
            self._sleep(wait)

    def learn(self, *, limit: int | None, remaining: int | None, window: float | None) -> None:
        """Follow the vendor's headers. Fewer `remaining` than we know of means that somebody else spends from the
        same budget: their requests take places here too."""
        with self._lock:
            if window is not None and window > 0:
                self._seconds = window
            if limit is not None and limit > 0:
                self._capacity = limit
            if limit is None or remaining is None:
                return
            now = self._clock()
            self._forget(now)
            strangers = min(limit, limit - remaining) - len(self._taken)
            self._taken.extend([now] * max(0, strangers))

    def pause(self, seconds: float) -> None:
        """Let nobody send for this long; a shorter pause never shortens a longer one."""
        with self._lock:
            self._paused_until = max(self._paused_until, self._clock() + max(0.0, seconds))

    def _try(self, write: bool) -> float:
        """Take a place and return 0, or the seconds until it is worth trying again."""
        with self._lock:
            now = self._clock()
            if now < self._paused_until:
                return self._paused_until - now
            self._forget(now)
            room = self._capacity if write else max(1, int(self._capacity * (1 - self._reserve)))
            if len(self._taken) < room:
                self._taken.append(now)
                return 0.0
            return max(0.001, self._taken[len(self._taken) - room] + self._span - now)

    def _forget(self, now: float) -> None:
        while self._taken and self._taken[0] + self._span <= now:
            self._taken.popleft()

    @property
    def _span(self) -> float:
        return self._seconds * (1 + _LATE)
