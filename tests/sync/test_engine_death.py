"""The process dies at every point of a run, and the next run finishes the work: nothing twice, nothing lost."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.sync.small_vendor import Act, SmallVendor, Verdict
from tests.sync.small_world import World


def people(world: World) -> None:
    """Two people in both systems, a contact to hand off, a known applicant to put on a job, one who withdrew."""
    world.both(["Ada", "Bob", "Dot"])
    world.contact("c-Cyd", "Cyd")
    world.on_vacancy("c-Cyd")
    world.on_vacancy("c-Bob")
    world.crm.edit("c-Dot", do_not_contact=True)


def state(vendor: SmallVendor) -> dict[str, list[Any]]:
    """What the vendor holds, without its own ids and times, which differ from run to run."""
    people = sorted(
        (sorted((k, str(v)) for k, v in one["values"].items() if k not in ("person_id", "ats_link")), one["pools"])
        for one in vendor.objects["candidate"].values()
    )
    applications = sorted(
        (vendor.objects["candidate"][one["candidate_id"]]["values"]["given_name"], one["job"])
        for one in vendor.objects.get("application", {}).values()
    )
    notes = Counter(
        vendor.objects["candidate"][one["candidate_id"]]["values"]["given_name"]
        for one in vendor.objects.get("note", {}).values()
    )
    return {"people": people, "applications": applications, "notes": sorted(notes.items())}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Any, Any]:
    """How many points a run has, and what both vendors hold after it."""
    world = World(tmp_path_factory.mktemp("undisturbed") / "state.db")
    people(world)
    world.mortality.points = 0
    world.sync()
    points = world.mortality.points
    world.assert_quiet()
    return points, state(world.ats), state(world.crm)


def check(world: World, point: object, ats: Any, crm: Any, runs: int = 2) -> None:
    """After these runs both vendors hold what they should, and the next run is quiet."""
    for _ in range(runs):
        world.sync()
    assert (point, state(world.ats)) == (point, ats)
    assert (point, state(world.crm)) == (point, crm)
    world.assert_quiet()


def test_whatever_point_a_run_dies_at_the_next_ones_end_where_an_undisturbed_run_ends(
    tmp_path: Path, undisturbed: tuple[int, Any, Any]
) -> None:
    points, ats, crm = undisturbed
    assert points > 60
    for point in range(1, points + 1, 7):
        die_once(tmp_path, point, ats, crm)


@pytest.mark.slow
def test_at_every_single_point(tmp_path: Path, undisturbed: tuple[int, Any, Any]) -> None:
    points, ats, crm = undisturbed
    for point in range(1, points + 1):
        die_once(tmp_path, point, ats, crm)


def die_once(folder: Path, point: int, ats: Any, crm: Any) -> None:
    world = World(folder / f"{point}.db")
    people(world)
    assert world.die_at(point), point
    check(world, point, ats, crm)


def test_a_run_that_dies_while_recovering_from_a_death_loses_nothing_either(
    tmp_path: Path, undisturbed: tuple[int, Any, Any]
) -> None:
    points, ats, crm = undisturbed
    for first in range(20, points, 31):
        for second in (3, 23, 37):
            world = World(tmp_path / f"{first}-{second}.db")
            people(world)
            world.die_at(first)
            world.die_at(second)
            check(world, (first, second), ats, crm)


@pytest.mark.parametrize("late", [None, 0.5, 6.0, 15.0])
def test_a_lost_answer_followed_by_death_doubles_nothing_however_late_the_vendor_applies(
    tmp_path: Path, undisturbed: tuple[int, Any, Any], late: float | None
) -> None:
    points, ats, crm = undisturbed
    for point in range(25, points, 40):
        world = World(tmp_path / f"{point}.db")
        people(world)
        for vendor in (world.ats, world.crm):
            vendor.script.extend(Act(Verdict.UNKNOWN, applied=late is None, late=late) for _ in range(2))
        world.die_at(point)
        check(world, point, ats, crm, runs=3)
