"""Who is not there any more: the periodic comparison of every id, deletions and merges made behind our back, and the
difference between those and an outage.

An absence is believed only when the record is asked for by name and not given; and never when so many are absent at
once that a lost permission or an empty answer is the better explanation.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import timedelta

import structlog

from connectors.kit.contract import Ref, Row, VendorError
from state.rows import LinkRow
from state.times import moment
from sync.context import CANDIDATE, Context, System, candidate_ref
from sync.guards import emptied, shrunken
from sync.pull import PullStats
from sync.reading import CHUNK, keep

log = structlog.get_logger(__name__)

EVERY = timedelta(hours=24)  # how often all ids are compared
SAMPLE = 50  # records read by name before a run, where a vendor does not say how many it holds
BATCH = 500  # candidates looked at by one query
EVERYBODY = 1_000_000_000
APPLICATION = "application"
SWEPT = (CANDIDATE, APPLICATION)


def due(ctx: Context) -> tuple[str, ...]:
    """The objects that a pull should list whole now, because their ids were not compared for a day."""
    for system in ctx.systems:
        progress = ctx.store.stream(system.name, CANDIDATE)
        if progress and (not progress.swept or ctx.clock() - moment(progress.swept) >= EVERY):
            return SWEPT
    return ()


def outage(ctx: Context, *, allowance: str) -> str:
    """Why this run must not go on: a side is empty or has shrunk too much at once. Empty when all is well, or when an
    allowance says so. A system that cannot be read is stopped."""
    return _each(ctx, lambda system: _outage(ctx, system, allowance))


def sweep(ctx: Context, stats: PullStats, *, allowance: str) -> str:
    """Compare the ids of every list that was read whole with those known; what is gone is confirmed by name and
    marked. Returns why the run must be held, or nothing; an allowance lets a large loss through."""
    return _each(ctx, lambda system: _sweep(ctx, system, stats, allowance))


def follow_moves(ctx: Context) -> None:
    """Candidates who lost an application to another one may have been merged into that one: they are asked for by
    name. A system that cannot be read is stopped."""
    _each(ctx, lambda system: _follow_moves(ctx, system))


def vanished(ctx: Context, system: System, ids: Collection[str]) -> None:
    """These candidates were asked for by name and are not there. Where the vendor merged one into another, its
    person goes with it; else the person has no side in this system any more. Raises `VendorError`."""
    for id in sorted(ids):
        moved, survivor = _survivor(ctx, system, id)
        with ctx.store.transaction():
            keep(ctx, system, moved)
            ctx.store.mark_missing(system.name, CANDIDATE, [id], ctx.run)
            _follow(ctx, system, id, survivor)
            person = ctx.store.person_of(candidate_ref(system.name, id))
            if person:
                ctx.store.mark_dirty([ctx.store.alias(person)])
        log.info("sweep.gone", system=system.name, id=id, survivor=survivor or None)


def _each(ctx: Context, work: Callable[[System], str]) -> str:
    """Do this for every system that can be read, until one says why the run is held."""
    for system in ctx.systems:
        if not ctx.working(system.name):
            continue
        try:
            held = work(system)
        except VendorError as error:
            ctx.stop(system.name, error)
            continue
        if held:
            return held
    return ""


def _outage(ctx: Context, system: System, allowance: str) -> str:
    total = system.connector.total(CANDIDATE)
    if total is not None:
        known = len(ctx.store.ids(system.name, CANDIDATE))
        return _held(ctx, system, known, max(0, known - total), allowance)
    sample = ctx.store.sample_ids(system.name, CANDIDATE, SAMPLE, ctx.run)
    absent = _absent(system, CANDIDATE, sample)
    held = _held(ctx, system, len(sample), len(absent), allowance)
    if not held:
        vanished(ctx, system, absent)
    return held


def _sweep(ctx: Context, system: System, stats: PullStats, allowance: str) -> str:
    for object in SWEPT:
        listed = stats.listed.get((system.name, object))
        if listed is None:
            continue
        known = ctx.store.ids(system.name, object)
        suspects = [one for one in known if one not in listed]
        held = _held(ctx, system, len(known), len(suspects), allowance)
        if object != CANDIDATE:  # an account may well lose its only application; never all of its people
            held = shrunken(system.name, len(known), len(suspects), ctx.policies.guards, allowance) or ""
        if held:
            return held
        _gone(ctx, system, object, _absent(system, object, suspects))
        ctx.store.mark_swept(system.name, object, ctx.now())
    return ""


def _follow_moves(ctx: Context, system: System) -> str:
    waiting = [ref.id for ref in ctx.store.dirty_records(EVERYBODY) if ref.system == system.name]
    suspects: set[str] = set()
    for start in range(0, len(waiting), BATCH):
        for id, application in _told(ctx, system, waiting[start : start + BATCH]):
            row = ctx.store.row(Ref(system.name, APPLICATION, application))
            if row is not None and row.owner not in ("", id):
                suspects.add(id)
    vanished(ctx, system, _absent(system, CANDIDATE, sorted(suspects)))
    return ""


def _told(ctx: Context, system: System, ids: Sequence[str]) -> list[tuple[str, str]]:
    """The applications that these candidates have told of, now or before, as (candidate, application). The ledger
    of touchpoints remembers what the rows no longer say."""
    links = [LinkRow(system.name, one, "", True, "", 0.0, "", "", "", "") for one in ids]
    return [(one.candidate, one.id) for one in ctx.store.touchpoints_of(links) if one.object == APPLICATION]


def _gone(ctx: Context, system: System, object: str, ids: Sequence[str]) -> None:
    if object == CANDIDATE:
        vanished(ctx, system, ids)
    elif ids:
        ctx.store.mark_missing(system.name, object, ids, ctx.run)


def _absent(system: System, object: str, ids: Sequence[str]) -> list[str]:
    """Those of these ids that the system does not show when asked by name."""
    absent: list[str] = []
    for start in range(0, len(ids), CHUNK):
        asked = ids[start : start + CHUNK]
        shown = system.connector.fresh(object, asked)
        absent.extend(one for one in asked if one not in shown)
    return absent


def _survivor(ctx: Context, system: System, id: str) -> tuple[list[Row], str]:
    """The candidate that took this one's place, with the rows that tell so: the one that now has its applications,
    else the only other one with its e-mail. '' when it is simply gone."""
    children = ctx.store.children(system.name, [id])[id]
    known = {row.id for row in children if row.object == APPLICATION}
    applications = sorted(known.union(application for _, application in _told(ctx, system, [id])))
    if applications and any(one.object == APPLICATION for one in system.connector.streams()):
        shown = system.connector.fresh(APPLICATION, applications)
        moved = [one.row for one in shown.values()]
        owners = {row.owner for row in moved} - {id, ""}
        if len(owners) == 1:
            return moved, owners.pop()
    found = _by_email(ctx, system, id)
    return found, (found[0].id if len(found) == 1 else "")


def _by_email(ctx: Context, system: System, id: str) -> list[Row]:
    """Other live candidates of the system with an e-mail of this one, as the vendor finds them."""
    emails = [value for kind, value in ctx.store.keys_of(candidate_ref(system.name, id)) if kind == "email"]
    rows: dict[str, Row] = {}
    for email in emails[:3]:
        rows.update({row.id: row for row in system.connector.find(CANDIDATE, email=email) if row.id != id})
    return list(rows.values())


def _follow(ctx: Context, system: System, id: str, survivor: str) -> None:
    """Tie the person of a merged record to the record it was merged into."""
    lost, kept = candidate_ref(system.name, id), candidate_ref(system.name, survivor)
    person = ctx.store.person_of(lost)
    if not survivor or person is None:
        return
    theirs = ctx.store.person_of(kept)
    if _kept_apart(ctx, [person], theirs or "", kept):
        return
    if theirs is None:
        evidence = '[{"what":"vendor","weight":0,"text":"The vendor merged the two records"}]'
        ctx.store.link(kept, person, rule="vendor_merge", score=0.0, evidence=evidence, by="vendor", now=ctx.now())
    elif theirs != person:
        ctx.store.merge_people(person, theirs, ctx.now())
    detail = {"gone": id, "survivor": survivor}
    ctx.store.journal(ctx.run, ctx.store.alias(person), system.name, "vendor_merge", detail, ctx.now())


def _kept_apart(ctx: Context, persons: Iterable[str], other: str, kept: Ref) -> bool:
    """Whether somebody decided that these are different people."""
    refs = [kept, *(link.ref for link in ctx.store.links(other))] if other else [kept]
    theirs = {link.ref for person in persons for link in ctx.store.links(person)}
    return any(ctx.store.never_linked(ref) & theirs for ref in refs)


def _held(ctx: Context, system: System, known: int, gone: int, allowance: str) -> str:
    """What the guards say of a side that lost so many of those known."""
    rule = ctx.policies.guards
    return (
        emptied(system.name, known, known - gone, allowance)
        or shrunken(system.name, known, gone, rule, allowance)
        or ""
    )
