"""The writes on candidates, notes, tags and custom fields. Each checks the request, then lets it happen."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from connectors.sandbox.greenhouse import bodies
from connectors.sandbox.greenhouse.account_parts import Parts, Subject
from connectors.sandbox.greenhouse.answers import not_found, unprocessable
from connectors.sandbox.greenhouse.fields import FIELD_TYPES, VALUE_TYPES
from connectors.sandbox.greenhouse.rows import Row
from connectors.sandbox.greenhouse.writing_applications import ApplicationWrites
from connectors.sandbox.kernel import Answer, Json, Request

Write = Callable[..., Answer]
PROFILE: Mapping[str, bodies.Check] = {
    "first_name": bodies.text, "last_name": bodies.text, "preferred_name": bodies.clearable,
    "company": bodies.clearable, "title": bodies.clearable, "time_zone": bodies.clearable,
    "is_private": bodies.flag, "can_email": bodies.flag, "tags": bodies.texts, "phone_numbers": bodies.typed,
    "addresses": bodies.typed, "email_addresses": bodies.typed, "website_addresses": bodies.typed,
    "social_media_addresses": bodies.untyped, "custom_fields": bodies.anything,
}  # fmt: skip
ANONYMISABLE = frozenset(
    {
        "activity_items", "addresses", "all_offer_versions", "application_questions", "attachments",
        "candidate_stage_data", "coordinator", "credited_to", "custom_application_fields",
        "custom_candidate_fields", "custom_rejection_question_fields", "current_company", "current_title",
        "education", "email_addresses", "employment", "emails", "follow_up_reminders", "full_name", "headline",
        "inmails", "innotes", "location", "notes", "offers", "phone_numbers", "prospect_jobs", "prospect_offices",
        "prospect_offices_and_departments", "prospect_owner", "prospect_pool_and_stage", "recruiter",
        "referral_questions", "rejection_notes", "rejection_reasons", "scorecards_and_interviews",
        "social_media_links", "source", "tags", "third_party_integrations", "touchpoints", "websites",
    }
)  # fmt: skip
_VISIBILITY = {"public": "publicly_visible", "private": "privately_visible", "admin_only": "admin_only_visible"}
_NOTE: Mapping[str, bodies.Check] = {
    "candidate_id": bodies.number, "body": bodies.text, "visibility": bodies.one_of(*_VISIBILITY),
    "note_type": bodies.one_of("NOTE", "ACTIVITY", "EMAIL"), "application_id": bodies.number,
    "user_id": bodies.number, "subject": bodies.text, "email_from": bodies.texts, "email_to": bodies.texts,
    "email_cc": bodies.texts,
}  # fmt: skip
_MAIL = ("email_from", "email_to", "email_cc")


class Writes:
    """Every write this stand-in takes, by route name. `Refused` is raised where Harvest would refuse."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._store = parts.store
        applications = ApplicationWrites(parts)
        self._new_application = applications.open
        self.by_name: Mapping[str, Write] = {
            "create_candidate": self._create_candidate,
            "update_candidate": self._update_candidate,
            "delete_candidate": self._delete_candidate,
            "merge_candidate": self._merge,
            "anonymize_candidate": self._anonymize,
            "create_note": self._create_note,
            "create_tag": self._create_tag,
            "delete_tag": self._delete_tag,
            "apply_tag": self._apply_tag,
            "unapply_tag": self._unapply_tag,
            "create_custom_field": self._create_custom_field,
            "update_custom_field": self._update_custom_field,
            "create_option": self._create_option,
            **applications.by_name,
        }

    def _row(self, table: str, number: int | str) -> Row:
        row: Row | None = self._store[table].rows.get(int(number)) if str(number).isdigit() else None
        if row is None:
            raise not_found()
        return row

    def _shown(self, status: int, table: str, row: Row) -> Answer:
        return Answer(status, self._parts.shown(table, row["id"]))

    def _profile(self, given: Mapping[str, Json]) -> dict[str, Json]:
        """Columns from a body's keys: `private` is written as is_private."""
        values = {name: value for name, value in given.items() if name not in ("is_private", "application")}
        if "is_private" in given:
            values["private"] = given["is_private"]
        if "custom_fields" in given:
            values["custom_fields"] = self._parts.fields.take("candidate", given["custom_fields"])
        return values

    def _create_candidate(self, request: Request, _subject: Subject) -> Answer:
        allowed = {**PROFILE, "application": bodies.mapping}
        given = bodies.read(request, allowed, ("first_name", "last_name"))
        values = self._profile(given)
        opened = self._new_application.checked(given["application"]) if "application" in given else None
        addresses = [item["value"] for item in values.get("email_addresses", [])]
        older = [row["id"] for address in addresses for row in self._parts.candidates.by_email(address)]
        candidate = self._parts.candidates.create(values)
        application = opened(candidate["id"]) if opened else None
        shown = self._parts.shown("candidates", candidate["id"])
        if self._parts.switches["create_envelope"] == "wrapped":
            told = self._parts.shown("applications", application["id"]) if application else None
            shown = {"candidate": shown, "application": told}
        if older and self._parts.switches["auto_merge"]:
            self._parts.candidates.merge(older[0], candidate["id"])
        return Answer(201, shown)

    def _update_candidate(self, request: Request, _subject: Subject, number: str) -> Answer:
        row = self._row("candidates", number)
        values = self._profile(bodies.read(request, PROFILE))
        return self._shown(200, "candidates", self._parts.candidates.edit(row["id"], values))

    def _delete_candidate(self, _request: Request, _subject: Subject, number: str) -> Answer:
        self._parts.candidates.delete(self._row("candidates", number)["id"])
        return Answer(204)

    def _merge(self, request: Request, _subject: Subject, number: str) -> Answer:
        winner = self._row("candidates", number)
        given = bodies.read(request, {"secondary_candidate_id": bodies.number}, ("secondary_candidate_id",))
        loser = given["secondary_candidate_id"]
        if loser not in self._store["candidates"] or loser == winner["id"]:
            raise unprocessable({"secondary_candidate_id": "is not another candidate"})
        return self._shown(200, "candidates", self._parts.candidates.merge(winner["id"], loser))

    def _anonymize(self, request: Request, _subject: Subject, number: str) -> Answer:
        row = self._row("candidates", number)
        fields = bodies.read(request, {"fields": bodies.texts}, ("fields",))["fields"]
        if not fields or not set(fields) <= ANONYMISABLE:
            raise unprocessable({"fields": "is empty or has a name that is not known"})
        return self._shown(200, "candidates", self._parts.candidates.anonymise(row["id"], fields))

    def _create_note(self, request: Request, subject: Subject) -> Answer:
        given = bodies.read(request, _NOTE, ("candidate_id", "body", "visibility"))
        kind = given.get("note_type", "NOTE")
        mails = [name for name in _MAIL if name in given]
        if kind != "EMAIL" and mails:
            raise unprocessable(*({name: "is only for notes of type EMAIL"} for name in mails))
        missing = [name for name in ("subject", *_MAIL) if name not in given] if kind == "EMAIL" else []
        if missing:
            raise unprocessable(*({name: "is missing"} for name in missing))
        if given["candidate_id"] not in self._store["candidates"]:
            raise unprocessable({"candidate_id": "does not exist"})
        application = given.get("application_id")
        if application is not None:
            held = self._store["applications"].rows.get(application)
            if held is None or held["candidate_id"] != given["candidate_id"]:
                raise unprocessable({"application_id": "is not an application of this candidate"})
        row = self._parts.candidates.add_note(given["candidate_id"], _note_columns(given, kind, subject))
        shown = dict(self._parts.shown("notes", row["id"]))
        if self._parts.switches["note_visibility_answer"] == "write":
            shown["visibility"] = given["visibility"]
        return Answer(201, shown)

    def _create_tag(self, request: Request, _subject: Subject) -> Answer:
        name = bodies.read(request, {"name": bodies.text}, ("name",))["name"]
        if any(tag["name"] == name for tag in self._store["candidate_tags"].rows.values()):
            raise unprocessable({"name": "has already been taken"})
        return self._shown(201, "candidate_tags", self._store.create("candidate_tags", {"name": name}))

    def _delete_tag(self, _request: Request, _subject: Subject, number: str) -> Answer:
        self._parts.candidates.delete_tag(self._row("candidate_tags", number)["id"])
        return Answer(204)

    def _apply_tag(self, request: Request, _subject: Subject) -> Answer:
        keys = {"candidate_id": bodies.number, "candidate_tag_id": bodies.number}
        given = bodies.read(request, keys, tuple(keys))
        candidate, tag = given["candidate_id"], given["candidate_tag_id"]
        if candidate not in self._store["candidates"] or tag not in self._store["candidate_tags"]:
            raise unprocessable("The candidate or the tag does not exist.")
        if any(
            row["candidate_tag_id"] == tag
            for row in self._store["applied_candidate_tags"].find("candidate_id", candidate)
        ):
            raise unprocessable({"candidate_tag_id": "has already been taken"})
        return self._shown(201, "applied_candidate_tags", self._parts.candidates.apply_tag(candidate, tag))

    def _unapply_tag(self, _request: Request, _subject: Subject, number: str) -> Answer:
        self._parts.candidates.remove_tag(self._row("applied_candidate_tags", number)["id"])
        return Answer(204)

    def _create_custom_field(self, request: Request, _subject: Subject) -> Answer:
        allowed = {
            "name": bodies.text, "field_type": bodies.one_of(*sorted(FIELD_TYPES)),
            "value_type": bodies.one_of(*sorted(VALUE_TYPES)), "private": bodies.flag, "required": bodies.flag,
            "description": bodies.clearable, "generate_email_token": bodies.flag,
            "custom_field_options": bodies.anything,
        }  # fmt: skip
        given = bodies.read(request, allowed, ("name", "field_type", "value_type"))
        options = given.pop("custom_field_options", [])
        given.pop("generate_email_token", None)
        if not isinstance(options, list) or not all(
            isinstance(o, dict) and isinstance(o.get("name"), str) for o in options
        ):
            raise unprocessable({"custom_field_options": "is not an array of objects with a name"})
        row = self._parts.fields.define(given, options)
        return self._shown(201, "custom_fields", row)

    def _update_custom_field(self, request: Request, _subject: Subject, number: str) -> Answer:
        row = self._row("custom_fields", number)
        allowed = {"name": bodies.text, "private": bodies.flag, "description": bodies.clearable, "active": bodies.flag}
        self._store.change("custom_fields", row["id"], **bodies.read(request, allowed))
        self._parts.fields.changed()
        return self._shown(200, "custom_fields", row)

    def _create_option(self, request: Request, _subject: Subject) -> Answer:
        allowed = {
            "custom_field_id": bodies.number, "name": bodies.text, "sort_order": bodies.number,
            "external_id": bodies.clearable,
        }  # fmt: skip
        given = bodies.read(request, allowed, ("custom_field_id", "name"))
        field = self._store["custom_fields"].rows.get(given.pop("custom_field_id"))
        if field is None or not field["value_type"].endswith("_select"):
            raise unprocessable({"custom_field_id": "is not a select field"})
        return self._shown(201, "custom_field_options", self._parts.fields.add_option(field["id"], given))


def _note_columns(given: Mapping[str, Json], kind: str, subject: Subject) -> dict[str, Json]:
    """The read spelling: e-mail addresses become comma-joined texts, only the copies stay an array."""
    values = {
        "body": given["body"], "type": kind, "visibility": _VISIBILITY[given["visibility"]],
        "application_id": given.get("application_id"), "user_id": given.get("user_id", subject.user),
        "subject": given.get("subject"),
    }  # fmt: skip
    if kind == "EMAIL":
        values["email_from"] = ", ".join(given["email_from"])
        values["email_to"] = ", ".join(given["email_to"])
        values["email_cc"] = given["email_cc"]
        values["email_attachment_file_names"] = []
    return values
