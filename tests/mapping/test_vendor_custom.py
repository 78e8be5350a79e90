"""Custom fields as canonical fields: wanted, there, writable, and both directions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.kit.contract import WantedField
from mapping import fields
from mapping.contract import ConsentField, CustomField, MappingConfig
from mapping.custom import CustomFields, Definition, Option

DEFAULTS = (
    CustomField(key="person", field=fields.PERSON_ID),
    CustomField(key="touched", field=fields.FIRST_TOUCH_AT, type="date"),
    CustomField(key="outcome", field=fields.LAST_OUTCOME),
)
CHOICES = tuple(Option(str(n), label) for n, label in enumerate(["HIRED", "Rejected", "Withdrawn"]))


def custom(*definitions: Definition, config: MappingConfig | None = None) -> CustomFields:
    made = CustomFields(DEFAULTS, config or MappingConfig())
    made.define(definitions)
    return made


PERSON = Definition("person", "1", "text")
TOUCHED = Definition("touched", "2", "date")
OUTCOME = Definition("outcome", "3", "select", CHOICES)


def test_what_is_not_there_is_wanted_missing_and_not_writable():
    made = custom(PERSON)
    assert made.wanted() == (WantedField("person"), WantedField("touched", "date"), WantedField("outcome"))
    assert made.missing() == (WantedField("touched", "date"), WantedField("outcome"))
    assert made.writable() == {fields.PERSON_ID}
    assert made.encode(fields.FIRST_TOUCH_AT, "2026-11-18") is None


def test_before_the_definitions_are_known_only_what_a_record_shows_is_read():
    made = CustomFields(DEFAULTS, MappingConfig())
    assert made.read({"person": "p1"}) == {fields.PERSON_ID: "p1"}
    assert made.writable() == frozenset()


def test_a_projection_that_is_there_and_not_filled_in_is_empty_and_a_hidden_map_is_not():
    made = custom(PERSON, TOUCHED)
    assert made.read({"person": " p1 "}) == {fields.PERSON_ID: "p1", fields.FIRST_TOUCH_AT: None}
    assert made.read({"person": None}) == {fields.PERSON_ID: None, fields.FIRST_TOUCH_AT: None}
    assert made.read(None) == {}


def test_a_shared_field_that_a_record_does_not_show_could_not_be_seen():
    config = MappingConfig(custom_fields=[CustomField(key="notice", field="notice_period", owner="newest")])
    made = custom(PERSON, Definition("notice", "9", "text"), config=config)
    assert "notice_period" not in made.read({"person": "p1"})
    assert made.read({"person": "p1"}, hides_empty=True)["notice_period"] is None
    assert "notice_period" not in custom(PERSON, config=config).read({"person": "p1"}, hides_empty=True)
    assert made.read({"notice": None})["notice_period"] is None


def test_config_is_laid_over_the_defaults_by_canonical_name():
    config = MappingConfig(
        custom_fields=[
            CustomField(key="tl_person", field=fields.PERSON_ID),
            CustomField(key="crm_contact_id", field="crossref:crm", direction="read"),
        ],
        consent=[ConsentField(field="gdpr", date_field="gdpr_at")],
    )
    made = custom(PERSON, config=config)
    assert WantedField("tl_person") in made.missing()
    assert WantedField("person") not in made.wanted()
    assert WantedField("crm_contact_id") not in made.wanted()
    assert made.kept() == ["crm_contact_id", "gdpr", "gdpr_at", "outcome", "tl_person", "touched"]


def test_cross_references_are_read_and_are_no_values():
    config = MappingConfig(custom_fields=[CustomField(key="crm_id", field="crossref:crm", direction="read")])
    made = custom(Definition("crm_id", "4", "text"), config=config)
    assert made.crossrefs({"crm_id": " c-9 "}) == (("crm", "c-9"),)
    assert made.crossrefs({"crm_id": None}) == made.crossrefs({}) == made.crossrefs(None) == ()
    assert made.read({"crm_id": "c-9"}) == {}
    assert made.writable() == frozenset()


def test_an_id_in_the_config_stands_for_a_definition_that_is_not_listed():
    config = MappingConfig(custom_fields=[CustomField(key="person", field=fields.PERSON_ID, id="cf-1")])
    made = CustomFields(DEFAULTS, config)
    found = made.encode(fields.PERSON_ID, "p1")
    assert found is not None
    assert (found.key, found.id, found.value) == ("person", "cf-1", "p1")


def test_a_select_takes_our_words_in_its_own_spelling_and_reads_back_in_ours():
    made = custom(OUTCOME)
    found = made.encode(fields.LAST_OUTCOME, "Hired")
    assert found is not None
    assert (found.value, found.options) == ("HIRED", (CHOICES[0],))
    assert made.read({"outcome": "HIRED"}) == {fields.LAST_OUTCOME: "Hired"}
    assert made.encode(fields.LAST_OUTCOME, "hired") is None  # would come back as Hired, and be written again


def test_a_select_that_lacks_one_of_our_words_is_reported_and_not_written():
    made = custom(Definition("outcome", "3", "select", CHOICES[:2]))
    assert fields.LAST_OUTCOME not in made.writable()
    assert [one.label for one in made.unmapped()] == ["outcome: Withdrawn"]


def test_an_archived_or_ambiguous_option_is_not_written():
    config = MappingConfig(custom_fields=[CustomField(key="level", field="level", type="select", owner="crm")])
    options = (Option("1", "Senior", active=False), Option("2", "Staff"), Option("3", "STAFF"))
    made = custom(Definition("level", "7", "select", options), config=config)
    assert made.encode("level", "Senior") is None
    assert made.encode("level", "staff") is None
    assert made.encode("level", "Staff") is not None
    assert made.read({"level": "Senior"}) == {"level": "Senior"}  # a record may still carry it


@pytest.mark.parametrize("kind", ["other", "private"])
def test_protected_and_incomparable_fields_are_reported_and_never_read(kind):
    config = MappingConfig(custom_fields=[CustomField(key="x", field="x", direction="read", owner="ats")])
    made = custom(Definition("x", "7", kind), config=config)
    assert made.read({"x": "canary"}) == {}
    assert [one.label for one in made.unmapped()] == [f"x ({kind})"]
    assert "x" not in made.writable()


def test_a_field_only_read_that_is_not_there_is_reported_and_not_created():
    config = MappingConfig(custom_fields=[CustomField(key="x", field="x", direction="read", owner="ats")])
    made = custom(PERSON, TOUCHED, OUTCOME, config=config)
    assert [one.label for one in made.unmapped()] == ["x"]
    assert made.missing() == ()


@pytest.mark.parametrize(
    ("type", "kind", "held", "value"),
    [
        ("text", "text", "  a ", "a"),
        ("text", "text", "", None),
        ("text", "text", 7, "7"),
        ("date", "date", "2026-11-18", "2026-11-18"),
        ("date", "text", "2026-11-18T10:00:00Z", "2026-11-18"),
        ("boolean", "boolean", True, True),
        ("boolean", "boolean", "No", False),
        ("multi_select", "multi_select", ["b", "a", "a"], ("a", "b")),
        ("multi_select", "multi_select", [], None),
        ("text", "text", None, None),
    ],
)
def test_values_are_read_in_their_canonical_form(type, kind, held, value):
    config = MappingConfig(custom_fields=[CustomField(key="x", field="x", type=type, owner="ats")])
    assert custom(Definition("x", "7", kind), config=config).read({"x": held}) == {"x": value}


def test_amounts_and_ranges_have_no_canonical_form():
    config = MappingConfig(custom_fields=[CustomField(key="x", field="x", owner="ats")])
    made = custom(Definition("x", "7", "text"), config=config)
    assert made.read({"x": {"amount": 1, "currency_code": "EUR"}}) == {}


@pytest.mark.parametrize(
    ("type", "kind", "value"),
    [
        ("text", "text", ("a", "b")),
        ("date", "date", "soon"),
        ("boolean", "boolean", "yes"),
        ("number", "number", "many"),
        ("multi_select", "multi_select", ("nowhere",)),
        ("text", "boolean", "a"),
    ],
)
def test_a_value_that_the_field_does_not_take_is_not_forced_into_it(type, kind, value):
    config = MappingConfig(custom_fields=[CustomField(key="x", field="x", type=type, owner="ats")])
    made = custom(Definition("x", "7", kind), config=config)
    assert made.encode("x", value) is None


@given(
    value=st.none() | st.text(max_size=30) | st.booleans() | st.lists(st.text(min_size=1, max_size=5)).map(tuple),
    type=st.sampled_from(["text", "long_text", "url", "date", "boolean", "select", "multi_select", "number", "odd"]),
    kind=st.sampled_from(["text", "long_text", "url", "date", "boolean", "select", "multi_select", "number", "other"]),
)
def test_what_can_be_written_reads_back_as_it_was_meant(value, type, kind):
    config = MappingConfig(custom_fields=[CustomField(key="x", field="x", type=type, owner="ats")])
    made = custom(Definition("x", "7", kind, (Option("1", "a"), Option("2", "b"))), config=config)
    if found := made.encode("x", value):
        assert made.read({"x": found.value}) == {"x": value}
