"""Greenhouse's reference tables, and what is reported of them."""

from __future__ import annotations

import json

import pytest

from connectors.kit.contract import Ref, WantedField
from mapping import fields
from mapping.contract import CustomField, MappingConfig, Unsupported
from mapping.greenhouse import DEFAULTS, Mapper
from mapping.greenhouse_rows import MODELS
from mapping.model import Milestone
from tests.mapping.greenhouse_made import CAREERS, CRM, JOB, ODD, definition, mapper, named, row


def test_jobs_say_whether_they_are_open_and_confidential():
    made = mapper()
    told = [
        {"id": 1, "name": " Engineer ", "requisition_id": "R1", "status": "open", "confidential": True},
        {"id": 2, "name": "Closed", "requisition_id": None, "status": "closed", "confidential": None},
        {"id": 3, "name": "Draft", "status": "draft"},
        {"id": 4, "name": "Template", "status": "open", "is_template": True},
    ]
    made.learn("job", [row("job", one) for one in told])
    assert [(one.title, one.requisition, one.open, one.confidential) for one in made.jobs().values()] == [
        ("Engineer", "R1", True, True),
        ("Closed", None, False, False),
        ("Draft", None, False, False),
        ("Template", None, False, False),
    ]
    assert made.jobs()["1"].ref == Ref("greenhouse", "job", "1")


def test_a_table_is_replaced_when_it_is_learnt_again():
    made = mapper()
    made.learn("job", [])
    made.learn("source", named("source", {5: "Referral"}))
    assert made.jobs() == {}
    assert made.sources() == {"5": "Referral"}


def test_sources_and_pools_are_listed_by_id():
    made = mapper()
    made.learn("pool", [*named("pool", {1: "Design"}, active=True), *named("pool", {2: "Old"}, active=False)])
    assert made.sources() == {str(CAREERS): "Careers page", str(CRM): "Acme Relations"}
    assert {id: one.name for id, one in made.pools().items()} == {"1": "Design"}


def test_one_bad_row_does_not_take_the_table_with_it():
    made = mapper()
    made.learn("source", [row("source", {"id": None, "name": "Broken"}), *named("source", {5: "Referral"})])
    assert made.sources() == {"5": "Referral"}


def test_words_without_a_rule_are_reported():
    made = mapper()
    made.learn(
        "job_stage", [*named("job_stage", {ODD: "Chemistry Check"}), *named("job_stage", {1: "Zeta"}, active=False)]
    )
    made.learn("source", named("source", {5: "Zorp"}))
    made.learn("rejection_reason", named("rejection_reason", {6: "Zweifel"}))
    assert [(one.kind, one.label) for one in made.unmapped()] == [
        ("reason", "Zweifel"),
        ("source", "Zorp"),
        ("stage", "Chemistry Check"),
    ]


def test_an_archived_stage_still_has_its_milestone():
    made = mapper()
    made.learn("job_stage", named("job_stage", {1: "Onsite"}, active=False))
    assert made.unmapped() == ()


def test_an_override_leaves_nothing_to_report():
    made = mapper(MappingConfig(stages={"Chemistry Check": Milestone.SCREENED}))
    assert made.unmapped() == ()


def test_all_our_fields_are_wanted_and_none_is_missing_where_they_are():
    made = mapper()
    assert {one.key for one in made.wanted()} == {one.key for one in DEFAULTS}
    assert made.missing() == ()
    assert made.writable() == {*fields.PROFILE, fields.DO_NOT_CONTACT, *(one.field for one in DEFAULTS)}


def test_a_new_account_lacks_all_of_them():
    made = Mapper("greenhouse", MappingConfig())
    made.learn("custom_field", [])
    assert set(made.missing()) == {WantedField(one.key, one.type) for one in DEFAULTS}
    assert made.writable() == {*fields.PROFILE, fields.DO_NOT_CONTACT}


