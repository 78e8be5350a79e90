"""The writes on applications: open, change, move, reject, hire, convert, and a rejection's reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from connectors.sandbox.greenhouse import bodies
from connectors.sandbox.greenhouse.account_parts import Parts, Subject
from connectors.sandbox.greenhouse.answers import not_found, unprocessable
from connectors.sandbox.greenhouse.rows import Row
from connectors.sandbox.kernel import Answer, Json, Request

Open = Callable[[int], Row]
_CREDIT: Mapping[str, bodies.Check] = {
    "source_id": bodies.number, "referrer_id": bodies.number, "recruiter_id": bodies.number,
    "coordinator_id": bodies.number,
}  # fmt: skip
_ON_JOB: Mapping[str, bodies.Check] = {**_CREDIT, "job_id": bodies.number, "initial_stage_id": bodies.number}
_PROSPECT: Mapping[str, bodies.Check] = {
    "prospect": bodies.flag, "job_ids": bodies.numbers, "prospect_pool_id": bodies.number,
    "prospect_pool_stage_id": bodies.number, "prospect_owner_id": bodies.number, "source_id": bodies.number,
}  # fmt: skip
_TABLE_OF = {
    "source_id": "sources", "referrer_id": "referrers", "recruiter_id": "users", "coordinator_id": "users",
    "job_id": "jobs", "initial_stage_id": "job_interview_stages", "prospect_pool_id": "prospect_pools",
    "prospect_pool_stage_id": "prospect_pool_stages", "prospect_owner_id": "users", "opening_id": "openings",
    "close_reason_id": "close_reasons", "rejection_reason_id": "rejection_reasons",
    "to_job_interview_stage_id": "job_interview_stages", "to_stage_id": "job_interview_stages", "to_job_id": "jobs",
}  # fmt: skip


class NewApplication:
    """Reads either arm of a new application: on a job, or a prospect. Mixing them is a 422."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def checked(self, given: Mapping[str, Json], candidate: int | None = None) -> Open:
        """Check it all now; the returned function does it. `candidate` when it already exists."""
        if given.get("prospect"):
            return self._prospect(given)
        values = bodies.check(given, _ON_JOB, ("job_id",))
        exist(self._parts, values)
        job, stage = values.pop("job_id"), values.pop("initial_stage_id", None)
        _job_open(self._parts, job)
        if stage is not None and self._parts.store["job_interview_stages"][stage]["job_id"] != job:
            raise unprocessable({"initial_stage_id": "is not a stage of this job"})
        if candidate is not None and self._parts.switches["second_application"] == "refused":
            self._refuse_second(candidate, job)
        return lambda number: self._parts.applications.create(number, job, values, stage)

    def _refuse_second(self, candidate: int, job: int) -> None:
        for row in self._parts.store["applications"].find("candidate_id", candidate):
            if row["job_id"] == job and row["status"] == "in_process":
                raise unprocessable({"job_id": "the candidate already has an application on this job"})

    def _prospect(self, given: Mapping[str, Json]) -> Open:
        values = bodies.check(given, _PROSPECT)
        exist(self._parts, values)
        jobs = values.get("job_ids", [])
        if any(job not in self._parts.store["jobs"] for job in jobs):
            raise unprocessable({"job_ids": "a job does not exist"})
        setting = self._parts.switches["prospect_source"]
        if "source_id" in values and setting == "refused":
            raise unprocessable({"source_id": "is not a known key"})
        source = values.get("source_id") if setting == "accepted" else None
        columns = {"prospective_job_ids": jobs, "source_id": source}
        details = {
            "pool_id": values.get("prospect_pool_id"), "pool_stage_id": values.get("prospect_pool_stage_id"),
            "prospect_owner_id": values.get("prospect_owner_id"),
        }  # fmt: skip
        return lambda number: self._parts.applications.create_prospect(number, columns, details)


