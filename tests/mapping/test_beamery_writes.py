"""Canonical changes in Beamery's words."""

from __future__ import annotations

from typing import Any

import pytest

from mapping import fields
from mapping.beamery import Mapper
from mapping.contract import MappingConfig, Unmapped, Unsupported
from mapping.model import Value
from tests.mapping.beamery_made import (
    CONSENT,
    CONSENT_DATE,
    DATE_FIELD,
    NO,
    PERSON_FIELD,
    STATUS_FIELD,
    mapper,
)


def _update(**changes: tuple[Value, Value]) -> dict[str, Any]:
    return dict(mapper().update_candidate("c-1", changes, "key").body)


def test_a_new_contact_carries_its_profile_and_our_marker() -> None:
    values: dict[str, Value] = {
        fields.GIVEN_NAME: "Mina",
        fields.FAMILY_NAME: "Okafor",
        fields.EMAILS: ("a@example.com", "b@example.org"),
        fields.PHONES: ("+442079460123",),
        fields.LINKS: ("linkedin.com/in/mina", "mina.example.net/cv"),
        fields.COMPANY: "Arch & Span",
        fields.TITLE: "Engineer",
        fields.LOCATION: "Leeds, UK",
        fields.TAGS: ("Bridges",),
        fields.PERSON_ID: "p-1",
        fields.OUTCOME_DATE: "2026-03-04",
        fields.ATS_STATUS: "Applied",
        fields.ATS_JOB: None,
        fields.DO_NOT_CONTACT: False,
    }
    write = mapper().create_candidate(values, None, None, "key")
    assert (write.verb, write.object, write.id, write.key) == ("create_candidate", "candidate", "", "key")
    assert write.body["set"] == {
        "firstName": "Mina",
        "lastName": "Okafor",
        "primaryEmail": "a@example.com",
        "emails": ["a@example.com", "b@example.org"],
        "phoneNumbers": ["+442079460123"],
        "links": ["https://www.linkedin.com/in/mina", "https://mina.example.net/cv"],
        "experience": [{"organisationName": "Arch & Span", "role": "Engineer", "current": True}],
        "location": {"address": "Leeds, UK", "city": "Leeds"},
        "globalTags": ["Bridges"],
        "doNotContact": False,
    }
    assert write.body["custom"] == {
        PERSON_FIELD: "p-1",
        DATE_FIELD: "2026-03-04T00:00:00.000Z",
        STATUS_FIELD: "o-Applied",
    }
    assert write.body["application"] is None


def test_a_custom_field_that_is_not_there_does_not_stop_a_person_from_being_created() -> None:
    write = mapper().create_candidate({fields.GIVEN_NAME: "Mina", fields.ATS_STAGE: "Final"}, None, None, "key")
    assert (write.body["set"], write.body["custom"]) == ({"firstName": "Mina"}, {})


def test_sets_travel_as_what_is_added_and_what_is_removed() -> None:
    body = _update(emails=(("a@example.com", "b@example.com"), ("b@example.com", "c@example.com")), tags=(None, ("X",)))
    assert body["add"] == {"emails": ["c@example.com"], "globalTags": ["X"]}
    assert body["remove"] == {"emails": ["a@example.com"]}
    assert body["set"] == {}


def test_only_the_part_of_the_employment_that_changes_is_sent() -> None:
    assert _update(title=("Trainee", "Engineer"))["set"] == {"experience": {"role": "Engineer"}}


@pytest.mark.parametrize(
    ("place", "written"),
    [
        ("Leeds, UK", {"address": "Leeds, UK", "city": "Leeds"}),
        ("Leeds", {"address": "Leeds", "city": "Leeds"}),
        ("1 High Street, Leeds", {"address": "1 High Street, Leeds"}),
        ("Mill House, Leeds, UK", {"address": "Mill House, Leeds, UK"}),
        (None, None),
    ],
)
def test_the_city_is_named_only_where_the_address_says_which_part_it_is(place: Value, written: Any) -> None:
    assert _update(location=("old", place))["set"]["location"] == written


