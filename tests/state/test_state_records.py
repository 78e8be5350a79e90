"""A page of rows against what is known: what changed is stored and marked, what did not costs nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.kit.contract import Page, Ref, Row, Unreadable
from state.rows import PageCount
from state.times import order

EARLY, LATE = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00.500Z"


def dirty(world) -> set[str]:
    return {f"{ref.system}/{ref.id}" for ref in world.store.dirty_records(100)}


def clean(world) -> None:
    for ref in world.store.dirty_records(1000):
        world.store.clean_record(ref)


def test_the_same_page_again_changes_nothing(world):
    rows = [world.row("candidate", str(n)) for n in range(5)]
    assert world.page(*rows) == PageCount(changed=5, unchanged=0, quarantined=0, new=5)
    clean(world)
    assert world.page(*rows) == PageCount(changed=0, unchanged=5, quarantined=0, new=0)
    assert dirty(world) == set()


def test_unchanged_rows_are_never_validated(world):
    world.page(world.row("candidate", "1"))
    seen = []
    rows = [world.row("candidate", "1"), world.row("candidate", "2")]
    world.page(*rows, validate=lambda row: seen.append(row.id))
    assert seen == ["2"]


def test_only_what_changed_is_written(world):
    world.page(world.row("candidate", "1"), world.row("candidate", "2"))
    clean(world)
    world.run = world.store.start_run("later")
    count = world.page(world.row("candidate", "1"), world.row("candidate", "2", payload='{"a":1}'))
    assert count == PageCount(changed=1, unchanged=1, quarantined=0, new=0)
    assert dirty(world) == {"ats/2"}
    assert [row[0] for row in world.sql("SELECT seen FROM record ORDER BY id")] == [1, 2]


def test_a_row_comes_back_as_it_was_stored(world):
    row = world.row("candidate", "1", payload='{"name":"Zoë"}')
    world.page(row)
    assert world.store.row(Ref("ats", "candidate", "1")) == row
    assert world.store.rows("ats", "candidate") == [row]
    assert world.store.candidates("ats", ["1", "2"]) == {"1": row}
    assert world.store.ids("ats", "candidate") == ["1"]


def test_an_id_that_comes_twice_in_a_page_is_stored_once(world):
    """Lists that move while they are read repeat rows; the later one is the newer one."""
    count = world.page(world.row("candidate", "1", '{"a":1}'), world.row("candidate", "1", '{"a":2}'))
    assert count.changed == 1
    assert world.store.row(Ref("ats", "candidate", "1")).payload == b'{"a":2}'


def test_ids_of_two_systems_and_two_objects_do_not_meet(world):
    world.page(world.row("candidate", "1"))
    assert world.page(world.row("candidate", "1"), system="crm").new == 1
    assert world.page(world.row("job", "1")).new == 1
    assert world.store.counts() == {
        ("ats", "candidate", "live"): 1,
        ("ats", "job", "live"): 1,
        ("crm", "candidate", "live"): 1,
    }


# What cannot be read.


def test_a_row_that_cannot_be_read_is_set_aside_and_the_rest_goes_on(world):
    rows = [world.row("candidate", str(n)) for n in range(3)]
    count = world.page(*rows, validate=lambda row: "the e-mails are no list" if row.id == "1" else None)
    assert count == PageCount(changed=2, unchanged=0, quarantined=1, new=2)
    assert world.store.quarantined() == [(Ref("ats", "candidate", "1"), "the e-mails are no list")]
    assert world.store.row(Ref("ats", "candidate", "1")) is None
    assert dirty(world) == {"ats/0", "ats/2"}


def test_a_bad_row_is_not_validated_again_until_it_changes(world):
    calls = []

    def refuse(row: Row) -> str:
        calls.append(row.payload)
        return "no"

    world.page(world.row("candidate", "1"), validate=refuse)
    world.page(world.row("candidate", "1"), validate=refuse)
    assert len(calls) == 1
    assert world.page(world.row("candidate", "1", '{"mended":1}')).changed == 1
    assert world.store.record_state(Ref("ats", "candidate", "1")) == "live"
    assert world.store.quarantined() == []


def test_a_mapping_that_learns_to_read_brings_the_quarantine_back(world):
    world.page(world.row("candidate", "1"), world.row("candidate", "2"), validate=lambda _: "no")
    assert world.store.revalidate("ats", lambda row: None if row.id == "1" else "still no", world.run) == 1
    assert dirty(world) == {"ats/1"}
    assert world.store.record_state(Ref("ats", "candidate", "1")) == "live"
    assert world.store.record_state(Ref("ats", "candidate", "2")) == "quarantined"


def test_a_row_that_could_not_even_be_cut_is_kept_aside_once(world):
    page = Page((), (Unreadable("candidate", "7", "it has no id"),), last=False)
    counts = [
        world.store.store_page("ats", page, "candidate", run=1, validate=lambda _: None, until=None) for _ in "ab"
    ]
    assert [count.quarantined for count in counts] == [1, 0]
    assert world.store.quarantined() == [(Ref("ats", "candidate", "7"), "it has no id")]


def test_unreadable_records_below_a_candidate_are_named(world):
    """What cannot be read is not known to be gone."""
    world.page(world.row("candidate", "1"), world.row("candidate", "2"))
    world.page(world.row("application", "a1", owner="1"))
    world.page(world.row("rejection", "r1", owner="a1"), validate=lambda _: "no")
    world.page(world.row("note", "n1", owner="1"), validate=lambda _: "no")
    assert world.store.unreadable("ats", ["1", "2"]) == {
        "1": [Ref("ats", "note", "n1"), Ref("ats", "rejection", "r1")],
    }


# Whose candidate is concerned.


@pytest.fixture
def family(world):
    """Candidate 1 with two applications, candidate 2 with one."""
    world.page(world.row("candidate", "1"), world.row("candidate", "2"))
    world.page(
        world.row("application", "a1", owner="1"),
        world.row("application", "a2", owner="1"),
        world.row("application", "b1", owner="2"),
    )
    clean(world)
    return world


@pytest.mark.parametrize(
    ("object", "owner", "expected"),
    [
        ("application", "1", {"ats/1"}),
        ("note", "2", {"ats/2"}),
        ("activity", "2", {"ats/2"}),
        ("rejection", "a2", {"ats/1"}),
        ("application_stage", "b1", {"ats/2"}),
        ("prospect", "b1", {"ats/2"}),
        ("rejection", "unknown", set()),
        ("job", "", set()),
        ("job_stage", "1", set()),
    ],
)
def test_a_changed_row_makes_its_candidate_dirty(family, object, owner, expected):
    family.page(family.row(object, "new", owner=owner))
    assert dirty(family) == expected


def test_an_application_that_moves_concerns_both_candidates(family):
    """A vendor merged two candidates."""
    family.page(family.row("application", "b1", owner="1"))
    assert dirty(family) == {"ats/1", "ats/2"}


def test_a_child_that_came_before_its_application_is_not_lost(world):
    world.page(world.row("candidate", "1"))
    world.page(world.row("rejection", "r1", owner="a1"))
    clean(world)
    world.page(world.row("application", "a1", owner="1"))
    assert dirty(world) == {"ats/1"}
    assert [row.id for row in world.store.children("ats", ["1"])["1"]] == ["a1", "r1"]


def test_children_are_everything_below_a_candidate(family):
    family.page(family.row("rejection", "r1", owner="a2"))
    family.page(family.row("application_stage", "s1", owner="b1"))
    family.page(family.row("note", "n1", owner="1"))
    family.page(family.row("note", "n1", owner="1"), system="crm")
    found = family.store.children("ats", ["1", "2", "3"])
    assert {id: [(row.object, row.id) for row in rows] for id, rows in found.items()} == {
        "1": [("application", "a1"), ("application", "a2"), ("note", "n1"), ("rejection", "r1")],
        "2": [("application", "b1"), ("application_stage", "s1")],
        "3": [],
    }


# Records that go and come back.


def test_a_missing_record_is_no_longer_handed_out_and_its_candidate_is_dirty(family):
    assert family.store.mark_missing("ats", "application", ["a1", "a1", "nowhere"], family.run) == 1
    assert dirty(family) == {"ats/1"}
    assert [row.id for row in family.store.children("ats", ["1"])["1"]] == ["a2"]
    assert family.store.ids("ats", "application") == ["a2", "b1"]
    assert family.store.mark_missing("ats", "application", ["a1"], family.run) == 0


def test_a_missing_record_that_is_read_again_is_back_even_if_nothing_changed(family):
    family.store.mark_missing("ats", "candidate", ["1"], family.run)
    clean(family)
    count = family.store.store_rows("ats", [family.row("candidate", "1")], run=family.run, validate=lambda _: None)
    assert count.changed == 1
    assert family.store.record_state(Ref("ats", "candidate", "1")) == "live"
    assert dirty(family) == {"ats/1"}


def test_an_erased_record_never_comes_back(family):
    ref = Ref("ats", "candidate", "1")
    family.store.put_keys(ref, [("email", "ada@example.org")])
    family.store.erase_record(ref, family.run)
    family.page(family.row("candidate", "1", '{"name":"Ada"}'))
    family.store.store_rows("ats", [family.row("candidate", "1", "{}")], run=family.run, validate=lambda _: None)
    assert family.store.record_state(ref) == "erased"
    assert family.store.keys_of(ref) == []
    assert family.sql("SELECT payload FROM record WHERE id = '1' AND object = 'candidate'") == [("",)]
    assert family.store.mark_missing("ats", "candidate", ["1"], family.run) == 0


def test_rows_read_by_id_may_be_of_several_objects(world):
    rows = [world.row("candidate", "1"), world.row("application", "a1", owner="1"), world.row("candidate", "2")]
    count = world.store.store_rows("ats", rows, run=world.run, validate=lambda row: "no" if row.id == "2" else None)
    assert count == PageCount(changed=2, unchanged=0, quarantined=1, new=2)
    assert world.store.streams() == []


def test_a_sample_is_drawn_by_its_seed(world):
    world.page(*[world.row("candidate", f"{n:03}") for n in range(100)])
    one, same, other = (world.store.sample_ids("ats", "candidate", 10, seed) for seed in (1, 1, 2))
    assert one == same != other
    assert len(set(one)) == 10
    assert world.store.sample_ids("ats", "candidate", 1000, 1) == world.store.ids("ats", "candidate")


# How far a stream is read.


def watermark(world, object: str = "candidate") -> str | None:
    return world.store.stream("ats", object).watermark


def test_the_watermark_moves_only_when_the_window_is_complete(world):
    world.page(world.row("candidate", "1", updated=LATE))
    assert watermark(world) is None
    world.page(world.row("candidate", "2", updated=EARLY), last=True)
    assert watermark(world) == "2026-01-02T00:00:00.500000Z"
    assert world.store.stream("ats", "candidate").completed is not None
    assert world.store.stream("ats", "candidate").rows == 2


def test_the_watermark_is_never_past_the_window(world):
    until = datetime(2026, 1, 1, 12, tzinfo=UTC)
    world.page(world.row("candidate", "1", updated=LATE), last=True, until=until)
    assert watermark(world) == "2026-01-01T12:00:00.000000Z"


def test_a_window_that_met_nothing_newer_leaves_the_watermark(world):
    world.page(world.row("candidate", "1", updated=LATE), last=True)
    world.page(world.row("candidate", "1", updated=EARLY), last=True)
    assert watermark(world) == "2026-01-02T00:00:00.500000Z"


def test_a_stream_without_any_page_is_complete_all_the_same(world):
    world.store.complete_stream("ats", "pool", until=datetime(2026, 1, 1, tzinfo=UTC))
    stream = world.store.stream("ats", "pool")
    assert stream.watermark is None
    assert stream.completed is not None
    assert world.store.stream("ats", "note") is None


def test_rows_without_times_move_no_watermark(world):
    world.page(world.row("source", "1", updated=""), last=True)
    assert watermark(world, "source") is None
    assert world.store.stream("ats", "source").completed is not None


def test_a_page_and_its_progress_are_kept_or_lost_together(world):
    def broken(_row: Row) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        world.page(world.row("candidate", "1", updated=LATE), last=True, validate=broken)

    def interrupted() -> None:
        with world.store.transaction():
            world.page(world.row("candidate", "1", updated=LATE), last=True)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        interrupted()
    assert world.store.stream("ats", "candidate") is None
    assert world.store.counts() == {}


def test_a_sweep_is_put_on_record(world):
    world.store.mark_swept("ats", "candidate", LATE)
    assert world.store.stream("ats", "candidate").swept == LATE


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.001Z"),
        ("2026-01-01T00:00:00.1Z", "2026-01-01T00:00:00.123456Z"),
        ("2026-01-01T00:00:00+00:00", "2026-01-01T00:00:01Z"),
    ],
)
def test_times_of_different_precision_sort_as_times(earlier, later):
    assert order(earlier) < order(later)
