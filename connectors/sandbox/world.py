"""One consistent, invented hiring world, from which both stand-ins are filled.

Everything here is plain data. Records name each other by `n`, their index (from 0) within their own kind, in order
of creation; the vendor's id of a record is `native_id(kind, n)`, so that the truth beside the world can be written
before any vendor has been filled. A stand-in that creates a record later goes on counting where the world stopped.
Times are seconds since 1970. How it is made: `connectors.sandbox.invented`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from connectors.sandbox.invented.ats_records import (
    AtsApplication,
    AtsCandidate,
    AtsField,
    AtsNote,
    AtsTag,
    AtsUser,
    Eeo,
    Job,
    JobStage,
    PoolStage,
    ProspectPool,
    Reason,
    Referrer,
    Source,
    Visit,
)
from connectors.sandbox.invented.crm_records import (
    Activity,
    Campaign,
    CrmContact,
    CrmEmail,
    CrmField,
    CrmPool,
    CrmUser,
    GlobalTag,
    Membership,
    Position,
    Study,
    Vacancy,
    VacancyStage,
)
from connectors.sandbox.invented.ids import ATS_BASE, SILO, FieldOption, Typed, native_id
from connectors.sandbox.truth import Truth

__all__ = [  # noqa: RUF022 (the order of ruff puts one name on a line)
    "ATS_BASE", "Activity", "AtsApplication", "AtsCandidate", "AtsField", "AtsNote", "AtsTag", "AtsUser",
    "Campaign", "CrmContact", "CrmEmail", "CrmField", "CrmPool", "CrmUser", "Eeo", "FieldOption", "GlobalTag",
    "Job", "JobStage", "Membership", "PoolStage", "Position", "ProspectPool", "Reason", "Referrer", "SILO",
    "Source", "Study", "Truth", "Typed", "Vacancy", "VacancyStage", "Visit", "World", "generate", "native_id",
]  # fmt: skip


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


def generate(people: int, seed: int = 1, now: datetime | None = None) -> World:
    """The world of so many people, as of `now` (the machine's time when not given). The same arguments give the
    same world."""
    from connectors.sandbox.invented.history import make

    moment = (now or datetime.now(UTC)).timestamp()
    return make(people, seed, round(moment, 3))
