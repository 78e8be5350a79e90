"""Writes in doubt: settled by reading, held as long as a late apply can take, and never doubled."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.kit.contract import Capabilities
from tests.sync.small_vendor import Act, Verdict
from tests.sync.small_world import ATS, HOLD, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A contact on a vacancy whom the ATS does not know."""
    world = World(tmp_path / "state.db")
    world.contact("c-Cyd", "Cyd")
    world.on_vacancy("c-Cyd")
    return world


def created(world: World) -> int:
    return len([write for write in world.ats.writes if write.verb == "create_candidate"])


def people(world: World) -> int:
    return len(world.ats.objects.get("candidate", {}))


def test_a_create_whose_answer_was_lost_is_found_and_not_sent_again(world: World) -> None:
    world.ats.script.append(Act(Verdict.UNKNOWN, applied=True))
    result = world.sync()
    assert (created(world), people(world)) == (1, 1)
    assert result.outcome == "done"
    world.assert_quiet()


@pytest.mark.parametrize("late", [1.0, HOLD / 2, HOLD - 1])
def test_a_create_that_is_applied_late_is_waited_for(world: World, late: float) -> None:
    world.ats.script.append(Act(Verdict.UNKNOWN, late=late))
    assert world.sync().outcome == "done"
    assert (created(world), people(world)) == (1, 1)
    world.assert_quiet()


def test_a_create_that_never_happened_is_sent_again_after_the_hold_and_not_before(world: World) -> None:
    world.ats.script.append(Act(Verdict.UNKNOWN))
    began = world.clock.now
    assert world.sync().outcome == "done"
    assert (created(world), people(world)) == (2, 1)
    assert (world.clock.now - began).total_seconds() > HOLD
    world.assert_quiet()


def test_a_vendor_without_a_marker_is_settled_by_what_the_record_carries(world: World) -> None:
    world.ats.forgetful = frozenset({"person_id"})
    world.ats.capabilities = Capabilities(verbs=world.ats.capabilities.verbs, marker=False)
    world.ats.script.append(Act(Verdict.UNKNOWN, late=3.0))
    world.sync()
    assert (created(world), people(world)) == (1, 1)


def test_nothing_else_is_sent_for_a_person_in_doubt(world: World) -> None:
    world.policies.writing.hold_seconds = 10_000
    world.open()
    world.ats.script.append(Act(Verdict.UNKNOWN))
    world.engine.pull()
    world.engine.resolve()
    world.engine.ctx.sleep = lambda seconds: world.clock.pass_(5_000)
    world.ats.before = lambda write: world.crm.edit("c-Cyd", title="Engineer") if created(world) == 0 else None
    world.sync()
    assert created(world) == 2
    assert people(world) == 1


def test_an_application_in_doubt_is_looked_for_in_the_candidates_own_list(world: World) -> None:
    world.applicant("a-Cyd", "Cyd")
    world.sync()
    world.ats.remove("application", next(iter(world.ats.objects["application"])))
    world.contact("c-Dee", "Dee")
    world.applicant("a-Dee", "Dee")
    world.sync()
    world.on_vacancy("c-Dee")
    world.ats.script.append(Act(Verdict.UNKNOWN, late=5.0))
    world.sync()
    mine = [one for one in world.ats.objects["application"].values() if one["candidate_id"] == "a-Dee"]
    assert len(mine) == 1
    world.assert_quiet()


def test_a_note_in_doubt_is_found_by_its_marker(world: World) -> None:
    world.ats.script.extend([Act(Verdict.APPLIED, applied=True), Act(Verdict.UNKNOWN, late=4.0)])
    world.sync()
    assert len(world.ats.objects["note"]) == 1
    world.assert_quiet()


def test_an_update_in_doubt_that_arrived_is_done_and_one_that_did_not_is_sent_again(world: World) -> None:
    world.sync()
    record = next(iter(world.ats.objects["candidate"]))
    for applied in (True, False):
        before = len(world.ats.writes)
        world.crm.edit("c-Cyd", title=f"Engineer {applied}")
        world.ats.script.append(Act(Verdict.UNKNOWN, applied=applied))
        assert world.sync().outcome == "done"
        assert world.ats.candidate(record)["title"] == f"Engineer {applied}"
        assert len(world.ats.writes) - before == (1 if applied else 2)
    world.assert_quiet()


def test_our_own_unconfirmed_value_is_not_taken_for_a_users_edit(world: World) -> None:
    world.sync()
    record = next(iter(world.ats.objects["candidate"]))
    world.crm.edit("c-Cyd", title="Engineer")
    world.ats.script.append(Act(Verdict.UNKNOWN, applied=True))
    newer = iter(["Architect"])
    world.ats.before = lambda write: [world.crm.edit("c-Cyd", title=title) for title in newer]  # while ours is in doubt
    world.sync()
    assert (world.crm.candidate("c-Cyd")["title"], world.ats.candidate(record)["title"]) == ("Architect", "Architect")
    world.assert_quiet()


def test_what_a_dead_process_left_as_sent_is_in_doubt(world: World) -> None:
    world.sync()
    world.crm.edit("c-Cyd", title="Engineer")
    points = _points_of_the_next_sync(world)
    assert points > 10
    for _ in range(2):
        world.sync()
    world.assert_quiet()


def _points_of_the_next_sync(world: World) -> int:
    """Die after the request of the next write."""
    world.ats.before = lambda write: setattr(world.mortality, "at", world.mortality.points + 2)
    world.die_at(10_000)
    assert [row.state for row in world.store.changes(["sent"], ATS)] == ["sent"]
    world.ats.before = lambda write: None
    return world.mortality.points


def test_an_arrival_that_carries_neither_marker_nor_e_mail_is_known_by_what_was_sent(world: World) -> None:
    world.crm.edit("c-Cyd", emails=[])
    world.ats.forgetful = frozenset({"person_id"})
    world.ats.script.append(Act(Verdict.UNKNOWN, late=2.0))
    world.sync()
    assert (created(world), people(world)) == (1, 1)
    world.ats.forgetful = frozenset()
    world.sync()
    world.assert_quiet()