def test_a_date_goes_as_a_time_and_clearing_as_null() -> None:
    body = _update(outcome_date=(None, "2026-03-04"), ats_status=("Hired", None))
    assert body["custom"] == {DATE_FIELD: "2026-03-04T00:00:00.000Z", STATUS_FIELD: None}


def test_forbidding_outreach_says_no_in_the_consent_field_and_dates_it() -> None:
    body = _update(do_not_contact=(False, True))
    assert body["set"] == {"doNotContact": True}
    assert body["custom"] == {CONSENT: NO}
    assert body["stamp"] == {CONSENT_DATE: CONSENT}


def test_lifting_the_ban_never_grants_a_consent() -> None:
    body = _update(do_not_contact=(True, False))
    assert (body["set"], body["custom"], body["stamp"]) == ({"doNotContact": False}, {}, {})


def test_a_label_without_an_option_is_left_out_while_there_is_more_to_write() -> None:
    body = _update(last_outcome=(None, "Withdrawn"), given_name=("a", "b"))
    assert (body["set"], body["custom"]) == ({"firstName": "b"}, {})


def test_a_label_without_an_option_alone_is_unsupported_and_says_which_field() -> None:
    with pytest.raises(Unsupported, match="Last outcome") as caught:
        _update(last_outcome=(None, "Withdrawn"))
    assert "Withdrawn" not in str(caught.value)


def test_a_select_that_lacks_one_of_our_words_is_reported_and_not_writable() -> None:
    made = mapper()
    assert Unmapped(kind="field", label="Last outcome: Withdrawn") in made.unmapped()
    assert fields.LAST_OUTCOME not in made.writable()
    assert fields.ATS_STATUS in made.writable()


def test_only_fields_that_are_there_are_writable_and_the_rest_is_missing() -> None:
    made = mapper()
    assert fields.ATS_STAGE not in made.writable()
    assert {*fields.PROFILE, fields.DO_NOT_CONTACT, fields.PERSON_ID} <= made.writable()
    missing = {one.key: one.type for one in made.missing()}
    assert missing["First touch date"] == "date"
    assert "Tieline person" not in missing


def test_a_tenant_that_shows_no_definitions_is_written_by_the_ids_in_config() -> None:
    config = MappingConfig.model_validate({"custom_fields": [{"key": "ATS stage", "field": "ats_stage", "id": "f-9"}]})
    made = Mapper("crm", config)
    assert fields.ATS_STAGE in made.writable()
    assert made.update_candidate("c", {"ats_stage": (None, "Final")}, "k").body["custom"] == {"f-9": "Final"}


def test_what_beamery_cannot_do_is_said() -> None:
    made = mapper()
    for ask in (
        lambda: made.create_application("c", "v", None, "k"),
        lambda: made.set_source("a", "s", "k"),
        lambda: made.create_note("c", "text", "k"),
        lambda: made.update_candidate("c", {"engagement": (None, "x")}, "k"),
    ):
        with pytest.raises(Unsupported):
            ask()


def test_pools_and_pages() -> None:
    made = mapper(profile_url="https://crm.example.com/people/{id}?tab=1")
    assert made.pool("c", "p", add=True, key="k").verb == "add_to_pool"
    assert made.pool("c", "p", add=False, key="k").verb == "remove_from_pool"
    assert made.pool("c", "p", add=False, key="k").body == {"pool": "p"}
    assert made.link("c 1") == "https://crm.example.com/people/c%201?tab=1"
    assert made.sources() == {}
    assert made.pools()["p-1"].name == "Civil"


def test_only_named_custom_fields_are_kept() -> None:
    """Deny by default: ours, the configured ones, consent, and where a contact came from."""
    kept = mapper(custom_fields=[{"key": "Seniority", "field": "seniority"}]).kept()
    assert {"Seniority", "Tieline person", "~consent", "original source"} <= set(kept)
    assert "~consent" not in mapper(consent=[{"field": "May we?"}]).kept()
    assert "May we?" in mapper(consent=[{"field": "May we?"}]).kept()
