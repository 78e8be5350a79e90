"""What a PATCH carries: everything that must not be lost, and nothing that did not change."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import _beamery_bodies as bodies

NOW = "2026-06-01T12:00:00.000Z"


def _tag(label: str) -> dict[str, str]:
    return {"id": f"id-{label}", "value": label}


def _patch(raw: dict[str, Any], *, shown: bool = True, **body: Any) -> dict[str, Any]:
    before = copy.deepcopy(raw)
    found = bodies.patched(raw, body, NOW, _tag, shown=shown)
    assert raw == before  # what was read is also what the engine compares with
    return found


def test_a_scalar_is_sent_only_when_it_changes() -> None:
    raw = {"firstName": "Mina", "lastName": "Okafor"}
    assert _patch(raw, set={"firstName": "Mina", "lastName": "Okafor-Berg"}) == {"lastName": "Okafor-Berg"}


FIELDS = [
    {"id": "f1", "displayName": "Notice period", "value": "1 month", "displayValue": "1 month"},
    {"id": "f2", "displayName": "ATS stage", "value": "Screen"},
]


def test_custom_fields_go_whole_because_a_patch_may_replace_them() -> None:
    assert _patch({"customFields": FIELDS}, custom={"f2": "Final", "f3": "new"}) == {
        "customFields": [
            {"id": "f1", "value": "1 month"},
            {"id": "f2", "value": "Final"},
            {"id": "f3", "value": "new"},
        ]
    }


def test_clearing_the_only_custom_field_sends_null_and_never_an_empty_array() -> None:
    assert _patch({"customFields": FIELDS[1:]}, custom={"f2": None}) == {"customFields": [{"id": "f2", "value": None}]}


@pytest.mark.parametrize(("held", "wanted"), [("Screen", "Screen"), (None, None), ("", None), ([], None)])
def test_custom_fields_that_are_as_wanted_are_not_sent(held: Any, wanted: Any) -> None:
    assert _patch({"customFields": [{"id": "f2", "value": held}]}, custom={"f2": wanted}) == {}
    assert _patch({"customFields": []}, custom={"f2": None}) == {}


def test_an_entry_of_the_oldest_form_goes_back_by_its_name() -> None:
    sent = _patch({"customFields": [{"displayName": "Ranking", "value": "A"}]}, custom={"f": "x"})
    assert sent["customFields"] == [{"displayName": "Ranking", "value": "A"}, {"id": "f", "value": "x"}]


def test_a_statement_is_dated_when_it_changes_and_not_when_it_is_repeated() -> None:
    body = {"custom": {"consent": "no"}, "stamp": {"date": "consent"}}
    yes = {"customFields": [{"id": "consent", "value": "yes"}, {"id": "date", "value": "2020-01-01T00:00:00.000Z"}]}
    no = {"customFields": [{"id": "consent", "value": "no"}, {"id": "date", "value": "2020-01-01T00:00:00.000Z"}]}
    assert _patch(yes, **body) == {"customFields": [{"id": "consent", "value": "no"}, {"id": "date", "value": NOW}]}
    assert _patch(no, **body) == {}


def test_custom_fields_that_nobody_shows_are_not_written_over() -> None:
    with pytest.raises(bodies.Hidden):
        _patch({}, shown=False, custom={"f": "x"})
    assert _patch({}, shown=True, custom={"f": "x"}) == {"customFields": [{"id": "f", "value": "x"}]}


MAILS = [{"id": "1", "value": "A@example.com", "type": "work"}, {"id": "2", "value": "b@example.com"}]


def test_addresses_go_whole_as_strings() -> None:
    assert _patch({"emails": MAILS}, add={"emails": ["c@example.com"]}) == {
        "emails": ["A@example.com", "b@example.com", "c@example.com"]
    }


def test_an_address_that_is_there_in_another_case_is_not_added() -> None:
    assert _patch({"emails": MAILS}, add={"emails": ["a@example.com"]}) == {}


def test_taking_away_the_primary_address_names_another() -> None:
    raw = {"primaryEmail": "a@example.com", "emails": MAILS}
    assert _patch(raw, remove={"emails": ["a@example.com"]}) == {
        "emails": ["b@example.com"],
        "primaryEmail": "b@example.com",
    }


def test_the_oldest_form_of_a_collection_is_merged_too() -> None:
    raw = {"links": {"keys": ["k"], "values": {"k": {"value": "https://linkedin.com/in/mina/"}}}}
    assert _patch(raw, add={"links": ["https://www.linkedin.com/in/mina"]}) == {}
    assert _patch(raw, add={"links": ["https://mina.example.net"]}) == {
        "links": ["https://linkedin.com/in/mina/", "https://mina.example.net"]
    }


def test_of_phone_numbers_only_the_new_ones_go_because_a_patch_adds() -> None:
    raw = {"phoneNumbers": [{"value": "020 7946 0001", "type": "home"}]}
    body = {"add": {"phoneNumbers": ["+442079460001", "+442079460002"]}}
    assert _patch(raw, **body) == {"phoneNumbers": ["+442079460002"]}
    assert bodies.phones(raw, body) == ["020 7946 0001", "+442079460002"]


def test_a_number_that_vanished_is_noticed() -> None:
    before = {"phoneNumbers": [{"value": "020 7946 0001"}]}
    assert bodies.lost_phones(before, {"phoneNumbers": [{"value": "+442079460002"}]})
    assert not bodies.lost_phones(before, {"phoneNumbers": ["+44 20 7946 0001", "+442079460002"]})


def test_tags_go_whole_and_by_id() -> None:
    raw = {"globalTags": [{"id": "t1", "value": "Bridges"}, {"id": "t2", "value": "Alumni"}]}
    assert _patch(raw, add={"globalTags": ["Silver", "bridges"]}, remove={"globalTags": ["alumni"]}) == {
        "globalTags": [{"id": "t1", "value": "Bridges"}, {"id": "id-Silver", "value": "Silver"}]
    }
    assert _patch(raw, remove={"globalTags": ["Nobody"]}) == {}


@pytest.mark.parametrize(
    ("held", "wanted", "sent"),
    [
        (None, {"address": "Leeds"}, {"address": "Leeds"}),
        ({"address": "12 Mill Lane, Leeds, UK"}, {"address": "Leeds"}, None),
        ({"address": "leeds, uk"}, {"address": "Leeds, UK", "city": "Leeds"}, None),
        ({"city": "Leeds", "country": "UK"}, {"address": "Leeds", "city": "Leeds"}, None),
        ({"address": "Jerome, AZ"}, {"address": "Rome", "city": "Rome"}, {"address": "Rome", "city": "Rome"}),
        (
            {"address": "Leeds", "city": "Leeds", "country": "UK", "countryCode": "GB"},
            {"address": "12 Mill Lane, Leeds, UK"},
            {"address": "12 Mill Lane, Leeds, UK", "city": "Leeds", "country": "UK"},
        ),
        ({"address": "Leeds", "city": "Leeds"}, {"address": "York"}, {"address": "York"}),
        ("Leeds, UK", {"address": "Leeds"}, None),
        ({"address": "Leeds"}, None, None),
    ],
)
def test_a_longer_address_is_never_given_up_for_a_part_of_it(held: Any, wanted: Any, sent: Any) -> None:
    assert _patch({"location": held}, set={"location": wanted}) == ({} if sent is None else {"location": sent})


PAST = {"id": "e1", "organisationName": "Former Ltd", "role": "Trainee", "endDate": "2020-01-01", "current": False}
CURRENT = {"id": "e2", "organisationName": "Arch & Span", "role": "Engineer", "current": True}


def test_the_current_employment_is_changed_and_the_others_go_back_as_they_are() -> None:
    sent = _patch({"experience": [PAST, CURRENT]}, set={"experience": {"role": "Lead"}})
    assert sent == {"experience": [PAST, {**CURRENT, "role": "Lead"}]}
    assert _patch({"experience": [PAST, CURRENT]}, set={"experience": {"role": "Engineer"}}) == {}


def test_without_a_current_employment_one_is_added() -> None:
    sent = _patch({"experience": [PAST]}, set={"experience": {"role": "Lead"}})
    assert sent == {"experience": [{"current": True, "role": "Lead"}, PAST]}


def test_what_beamery_calls_primary_is_read_and_never_written() -> None:
    raw = {"primaryExperience": {"organisationName": "Arch & Span", "role": "Engineer"}}
    sent = _patch(raw, set={"experience": {"role": "Lead"}})
    assert sent == {"experience": [{"organisationName": "Arch & Span", "role": "Lead", "current": True}]}


def test_an_employment_without_company_and_role_is_over_and_stays_on_record() -> None:
    wanted = {"organisationName": None, "role": None}
    (entry,) = _patch({"experience": [CURRENT]}, set={"experience": wanted})["experience"]
    assert entry["current"] is False


@pytest.mark.parametrize("name", ["doNotContact", "do_not_contact", "dnc"])
def test_the_ban_is_written_in_the_spelling_it_is_read_in(name: str) -> None:
    assert _patch({name: False}, set={"doNotContact": True}) == {name: True}
    assert _patch({name: True}, set={"doNotContact": True}) == {}
    assert _patch({}, set={"doNotContact": True}) == {"doNotContact": True}


@given(
    held=st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["1", "2", None])),
    wanted=st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["1", "2", None])),
    replaces=st.booleans(),
)
def test_custom_fields_end_as_wanted_whichever_way_a_patch_works(
    held: dict[str, Any], wanted: dict[str, Any], replaces: bool
) -> None:
    raw = {"customFields": [{"id": key, "value": value} for key, value in held.items()]}
    sent = _patch(raw, custom=wanted).get("customFields")
    assert sent is None or sent  # never empty
    told = {one["id"]: one["value"] for one in sent or ()}
    after = held if sent is None else told if replaces else {**held, **told}
    expected = {**held, **wanted}
    assert {key: value for key, value in after.items() if value} == {
        key: value for key, value in expected.items() if value
    }
