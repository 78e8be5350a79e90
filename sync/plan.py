"""The plan: all changes of a run, in an order that depends on nothing but them, as a document that can be kept,
compared and applied later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import msgspec
from pydantic import ValidationError

from sync.changes import Change, Conflict, Decided, FieldChange, Notice, Plan, Verb

VERSION = 1
_VERBS = {verb: place for place, verb in enumerate(Verb)}


class UnreadablePlan(Exception):  # noqa: N818 - what it says of the file is its name
    """A plan file that cannot be applied; the message is one sentence for the person who gave it."""


class Line(NamedTuple):
    """One line of a plan's summary: how many changes of a policy in a system do one thing, to how many people."""

    policy: str
    system: str
    what: str
    changes: int
    people: int


class Moved(NamedTuple):
    """A change of an older plan that would not be made like this today, and what is different."""

    change: Change
    why: str


def build(decided: Iterable[Decided], *, ats: str, crm: str, made: str, held: str = "") -> Plan:
    """Gather what was decided about everybody. `made` is an ISO time, given."""
    people = 0
    changes: list[Change] = []
    notices: dict[tuple[str, ...], Notice] = {}
    conflicts: list[Conflict] = []
    for one in decided:
        people += 1
        changes.extend(one.changes)
        conflicts.extend(one.conflicts)
        for notice in one.notices:
            notices.setdefault((notice.kind, notice.system, notice.subject, notice.detail), notice)
    return Plan(
        made=made,
        ats=ats,
        crm=crm,
        people=people,
        changes=tuple(ordered(changes, ats)),
        notices=tuple(notices[key] for key in sorted(notices)),
        conflicts=tuple(sorted(conflicts, key=lambda one: (one.person, one.field))),
        held=held,
        version=VERSION,
    )


def ordered(changes: Iterable[Change], ats: str) -> list[Change]:
    """Withdrawals first, then by person, system and verb. Several changes of one verb keep the order in which they
    were decided, which is that of the contact's places."""
    return sorted(
        changes, key=lambda one: (one.priority != 0, one.person, one.system != ats, one.system, _VERBS[one.verb])
    )


def to_json(plan: Plan) -> bytes:
    """The plan as one JSON document, the same bytes for the same plan."""
    encoded = msgspec.json.encode(plan.model_dump(mode="json"), order="sorted")
    return msgspec.json.format(encoded, indent=1) + b"\n"


def from_json(text: bytes) -> Plan:
    """The plan in a file. Raises `UnreadablePlan`."""
    try:
        plan = Plan.model_validate_json(text)
    except ValidationError:
        raise UnreadablePlan("this is not a plan that `tieline plan --out` wrote") from None
    if plan.version != VERSION:
        raise UnreadablePlan(
            f"this plan has version {plan.version}, this Tieline applies version {VERSION}: plan again"
        )
    return plan


def summary(plan: Plan) -> tuple[Line, ...]:
    """What the plan does, by policy and system: a changed field counts for the policy that wants it."""
    changes: Counter[tuple[str, str, str]] = Counter()
    people: dict[tuple[str, str, str], set[str]] = {}
    for change in plan.changes:
        for policy, what in _parts(change):
            key = (policy, change.system, what)
            changes[key] += 1
            people.setdefault(key, set()).add(change.person)
    return tuple(Line(*key, changes=changes[key], people=len(people[key])) for key in sorted(changes))


def moved(plan: Plan, now: Plan) -> tuple[Moved, ...]:
    """Those changes of `plan` that today's plan `now` would not make exactly like this. What `now` has beside them
    is no obstacle: it is not applied."""
    today = {change.key for change in now.changes}
    there: dict[tuple[str, str, Verb, str], Change] = {}
    for change in now.changes:
        there.setdefault(_place(change), change)
    return tuple(
        Moved(change, _difference(change, there.get(_place(change))))
        for change in plan.changes
        if change.key not in today
    )


def _parts(change: Change) -> list[tuple[str, str]]:
    if change.verb is Verb.UPDATE_CANDIDATE:
        return [(one.policy, one.field) for one in change.fields]
    return [(change.policy, change.verb.value)]


def _place(change: Change) -> tuple[str, str, Verb, str]:
    """What a change is about, whatever it does to it."""
    about = change.job or change.pool or (change.target if change.verb is Verb.SET_SOURCE else "")
    urgent = "first" if change.priority == 0 else ""
    return change.person, change.system, change.verb, about or urgent


def _difference(then: Change, today: Change | None) -> str:
    if today is None:
        return "no longer needed, done already, or not possible any more"
    fields_then, fields_now = _by_name(then), _by_name(today)
    names = sorted(
        name for name in fields_then.keys() | fields_now.keys() if fields_then.get(name) != fields_now.get(name)
    )
    return f"different now: {', '.join(names)}" if names else "different now"


def _by_name(change: Change) -> dict[str, tuple[object, object]]:
    return {one.field: _values(one) for one in change.fields}


def _values(one: FieldChange) -> tuple[object, object]:
    return one.before, one.after
