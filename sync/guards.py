"""When a run must stop and ask: pure checks of numbers, each answering with one sentence or nothing.

A side that is suddenly empty or smaller is an outage until somebody says otherwise; a plan that touches very many
people, or takes very much away, is a mistake until somebody says otherwise. An allowance (a first import, `--yes`)
is somebody saying otherwise; for an outage only `--yes` is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mapping import fields
from sync.changes import Change, FieldChange, Verb
from sync.settings import Guards

MIN_BLANKS = 20  # values taken away that are never suspicious
BLANK_SHARE = 0.02  # of the linked people
MIN_SHRINK = 5  # records: a side of ten people may lose some


def held(changes: Sequence[Change], linked: int, rule: Guards, allowance: str = "") -> str | None:
    """Why a plan is held, or nothing. `linked` is the number of people with a record in both systems."""
    if allowance:
        return None
    return mass_change(touched(changes), linked, rule) or mass_blanking(blanks(changes), linked)


def touched(changes: Iterable[Change]) -> int:
    """How many people a plan touches. Withdrawals are not counted: nothing holds them back."""
    return len({change.person for change in changes if not withdrawal(change)})


def withdrawal(change: Change) -> bool:
    """Whether a change only forbids outreach: such a change goes out even when the rest is held."""
    return change.verb is Verb.UPDATE_CANDIDATE and all(
        one.field in (fields.DO_NOT_CONTACT, fields.BLOCKED) and one.after is True for one in change.fields
    )


def mass_change(people: int, linked: int, rule: Guards) -> str | None:
    """Too many people at once: more than the number and more than the share."""
    if people <= rule.max_changes or people <= rule.max_share * linked:
        return None
    return (
        f"{people} people would be touched, more than {rule.max_changes} and more than {rule.max_share:.0%} "
        f"of the {linked} linked ones; read the plan, then run again with --yes or a higher --max-changes"
    )


def mass_blanking(taken: int, linked: int) -> str | None:
    """Too much taken away at once."""
    most = max(MIN_BLANKS, int(BLANK_SHARE * linked))
    if taken <= most:
        return None
    return f"{taken} values or places would be taken away, more than {most}; read the plan, then run again with --yes"


def blanks(changes: Iterable[Change]) -> int:
    """How many values and places a plan takes away. Our own projections may come and go."""
    total = 0
    for change in changes:
        total += change.verb is Verb.REMOVE_FROM_POOL
        total += sum(blanks_one(one) for one in change.fields)
    return total


def blanks_one(change: FieldChange) -> bool:
    """Whether this takes a value away that is not our own projection."""
    return change.before is not None and change.after is None and change.field not in fields.PROJECTIONS


def shrunken(system: str, known: int, gone: int, rule: Guards, allowance: str = "") -> str | None:
    """A side of which more than `max_shrink` is missing: an outage or a lost permission, not a mass deletion."""
    if allowance or known == 0 or gone < MIN_SHRINK or gone <= rule.max_shrink * known:
        return None
    return (
        f"{system} no longer shows {gone} of {known} records ({gone / known:.0%}): an outage or a lost permission? "
        "Nothing is written; run `tieline check`, and again with --yes if they are really gone"
    )


def emptied(system: str, known: int, seen: int, allowance: str = "") -> str | None:
    """A side that shows nothing where we knew something."""
    if allowance or known == 0 or seen > 0:
        return None
    return (
        f"{system} shows no records at all and we know {known}: an outage or a lost permission? "
        "Nothing is written; run `tieline check`, and again with --yes if it is really empty"
    )
