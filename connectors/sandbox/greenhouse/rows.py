"""What each list of Harvest v3 holds and what it can be asked: columns, filters, scope.

Facts as of July 2026 (the published response schemas and the query parameters of the reference pages), for the
lists served here. Every row also has id, created_at, updated_at; every list takes ids, fields, per_page, cursor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]
TIMES = ("created_at", "updated_at")


@dataclass(frozen=True, slots=True)
class Resource:
    """One list.

    `kind` names its ids in the generated world (or here); `columns` are its own columns with what a new row has in
    them; filters are named by parameter: `ids` (comma lists), `dates` (ranges), `bools`, `texts`, `ints` compare
    with the column of the same name, `own` are answered by code of their own. `dated`: created_at and updated_at
    can be asked for. `owners` are the columns with an index.
    """

    name: str
    kind: str
    columns: Mapping[str, Any]
    ids: frozenset[str] = frozenset()
    dates: frozenset[str] = frozenset()
    bools: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    ints: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    dated: bool = True
    owners: tuple[str, ...] = ()
    scope: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "scope", f"harvest:{self.name}:list")

    def column_of(self, parameter: str) -> str:
        """The column an `_ids` parameter looks at: `candidate_ids` -> candidate_id, or a column that is a list."""
        return parameter if parameter in self.columns else parameter[:-1]


RESOURCES: dict[str, Resource] = {}


def _list(
    name: str, kind: str, columns: dict[str, Any], *, dated: bool = True, owners: str = "", **filters: str
) -> None:
    sets = {key: frozenset(words.split()) for key, words in filters.items()}
    RESOURCES[name] = Resource(name, kind, columns, dated=dated, owners=tuple(owners.split()), **sets)


_list(
    "candidates", "candidate",
    {
        "first_name": None, "last_name": None, "preferred_name": None, "company": None, "title": None,
        "last_activity_at": None, "private": False, "can_email": True, "time_zone": None, "tags": [],
        "linked_user_ids": [], "phone_numbers": [], "addresses": [], "email_addresses": [],
        "website_addresses": [], "social_media_addresses": [], "custom_fields": {},
    },
    dates="last_activity_at", bools="private", own="email tag custom_field_option_id",
)  # fmt: skip
_list(
    "applications", "application",
    {
        "agency_note_id": None, "candidate_id": None, "coordinator_id": None, "job_id": None, "job_post_id": None,
        "recruiter_id": None, "referrer_id": None, "source_id": None, "stage_id": None, "stage_name": None,
        "status": "in_process", "needs_decision": False, "prospect": False, "rejected_at": None,
        "last_activity_at": None, "location_address": None, "answers": [], "prospective_job_ids": [],
        "custom_fields": {}, "job_interview_stage_id": None, "rejection_reason_id": None,
    },
    ids="candidate_ids job_ids prospective_job_ids job_post_ids source_ids referrer_ids stage_ids "
    "job_interview_stage_ids",
    dates="last_activity_at", bools="prospect", texts="stage_name", own="status custom_field_option_id",
    owners="candidate_id job_id",
)  # fmt: skip
_list(
    "application_stages", "application_stage",
    {
        "application_id": None, "job_interview_stage_id": None, "entered_at": None, "exited_at": None,
        "days_in_stage": 0, "current": False,
    },
    ids="application_ids job_interview_stage_ids", bools="current", owners="application_id",
)  # fmt: skip
_list(
    "jobs", "job",
    {
        "name": "", "requisition_id": None, "notes": None, "confidential": False, "status": "open", "opened_at": None,
        "closed_at": None, "is_template": False, "copied_from_id": None, "department_id": None, "office_ids": [],
        "custom_fields": {},
    },
    dates="opened_at closed_at", bools="confidential", texts="requisition_id", ints="department_id",
    own="status office_id custom_field_option_id",
)  # fmt: skip
_list(
    "job_interview_stages", "job_stage", {"job_id": None, "sort_order": 0, "name": "", "active": True},
    ids="job_ids", bools="active", owners="job_id",
)  # fmt: skip
_list(
    "openings", "opening",
    {
        "job_id": None, "opened_at": None, "closed_at": None, "sort_order": 0, "opening_id": None,
        "application_id": None, "close_reason_id": None, "target_start_on": None, "open": True, "custom_fields": {},
    },
    ids="job_ids application_ids close_reason_ids", dates="opened_at closed_at", bools="open", texts="opening_id",
    own="custom_field_option_id", owners="job_id application_id",
)  # fmt: skip
_list("rejection_reasons", "rejection_reason", {"name": "", "type": None}, own="include_defaults")
_list(
    "rejection_details", "rejection_detail",
    {
        "application_id": None, "rejected_by_id": None, "rejection_note_id": None, "rejection_reason_id": None,
        "rejected_at": None, "question_custom_fields": {},
    },
    ids="application_ids rejection_reason_ids", own="custom_field_option_id", owners="application_id",
)  # fmt: skip
_list("sources", "source", {"name": "", "type": None})
_list("referrers", "referrer", {"user_id": None, "name": ""}, ids="user_ids")
_list(
    "notes", "note",
    {
        "candidate_id": None, "application_id": None, "body": None, "subject": None, "type": "NOTE", "user_id": None,
        "email_from": None, "email_to": None, "email_cc": None, "import_hash": None, "body_with_tags": None,
        "visibility": "privately_visible", "email_attachment_file_names": None,
    },
    ids="candidate_ids user_ids application_ids", texts="type visibility", owners="candidate_id application_id",
)  # fmt: skip
_list(
    "attachments", "attachment",
    {"application_id": None, "candidate_id": None, "type": "resume", "filename": "", "url": ""},
    ids="application_ids candidate_ids", texts="type", owners="application_id candidate_id",
)  # fmt: skip
_list(
    "candidate_educations", "candidate_education",
    {
        "candidate_id": None, "school_name_custom_field_option_id": None, "degree_custom_field_option_id": None,
        "discipline_custom_field_option_id": None, "start_at": None, "end_at": None, "latest": True,
        "start_date_month": None, "start_date_year": None, "end_date_month": None, "end_date_year": None,
    },
    ids="candidate_ids", dates="start_at end_at", bools="latest", owners="candidate_id",
)  # fmt: skip
_list(
    "candidate_employments", "candidate_employment",
    {"candidate_id": None, "company_name": "", "title": "", "start_date": None, "end_date": None, "latest": True},
    ids="candidate_ids", bools="latest", owners="candidate_id",
)  # fmt: skip
_list("candidate_tags", "candidate_tag", {"name": ""})
_list(
    "applied_candidate_tags", "applied_candidate_tag", {"candidate_tag_id": None, "candidate_id": None},
    ids="candidate_tag_ids candidate_ids", owners="candidate_id candidate_tag_id",
)  # fmt: skip
_list(
    "prospect_details", "prospect_detail",
    {
        "application_id": None, "pool_id": None, "pool_stage_id": None, "prospect_owner_id": None,
        "department_id": None, "office_id": None,
    },
    ids="application_ids pool_ids pool_stage_ids prospect_owner_ids department_ids office_ids",
    owners="application_id",
)  # fmt: skip
_list(
    "prospect_pools", "prospect_pool",
    {"name": "", "active": True, "description": None, "department_ids": [], "office_ids": [], "job_ids": []},
    ids="department_ids office_ids job_ids", bools="active",
)  # fmt: skip
_list(
    "prospect_pool_stages", "prospect_pool_stage", {"prospect_pool_id": None, "name": "", "sort_order": 0},
    ids="prospect_pool_ids", owners="prospect_pool_id",
)  # fmt: skip
_list(
    "custom_fields", "custom_field",
    {
        "field_type": "candidate", "sort_order": 0, "name": "", "value_type": "short_text", "private": False,
        "required": False, "require_approval": False, "trigger_new_version": False, "active": True,
        "updated_by_id": None, "internal_type": None, "expose_in_job_board_api": False, "placeholder": None,
        "name_key": "", "description": None, "application_type": None, "api_only": None,
        "use_for_job_approvals": None, "use_for_offer_approvals": None, "template_token_string": None,
        "default_value": None,
    },
    bools="active", texts="field_type name name_key",
)  # fmt: skip
_list(
    "custom_field_options", "custom_field_option",
    {"custom_field_id": None, "name": "", "external_id": None, "sort_order": 0, "active": True},
    ids="custom_field_ids", bools="active", own="custom_field_key", owners="custom_field_id",
)  # fmt: skip
_list(
    "users", "user",
    {
        "first_name": None, "last_name": None, "primary_email": "", "job_title": None, "agency_id": None,
        "name": None, "deactivated": False, "site_admin": False, "employee_id": None, "linked_candidate_ids": [],
        "office_ids": [], "department_ids": [], "interviewer_tags": [], "emails": [], "custom_fields": {},
    },
    ids="agency_ids office_ids department_ids linked_candidate_ids employee_ids", bools="deactivated",
    texts="primary_email", own="show_service_accounts custom_field_option_id",
)  # fmt: skip
_list("departments", "department", {"name": "", "parent_id": None, "external_id": None}, ints="parent_id",
      texts="external_id")  # fmt: skip
_list(
    "offices", "office",
    {
        "name": "", "location": None, "primary_in_house_contact_user_id": None, "parent_id": None, "external_id": None,
    },
    ints="parent_id", texts="external_id",
)  # fmt: skip
_list("close_reasons", "close_reason", {"name": ""})

# What nobody may ask for: served, so that a test can prove that nobody does.
_list(
    "eeoc", "eeoc",
    {
        "application_id": None, "candidate_id": None, "gender": None, "race": None, "veteran_status": None,
        "disability_status": None, "submitted_at": None,
    },
    ids="application_ids", dates="submitted_at", owners="application_id",
)  # fmt: skip
_list(
    "demographic_question_sets", "demographic_question_set",
    {"title": "", "description": None, "active": True, "enabled": True}, bools="active enabled",
)  # fmt: skip
_list(
    "demographic_questions", "demographic_question",
    {
        "sort_order": 0, "active": True, "name": None, "demographic_question_set_id": None, "required": False,
        "answer_type": "multi_value_single_select",
    },
    ids="demographic_question_set_ids", bools="active required", dated=False,
)  # fmt: skip
_list(
    "demographic_answer_options", "demographic_answer_option",
    {
        "demographic_question_id": None, "sort_order": 0, "active": True, "free_form": False, "name": None,
        "decline_to_answer": False,
    },
    ids="demographic_question_ids", bools="active", dated=False,
)  # fmt: skip
_list(
    "demographic_answers", "demographic_answer",
    {
        "application_id": None, "demographic_question_id": None, "demographic_answer_option_id": None,
        "free_form_text": None,
    },
    ids="application_ids demographic_question_ids demographic_answer_option_ids", owners="application_id",
)  # fmt: skip

# Ids of what the generated world does not number (see world.ATS_BASE for the rest).
OWN_BASE: Mapping[str, int] = {
    "department": 4_060_000, "office": 4_033_000, "close_reason": 501_000, "demographic_question_set": 4_310_000,
    "candidate_education": 41_100_000, "candidate_employment": 42_100_000,
    "demographic_question": 4_320_000, "demographic_answer_option": 4_330_000, "demographic_answer": 4_340_000,
}  # fmt: skip