class ApplicationWrites:
    """The routes, by name."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._store = parts.store
        self.open = NewApplication(parts)
        self.by_name: Mapping[str, Callable[..., Answer]] = {
            "create_application": self._create,
            "update_application": self._update,
            "delete_application": self._delete,
            "move_application": self._move,
            "reject_application": self._reject,
            "unreject_application": self._unreject,
            "hire_application": self._hire,
            "convert_application": self._convert,
            "update_rejection_detail": self._update_rejection,
        }

    def _row(self, number: str) -> Row:
        row: Row | None = self._store["applications"].rows.get(int(number)) if number.isdigit() else None
        if row is None:
            raise not_found()
        return row

    def _create(self, request: Request, _subject: Subject) -> Answer:
        given = bodies.read(request, {**_ON_JOB, **_PROSPECT, "candidate_id": bodies.number}, ("candidate_id",))
        candidate = given.pop("candidate_id")
        if candidate not in self._store["candidates"]:
            raise unprocessable({"candidate_id": "does not exist"})
        row = self.open.checked(given, candidate)(candidate)
        self._parts.candidates.touch(candidate)
        return Answer(201, self._parts.shown("applications", row["id"]))

    def _update(self, request: Request, _subject: Subject, number: str) -> Answer:
        row = self._row(number)
        allowed = {
            **_CREDIT, "custom_fields": bodies.anything, "prospect_pool_id": bodies.number,
            "rejected_at": bodies.moment, "created_at": bodies.moment,
        }  # fmt: skip
        given = bodies.read(request, allowed)
        exist(self._parts, given)
        if "custom_fields" in given:
            given["custom_fields"] = self._parts.fields.take("application", given["custom_fields"])
        pool = given.pop("prospect_pool_id", None)
        if pool is not None:
            for detail in self._store["prospect_details"].find("application_id", row["id"]):
                self._store.change("prospect_details", detail["id"], pool_id=pool, pool_stage_id=None)
        self._parts.applications.change(row["id"], **given)
        self._parts.candidates.touch(row["candidate_id"])
        return Answer(200, self._parts.shown("applications", row["id"]))

    def _delete(self, _request: Request, _subject: Subject, number: str) -> Answer:
        self._parts.applications.delete(self._row(number)["id"])
        return Answer(204)

    def _move(self, request: Request, _subject: Subject, number: str) -> Answer:
        row = self._row(number)
        keys = ("from_stage_id", "to_stage_id", "to_job_id", "email_from_user_id")
        given = bodies.read(request, dict.fromkeys(keys, bodies.number), ("from_stage_id",))
        exist(self._parts, given)
        space = "stage_id" if self._parts.switches["move_from"] == "application_stage" else "job_interview_stage_id"
        if row["stage_id"] is None or given["from_stage_id"] != row[space]:
            raise unprocessable({"from_stage_id": "is not the current stage of this application"})
        if "to_stage_id" in given and "to_job_id" in given:
            raise unprocessable("Only one of to_stage_id and to_job_id may be given.")
        if "to_job_id" in given:
            _job_open(self._parts, given["to_job_id"])
            self._parts.applications.transfer(row["id"], given["to_job_id"])
        else:
            self._parts.applications.move(row["id"], self._target(row, given.get("to_stage_id")))
        return self._moved(row)

    def _target(self, row: Row, wanted: int | None) -> int:
        stages = [stage["id"] for stage in self._parts.applications.stages_of(row["job_id"])]
        if wanted is not None:
            if wanted not in stages:
                raise unprocessable({"to_stage_id": "is not a stage of this job"})
            return wanted
        place = stages.index(row["job_interview_stage_id"]) + 1
        if place == len(stages):
            raise unprocessable("The application is in its last stage.")
        number: int = stages[place]
        return number

    def _reject(self, request: Request, subject: Subject, number: str) -> Answer:
        row = self._row(number)
        allowed = {"rejection_reason_id": bodies.number, "notes": bodies.text, "rejection_email": bodies.mapping}
        given = bodies.read(request, allowed, ("rejection_reason_id",))
        exist(self._parts, given)
        if row["status"] != "in_process":
            raise unprocessable("The application is not active.")
        note = None
        if "notes" in given:
            columns = {"body": given["notes"], "application_id": row["id"], "user_id": subject.user}
            note = self._parts.candidates.add_note(row["candidate_id"], columns)["id"]
        self._parts.applications.reject(row["id"], given["rejection_reason_id"], subject.user, note)
        if "rejection_email" in given:
            self._parts.applications.mails.append({"application_id": row["id"], "because": "rejection_email"})
        return self._moved(row)

    def _unreject(self, request: Request, _subject: Subject, number: str) -> Answer:
        row = self._row(number)
        bodies.read(request, {})
        if row["status"] != "rejected":
            raise unprocessable("The application is not rejected.")
        self._parts.applications.unreject(row["id"])
        return self._moved(row)

    def _hire(self, request: Request, _subject: Subject, number: str) -> Answer:
        row = self._row(number)
        allowed = {"opening_id": bodies.number, "start_date": bodies.moment, "close_reason_id": bodies.number}
        given = bodies.read(request, allowed)
        exist(self._parts, given)
        if row["status"] != "in_process" or row["prospect"]:
            raise unprocessable("The application is not active.")
        openings = [opening["id"] for opening in self._parts.applications.open_openings(row["job_id"])]
        opening = given.get("opening_id")
        if opening is None and len(openings) > 1:
            raise unprocessable({"opening_id": "is missing: the job has several open openings"})
        if opening is not None and opening not in openings:
            raise unprocessable({"opening_id": "is not an open opening of this job"})
        chosen = opening if opening is not None else (openings[0] if openings else None)
        self._parts.applications.hire(row["id"], chosen, given.get("close_reason_id"))
        return self._moved(row)

    def _convert(self, request: Request, _subject: Subject, number: str) -> Answer:
        row = self._row(number)
        allowed = {"job_id": bodies.number, "to_job_interview_stage_id": bodies.number}
        given = bodies.read(request, allowed, ("job_id",))
        exist(self._parts, given)
        if not row["prospect"] or row["status"] != "in_process":
            raise unprocessable("The application is not an active prospect.")
        _job_open(self._parts, given["job_id"])
        made = self._parts.applications.convert(row["id"], given["job_id"], given.get("to_job_interview_stage_id"))
        self._parts.candidates.touch(row["candidate_id"])
        return Answer(201, self._parts.shown("applications", made["id"]))

    def _update_rejection(self, request: Request, _subject: Subject, number: str) -> Answer:
        row = self._store["rejection_details"].rows.get(int(number)) if number.isdigit() else None
        if row is None:
            raise not_found()
        given = bodies.read(request, {"rejection_reason_id": bodies.number}, ("rejection_reason_id",))
        exist(self._parts, given)
        self._store.change("rejection_details", row["id"], **given)
        self._parts.applications.change(row["application_id"], **given)
        return Answer(200, self._parts.shown("rejection_details", row["id"]))

    def _moved(self, row: Row) -> Answer:
        self._parts.candidates.touch(row["candidate_id"])
        return Answer(204)


def exist(parts: Parts, given: Mapping[str, Json]) -> None:
    """Every id in a body must be somebody's. Raises `Refused` (422)."""
    missing = [name for name, value in given.items() if name in _TABLE_OF and value not in parts.store[_TABLE_OF[name]]]
    if missing:
        raise unprocessable(*({name: "does not exist"} for name in missing))


def _job_open(parts: Parts, job: int) -> None:
    if parts.store["jobs"][job]["status"] != "open":
        raise unprocessable({"job_id": "the job is not open"})
