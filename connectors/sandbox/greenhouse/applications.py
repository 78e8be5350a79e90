"""What happens to applications: stages and their history, rejection, hire, conversion, and each of them undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.sandbox.clock import seconds_of
from connectors.sandbox.greenhouse.rows import Row
from connectors.sandbox.greenhouse.tables import Store
from connectors.sandbox.switches import Switches

_CHILDREN = (
    "application_stages",
    "rejection_details",
    "prospect_details",
    "attachments",
    "eeoc",
    "demographic_answers",
)
_DAY = 86_400
NO_STAGE: Mapping[str, Any] = {"stage_id": None, "stage_name": None, "job_interview_stage_id": None}


class Applications:
    """Everything that can befall an application. `mails` lists what Greenhouse would have sent to candidates."""

    def __init__(self, store: Store, switches: Switches) -> None:
        self._store = store
        self._switches = switches
        self.mails: list[dict[str, Any]] = []

    def stages_of(self, job: int) -> list[Row]:
        """A job's stages in order."""
        return sorted(self._store["job_interview_stages"].find("job_id", job), key=lambda row: row["sort_order"])

    def create(self, candidate: int, job: int, values: Mapping[str, Any], stage: int | None = None) -> Row:
        """An application on a job, in the given stage or its first."""
        now = self._store.now()
        row = self._store.create(
            "applications", {**values, "candidate_id": candidate, "job_id": job, "last_activity_at": now}
        )
        first = self.stages_of(job)
        entered = stage or (first[0]["id"] if first else None)
        if entered is not None:
            self._enter(row["id"], entered)
        return row

    def create_prospect(self, candidate: int, values: Mapping[str, Any], details: Mapping[str, Any]) -> Row:
        """A prospect: no stage, perhaps several jobs, perhaps a pool."""
        now = self._store.now()
        row = self._store.create(
            "applications", {**values, "candidate_id": candidate, "prospect": True, "last_activity_at": now}
        )
        self._store.create("prospect_details", {**details, "application_id": row["id"]})
        return row

    def change(self, number: int, **values: Any) -> Row:
        """Change columns; moves updated_at and last_activity_at."""
        return self._store.change("applications", number, **values, last_activity_at=self._store.now())

    def move(self, number: int, stage: int) -> None:
        """To another stage of the same job. Runs the job's transition rules, which may write to the candidate."""
        self._leave(number)
        self._enter(number, stage)
        self.mails.append({"application_id": number, "because": "stage transition"})

    def transfer(self, number: int, job: int) -> None:
        """To the first stage of another job."""
        self._leave(number)
        self.change(number, job_id=job)
        self._enter(number, self.stages_of(job)[0]["id"])
        self.mails.append({"application_id": number, "because": "stage transition"})

    def reject(self, number: int, reason: int, user: int | None, note: int | None = None) -> None:
        """Out, with a reason."""
        self._leave(number)
        now = self._store.now()
        self.change(number, status="rejected", rejected_at=now, rejection_reason_id=reason, **NO_STAGE)
        values = {
            "rejection_reason_id": reason, "rejected_by_id": user, "rejected_at": now, "rejection_note_id": note,
        }  # fmt: skip
        held = self._store["rejection_details"].find("application_id", number)
        if held:
            self._store.change("rejection_details", held[0]["id"], **values)
        else:
            self._store.create("rejection_details", {**values, "application_id": number})

    def unreject(self, number: int) -> None:
        """Back in, in the stage it was in; reason and note are gone."""
        for row in self._store["rejection_details"].find("application_id", number):
            if self._switches["unreject_details"] == "deleted":
                self._store["rejection_details"].delete(row["id"])
            else:
                cleared = dict.fromkeys(("rejection_reason_id", "rejected_at", "rejected_by_id", "rejection_note_id"))
                self._store.change("rejection_details", row["id"], **cleared)
        self.change(number, status="in_process", rejected_at=None, rejection_reason_id=None)
        self._return(number)

    def hire(self, number: int, opening: int | None, close_reason: int | None = None) -> None:
        """Hired: the opening closes."""
        self._leave(number)
        self.change(number, status="hired", **NO_STAGE)
        if opening is not None:
            self._store.change(
                "openings", opening, open=False, closed_at=self._store.now(), application_id=number,
                close_reason_id=close_reason,
            )  # fmt: skip

    def unhire(self, number: int) -> None:
        """The hire is taken back: the opening is open again."""
        for row in self._store["openings"].find("application_id", number):
            self._store.change(
                "openings", row["id"], open=True, closed_at=None, application_id=None, close_reason_id=None
            )
        self.change(number, status="in_process")
        self._return(number)

    def convert(self, number: int, job: int, stage: int | None) -> Row:
        """A prospect becomes an application: a new row; the prospect's own stays, converted."""
        row = self._store["applications"][number]
        self.change(number, status="converted")
        values = {name: row[name] for name in ("source_id", "referrer_id", "recruiter_id", "coordinator_id")}
        return self.create(row["candidate_id"], job, values, stage)

    def delete(self, number: int) -> None:
        """With its children."""
        for name in _CHILDREN:
            for row in self._store[name].find("application_id", number):
                self._store[name].delete(row["id"])
        for row in self._store["notes"].find("application_id", number):
            self._store["notes"].update(row["id"], {"application_id": None})
        self._store["applications"].delete(number)

    def open_openings(self, job: int) -> list[Row]:
        """The openings a hire could close."""
        return [row for row in self._store["openings"].find("job_id", job) if row["open"]]

    def _enter(self, number: int, stage: int) -> None:
        row = self._store.create(
            "application_stages",
            {
                "application_id": number, "job_interview_stage_id": stage, "entered_at": self._store.now(),
                "current": True,
            },
        )  # fmt: skip
        self._show_stage(number, row)

    def _leave(self, number: int) -> None:
        now = self._store.now()
        for row in self._store["application_stages"].find("application_id", number):
            if row["current"]:
                days = int(self._store.clock.now() - seconds_of(row["entered_at"])) // _DAY
                self._store.change(
                    "application_stages", row["id"], exited_at=now, current=False, days_in_stage=max(days, 0)
                )

    def _return(self, number: int) -> None:
        """Take up the stage that was left last."""
        held = self._store["application_stages"].find("application_id", number)
        if held:
            row = self._store.change("application_stages", held[-1]["id"], exited_at=None, current=True)
            self._show_stage(number, row)

    def _show_stage(self, number: int, row: Row) -> None:
        stage = row["job_interview_stage_id"]
        name = self._store["job_interview_stages"][stage]["name"]
        self.change(number, stage_id=row["id"], stage_name=name, job_interview_stage_id=stage)
