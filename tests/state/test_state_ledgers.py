"""Base, touchpoints, first touch, and what a run leaves on record."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from state.ledgers import decode, encode
from state.rows import ConflictDraft, FirstTouchRow, NoticeDraft, TouchpointRow

NOW = "2026-03-01T12:00:00.000000Z"


@given(st.none() | st.booleans() | st.text() | st.lists(st.text()).map(tuple))
def test_a_canonical_value_survives_the_state(value):
    assert decode(encode(value)) == value
    assert type(decode(encode(value))) is type(value)


def test_the_base_is_kept_by_person_system_and_field(world):
    person, other = world.person("p"), world.person("q")
    world.store.set_base(person, "ats", {"title": "Driver", "emails": ("a@example.org",), "company": None}, NOW)
    world.store.set_base(person, "crm", {"title": "Driver"}, NOW)
    world.store.set_base(person, "ats", {"title": "Engineer"}, NOW)
    world.store.set_base(person, "ats", {}, NOW)
    assert world.store.base([person, other]) == {
        person: {
            "ats": {"title": "Engineer", "emails": ("a@example.org",), "company": None},
            "crm": {"title": "Driver"},
        },
        other: {},
    }


# Touchpoints.


def touch(id: str, at: str, candidate: str = "1", source: str | None = None, system: str = "ats") -> TouchpointRow:
    return TouchpointRow(system, "application", id, candidate, "applied", "application", at, "in", source, None, True)


def test_the_ledger_is_in_order_of_time_over_all_records_of_a_person(world):
    person = world.person("p", world.candidate("1"), world.candidate("7", system="crm"))
    world.store.put_touchpoints([touch("a2", "2026-02-01"), touch("a1", "2026-01-01"), touch("x", "2025-01-01", "2")])
    world.store.put_touchpoints([touch("b1", "2026-01-15", "7", system="crm")])
    found = world.store.touchpoints_of(world.store.links(person))
    assert [row.id for row in found] == ["a1", "b1", "a2"]
    assert found[0].qualifies is True


def test_an_overwritten_source_does_not_rewrite_the_ledger(world):
    person = world.person("p", world.candidate("1"))
    assert world.store.put_touchpoints([touch("a1", "2026-01-01", source="Fair")]) == 1
    assert world.store.put_touchpoints([touch("a1", "2026-01-09", source="Careers page")]) == 0
    (row,) = world.store.touchpoints_of(world.store.links(person))
    assert (row.source, row.at) == ("Fair", "2026-01-01")


def test_a_touchpoint_follows_its_candidate_when_a_vendor_merges_two(world):
    person = world.person("p", world.candidate("2"))
    world.store.put_touchpoints([touch("a1", "2026-01-01", candidate="1")])
    world.store.put_touchpoints([touch("a1", "2026-01-01", candidate="2")])
    assert [row.id for row in world.store.touchpoints_of(world.store.links(person))] == ["a1"]


# First touch.


def first(at: str, source: str = "Fair") -> FirstTouchRow:
    return FirstTouchRow("p", at, "event", source, "Spring", "crm", "activity", at)


@pytest.fixture
def person(world):
    return world.person("p")


def test_a_first_touch_moves_only_to_an_earlier_one(world, person):
    assert world.store.set_first_touch(first("2026-02-01"))
    assert not world.store.set_first_touch(first("2026-03-01", "Careers page"))
    assert not world.store.set_first_touch(first("2026-02-01", "Careers page"))
    assert world.store.first_touches([person, "q"]) == {person: first("2026-02-01")}
    assert world.store.set_first_touch(first("2026-01-01", "Referral"))
    assert world.store.first_touches([person])[person].source == "Referral"


def test_a_hire_freezes_the_first_touch_once(world, person):
    assert not world.store.freeze_first_touch(person, NOW)
    world.store.set_first_touch(first("2026-02-01"))
    assert world.store.freeze_first_touch(person, NOW)
    assert not world.store.freeze_first_touch(person, "2027-01-01")
    assert not world.store.set_first_touch(first("2026-01-01"))
    assert world.store.first_touches([person])[person].frozen == NOW


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=12))
def test_whatever_arrives_in_whatever_order_the_earliest_stays(tmp_path_factory, days):
    from state.store import Store

    with Store.open(str(tmp_path_factory.mktemp("s") / "s.db")) as store:
        store.new_person("p", NOW)
        for day in days:
            store.set_first_touch(first(f"2026-01-0{day}"))
        assert store.first_touches(["p"])["p"].at == f"2026-01-0{min(days)}"


# Runs and what they noticed.


def test_a_run_is_on_record_from_its_start(world):
    run = world.store.start_run("sync")
    assert world.store.runs(1)[0].outcome is None
    world.store.end_run(run, "partial", {"planned": 3}, allowance="--yes")
    (row,) = world.store.runs(1)
    assert (row.id, row.command, row.outcome, json.loads(row.stats), row.allowance) == (
        run,
        "sync",
        "partial",
        {"planned": 3},
        "--yes",
    )
    assert row.ended is not None
    assert [row.id for row in world.store.runs(10)] == [run, world.run]


def test_a_persons_journal_includes_what_happened_under_merged_ids(world, person):
    old = world.person("q")
    world.store.journal(1, old, "ats", "linked", {"record": "1"}, NOW)
    world.store.journal(1, "somebody else", None, "linked", {}, NOW)
    world.store.merge_people(old, person, NOW)
    world.store.journal(2, person, None, "merged", {}, NOW)
    assert [(row.run, row.event, row.detail) for row in world.store.person_journal(person)] == [
        (1, "linked", '{"record": "1"}'),
        (2, "merged", "{}"),
    ]


def test_a_notice_seen_again_learns_only_its_last_run(world):
    notice = NoticeDraft("unmapped", "Chit-chat", "ats", "no milestone is known for this stage")
    assert world.store.put_notices(1, [notice], NOW) == 1
    assert world.store.put_notices(2, [notice], NOW) == 0
    (row,) = world.store.notices()
    assert (row.first_run, row.last_run) == (1, 2)
    assert world.store.notices(since_run=3) == []


def test_the_loser_of_a_conflict_is_kept(world, person):
    conflict = ConflictDraft(person, "title", '"Engineer"', "crm", '"Driver"', "ats", "newest")
    assert world.store.put_conflicts(world.run, [conflict]) == 1
    (row,) = world.store.conflicts()
    assert (row.kept, row.lost, row.lost_from, row.rule) == ('"Engineer"', '"Driver"', "ats", "newest")


def test_tombstones_are_hashes_and_answer_only_for_themselves(world):
    world.store.put_tombstones(["h1", "h2", "h1"], "erased on request", NOW)
    assert world.store.tombstones(["h2", "h3"]) == {"h2"}
