"""Tokens: minted once for everybody who waits, renewed early, and re-minted once when a vendor says 401.

Whether a new token revokes its siblings is not documented by every vendor, so there is one token per connector
and one thread that mints it. Nothing here prints a token.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from connectors.kit.contract import VendorError

DEFAULT_LIFETIME = 3600.0  # seconds, where a vendor's answer names no expiry
_EARLY = 60.0
_LONG_AGO = 1e9  # an `expires` above this is a moment (epoch seconds), below it a duration


class Minted(NamedTuple):
    """A token as the vendor gave it, and how many seconds it lives."""

    value: str
    lifetime: float

    def __repr__(self) -> str:
        return f"Minted(value=…, lifetime={self.lifetime:.0f})"


class TokenSource:
    """Hands out a live token. `mint` asks the vendor for one and raises `VendorError` when it is refused."""

    def __init__(self, mint: Callable[[], Minted], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._mint = mint
        self._clock = clock
        self._lock = threading.Lock()
        self._value = ""
        self._renew_at = 0.0
        self._refusals = 0
        self._refused: VendorError | None = None

    def get(self) -> str:
        """The current token, minted when there is none or it is about to expire. Many threads, one mint."""
        if self._value and self._clock() < self._renew_at:
            return self._value
        return self._once(lambda: not self._value or self._clock() >= self._renew_at)

    def renew(self, stale: str) -> str:
        """A token other than `stale`, which the vendor has refused. However many threads come with the same stale
        token, it is replaced once."""
        return self._once(lambda: self._value == stale)

    def _once(self, needed: Callable[[], bool]) -> str:
        refusals = self._refusals
        with self._lock:
            if not needed():
                return self._value
            if self._refused is not None and self._refusals != refusals:
                # Somebody was refused while this thread waited: asking again at once helps nobody.
                raise VendorError(str(self._refused), halt=self._refused.halt, status=self._refused.status)
            try:
                minted = self._mint()
            except VendorError as error:
                self._refused = error
                self._refusals += 1
                raise
            self._value = minted.value
            # A token shorter than two minutes would otherwise be renewed before every request.
            self._renew_at = self._clock() + minted.lifetime - min(_EARLY, minted.lifetime / 2)
            return self._value


def lifetime(answer: Mapping[str, Any], now: datetime) -> float:
    """Seconds a token lives, from `expires_at`, `expires_in` or `expires`, whichever the vendor sent; `now` is the
    vendor's own clock, so that a skewed one of ours does not matter. An unreadable expiry counts as none."""
    for key in ("expires_in", "expires_at", "expires"):
        seconds = _seconds(answer.get(key), now)
        if seconds is not None:
            return max(0.0, seconds)
    return DEFAULT_LIFETIME


def _seconds(value: object, now: datetime) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return _until(str(value), now)
    return number - now.timestamp() if number > _LONG_AGO else number


def _until(text: str, now: datetime) -> float | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - now).total_seconds()
