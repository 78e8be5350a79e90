"""After a yes: read again, and believe only what is read.

The base moves to what the vendor gives back, effects are remembered, and the change is done. A vendor that says yes
and keeps something else is told apart from one whose answers lag, and is not asked the same thing for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from connectors.kit.contract import Row
from mapping.model import Profile
from state.ledgers import encode
from state.rows import ChangeRow, EffectRow, NoticeDraft
from sync.changes import Change, FieldChange, Verb, base_after
from sync.compare import Standing, lost, standing
from sync.context import CANDIDATE, Context, System, candidate_ref
from sync.reading import Reading, keep, read_candidates
from sync.verdicts import ApplyStats, content, settle

LAG_SECONDS = 1.0  # a reading that still shows the old value is taken again once, this much later
NOT_KEPT = "not kept: "  # how the reason of a change begins that the vendor accepted and did not keep


def confirm(ctx: Context, system: System, rows: Sequence[ChangeRow], stats: ApplyStats) -> None:
    """Read back what these applied changes wrote and finish them. What cannot be read yet stays applied and is
    looked at again by the next cycle. Raises `VendorError`."""
    left = _pass(ctx, system, rows, stats, last=False)
    if left:
        ctx.sleep(LAG_SECONDS)
        _pass(ctx, system, left, stats, last=True)


def _pass(ctx: Context, system: System, rows: Sequence[ChangeRow], stats: ApplyStats, *, last: bool) -> list[ChangeRow]:
    """One look at all of them; returns those worth a second look."""
    if not rows:
        return []
    targets = {row.id: _candidate(ctx, row) for row in rows}
    children = _children(system, rows, targets)
    readings = read_candidates(ctx, system, targets.values(), children)
    left: list[ChangeRow] = []
    with ctx.store.transaction():
        keep(ctx, system, [one.fresh.row for one in readings.values()])
        keep(ctx, system, [row for found in children.values() for row in found])
        for row in rows:
            if not _finish(ctx, row, readings.get(targets[row.id]), stats, last=last):
                left.append(row)
    return left


def _candidate(ctx: Context, row: ChangeRow) -> str:
    """The native id of the candidate a change concerns."""
    verb = Verb(row.verb)
    if verb is Verb.CREATE_CANDIDATE:
        return row.created_id or ""
    if verb is Verb.SET_SOURCE:
        held = ctx.store.row(candidate_ref(row.system, row.target)._replace(object="application"))
        return held.owner if held else ""
    return row.target or ctx.main_record(ctx.store.alias(row.person), row.system) or ""


def _children(system: System, rows: Iterable[ChangeRow], targets: dict[int, str]) -> dict[str, list[Row]]:
    """What was created beside a candidate, or changed in an application, read now; by candidate."""
    found: dict[str, list[Row]] = {}
    sources: list[str] = []
    for row in rows:
        change, candidate = content(row), targets[row.id]
        if change.verb is Verb.CREATE_APPLICATION or (change.verb is Verb.CREATE_CANDIDATE and change.job):
            found.setdefault(candidate, []).extend(system.connector.find("application", owner=candidate))
        elif change.verb is Verb.CREATE_NOTE:
            found.setdefault(candidate, []).extend(system.connector.find("note", owner=candidate))
        elif change.verb is Verb.SET_SOURCE:
            sources.append(change.target)
    for one in system.connector.fresh("application", sorted(set(sources))).values() if sources else ():
        found.setdefault(one.row.owner, []).append(one.row)
    return found


def _finish(ctx: Context, row: ChangeRow, reading: Reading | None, stats: ApplyStats, *, last: bool) -> bool:
    """Finish one change by what was read; False when it should be looked at once more."""
    change = content(row)
    if reading is None or reading.profile is None:
        if last:
            _unseen(ctx, row, stats)
        return last
    profile = reading.profile
    if change.verb in (Verb.UPDATE_CANDIDATE, Verb.CREATE_CANDIDATE):
        missing = lost(change, profile.candidate.values)
        if missing and not last:
            return False
        _done(ctx, row, change, profile, missing, stats)
        return True
    if standing(change, profile) is Standing.AFTER:
        _done(ctx, row, change, profile, (), stats)
        return True
    if last:
        _not_shown(ctx, row, change, stats)
    return last


def _done(
    ctx: Context, row: ChangeRow, change: Change, profile: Profile, missing: Sequence[FieldChange], stats: ApplyStats
) -> None:
    person = ctx.store.alias(row.person)
    moves = base_after(change, profile.candidate.values, ctx.store.base([person])[person])
    for system, values in moves.items():
        ctx.store.set_base(person, system, values, ctx.now())
    if missing:
        _not_kept(ctx, row, change, missing, stats)
        return
    stats.done += 1
    settle(ctx, row, "done", "")
    for effect in change.effects:
        if effect.undo:
            ctx.store.drop_effect(person, row.system, effect.kind, effect.target)
        else:
            ctx.store.put_effect(
                EffectRow(person, row.system, effect.kind, effect.target, effect.cause, row.id, ctx.now())
            )


def _not_kept(ctx: Context, row: ChangeRow, change: Change, missing: Sequence[FieldChange], stats: ApplyStats) -> None:
    """The vendor said yes and shows something else. The second time for the same value it is a dead letter."""
    names = ", ".join(one.field for one in missing)
    detail = f"{row.system} accepted {names} and shows another value"
    notice = NoticeDraft("not_kept", row.person, row.system, detail)
    ctx.store.put_notices(ctx.run, [notice], ctx.now())
    before = _refused_before(ctx, row)
    again = {(one.field, encode(one.after)) for one in missing} <= before
    if again and change.verb is not Verb.CREATE_CANDIDATE:
        stats.dead += 1
        settle(ctx, row, "dead", f"{NOT_KEPT}{names}: accepted twice, kept neither time")
        return
    stats.done += 1
    settle(ctx, row, "done", NOT_KEPT + names)


def _refused_before(ctx: Context, row: ChangeRow) -> set[tuple[str, str]]:
    """The fields and values that this system accepted for this person before and did not keep."""
    found: set[tuple[str, str]] = set()
    for one in ctx.store.person_changes(ctx.store.alias(row.person)):
        if one.id != row.id and one.system == row.system and (one.reason or "").startswith(NOT_KEPT):
            names = (one.reason or "").removeprefix(NOT_KEPT).split(": ")[0].split(", ")
            found |= {(field.field, encode(field.after)) for field in content(one).fields if field.field in names}
    return found


def _not_shown(ctx: Context, row: ChangeRow, change: Change, stats: ApplyStats) -> None:
    """A pool, a source, a note or an application that was accepted and is not there."""
    if _young(ctx, row):
        return
    stats.dead += 1
    settle(ctx, row, "dead", f"{row.system} accepted {change.verb.value.replace('_', ' ')} and does not show it")


def _unseen(ctx: Context, row: ChangeRow, stats: ApplyStats) -> None:
    """What was written to cannot be read any more. A record we created keeps its link, so that it is not created
    again; a person who looks must say what became of it."""
    if Verb(row.verb) is not Verb.CREATE_CANDIDATE:
        stats.raced += 1
        settle(ctx, row, "raced", "the record is no longer shown since it was written")
    elif not _young(ctx, row):
        stats.dead += 1
        settle(ctx, row, "dead", f"created as {CANDIDATE} {row.created_id} and not shown since: merged or hidden")


def _young(ctx: Context, row: ChangeRow) -> bool:
    """Whether the vendor may still take its time to show this; until then the change stays applied."""
    return row.sent_at is not None and ctx.seconds() - row.sent_at < ctx.policies.writing.hold_seconds
