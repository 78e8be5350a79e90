"""People deleted or merged behind our back, and the outage that only looks like it."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.kit.contract import Ref
from tests.sync.small_world import ATS, CRM, World

DAY = 24 * 3600 + 1


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path / "state.db")
    world.both([f"Ada{number}" for number in range(8)])
    world.sync()
    return world


def person(world: World, system: str, id: str) -> str | None:
    found = world.store.person_of(Ref(system, "candidate", id))
    return world.store.alias(found) if found else None


def test_a_deleted_candidate_is_gone_and_never_created_again(world: World) -> None:
    world.ats.remove("candidate", "a-Ada1")
    world.on_vacancy("c-Ada1")
    world.clock.pass_(DAY)
    world.sync()
    assert world.store.record_state(Ref(ATS, "candidate", "a-Ada1")) == "missing"
    assert [write.verb for write in world.ats.writes if write.verb == "create_candidate"] == []
    world.assert_quiet()


def test_an_empty_side_holds_the_run_and_marks_nobody(world: World) -> None:
    world.ats.hidden = frozenset(world.ats.objects["candidate"])
    world.crm.edit("c-Ada1", title="Engineer")
    before = world.writes()
    result = world.sync()
    assert result.outcome == "held"
    assert "no records at all" in result.sentences[0]
    assert world.writes() == before
    assert len(world.store.ids(ATS, "candidate")) == 8
    world.ats.hidden = frozenset()
    assert world.sync().outcome == "done"
    assert world.ats.candidate("a-Ada1")["title"] == "Engineer"


@pytest.mark.parametrize("says_total", [True, False])
def test_a_side_that_lost_most_of_its_people_holds_the_run_until_somebody_says_yes(
    world: World, says_total: bool
) -> None:
    world.ats.says_total = says_total
    world.ats.hidden = frozenset(f"a-Ada{number}" for number in range(6))
    assert world.sync().outcome == "held"
    assert len(world.store.ids(ATS, "candidate")) == 8
    assert world.sync(full=True, yes=True).outcome == "done"
    assert len(world.store.ids(ATS, "candidate")) == 2


def test_a_merge_is_followed_by_the_applications_that_moved(world: World) -> None:
    world.ats.put("application", "app1", candidate_id="a-Ada1", job="j1", state="open")
    world.sync()
    world.ats.remove("candidate", "a-Ada1")
    world.ats.put("application", "app1", candidate_id="a-Ada2")
    world.sync()
    assert person(world, CRM, "c-Ada1") == person(world, ATS, "a-Ada2") == person(world, CRM, "c-Ada2")
    world.assert_quiet()


def test_a_merge_is_followed_by_the_e_mail_that_sits_on_the_survivor(world: World) -> None:
    world.ats.remove("candidate", "a-Ada1")
    world.ats.put("candidate", "a-new", values={**world.ats.candidate("a-Ada2"), "person_id": None}, pools=[])
    world.ats.edit("a-new", emails=["ada1@example.com"], given_name="Adele", family_name="Other")
    world.clock.pass_(DAY)
    world.sync()
    assert person(world, ATS, "a-new") == person(world, CRM, "c-Ada1")
    world.sync()
    world.assert_quiet()


def test_records_kept_apart_stay_apart_whatever_the_vendor_merges(world: World) -> None:
    world.store.cannot_link(
        Ref(CRM, "candidate", "c-Ada1"), Ref(ATS, "candidate", "a-Ada2"), "reviewer", world.ctx.now()
    )
    world.ats.put("application", "app1", candidate_id="a-Ada1", job="j1", state="open")
    world.sync()
    world.ats.remove("candidate", "a-Ada1")
    world.ats.put("application", "app1", candidate_id="a-Ada2")
    world.sync()
    assert person(world, CRM, "c-Ada1") != person(world, ATS, "a-Ada2")


def test_a_write_that_meets_a_deleted_record_marks_it(world: World) -> None:
    world.crm.edit("c-Ada1", title="Engineer")
    world.engine.pull()
    world.engine.resolve()
    plan = world.engine.plan()
    assert [change.target for change in plan.changes] == ["a-Ada1"]
    world.ats.remove("candidate", "a-Ada1")
    result = world.engine.sync()
    assert result.outcome == "done"
    assert world.store.record_state(Ref(ATS, "candidate", "a-Ada1")) == "missing"


def test_a_deleted_application_is_gone_after_the_next_sweep(world: World) -> None:
    world.ats.put("application", "app1", candidate_id="a-Ada1", job="j1", state="open")
    world.sync()
    assert world.crm.candidate("c-Ada1")["ats_status"] == "Applied"
    world.ats.remove("application", "app1")
    world.sync(full=True)
    assert world.crm.candidate("c-Ada1")["ats_status"] is None
    world.assert_quiet()
