"""When a run stops and asks."""

from __future__ import annotations

from typing import Any

import pytest

from mapping import fields
from sync.changes import Change, FieldChange, Verb
from sync.guards import blanks, emptied, held, mass_blanking, mass_change, shrunken, touched, withdrawal
from sync.settings import Guards
from tests.sync.policy_world import CRM, PERSON

DEFAULTS = Guards()


def update(person: str = PERSON, field: str = fields.TITLE, before: Any = "x", after: Any = "y") -> Change:
    one = FieldChange(field=field, before=before, after=after, because="a test", policy="ownership")
    return Change(
        person=person,
        system=CRM,
        verb=Verb.UPDATE_CANDIDATE,
        target="1",
        fields=(one,),
        policy="test",
        because="a test",
    )


def many(n: int, **given: Any) -> list[Change]:
    return [update(f"p{number}", **given) for number in range(n)]


MASS = [
    ("few people of few", 50, 60, False),
    ("many, but a small share", 60, 1000, False),
    ("exactly the share", 100, 1000, False),
    ("more than both", 101, 1000, True),
    ("more than both, nobody linked", 51, 0, True),
]


@pytest.mark.parametrize(("why", "people", "linked", "stops"), MASS, ids=[row[0] for row in MASS])
def test_a_run_is_held_when_it_touches_more_than_the_number_and_the_share(
    why: str, people: int, linked: int, stops: bool
) -> None:
    assert (mass_change(people, linked, DEFAULTS) is not None) is stops
    assert (held(many(people), linked, DEFAULTS) is not None) is stops


def test_an_allowance_lets_it_through() -> None:
    assert held(many(200), 300, DEFAULTS) is not None
    assert held(many(200), 300, DEFAULTS, "first import") is None
    assert held(many(200), 300, Guards(max_changes=500)) is None


def test_people_count_once_and_withdrawals_not_at_all() -> None:
    no = [update(f"w{n}", fields.DO_NOT_CONTACT, None, True) for n in range(200)]
    assert withdrawal(no[0])
    assert not withdrawal(update(field=fields.DO_NOT_CONTACT, before=True, after=False))
    assert touched([*no, update(), update(field=fields.COMPANY)]) == 1
    assert held(no, 100, DEFAULTS) is None


BLANKED = [
    ("few", 20, 100, False),
    ("too many", 21, 100, True),
    ("two in a hundred of many", 40, 2000, False),
    ("more than that", 41, 2000, True),
]


@pytest.mark.parametrize(("why", "taken", "linked", "stops"), BLANKED, ids=[row[0] for row in BLANKED])
def test_a_run_is_held_when_it_takes_too_much_away(why: str, taken: int, linked: int, stops: bool) -> None:
    assert (mass_blanking(taken, linked) is not None) is stops
    assert (held(many(taken, after=None), linked, Guards(max_changes=9999)) is not None) is stops


def test_what_counts_as_taken_away() -> None:
    assert blanks([update(after=None)]) == 1
    assert blanks([update(before=None)]) == 0
    assert blanks([update(field=fields.ATS_STATUS, after=None)]) == 0, "our own projections come and go"
    leave = Change(
        person=PERSON, system=CRM, verb=Verb.REMOVE_FROM_POOL, target="1", pool="p", policy="test", because="a test"
    )
    assert blanks([leave]) == 1


SHRUNK = [
    ("nothing gone", 1000, 0, False),
    ("a share", 1000, 50, False),
    ("more than the share", 1000, 51, True),
    ("a handful of a small side", 20, 4, False),
    ("a quarter of a small side", 20, 5, True),
    ("nothing known", 0, 0, False),
]


@pytest.mark.parametrize(("why", "known", "gone", "stops"), SHRUNK, ids=[row[0] for row in SHRUNK])
def test_a_shrunken_side_is_an_outage(why: str, known: int, gone: int, stops: bool) -> None:
    said = shrunken(CRM, known, gone, DEFAULTS)
    assert (said is not None) is stops
    assert shrunken(CRM, known, gone, DEFAULTS, "--yes") is None
    if said:
        assert said.startswith(f"{CRM} no longer shows {gone} of {known} records")


@pytest.mark.parametrize(("known", "seen", "stops"), [(100, 0, True), (1, 0, True), (100, 1, False), (0, 0, False)])
def test_an_empty_side_is_an_outage(known: int, seen: int, stops: bool) -> None:
    assert (emptied(CRM, known, seen) is not None) is stops
    assert emptied(CRM, known, seen, "--yes") is None
