"""Consent: the most restrictive statement wins, travels both ways, and is never weakened by us.

Only `True` is ever written to do-not-contact here. A grant that has run out is treated as expired, by the given
time, daily; unknown is not granted.
"""

from __future__ import annotations

import calendar
from datetime import datetime
from typing import Literal

from mapping import fields
from mapping.model import FLAG_EVIDENCE, Consent
from sync.policies.proposal import Proposal, refusal
from sync.policies.standing import silent
from sync.settings import Policies
from sync.view import Effect, PersonView, Side

POLICY = "consent"
BLOCKED = "blocked"
MARKETING = "marketing"  # its refusal stops campaigns, not a recruiter's own message: never do-not-contact

State = Literal["withdrawn", "expired", "granted", "unknown"]


def propose(view: PersonView, policies: Policies) -> Proposal:
    """Carry a withdrawal to every record that does not have it yet, and look again when a grant runs out. A side
    whose statement is not in its own do-not-contact mark gets that too: what is said once holds everywhere."""
    found = Proposal()
    if not policies.consent.enabled:
        return found
    for side, other in ((view.crm, view.ats), (view.ats, view.crm)):
        speaker = other if statement(view, other) else side
        said = statement(view, speaker)
        if said is None or side.candidate is None or side.values.get(fields.DO_NOT_CONTACT) is True:
            continue
        if refusal(side, fields.DO_NOT_CONTACT) and speaker is not side:
            detail = f"a withdrawal in {speaker.system} could not be carried to {side.system}"
            found.notice("consent_not_sent", view.person, side.system, detail)
        because = f"{said} in {speaker.system}: the most restrictive statement wins"
        found.set(side, fields.DO_NOT_CONTACT, True, because, POLICY)
    if expiry := next_expiry(view, policies):
        found.look_again(expiry)
    return found


def withheld(view: PersonView) -> Proposal:
    """What is told when a withdrawal stays where it is because nothing is written across about this person."""
    found = Proposal()
    for side, other in ((view.ats, view.crm), (view.crm, view.ats)):
        if other.candidate is None or view.tombstoned or statement(view, side) is None:
            continue
        if other.values.get(fields.DO_NOT_CONTACT) is not True:
            detail = f"a withdrawal in {side.system} was not carried to {other.system}: {silent(view)}"
            found.notice("consent_not_sent", view.person, other.system, detail)
    return found


def statement(view: PersonView, side: Side) -> str | None:
    """What this side says that forbids outreach, or nothing. A do-not-contact that Tieline itself set for a
    blocking reason is no statement of the person's."""
    if side.candidate is None:
        return None
    if any(one.state == "withdrawn" and one.evidence != FLAG_EVIDENCE for one in about_outreach(side)):
        return "consent withdrawn"
    flagged = any(one.state == "withdrawn" for one in about_outreach(side))
    marked = side.candidate.do_not_contact is True or side.values.get(fields.DO_NOT_CONTACT) is True
    if (flagged or marked) and block(view, side) is None:
        return "marked do not contact"
    return None


def about_outreach(side: Side) -> tuple[Consent, ...]:
    """The statements of this side that are about being written to."""
    return tuple(one for one in side.consents if one.purpose != MARKETING)


def block(view: PersonView, side: Side) -> Effect | None:
    """The do-not-contact we set here for a blocking reason, if we did."""
    return next((one for one in view.effects if one.system == side.system and one.kind == BLOCKED), None)


def state(view: PersonView, policies: Policies) -> State:
    """Where outreach consent stands over both systems: the most restrictive statement."""
    if any(statement(view, side) for side in (view.ats, view.crm)):
        return "withdrawn"
    states = {_state(one, view.now, policies) for side in (view.ats, view.crm) for one in about_outreach(side)}
    if "expired" in states:
        return "expired"
    return "granted" if "granted" in states else "unknown"


def forbidden(view: PersonView, policies: Policies) -> bool:
    """Whether nothing that enables outreach may be written."""
    return state(view, policies) in ("withdrawn", "expired")


def next_expiry(view: PersonView, policies: Policies) -> datetime | None:
    """When the next grant runs out, if one will."""
    ends = [
        end
        for side in (view.ats, view.crm)
        for one in about_outreach(side)
        if one.state == "granted" and (end := expires(one, policies)) and end > view.now
    ]
    return min(ends, default=None)


def expires(one: Consent, policies: Policies) -> datetime | None:
    """When a grant runs out: the vendor's date, or ours by `months`, whichever is earlier."""
    ours = add_months(one.at, policies.consent.months) if one.at and policies.consent.months else None
    ends = [end for end in (one.expires, ours) if end]
    return min(ends, default=None)


def add_months(at: datetime, months: int) -> datetime:
    """The same day so many calendar months later, or the last one of a shorter month."""
    year, month = divmod(at.month - 1 + months, 12)
    year, month = at.year + year, month + 1
    return at.replace(year=year, month=month, day=min(at.day, calendar.monthrange(year, month)[1]))


def _state(one: Consent, now: datetime, policies: Policies) -> State:
    if one.state == "granted" and (end := expires(one, policies)) and end <= now:
        return "expired"
    return one.state
