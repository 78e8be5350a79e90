"""Filling an account from the generated hiring world, or with the little that an empty account has.

The world numbers its records; row n of a list gets the id `Store.number` gives to n, which is the world's own
`native_id`, so that the truth beside the world speaks of the same ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from connectors.sandbox.clock import stamp
from connectors.sandbox.greenhouse.applications import NO_STAGE
from connectors.sandbox.greenhouse.rows import Row
from connectors.sandbox.greenhouse.tables import Store
from connectors.sandbox.world import AtsApplication, AtsCandidate, AtsField, Job, Typed, World

_DAY = 86_400
_REASON_TYPES: Mapping[str, tuple[int, str]] = {
    "WE_REJECTED_THEM": (1, "We rejected them"),
    "THEY_REJECTED_US": (2, "They rejected us"),
    "NONE_SPECIFIED": (3, "None specified"),
    "SECURITY_CONCERN": (4, "Security concern"),
}
_CLOSE_REASONS = ("Hire - New Headcount", "Hire - Backfill", "Not Filling")
OUR_FIELDS = (
    ("Tieline person id", "short_text"),
    ("Tieline CRM URL", "url"),
    ("Tieline first touch source", "short_text"),
    ("Tieline first touch campaign", "short_text"),
    ("Tieline first touch at", "date"),
    ("Tieline engagement", "long_text"),
)


class Filling:
    """Loads one world into one store. `service_user`, `default_reasons`: what readers keep back."""

    def __init__(self, store: Store, world: World, *, defined_fields: bool) -> None:
        self._store = store
        self._world = world
        self._defined_fields = defined_fields
        self._departments: dict[str, int] = {}
        self._offices: dict[str, int] = {}
        self._tags: dict[str, int] = {}
        self.service_user = 0
        self.default_reasons: set[int] = set()

    def run(self) -> None:
        """All of it."""
        begun = min((job.opened for job in self._world.jobs), default=self._world.now) - 365 * _DAY
        with self._store.filling():
            self._people_and_words(begun)
            self._fields(begun)
            for job in self._world.jobs:
                self._job(job, begun)
            self._prospect_pools(begun)
            for candidate in self._world.candidates:
                self._candidate(candidate)
            for application in self._world.applications:
                self._application(application)
            self._notes()
            self._protected(begun)

    def _id(self, name: str, n: int | None) -> int | None:
        return None if n is None else self._store.number(name, n)

    def _people_and_words(self, at: float) -> None:
        create = self._store.create
        for user in self._world.ats_users:
            create("users", user_row(user.given, user.family, user.email, user.site_admin), n=user.n, at=at)
        self.service_user = add_service_user(self._store, at)
        strategies = list(dict.fromkeys(source.strategy for source in self._world.sources))
        for source in self._world.sources:
            kind = {"id": strategies.index(source.strategy) + 1, "name": source.strategy}
            create("sources", {"name": source.name, "type": kind}, n=source.n, at=at)
        for referrer in self._world.referrers:
            values = {"name": referrer.name, "user_id": self._id("users", referrer.user)}
            create("referrers", values, n=referrer.n, at=at)
        for reason in self._world.reasons:
            row = create("rejection_reasons", reason_row(reason.name, reason.type_key), n=reason.n, at=at)
            if reason.default:
                self.default_reasons.add(row["id"])
        for tag in self._world.ats_tags:
            self._tags[tag.name] = create("candidate_tags", {"name": tag.name}, n=tag.n, at=at)["id"]
        for name in _CLOSE_REASONS:
            create("close_reasons", {"name": name}, at=at)

    def _fields(self, at: float) -> None:
        for field in self._world.ats_fields:
            if field.ours and not self._defined_fields:
                continue
            self._field(field, at)

    def _field(self, field: AtsField, at: float) -> None:
        values = {
            "name": field.name, "name_key": field.name_key, "value_type": field.value_type,
            "field_type": field.field_type, "private": field.private, "sort_order": field.n,
        }  # fmt: skip
        row = self._store.create("custom_fields", values, n=field.n, at=at)
        for order, option in enumerate(field.options):
            values = {"custom_field_id": row["id"], "name": option.name, "sort_order": order}
            self._store.create("custom_field_options", values, n=option.n, at=at)

    def _named(self, held: dict[str, int], table: str, name: str, at: float) -> int:
        if name not in held:
            held[name] = self._store.create(table, {"name": name}, at=at)["id"]
        return held[name]

    def _job(self, job: Job, begun: float) -> None:
        department = self._named(self._departments, "departments", job.department, begun) if job.department else None
        offices = [self._named(self._offices, "offices", job.place, begun)] if job.place else []
        closed = job.closed is not None
        values = {
            "name": job.title, "requisition_id": job.requisition, "confidential": job.confidential,
            "status": "closed" if closed else "open", "opened_at": stamp(job.opened),
            "closed_at": stamp(job.closed) if job.closed is not None else None,
            "updated_at": stamp(job.closed or job.opened), "department_id": department, "office_ids": offices,
        }  # fmt: skip
        row = self._store.create("jobs", values, n=job.n, at=job.opened)
        for stage in job.stages:
            values = {"job_id": row["id"], "sort_order": stage.order, "name": stage.name}
            self._store.create("job_interview_stages", values, n=stage.n, at=job.opened)
        values = {
            "job_id": row["id"], "opened_at": stamp(job.opened), "opening_id": f"{job.requisition or job.n}-1",
            "open": not closed, "closed_at": row["closed_at"],
        }  # fmt: skip
        self._store.create("openings", values, at=job.opened)

    def _prospect_pools(self, at: float) -> None:
        for pool in self._world.prospect_pools:
            row = self._store.create("prospect_pools", {"name": pool.name}, n=pool.n, at=at)
            for stage in pool.stages:
                values = {"prospect_pool_id": row["id"], "name": stage.name, "sort_order": stage.order}
                self._store.create("prospect_pool_stages", values, n=stage.n, at=at)

    def _candidate(self, one: AtsCandidate) -> None:
        kept = {key: value for key, value in one.custom.items() if value is not None and self._knows(key)}
        values = {
            "first_name": one.given, "last_name": one.family, "preferred_name": one.preferred,
            "company": one.company, "title": one.title, "private": one.private, "can_email": one.can_email,
            "tags": list(one.tags), "phone_numbers": _typed(one.phones), "addresses": _typed(one.addresses),
            "email_addresses": _typed(one.emails), "website_addresses": _typed(one.websites),
            "social_media_addresses": [{"value": value} for value in one.social], "custom_fields": kept,
            "updated_at": stamp(one.updated), "last_activity_at": stamp(one.updated),
        }  # fmt: skip
        row = self._store.create("candidates", values, n=one.n, at=one.created)
        for tag in one.tags:
            if tag not in self._tags:
                self._tags[tag] = self._store.create("candidate_tags", {"name": tag}, at=one.created)["id"]
            applied = {"candidate_id": row["id"], "candidate_tag_id": self._tags[tag]}
            self._store.create("applied_candidate_tags", applied, at=one.created)

    def _knows(self, key: str) -> bool:
        return self._defined_fields or all(f.name_key != key for f in self._world.ats_fields if f.ours)

    def _application(self, one: AtsApplication) -> None:
        ended = one.rejected or one.hired or one.updated
        values = {
            "candidate_id": self._id("candidates", one.candidate), "job_id": self._id("jobs", one.job),
            "prospect": one.prospect, "prospective_job_ids": [self._id("jobs", n) for n in one.prospective_jobs],
            "status": one.status, "source_id": self._id("sources", one.source),
            "referrer_id": self._id("referrers", one.referrer), "recruiter_id": self._id("users", one.recruiter),
            "rejected_at": stamp(one.rejected) if one.rejected is not None else None,
            "rejection_reason_id": self._id("rejection_reasons", one.reason) if one.status == "rejected" else None,
            "answers": [{"question": question, "answer": answer} for question, answer in one.answers],
            "updated_at": stamp(max(one.updated, ended)), "last_activity_at": stamp(max(one.updated, ended)),
            **self._stages(one),
        }  # fmt: skip
        row = self._store.create("applications", values, n=one.n, at=one.created)
        if one.rejection is not None and one.status == "rejected":
            self._rejection(one, row)
        if one.prospecting is not None:
            values = {
                "application_id": row["id"], "pool_id": self._id("prospect_pools", one.pool),
                "pool_stage_id": self._id("prospect_pool_stages", one.pool_stage),
            }  # fmt: skip
            self._store.create("prospect_details", values, n=one.prospecting, at=one.created)

    def _stages(self, one: AtsApplication) -> Mapping[str, Any]:
        """The history, and what the application itself says of its stage now."""
        shown = dict(NO_STAGE)
        for visit in one.visits:
            stage = self._store.number("job_interview_stages", visit.stage)
            until = visit.exited if visit.exited is not None else self._world.now
            row = self._store.create(
                "application_stages",
                {
                    "application_id": self._store.number("applications", one.n), "job_interview_stage_id": stage,
                    "entered_at": stamp(visit.entered), "current": visit.exited is None,
                    "exited_at": stamp(visit.exited) if visit.exited is not None else None,
                    "days_in_stage": max(int(until - visit.entered) // _DAY, 0),
                    "updated_at": stamp(visit.exited if visit.exited is not None else visit.entered),
                },
                n=visit.n, at=visit.entered,
            )  # fmt: skip
            if visit.exited is None and one.status == "in_process":
                name = self._store["job_interview_stages"][stage]["name"]
                shown = {"stage_id": row["id"], "stage_name": name, "job_interview_stage_id": stage}
        return shown

    def _rejection(self, one: AtsApplication, row: Row) -> None:
        values = {
            "application_id": row["id"], "rejection_reason_id": self._id("rejection_reasons", one.reason),
            "rejected_by_id": self._id("users", one.rejected_by), "rejected_at": row["rejected_at"],
        }  # fmt: skip
        self._store.create("rejection_details", values, n=one.rejection, at=one.rejected)

    def _notes(self) -> None:
        for note in self._world.notes:
            values = {
                "candidate_id": self._id("candidates", note.candidate), "body": note.body, "body_with_tags": note.body,
                "application_id": self._id("applications", note.application), "user_id": self._id("users", note.user),
                "type": note.type, "visibility": note.visibility,
            }  # fmt: skip
            self._store.create("notes", values, n=note.n, at=note.created)

    def _protected(self, at: float) -> None:
        """The answers nobody may ask for, in both of the places Greenhouse keeps such."""
        shelf = self._store.create("demographic_question_sets", {"title": "About you"}, at=at)
        question = self._store.create(
            "demographic_questions", {"name": "What are you?", "demographic_question_set_id": shelf["id"]}, at=at,
        )  # fmt: skip
        options: dict[str, int] = {}
        for one in self._world.eeo:
            application, candidate = self._id("applications", one.application), self._id("candidates", one.candidate)
            values = {
                "application_id": application, "candidate_id": candidate, "gender": _said(one.gender),
                "race": _said(one.race), "veteran_status": _said(one.veteran),
                "disability_status": _said(one.disability), "submitted_at": stamp(one.submitted),
            }  # fmt: skip
            self._store.create("eeoc", values, n=one.n, at=one.submitted)
            if one.gender not in options:
                values = {"demographic_question_id": question["id"], "name": one.gender, "sort_order": len(options)}
                options[one.gender] = self._store.create("demographic_answer_options", values, at=at)["id"]
            values = {
                "application_id": application, "demographic_question_id": question["id"],
                "demographic_answer_option_id": options[one.gender], "free_form_text": one.race,
            }  # fmt: skip
            self._store.create("demographic_answers", values, at=one.submitted)


def fill_empty(store: Store, *, defined_fields: bool) -> tuple[int, set[int]]:
    """What an account without anybody in it still has: an admin, reasons, sources, our fields when defined.

    Returns the service user and the built-in reasons.
    """
    at = store.clock.now()
    with store.filling():
        store.create("users", user_row("Robin", "Admin", "robin.admin@example.com", True), at=at)
        service = add_service_user(store, at)
        for place, name in enumerate(("Careers page", "Referral", "Sourced")):
            store.create("sources", {"name": name, "type": {"id": place + 1, "name": name}}, at=at)
        store.create("rejection_reasons", reason_row("Lacking skill(s)/qualification(s)", "WE_REJECTED_THEM"), at=at)
        built_in = store.create("rejection_reasons", reason_row("Withdrew", "THEY_REJECTED_US"), at=at)
        if defined_fields:
            for order, (name, kind) in enumerate(OUR_FIELDS):
                key = name.lower().replace(" ", "_")
                store.create(
                    "custom_fields", {"name": name, "name_key": key, "value_type": kind, "sort_order": order}, at=at
                )
    return service, {built_in["id"]}


def add_service_user(store: Store, at: float) -> int:
    """The user an integration acts as when it names nobody; lists keep it back."""
    row = user_row("", "Integration Service User", "", True)
    number: int = store.create("users", {**row, "first_name": None, "emails": None, "custom_fields": {}}, at=at)["id"]
    return number


def user_row(given: str, family: str, email: str, site_admin: bool) -> Row:
    """A user's columns."""
    return {
        "first_name": given, "last_name": family, "name": f"{given} {family}".strip(), "primary_email": email,
        "emails": [email] if email else [], "site_admin": site_admin,
    }  # fmt: skip


def reason_row(name: str, key: str) -> Row:
    """A rejection reason's columns."""
    number, label = _REASON_TYPES[key]
    return {"name": name, "type": {"id": number, "key": key, "name": label}}


def _typed(items: Iterable[Typed]) -> list[dict[str, str]]:
    return [{"value": value, "type": kind} for value, kind in items]


def _said(text: str) -> dict[str, Any]:
    return {"id": None, "description": text}
