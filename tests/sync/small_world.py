"""Two small vendors, a real state in a file, and the engine between them, with a clock that only we move."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from state.store import Store
from sync.context import Context, System
from sync.cycle import Result
from sync.engine import Engine
from sync.settings import Guards, Policies, Writing
from tests.sync.small_mapper import SmallMapper
from tests.sync.small_vendor import Clock, SmallVendor

ATS, CRM = "ats", "crm"
HOLD = 20.0
LEASE = 5.0


class Death(BaseException):
    """The process dies here: nothing that comes after can be committed or sent."""


class Mortality:
    """Counts the points at which a process can die (before and after every commit, before and after every request
    that writes) and dies at the chosen one; whoever is dead stays dead."""

    def __init__(self) -> None:
        self.at = 0  # 0: immortal
        self.points = 0
        self.dead = False

    def point(self, _place: str = "") -> None:
        self.points += 1
        if self.dead or self.points == self.at:
            self.dead = True
            raise Death


@dataclass
class World:
    """Everything of one test. `engine` can be made anew on the same file, as a new process would."""

    file: Path
    clock: Clock = field(default_factory=Clock)
    policies: Policies = field(
        default_factory=lambda: Policies(guards=Guards(max_changes=50), writing=Writing(hold_seconds=HOLD, workers=1))
    )
    ids: int = 0
    mortality: Mortality = field(default_factory=Mortality)

    def __post_init__(self) -> None:
        self.ats = SmallVendor(ATS, self.clock)
        self.crm = SmallVendor(CRM, self.clock)
        self.ats.put("job", "j1", title="Data Engineer")
        self.crm.put("job", "v1", title="Data Engineer", ats_id="j1")
        for vendor in (self.ats, self.crm):
            vendor.around = self.mortality.point
        self.open()

    def open(self) -> None:
        """Start again, as the next process does."""
        self.mortality.at, self.mortality.dead = 0, False
        if hasattr(self, "store"):
            self.store.close()
        self.store = Store.open(str(self.file), clock=self.clock.seconds, probe=self.mortality.point)
        self.engine = Engine(
            self.store,
            System(ATS, "ats", self.ats, SmallMapper(ATS, "ats")),
            System(CRM, "crm", self.crm, SmallMapper(CRM, "crm")),
            self.policies,
            clock=self.clock,
            sleep=self.clock.sleep,
            new_id=self._new_id,
            lease_seconds=LEASE,
        )

    def another_store(self) -> Store:
        """The same file, opened by somebody else."""
        return Store.open(str(self.file), clock=self.clock.seconds)

    def die_at(self, point: int) -> bool:
        """Sync and die at this point, counted from 1; False when the run ended before it."""
        self.mortality.at, self.mortality.points = point, 0
        try:
            self.sync()
        except Death:
            self.clock.pass_(LEASE + 1)
            self.open()
            return True
        self.mortality.at = 0
        return False

    @property
    def ctx(self) -> Context:
        return self.engine.ctx

    def sync(self, **given: Any) -> Result:
        return self.engine.sync(**given)

    def contact(self, id: str, name: str = "Ada", **more: Any) -> str:
        """A contact in the CRM."""
        return self._person(self.crm, id, name, **more)

    def applicant(self, id: str, name: str = "Ada", **more: Any) -> str:
        """A candidate in the ATS."""
        return self._person(self.ats, id, name, **more)

    def both(self, names: Iterable[str]) -> None:
        """People who are in both systems."""
        for name in names:
            self.applicant(f"a-{name}", name)
            self.contact(f"c-{name}", name)

    def on_vacancy(self, contact: str, id: str = "", vacancy: str = "v1") -> None:
        """Put a contact on a vacancy."""
        self.crm.put("application", id or f"place-{contact}", candidate_id=contact, job=vacancy, state="open")

    def writes(self) -> int:
        return len(self.ats.writes) + len(self.crm.writes)

    def assert_quiet(self) -> None:
        """The next run writes nothing, and the one after it."""
        for _ in range(2):
            before = self.writes()
            result = self.sync()
            assert (result.planned, self.writes() - before) == (0, 0)
            assert result.outcome == "done", result.sentences

    def _person(self, vendor: SmallVendor, id: str, name: str, pools: Iterable[str] = (), **values: Any) -> str:
        known = {"given_name": name, "family_name": "Example", "emails": [f"{name.lower()}@example.com"], **values}
        return vendor.put("candidate", id, values=known, pools=list(pools))

    def _new_id(self) -> str:
        self.ids += 1
        return f"p-{self.ids}"
