"""Findings that every vendor's `tieline check` has in common: the clock, and each list that must be readable."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from connectors.kit.contract import Finding, Severity, Stream, VendorError
from connectors.kit.http import VendorClient

SKEW_SECONDS = 60.0


def clock(client: VendorClient) -> Iterator[Finding]:
    """How far our clock is from the vendor's. Windows follow the vendor's, leases and holds ours."""
    if not client.heard:
        return
    skew = (client.now() - datetime.now(UTC)).total_seconds()
    if abs(skew) > SKEW_SECONDS:
        yield Finding(
            client.system,
            "clock",
            Severity.WARNING,
            f"this machine's clock is {abs(skew):.0f} seconds {'behind' if skew > 0 else 'ahead of'} the vendor's",
            "let the machine's clock follow a time server (NTP)",
        )
    else:
        yield Finding(client.system, "clock", Severity.OK, "agrees with the vendor's to within a minute")


def lists(system: str, streams: Sequence[Stream], probe: Callable[[Stream], object]) -> Iterator[Finding]:
    """Try every stream. `probe` asks for one row and raises `VendorError`. A refused optional stream is a warning,
    a refused required one an error, each with the scope it needs; all that can be read are one line."""
    readable = 0
    for stream in streams:
        try:
            probe(stream)
        except VendorError as error:
            yield refused(system, stream, error)
        else:
            readable += 1
    if readable:
        yield Finding(system, "lists", Severity.OK, f"{readable} of {len(streams)} can be read")


def refused(system: str, stream: Stream, error: VendorError) -> Finding:
    """What to say of one list that cannot be read."""
    severity = Severity.ERROR if stream.required else Severity.WARNING
    without = "" if stream.required else "; Tieline works without it, with less to show"
    if error.status == 403:
        subject = f"scope {stream.scope}" if stream.scope else f"list of {stream.object}s"
        mend = f"add {stream.scope} to the credential" if stream.scope else "allow the API user to read it"
        return Finding(system, subject, severity, f"{stream.object}s may not be read{without}", mend)
    return Finding(system, f"list of {stream.object}s", severity, f"{error}{without}")


def rate(system: str, limit: int | None, window: float) -> Iterator[Finding]:
    """What the vendor's headers say we may send."""
    if limit is not None:
        yield Finding(system, "rate limit", Severity.OK, f"{limit} requests in {window:.0f} seconds")
