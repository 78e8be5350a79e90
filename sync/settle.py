"""Writes in doubt: settled by reading, never by trying again.

A change is in doubt when its answer never came, or when the process died before it could commit one. An update is
read at once. A create is looked for in what changed since and, once found by its marker or by what it carried, claimed
for its person. It is given up only when a complete reading began after the hold had passed; a search that finds
nothing proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import structlog

from connectors.kit.contract import Row, VendorError
from mapping import fields
from mapping.model import Candidate
from state.rows import ChangeRow
from sync.changes import Change, Verb, elements
from sync.compare import Standing, standing
from sync.confirm import confirm
from sync.context import CANDIDATE, Context, System
from sync.prepare import NO_ANSWER, load
from sync.reading import keep, read_candidates
from sync.sweep import vanished
from sync.verdicts import ApplyStats, content, link_created, settle

log = structlog.get_logger(__name__)

UNDECIDED = ("in_doubt", "applied")


class Claim(NamedTuple):
    """A create in doubt, and what its record can be known by."""

    row: ChangeRow
    change: Change
    emails: frozenset[str]
    name: tuple[str, str]


def recover(ctx: Context) -> int:
    """Changes a dead process left as sent may have arrived: they are in doubt. Only the holder of the lease asks."""
    rows = ctx.store.changes(["sent"])
    for row in rows:
        settle(ctx, row, "in_doubt", "the process ended before the answer")
    return len(rows)


def settle_updates(ctx: Context, stats: ApplyStats) -> None:
    """Settle by reading: changes the vendor said yes to, and changes in doubt of what was there before."""
    for system in ctx.systems:
        if not ctx.working(system.name):
            continue
        try:
            confirm(ctx, system, ctx.store.changes(["applied"], system.name), stats)
            doubtful = [row for row in ctx.store.changes(["in_doubt"], system.name) if not Verb(row.verb).creates]
            _read_back(ctx, system, doubtful, stats)
        except VendorError as error:
            ctx.stop(system.name, error)


def settle_creates(ctx: Context, stats: ApplyStats, began: Mapping[str, float]) -> None:
    """Look for creates in doubt. `began` tells when the last complete reading of each system began, in our seconds:
    what was sent longer than the hold before that, and is not there, did not happen."""
    for system in ctx.systems:
        if not ctx.working(system.name):
            continue
        try:
            doubtful = [row for row in ctx.store.changes(["in_doubt"], system.name) if Verb(row.verb).creates]
            _look_for(ctx, system, doubtful, stats, began.get(system.name))
            confirm(ctx, system, ctx.store.changes(["applied"], system.name), stats)
        except VendorError as error:
            ctx.stop(system.name, error)


def claims(ctx: Context) -> dict[str, list[Claim]]:
    """The candidates we may have created and do not know the ids of, by system."""
    found: dict[str, list[Claim]] = {}
    for row in ctx.store.changes(["in_doubt"]):
        if Verb(row.verb) is Verb.CREATE_CANDIDATE:
            change = content(row)
            values = {one.field: one.after for one in change.fields}
            name = (str(values.get(fields.GIVEN_NAME) or ""), str(values.get(fields.FAMILY_NAME) or ""))
            found.setdefault(row.system, []).append(
                Claim(row, change, frozenset(elements(values.get(fields.EMAILS))), _folded(name))
            )
    return found


def claimed(candidate: Candidate, waiting: Iterable[Claim]) -> Claim | None:
    """The create this unlinked record came from: it carries our marker, or an e-mail we sent, or, where neither was
    sent, the name. A marker that names somebody else rules it out."""
    mark = candidate.values.get(fields.PERSON_ID)
    emails = frozenset(elements(candidate.values.get(fields.EMAILS)))
    name = _folded((candidate.given_name or "", candidate.family_name or ""))
    for one in waiting:
        if mark is not None:
            if mark == one.change.person:
                return one
        elif one.emails & emails or (not one.emails and not emails and name == one.name):
            return one
    return None


def claim(ctx: Context, one: Claim, id: str) -> None:
    """Tie an arrival to the person it was created for; the write is applied, and will be read back."""
    with ctx.store.transaction():
        settle(ctx, one.row, "applied", "found by reading", created_id=id)
        link_created(ctx, one.row, id)


def waiting_until(ctx: Context) -> float | None:
    """Until when, in our seconds, something in doubt must still be waited for; None when nothing is."""
    rows = [row for row in ctx.store.changes(UNDECIDED) if ctx.working(row.system) and row.sent_at is not None]
    if not rows:
        return None
    return max(row.sent_at or 0.0 for row in rows) + ctx.policies.writing.hold_seconds


def _read_back(ctx: Context, system: System, rows: Sequence[ChangeRow], stats: ApplyStats) -> None:
    """Changes of existing records: shown means done, as before means planned again, anything else means raced."""
    if not rows:
        return
    sendings = {row.id: load(ctx, row) for row in rows}
    targets = {id: one.candidate or one.change.target for id, one in sendings.items()}
    sources = sorted({one.change.target for one in sendings.values() if one.change.verb is Verb.SET_SOURCE})
    applications = system.connector.fresh("application", sources) if sources else {}
    children: dict[str, list[Row]] = {}
    for fresh in applications.values():
        children.setdefault(fresh.row.owner, []).append(fresh.row)
    readings = read_candidates(ctx, system, [one for one in targets.values() if one], children)
    gone: set[str] = set()
    with ctx.store.transaction():
        keep(ctx, system, [one.fresh.row for one in readings.values()])
        keep(ctx, system, [one.row for one in applications.values()])
        for row in rows:
            reading = readings.get(targets[row.id])
            if reading is None:
                gone.add(targets[row.id])
                _give_up(ctx, row, NO_ANSWER, stats)
            elif reading.profile is None:
                _give_up(ctx, row, f"the record cannot be read: {reading.reason}", stats)
            elif standing(sendings[row.id].change, reading.profile) is Standing.AFTER:
                settle(ctx, row, "applied", "found by reading")
            else:
                _give_up(ctx, row, "in doubt, and not shown when read", stats)
    vanished(ctx, system, gone - {""})
    mine = {row.id for row in rows}
    confirm(ctx, system, [row for row in ctx.store.changes(["applied"], system.name) if row.id in mine], stats)


def _look_for(ctx: Context, system: System, rows: Sequence[ChangeRow], stats: ApplyStats, began: float | None) -> None:
    for row in rows:
        if Verb(row.verb) is Verb.CREATE_CANDIDATE:
            found = _find_candidate(ctx, system, row)
        else:
            found = _find_child(ctx, system, row)
        if found:
            continue
        held = (row.sent_at or 0.0) + ctx.policies.writing.hold_seconds
        if began is not None and began > held:
            _give_up(ctx, row, "in doubt, and not there after the hold", stats)


def _find_candidate(ctx: Context, system: System, row: ChangeRow) -> bool:
    """Ask for the record by its e-mail: a hint that it is there. The listing of what changed has been resolved, and
    would have claimed it."""
    waiting = [one for one in claims(ctx).get(system.name, ()) if one.row.id == row.id]
    if not waiting:
        return True
    for email in sorted(waiting[0].emails)[:3]:
        for found in system.connector.find(CANDIDATE, email=email):
            readings = read_candidates(ctx, system, [found.id])
            reading = readings.get(found.id)
            if reading is None or reading.profile is None:
                continue
            ref = reading.profile.candidate.ref
            if ctx.store.person_of(ref) is None and claimed(reading.profile.candidate, waiting):
                with ctx.store.transaction():
                    keep(ctx, system, [reading.fresh.row])
                    claim(ctx, waiting[0], found.id)
                return True
    return False


def _find_child(ctx: Context, system: System, row: ChangeRow) -> bool:
    """An application or a note in doubt: its candidate's own list says whether it is there."""
    change = content(row)
    candidate = row.target or ctx.main_record(ctx.store.alias(row.person), row.system) or ""
    object = "application" if change.verb is Verb.CREATE_APPLICATION else "note"
    if not candidate:
        return False
    rows = system.connector.find(object, owner=candidate)
    reading = read_candidates(ctx, system, [candidate], {candidate: rows}).get(candidate)
    with ctx.store.transaction():
        keep(ctx, system, rows)
        if reading and reading.profile and standing(change, reading.profile) is Standing.AFTER:
            settle(ctx, row, "applied", "found by reading")
            return True
    return False


def _give_up(ctx: Context, row: ChangeRow, reason: str, stats: ApplyStats) -> None:
    stats.raced += 1
    settle(ctx, row, "raced", reason)


def _folded(name: tuple[str, str]) -> tuple[str, str]:
    return (name[0].casefold(), name[1].casefold())
