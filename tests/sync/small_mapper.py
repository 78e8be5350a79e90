"""What the small vendor's records mean: its payload is canonical already."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from connectors.kit.contract import Ref, Row, WantedField, Write
from mapping import fields
from mapping.contract import Unmapped, Unreadable
from mapping.model import Application, Candidate, Email, Job, Outcome, Pool, Profile, Touchpoint, Value

ATS_ONLY = (fields.CRM_LINK, fields.ENGAGEMENT)
CRM_ONLY = (
    fields.ATS_LINK, fields.ATS_STATUS, fields.ATS_STAGE, fields.ATS_JOB, fields.LAST_OUTCOME, fields.OUTCOME_REASON,
    fields.OUTCOME_DATE, fields.MILESTONE_REACHED,
)  # fmt: skip


class SmallMapper:
    """`mapping.contract.Mapper` for the small vendor."""

    def __init__(self, system: str, role: str) -> None:
        self.system = system
        self.role = role
        self.tables: dict[str, Sequence[Row]] = {}

    def learn(self, object: str, rows: Sequence[Row]) -> None:
        self.tables[object] = rows

    def validate(self, row: Row) -> None:
        if json.loads(row.payload).get("broken"):
            raise Unreadable("values: not a table")

    def profile(self, candidate: Row, children: Sequence[Row]) -> Profile:
        held = json.loads(candidate.payload)
        if held.get("unreadable"):
            raise Unreadable("values: not a table")
        if held.get("surprise"):
            raise KeyError("surprise")
        ref = Ref(self.system, "candidate", candidate.id)
        known: dict[str, Value] = dict.fromkeys(sorted(self.writable()))
        known.update({name: _value(value) for name, value in held["values"].items()})
        emails = known.get(fields.EMAILS)
        applications = tuple(self._application(row) for row in children if row.object == "application")
        return Profile(
            candidate=Candidate(
                ref=ref,
                given_name=_text(known[fields.GIVEN_NAME]),
                family_name=_text(known[fields.FAMILY_NAME]),
                emails=tuple(Email(value=one, normal=one) for one in emails) if isinstance(emails, tuple) else (),
                pools=tuple(held.get("pools", ())),
                values=known,
                created=datetime.fromisoformat(candidate.created),
                updated=datetime.fromisoformat(candidate.updated),
            ),
            applications=applications,
            touchpoints=tuple(self._touch(row) for row in (candidate, *children) if row.object != "note"),
            markers=tuple(json.loads(row.payload)["marker"] for row in children if row.object == "note"),
        )

    def _application(self, row: Row) -> Application:
        held = json.loads(row.payload)
        return Application(
            ref=Ref(self.system, "application", row.id),
            candidate=row.owner,
            job=held["job"],
            source_id=held.get("source"),
            stage=held.get("stage", "Review"),
            outcome=Outcome(held.get("state", "open")),
            applied=datetime.fromisoformat(row.created),
            closed=datetime.fromisoformat(held["closed"]) if held.get("closed") else None,
        )

    def _touch(self, row: Row) -> Touchpoint:
        return Touchpoint(
            ref=Ref(self.system, row.object, row.id),
            kind=row.object,
            channel="sourced",
            at=datetime.fromisoformat(row.created),
            source=f"seen in {self.system}",
        )

    def jobs(self) -> Mapping[str, Job]:
        return {row.id: self._job(row) for row in self.tables.get("job", ())}

    def _job(self, row: Row) -> Job:
        held = json.loads(row.payload)
        return Job(ref=Ref(self.system, "job", row.id), title=held["title"], ats_id=held.get("ats_id"))

    def pools(self) -> Mapping[str, Pool]:
        rows = self.tables.get("pool", ())
        return {
            row.id: Pool(ref=Ref(self.system, "pool", row.id), name=json.loads(row.payload)["name"]) for row in rows
        }

    def sources(self) -> Mapping[str, str]:
        return {}

    def writable(self) -> frozenset[str]:
        own = ATS_ONLY if self.role == "ats" else CRM_ONLY
        shared = (*fields.PROFILE, fields.DO_NOT_CONTACT, fields.PERSON_ID, fields.FIRST_TOUCH_SOURCE)
        return frozenset({*shared, fields.FIRST_TOUCH_AT, *own})

    def wanted(self) -> Sequence[WantedField]:
        return ()

    def missing(self) -> Sequence[WantedField]:
        return ()

    def unmapped(self) -> Sequence[Unmapped]:
        return ()

    def link(self, id: str) -> str | None:
        return f"https://{self.system}.example.com/{id}"

    def create_candidate(self, values: Mapping[str, Value], job: str | None, source: str | None, key: str) -> Write:
        body: dict[str, Any] = {"values": dict(values), "job": job, "source": source}
        return Write("create_candidate", "candidate", "", body, key)

    def update_candidate(self, id: str, changed: Mapping[str, tuple[Value, Value]], key: str) -> Write:
        return Write("update_candidate", "candidate", id, {"fields": dict(changed)}, key)

    def create_application(self, candidate: str, job: str, source: str | None, key: str) -> Write:
        return Write("create_application", "application", candidate, {"job": job, "source": source}, key)

    def set_source(self, application: str, source: str, key: str) -> Write:
        return Write("set_source", "application", application, {"source": source}, key)

    def create_note(self, candidate: str, text: str, key: str) -> Write:
        marker = text.rpartition("[tieline:")[2].rstrip("]\n ")
        return Write("create_note", "note", candidate, {"marker": marker}, key)

    def pool(self, candidate: str, pool: str, *, add: bool, key: str) -> Write:
        verb = "add_to_pool" if add else "remove_from_pool"
        return Write(verb, "candidate", candidate, {"pool": pool}, key)


def _value(value: Any) -> Value:
    if isinstance(value, list):
        return tuple(sorted(value)) or None
    return value  # type: ignore[no-any-return]


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) else None
