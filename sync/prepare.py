"""The last look before a write: read what is written to, compare, and decide whether the request still leaves.

Nothing is sent from here. Whoever decided the change saw an older state: somebody may have edited the field, done
the same thing by hand, merged or deleted the record, or taken consent back since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Literal

from connectors.kit.contract import Fresh, Row, Write
from mapping import fields
from mapping.model import Profile, Value
from state.rows import ChangeRow
from sync.changes import Change, Verb
from sync.compare import Standing, remaining, standing
from sync.context import CANDIDATE, Context, System, candidate_ref
from sync.reading import read_candidates, stored_profile

# What a change becomes at the moment of sending. `wait`: its candidate does not exist yet.
Next = Literal["send", "after", "raced", "wait", "cancelled", "dead"]
NO_ANSWER = "the record is no longer shown: it was merged, deleted or hidden"


@dataclass(slots=True)
class Sending:
    """One change on its way: the candidate it concerns ('' when that is yet to be created), what was read of it
    just now, what becomes of the change and why, and the write when it leaves."""

    row: ChangeRow
    change: Change
    candidate: str = ""
    fresh: Fresh | None = None
    profile: Profile | None = None
    next: Next = "send"
    reason: str = ""
    write: Write | None = None
    gone: bool = False  # the record we wanted to write to is not shown any more
    looked: list[Row] = field(default_factory=list)  # what was there already of what is to be created

    def turn(self, next: Next, reason: str) -> None:
        """Decide something else than sending."""
        self.next, self.reason = next, reason


def load(ctx: Context, row: ChangeRow) -> Sending:
    """A change from the outbox, with the candidate it is about as linked today."""
    change = Change.model_validate_json(row.content)
    sending = Sending(row, change)
    main = ctx.main_record(row.person, row.system)
    if change.verb is Verb.CREATE_CANDIDATE:
        if main is not None:
            sending.turn("raced", "the person has a record in this system by now")
        return sending
    if change.verb is Verb.SET_SOURCE:
        held = ctx.store.row(candidate_ref(row.system, "")._replace(object="application", id=change.target))
        sending.candidate = held.owner if held else ""
    else:
        sending.candidate = change.target or main or ""
    if not sending.candidate:
        sending.turn("wait", "its candidate does not exist yet")
    elif ctx.store.person_of(candidate_ref(row.system, sending.candidate)) != ctx.store.alias(row.person):
        sending.turn("raced", "the record belongs to another person by now")
    return sending


def prepare(ctx: Context, system: System, sendings: Sequence[Sending], pool: Executor) -> list[Row]:
    """Look at everything these changes are about and decide for each; returns what was read, to be stored. Raises
    `VendorError` when the system cannot be read."""
    going = [one for one in sendings if one.next == "send"]
    children: dict[str, list[Row]] = {}
    for one, looked in zip(going, pool.map(lambda one: _look(system, one), going), strict=True):
        one.looked = looked
        if one.candidate:
            children.setdefault(one.candidate, []).extend(looked)
    applications = _applications(system, going)
    for fresh in applications.values():
        children.setdefault(fresh.row.owner, []).append(fresh.row)
    readings = read_candidates(ctx, system, [one.candidate for one in going if one.candidate], children)
    for one in going:
        reading = readings.get(one.candidate)
        if reading is not None:
            one.fresh, one.profile = reading.fresh, reading.profile
            if reading.profile is None:
                one.turn("raced", f"the record cannot be read: {reading.reason}")
        elif one.candidate:
            one.gone = True
            one.turn("raced", NO_ANSWER)
        if one.next == "send" and one.change.verb is Verb.SET_SOURCE:
            one.fresh = applications.get(one.change.target)
    rows = [row for one in going for row in one.looked]
    return [*(one.fresh.row for one in readings.values()), *(one.row for one in applications.values()), *rows]


def decide(ctx: Context, system: System, one: Sending) -> None:
    """Decide about one change that could be read, and make its write. The rows read have been stored before."""
    if one.change.verb is Verb.CREATE_CANDIDATE:
        if _already_there(ctx, system, one):
            return
    elif one.profile is None:
        one.turn("raced", NO_ANSWER)
        return
    else:
        match standing(one.change, one.profile):
            case Standing.AFTER:
                one.turn("after", "the system shows it already")
                return
            case Standing.MOVED:
                one.turn("raced", "somebody changed it since it was decided")
                return
            case Standing.GONE:
                one.turn("raced", NO_ANSWER)
                return
    if _forbidden(ctx, system, one):
        one.turn("cancelled", "the person has withdrawn consent to outreach")
        return
    one.write = _write(system, one)


def ledger(one: Sending) -> list[tuple[str, Value]]:
    """The values this write carries, field by field, for the sent ledger."""
    if one.profile is None:
        return [(field.field, field.after) for field in one.change.fields]
    return [(field.field, field.after) for field in remaining(one.change, one.profile.candidate.values)]


def _look(system: System, one: Sending) -> list[Row]:
    """Before something is created: whether it is there already. Runs on a worker, reads only."""
    connector, change = system.connector, one.change
    if change.verb is Verb.CREATE_CANDIDATE:
        found = (connector.find(CANDIDATE, email=email) for email in _emails(change))
        return [row for rows in found for row in rows]
    if change.verb is Verb.CREATE_APPLICATION:
        return list(connector.find("application", owner=one.candidate))
    if change.verb is Verb.CREATE_NOTE:
        return list(connector.find("note", owner=one.candidate))
    return []


def _emails(change: Change) -> tuple[str, ...]:
    for one in change.fields:
        if one.field == fields.EMAILS and isinstance(one.after, tuple):
            return one.after[:3]
    return ()


def _applications(system: System, going: Iterable[Sending]) -> Mapping[str, Fresh]:
    """The applications whose source is to be set, read now."""
    ids = sorted({one.change.target for one in going if one.change.verb is Verb.SET_SOURCE})
    return system.connector.fresh("application", ids) if ids else {}


def _already_there(ctx: Context, system: System, one: Sending) -> bool:
    """Whether one of the records found by e-mail may be this person: unknown to us, or theirs. A record that is
    somebody else's by decision does not stand in the way."""
    person = ctx.store.alias(one.row.person)
    for row in one.looked:
        ref = candidate_ref(system.name, row.id)
        if ctx.store.person_of(ref) not in (None, person):
            continue
        if ctx.store.record_state(ref) == "live":
            one.turn("raced", "a record with this e-mail has appeared in the meantime")
        else:
            one.turn("dead", "a record with this e-mail is there and cannot be read")
        return True
    return False


