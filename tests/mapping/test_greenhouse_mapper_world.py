"""The mapper held against the truth of an invented hiring world, read over real HTTP from the stand-in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pytest

from connectors.greenhouse import Greenhouse, Settings, open_connector
from connectors.kit.budget import MemoryBudget
from connectors.kit.contract import Row, Verdict, Write
from connectors.sandbox.launch import Running, start
from mapping import fields
from mapping.contract import MappingConfig
from mapping.greenhouse import Mapper
from mapping.model import Candidate, Milestone, Outcome, Profile, Value


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with start("greenhouse", people=300, seed=7) as served:
        yield served


@pytest.fixture(scope="module")
def connector(running: Running) -> Iterator[Greenhouse]:
    kept = list(Mapper("ats", MappingConfig()).kept())
    settings = Settings(**running.credentials["greenhouse"], custom_fields=kept)
    opened = open_connector("ats", settings, MemoryBudget(100_000))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def told(connector: Greenhouse) -> tuple[Mapper, dict[str, list[Row]]]:
    """A mapper that has learnt the account, and every row of it."""
    mapper = Mapper("ats", MappingConfig())
    rows: dict[str, list[Row]] = {}
    for stream in connector.streams():
        rows[stream.object] = [row for page in connector.pages(stream, None) for row in page.rows]
        mapper.learn(stream.object, rows[stream.object])
    return mapper, rows


@pytest.fixture(scope="module")
def profiles(told: tuple[Mapper, dict[str, list[Row]]]) -> dict[str, Profile]:
    mapper, rows = told
    candidate_of = {row.id: row.owner for row in rows["application"]}
    children: dict[str, list[Row]] = defaultdict(list)
    for object in ("application", "note"):
        for row in rows[object]:
            children[row.owner].append(row)
    for object in ("application_stage", "rejection", "prospect"):
        for row in rows[object]:
            children[candidate_of[row.owner]].append(row)
    return {row.id: mapper.profile(row, children[row.id]) for row in rows["candidate"]}


def test_every_row_of_the_account_can_be_read(told):
    mapper, rows = told
    assert sum(map(len, rows.values())) > 1000
    for table in rows.values():
        for row in table:
            mapper.validate(row)


def test_everything_tieline_writes_has_its_field(told):
    mapper, _ = told
    assert mapper.missing() == ()
    assert {fields.PERSON_ID, fields.ENGAGEMENT, fields.FIRST_TOUCH_AT} <= mapper.writable()


def test_only_the_stage_that_nobody_can_know_is_reported(told):
    mapper, _ = told
    assert [(one.kind, one.label) for one in mapper.unmapped()] == [("stage", "Chemistry Check")]


def test_milestones_and_hires_are_those_of_the_truth(running, profiles):
    met = set()
    for person in running.truth("greenhouse")["people"]:
        mine = [one for id in person["ats"] for one in profiles[id].applications if one.live]
        if not mine or not person["milestone"]:
            continue
        reached = max((one.reached for one in mine), key=lambda milestone: milestone.rank)
        assert reached == Milestone(person["milestone"]), person["person"]
        assert any(one.outcome is Outcome.HIRED for one in mine) == person["hired"], person["person"]
        met.add(reached)
    assert met == set(Milestone)


def test_private_people_are_known_as_private(running, profiles):
    for person in running.truth("greenhouse")["people"]:
        for id in person["ats"]:
            assert profiles[id].candidate.private == person["private"]


def test_every_rejection_has_a_type_and_a_date(profiles):
    ended = [one for told in profiles.values() for one in told.applications if one.outcome is not Outcome.OPEN]
    assert {one.outcome for one in ended} == {Outcome.HIRED, Outcome.REJECTED, Outcome.WITHDRAWN}
    assert all(one.closed for one in ended)
    assert all(one.reason and one.reason_type for one in ended if one.outcome is not Outcome.HIRED)


def test_nothing_protected_comes_through(running, profiles):
    assert running.truth("greenhouse")["canaries"]
    everything = "\n".join(one.model_dump_json() for one in profiles.values())
    for canary in running.truth("greenhouse")["canaries"]:
        assert canary not in everything


CREATED: dict[str, Value] = {
    fields.GIVEN_NAME: "Cher",
    fields.FAMILY_NAME: None,
    fields.EMAILS: ("cher@example.com", "né@exämple.com"),
    fields.PHONES: ("+12025550142", "+442079460123"),
    fields.LINKS: ("example.org/Cher?lang=en", "linkedin.com/in/josé-cher"),
    fields.COMPANY: "Brightwater Labs",
    fields.TITLE: "Engineer",
    fields.LOCATION: "1 Harbour Row, Northmoor",
    fields.TAGS: ("Go", "Silver medalist"),
    fields.DO_NOT_CONTACT: True,
    fields.PERSON_ID: "p-1",
    fields.CRM_LINK: "https://crm.example.com/contacts/c-9",
    fields.FIRST_TOUCH_SOURCE: "Data Meetup",
    fields.FIRST_TOUCH_CAMPAIGN: None,
    fields.FIRST_TOUCH_AT: "2026-05-04",
    fields.ENGAGEMENT: "Met in May.\nWrote in June.",
}
UPDATED: dict[str, Value] = {
    fields.GIVEN_NAME: None,
    fields.FAMILY_NAME: "Sarkisian",
    fields.EMAILS: ("cher@example.com", "cher@example.net"),
    fields.PHONES: None,
    fields.LINKS: ("example.org/Cher?lang=en", "github.com/cher"),
    fields.COMPANY: None,
    fields.TITLE: "Staff Engineer",
    fields.LOCATION: "2 Harbour Row, Northmoor",
    fields.TAGS: ("Go",),
    fields.DO_NOT_CONTACT: False,
    fields.FIRST_TOUCH_CAMPAIGN: "Spring",
    fields.FIRST_TOUCH_AT: "2026-05-03",
    fields.ENGAGEMENT: None,
}


def test_what_is_written_is_what_the_stand_in_tells_back(connector, told):
    """Create, then change every field: the values that come back are the values that were meant."""
    mapper, _ = told

    def carried(write: Write) -> str:
        fresh = connector.fresh("candidate", [write.id]).get(write.id) if write.id else None
        outcome = connector.send(write, fresh)
        assert outcome.verdict is Verdict.APPLIED, outcome.reason
        return outcome.created.get("candidate", write.id)

    def now(id: str) -> Candidate:
        return mapper.profile(connector.fresh("candidate", [id])[id].row, ()).candidate

    job = next(id for id, one in mapper.jobs().items() if one.open)
    source = next(iter(mapper.sources()))
    id = carried(mapper.create_candidate(CREATED, job, source, "k1"))
    assert dict(now(id).values) == CREATED
    (row,) = connector.find("application", owner=id)
    (one,) = mapper.profile(connector.fresh("candidate", [id])[id].row, [row]).applications
    assert (one.job, one.source_id) == (job, source)
    before = now(id).values
    carried(mapper.update_candidate(id, {name: (before[name], value) for name, value in UPDATED.items()}, "k2"))
    assert dict(now(id).values) == {**CREATED, **UPDATED}
