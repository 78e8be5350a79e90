"""The policies' settings: the [policies] and [ownership] tables of tieline.toml, with their defaults.

Every model forbids unknown keys, so that a typo is an error with a place and not a silent default.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from mapping import fields
from mapping.fields import Owner
from mapping.model import Milestone, ReasonType


class Strict(BaseModel):
    """A settings table: unknown keys are errors and inputs are not repeated in messages."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Handoff(Strict):
    """CRM to ATS, and back. `jobs` maps vacancy ids to job ids where the vacancy does not carry it itself."""

    enabled: bool = True
    on_vacancy: bool = True
    stages: list[str] = Field(default_factory=list)  # vacancy stages that trigger; empty: every open stage
    pools: list[str] = Field(default_factory=list)  # pool names that make a prospect of their people
    tags: list[str] = Field(default_factory=list)  # tags that make a prospect
    jobs: dict[str, str] = Field(default_factory=dict)
    match_titles: bool = True  # a vacancy with exactly one open job of the same title maps to it
    source: str = ""  # ATS source for handed-off people; empty: the first touch's, else one named after the CRM
    note: bool = True
    create_contacts: Literal["never", "granted", "always"] = "granted"  # ATS to CRM, for people the CRM never knew


class Disposition(Strict):
    """ATS to CRM: outcomes, silver medalists, hires."""

    enabled: bool = True
    silver_milestone: Milestone = Milestone.FINAL
    silver_reasons: list[ReasonType] = Field(default_factory=lambda: [ReasonType.COMPANY, ReasonType.NEUTRAL])
    silver_tag: str = "Silver medalist"
    silver_pool: str = "Silver medalists"
    cooling_off_days: int = Field(default=0, ge=0)
    block_on_blocking: bool = True
    nurture_pools: list[str] = Field(default_factory=lambda: ["*"])  # pool names; * is every pool but `keep_pools`
    keep_pools: list[str] = Field(default_factory=list)


class Attribution(Strict):
    """First touch. `fill` writes the application's source when it is empty or generic, `enforce` always."""

    enabled: bool = True
    source: Literal["observe", "fill", "enforce"] = "fill"
    generic: list[str] = Field(
        default_factory=lambda: [
            "careers page", "company careers page", "company website", "career site", "company career site",
            "jobs page on your website", "jobs page", "website", "other", "unknown", "none", "not specified",
            "job board",
        ]
    )  # fmt: skip
    sources: dict[str, str] = Field(default_factory=dict)  # first-touch label or channel -> ATS source name


class ConsentPolicy(Strict):
    """Withdrawals travel both ways; `months` after which a grant expires (0: never, unless the vendor says)."""

    enabled: bool = True
    months: int = Field(default=0, ge=0)


class Guards(Strict):
    """When a run stops and asks. A run is held when it touches more than `max_changes` people and more than
    `max_share` of the linked ones; a side is an outage when more than `max_shrink` of what we know is gone."""

    max_changes: int = Field(default=50, ge=0)
    max_share: float = Field(default=0.10, ge=0, le=1)
    max_shrink: float = Field(default=0.05, ge=0, le=1)


class Writing(Strict):
    """`hold_seconds`: how long an in-doubt create is waited for; longer than a vendor can apply a request late."""

    hold_seconds: float = Field(default=20, ge=0)
    workers: int = Field(default=6, ge=1, le=32)
    rounds: int = Field(default=4, ge=1, le=10)  # passes of pull, plan and apply within one run until it is quiet


class Policies(Strict):
    """All of [policies]."""

    handoff: Handoff = Field(default_factory=Handoff)
    disposition: Disposition = Field(default_factory=Disposition)
    attribution: Attribution = Field(default_factory=Attribution)
    consent: ConsentPolicy = Field(default_factory=ConsentPolicy)
    guards: Guards = Field(default_factory=Guards)
    writing: Writing = Field(default_factory=Writing)
    ownership: dict[str, Owner] = Field(default_factory=dict)

    def owner(self, field: str) -> Owner:
        """Who owns a shared profile field."""
        return self.ownership.get(field, DEFAULT_OWNERSHIP.get(field, "none"))

    def only(self, names: Sequence[str]) -> Policies:
        """The same with every policy resting that is not named; all of them work when none is. Ownership and
        consent never rest."""
        if not names:
            return self
        rests = {name: getattr(self, name).model_copy(update={"enabled": name in names}) for name in RESTING}
        return self.model_copy(update=rests)


RESTING = ("handoff", "disposition", "attribution")


DEFAULT_OWNERSHIP: dict[str, Owner] = {
    fields.GIVEN_NAME: "newest",
    fields.FAMILY_NAME: "newest",
    fields.EMAILS: "union",
    fields.PHONES: "union",
    fields.LINKS: "union",
    fields.COMPANY: "newest",
    fields.TITLE: "newest",
    fields.LOCATION: "newest",
    fields.TAGS: "none",
}