def _forbidden(ctx: Context, system: System, one: Sending) -> bool:
    """Whether this change would open somebody to outreach who has said no, on either side, by what is known now."""
    if not _opens_to_outreach(system, one.change):
        return False
    other = ctx.other(system.name)
    record = ctx.main_record(one.row.person, other.name)
    theirs = stored_profile(ctx, other, record) if record else None
    return any(profile is not None and _says_no(profile) for profile in (one.profile, theirs))


def _opens_to_outreach(system: System, change: Change) -> bool:
    if change.verb is Verb.ADD_TO_POOL:
        return True
    return change.verb is Verb.CREATE_CANDIDATE and system.role == "crm"


def _says_no(profile: Profile) -> bool:
    if profile.candidate.values.get(fields.DO_NOT_CONTACT) is True:
        return True
    return any(one.state in ("withdrawn", "expired") for one in profile.consents if one.purpose == "outreach")


def _write(system: System, one: Sending) -> Write:
    mapper, change, key = system.mapper, one.change, one.change.key
    match change.verb:
        case Verb.CREATE_CANDIDATE:
            values = {field.field: field.after for field in change.fields}
            if fields.PERSON_ID in mapper.writable():
                values[fields.PERSON_ID] = change.person  # the marker a lost answer is settled by
            return mapper.create_candidate(values, change.job, change.source, key)
        case Verb.UPDATE_CANDIDATE:
            seen = one.profile.candidate.values if one.profile else {}
            left = {field.field: (field.before, field.after) for field in remaining(change, seen)}
            return mapper.update_candidate(one.candidate, left, key)
        case Verb.CREATE_APPLICATION:
            return mapper.create_application(one.candidate, change.job or "", change.source, key)
        case Verb.SET_SOURCE:
            return mapper.set_source(change.target, change.source or "", key)
        case Verb.CREATE_NOTE:
            return mapper.create_note(one.candidate, change.note or "", key)
        case Verb.ADD_TO_POOL | Verb.REMOVE_FROM_POOL:
            return mapper.pool(one.candidate, change.pool or "", add=change.verb is Verb.ADD_TO_POOL, key=key)
