"""The shape of every row, against the published response schemas: which keys, which types, which may be null."""

import json
import os
import re
from pathlib import Path

import pytest

from connectors.sandbox.greenhouse.rows import RESOURCES
from tests.sandbox.greenhouse_desk import Desk

# name:type, `?` may be null. t: time to the millisecond, d: date, i: integer, s: text, b: boolean, m: map, l: list
SHAPES = {
    "candidates": "first_name:s? last_name:s? preferred_name:s? company:s? title:s? last_activity_at:t? private:b? "
    "can_email:b time_zone:s? tags:l linked_user_ids:l phone_numbers:l addresses:l email_addresses:l "
    "website_addresses:l social_media_addresses:l custom_fields:m",
    "applications": "agency_note_id:i? candidate_id:i coordinator_id:i? job_id:i? job_post_id:i? recruiter_id:i? "
    "referrer_id:i? source_id:i? stage_id:i? stage_name:s? status:s needs_decision:b? prospect:b rejected_at:t? "
    "last_activity_at:t? location_address:s? answers:l prospective_job_ids:l custom_fields:m "
    "job_interview_stage_id:i? rejection_reason_id:i?",
    "application_stages": "application_id:i job_interview_stage_id:i entered_at:t? exited_at:t? days_in_stage:i "
    "current:b",
    "jobs": "name:s requisition_id:s? notes:s? confidential:b status:s opened_at:t? closed_at:t? is_template:b? "
    "copied_from_id:i? department_id:i? office_ids:l custom_fields:m",
    "job_interview_stages": "job_id:i sort_order:i name:s active:b",
    "openings": "job_id:i opened_at:t? closed_at:t? sort_order:i opening_id:s? application_id:i? close_reason_id:i? "
    "target_start_on:d? open:b custom_fields:m",
    "rejection_reasons": "name:s type:m",
    "rejection_details": "application_id:i rejected_by_id:i? rejection_note_id:i? rejection_reason_id:i? "
    "rejected_at:t? question_custom_fields:m",
    "sources": "name:s type:m",
    "referrers": "user_id:i? name:s",
    "notes": "candidate_id:i? application_id:i? body:s? subject:s? type:s user_id:i? email_from:s? email_to:s? "
    "email_cc:l? import_hash:s? body_with_tags:s? visibility:s? email_attachment_file_names:l?",
    "candidate_tags": "name:s",
    "applied_candidate_tags": "candidate_tag_id:i candidate_id:i",
    "prospect_details": "application_id:i pool_id:i? pool_stage_id:i? prospect_owner_id:i? department_id:i? "
    "office_id:i?",
    "prospect_pools": "name:s active:b description:s? department_ids:l office_ids:l job_ids:l",
    "prospect_pool_stages": "prospect_pool_id:i name:s sort_order:i",
    "custom_fields": "field_type:s sort_order:i name:s value_type:s private:b required:b require_approval:b "
    "trigger_new_version:b active:b? updated_by_id:i? internal_type:s? expose_in_job_board_api:b placeholder:s? "
    "name_key:s description:s? application_type:s? api_only:b? use_for_job_approvals:b? use_for_offer_approvals:b? "
    "template_token_string:s? default_value:m?",
    "custom_field_options": "custom_field_id:i name:s external_id:s? sort_order:i active:b",
    "users": "first_name:s? last_name:s? primary_email:s job_title:s? agency_id:i? name:s? deactivated:b site_admin:b "
    "employee_id:s? linked_candidate_ids:l office_ids:l department_ids:l interviewer_tags:l emails:l? custom_fields:m?",
    "close_reasons": "name:s",
    "eeoc": "application_id:i candidate_id:i gender:m? race:m? veteran_status:m? disability_status:m? submitted_at:t?",
    "demographic_answers": "application_id:i demographic_question_id:i demographic_answer_option_id:i? "
    "free_form_text:s?",
}
KINDS = {"i": int, "s": str, "b": bool, "m": dict, "l": list, "t": str, "d": str}
TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")


@pytest.fixture(scope="module")
def desk():
    return Desk(people=90)


def fits(kind, value):
    if value is None:
        return kind.endswith("?")
    wanted = KINDS[kind[0]]
    plain = isinstance(value, wanted) and (wanted is bool or not isinstance(value, bool))
    return plain and (kind[0] != "t" or TIME.match(value) is not None)


