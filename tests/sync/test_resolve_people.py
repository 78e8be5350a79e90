"""Who is who, as the engine uses it: one bad record stops nobody, arrivals of ours are ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.kit.contract import Ref
from tests.sync.small_world import ATS, CRM, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "state.db")


def person(world: World, system: str, id: str) -> str:
    found = world.store.person_of(Ref(system, "candidate", id))
    assert found is not None
    return world.store.alias(found)


def test_one_person_in_both_systems_is_one_person_with_evidence(world: World) -> None:
    world.both(["Ada", "Bob"])
    world.engine.pull()
    world.engine.resolve()
    assert person(world, ATS, "a-Ada") == person(world, CRM, "c-Ada") != person(world, ATS, "a-Bob")
    links = world.store.links(person(world, ATS, "a-Ada"))
    assert any("email" in link.evidence for link in links)


@pytest.mark.parametrize("trouble", ["unreadable", "surprise"])
def test_a_record_that_cannot_be_read_is_set_aside_and_the_others_go_on(world: World, trouble: str) -> None:
    world.both(["Ada"])
    world.crm.put("candidate", "c-Bad", values={}, pools=[], **{trouble: True})
    world.engine.pull()
    stats = world.engine.resolve()
    assert (stats.quarantined, person(world, CRM, "c-Ada")) == (1, person(world, ATS, "a-Ada"))
    assert world.store.record_state(Ref(CRM, "candidate", "c-Bad")) == "quarantined"
    assert world.sync().outcome == "done"


def test_an_arrival_that_carries_our_marker_is_the_person_it_names(world: World) -> None:
    world.contact("c-Ada")
    world.engine.pull()
    world.engine.resolve()
    mine = person(world, CRM, "c-Ada")
    world.applicant("a-1", "Zoe", emails=["zoe@example.net"], person_id=mine)
    world.engine.pull()
    world.engine.resolve()
    assert person(world, ATS, "a-1") == mine


def test_a_marker_nobody_knows_names_nobody(world: World) -> None:
    world.applicant("a-1", "Zoe", person_id="p-of-another-installation")
    world.engine.pull()
    world.engine.resolve()
    assert person(world, ATS, "a-1") != "p-of-another-installation"


def test_two_people_whose_records_come_to_share_an_e_mail_become_one(world: World) -> None:
    world.applicant("a-1", "Ada")
    world.contact("c-1", "Ada", emails=["ada@old.example.com"])
    world.sync()
    assert person(world, ATS, "a-1") != person(world, CRM, "c-1")
    world.crm.edit("c-1", emails=["ada@old.example.com", "ada@example.com"])
    world.sync()
    assert person(world, ATS, "a-1") == person(world, CRM, "c-1")
    world.assert_quiet()


def test_the_first_touch_is_the_earliest_of_both_sides_and_only_moves_earlier(world: World) -> None:
    world.contact("c-Ada")
    world.applicant("a-Ada")
    world.sync()
    first = world.store.first_touches([person(world, CRM, "c-Ada")])
    told = next(iter(first.values()))
    assert (told.system, told.id) == (CRM, "c-Ada")
    world.ats.objects["candidate"]["a-Ada"]["created"] = "2020-01-01T00:00:00+00:00"
    world.ats.put(
        "application", "older", candidate_id="a-Ada", job="j1", state="open", created="2019-05-05T00:00:00+00:00"
    )
    world.sync()
    assert world.store.first_touches([told.person])[told.person].id == "older"
    world.assert_quiet()


def test_a_hire_freezes_the_first_touch_only_once_both_sides_were_read(world: World) -> None:
    world.applicant("a-Ada")
    world.ats.put(
        "application", "app", candidate_id="a-Ada", job="j1", state="hired", closed="2026-03-01T00:00:00+00:00"
    )
    world.contact("c-Ada")
    world.crm.objects["candidate"]["c-Ada"]["created"] = "2021-01-01T00:00:00+00:00"
    world.sync()
    told = world.store.first_touches([person(world, ATS, "a-Ada")])[person(world, ATS, "a-Ada")]
    assert (told.system, told.frozen is not None) == (CRM, True)


def test_resolving_twice_gives_the_same_people(world: World) -> None:
    world.both(["Ada", "Bob", "Cyd"])
    world.engine.pull()
    world.engine.resolve()
    before = {id: person(world, ATS, id) for id in ("a-Ada", "a-Bob", "a-Cyd")}
    for id in before:
        world.store.mark_record_dirty(Ref(ATS, "candidate", id))
    world.engine.resolve()
    assert {id: person(world, ATS, id) for id in before} == before
    assert world.store.people_count() == 3
