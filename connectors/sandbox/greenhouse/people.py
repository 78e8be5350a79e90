"""What people do in Greenhouse's own pages: candidates who apply, recruiters who decide, admins who tidy up.

Who is meant is said by `email` or `candidate` (id), an application by `application` (id), or by the candidate and,
if there are several, `job` (name or id): the latest one counts. Names are looked up without regard to case.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

from connectors.sandbox.clock import seconds_of
from connectors.sandbox.greenhouse.account_parts import Parts
from connectors.sandbox.greenhouse.rows import Row
from connectors.sandbox.greenhouse.writing import ANONYMISABLE
from connectors.sandbox.kernel import ActError, Json

Act = Callable[[dict[str, Json]], Json]
_STAGES = ("Application Review", "Phone Screen", "Onsite Interview", "Offer")
_PROFILE = frozenset(
    {
        "first_name", "last_name", "preferred_name", "company", "title", "time_zone", "phone_numbers", "addresses",
        "email_addresses", "website_addresses", "social_media_addresses", "tags", "can_email", "private",
    }
)  # fmt: skip


class Outage:
    """A side that looks smaller than it is: emptied, or shrunk by a share. Nothing is lost; both can be undone."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.empty = False
        self.gone: frozenset[int] = frozenset()

    def shrink(self, candidates: list[int], share: float) -> int:
        """Hide a share of the candidates; 0 shows all again. Returns how many are hidden."""
        chosen = random.Random(self._seed).sample(candidates, round(len(candidates) * share))  # noqa: S311
        self.gone = frozenset(chosen)
        return len(self.gone)


