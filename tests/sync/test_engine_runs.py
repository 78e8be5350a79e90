"""Whole runs: one at a time, held when they would do too much, on record whatever happens; and plans kept in files."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.kit.contract import VendorError
from state.store import LeaseHeld
from tests.sync.small_world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path / "state.db")
    world.both(["Ada", "Bob", "Cyd"])
    return world


def test_a_plan_writes_nothing_anywhere(world: World) -> None:
    world.engine.pull()
    world.engine.resolve()
    plan = world.engine.plan()
    assert len(plan.changes) == 6
    assert world.writes() == 0
    assert world.store.changes(["open"]) == []
    assert world.engine.plan().changes == plan.changes


def test_a_plan_in_a_file_is_applied_exactly_and_what_moved_is_refused(world: World) -> None:
    world.sync()
    world.crm.edit("c-Ada", title="Engineer")
    world.crm.edit("c-Bob", title="Designer")
    world.engine.pull()
    world.engine.resolve()
    plan = world.engine.plan()
    world.crm.edit("c-Bob", title="Painter")
    result = world.engine.apply_plan(plan)
    assert (result.outcome, result.planned, result.applied) == ("partial", 2, 1)
    assert "has moved" in result.sentences[0]
    assert world.ats.candidate("a-Ada")["title"] == "Engineer"
    assert world.ats.candidate("a-Bob").get("title") is None
    world.sync()
    assert world.ats.candidate("a-Bob")["title"] == "Painter"


def test_a_first_import_is_let_through_and_says_so(world: World) -> None:
    result = world.sync(max_changes=1)
    assert (result.outcome, result.applied) == ("done", 6)
    assert world.store.runs(1)[0].allowance == "first import"


def test_a_run_that_would_touch_too_many_people_is_held_until_somebody_says_yes(world: World) -> None:
    world.sync()
    for name in ("Ada", "Bob", "Cyd"):
        world.crm.edit(f"c-{name}", title="Engineer")
    before = world.writes()
    held = world.sync(max_changes=1)
    assert (held.outcome, held.held, world.writes()) == ("held", 3, before)
    assert "3 people would be touched" in held.sentences[0]
    result = world.sync(max_changes=1, yes=True)
    assert (result.outcome, result.applied) == ("done", 3)
    assert world.store.runs(1)[0].allowance == "--yes"
    world.assert_quiet()


def test_a_withdrawal_leaves_even_when_the_run_is_held(world: World) -> None:
    world.sync()
    for name in ("Ada", "Bob", "Cyd"):
        world.crm.edit(f"c-{name}", title="Engineer")
    world.ats.edit("a-Ada", do_not_contact=True)
    before = len(world.ats.writes)
    assert world.sync(max_changes=1).outcome == "held"
    assert world.crm.candidate("c-Ada")["do_not_contact"] is True
    assert len(world.ats.writes) == before


def test_one_run_at_a_time(world: World, tmp_path: Path) -> None:
    other = world.another_store()
    other.take_lease("somebody else", 60)
    with pytest.raises(LeaseHeld):
        world.sync()
    assert world.writes() == 0
    other.close()
    assert world.sync().outcome == "done"


def test_a_run_whose_lease_was_taken_over_commits_nothing_more(world: World) -> None:
    world.sync()
    world.crm.edit("c-Ada", title="Engineer")
    other = world.another_store()

    def paused(phase: str, done: int, total: int | None) -> None:
        if phase.startswith("reading"):
            world.clock.pass_(3600)
            world.ctx.progress = lambda phase, done, total: None
            other.take_lease("the next one", 60)

    world.ctx.progress = paused
    before = world.writes()
    with pytest.raises(Exception, match="taken over"):
        world.sync()
    assert world.writes() == before
    other.close()


def test_every_run_is_on_record_with_its_end(world: World) -> None:
    world.sync()
    world.ats.refused["candidate"] = VendorError("no")
    world.sync()
    assert [(run.command, run.outcome) for run in world.store.runs(5)] == [("sync", "failed"), ("sync", "done")]


def test_a_change_of_policy_has_everybody_looked_at_again(world: World) -> None:
    world.sync()
    world.crm.edit("c-Ada", company="Acme")
    world.sync()
    world.policies.ownership["company"] = "ats"
    world.open()
    world.engine.plan()
    assert len(world.store.dirty_people(world.ctx.now())) == 3
    world.assert_quiet()


def test_the_result_is_one_document(world: World) -> None:
    document = world.sync().document()
    names = (
        "run",
        "pulled",
        "requests",
        "people",
        "linked",
        "review",
        "planned",
        "applied",
        "failed",
        "held",
        "seconds",
    )
    assert set(names) <= document.keys()
    assert (document["people"], document["linked"], document["planned"]) == (3, 3, 6)


def test_the_same_world_gives_the_same_requests(tmp_path: Path) -> None:
    def requests(name: str) -> list[object]:
        world = World(tmp_path / name)
        world.both(["Ada", "Bob", "Cyd"])
        world.contact("c-9", "Dee")
        world.on_vacancy("c-9")
        world.sync()
        return [(vendor.system, write) for vendor in (world.ats, world.crm) for write in vendor.writes]

    assert requests("one.db") == requests("two.db")
