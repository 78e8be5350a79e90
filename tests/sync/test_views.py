"""People as the policies see them, gathered from a real state."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.kit.contract import Ref, Row
from mapping import fields
from mapping.contract import Unreadable
from mapping.model import Profile
from state.rows import EffectRow, FirstTouchRow
from state.store import Store
from sync.changes import Change, Verb
from sync.outbox import draft
from sync.view import PersonView
from sync.views import BATCH, Party, Profiles, Views
from tests.sync.policy_world import ats_catalog, crm_catalog
from tests.sync.small_mapper import SmallMapper

ATS, CRM = "greenhouse", "beamery"
NOW = datetime(2026, 3, 1, tzinfo=UTC)
AT = "2026-01-01T00:00:00.000000Z"


class Counting(SmallMapper):
    """Counts how often a profile is read, and knows private records."""

    def __init__(self, system: str, role: str) -> None:
        super().__init__(system, role)
        self.read = 0

    def profile(self, candidate: Row, children: Sequence[Row]) -> Profile:
        self.read += 1
        found = super().profile(candidate, children)
        private = bool(json.loads(candidate.payload).get("private"))
        return found.model_copy(update={"candidate": found.candidate.model_copy(update={"private": private})})


class World:
    """A state with people in it."""

    def __init__(self, path: Path) -> None:
        self.store = Store.open(f"sqlite:///{path}")
        self.run = self.store.start_run("test")
        self.mappers = {ATS: Counting(ATS, "ats"), CRM: Counting(CRM, "crm")}
        self.profiles = Profiles()

    def row(self, system: str, object: str, id: str, owner: str = "", **held: Any) -> Ref:
        """Store one row as a pull would."""
        payload = json.dumps(held, sort_keys=True).encode()
        row = Row(object, id, payload[:16] + id.encode(), payload, owner, AT, AT)
        self.store.store_rows(system, [row], run=self.run, validate=self._validate(system))
        return Ref(system, object, id)

    def _validate(self, system: str) -> Any:
        def validate(row: Row) -> str | None:
            try:
                self.mappers[system].validate(row)
            except Unreadable as error:
                return str(error)
            return None

        return validate

    def views(self) -> Views:
        parties = [
            Party(ATS, self.mappers[ATS], ats_catalog()),
            Party(CRM, self.mappers[CRM], crm_catalog()),
        ]
        return Views(self.store, parties[0], parties[1], now=NOW, profiles=self.profiles)

    def view(self, person: str) -> PersonView:
        (found,) = self.views().build([person])
        return found


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "state.db")
    yield made
    made.store.close()


def person(world: World, name: str = "p1") -> str:
    world.store.new_person(name, AT)
    return name


def link(world: World, system: str, id: str, name: str, **held: Any) -> Ref:
    ref = world.row(system, "candidate", id, **{"values": {fields.GIVEN_NAME: "Ada"}, **held})
    world.store.link(ref, name, rule="test", score=1.0, evidence="[]", by="rule", now=AT)
    return ref


def test_a_person_is_gathered_whole(world: World) -> None:
    """Both records with what hangs on them, and everything we remember of the person."""
    name = person(world)
    link(world, ATS, "1", name)
    link(world, CRM, "2", name, pools=["nurture"])
    world.row(ATS, "application", "a1", "1", job="j1")
    world.row(ATS, "note", "n1", "1", marker=name)
    (change,) = world.store.put_changes(world.run, [draft(update(name))])
    world.store.mark_sent([(change, [(fields.TITLE, '"Lead"')])], 1.0)
    world.store.set_base(name, ATS, {fields.GIVEN_NAME: "Ada", fields.TITLE: None}, AT)
    world.store.put_effect(EffectRow(name, CRM, "pooled", "silver", "a1", change, AT))
    world.store.set_first_touch(FirstTouchRow(name, AT, "event", "Fair", "Spring", CRM, "touchpoint", "t"))
    view = world.view(name)
    assert (view.person, view.now) == (name, NOW)
    assert view.ats.ref == Ref(ATS, "candidate", "1")
    assert [one.job for one in view.ats.applications] == ["j1"]
    assert view.ats.markers == {name}
    assert view.ats.base == {fields.GIVEN_NAME: "Ada", fields.TITLE: None}
    assert view.ats.sent == {fields.TITLE: ("Lead",)}
    assert view.crm.sent == {}
    assert view.crm.link == "https://beamery.example.com/2"
    assert view.crm.candidate is not None
    assert view.crm.candidate.pools == ("nurture",)
    assert [(one.kind, one.target, one.cause) for one in view.effects] == [("pooled", "silver", "a1")]
    assert view.first_touch is not None
    assert (view.first_touch.touchpoint.source, view.first_touch.frozen) == ("Fair", False)
    assert view.under_way == {ATS}
    assert not view.tombstoned
    assert not view.in_review


def update(name: str) -> Change:
    return Change(person=name, system=ATS, verb=Verb.UPDATE_CANDIDATE, target="1", policy="test", because="a test")


def test_of_several_records_one_is_written_to_and_all_are_heard(world: World) -> None:
    name = person(world)
    link(world, ATS, "1", name)
    link(world, ATS, "2", name)
    world.row(ATS, "application", "a1", "1", job="j1")
    world.row(ATS, "application", "a2", "2", job="j2")
    view = world.view(name)
    assert view.ats.ref == Ref(ATS, "candidate", "1")
    assert view.ats.others == (Ref(ATS, "candidate", "2"),)
    assert {one.job for one in view.ats.applications} == {"j1", "j2"}


def test_a_private_duplicate_is_not_spoken_of(world: World) -> None:
    name = person(world)
    link(world, ATS, "1", name)
    link(world, ATS, "2", name, private=True)
    world.row(ATS, "application", "a2", "2", job="j2")
    view = world.view(name)
    assert view.ats.applications == ()
    assert view.ats.others == (Ref(ATS, "candidate", "2"),)


def test_a_record_that_vanished_is_gone_and_one_that_never_was_is_not(world: World) -> None:
    name = person(world)
    link(world, ATS, "1", name)
    assert not world.view(name).crm.gone
    world.store.mark_missing(ATS, "candidate", ["1"], world.run)
    view = world.view(name)
    assert (view.ats.gone, view.ats.candidate) == (True, None)
    assert not view.crm.gone


def test_an_erased_record_makes_its_person_silent(world: World) -> None:
    name = person(world)
    ref = link(world, ATS, "1", name)
    world.store.erase_record(ref, world.run)
    assert world.view(name).tombstoned


UNREADABLE: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("the candidate cannot be read", {"unreadable": True}, {}),
    ("the candidate is in quarantine", {"broken": True}, {}),
    ("one of its applications is in quarantine", {}, {"broken": True}),
    ("a mistake of ours", {"surprise": True}, {}),
]


@pytest.mark.parametrize(("why", "candidate", "application"), UNREADABLE, ids=[row[0] for row in UNREADABLE])
def test_a_person_who_cannot_be_read_is_left_out_and_delays_nobody(
    world: World, why: str, candidate: dict[str, Any], application: dict[str, Any]
) -> None:
    """An application nobody can see would be made a second time: such a person waits, everybody else goes on."""
    names = [person(world, f"p{n}") for n in range(3)]
    for n, name in enumerate(names):
        link(world, ATS, str(n), name, **(candidate if n == 1 else {}))
    world.row(ATS, "application", "a1", "1", job="j1", **application)
    views = world.views()
    assert [one.person for one in views.build(names)] == ["p0", "p2"]
    assert [(one.kind, one.subject) for one in views.notices] == [("unreadable", "p1")]
    assert "Ada" not in views.notices[0].detail


def test_a_job_we_put_somebody_on_whose_application_is_gone_is_remembered(world: World) -> None:
    name = person(world)
    link(world, ATS, "1", name)
    link(world, CRM, "2", name)
    world.row(CRM, "application", "2:v1", "2", job="v1")
    for job in ("j1", "j2"):
        made = Change(
            person=name,
            system=ATS,
            verb=Verb.CREATE_APPLICATION,
            target="1",
            job=job,
            policy="handoff",
            because="a test",
        )
        (change,) = world.store.put_changes(world.run, [draft(made)])
        world.store.mark_sent([(change, [])], 1.0)
        world.store.settle(change, "done", now=AT)
    world.row(ATS, "application", "a2", "1", job="j2")
    assert world.view(name).ats.former_jobs == {"j1"}
    assert world.view(name).crm.former_jobs == frozenset()


def test_an_open_question_about_a_record_is_seen(world: World) -> None:
    name, other = person(world), person(world, "p2")
    one, two = link(world, ATS, "1", name), link(world, CRM, "2", other)
    world.store.put_review(one, two, 0.5, "[]", AT)
    assert world.view(name).in_review
    assert world.view(other).in_review
    (review,) = world.store.reviews("open")
    world.store.answer_review(review.id, "rejected", "reviewer", AT)
    assert not world.view(name).in_review


def test_many_people_come_in_their_order_batch_by_batch(world: World) -> None:
    names = [person(world, f"p{n:04}") for n in range(BATCH + 5)]
    with world.store.transaction():
        for n, name in enumerate(names):
            link(world, CRM, str(n), name)
    asked = list(reversed(names))
    assert [one.person for one in world.views().build(asked)] == asked


def test_a_profile_is_read_again_only_when_something_of_it_changed(world: World) -> None:
    name = person(world)
    link(world, ATS, "1", name)
    mapper = world.mappers[ATS]
    world.view(name)
    world.view(name)
    assert mapper.read == 1
    world.row(ATS, "application", "a1", "1", job="j1")
    assert [one.job for one in world.view(name).ats.applications] == ["j1"]
    assert mapper.read == 2
