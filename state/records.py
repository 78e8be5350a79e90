"""The hot path: a page of rows against what is known, and the dirty marks that follow from a difference.

A row whose raw fingerprint is known costs a look-up in a dictionary. Where that is new the row is cut and its hash
compared; only rows whose hash is new too are validated, outside the transaction, and written by one executemany with
one commit for the page. A stored raw fingerprint always belongs to the stored hash: whoever sets one sets both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from connectors.kit.contract import LazyRow, Page, Ref, Row, Unreadable
from state.connection import listed
from state.mains import Mains
from state.objects import APPLICATION, CANDIDATE, OWNERS
from state.rows import PageCount, StreamRow
from state.times import iso, moment, order

Validate = Callable[[Row], str | None]

_UPSERT = (
    "INSERT INTO record (system, object, id, hash, raw, payload, owner, created, updated, seen, state, reason)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (system, object, id) DO UPDATE SET hash = excluded.hash, raw = excluded.raw,"
    " payload = excluded.payload, owner = excluded.owner, created = excluded.created, updated = excluded.updated,"
    " seen = excluded.seen, state = excluded.state, reason = excluded.reason"
)
_KNOWN = (
    "SELECT id, hash, state, owner, raw FROM record WHERE system = :system AND object = :object"
    " AND id IN (SELECT value FROM json_each(:ids))"
)
_REFRESH = "UPDATE record SET raw = ? WHERE system = ? AND object = ? AND id = ?"
_UNREADABLE = (
    "INSERT INTO record (system, object, id, hash, payload, owner, created, updated, seen, state, reason)"
    " VALUES (:system, :object, :id, x'', '', '', '', '', :run, 'quarantined', :reason)"
    " ON CONFLICT (system, object, id) DO UPDATE"
    " SET hash = x'', raw = NULL, seen = :run, state = 'quarantined', reason = :reason"
    " WHERE record.state <> 'erased' AND record.reason IS NOT :reason"
)
_SEEN = ("live", "quarantined")  # states in which an equal hash means that nothing changed


class _Difference(NamedTuple):
    """What of some rows differs from what is known, ready to be written."""

    values: list[tuple[object, ...]]  # parameters of _UPSERT
    refreshed: list[tuple[object, ...]]  # parameters of _REFRESH: rows that mean the same and were sent otherwise
    aside: list[Unreadable]  # rows that turned out unreadable when they were cut
    dirty: set[str]  # the rows' own ids, or the ids of their owners before and after
    returned: list[str]  # ids that were missing or deleted and are back
    unchanged: int
    quarantined: int
    new: int


class Records(Mains):
    """Storing what the systems say."""

    def stream(self, system: str, object: str) -> StreamRow | None:
        """How far a stream is read; None when it never was."""
        return next((one for one in self.streams(system) if one.object == object), None)

    def streams(self, system: str | None = None) -> list[StreamRow]:
        """How far all streams are read, of one system or of every one."""
        rows = self._all(
            "SELECT system, object, watermark, newest, completed, swept, rows FROM stream"
            " WHERE :system IS NULL OR system = :system ORDER BY system, object",
            {"system": system},
        )
        return [StreamRow(*row) for row in rows]

    def store_page(
        self, system: str, page: Page, object: str, *, run: int, validate: Validate, until: datetime | None
    ) -> PageCount:
        """Store one page of a stream and its progress in one transaction.

        `validate` says why a changed row cannot be read, or None; such a row is kept aside with the reason. On
        the last page the watermark becomes the newest vendor time met, but never later than `until`. An erased
        record never comes back by a page.
        """
        difference = self._compare(system, object, page.rows, run, validate)
        bad = {one.id for one in difference.aside}
        times = [row.updated for row in page.rows if row.id not in bad]
        with self.transaction():
            aside = self._put_aside(system, [*page.unreadable, *difference.aside], run)
            self._write(system, object, difference)
            self._advance(system, object, max(times, key=order, default=""), len(times))
            if page.last:
                self.complete_stream(system, object, until=until)
        return PageCount(
            len(difference.values) - difference.quarantined,
            difference.unchanged,
            difference.quarantined + aside,
            difference.new,
        )

    def store_rows(self, system: str, rows: Sequence[Row], *, run: int, validate: Validate) -> PageCount:
        """Store rows that were read by id: as `store_page`, without touching any stream's progress."""
        kinds = dict.fromkeys(row.object for row in rows)
        counts = PageCount(0, 0, 0, 0)
        with self.transaction():
            for kind in kinds:
                mine = [row for row in rows if row.object == kind]
                found = self._compare(system, kind, mine, run, validate)
                self._write(system, kind, found)
                changed = len(found.values) - found.quarantined
                one = PageCount(changed, found.unchanged, found.quarantined, found.new)
                counts = PageCount(*(a + b for a, b in zip(counts, one, strict=True)))
        return counts

    def complete_stream(self, system: str, object: str, *, until: datetime | None) -> None:
        """The window is read to its end: the watermark moves to the newest time met, never past `until`, never
        back. Also for a stream that had no page at all."""
        with self.transaction():
            self._advance(system, object, "", 0)
            self._run(
                "UPDATE stream SET completed = :now,"
                " watermark = max(ifnull(watermark, ''), min(newest, ifnull(:until, newest)))"
                " WHERE system = :system AND object = :object AND newest IS NOT NULL",
                {"system": system, "object": object, "now": self._now(), "until": until and iso(until)},
            )
            self._run(
                "UPDATE stream SET completed = :now WHERE system = :system AND object = :object",
                {"system": system, "object": object, "now": self._now()},
            )

    def mark_swept(self, system: str, object: str, now: str) -> None:
        """Every id of this stream has just been compared."""
        with self.transaction():
            self._advance(system, object, "", 0)
            self._run(
                "UPDATE stream SET swept = :now WHERE system = :system AND object = :object",
                {"system": system, "object": object, "now": now},
            )

    def mark_missing(self, system: str, object: str, ids: Iterable[str], run: int) -> int:
        """These live records are not shown any more; returns how many were live. Their candidates become dirty."""
        wanted = {"system": system, "object": object, "ids": listed(ids), "run": run}
        with self.transaction():
            gone = self._all(
                "UPDATE record SET state = 'missing', seen = :run WHERE system = :system AND object = :object"
                " AND state IN ('live', 'quarantined') AND id IN (SELECT value FROM json_each(:ids))"
                " RETURNING id, owner",
                wanted,
            )
            self._mark(system, object, {row[0] if object == CANDIDATE else row[1] for row in gone})
            if object == CANDIDATE:
                self._settle_mains(system, [row[0] for row in gone])
        return len(gone)

    def revalidate(self, system: str, validate: Validate, run: int) -> int:
        """Try a system's quarantined records again, after a change of mapping or of this program; returns how many
        can be read now."""
        rows = self._all(
            "SELECT object, id, hash, payload, owner, created, updated FROM record"
            " WHERE system = :system AND state = 'quarantined' AND payload <> ''",
            {"system": system},
        )
        mended = 0
        with self.transaction():
            for cells in rows:
                row = Row(cells[0], cells[1], cells[2], cells[3].encode(), *cells[4:])
                if validate(row) is not None:
                    continue
                mended += 1
                self._run(
                    "UPDATE record SET state = 'live', reason = NULL, seen = :run"
                    " WHERE system = :system AND object = :object AND id = :id",
                    {"system": system, "object": row.object, "id": row.id, "run": run},
                )
                self._mark(system, row.object, {row.id if row.object == CANDIDATE else row.owner})
        return mended

    def erase_record(self, ref: Ref, run: int) -> None:
        """Empty a record for good: its payload, its keys and its mark go, and no page brings it back."""
        where = {"system": ref.system, "object": ref.object, "id": ref.id, "run": run}
        with self.transaction():
            self._run(
                "UPDATE record SET state = 'erased', payload = '', hash = x'', raw = NULL, reason = NULL, seen = :run"
                " WHERE system = :system AND object = :object AND id = :id",
                where,
            )
            if ref.object == CANDIDATE:
                self._run("DELETE FROM identity_key WHERE system = :system AND id = :id", where)
                self._settle_mains(ref.system, [ref.id])

    def mark_record_dirty(self, ref: Ref) -> None:
        """Identity must look at this candidate again."""
        with self.transaction():
            self._mark(ref.system, ref.object, {ref.id})

    def clean_record(self, ref: Ref) -> None:
        """Identity has looked at this candidate."""
        with self.transaction():
            self._run(
                "DELETE FROM dirty_record WHERE system = :system AND id = :id", {"system": ref.system, "id": ref.id}
            )

    def dirty_records(self, limit: int) -> list[Ref]:
        """Candidates that identity must look at, in a fixed order."""
        rows = self._all("SELECT system, id FROM dirty_record ORDER BY system, id LIMIT :limit", {"limit": limit})
        return [Ref(row[0], CANDIDATE, row[1]) for row in rows]

    # How it is done.

    def _compare(
        self, system: str, object: str, rows: Sequence[Row | LazyRow], run: int, validate: Validate
    ) -> _Difference:
        known = {
            row[0]: row
            for row in self._all(_KNOWN, {"system": system, "object": object, "ids": listed([row.id for row in rows])})
        }
        found = _Difference([], [], [], set(), [], 0, 0, 0)
        unchanged = quarantined = new = 0
        for one in {row.id: row for row in rows}.values():  # an id that comes twice in a page: the later one counts
            before = known.get(one.id)
            raw = one.raw if isinstance(one, LazyRow) else None
            if before is not None and (before[2] == "erased" or (before[2] in _SEEN and raw and before[4] == raw)):
                unchanged += 1
                continue
            row = one.cut() if isinstance(one, LazyRow) else one
            if isinstance(row, Unreadable):
                found.aside.append(row)
                continue
            if before is not None and before[1] == row.hash and before[2] in _SEEN:
                unchanged += 1
                if raw:
                    found.refreshed.append((raw, system, object, row.id))
                continue
            reason = validate(row)
            found.values.append(_values(system, row, raw, run, reason))
            if reason is not None:
                quarantined += 1
                continue
            new += before is None
            _note(found, row, before)
        return found._replace(unchanged=unchanged, quarantined=quarantined, new=new)

    def _write(self, system: str, object: str, found: _Difference) -> None:
        if found.refreshed:
            self._run(_REFRESH, found.refreshed)
        if not found.values:
            return
        self._run(_UPSERT, found.values)
        self._mark(system, object, found.dirty)
        if found.returned and object == CANDIDATE:
            self._settle_mains(system, found.returned)

    def _put_aside(self, system: str, unreadable: Sequence[Unreadable], run: int) -> int:
        """Quarantine rows that could not even be cut; returns how many were not in quarantine for this reason."""
        return sum(
            self._run(
                _UNREADABLE,
                {"system": system, "object": one.object, "id": one.id, "run": run, "reason": one.reason},
            ).rowcount
            for one in unreadable
        )

    def _advance(self, system: str, object: str, newest: str, rows: int) -> None:
        self._run(
            "INSERT INTO stream (system, object, newest, rows) VALUES (:system, :object, :newest, :rows)"
            " ON CONFLICT (system, object) DO UPDATE SET rows = rows + excluded.rows,"
            " newest = nullif(max(ifnull(newest, ''), ifnull(excluded.newest, '')), '')",
            {"system": system, "object": object, "rows": rows, "newest": iso(moment(newest)) if newest else None},
        )

    def _mark(self, system: str, object: str, ids: set[str]) -> None:
        """Mark the candidates that `ids` lead to: candidates themselves, or owners named by rows of `object`."""
        kind = OWNERS.get(object) if object != CANDIDATE else CANDIDATE
        if not kind or not ids:
            return
        marks = {"system": system, "ids": listed(ids)}
        if kind == APPLICATION:
            self._run(
                "INSERT OR IGNORE INTO dirty_record (system, id) SELECT system, owner FROM record"
                " WHERE system = :system AND object = 'application' AND owner <> ''"
                " AND id IN (SELECT value FROM json_each(:ids))",
                marks,
            )
            return
        self._run(
            "INSERT OR IGNORE INTO dirty_record (system, id)"
            " SELECT :system, value FROM json_each(:ids) WHERE value <> ''",
            marks,
        )


def _values(system: str, row: Row, raw: bytes | None, run: int, reason: str | None) -> tuple[object, ...]:
    state = "live" if reason is None else "quarantined"
    payload = row.payload.decode()
    return (
        system, row.object, row.id, row.hash, raw, payload, row.owner, row.created, row.updated, run, state,
        reason,
    )  # fmt: skip


def _note(found: _Difference, row: Row, before: Sequence[object] | None) -> None:
    """Remember whose candidate a changed row makes dirty; a row that moved to another owner concerns both."""
    if row.object == CANDIDATE:
        found.dirty.add(row.id)
    else:
        found.dirty.add(row.owner)
    if before is None:
        return
    if row.object != CANDIDATE:
        found.dirty.add(str(before[3]))
    if before[2] not in _SEEN:
        found.returned.append(row.id)
