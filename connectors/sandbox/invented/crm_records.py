"""What the CRM of the invented world holds, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from connectors.sandbox.invented.ids import FieldOption, Typed


class CrmUser(NamedTuple):
    """Somebody who works in the CRM."""

    n: int
    given: str
    family: str
    email: str


class VacancyStage(NamedTuple):
    """A stage of a vacancy; `type` is open or closed."""

    n: int
    name: str
    order: int
    type: Literal["open", "closed"]


class Vacancy(NamedTuple):
    """A vacancy. `job`: the n of the job it truly mirrors, None when there is none; `linked`: it carries the ATS's
    id, so that nobody has to guess; `requisition` may be all that ties it."""

    n: int
    title: str
    job: int | None
    linked: bool
    requisition: str | None
    place: str
    open: bool
    stages: tuple[VacancyStage, ...]
    created: float
    updated: float


class CrmPool(NamedTuple):
    """A talent pool. `nurture`: people in it are written to, so a hire must leave it."""

    n: int
    name: str
    type: str
    nurture: bool
    created: float


class GlobalTag(NamedTuple):
    """A tag of the tenant's dictionary."""

    n: int
    name: str


class CrmField(NamedTuple):
    """A custom field of the CRM: `type` text, date, single-select or multi-select. `hidden`: a role may not see it."""

    n: int
    name: str
    type: str
    options: tuple[FieldOption, ...]
    folder: str
    hidden: bool
    ours: bool


class Campaign(NamedTuple):
    """A campaign, an event or a form that people are reached by."""

    n: int
    name: str
    channel: str


class Position(NamedTuple):
    """One employment."""

    company: str
    role: str
    start: str
    end: str | None


class Study(NamedTuple):
    """One education."""

    school: str
    program: str
    degree: str
    start: str
    end: str


class Membership(NamedTuple):
    """A contact on a vacancy, in one of its stages."""

    vacancy: int
    stage: int  # n of a VacancyStage
    since: float


class CrmEmail(NamedTuple):
    """An address and where the CRM has it from."""

    value: str
    type: str
    source: str


class CrmContact(NamedTuple):
    """A contact as the CRM tells it. `custom`: display name -> value (select: label; date: seconds since 1970);
    `ats_id`: the ATS's candidate id an earlier integration left, empty for none."""

    n: int
    person: int
    given: str
    family: str
    emails: tuple[CrmEmail, ...]
    phones: tuple[Typed, ...]
    linkedin: str | None
    links: tuple[str, ...]
    headline: str | None
    address: str | None
    city: str | None
    country: str | None
    country_code: str | None
    positions: tuple[Position, ...]
    studies: tuple[Study, ...]
    skills: tuple[str, ...]
    languages: tuple[str, ...]
    tags: tuple[int, ...]
    pools: tuple[int, ...]
    memberships: tuple[Membership, ...]
    status: str
    assigned: int | None
    sourced_by: int | None
    custom: Mapping[str, Any]
    ats_id: str
    last_contact: float | None
    last_heard_from: float | None
    archived: bool
    do_not_contact: bool
    created: float
    updated: float


class Activity(NamedTuple):
    """One touchpoint of a contact: `kind` is sent, opened, clicked, replied, bounced, note, form, event."""

    n: int
    contact: int
    kind: str
    campaign: int | None
    channel: str
    at: float
    user: int | None
