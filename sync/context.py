"""What a run carries with it: the state, both systems, the policies' settings, and the outside world (clock, sleep,
ids, progress), handed in so that nothing here has a clock or a chance of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple, Protocol

from connectors.kit.contract import Connector, Ref, Row, VendorError
from mapping.contract import Mapper, Unreadable
from state.store import Store
from state.times import iso
from sync.settings import Policies

Role = Literal["ats", "crm"]
CANDIDATE = "candidate"


class System(NamedTuple):
    """One configured account: its name in tieline.toml, its part, how to speak with it and what its words mean."""

    name: str
    role: Role
    connector: Connector
    mapper: Mapper


class ProgressCall(Protocol):
    """How long work tells where it is: the phase in words, how much is done, and of how much if that is known."""

    def __call__(self, phase: str, done: int, total: int | None) -> None:
        """Show it, or not."""


def silent(phase: str, done: int, total: int | None) -> None:
    """Progress for nobody."""


@dataclass(slots=True)
class Context:
    """Everything one run works with. `stopped` names the systems that nothing more can be asked of in this run,
    each with one sentence for the person who must act; `run` is the number of the run, 0 outside of one."""

    store: Store
    ats: System
    crm: System
    policies: Policies
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    new_id: Callable[[], str]
    progress: ProgressCall = silent
    lease_seconds: float = 600.0
    run: int = 0
    stopped: dict[str, str] = field(default_factory=dict)
    renewed: float = 0.0
    leased: bool = False

    @property
    def systems(self) -> tuple[System, System]:
        """Both systems, the ATS first."""
        return (self.ats, self.crm)

    @property
    def by_name(self) -> Mapping[str, System]:
        """Both systems by their names."""
        return {one.name: one for one in self.systems}

    def other(self, system: str) -> System:
        """The system on the other side."""
        return self.crm if system == self.ats.name else self.ats

    def now(self) -> str:
        """This moment as ISO-8601 text in UTC."""
        return iso(self.clock())

    def seconds(self) -> float:
        """This moment in seconds; only holds and the lease are measured with it."""
        return self.clock().timestamp()

    def working(self, system: str) -> bool:
        """Whether this system can still be asked something in this run."""
        return system not in self.stopped

    def stop(self, system: str, error: VendorError | str) -> None:
        """Ask nothing more of a system in this run; the first reason stays."""
        self.stopped.setdefault(system, str(error))

    def beat(self) -> None:
        """Keep the lease alive: called between pages and batches, renews when a third of it is gone."""
        if self.leased and self.seconds() - self.renewed > self.lease_seconds / 3:
            self.store.renew_lease(self.lease_seconds)
            self.renewed = self.seconds()

    def main_record(self, person: str, system: str) -> str | None:
        """The native id of the record of this person that is written to in a system."""
        for link in self.store.links(person):
            if link.system == system and link.main:
                return link.id
        return None


def validator(mapper: Mapper) -> Callable[[Row], str | None]:
    """The mapper's validation as the state wants it: the reason why a row cannot be read, or nothing."""

    def validate(row: Row) -> str | None:
        try:
            mapper.validate(row)
        except Unreadable as error:
            return str(error)
        return None

    return validate


def candidate_ref(system: str, id: str) -> Ref:
    """The reference of a candidate record."""
    return Ref(system, CANDIDATE, id)
