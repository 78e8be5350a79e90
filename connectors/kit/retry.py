"""How often and how long something is tried, and how long a vendor asks us to wait.

The waits are tenacity's; this module holds the limits of one call: a number of tries and a sum of seconds, because a
vendor that answers 503 slowly must not cost more than one that does so at once.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import tenacity


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how often. Seconds throughout; `retry_seconds` is what all tries of one call may take together,
    not counting the wait for the budget; `body_bytes` is measured after decompression."""

    connect: float = 10.0
    idle: float = 30.0  # the longest silence while sending or receiving
    whole: float = 120.0  # one request, from its first byte to the last of its answer
    body_bytes: int = 64 * 1024 * 1024
    attempts: int = 7
    write_attempts: int = 4
    retry_seconds: float = 240.0
    first_wait: float = 0.25
    longest_wait: float = 60.0


class Patience:
    """The tries and seconds of one call. `asked` is what the vendor wants us to wait before the next try."""

    def __init__(self, limits: Limits, attempts: int) -> None:
        self._limits = limits
        self._attempts = attempts
        self._seconds = 0.0
        self.asked: float | None = None

    @contextmanager
    def spending(self) -> Iterator[None]:
        """Count the seconds of the block."""
        began = time.monotonic()
        try:
            yield
        finally:
            self._seconds += time.monotonic() - began

    def stop(self, state: tenacity.RetryCallState) -> bool:
        """True when it has been tried often or long enough."""
        return state.attempt_number >= self._attempts or self._seconds >= self._limits.retry_seconds

    def wait(self, state: tenacity.RetryCallState) -> float:
        """What the vendor asked for, else a random wait below a limit that doubles, so that many of us do not come
        back together; never longer than the longest wait."""
        asked, self.asked = self.asked, None
        if asked is None:
            ceiling = self._limits.first_wait * 2 ** (state.attempt_number - 1)
            asked = random.uniform(0, min(ceiling, self._limits.longest_wait))  # noqa: S311 - jitter, not a secret
        seconds = min(max(asked, 0.0), self._limits.longest_wait)
        self._seconds += seconds
        return seconds


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds of a Retry-After header, given as seconds or as a date; None when there is none that can be read.
    Absurd values come back as they are: the caller has the cap."""
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        return _until(text, now)
    return None if math.isnan(seconds) else max(0.0, seconds)


def _until(text: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
