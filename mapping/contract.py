"""What a vendor's mapper offers the engine, and the configuration it is made with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field

from connectors.kit.contract import Row, WantedField, Write
from mapping.fields import Owner
from mapping.model import Channel, Job, Milestone, Pool, Profile, ReasonType, Value


class Unreadable(Exception):  # noqa: N818 - what it says of the record is its name
    """This record cannot be read; the message says which part and why, without any value."""


class Unsupported(Exception):  # noqa: N818 - as above
    """This system has no way to do what was asked; the message is one sentence, without any value. A change that
    raises it is a dead letter."""


class CustomField(BaseModel):
    """One custom field tied to a canonical name: `key` is the vendor's (name_key, or display name); `id` may be
    given where the vendor offers no list of definitions; `owner` makes it a shared field
    of its own, as [ownership] would."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    key: str
    field: str
    type: str = "text"
    id: str = ""
    direction: str = "both"  # read, write, both
    owner: Owner | None = None


class ConsentField(BaseModel):
    """Consent kept in custom fields: a yes/no `field`, the `date_field` of the statement, and its purpose."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    purpose: str = "outreach"
    field: str
    date_field: str = ""


class MappingConfig(BaseModel):
    """The mapping part of one system's section in tieline.toml. Everything has a default in the vendor's mapper;
    what is given here is laid over it."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    custom_fields: list[CustomField] = Field(default_factory=list)
    stages: dict[str, Milestone] = Field(default_factory=dict)  # vendor label -> milestone
    reasons: dict[str, ReasonType] = Field(default_factory=dict)  # vendor label or id -> type
    sources: dict[str, Channel] = Field(default_factory=dict)  # vendor label -> channel
    consent: list[ConsentField] = Field(default_factory=list)
    profile_url: str = ""  # the page a recruiter opens, with {id}; empty: the vendor's usual one
    default_region: str = "US"  # ISO 3166-1 alpha-2; how a phone without a country code is read


class Unmapped(BaseModel):
    """A vendor word that no rule covers: reported, never guessed. `kind` is stage, reason, source or field."""

    model_config = ConfigDict(frozen=True)

    kind: str
    label: str


class Mapper(Protocol):
    """What one system's records mean. Pure: it is told the reference tables by `learn` and keeps only those.

    `mapping.<kind>.Mapper(system: str, config: MappingConfig)` makes one.
    """

    system: str

    def learn(self, object: str, rows: Sequence[Row]) -> None:
        """Take in a reference table (jobs, stages, reasons, sources, custom fields, pools, tags, users)."""

    def profile(self, candidate: Row, children: Sequence[Row]) -> Profile:
        """Everything this system says about one candidate: the record and its applications, stage visits,
        rejections, notes, activities. Raises `Unreadable`."""

    def validate(self, row: Row) -> None:
        """Full validation of one changed row of any stream against its pydantic model. Raises `Unreadable`."""

    def jobs(self) -> Mapping[str, Job]:
        """Jobs or vacancies, by native id."""

    def pools(self) -> Mapping[str, Pool]:
        """Pools, by native id."""

    def sources(self) -> Mapping[str, str]:
        """Sources an application may carry: native id -> label. Empty where the vendor has none."""

    def writable(self) -> frozenset[str]:
        """Canonical fields that can be written here now: a projection whose custom field is missing is not in."""

    def kept(self) -> Sequence[str]:
        """Custom fields (name_key, or display name) whose values the connector may keep; every other one is cut
        away before anything is stored. A leading `~` makes it a case-insensitive part of the name."""

    def wanted(self) -> Sequence[WantedField]:
        """Custom fields the projections need, whether they exist or not."""

    def missing(self) -> Sequence[WantedField]:
        """Those of `wanted` that the vendor does not have."""

    def unmapped(self) -> Sequence[Unmapped]:
        """Vendor words met in the reference tables that no rule covers."""

    def link(self, id: str) -> str | None:
        """The page a recruiter opens for this candidate."""

    def create_candidate(self, values: Mapping[str, Value], job: str | None, source: str | None, key: str) -> Write:
        """A new candidate with these canonical values and, where the vendor takes it in one call, the first
        application on `job` with `source` (native ids)."""

    def update_candidate(self, id: str, fields: Mapping[str, tuple[Value, Value]], key: str) -> Write:
        """Change some fields of a candidate: canonical name -> (before, after). Sets travel as what is added and
        what is removed, so that the connector can merge them into what it reads just before writing."""

    def create_application(self, candidate: str, job: str, source: str | None, key: str) -> Write:
        """Put an existing candidate on a job."""

    def set_source(self, application: str, source: str, key: str) -> Write:
        """Change the source of an application."""

    def create_note(self, candidate: str, text: str, key: str) -> Write:
        """Write one private note; `text` already carries the marker."""

    def pool(self, candidate: str, pool: str, *, add: bool, key: str) -> Write:
        """Put a candidate into a pool, or take them out."""
