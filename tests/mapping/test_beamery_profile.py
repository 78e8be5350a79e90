"""What a Beamery contact says of a person, in each of the shapes that contacts come in."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.kit.contract import Row
from mapping import fields
from mapping.contract import Unreadable
from mapping.model import Email
from mapping.normalise import link
from tests.mapping.beamery_made import CREATED, DEFINITIONS, UPDATED, contact, custom, mapper, row

PROFILE = {
    fields.GIVEN_NAME: "Mina",
    fields.FAMILY_NAME: "Okafor",
    fields.EMAILS: ("mina.okafor@example.com", "mina@work.example.org"),
    fields.PHONES: ("+442079460123",),
    fields.LINKS: ("linkedin.com/in/mina-okafor", "mina.example.net/cv"),
    fields.COMPANY: "Arch & Span",
    fields.TITLE: "Engineer",
    fields.LOCATION: "Leeds, UK",
    fields.TAGS: ("Bridges",),
}


def _values(payload: dict[str, Any]) -> dict[str, Any]:
    return dict(mapper().profile(row("candidate", payload), []).candidate.values)


def _old_shape() -> dict[str, Any]:
    """The API of 2018: keyed collections, one line for the place, no history of employment."""
    old = contact(
        emails={"keys": ["b", "a"], "values": {"a": {"value": "mina.okafor@example.com"},
                                               "b": {"value": "mina@work.example.org"}}},
        links={"keys": ["k"], "values": {"k": {"value": "linkedin.com/in/mina-okafor"},
                                         "x": {"value": "left out of keys"}}},
        phoneNumbers=["020 7946 0123"],
        location="Leeds, UK",
        primaryExperience={"organisationName": "Arch & Span", "role": "Engineer"},
        status="Interview",
        integrations={"greenhouse": "880011"},
    )  # fmt: skip
    for key in ("experience", "primaryEmail", "fullName", "doNotContact", "archived"):
        del old[key]
    return old


def test_a_contact_of_today_becomes_canonical_values() -> None:
    assert {name: _values(contact())[name] for name in PROFILE} == PROFILE


def test_plain_strings_read_like_objects() -> None:
    plain = contact(
        emails=["mina@work.example.org", "mina.okafor@example.com"],
        phoneNumbers=["+44 20 7946 0123"],
        links=["https://www.linkedin.com/in/mina-okafor", "http://mina.example.net/cv"],
        globalTags=["Bridges"],
    )
    assert {name: _values(plain)[name] for name in PROFILE} == PROFILE


def test_the_oldest_shape_reads_the_same() -> None:
    found = _values(_old_shape())
    assert {name: found[name] for name in PROFILE} == PROFILE | {fields.LINKS: ("linkedin.com/in/mina-okafor",)}


def test_what_surrounds_the_values_is_kept_too() -> None:
    found = mapper().profile(row("candidate", contact()), []).candidate
    assert found.emails[0] == Email(value="mina.okafor@example.com", normal="mina.okafor@example.com", type="primary")
    assert (found.linkedin, found.pools, found.crossrefs) == ("mina-okafor", ("p-1",), (("greenhouse", "880011"),))
    assert found.created is not None
    assert found.created.isoformat() == "2026-01-05T08:00:00+00:00"
    assert found.updated is not None
    assert found.phones[0].e164 == "+442079460123"


@pytest.mark.parametrize("key", sorted(set(contact()) - {"id"}))
def test_a_key_that_was_not_sent_is_not_read_as_empty(key: str) -> None:
    """A permission may hide a key: the field is absent from the values, never None."""
    missing = contact()
    del missing[key]
    gone = set(_values(contact())) - set(_values(missing))
    expected = {
        "firstName": {fields.GIVEN_NAME},
        "lastName": {fields.FAMILY_NAME},
        "phoneNumbers": {fields.PHONES},
        "links": {fields.LINKS},
        "location": {fields.LOCATION},
        "globalTags": {fields.TAGS},
        "experience": {fields.COMPANY},
        "customFields": {one for one in _values(contact()) if one in fields.PROJECTIONS},
        "doNotContact": {fields.BLOCKED},
    }
    assert gone == expected.get(key, set())


@pytest.mark.parametrize("key", sorted(set(contact()) - {"id", "archived", "doNotContact"}))
def test_null_is_empty_and_harms_nobody(key: str) -> None:
    found = _values(contact(**{key: None}))
    names = {"firstName": fields.GIVEN_NAME, "phoneNumbers": fields.PHONES, "globalTags": fields.TAGS}
    assert key not in names or found[names[key]] is None


def test_the_headline_stands_in_for_a_missing_role() -> None:
    found = _values(contact(experience=[]))
    assert (found[fields.COMPANY], found[fields.TITLE]) == (None, "Builds bridges")


def test_without_a_word_on_what_is_current_the_open_ended_employment_counts() -> None:
    past = {"organisationName": "Former Ltd", "role": "Trainee", "endDate": "2020-01-01"}
    now = {"organisationName": "Arch & Span", "role": "Engineer"}
    found = _values(contact(experience=[past, now], primaryExperience={"organisationName": "Elsewhere"}))
    assert (found[fields.COMPANY], found[fields.TITLE]) == ("Arch & Span", "Engineer")


def test_city_and_country_stand_in_for_an_address() -> None:
    assert _values(contact(location={"city": "Leeds", "country": "UK"}))[fields.LOCATION] == "Leeds, UK"


def test_tags_and_lists_told_by_one_half_only_are_completed() -> None:
    made = mapper().profile(row("candidate", contact(globalTags=[{"id": "t-2"}], lists=[{"name": "civil"}])), [])
    assert made.candidate.tags == ("Alumni",)
    assert made.candidate.pools == ("p-1",)


@pytest.mark.parametrize("spelling", ["doNotContact", "do_not_contact", "dnc"])
def test_do_not_contact_is_read_in_every_spelling(spelling: str) -> None:
    blocked = contact(**{spelling: True})
    if spelling != "doNotContact":
        del blocked["doNotContact"]
    assert _values(blocked)[fields.DO_NOT_CONTACT] is True


def test_anonymised_stubs_and_archived_contacts_say_so() -> None:
    stub = {"id": "c-9", "firstName": None, "lastName": None, "emails": [], "anonymised": True}
    assert mapper().profile(row("candidate", stub), []).candidate.anonymised
    assert mapper().profile(row("candidate", contact(archived=True)), []).candidate.archived


def test_projections_are_read_by_display_name_in_any_case() -> None:
    held = [
        custom("f-person", "Tieline person", " p-77 "),
        custom("f-status", "ats STATUS", "o-Rejected", "REJECTED"),
        custom("f-outcome-date", "Outcome date", "2026-03-04T00:00:00.000Z", "2026-03-04"),
    ]
    found = _values(contact(customFields=held))
    assert found[fields.PERSON_ID] == "p-77"
    assert found[fields.ATS_STATUS] == "Rejected"  # in our words, whatever the option's case
    assert found[fields.OUTCOME_DATE] == "2026-03-04"
    assert found[fields.LAST_OUTCOME] is None  # the field exists and this contact has nothing in it
    assert fields.ATS_STAGE not in found  # the tenant has no such field


def test_an_option_is_shown_by_the_dictionary_where_the_contact_shows_no_label() -> None:
    held = [{"id": "f-status", "value": "o-Hired"}]
    assert _values(contact(customFields=held))[fields.ATS_STATUS] == "Hired"


def test_a_custom_field_can_be_found_by_the_id_in_config() -> None:
    made = mapper(custom_fields=[{"key": "Anything", "field": fields.ATS_STAGE, "id": "f-9"}])
    found = made.profile(row("candidate", contact(customFields=[{"id": "f-9", "value": "Final"}])), [])
    assert found.candidate.values[fields.ATS_STAGE] == "Final"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("emails", 7),
        ("emails", [{"value": {"deep": "secret@example.com"}}]),
        ("location", ["secret"]),
        ("experience", [{"current": "secret"}]),
        ("archived", "secret"),
        ("lastContact", "secret"),
        ("customFields", [{"id": "f", "value": {"secret": 1}}]),
        ("integrations", "secret"),
    ],
)
def test_an_unexpected_type_names_the_field_and_never_its_content(key: str, value: Any) -> None:
    with pytest.raises(Unreadable) as caught:
        mapper().validate(row("candidate", contact(**{key: value})))
    assert key in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_payload_that_is_no_json_and_an_unknown_object_are_refused() -> None:
    with pytest.raises(Unreadable):
        mapper().validate(Row("candidate", "c-1", b"", b"{", "", CREATED, UPDATED))
    with pytest.raises(Unreadable):
        mapper().validate(row("sandwich", {"id": "1"}))


def test_an_unreadable_definition_does_not_hide_the_others() -> None:
    made = mapper()
    broken = Row("custom_field", "x", b"", b'{"id": {}}', "", "", "")
    made.learn("custom_field", [broken, *(row("custom_field", one) for one in DEFINITIONS)])
    assert fields.PERSON_ID in made.writable()


def test_new_keys_are_ignored() -> None:
    assert _values(contact(somethingNew={"a": 1})) == _values(contact())


def test_links_are_written_in_a_spelling_that_reads_back() -> None:
    from mapping.beamery_profile import spell

    for canonical in PROFILE[fields.LINKS]:
        assert link(spell("links", canonical)) == canonical
