"""Canonical changes in Greenhouse's shape, and back again."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from connectors.kit.contract import Write
from mapping import fields
from mapping.contract import Unsupported
from mapping.model import Value
from tests.mapping.greenhouse_made import CRM, JOB, applied, candidate, candidate_payload, created, mapper

EVERYTHING: dict[str, Value] = {
    fields.GIVEN_NAME: "Mina",
    fields.FAMILY_NAME: "Okonkwo-Vance",
    fields.EMAILS: ("mina@gmail.com", "mina@work.example"),
    fields.PHONES: ("+12025550142", "5550100"),
    fields.LINKS: ("linkedin.com/in/mina-ov", "mina.example/cv"),
    fields.COMPANY: "Brightwater Labs",
    fields.TITLE: "Engineer",
    fields.LOCATION: "Northmoor",
    fields.TAGS: ("Go", "go"),
    fields.DO_NOT_CONTACT: True,
    fields.PERSON_ID: "p-1",
    fields.CRM_LINK: "https://crm.example.com/contacts/c-9",
    fields.FIRST_TOUCH_SOURCE: "Data Meetup",
    fields.FIRST_TOUCH_CAMPAIGN: "Spring",
    fields.FIRST_TOUCH_AT: "2026-05-04",
    fields.ENGAGEMENT: "Met in May.\nWrote in June.",
}


def test_a_create_carries_everything_in_the_vendors_words():
    write = mapper().create_candidate(EVERYTHING, str(JOB), str(CRM), "key-1")
    assert (write.verb, write.object, write.id, write.key) == ("create_candidate", "candidate", "", "key-1")
    assert write.body["set"] == {
        "first_name": "Mina",
        "last_name": "Okonkwo-Vance",
        "email_addresses": [
            {"value": "mina@gmail.com", "type": "personal"},
            {"value": "mina@work.example", "type": "other"},
        ],
        "phone_numbers": [{"value": "+12025550142", "type": "other"}, {"value": "5550100", "type": "other"}],
        "social_media_addresses": [{"value": "https://linkedin.com/in/mina-ov"}],
        "website_addresses": [{"value": "https://mina.example/cv", "type": "other"}],
        "company": "Brightwater Labs",
        "title": "Engineer",
        "addresses": [{"value": "Northmoor", "type": "home"}],
        "tags": ["Go", "go"],
        "can_email": False,
    }
    assert write.body["custom"]["tieline_person_id"] == "p-1"
    assert write.body["custom"]["tieline_first_touch_at"] == "2026-05-04"
    assert write.body["application"] == {"job_id": JOB, "source_id": CRM}


@pytest.mark.parametrize(
    ("job", "source", "application"),
    [
        (str(JOB), None, {"job_id": JOB}),
        (None, None, {"prospect": True}),
        (None, str(CRM), {"prospect": True, "source_id": CRM}),
    ],
)
def test_a_create_makes_an_application_or_a_prospect(job, source, application):
    assert mapper().create_candidate({}, job, source, "k").body["application"] == application


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({fields.GIVEN_NAME: "Cher"}, ("Cher", "-")),
        ({fields.FAMILY_NAME: "Byron"}, ("-", "Byron")),
        ({}, ("-", "-")),
    ],
)
def test_a_name_that_is_not_known_is_not_invented(values, names):
    """The vendor requires both names; the stand-in reads back as none."""
    write = mapper().create_candidate(values, None, None, "k")
    assert (write.body["set"]["first_name"], write.body["set"]["last_name"]) == names
    read = candidate(mapper(), created(write)).values
    assert read[fields.GIVEN_NAME] == values.get(fields.GIVEN_NAME)
    assert read[fields.FAMILY_NAME] == values.get(fields.FAMILY_NAME)


def test_an_update_carries_only_what_changes_and_sets_as_differences():
    write = mapper().update_candidate(
        "602",
        {
            fields.TITLE: ("Engineer", "Staff Engineer"),
            fields.COMPANY: ("Brightwater Labs", None),
            fields.GIVEN_NAME: ("Mina", None),
            fields.EMAILS: (("a@example.com", "b@example.com"), ("b@example.com", "c@gmail.com")),
            fields.TAGS: (None, ("Silver medalist",)),
            fields.DO_NOT_CONTACT: (False, True),
            fields.PERSON_ID: (None, "p-1"),
            fields.ENGAGEMENT: ("old", None),
        },
        "key-2",
    )
    assert (write.verb, write.object, write.id, write.key) == ("update_candidate", "candidate", "602", "key-2")
    assert write.body == {
        "set": {"title": "Staff Engineer", "company": "", "first_name": "-", "can_email": False},
        "add": {"email_addresses": [{"value": "c@gmail.com", "type": "personal"}], "tags": ["Silver medalist"]},
        "remove": {"email_addresses": ["a@example.com"]},
        "custom": {"tieline_person_id": "p-1", "tieline_engagement": None},
    }


def test_a_link_is_removed_from_whichever_list_and_spelling_it_stands_in():
    write = mapper().update_candidate("1", {fields.LINKS: (("linkedin.com/in/josé",), None)}, "k")
    spellings = ["linkedin.com/in/josé", "linkedin.com/in/jos%C3%A9"]
    assert write.body["remove"] == {"social_media_addresses": spellings, "website_addresses": spellings}


@pytest.mark.parametrize(
    "changes",
    [{}, {fields.ATS_STATUS: (None, "Applied")}, {fields.DO_NOT_CONTACT: (True, None)}, {"nobody": (None, "x")}],
)
def test_an_update_with_nothing_to_write_is_refused_by_name(changes):
    with pytest.raises(Unsupported, match="no field of this change can be written"):
        mapper().update_candidate("1", changes, "k")


def test_an_unknown_consent_writes_nothing():
    write = mapper().update_candidate("1", {fields.DO_NOT_CONTACT: (True, None), fields.TITLE: (None, "x")}, "k")
    assert "can_email" not in write.body["set"]


def test_applications_sources_and_notes():
    made = mapper()
    assert made.create_application("602", str(JOB), str(CRM), "k") == Write(
        "create_application", "application", "", {"candidate_id": 602, "job_id": JOB, "source_id": CRM}, "k"
    )
    assert made.create_application("602", str(JOB), None, "k").body == {"candidate_id": 602, "job_id": JOB}
    assert made.set_source("901", str(CRM), "k") == Write("set_source", "application", "901", {"source_id": CRM}, "k")
    assert made.create_note("602", "[tieline:k] Hello", "k") == Write(
        "create_note", "note", "", {"candidate_id": 602, "text": "[tieline:k] Hello"}, "k"
    )


@pytest.mark.parametrize("add", [True, False])
def test_pools_cannot_be_written(add):
    with pytest.raises(Unsupported, match="pool"):
        mapper().pool("602", "1", add=add, key="k")


def subsets(*items: str) -> st.SearchStrategy[Value]:
    return st.sets(st.sampled_from(items)).map(lambda found: tuple(sorted(found)) or None)


WORDS = st.none() | st.text("abcXYZ019é李", min_size=1, max_size=12)
VALUES: dict[str, st.SearchStrategy[Value]] = {
    fields.GIVEN_NAME: WORDS,
    fields.FAMILY_NAME: WORDS,
    fields.EMAILS: subsets("a@example.com", "b@gmail.com", "né@exämple.com", "c+d@example.org"),
    fields.PHONES: subsets("+12025550142", "+442079460123", "+447700900123", "5550100"),
    fields.LINKS: subsets(
        "linkedin.com/in/josé", "github.com/ada", "example.com/Portfolio", "x.com/ada", "a.example?b=c"
    ),
    fields.COMPANY: WORDS,
    fields.TITLE: WORDS,
    fields.TAGS: subsets("Go", "go", "Silver medalist", "Ü"),
    fields.DO_NOT_CONTACT: st.booleans(),
    fields.PERSON_ID: WORDS,
    fields.FIRST_TOUCH_AT: st.none() | st.dates().map(lambda date: date.isoformat()),
    fields.ENGAGEMENT: WORDS,
}
SOME = st.fixed_dictionaries({}, optional=VALUES)


@given(values=SOME)
def test_what_is_created_reads_back_as_it_was_meant(values):
    read = candidate(mapper(), created(mapper().create_candidate(values, None, None, "k"))).values
    assert {name: read.get(name) for name in values} == values


@given(before=SOME, after=SOME.filter(bool))
def test_what_is_updated_reads_back_as_it_was_meant_and_nothing_else_moves(before, after):
    made = mapper()
    held = created(made.create_candidate(before, None, None, "k"))
    was = candidate(made, held).values
    changes = {name: (was.get(name), value) for name, value in after.items()}
    now = candidate(made, applied(made.update_candidate("1", changes, "k"), held)).values if _moves(changes) else was
    assert {name: now.get(name) for name in after} == after
    assert {name: now.get(name) for name in was if name not in after} == {
        name: value for name, value in was.items() if name not in after
    }


def _moves(changes: dict[str, tuple[Value, Value]]) -> bool:
    return any(before != after for before, after in changes.values())


ADDRESSES = st.lists(
    st.fixed_dictionaries({"value": st.sampled_from("ABC"), "type": st.sampled_from(["home", "work", "other"])}),
    max_size=3,
    unique_by=lambda address: address["value"],
)


@given(addresses=ADDRESSES, wanted=st.sampled_from("ABCD"))
def test_a_location_that_is_written_is_the_location_that_is_read(addresses, wanted):
    held = candidate_payload(addresses=addresses)
    made = mapper()
    was = candidate(made, held).values[fields.LOCATION]
    assume(was != wanted)
    write = made.update_candidate("1", {fields.LOCATION: (was, wanted)}, "k")
    assert candidate(made, applied(write, held)).values[fields.LOCATION] == wanted


def test_a_users_own_spelling_and_items_survive_our_update():
    held = candidate_payload()
    write = mapper().update_candidate(
        "1", {fields.PHONES: (("+442079460123",), ("+12025550142", "+442079460123"))}, "k"
    )
    after = applied(write, held)
    assert after["phone_numbers"][0] == {"value": "+44 20 7946 0123", "type": "mobile"}
    assert after["email_addresses"] == held["email_addresses"]
