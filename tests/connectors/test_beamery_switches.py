"""Whatever Beamery's undocumented points turn out to be, people are read, created, changed and pooled alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from connectors.kit.contract import Severity, Verdict
from connectors.sandbox.beamery.options import SWITCHES
from connectors.sandbox.launch import Running, start
from mapping import fields
from tests.connectors.beamery_desk import Desk, somebody

# Settings of the switches that take any value.
FREE: dict[str, tuple[Any, ...]] = {
    "token_seconds": (2.0,),
    "others_per_second": (7,),
    "deep_offset": (0, 110),
    "search_lag": (30.0,),
    "hidden_fields": ("doNotContact,phoneNumbers,headline", "ATS stage,First touch source", "customFields"),
    "ats_kind": ("workday",),
}
POSITIONS = [(one.name, value) for one in SWITCHES for value in (one.choices or FREE[one.name])]
_HIDES = {
    "doNotContact": {fields.DO_NOT_CONTACT},
    "phoneNumbers": {fields.PHONES},
    "ATS stage": {fields.ATS_STAGE},
    "First touch source": {fields.FIRST_TOUCH_SOURCE},
    "customFields": set(fields.PROJECTIONS),
}
TAG = "Silver medalist"
PROJECTED = {
    fields.PERSON_ID: "person-1",
    fields.ATS_LINK: "https://ats.example.com/people/1",
    fields.ATS_STATUS: "Applied",
    fields.ATS_STAGE: "Onsite",
    fields.FIRST_TOUCH_SOURCE: "Recruiting event",
    fields.FIRST_TOUCH_AT: "2026-01-02",
    fields.MILESTONE_REACHED: "Final",
}


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with start("beamery", people=170, seed=4) as served:
        yield served


@pytest.fixture
def switched(running: Running, request: pytest.FixtureRequest) -> Iterator[Running]:
    name, value = request.param
    default = next(one.default for one in SWITCHES if one.name == name)
    running.switches("beamery", **{name: value})
    yield running
    running.switches("beamery", **{name: default})


def _open(running: Running, name: str, value: Any) -> Desk:
    if (name, value) == ("logins", "basic") or name == "auth_token_key":
        given = running.credentials["beamery"]
        return Desk(running, username=given["username"], password=given["password"])
    return Desk(running)


def _visible(name: str, value: Any) -> set[str]:
    """Names that cannot be seen, and are absent from the values."""
    hidden = value.split(",") if name == "hidden_fields" else []
    return set().union(*(_HIDES.get(one, set()) for one in hidden))


@pytest.mark.parametrize(("switched", "name", "value"), [((n, v), n, v) for n, v in POSITIONS], indirect=["switched"])
def test_everything_is_read_on_every_setting(switched: Running, name: str, value: Any) -> None:
    desk = _open(switched, name, value)
    assert not [one for one in desk.connector.check() if one.severity is Severity.ERROR]
    shown = {row.id for row in desk.rows("candidate")}
    kept = switched.state("beamery", "contacts")
    hides = (
        {one["id"] for one in kept if one["archived"]} if (name, value) == ("archived_contacts", "hidden") else set()
    )
    assert shown == {one["id"] for one in kept} - hides
    assert desk.connector.total("candidate") == len(shown)
    assert {row.id for row in desk.tables["job"]} == {one["id"] for one in switched.state("beamery", "vacancies")}
    fresh = desk.connector.fresh("candidate", sorted(shown)[:8])
    assert sorted(fresh) == sorted(shown)[:8]


@pytest.mark.parametrize(("switched", "name", "value"), [((n, v), n, v) for n, v in POSITIONS], indirect=["switched"])
def test_a_person_is_created_changed_and_pooled_on_every_setting(switched: Running, name: str, value: Any) -> None:
    desk = _open(switched, name, value)
    hidden, able = _visible(name, value), desk.mapper.writable()
    projected = {key: text for key, text in PROJECTED.items() if key in able and key not in hidden}
    wanted = somebody(**projected)
    outcome = desk.create(wanted)
    assert outcome.verdict is Verdict.APPLIED, outcome.reason
    native = outcome.created["candidate"]
    _reads_as(desk, native, wanted, hidden)

    first, last = wanted["emails"][0], f"second.{wanted['emails'][0]}"  # type: ignore[index]
    changed = {
        "given_name": "Ifeoma",
        "emails": tuple(sorted((first, last))),
        "links": tuple(sorted((*wanted["links"], "ife.example.net/work"))),  # type: ignore[misc]
        "title": "Lead Engineer",
        "location": "Headingley, Leeds, UK",
        "tags": (TAG,),
    }
    if fields.PHONES not in hidden:
        changed["phones"] = tuple(sorted((*wanted["phones"], "+15550199000")))  # type: ignore[misc]
    if fields.ATS_STATUS in projected:
        changed |= {fields.ATS_STATUS: "Rejected", fields.MILESTONE_REACHED: None, fields.OUTCOME_DATE: "2026-03-04"}
    outcome = desk.update(native, **changed)
    assert outcome.verdict is Verdict.APPLIED, outcome.reason
    _reads_as(desk, native, {**wanted, **changed}, hidden)

    before = len(switched.log("beamery", writes=True))
    assert desk.update(native, **changed).verdict is Verdict.APPLIED
    assert len(switched.log("beamery", writes=True)) == before  # nothing was left to change, so nothing was sent
    assert native in {row.id for row in desk.rows("candidate", minutes=5)}
    _pooled(desk, native, removable=(name, value) != ("pool_removal", "none"))


def _reads_as(desk: Desk, native: str, wanted: dict[str, Any], hidden: set[str]) -> None:
    found = desk.values(native)
    assert {key: found[key] for key in wanted if key not in hidden} == {
        key: value for key, value in wanted.items() if key not in hidden
    }


def _pooled(desk: Desk, native: str, *, removable: bool) -> None:
    pool = desk.tables["pool"][0].id
    assert desk.pool(native, pool, add=True).verdict is Verdict.APPLIED
    assert pool in desk.profile(native).candidate.pools
    out = desk.pool(native, pool, add=False)
    assert out.verdict is (Verdict.APPLIED if removable else Verdict.INVALID)
    assert (pool in desk.profile(native).candidate.pools) is not removable
