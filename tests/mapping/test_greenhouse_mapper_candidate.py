"""One candidate of Greenhouse's in canonical form."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.kit.contract import Ref
from mapping import fields
from mapping.contract import ConsentField, CustomField, MappingConfig, Unreadable
from mapping.model import FLAG_EVIDENCE
from tests.mapping.greenhouse_made import (
    CANDIDATE,
    candidate,
    candidate_payload,
    definition,
    mapper,
    profile,
    row,
    without,
)

KEYS = {
    fields.GIVEN_NAME: ("first_name",),
    fields.FAMILY_NAME: ("last_name",),
    fields.EMAILS: ("email_addresses",),
    fields.PHONES: ("phone_numbers",),
    fields.LINKS: ("website_addresses", "social_media_addresses"),
    fields.COMPANY: ("company",),
    fields.TITLE: ("title",),
    fields.LOCATION: ("addresses",),
    fields.TAGS: ("tags",),
    fields.DO_NOT_CONTACT: ("can_email",),
    fields.PERSON_ID: ("custom_fields",),
}


def test_every_shared_field_is_read():
    one = profile().candidate
    assert one.ref == Ref("greenhouse", "candidate", str(CANDIDATE))
    assert one.values == {
        fields.GIVEN_NAME: "Mina",
        fields.FAMILY_NAME: "Okonkwo-Vance",
        fields.EMAILS: ("mina.ov@example.com", "mina@brightwater.example"),
        fields.PHONES: ("+442079460123",),
        fields.LINKS: ("linkedin.com/in/mina-ov-example", "mina.example"),
        fields.COMPANY: "Brightwater Labs",
        fields.TITLE: "Backend Engineer",
        fields.LOCATION: "1 Harbour Row, Northmoor",
        fields.TAGS: ("Go", "Silver Medalist", "go"),  # tag names differ by case (GOTCHAS 23)
        fields.DO_NOT_CONTACT: False,
        **dict.fromkeys(
            (fields.PERSON_ID, fields.CRM_LINK, fields.FIRST_TOUCH_SOURCE, fields.FIRST_TOUCH_CAMPAIGN), None
        ),
        **dict.fromkeys((fields.FIRST_TOUCH_AT, fields.ENGAGEMENT), None),
    }
    assert one.linkedin == "mina-ov-example"
    assert [email.value for email in one.emails] == ["Mina.OV@Example.com", "mina@brightwater.example"]
    assert one.created == datetime(2026, 10, 2, 14, 21, 7, 512000, UTC)
    assert one.full_name == "Mina Okonkwo-Vance"


@pytest.mark.parametrize(("field", "key"), [(field, key) for field, keys in KEYS.items() for key in keys])
def test_a_missing_key_is_absent_and_never_empty(field, key):
    assert field not in candidate(mapper(), without(candidate_payload(), key)).values


@pytest.mark.parametrize(("field", "keys"), [(field, keys) for field, keys in KEYS.items() if len(keys) == 1])
def test_null_is_empty_where_the_vendor_may_say_null(field, keys):
    values = candidate(mapper(), candidate_payload(**dict.fromkeys(keys))).values
    if field in (fields.DO_NOT_CONTACT, fields.PERSON_ID):
        assert field not in values  # no statement, and no map to look into
    else:
        assert values[field] is None


@given(seen=st.sets(st.sampled_from(sorted(set(candidate_payload()) - {"id"}))))
def test_only_what_is_shown_is_told(seen):
    """Rows cut by `fields=` or by a permission are partial, not null-filled."""
    shown = {key: value for key, value in candidate_payload().items() if key in seen | {"id"}}
    values = candidate(mapper(), shown).values
    for field, keys in KEYS.items():
        assert (field in values) == (set(keys) <= seen)


def test_unreadable_parts_are_left_out_and_named_without_their_content():
    one = profile(
        email_addresses=[
            {"value": "canary at example.com", "type": "other"},
            {"value": None},
            {"value": "a@example.com"},
        ],
        phone_numbers=[{"value": "canary", "type": "home"}],
        social_media_addresses=[{"value": "@canary"}],
    ).candidate
    assert one.values[fields.EMAILS] == ("a@example.com",)
    assert one.values[fields.PHONES] is None
    assert one.values[fields.LINKS] == ("mina.example",)
    assert one.unread == (
        "an e-mail address has no @",
        "a phone number has no digits",
        "a link is not a web address",
    )


def test_phones_without_a_country_code_are_read_in_the_configured_region():
    made = mapper(MappingConfig(default_region="GB"))
    payload = candidate_payload(phone_numbers=[{"value": "020 7946 0123", "type": "home"}, {"value": "555-0100"}])
    one = candidate(made, payload)
    assert one.values[fields.PHONES] == ("+442079460123", "5550100")
    assert [phone.e164 for phone in one.phones] == ["+442079460123", None]


@pytest.mark.parametrize(
    ("addresses", "location"),
    [
        ([{"value": "Old", "type": "home"}, {"value": "New", "type": "home"}], "New"),
        ([{"value": "Home", "type": "home"}, {"value": "Office", "type": "work"}], "Home"),
        ([{"value": "Office", "type": "work"}, {"value": " ", "type": "home"}], "Office"),
        ([], None),
    ],
)
def test_the_location_is_the_newest_home_address(addresses, location):
    assert profile(addresses=addresses).candidate.values[fields.LOCATION] == location


def test_a_private_candidate_is_known_as_one():
    assert profile(private=True).candidate.private
    assert not profile().candidate.private


def test_a_row_without_the_usual_keys_is_somebody_we_may_not_see():
    """GOTCHAS 47: rows of a `message` variant; nothing may be written across for them."""
    one = candidate(mapper(), {"id": 7, "message": "This candidate is private"})
    assert one.private
    assert one.values == {}


def test_an_anonymised_candidate_is_nobody_called_anonymized():
    one = profile(first_name="Anonymized", last_name=str(CANDIDATE), email_addresses=[]).candidate
    assert one.anonymised
    assert one.given_name is one.family_name is one.full_name is None
    assert fields.GIVEN_NAME not in one.values
    assert fields.FAMILY_NAME not in one.values
    assert not profile(first_name="Anonymized", last_name="Bloggs").candidate.anonymised


def test_the_stand_in_for_an_unknown_name_is_read_back_as_none():
    one = profile(first_name="-", last_name="Cher").candidate
    assert one.values[fields.GIVEN_NAME] is None
    assert (one.given_name, one.family_name, one.full_name) == (None, "Cher", "Cher")


def test_projections_are_read_by_name_key_whatever_the_label_says():
    """GOTCHAS 10: labels change freely, name_key is fixed."""
    held = {
        "tieline_person_id": {"name": "Renamed by an admin", "type": "short_text", "value": "p-1"},
        "tieline_first_touch_at": {"name": "x", "type": "date", "value": "2026-05-04"},
        "tieline_engagement": None,
        "salary_expectation": {"name": "Salary", "type": "short_text", "value": "canary"},
    }
    one = profile(custom_fields=held).candidate
    assert one.values[fields.PERSON_ID] == "p-1"
    assert one.values[fields.FIRST_TOUCH_AT] == "2026-05-04"
    assert one.values[fields.ENGAGEMENT] is None
    assert "canary" not in repr(one)


def test_an_archived_field_is_not_read():
    made = mapper()
    made.learn("custom_field", [definition("tieline_person_id", active=False)])
    held = {"tieline_person_id": {"name": "x", "type": "short_text", "value": "p-1"}}
    assert fields.PERSON_ID not in candidate(made, candidate_payload(custom_fields=held)).values


def test_a_configured_field_carries_the_other_sides_id():
    config = MappingConfig(custom_fields=[CustomField(key="crm_contact_id", field="crossref:crm", direction="read")])
    held = {"crm_contact_id": {"name": "CRM id", "type": "short_text", "value": "c-9"}}
    one = profile(made=mapper(config, [definition("crm_contact_id")]), custom_fields=held).candidate
    assert one.crossrefs == (("crm", "c-9"),)


def test_our_own_link_is_no_proof_of_who_somebody_is():
    held = {"tieline_crm_url": {"name": "x", "type": "url", "value": "https://crm.example.com/contacts/c-9"}}
    assert profile(custom_fields=held).candidate.crossrefs == ()


def test_a_refusal_of_email_is_a_withdrawal_and_the_default_grants_nothing():
    assert profile(can_email=True).consents == ()
    assert profile(can_email=None).consents == ()
    (said,) = profile(can_email=False).consents
    assert (said.state, said.purpose, said.at, said.system) == ("withdrawn", "outreach", None, "greenhouse")
    assert said.evidence == FLAG_EVIDENCE  # the mark alone: Tieline may have set it, and may take it back
    assert profile(can_email=False).candidate.do_not_contact is True


@pytest.mark.parametrize(
    ("value", "date", "state", "at"),
    [
        (True, "2026-05-04", "granted", datetime(2026, 5, 4, tzinfo=UTC)),
        ("No", None, "withdrawn", None),
        ("Yes", "last spring", "granted", None),
    ],
)
def test_consent_is_read_from_configured_fields(value, date, state, at):
    config = MappingConfig(consent=[ConsentField(field="gdpr", date_field="gdpr_at")])
    held = {"gdpr": {"value": value}, "gdpr_at": {"value": date}}
    (said,) = profile(made=mapper(config), custom_fields=held).consents
    assert (said.state, said.at, said.evidence) == (state, at, "gdpr")


@pytest.mark.parametrize("value", [None, "perhaps", []])
def test_a_consent_field_that_says_neither_yes_nor_no_states_nothing(value):
    config = MappingConfig(consent=[ConsentField(field="gdpr", date_field="gdpr_at")])
    assert profile(made=mapper(config), custom_fields={"gdpr": {"value": value}}).consents == ()


@pytest.mark.parametrize(
    "broken",
    [
        {"id": None},
        {"email_addresses": "canary@example.com"},
        {"first_name": ["canary"]},
        {"can_email": "canary"},
        {"updated_at": "canary"},
    ],
)
def test_a_record_of_another_shape_is_unreadable_and_is_not_repeated(broken):
    made = mapper()
    bad = row("candidate", candidate_payload(**broken))
    for read in (made.validate, lambda one: made.profile(one, ())):
        with pytest.raises(Unreadable) as caught:
            read(bad)
        assert "canary" not in str(caught.value)


def test_new_keys_do_no_harm():
    """GOTCHAS 41: rows gained keys although their schema said it was closed."""
    one = profile(brand_new={"deep": [1]}, email_addresses=[{"value": "a@example.com", "type": "new", "x": 1}])
    assert one.candidate.values[fields.EMAILS] == ("a@example.com",)
