"""What the ATS of the invented world holds, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from connectors.sandbox.invented.ids import FieldOption, Typed


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
