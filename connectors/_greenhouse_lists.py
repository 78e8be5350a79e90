"""The lists of Greenhouse's Harvest v3 that are read, in reading order, and what is kept of a row of each.

Not kept: answers, locations and custom fields of applications; notes and custom fields of jobs; texts of notes; and
days_in_stage and last_activity_at, which change by themselves. Paths, filters and scopes from
harvestdocs.greenhouse.io (reference), read 2026-11-22.
"""

from __future__ import annotations

import re
from typing import Any

from msgspec import UNSET

from connectors.kit.lists import Listing, listing

MARKER = re.compile(r"\[tieline:([A-Za-z0-9_-]{1,128})\]")


def _cut_note(note: Any) -> None:
    """A note's text stays where it is; only our own marker in it is kept."""
    note.marker = UNSET
    if isinstance(note.body, str):
        found = MARKER.search(note.body)
        note.marker = found[1] if found else None


def _table(object: str, path: str, keys: str, *, required: bool = True, **more: Any) -> Listing:
    allow = f"id {keys}"
    return listing(object, path, f"harvest:{path}:list", allow, reference=True, required=required, **more)


def _list(object: str, path: str, keys: str, owner: str = "", *, required: bool = True, **more: Any) -> Listing:
    allow, parent = f"id created_at updated_at {keys}", owner.removesuffix("_id")
    if owner:
        more |= {"owner": owner, "owner_object": parent, "by_owner": f"{owner}s"}
    return listing(object, path, f"harvest:{path}:list", allow, required=required, **more)


LISTS = (
    _table("job", "jobs", "name requisition_id confidential status opened_at closed_at is_template"),
    _table("job_stage", "job_interview_stages", "job_id name sort_order active"),
    # Built-in reasons and service users are hidden from those who do not ask for them.
    _table("rejection_reason", "rejection_reasons", "name type", ask=[("include_defaults", "true")]),
    _table("source", "sources", "name type"),
    _table("referrer", "referrers", "name user_id", required=False),
    _table("tag", "candidate_tags", "name", required=False),
    _table("pool", "prospect_pools", "name active job_ids", required=False),
    _table("pool_stage", "prospect_pool_stages", "prospect_pool_id name sort_order", required=False),
    _table("custom_field", "custom_fields", "name name_key field_type value_type private active required"),
    _table("custom_field_option", "custom_field_options", "custom_field_id name active sort_order", required=False),
    _table("user", "users", "name first_name last_name primary_email deactivated site_admin", required=False,
           ask=[("show_service_accounts", "true")]),
    _list("candidate", "candidates", "first_name last_name preferred_name company title private can_email tags "
          "phone_numbers addresses email_addresses website_addresses social_media_addresses custom_fields"),
    _list("application", "applications", "candidate_id job_id job_post_id source_id referrer_id recruiter_id "
          "coordinator_id stage_id stage_name job_interview_stage_id status prospect prospective_job_ids rejected_at "
          "rejection_reason_id", "candidate_id"),
    _list("application_stage", "application_stages", "application_id job_interview_stage_id entered_at exited_at "
          "current", "application_id"),
    _list("rejection", "rejection_details", "application_id rejection_reason_id rejected_at", "application_id"),
    _list("prospect", "prospect_details", "application_id pool_id pool_stage_id prospect_owner_id", "application_id",
          required=False),
    _list("note", "notes", "candidate_id type visibility marker", "candidate_id", cut=_cut_note, also=["body"]),
)  # fmt: skip
