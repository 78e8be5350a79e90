"""The CRM's books: the contacts and what was done with them, numbered by time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from connectors.sandbox.invented import setting
from connectors.sandbox.invented.canaries import Canaries
from connectors.sandbox.invented.crm_records import Activity, CrmContact
from connectors.sandbox.invented.humans import Dice
from connectors.sandbox.invented.ids import native_id
from connectors.sandbox.invented.nurturing import Known
from connectors.sandbox.invented.setting import DAY
from connectors.sandbox.invented.tellings import (
    career,
    crm_mails,
    languages,
    linkedin,
    skills,
    studies,
)

_EMAIL_SOURCE = {
    "event": "event",
    "form": "form",
    "referral": "referral",
    "sourced": "extension",
    "import": "integration",
}
_STATUS = ("Lead", "Outreach Made", "Passive", "Engaged")


class CrmBooks(NamedTuple):
    """What the CRM holds of people."""

    contacts: tuple[CrmContact, ...]
    activities: tuple[Activity, ...]


def keep(known: list[Known], ats_ids: Mapping[int, str], dice: Dice, canaries: Canaries, now: float) -> CrmBooks:
    """Number everything by time and write it down. `ats_ids`: the candidate id, by person, that an earlier
    integration may have left."""
    known.sort(key=lambda one: (one.created, one.human.n))
    for n, one in enumerate(known):
        one.n = n
    left = dict(ats_ids)  # of two contacts for one person, the older carries it
    contacts = tuple(_contact(one, left.pop(one.human.n, ""), dice, canaries, now) for one in known)
    touches = sorted((touch.at, one.n, at) for one in known for at, touch in enumerate(one.touches))
    activities = []
    for n, (moment, contact, at) in enumerate(touches):
        touch = known[contact].touches[at]
        user = dice.count(0, 7) if touch.kind in ("sent", "note") else None
        activities.append(Activity(n, contact, touch.kind, touch.campaign, touch.channel, moment, user))
    return CrmBooks(contacts, tuple(activities))


def _contact(one: Known, ats_id: str, dice: Dice, canaries: Canaries, now: float) -> CrmContact:
    told, human, fate = one.told, one.human, one.fate
    place = dice.throw() < 0.75
    links = (human.homepage,) if human.homepage and dice.throw() < 0.5 else ()
    return CrmContact(
        n=one.n, person=human.n, given=told.given, family=told.family,
        emails=crm_mails(told.mails, human, _EMAIL_SOURCE[one.origin]),
        phones=tuple((phone, "mobile") for phone in told.phones),
        linkedin=linkedin(told.handle, dice) if told.handle else None,
        links=links,
        headline=told.title if dice.throw() < 0.8 else None,
        address=f"{told.city}, {told.country}" if place else None,
        city=told.city if place else None,
        country=told.country if place else None,
        country_code=human.place.code if place else None,
        positions=career(human, dice, told) if dice.throw() < 0.9 else (),
        studies=studies(human, dice), skills=skills(human, dice), languages=languages(human),
        tags=tuple(dict.fromkeys(one.tags)), pools=tuple(dict.fromkeys(one.pools)),
        memberships=tuple(one.memberships),
        status=dice.of(_STATUS),
        assigned=dice.count(0, 7) if dice.throw() < 0.5 else None,
        sourced_by=dice.count(0, 7) if one.origin == "sourced" else None,
        custom=_custom(one, dice, canaries, now),
        ats_id=native_id("candidate", 900_000 + human.n) if fate.stale_ats_id else ats_id,
        last_contact=one.last_contact, last_heard_from=one.last_heard,
        archived=fate.archived, do_not_contact=fate.do_not_contact,
        created=one.created, updated=one.updated,
    )  # fmt: skip


def _custom(one: Known, dice: Dice, canaries: Canaries, now: float) -> dict[str, Any]:
    held: dict[str, Any] = {}
    asked = max(one.created, now - 700 * DAY)
    if one.fate.consent == "granted":
        held |= {"Sourcing consent": "Yes", "Sourcing consent date": asked, "Sourcing consent expiry": now + 300 * DAY}
    elif one.fate.consent == "withdrawn":
        held |= {"Sourcing consent": "No", "Sourcing consent date": dice.between(asked, now - 60)}
    elif one.fate.consent == "expired":
        held |= {"Sourcing consent": "Yes", "Sourcing consent date": asked - 400 * DAY,
                 "Sourcing consent expiry": now - dice.between(5, 90) * DAY}  # fmt: skip
    if one.origin != "import":
        held["Original source"] = setting.ORIGINS[one.origin][0]
        if one.campaign is not None:
            held["Original campaign"] = setting.CAMPAIGNS[one.campaign][0]
    if dice.throw() < 0.5:
        held["Primary Area of Interest"] = one.human.field
    if dice.throw() < 0.1:
        held["Notice period"] = dice.of(("2 weeks", "1 month", "3 months"))
    if dice.throw() < 0.1:
        held["Diversity monitoring"] = canaries.next("EEO")
    return held
