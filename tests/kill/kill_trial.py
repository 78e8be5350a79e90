"""One trial: a world, a sync that dies at a point, syncs until it is quiet, and the comparison with a world where
nobody died."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.kill.kill_child import KINDS, Point, sync
from tests.kill.kill_vendors import ATS, CRM, Vendors

RUNS = 4  # syncs after the death within which both sides must agree; one is meant to do
SHARES = {  # of the trials, by kind of point: where writes and commits are, there is most to lose
    "before commit": 0.18, "after commit": 0.18, "before read": 0.08, "after read": 0.08, "before write": 0.24,
    "after write": 0.24,
}  # fmt: skip


@dataclass(frozen=True)
class Scenario:
    """A world and what people do in it between a first sync (if there is one) and the one that dies."""

    name: str
    people: int
    seed: int
    acts: Callable[[Vendors], None] | None = None


@dataclass
class Reference:
    """A world in which nobody died: how many points of each kind the sync has, and what the vendors hold after."""

    points: dict[str, int]
    told: dict[str, list[str]]


@dataclass
class Trial:
    """What came of one death."""

    point: Point
    died: bool
    runs: int = 0
    doubled: list[str] = field(default_factory=list)  # things that are there and should not be
    lost: list[str] = field(default_factory=list)  # things that should be there and are not
    quiet: bool = True

    @property
    def good(self) -> bool:
        """Whether nothing was doubled or lost, and nothing is written any more."""
        return self.quiet and not self.doubled and not self.lost


def people_act(vendors: Vendors) -> None:
    """People decide, in both systems: outcomes, a handoff, consent withdrawn, an edit."""
    applications = [one for one in vendors.rows(ATS, "applications") if not one["prospect"]]
    jobs = {one["id"]: one for one in vendors.rows(ATS, "jobs")}
    running = [one for one in applications if one["status"] == "in_process" and jobs[one["job_id"]]["status"] == "open"]
    reasons = [one for one in vendors.rows(ATS, "rejection_reasons") if one["type"]["key"] == "WE_REJECTED_THEM"]
    for one in running[:2]:
        vendors.act(ATS, "reject", application=one["id"], reason=reasons[0]["name"])
    for one in running[2:3]:
        vendors.act(ATS, "hire", application=one["id"])
    vacancy = next(one for one in vendors.rows(CRM, "vacancies") if one["status"] == "open")
    free = [one for one in vendors.rows(CRM, "contacts") if not one["vacancies"] and not one.get("archived")]
    for contact in free[:2]:
        vendors.act(CRM, "add_to_vacancy", contact=contact["id"], vacancy=vacancy["id"])
    for contact in free[2:3]:
        vendors.act(CRM, "withdraw_consent", contact=contact["id"])


def refer(scenario: Scenario, folder: Path) -> Reference:
    """The world in which nobody died."""
    vendors, file = _world(scenario, folder / f"{scenario.name}.db")
    try:
        _, met = sync(file, vendors.credentials)
        _, rests = _until_quiet(vendors, file)
        missing = [kind for kind in KINDS if not met["points"].get(kind)]
        if missing or not rests:
            raise RuntimeError(f"nobody died, and yet: no points {missing}, came to rest {rests}")
        return Reference(met["points"], vendors.told())
    finally:
        vendors.stop()


def choose(reference: Reference, count: int, seed: int) -> list[Point]:
    """Points of every kind, drawn by a seed."""
    drawn = random.Random(seed)
    points: list[Point] = []
    for kind in KINDS:
        there = reference.points.get(kind, 0)
        wanted = min(there, round(SHARES[kind] * count))
        points += [Point(kind, number) for number in sorted(drawn.sample(range(1, there + 1), wanted))]
    return points


def die(scenario: Scenario, reference: Reference, point: Point, folder: Path) -> Trial:
    """Die at this point and see what the next syncs make of it."""
    vendors, file = _world(scenario, folder / f"{scenario.name}-{point.kind.replace(' ', '-')}-{point.number}.db")
    try:
        lived, _ = sync(file, vendors.credentials, point)
        trial = Trial(point, died=not lived)
        trial.runs, trial.quiet = _until_quiet(vendors, file)
        told = vendors.told()
        for what, expected in reference.told.items():
            trial.doubled += [f"{what}: {one}" for one in _beyond(told[what], expected)]
            trial.lost += [f"{what}: {one}" for one in _beyond(expected, told[what])]
        return trial
    finally:
        vendors.stop()


def _world(scenario: Scenario, file: Path) -> tuple[Vendors, Path]:
    """Fresh vendors; where people are to act, after a first sync."""
    vendors = Vendors(scenario.people, scenario.seed)
    if scenario.acts is not None:
        sync(file, vendors.credentials)
        _until_quiet(vendors, file)
        scenario.acts(vendors)
    return vendors, file


def _until_quiet(vendors: Vendors, file: Path) -> tuple[int, bool]:
    """Sync until one plans and writes nothing; how many it took, and whether it came to that."""
    for number in range(1, RUNS + 1):
        before = vendors.writes()
        lived, met = sync(file, vendors.credentials)
        if lived and met["outcome"] == "done" and met["planned"] == 0 and vendors.writes() == before:
            return number, True
    return RUNS, False


def _beyond(some: list[str], others: list[str]) -> list[str]:
    """What is in `some` more often than in `others`."""
    left = list(others)
    found = []
    for one in some:
        if one in left:
            left.remove(one)
        else:
            found.append(one)
    return found
