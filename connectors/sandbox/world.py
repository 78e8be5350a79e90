"""One consistent, invented hiring world, from which both stand-ins are filled.

Everything here is plain data. Records name each other by `n`, their index (from 0) within their own kind, in order
of creation; the vendor's id of a record is `native_id(kind, n)`, so that the truth beside the world can be written
before any vendor has been filled. A stand-in that creates a record later goes on counting where the world stopped.
Times are seconds since 1970 (whole milliseconds). `generate` lives in `connectors.sandbox.generator`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Literal, NamedTuple
from uuid import UUID

from connectors.sandbox.truth import Truth

# Greenhouse ids are integers above 2^32 whose last three digits name the silo (FACTS, section 3).
ATS_BASE: Mapping[str, int] = {
    "candidate": 60_200_000, "application": 90_100_000, "application_stage": 95_500_000, "job": 6_400_000,
    "job_stage": 11_900_000, "rejection_detail": 67_100_000, "rejection_reason": 4_002_900, "source": 4_010_200,
    "referrer": 51_002_000, "candidate_tag": 7_300_000, "applied_candidate_tag": 7_400_000, "prospect_detail": 66_100_000,
    "prospect_pool": 5_310_000, "prospect_pool_stage": 5_320_000, "custom_field": 8_800_000,
    "custom_field_option": 8_900_000, "user": 4_280_000, "note": 81_000_000, "eeoc": 9_100_000, "opening": 9_700_000,
    "attachment": 9_800_000,
}  # fmt: skip
SILO = 2
_HEX = {"global_tag": 32, "crm_user": 20}  # the rest of the CRM's ids are UUIDs


@lru_cache(maxsize=400_000)
def native_id(kind: str, n: int) -> str:
    """The id a vendor gives to the n-th record of a kind. The ATS's kinds are those of `ATS_BASE` (decimal
    digits, rising with n); every other kind is the CRM's (UUID, 32 or 20 hexadecimal digits)."""
    base = ATS_BASE.get(kind)
    if base is not None:
        return str((base + n) * 1000 + SILO)
    digest = blake2b(f"{kind}:{n}".encode(), digest_size=16)
    length = _HEX.get(kind)
    if length is not None:
        return digest.hexdigest()[:length]
    return str(UUID(bytes=digest.digest(), version=4))


# ---------------------------------------------------------------------------- the ATS


class AtsUser(NamedTuple):
    """Somebody who works in the ATS."""

    n: int
    given: str
    family: str
    email: str
    site_admin: bool


class Source(NamedTuple):
    """A source an application may carry; `strategy` is the vendor's `type.name`."""

    n: int
    name: str
    strategy: str


class Referrer(NamedTuple):
    """Who gets credit. `user` is the n of an ATS user, or None for an outsider."""

    n: int
    name: str
    user: int | None


class Reason(NamedTuple):
    """A rejection reason. `type_key`: WE_REJECTED_THEM, THEY_REJECTED_US, NONE_SPECIFIED, SECURITY_CONCERN;
    `default`: built in, hidden unless include_defaults is asked for."""

    n: int
    name: str
    type_key: str
    default: bool


class JobStage(NamedTuple):
    """A stage of one job, in order from 0. `milestone` is the truth: applied, screened, interviewed, final, offer,
    or empty for a label that nobody could know."""

    n: int
    name: str
    order: int
    milestone: str


class Job(NamedTuple):
    """A job of the ATS; `closed` is None while it is open."""

    n: int
    title: str
    requisition: str | None
    department: str
    place: str
    confidential: bool
    opened: float
    closed: float | None
    stages: tuple[JobStage, ...]


class PoolStage(NamedTuple):
    """A stage of a prospect pool of the ATS."""

    n: int
    name: str
    order: int


class ProspectPool(NamedTuple):
    """A prospect pool of the ATS."""

    n: int
    name: str
    stages: tuple[PoolStage, ...]


class FieldOption(NamedTuple):
    """A choice of a select field."""

    n: int
    name: str


class AtsField(NamedTuple):
    """A custom field of the ATS. `ours`: one of those Tieline asks for; left out when they are not defined."""

    n: int
    name: str
    name_key: str
    value_type: str
    field_type: str  # candidate or application
    private: bool
    options: tuple[FieldOption, ...]
    ours: bool


class AtsTag(NamedTuple):
    """A candidate tag."""

    n: int
    name: str


Typed = tuple[str, str]  # (value, the vendor's type word)


class AtsCandidate(NamedTuple):
    """A candidate as the ATS tells it. `custom`: name_key -> value as the ATS shows it (labels, ISO dates)."""

    n: int
    person: int
    given: str
    family: str
    preferred: str | None
    company: str | None
    title: str | None
    emails: tuple[Typed, ...]
    phones: tuple[Typed, ...]
    addresses: tuple[Typed, ...]
    websites: tuple[Typed, ...]
    social: tuple[str, ...]
    tags: tuple[str, ...]
    private: bool
    can_email: bool
    custom: Mapping[str, Any]
    created: float
    updated: float


class Visit(NamedTuple):
    """One stay in a stage (a row of application_stages); `exited` None: still there."""

    n: int
    stage: int  # n of a JobStage
    entered: float
    exited: float | None


class AtsApplication(NamedTuple):
    """An application or, with `prospect`, a prospect. `status`: in_process, rejected, hired, converted.

    `rejection` is the n of its rejection_details row, `prospecting` that of its prospect_details row.
    """

    n: int
    candidate: int
    job: int | None
    prospect: bool
    prospective_jobs: tuple[int, ...]
    pool: int | None
    pool_stage: int | None
    prospecting: int | None
    status: Literal["in_process", "rejected", "hired", "converted"]
    source: int | None
    referrer: int | None
    recruiter: int | None
    visits: tuple[Visit, ...]
    rejection: int | None
    reason: int | None
    rejected_by: int | None
    rejected: float | None
    hired: float | None
    answers: tuple[tuple[str, str | None], ...]
    created: float
    updated: float


class AtsNote(NamedTuple):
    """A note. `visibility` in the reading spelling: publicly_visible, privately_visible, admin_only_visible."""

    n: int
    candidate: int
    application: int | None
    user: int
    type: str
    visibility: str
    body: str
    created: float


class Eeo(NamedTuple):
    """Protected answers. Each carries a canary: nothing of it may ever be seen outside the ATS."""

    n: int
    application: int
    candidate: int
    gender: str
    race: str
    veteran: str
    disability: str
    submitted: float


# ---------------------------------------------------------------------------- the CRM


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


class World(NamedTuple):
    """Both vendors' contents and the truth about them."""

    seed: int
    now: float
    ats_users: tuple[AtsUser, ...]
    sources: tuple[Source, ...]
    referrers: tuple[Referrer, ...]
    reasons: tuple[Reason, ...]
    jobs: tuple[Job, ...]
    prospect_pools: tuple[ProspectPool, ...]
    ats_fields: tuple[AtsField, ...]
    ats_tags: tuple[AtsTag, ...]
    candidates: tuple[AtsCandidate, ...]
    applications: tuple[AtsApplication, ...]
    notes: tuple[AtsNote, ...]
    eeo: tuple[Eeo, ...]
    crm_users: tuple[CrmUser, ...]
    vacancies: tuple[Vacancy, ...]
    pools: tuple[CrmPool, ...]
    global_tags: tuple[GlobalTag, ...]
    crm_fields: tuple[CrmField, ...]
    campaigns: tuple[Campaign, ...]
    contacts: tuple[CrmContact, ...]
    activities: tuple[Activity, ...]
    truth: Truth
