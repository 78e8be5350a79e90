"""Times as the state keeps them: ISO-8601 text in UTC, always as wide, so that text order is time order."""

from __future__ import annotations

from datetime import UTC, datetime


def iso(moment: datetime) -> str:
    """An aware time as text: 2026-01-31T09:30:00.000000Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def iso_at(seconds: float) -> str:
    """Seconds since the epoch as text."""
    return iso(datetime.fromtimestamp(seconds, UTC))


def moment(text: str) -> datetime:
    """The aware time a vendor's or our own text stands for; a time without an offset is UTC."""
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def order(text: str) -> str:
    """A sort key for UTC texts of different precision: without the suffix, a shorter fraction sorts first."""
    return text.removesuffix("Z").removesuffix("+00:00")
