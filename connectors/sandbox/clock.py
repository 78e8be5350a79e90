"""The sandbox's time. Every stand-in asks its clock, never the machine, so that a test can jump ahead.

Times are seconds since 1970 as float; `stamp` writes them the way both vendors print times (UTC, milliseconds).
"""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import formatdate
from functools import lru_cache
from typing import Protocol


class Clock(Protocol):
    """What a stand-in may ask about time."""

    def now(self) -> float:
        """Seconds since 1970."""

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        """Call something `seconds` from now, on the server's own thread."""

    def shift(self, seconds: float) -> None:
        """Jump ahead (or back: a vendor whose clock is wrong)."""


class RealClock:
    """The machine's clock, plus a shift that a test may set to play a vendor whose clock is off."""

    def __init__(self, offset: float = 0.0) -> None:
        self._offset = offset

    def now(self) -> float:
        """Seconds since 1970, shifted."""
        return time.time() + self._offset

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        """Must be called on the server's thread: the running loop makes the call."""
        asyncio.get_running_loop().call_later(seconds, call)

    def shift(self, seconds: float) -> None:
        """Move the clock; calls already waiting keep their real delay."""
        self._offset += seconds


class VirtualClock:
    """Stands still until it is shifted; what waits for a time runs in order when the shift passes it."""

    def __init__(self, start: float) -> None:
        self._now = start
        self._waiting: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0

    def now(self) -> float:
        """Seconds since 1970, as last shifted."""
        return self._now

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        """Keep the call until `shift` passes its time."""
        self._count += 1
        heapq.heappush(self._waiting, (self._now + seconds, self._count, call))

    def shift(self, seconds: float) -> None:
        """Move on, making every call that falls due at its own time."""
        end = self._now + seconds
        while self._waiting and self._waiting[0][0] <= end:
            due, _, call = heapq.heappop(self._waiting)
            self._now = max(self._now, due)
            call()
        self._now = end


def stamp(seconds: float) -> str:
    """`2026-05-05T22:36:04.296Z`: how both vendors print a time."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def seconds_of(text: str) -> float:
    """The inverse of `stamp`; accepts numeric offsets too. Raises ValueError on anything that is no date-time."""
    if "T" not in text:
        raise ValueError("a date without a time")
    moment = datetime.fromisoformat(text.replace(" ", "+"))
    if moment.tzinfo is None:
        raise ValueError("a time without an offset")
    return moment.timestamp()


@lru_cache(maxsize=4)
def http_date(second: int) -> str:
    """The Date header of a whole second."""
    return formatdate(second, usegmt=True)