@pytest.mark.parametrize("keys", [{"active": False}, {"field_type": "application"}, {"name_key": None}])
def test_a_field_that_candidates_do_not_have_is_missing(keys):
    made = Mapper("greenhouse", MappingConfig())
    made.learn("custom_field", [definition("tieline_person_id", **keys)])
    assert WantedField("tieline_person_id") in made.missing()
    assert fields.PERSON_ID not in made.writable()


def test_a_private_field_is_reported_and_neither_read_nor_written():
    """What the vendor protects is cut away by the connector; a value written there could never be confirmed."""
    config = MappingConfig(custom_fields=[CustomField(key="salary", field="salary", owner="ats")])
    made = Mapper("greenhouse", config)
    made.learn("custom_field", [definition("tieline_person_id", private=True), definition("salary", private=True)])
    assert not {fields.PERSON_ID, "salary"} & made.writable()
    assert WantedField("tieline_person_id") not in made.missing()  # it is there; a second one would not help
    assert [one.label for one in made.unmapped()] == ["tieline_person_id (private)", "salary (private)"]


def test_a_field_of_the_wrong_type_is_reported():
    made = Mapper("greenhouse", MappingConfig())
    made.learn("custom_field", [definition("tieline_person_id", "currency")])
    assert [one.label for one in made.unmapped()] == ["tieline_person_id (other)"]
    assert fields.PERSON_ID not in made.writable()


@pytest.mark.parametrize("options_first", [True, False])
def test_options_are_found_in_whichever_order_the_tables_come(options_first):
    config = MappingConfig(custom_fields=[CustomField(key="band", field="band", type="select", owner="ats")])
    made = Mapper("greenhouse", config)
    field = definition("band", "single_select")
    field_id = json.loads(field.payload)["id"]
    options = [
        row("custom_field_option", {"id": 1, "custom_field_id": field_id, "name": "Senior", "active": True}),
        row("custom_field_option", {"id": 2, "custom_field_id": field_id, "name": "Staff", "active": False}),
    ]
    tables = [("custom_field_option", options), ("custom_field", [field])]
    for object, table in tables if options_first else reversed(tables):
        made.learn(object, table)
    write = made.update_candidate("1", {"band": (None, "Senior")}, "k")
    assert write.body["custom"] == {"band": "Senior"}
    with pytest.raises(Unsupported, match="band"):
        made.update_candidate("1", {"band": (None, "Staff")}, "k")  # archived: GOTCHAS 11


def test_the_keys_to_keep_are_ours_and_the_configured_ones():
    config = MappingConfig(custom_fields=[CustomField(key="crm_contact_id", field="crossref:crm", direction="read")])
    assert Mapper("ats", config).kept() == sorted(["crm_contact_id", *(one.key for one in DEFAULTS)])


def test_links_lead_to_the_candidates_page():
    assert mapper().link("602") == "https://app.greenhouse.io/people/602"
    made = mapper(MappingConfig(profile_url="https://app4.greenhouse.io/people/{id}?from=tieline"))
    assert made.link("602") == "https://app4.greenhouse.io/people/602?from=tieline"


@pytest.mark.parametrize("object", sorted(MODELS))
def test_every_stream_has_a_model_that_takes_its_smallest_row(object):
    smallest = {"application": {"candidate_id": 2, "status": "hired"}, "job": {"status": "open"}}
    smallest |= {child: {"application_id": 2} for child in ("application_stage", "rejection", "prospect")}
    smallest |= {"custom_field_option": {"custom_field_id": 3}}
    mapper().validate(row(object, {"id": 1, **smallest.get(object, {})}))


def test_every_stream_the_connector_reads_has_a_model():
    from connectors import greenhouse

    assert {one.stream.object for one in greenhouse.LISTS} == set(MODELS)


def test_a_job_of_the_account_is_found():
    assert mapper().jobs()[str(JOB)].requisition == "ENG-42"
