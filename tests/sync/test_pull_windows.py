"""Reading: whole lists once, then windows with an overlap; a watermark that is never ahead of what was read."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from connectors.kit.contract import VendorError
from tests.sync.small_world import CRM, Death, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "state.db")


def test_the_first_pull_reads_the_whole_list_and_the_next_one_a_window_that_overlaps(world: World) -> None:
    world.contact("c1")
    world.engine.pull()
    assert [window for object, window in world.crm.windows if object == "candidate"] == [None]
    newest = datetime.fromisoformat(world.crm.objects["candidate"]["c1"]["updated"])
    world.clock.pass_(7200)
    world.engine.pull()
    window = [window for object, window in world.crm.windows if object == "candidate"][-1]
    assert window is not None
    assert window.since == newest - timedelta(minutes=world.crm.capabilities.overlap_minutes)
    assert window.until >= world.clock.now


def test_reference_tables_are_read_whole_every_time(world: World) -> None:
    world.engine.pull()
    world.engine.pull()
    assert [window for object, window in world.crm.windows if object == "job"] == [None, None]


def test_an_unchanged_page_changes_nothing(world: World) -> None:
    world.both(["Ada", "Bob"])
    world.engine.pull()
    again = world.engine.pull()
    assert again.changed == {"ats": 0, "crm": 0}
    assert again.rows[CRM] >= 2


def test_a_pull_that_dies_between_pages_moves_no_watermark_and_misses_nobody(world: World) -> None:
    for number in range(8):
        world.contact(f"c{number}", f"Ada{number}")
    world.mortality.points, world.mortality.at = 0, 0
    world.engine.pull(only=CRM)
    points = world.mortality.points
    for point in range(1, points, 2):
        fresh = World(world.file.with_name(f"{point}.db"))
        for number in range(8):
            fresh.contact(f"c{number}", f"Ada{number}")
        fresh.mortality.points, fresh.mortality.at = 0, point
        with pytest.raises(Death):
            fresh.engine.pull(only=CRM)
        fresh.clock.pass_(10)
        fresh.open()
        fresh.engine.pull(only=CRM)
        assert len(fresh.store.ids(CRM, "candidate")) == 8, point


def test_an_expired_cursor_starts_the_window_again(world: World) -> None:
    for number in range(8):
        world.contact(f"c{number}", f"Ada{number}")
    world.crm.expiries = 2
    world.engine.pull()
    assert len(world.store.ids(CRM, "candidate")) == 8


def test_a_cursor_that_never_holds_ends_in_a_sentence(world: World) -> None:
    for number in range(8):
        world.contact(f"c{number}", f"Ada{number}")
    world.crm.expiries = 1000
    with pytest.raises(VendorError, match="crm: the cursor has expired"):
        world.engine.pull()


def test_an_optional_list_that_is_refused_is_noticed_and_the_rest_is_read(world: World) -> None:
    world.contact("c1")
    world.crm.refused["note"] = VendorError("forbidden", status=403)
    world.engine.pull()
    assert world.store.ids(CRM, "candidate") == ["c1"]
    assert [one.detail for one in world.store.notices()] == ["note cannot be read (it needs notes.read): status 403"]


def test_a_required_list_that_is_refused_fails_the_run_and_the_other_system_is_read(world: World) -> None:
    world.both(["Ada"])
    world.ats.refused["candidate"] = VendorError("the credential may not read candidates", halt=True, status=403)
    result = world.sync()
    assert result.outcome == "failed"
    assert result.sentences == ["ats: the credential may not read candidates"]
    assert world.store.ids(CRM, "candidate") == ["c-Ada"]
    assert world.writes() == 0


def test_a_new_row_of_a_reference_table_has_everybody_planned_again(world: World) -> None:
    world.both(["Ada"])
    world.sync()
    assert world.store.dirty_people(world.ctx.now()) == []
    world.ats.put("job", "j2", title="Designer")
    world.engine.pull()
    assert len(world.store.dirty_people(world.ctx.now())) == 1


def test_a_row_that_leaves_a_reference_table_is_forgotten_and_half_a_table_is_not(world: World) -> None:
    for number in range(2, 8):
        world.ats.put("job", f"j{number}", title=f"Role {number}")
    world.engine.pull()
    world.ats.remove("job", "j2")
    world.engine.pull()
    assert "j2" not in world.store.ids("ats", "job")
    for number in range(3, 8):
        world.ats.remove("job", f"j{number}")
    world.engine.pull()
    assert len(world.store.ids("ats", "job")) == 6
    assert [one.kind for one in world.store.notices()] == ["table_shrunk"]


def test_a_broken_record_is_set_aside_and_the_page_goes_on(world: World) -> None:
    world.contact("c1")
    world.crm.put("candidate", "c2", values={}, pools=[], broken=True)
    stats = world.engine.pull()
    assert stats.quarantined[CRM] == 1
    assert world.store.record_state(world.store.dirty_records(5)[0]) == "live"
