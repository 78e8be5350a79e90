"""The rows of Greenhouse Harvest v3 as Tieline reads them: one model per stream, strict about ids, times and words that
decide something, lenient about nulls and new keys. The vendor's published schemas say non-null where rows carry null,
and closed where rows grew new keys.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal

from connectors.kit.contract import Row
from mapping.contract import Unreadable
from mapping.vendor import Id, Payload, reader

# Rows say in_process; filters and webhooks say active (harvestdocs.greenhouse.io, get_v3-applications; 2026-11-22).
Status = Literal["in_process", "active", "rejected", "hired", "converted"]


class Typed(Payload):
    """An e-mail address, phone number, postal address, website or social address."""

    value: str | None = None
    type: str | None = None


class CustomValue(Payload):
    """One entry of a record's custom_fields map; choices travel as labels."""

    value: Any = None


class Timed(Payload):
    """What every row has."""

    id: Id
    created_at: datetime | None = None
    updated_at: datetime | None = None


class CandidateRow(Timed):
    """A candidate, or the stub without the usual keys that stands for one we may not see."""

    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    title: str | None = None
    private: bool | None = None
    can_email: bool | None = None
    tags: list[str | None] | None = None
    email_addresses: list[Typed] | None = None
    phone_numbers: list[Typed] | None = None
    addresses: list[Typed] | None = None
    website_addresses: list[Typed] | None = None
    social_media_addresses: list[Typed] | None = None
    custom_fields: dict[str, CustomValue | None] | None = None


class ApplicationRow(Timed):
    """A candidacy or a prospect. `stage_id` names a row of application_stages, never a stage of the job."""

    candidate_id: Id
    job_id: Id | None = None
    source_id: Id | None = None
    status: Status
    prospect: bool | None = None
    prospective_job_ids: list[Id] | None = None
    stage_id: Id | None = None
    stage_name: str | None = None
    job_interview_stage_id: Id | None = None
    rejected_at: datetime | None = None
    rejection_reason_id: Id | None = None


class StageVisitRow(Timed):
    """One stay of an application in a stage of its job (application_stages)."""

    application_id: Id
    job_interview_stage_id: Id | None = None
    entered_at: datetime | None = None
    exited_at: datetime | None = None
    current: bool | None = None


class RejectionRow(Timed):
    """Why and when an application was rejected (rejection_details)."""

    application_id: Id
    rejection_reason_id: Id | None = None
    rejected_at: datetime | None = None


class ProspectRow(Timed):
    """The pool of a prospect (prospect_details)."""

    application_id: Id
    pool_id: Id | None = None


class NoteRow(Timed):
    """A note, reduced to the key of our own marker where it has one."""

    candidate_id: Id | None = None
    marker: str | None = None


class JobRow(Timed):
    """A job."""

    name: str | None = None
    requisition_id: str | None = None
    confidential: bool | None = None
    status: str
    is_template: bool | None = None


class NamedRow(Timed):
    """A tag, a referrer, a prospect pool or one of its stages."""

    name: str | None = None
    active: bool | None = None


class JobStageRow(NamedRow):
    """A stage of a job's pipeline (job_interview_stages)."""

    job_id: Id | None = None


class Group(Payload):
    """The type of a source or of a rejection reason."""

    key: str | None = None
    name: str | None = None


class GroupedRow(NamedRow):
    """A source with its strategy, or a rejection reason with its type."""

    type: Group | None = None


class CustomFieldRow(Timed):
    """The definition of a custom field."""

    name_key: str | None = None
    field_type: str | None = None
    value_type: str | None = None
    private: bool | None = None
    active: bool | None = None


class OptionRow(NamedRow):
    """One choice of a select field."""

    custom_field_id: Id


MODELS: Mapping[str, type[Timed]] = {
    "candidate": CandidateRow,
    "application": ApplicationRow,
    "application_stage": StageVisitRow,
    "rejection": RejectionRow,
    "prospect": ProspectRow,
    "note": NoteRow,
    "job": JobRow,
    "job_stage": JobStageRow,
    "rejection_reason": GroupedRow,
    "source": GroupedRow,
    "referrer": NamedRow,
    "tag": NamedRow,
    "pool": NamedRow,
    "pool_stage": NamedRow,
    "custom_field": CustomFieldRow,
    "custom_field_option": OptionRow,
    "user": Timed,
}
_READERS: Mapping[str, Callable[[Row], Timed]] = {name: reader(name, model) for name, model in MODELS.items()}


def read(row: Row) -> Timed:
    """The row in its model. Raises `Unreadable`, also for an object nobody has a model for."""
    known = _READERS.get(row.object)
    if known is None:
        raise Unreadable(f"{row.object}: no model says how to read it")
    return known(row)
