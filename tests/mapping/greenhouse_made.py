"""Rows of an invented Greenhouse account, and a vendor that is a dictionary."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from typing import Any

from connectors.kit import merging
from connectors.kit.contract import Row, Write
from mapping.contract import MappingConfig
from mapping.greenhouse import DEFAULTS, Mapper
from mapping.model import Candidate, Profile

CANDIDATE = 60218844002
JOB, SECRET_JOB = 4410020002, 4410099002
REVIEW, SCREEN, TECH, ONSITE, ODD = 7710001002, 7710002002, 7710003002, 7710004002, 7710005002
OURS, THEIRS, BARRED = 4002901002, 4002902002, 4002903002
CAREERS, CRM = 4010201002, 4010203002

_SAME = {
    "email_addresses": merging.same_text,
    "phone_numbers": merging.same_phone,
    "website_addresses": merging.same_link,
    "social_media_addresses": merging.same_link,
    "addresses": merging.same_text,
    "tags": merging.exactly,
}
VALUE_TYPES = {"text": "short_text", "long_text": "long_text", "date": "date", "url": "url"}


def row(object: str, payload: Mapping[str, Any], owner: str = "") -> Row:
    return Row(object, str(payload.get("id", "")), b"", json.dumps(payload).encode(), owner, "", "")


def candidate_payload(**keys: Any) -> dict[str, Any]:
    """A full candidate as the vendor shows it, with some keys as given."""
    payload: dict[str, Any] = {
        "id": CANDIDATE,
        "created_at": "2026-10-02T14:21:07.512Z",
        "updated_at": "2026-11-18T09:05:44.031Z",
        "first_name": "Mina",
        "last_name": "Okonkwo-Vance",
        "preferred_name": None,
        "company": "Brightwater Labs",
        "title": " Backend Engineer ",
        "private": False,
        "can_email": True,
        "tags": ["Go", "go", "Silver Medalist"],
        "phone_numbers": [{"value": "+44 20 7946 0123", "type": "mobile"}],
        "addresses": [{"value": "1 Harbour Row, Northmoor", "type": "home"}],
        "email_addresses": [
            {"value": "Mina.OV@Example.com", "type": "personal"},
            {"value": "mina@brightwater.example", "type": "work"},
        ],
        "website_addresses": [{"value": "https://mina.example/", "type": "portfolio"}],
        "social_media_addresses": [{"value": "https://www.linkedin.com/in/Mina-OV-Example"}],
        "custom_fields": {"tieline_person_id": {"name": "Tieline person", "type": "short_text", "value": None}},
    }
    return {**payload, **keys}


def without(payload: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in payload.items() if key not in keys}


def application(id: int = 90133201002, **keys: Any) -> Row:
    payload: dict[str, Any] = {
        "id": id,
        "created_at": "2026-10-02T14:21:07.512Z",
        "updated_at": "2026-11-18T09:05:44.031Z",
        "candidate_id": CANDIDATE,
        "job_id": JOB,
        "source_id": CAREERS,
        "referrer_id": 51002233002,
        "stage_id": None,
        "stage_name": None,
        "job_interview_stage_id": None,
        "status": "in_process",
        "prospect": False,
        "prospective_job_ids": [],
        "rejected_at": None,
        "rejection_reason_id": None,
    }
    return row("application", {**payload, **keys}, str(CANDIDATE))


def visit(id: int, stage: int, entered: str | None, exited: str | None = None, **keys: Any) -> Row:
    """One stay in a stage of the job; times are days of October 2026."""
    payload = {
        "id": id,
        "application_id": 90133201002,
        "job_interview_stage_id": stage,
        "entered_at": entered and f"2026-10-{entered}T08:00:00.000Z",
        "exited_at": exited and f"2026-10-{exited}T08:00:00.000Z",
        "current": exited is None and entered is not None,
    }
    payload = {**payload, **keys}
    return row("application_stage", payload, str(payload["application_id"]))


def rejection(reason: int | None, at: str | None, id: int = 67100001002, **keys: Any) -> Row:
    payload = {"id": id, "application_id": 90133201002, "rejection_reason_id": reason, "rejected_at": at, **keys}
    return row("rejection", payload, str(payload["application_id"]))


def definition(key: str, value_type: str = "short_text", **keys: Any) -> Row:
    id = 88_000_000_000 + sum(map(ord, key))
    payload = {"id": id, "name": key.title(), "name_key": key, "field_type": "candidate", "value_type": value_type}
    return row("custom_field", {**payload, "private": False, "active": True, **keys})


def named(object: str, names: Mapping[int, str], **keys: Any) -> list[Row]:
    return [row(object, {"id": id, "name": name, **keys}) for id, name in names.items()]


def mapper(config: MappingConfig | None = None, more: Sequence[Row] = ()) -> Mapper:
    """A mapper that has learnt the account's tables, all of Tieline's fields among them."""
    made = Mapper("greenhouse", config or MappingConfig())
    job = {"name": "Senior Backend Engineer", "requisition_id": "ENG-42", "confidential": False, "status": "open"}
    made.learn("job", [row("job", {"id": JOB, **job})])
    stages = {REVIEW: "Application Review", SCREEN: "Phone Screen", TECH: "Technical Interview", ONSITE: "Onsite"}
    made.learn("job_stage", named("job_stage", {**stages, ODD: "Chemistry Check"}, job_id=JOB, active=True))
    made.learn(
        "rejection_reason",
        [
            row("rejection_reason", {"id": id, "name": name, "type": {"id": 1, "key": key, "name": "?"}})
            for id, name, key in (
                (OURS, "Lacking skill(s)/qualification(s)", "WE_REJECTED_THEM"),
                (THEIRS, "Accepted another offer", "THEY_REJECTED_US"),
                (BARRED, "Failed background check", "WE_REJECTED_THEM"),
            )
        ],
    )
    made.learn(
        "source",
        [
            row("source", {"id": CAREERS, "name": "Careers page", "type": {"id": 1, "name": "Company marketing"}}),
            row("source", {"id": CRM, "name": "Acme Relations", "type": {"id": 3, "name": "Prospecting"}}),
        ],
    )
    ours = [definition(one.key, VALUE_TYPES[one.type]) for one in DEFAULTS]
    made.learn("custom_field", [*ours, *more])
    return made


def profile(*children: Row, made: Mapper | None = None, **keys: Any) -> Profile:
    return (made or mapper()).profile(row("candidate", candidate_payload(**keys)), children)


def candidate(made: Mapper, payload: Mapping[str, Any]) -> Candidate:
    return made.profile(row("candidate", payload), ()).candidate


def applied(write: Write, held: Mapping[str, Any]) -> dict[str, Any]:
    """What the vendor holds after the connector has merged and sent this write."""
    after = copy.deepcopy(dict(held))
    after.setdefault("custom_fields", {})
    after.update(write.body["set"])
    for name in {*write.body.get("add", {}), *write.body.get("remove", {})}:
        add, remove = write.body["add"].get(name, []), write.body["remove"].get(name, [])
        after[name] = merging.merged(after.get(name) or [], add, remove, _SAME[name])
    for key, value in write.body["custom"].items():
        after["custom_fields"][key] = {"name": key, "type": "short_text", "value": value}
    return after


def created(write: Write) -> dict[str, Any]:
    """What the vendor holds after a create: every key is there, those not sent are empty."""
    lists: dict[str, Any] = {name: [] for name in _SAME}
    empty = {"id": 1, "company": None, "title": None, "private": False, "can_email": True, **lists}
    return applied(write, empty)
