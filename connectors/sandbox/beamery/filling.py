"""Fills an account from the invented world."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.sandbox.beamery.account import COMPANY_ID, USER_ROLES, Account, Contact, Definition
from connectors.sandbox.clock import stamp
from connectors.sandbox.invented.crm_records import CrmContact, Vacancy
from connectors.sandbox.invented.ids import many_objects, native_id
from connectors.sandbox.invented.setting import crm_fields
from connectors.sandbox.world import World

Json = Any


def fill(account: Account, world: World | None, *, defined_fields: bool, ats_kind: str, now: float) -> None:
    """Everything the CRM holds. Without a world: custom fields and one user, nobody else."""
    _fields(account, defined_fields, world.now if world else now)
    if world is None:
        id = native_id("crm_user", 0)
        account.users[id] = _user(id, "Rae", "Calloway", "calloway.0@hiring.example.com")
        return
    for user in world.crm_users:
        id = native_id("crm_user", user.n)
        account.users[id] = _user(id, user.given, user.family, user.email)
    account.tags = {native_id("global_tag", tag.n): tag.name for tag in world.global_tags}
    account.campaigns = {native_id("campaign", one.n): one.name for one in world.campaigns}
    for pool in world.pools:
        account.pools[native_id("pool", pool.n)] = pool_row(
            native_id("pool", pool.n), pool.name, pool.type, pool.created
        )
    for vacancy in world.vacancies:
        account.vacancies[native_id("vacancy", vacancy.n)] = _vacancy(vacancy, ats_kind)
    with many_objects(len(world.contacts)):
        for contact in world.contacts:
            account.add(_contact(account, contact))
        _activities(account, world)
    for kind, count in (("contact", len(world.contacts)), ("pool", len(world.pools)), ("global_tag",
        len(world.global_tags)),
                        ("activity", len(world.activities))):  # fmt: skip
        account.reserve(kind, count)


def _fields(account: Account, ours: bool, now: float) -> None:
    for one in crm_fields():
        account.reserve("crm_field", one.n + 1)
        account.reserve("crm_option", max((option.n + 1 for option in one.options), default=0))
        if one.ours and not ours:
            continue
        options = {native_id("crm_option", option.n): option.name for option in one.options}
        id = native_id("crm_field", one.n)
        account.fields[id] = Definition(id, one.name, one.type, options, one.folder, now)


def _user(id: str, given: str, family: str, email: str) -> dict[str, Json]:
    return {"id": id, "email": email, "firstName": given, "lastName": family, "roles": USER_ROLES, "active": True}


def pool_row(id: str, name: str, kind: str, created: float) -> dict[str, Json]:
    """A pool; `contactCount` is counted when it is shown."""
    return {
        "id": id, "companyId": COMPANY_ID, "name": name, "description": None, "type": kind, "pipeline": None,
        "visibility": "standard", "globalTags": [], "links": {"step": None, "metadata": None},
        "createdBy": native_id("crm_user", 0), "updatedBy": native_id("crm_user", 0),
        "createdAt": stamp(created), "updatedAt": stamp(created),
    }  # fmt: skip


def _vacancy(vacancy: Vacancy, ats_kind: str) -> dict[str, Json]:
    """With an ATS connected, a vacancy carries the job's id and a display key `<requisition>-<job id>`; one that
    was typed in by hand carries at best the requisition."""
    job = native_id("job", vacancy.job) if vacancy.job is not None and vacancy.linked else ""
    key = f"{vacancy.requisition}-{job}" if vacancy.requisition and job else vacancy.requisition
    return {
        "id": native_id("vacancy", vacancy.n), "companyId": COMPANY_ID, "title": vacancy.title, "displayKey": key,
        "departmentId": None, "teamId": None, "location": {"address": vacancy.place, "city": vacancy.place},
        "remote": vacancy.place == "Remote", "description": f"<p>{vacancy.title}</p>", "salary": None,
        "type": "full_time", "priority": "High", "published": vacancy.open, "jobUrl": None,
        "status": "open" if vacancy.open else "closed", "owner": native_id("crm_user", vacancy.n % 8),
        "globalTags": [],
        "stages": [
            {"id": native_id("vacancy_stage", stage.n), "name": stage.name, "order": stage.order, "type": stage.type}
            for stage in vacancy.stages
        ],
        "integrations": {ats_kind: {"id": job}} if job else {},
        "createdAt": stamp(vacancy.created), "updatedAt": stamp(vacancy.updated),
    }  # fmt: skip


def _contact(account: Account, one: CrmContact) -> Contact:
    made = Contact(
        one.n, native_id("contact", one.n), one.created, one.updated,
        first=one.given, last=one.family, headline=one.headline,
        emails=[
            {"id": account.item_id("em"), "value": mail.value, "type": mail.type, "source": mail.source}
            for mail in one.emails
        ],
        phones=[{"id": account.item_id("ph"), "value": value, "type": kind} for value, kind in one.phones],
        links=[link_row(account.item_id("li"), url) for url in ((one.linkedin,) if one.linkedin else ()) + one.links],
        experience=[
            {"id": account.item_id("ex"), "organisationName": job.company, "role": job.role, "startDate": job.start,
             "endDate": job.end, "current": job.end is None}
            for job in one.positions
        ],
        education=[
            {"id": account.item_id("ed"), "organisationName": study.school, "program": study.program,
             "degree": study.degree, "major": study.program, "startDate": study.start, "endDate": study.end}
            for study in one.studies
        ],
        skills=list(one.skills), languages=list(one.languages),
        tags=[native_id("global_tag", n) for n in one.tags], pools=[native_id("pool", n) for n in one.pools],
        vacancies=[
            (native_id("vacancy", place.vacancy), native_id("vacancy_stage",
                place.stage)) for place in one.memberships
        ],
        status=one.status, ats_id=one.ats_id, last_contact=one.last_contact, last_heard=one.last_heard_from,
        archived=one.archived, do_not_contact=one.do_not_contact, mails_since=one.created,
        custom=_custom(account, one.custom),
    )  # fmt: skip
    made.primary = made.emails[0]["value"] if made.emails else None
    made.assigned = native_id("crm_user", one.assigned) if one.assigned is not None else None
    made.sourced_by = native_id("crm_user", one.sourced_by) if one.sourced_by is not None else None
    if one.address is not None:
        made.location = {"id": account.item_id("loc"), "address": one.address, "city": one.city,
                         "country": one.country, "countryCode": one.country_code}  # fmt: skip
    return made


def _custom(account: Account, held: Mapping[str, Any]) -> dict[str, Json]:
    """The world speaks in labels and seconds; the account holds option ids and ISO times."""
    found: dict[str, Json] = {}
    for name, value in held.items():
        field = account.field_named(name)
        if field is None:
            continue
        if field.type == "single-select":
            found[field.id] = next(id for id, label in field.options.items() if label == value)
        else:
            found[field.id] = stamp(value) if field.type == "date" else value
    return found


def link_row(id: str, url: str) -> dict[str, Json]:
    """A link; LinkedIn's carry the handle."""
    plain = url.partition("?")[0].rstrip("/")
    linkedin = "linkedin.com/in/" in plain.lower()
    return {
        "id": id, "value": url, "service": "linkedin" if linkedin else "website",
            "type": "social" if linkedin else "other",
        "username": plain.rsplit("/", 1)[-1] if linkedin else None, "userId": None, "bio": None,
    }  # fmt: skip


def _activities(account: Account, world: World) -> None:
    for one in world.activities:
        contact = native_id("contact", one.contact)
        campaign = native_id("campaign", one.campaign) if one.campaign is not None else None
        account.activities.setdefault(contact, []).append(
            activity_row(native_id("activity", one.n), contact, one.kind, one.channel, campaign,
                         account.campaigns.get(campaign or ""), one.at,
                         native_id("crm_user", one.user) if one.user is not None else None)
        )  # fmt: skip


def activity_row(
    id: str, contact: str, kind: str, channel: str, campaign: str | None, name: str | None, at: float, user: str | None
) -> dict[str, Json]:
    """One engagement."""
    return {
        "id": id, "contactId": contact, "campaignId": campaign, "campaignName": name, "touchpointId": None,
        "channel": channel, "type": kind, "occurredAt": stamp(at), "userId": user,
    }  # fmt: skip