@pytest.mark.parametrize("name", SHAPES)
def test_every_row_of_a_list_has_its_published_shape(desk, name):
    shape = dict(part.split(":") for part in f"id:i created_at:t updated_at:t {SHAPES[name]}".split())
    flags = {"rejection_reasons": {"include_defaults": "true"}, "users": {"show_service_accounts": "true"}}
    rows = [row for page in desk.crawl(name, per_page=500, **flags.get(name, {})) for row in page]
    assert rows, "the world fills every list"
    for row in rows:
        assert row.keys() == shape.keys()
        wrong = {key: row[key] for key, kind in shape.items() if not fits(kind, row[key])}
        assert not wrong


def test_collections_hold_items_of_the_published_vocabularies(desk):
    words = {
        "phone_numbers": {"home", "work", "mobile", "skype", "other"},
        "email_addresses": {"personal", "work", "other"},
        "addresses": {"home", "work", "other"},
        "website_addresses": {"personal", "company", "portfolio", "blog", "other"},
    }
    for row in desk.rows("candidates", per_page=500):
        for name, types in words.items():
            assert all(item.keys() == {"value", "type"} and item["type"] in types for item in row[name])
        assert all(item.keys() == {"value"} for item in row["social_media_addresses"])


def test_custom_fields_are_told_whole_with_null_where_nothing_is_set(desk):
    defined = {r["name_key"]: r for r in desk.rows("custom_fields", field_type="candidate", per_page=500)}
    for row in desk.rows("candidates", per_page=500):
        assert row["custom_fields"].keys() == defined.keys()
        for key, told in row["custom_fields"].items():
            assert told.keys() == {"name", "type", "value"}
            assert (told["name"], told["type"]) == (defined[key]["name"], defined[key]["value_type"])


def test_only_active_applications_are_in_a_stage(desk):
    stages = {row["id"]: row for page in desk.crawl("application_stages", per_page=500) for row in page}
    for row in desk.rows("applications", per_page=500):
        inside = row["status"] == "in_process" and not row["prospect"]
        assert (row["stage_id"] is not None) == inside
        if inside:
            stage = stages[row["stage_id"]]
            assert stage["current"]
            assert stage["application_id"] == row["id"]
            assert stage["job_interview_stage_id"] == row["job_interview_stage_id"]


def test_rejected_applications_and_their_details_agree(desk):
    details = {row["application_id"]: row for row in desk.rows("rejection_details", per_page=500)}
    rejected = desk.rows("applications", status="rejected", per_page=500)
    assert {row["id"] for row in rejected} == details.keys()
    for row in rejected:
        detail = details[row["id"]]
        assert (row["rejection_reason_id"], row["rejected_at"]) == (
            detail["rejection_reason_id"],
            detail["rejected_at"],
        )


def test_the_newer_keys_can_be_missing():
    desk = Desk(people=20, shows_job_stage=False)
    row = desk.rows("applications", per_page=1)[0]
    assert "job_interview_stage_id" not in row
    assert "rejection_reason_id" not in row
    assert desk.get("applications", job_interview_stage_ids=1).status == 422


def test_a_switch_thrown_later_changes_what_is_told_of_rows_already_read():
    desk = Desk(people=20)
    assert "job_interview_stage_id" in desk.rows("applications")[0]
    desk.account.switches.set({"shows_job_stage": False})
    assert "job_interview_stage_id" not in desk.rows("applications")[0]


def test_private_custom_fields_can_be_hidden():
    open_desk, closed = Desk(people=20), Desk(people=20, private_fields="hidden")
    private = {
        r["name_key"] for r in open_desk.rows("custom_fields", field_type="candidate", per_page=100) if r["private"]
    }
    assert private
    assert private <= open_desk.rows("candidates")[0]["custom_fields"].keys()
    assert private.isdisjoint(closed.rows("candidates")[0]["custom_fields"].keys())


SCHEMAS = os.environ.get("TIELINE_GREENHOUSE_SCHEMAS", "")  # a file of published response schemas, if one is at hand


@pytest.mark.skipif(not SCHEMAS, reason="no schema file given")
@pytest.mark.parametrize("name", sorted(RESOURCES))
def test_rows_validate_against_the_published_schemas(desk, name):
    import jsonschema

    known = json.loads(Path(SCHEMAS).read_text(encoding="utf-8"))["schemas"]
    if f"/v3/{name}" not in known:
        pytest.skip("not among the published schemas")
    for row in desk.account.state(name):
        jsonschema.validate(row, known[f"/v3/{name}"])
        assert row.keys() == known[f"/v3/{name}"]["properties"].keys()