class People:
    """The acts, by name."""

    def __init__(self, parts: Parts, outage: Outage, revoke: Callable[[], None]) -> None:
        self._parts = parts
        self._store = parts.store
        self._outage = outage
        self._acts: Mapping[str, tuple[Act, str]] = {
            "apply": (self._apply, "apply on a job: email, job, first_name, last_name, source, answers, profile keys; "
                      "apart=true makes a second candidate even if the e-mail is known"),
            "reject": (self._reject, "reject an application: reason, notes"),
            "unreject": (self._unreject, "take a rejection back"),
            "hire": (self._hire, "hire: opening"),
            "unhire": (self._unhire, "take a hire back"),
            "move": (self._move, "move to a stage: stage"),
            "advance": (self._advance, "move to the next stage"),
            "edit": (self._edit, "change profile keys: values (an object; collections whole)"),
            "merge": (self._merge, "merge candidates: winner, loser (ids)"),
            "anonymise": (self._anonymise, "erase: fields (all when left out)"),
            "delete": (self._delete, "delete a candidate"),
            "delete_application": (self._delete_application, "delete an application"),
            "set_source": (self._set_source, "change an application's source: source (null clears)"),
            "set_custom_field": (self._set_custom_field, "set a candidate's custom field: key, value"),
            "make_private": (self._make_private, "hide a candidate from most: private (default true)"),
            "set_can_email": (self._set_can_email, "whether the candidate may be written to: can_email"),
            "open_job": (self._open_job, "open a job: name, stages, requisition_id, confidential"),
            "close_job": (self._close_job, "close a job: job"),
            "add_note": (self._add_note, "write a note: body, visibility (reading spelling)"),
            "add_tag": (self._add_tag, "tag a candidate: tag"),
            "remove_tag": (self._remove_tag, "untag a candidate: tag"),
            "empty": (self._empty, "let every list look empty: on (default true); false brings all back"),
            "shrink": (self._shrink, "hide a share of the candidates: share (0 brings all back)"),
            "revoke_tokens": (lambda _given: revoke(), "kill every token that is out"),
        }  # fmt: skip

    def lines(self) -> dict[str, str]:
        """The acts and what they take."""
        return {name: about for name, (_, about) in self._acts.items()}

    def act(self, name: str, given: dict[str, Json]) -> Json:
        """Let it happen. Raises `ActError` for what cannot be."""
        if name not in self._acts:
            raise ActError(f"nobody can {name!r} here; there are {', '.join(self._acts)}")
        try:
            return self._acts[name][0](given)
        except KeyError as missing:
            raise ActError(f"{name} needs {missing.args[0]}") from None

    # ------------------------------------------------------------------ who and what is meant

    def _candidate(self, given: Mapping[str, Json]) -> Row:
        if "candidate" in given:
            row: Row | None = self._store["candidates"].rows.get(int(given["candidate"]))
        else:
            found = self._parts.candidates.by_email(given["email"])
            row = found[-1] if found else None
        if row is None:
            raise ActError("there is no such candidate")
        return row

    def _application(self, given: Mapping[str, Json], *statuses: str) -> Row:
        if "application" in given:
            number = int(given["application"])
            rows = [self._store["applications"][number]] if number in self._store["applications"] else []
        else:
            rows = self._store["applications"].find("candidate_id", self._candidate(given)["id"])
            if "job" in given:
                job = self._named("jobs", given["job"])["id"]
                rows = [row for row in rows if row["job_id"] == job]
        rows = [row for row in rows if not statuses or row["status"] in statuses]
        if not rows:
            raise ActError("there is no such application")
        return max(rows, key=lambda row: (row["created_at"], row["id"]))

    def _named(self, table: str, wanted: Json, within: list[Row] | None = None) -> Row:
        """A row by id or by name, the newest of that name."""
        rows = list(self._store[table].rows.values()) if within is None else within
        for row in reversed(rows):
            if str(row["id"]) == str(wanted) or row["name"].lower() == str(wanted).lower():
                return row
        raise ActError(f"there is nothing of that name or id in {table}")

    def _user(self) -> int:
        number: int = self._store["users"].ids[0]
        return number

    # ------------------------------------------------------------------ candidates

    def _apply(self, given: dict[str, Json]) -> Json:
        email = given["email"]
        job = self._named("jobs", given["job"])
        known = [] if given.get("apart") else self._parts.candidates.by_email(email)
        if known:
            candidate = known[-1]
        else:
            profile = {name: value for name, value in given.items() if name in _PROFILE}
            profile.setdefault("first_name", given["first_name"])
            profile.setdefault("last_name", given["last_name"])
            profile.setdefault("email_addresses", [{"value": email, "type": "personal"}])
            candidate = self._parts.candidates.create(profile)
        answers = [{"question": q, "answer": a} for q, a in (given.get("answers") or {}).items()]
        source = self._named("sources", given["source"])["id"] if given.get("source") else None
        made = self._parts.applications.create(candidate["id"], job["id"], {"answers": answers, "source_id": source})
        self._parts.candidates.touch(candidate["id"])
        return {"candidate": candidate["id"], "application": made["id"], "new": not known}

    def _edit(self, given: dict[str, Json]) -> Json:
        row, values = self._candidate(given), given["values"]
        unknown = values.keys() - _PROFILE
        if unknown:
            raise ActError(f"a candidate has no {', '.join(sorted(unknown))}")
        return self._told(self._parts.candidates.edit(row["id"], values))

    def _merge(self, given: dict[str, Json]) -> Json:
        winner, loser = (self._candidate({"candidate": given[role]}) for role in ("winner", "loser"))
        if winner is loser:
            raise ActError("a candidate is not merged with itself")
        return self._told(self._parts.candidates.merge(winner["id"], loser["id"]))

    def _anonymise(self, given: dict[str, Json]) -> Json:
        fields = given.get("fields") or sorted(ANONYMISABLE)
        return self._told(self._parts.candidates.anonymise(self._candidate(given)["id"], fields))

    def _delete(self, given: dict[str, Json]) -> Json:
        row = self._candidate(given)
        self._parts.candidates.delete(row["id"])
        return self._told(row)

    def _set_custom_field(self, given: dict[str, Json]) -> Json:
        row = self._candidate(given)
        field = self._parts.fields.find("candidate", key=given["key"])
        if field is None:
            raise ActError("there is no such custom field")
        values = {**row["custom_fields"], field["name_key"]: given["value"]}
        kept = {key: value for key, value in values.items() if value is not None}
        return self._told(self._parts.candidates.edit(row["id"], {"custom_fields": kept}))

    def _make_private(self, given: dict[str, Json]) -> Json:
        row = self._candidate(given)
        return self._told(self._parts.candidates.edit(row["id"], {"private": given.get("private", True)}))

    def _set_can_email(self, given: dict[str, Json]) -> Json:
        row = self._candidate(given)
        return self._told(self._parts.candidates.edit(row["id"], {"can_email": bool(given["can_email"])}))

    def _add_note(self, given: dict[str, Json]) -> Json:
        columns = {
            "body": given["body"], "visibility": given.get("visibility", "privately_visible"), "user_id": self._user(),
        }  # fmt: skip
        return {"note": self._parts.candidates.add_note(self._candidate(given)["id"], columns)["id"]}

    def _add_tag(self, given: dict[str, Json]) -> Json:
        row = self._candidate(given)
        if given["tag"] not in row["tags"]:
            self._parts.candidates.apply_tag(row["id"], self._parts.candidates.tag_named(given["tag"])["id"])
        return self._told(row)

    def _remove_tag(self, given: dict[str, Json]) -> Json:
        row = self._candidate(given)
        self._parts.candidates.set_tags(row["id"], [tag for tag in row["tags"] if tag != given["tag"]])
        self._parts.candidates.touch(row["id"])
        return self._told(row)

    # ------------------------------------------------------------------ applications

    def _reject(self, given: dict[str, Json]) -> Json:
        reason = self._named("rejection_reasons", given["reason"])
        row = self._application(given, "in_process")
        self._parts.applications.reject(row["id"], reason["id"], self._user())
        return self._done(row)

    def _unreject(self, given: dict[str, Json]) -> Json:
        row = self._application(given, "rejected")
        self._parts.applications.unreject(row["id"])
        return self._done(row)

    def _hire(self, given: dict[str, Json]) -> Json:
        row = self._application(given, "in_process")
        openings = [opening["id"] for opening in self._parts.applications.open_openings(row["job_id"])]
        chosen = int(given["opening"]) if "opening" in given else (openings[0] if openings else None)
        self._parts.applications.hire(row["id"], chosen)
        return self._done(row)

    def _unhire(self, given: dict[str, Json]) -> Json:
        row = self._application(given, "hired")
        self._parts.applications.unhire(row["id"])
        return self._done(row)

    def _move(self, given: dict[str, Json]) -> Json:
        row = self._application(given, "in_process")
        stage = self._named("job_interview_stages", given["stage"], self._parts.applications.stages_of(row["job_id"]))
        self._parts.applications.move(row["id"], stage["id"])
        return self._done(row)

    def _advance(self, given: dict[str, Json]) -> Json:
        row = self._application(given, "in_process")
        stages = [stage["id"] for stage in self._parts.applications.stages_of(row["job_id"])]
        place = stages.index(row["job_interview_stage_id"]) + 1
        if place == len(stages):
            raise ActError("the application is in its last stage")
        self._parts.applications.move(row["id"], stages[place])
        return self._done(row)

    def _set_source(self, given: dict[str, Json]) -> Json:
        row = self._application(given)
        wanted = given["source"]
        source = None if wanted is None else self._named("sources", wanted)["id"]
        self._parts.applications.change(row["id"], source_id=source)
        return self._done(row)

    def _delete_application(self, given: dict[str, Json]) -> Json:
        row = self._application(given)
        self._parts.applications.delete(row["id"])
        return self._done(row)

    # ------------------------------------------------------------------ the account

    def _open_job(self, given: dict[str, Json]) -> Json:
        now = self._store.now()
        columns = {
            "name": given["name"], "requisition_id": given.get("requisition_id"), "opened_at": now,
            "confidential": given.get("confidential", False),
        }  # fmt: skip
        job = self._store.create("jobs", columns)
        stages = [
            self._store.create("job_interview_stages", {"job_id": job["id"], "name": name, "sort_order": order})["id"]
            for order, name in enumerate(given.get("stages") or _STAGES)
        ]
        self._store.create("openings", {"job_id": job["id"], "opened_at": now})
        return {"job": job["id"], "stages": stages}

    def _close_job(self, given: dict[str, Json]) -> Json:
        job = self._named("jobs", given["job"])
        self._store.change("jobs", job["id"], status="closed", closed_at=self._store.now())
        return {"job": job["id"]}

    def _empty(self, given: dict[str, Json]) -> Json:
        self._outage.empty = bool(given.get("on", True))
        return {"empty": self._outage.empty}

    def _shrink(self, given: dict[str, Json]) -> Json:
        return {"hidden": self._outage.shrink(list(self._store["candidates"].ids), float(given["share"]))}

    def _told(self, row: Row) -> dict[str, Any]:
        return {"candidate": row["id"]}

    def _done(self, row: Row) -> dict[str, Any]:
        """After something befell an application: its candidate was active."""
        self._parts.candidates.touch(row["candidate_id"])
        return {"candidate": row["candidate_id"], "application": row["id"], "at": seconds_of(self._store.now())}
