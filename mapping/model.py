"""The canonical model (DESIGN section 4): what a record means once a vendor's words are gone.

Everything is frozen. Times are aware UTC, ids are strings, missing is `None` and an unreadable or hidden field
is simply absent from `Candidate.seen`. Protected data (EEO, birth dates, health, salary, private notes, answers
to free questions) has no field here, on purpose: there is nothing to leak.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from connectors.kit.contract import Ref

# The value of one field as the policies compare it. Sets are sorted tuples; nothing is None; times are ISO-8601.
Value = str | bool | tuple[str, ...] | None


class Frozen(BaseModel):
    """Base of all canonical types; errors never repeat the input, because it is personal data."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, extra="ignore")


class Milestone(StrEnum):
    """How far an application came, in our words, in this order."""

    APPLIED = "applied"
    SCREENED = "screened"
    INTERVIEWED = "interviewed"
    FINAL = "final"
    OFFER = "offer"
    HIRED = "hired"

    @property
    def rank(self) -> int:
        """Position in the funnel, from 0."""
        return list(Milestone).index(self)


class Outcome(StrEnum):
    """Where an application stands: still open, or one of the three dispositions."""

    OPEN = "open"
    HIRED = "hired"
    REJECTED = "rejected"  # the company said no
    WITHDRAWN = "withdrawn"  # the candidate said no


class ReasonType(StrEnum):
    """Why an application ended, coarsely. BLOCKING never becomes a silver medalist and sets do-not-contact."""

    COMPANY = "company"
    CANDIDATE = "candidate"
    NEUTRAL = "neutral"
    BLOCKING = "blocking"


class Email(Frozen):
    """An address as given, its normalised form (identity decides what is the same), and whether it is primary."""

    value: str
    normal: str
    type: str = ""


class Phone(Frozen):
    """A number as given and, where it can be read, in E.164."""

    value: str
    e164: str | None = None
    type: str = ""


class Candidate(Frozen):
    """A person's profile as one system tells it.

    `values` holds every comparable field by canonical name (see `mapping.fields`), including our own projections
    (custom fields); a name that is absent could not be seen, which is not the same as empty (`None`).
    """

    ref: Ref
    given_name: str | None = None
    family_name: str | None = None
    full_name: str | None = None
    emails: tuple[Email, ...] = ()
    phones: tuple[Phone, ...] = ()
    linkedin: str | None = None
    links: tuple[str, ...] = ()
    company: str | None = None
    title: str | None = None
    location: str | None = None
    tags: tuple[str, ...] = ()
    pools: tuple[str, ...] = ()  # native ids of the pools this record is in
    private: bool = False
    do_not_contact: bool | None = None
    anonymised: bool = False
    archived: bool = False
    crossrefs: tuple[tuple[str, str], ...] = ()  # (role or vendor kind, native id) ids of the other side stored here
    created: datetime | None = None
    updated: datetime | None = None
    unread: tuple[str, ...] = ()  # parts left out because they could not be read, and why, without the part itself
    values: dict[str, Value]


class StageVisit(Frozen):
    """One stay in a stage: the vendor's label, our milestone (None when unmapped), and when."""

    stage: str
    milestone: Milestone | None = None
    entered: datetime | None = None
    exited: datetime | None = None


class Application(Frozen):
    """A candidacy for a job. `reached` is the furthest milestone; `stage` the vendor's own label of today."""

    ref: Ref
    candidate: str  # native id of the candidate record
    job: str | None = None  # native id of the job; None for a jobless prospect
    prospective_jobs: tuple[str, ...] = ()
    prospect: bool = False
    stage: str | None = None
    milestone: Milestone | None = None
    reached: Milestone = Milestone.APPLIED
    outcome: Outcome = Outcome.OPEN
    closed: datetime | None = None  # when it was rejected, withdrawn or hired
    reason: str | None = None
    reason_id: str | None = None
    reason_type: ReasonType | None = None
    source: str | None = None  # the vendor's label
    source_id: str | None = None
    applied: datetime | None = None
    updated: datetime | None = None
    history: tuple[StageVisit, ...] = ()
    live: bool = True  # False: converted, or its stage in the CRM is a closed one
    url: str | None = None


class Job(Frozen):
    """A job (ATS) or a vacancy (CRM). `ats_id` is the id of the other side's job where the vacancy carries it."""

    ref: Ref
    title: str
    requisition: str | None = None
    open: bool = True
    confidential: bool = False
    ats_id: str | None = None


class Pool(Frozen):
    """A talent pool of the CRM, or a prospect pool of the ATS."""

    ref: Ref
    name: str
    type: str = ""


Channel = Literal[
    "application", "campaign", "email", "event", "form", "referral", "sourced", "social", "agency", "website", "other"
]


class Touchpoint(Frozen):
    """One dated engagement. A reference to content, never content. `qualifies` is False for what we did to a
    person (a message sent, a note) and True for what brings a person in or what they did."""

    ref: Ref
    kind: str
    channel: Channel
    at: datetime
    direction: Literal["in", "out"] = "in"
    source: str | None = None  # label of where it came from, as people know it
    campaign: str | None = None
    qualifies: bool = True


# The evidence of a statement that is nothing but the vendor's own do-not-contact mark.
FLAG_EVIDENCE = "do not contact"


class Consent(Frozen):
    """A statement about one purpose. Unknown is not granted; the most restrictive statement wins."""

    purpose: str = "outreach"
    state: Literal["granted", "withdrawn", "expired", "unknown"]
    at: datetime | None = None
    expires: datetime | None = None
    system: str = ""
    evidence: str = ""


class Profile(Frozen):
    """Everything one system says about one candidate record, gathered: what a mapper returns."""

    candidate: Candidate
    applications: tuple[Application, ...] = ()
    touchpoints: tuple[Touchpoint, ...] = ()
    consents: tuple[Consent, ...] = ()
    markers: tuple[str, ...] = ()  # keys of our own notes found on the record
