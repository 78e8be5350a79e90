"""Reading a few candidates now, by id, with what hangs on them: what every decision about a write rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import structlog

from connectors.kit.contract import Fresh, Row
from mapping.contract import Unreadable
from mapping.model import Profile
from sync.context import CANDIDATE, Context, System, validator

log = structlog.get_logger(__name__)

CHUNK = 50  # ids asked for at once: what vendors take in one request


class Reading(NamedTuple):
    """One candidate read now. `profile` is None when the mapper cannot read it, `reason` says why."""

    fresh: Fresh
    profile: Profile | None
    reason: str = ""


def read_candidates(
    ctx: Context, system: System, ids: Iterable[str], children: Mapping[str, Sequence[Row]] | None = None
) -> dict[str, Reading]:
    """Read candidates by id, with their children as stored and, laid over these, `children` read just now, by
    candidate. An id that is missing from the answer is gone or hidden. Raises `VendorError`."""
    newer = children or {}
    wanted = sorted(set(ids))
    fresh: dict[str, Fresh] = {}
    for start in range(0, len(wanted), CHUNK):
        fresh.update(system.connector.fresh(CANDIDATE, wanted[start : start + CHUNK]))
    known = ctx.store.children(system.name, sorted(fresh))
    return {
        id: _reading(system, one, _laid_over(known.get(id, ()), newer.get(id, ()))) for id, one in sorted(fresh.items())
    }


def stored_profile(ctx: Context, system: System, id: str) -> Profile | None:
    """A candidate as the state has it; None when it is not there or cannot be read."""
    row = ctx.store.candidates(system.name, [id]).get(id)
    if row is None:
        return None
    try:
        return system.mapper.profile(row, ctx.store.children(system.name, [id]).get(id, ()))
    except Unreadable:
        return None


def keep(ctx: Context, system: System, rows: Iterable[Row]) -> None:
    """Store rows that were read by id, so that the next decision sees them."""
    found = list(rows)
    if found:
        ctx.store.store_rows(system.name, found, run=ctx.run, validate=validator(system.mapper))


def _reading(system: System, fresh: Fresh, children: Sequence[Row]) -> Reading:
    try:
        return Reading(fresh, system.mapper.profile(fresh.row, children))
    except Unreadable as error:
        return Reading(fresh, None, str(error))
    except Exception as error:  # noqa: BLE001 - the fence around one person: everybody else goes on
        log.error("reading.unexpected", system=system.name, id=fresh.row.id, error=type(error).__name__)
        return Reading(fresh, None, f"unexpected {type(error).__name__}")


def _laid_over(known: Iterable[Row], newer: Iterable[Row]) -> list[Row]:
    """Stored children with newer ones in their place."""
    rows: Mapping[tuple[str, str], Row] = {(row.object, row.id): row for row in (*known, *newer)}
    return list(rows.values())
