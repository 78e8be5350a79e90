"""What is really so in a generated world: the answers a checker holds against what Tieline made of it.

JSON throughout, so that `tieline sandbox` can write it to a file beside the stand-ins. Ids are the vendors' own,
as strings; times are ISO-8601 in UTC.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(slots=True)
class FirstTouch:
    """The earliest qualifying engagement: when, what it was, the label people know it by, and the campaign.

    `system` is `ats` or `crm`: where it is on record.
    """

    at: str
    kind: str
    source: str
    campaign: str
    system: str


@dataclass(slots=True)
class PersonTruth:
    """One person behind the records.

    `shared`: what the copies of the two systems have in common (email, plus_address, linkedin, phone, name, or
    empty when the person is in one system only). `outcome`: of the latest application that ended, or `active`,
    `prospect`, empty. `milestone`: the furthest reached in any application. `consent`: granted, withdrawn, expired,
    unknown; `outreach_forbidden` says that any record of any system forbids it. `silver_medalist`, `hired` and
    `blocked` are what may be said across: confidential jobs do not count, and private or archived people are none.
    """

    person: str
    ats: list[str]
    crm: list[str]
    shared: str
    first_touch: FirstTouch | None
    overwritten: bool  # the ATS says "Careers page" though somebody reached the person earlier
    outcome: str
    milestone: str
    silver_medalist: bool
    blocked: bool  # rejected for a reason that blocks
    hired: bool
    private: bool
    archived: bool
    consent: str
    outreach_forbidden: bool


@dataclass(slots=True)
class Handoff:
    """A contact on a vacancy, and what should come of it: an application on `job`, or nothing, with the reason."""

    person: str
    contact: str
    vacancy: str
    job: str
    expected: bool
    why: str


@dataclass(slots=True)
class Truth:
    """All of it. `traps` names the people (lists of person ids) whose records share something and are strangers;
    `canaries` are the strings that must never leave the system they were put in."""

    seed: int
    people: list[PersonTruth] = field(default_factory=list)
    handoffs: list[Handoff] = field(default_factory=list)
    traps: dict[str, list[list[str]]] = field(default_factory=dict)
    canaries: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """As JSON objects."""
        return asdict(self)

    def dumps(self) -> str:
        """As JSON text, one document."""
        return json.dumps(self.plain(), ensure_ascii=False, indent=1)
