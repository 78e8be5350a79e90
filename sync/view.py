"""One person with everything both systems say about them: the only thing a policy ever sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from connectors.kit.contract import Capabilities, Ref
from mapping.model import Application, Candidate, Consent, Job, Pool, Touchpoint, Value


@dataclass(frozen=True, slots=True)
class FirstTouch:
    """The earliest qualifying touchpoint known, and whether a hire froze it."""

    touchpoint: Touchpoint
    frozen: bool = False


@dataclass(frozen=True, slots=True)
class Effect:
    """Something an earlier run did for a reason, and may have to undo."""

    system: str
    kind: str
    target: str
    cause: str


@dataclass(frozen=True, slots=True)
class Catalog:
    """The reference tables of one system that policies need: shared by all people of a run."""

    system: str
    role: str  # ats, crm
    capabilities: Capabilities
    writable: frozenset[str]
    jobs: Mapping[str, Job] = field(default_factory=dict)
    pools: Mapping[str, Pool] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)  # native id -> label
    kind: str = ""  # the connector's kind: only compared with labels, never branched on


@dataclass(frozen=True, slots=True)
class Side:
    """One system's half of a person. `candidate` is None where the person has no live record there; `gone` says
    that there was one and it was deleted or vanished, which never means that it may be created again. `applications`
    are those of all its records there. `sent` holds values we may have written and no reading has confirmed since."""

    catalog: Catalog
    ref: Ref | None = None
    candidate: Candidate | None = None
    others: tuple[Ref, ...] = ()  # further records of the same person: linked, reported, not written to
    applications: tuple[Application, ...] = ()
    touchpoints: tuple[Touchpoint, ...] = ()
    consents: tuple[Consent, ...] = ()
    markers: frozenset[str] = frozenset()
    base: Mapping[str, Value] = field(default_factory=dict)
    sent: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    link: str | None = None  # the page a recruiter opens
    gone: bool = False
    former_jobs: frozenset[str] = frozenset()  # jobs of applications that were deleted: never made anew

    @property
    def system(self) -> str:
        """The system's name in tieline.toml."""
        return self.catalog.system

    @property
    def values(self) -> Mapping[str, Value]:
        """Canonical field values as seen; a field that could not be seen is absent."""
        return self.candidate.values if self.candidate else {}


@dataclass(frozen=True, slots=True)
class PersonView:
    """Everything the policies may know. `now` is given: no policy has a clock of its own."""

    person: str
    now: datetime
    ats: Side
    crm: Side
    first_touch: FirstTouch | None = None
    effects: tuple[Effect, ...] = ()
    dead: frozenset[str] = frozenset()  # keys of dead letters: the same change is not planned again
    under_way: frozenset[str] = frozenset()  # systems with a change that is sent and not settled
    tombstoned: bool = False
    in_review: bool = False  # a record may be somebody else we know: nothing is created until a person has answered
