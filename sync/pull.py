"""Reading both sides into the state: reference tables whole, everything else by windows of the vendor's own time.

A window is closed below: it starts before the watermark by the connector's overlap, because vendors stamp late.
The watermark moves only in the commit of the page that completes the window, so that a pull may end anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from connectors.kit.contract import Stream, VendorError, Window, WindowExpired
from state.rows import NoticeDraft
from state.store import Store
from state.times import moment
from sync.context import Context, System, validator

log = structlog.get_logger(__name__)

LOOK_AHEAD = timedelta(seconds=60)  # the vendor's clock is read in whole seconds and its lists may run ahead of it
RESTARTS = 3  # a window whose cursor dies more often than this is not going to be read today
# A new user or tag changes nothing for people who do not carry it, and those come as changed records themselves.
QUIET_TABLES = frozenset({"user", "tag"})
TABLE_SHRINK = 0.5  # a reference table that loses more than half of its rows is an outage, not a spring-clean


@dataclass(slots=True)
class PullStats:
    """What a pull met: rows read, changed and set aside per system, and the whole lists it saw the ids of."""

    rows: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    quarantined: dict[str, int] = field(default_factory=dict)
    requests: dict[str, int] = field(default_factory=dict)  # sent by each connector since it was opened
    listed: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)  # (system, object) -> every id
    began: dict[str, float] = field(default_factory=dict)  # our seconds, before the first request to a system

    def count(self, system: str, *, read: int, changed: int, quarantined: int) -> None:
        """Add one page."""
        self.rows[system] = self.rows.get(system, 0) + read
        self.changed[system] = self.changed.get(system, 0) + changed
        self.quarantined[system] = self.quarantined.get(system, 0) + quarantined

    def add(self, other: PullStats) -> None:
        """Take in what a later pull of the same run met."""
        for system in other.rows:
            self.count(
                system,
                read=other.rows[system],
                changed=other.changed[system],
                quarantined=other.quarantined[system],
            )
        self.requests.update(other.requests)
        self.listed.update(other.listed)
        self.began.update(other.began)


def pull(
    ctx: Context, *, full: bool = False, only: str | None = None, tables: bool = True, whole: Sequence[str] = ()
) -> PullStats:
    """Read what changed. `full` reads every list from its beginning, `whole` only those objects; `only` names one
    system; `tables` False leaves the reference tables as they are. A system that fails for good is stopped, and the
    other is read all the same."""
    stats = PullStats()
    for system in ctx.systems:
        if only in (None, system.name) and ctx.working(system.name):
            stats.began[system.name] = ctx.seconds()
            try:
                _system(ctx, system, stats, full=full, tables=tables, whole=frozenset(whole))
            except VendorError as error:
                log.warning("pull.stopped", system=system.name, status=error.status)
                ctx.stop(system.name, error)
            stats.requests[system.name] = system.connector.requests()
    return stats


def learn(store: Store, system: System) -> None:
    """Tell the mapper every reference table as the state has it."""
    for stream in system.connector.streams():
        if stream.reference:
            system.mapper.learn(stream.object, store.rows(system.name, stream.object))


def _system(ctx: Context, system: System, stats: PullStats, *, full: bool, tables: bool, whole: frozenset[str]) -> None:
    streams = system.connector.streams()
    if tables:
        moved = [one.object for one in streams if one.reference and _table(ctx, system, one, stats)]
        learn(ctx.store, system)
        if not QUIET_TABLES.issuperset(moved):
            ctx.store.mark_all_dirty()
    for stream in streams:
        if not stream.reference:
            from_start = full or stream.object in whole
            _tolerant(ctx, system, stream, stats, from_start=from_start)


def _table(ctx: Context, system: System, stream: Stream, stats: PullStats) -> bool:
    """Read one reference table whole; True when any of its rows came, changed or went."""
    before = stats.changed.get(system.name, 0)
    ids = _tolerant(ctx, system, stream, stats, from_start=True)
    if ids is None:
        return False
    gone = [one for one in ctx.store.ids(system.name, stream.object) if one not in ids]
    known = len(gone) + len(ids)
    if len(gone) > 3 and len(gone) > TABLE_SHRINK * known:
        _notice(ctx, system, "table_shrunk", f"{len(gone)} of {known} rows of {stream.object} are no longer listed")
        gone = []
    if gone:
        with ctx.store.transaction():
            ctx.store.mark_missing(system.name, stream.object, gone, ctx.run)
    return bool(gone) or stats.changed.get(system.name, 0) > before


def _tolerant(
    ctx: Context, system: System, stream: Stream, stats: PullStats, *, from_start: bool
) -> frozenset[str] | None:
    """Read one stream; an optional one that is refused is noticed and left out."""
    try:
        return _stream(ctx, system, stream, stats, from_start=from_start)
    except VendorError as error:
        if stream.required or error.halt:
            raise
        scope = f" (it needs {stream.scope})" if stream.scope else ""
        _notice(ctx, system, "stream_refused", f"{stream.object} cannot be read{scope}: status {error.status}")
        return None


def _stream(
    ctx: Context, system: System, stream: Stream, stats: PullStats, *, from_start: bool
) -> frozenset[str] | None:
    """Read one stream to the end of its window; the ids seen, when that was the whole list."""
    for attempt in range(RESTARTS + 1):
        try:
            return _window(ctx, system, stream, stats, from_start=from_start)
        except WindowExpired:
            log.info("pull.window_expired", system=system.name, object=stream.object, attempt=attempt)
            if attempt == RESTARTS:
                raise
    raise AssertionError("unreachable")


def _window(
    ctx: Context, system: System, stream: Stream, stats: PullStats, *, from_start: bool
) -> frozenset[str] | None:
    progress = ctx.store.stream(system.name, stream.object)
    until = system.connector.now() + LOOK_AHEAD
    window = None
    if progress and not from_start and progress.watermark:
        watermark = moment(progress.watermark)
        until = max(until, watermark)
        overlap = timedelta(minutes=system.connector.capabilities.overlap_minutes)
        window = Window(since=watermark - overlap, until=until)
    validate = validator(system.mapper)
    seen: set[str] | None = set() if window is None else None
    for page in system.connector.pages(stream, window):
        count = ctx.store.store_page(system.name, page, stream.object, run=ctx.run, validate=validate, until=until)
        if seen is not None:
            seen.update(row.id for row in page.rows)
            seen.update(one.id for one in page.unreadable)
        read = len(page.rows) + len(page.unreadable)
        stats.count(system.name, read=read, changed=count.changed, quarantined=count.quarantined)
        ctx.progress(f"reading {stream.object}s from {system.name}", stats.rows[system.name], None)
        ctx.beat()
    if seen is None:
        return None
    stats.listed[(system.name, stream.object)] = frozenset(seen)
    return stats.listed[(system.name, stream.object)]


def _notice(ctx: Context, system: System, kind: str, detail: str) -> None:
    with ctx.store.transaction():
        ctx.store.put_notices(ctx.run, [NoticeDraft(kind, system.name, system.name, detail)], ctx.now())
