"""Beamery's vacancies as jobs, and a contact's places on them as applications of the CRM side.

With an ATS connected to Beamery, vacancies come from the ATS and often carry its job id; where they do not, the
requisition may tie them. Within a contact a place names its vacancy by id or, in the oldest form, by title only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from connectors.kit.contract import Ref
from mapping import normalise
from mapping.beamery_payload import Contact, Membership, Stage, Vacancy
from mapping.model import Application, Job, Milestone, Outcome
from mapping.vendor import Words

_CLOSED_JOBS = frozenset({"closed", "filled", "cancelled", "canceled", "archived", "draft", "on hold", "inactive"})

# What a closed stage says of the outcome, tried from the top; the label is folded (lower case, single spaces).
_ENDINGS: tuple[tuple[re.Pattern[str], Outcome], ...] = (
    (re.compile(r"\b(?:rejected|declined) by (?:the )?candidate\b|\bwithdr(?:ew|awn|awal)\b|\bnot interested\b"
                r"|\bunable to contact\b|\bcandidate (?:declined|rejected|withdrew)\b"), Outcome.WITHDRAWN),
    (re.compile(r"\brejected?\b|\bdeclined?\b|\bnot (?:selected|hired|suitable|qualified)\b|\bunsuccessful\b"
                r"|\bdisqualified\b|\barchived\b|\bclosed\b"), Outcome.REJECTED),
    (re.compile(r"^hired?$|\bhired\b|\bready for hire\b|\baccepted\b|\bonboard(?:ing|ed)\b|\bjoined\b"), Outcome.HIRED),
)  # fmt: skip


class Vacancies:
    """The tenant's vacancies, and what a place on one of them means."""

    def __init__(self, system: str, words: Words) -> None:
        self._system = system
        self._words = words
        self._rows: dict[str, Vacancy] = {}
        self._titles: dict[str, list[str]] = {}
        self.jobs: dict[str, Job] = {}

    def learn(self, rows: Sequence[Vacancy]) -> None:
        """Replace what is known by these vacancies."""
        self._rows = {row.id: row for row in rows}
        self.jobs = {row.id: self._job(row) for row in rows}
        self._titles = {}
        for row in rows:
            if title := normalise.fold(row.title or ""):
                self._titles.setdefault(title, []).append(row.id)

    def _job(self, row: Vacancy) -> Job:
        ids = set((row.integrations or {}).values())
        ats_id = ids.pop() if len(ids) == 1 else None  # ids of two systems: nobody can tell which is the ATS's
        return Job(
            ref=Ref(self._system, "job", row.id),
            title=normalise.text(row.title) or "",
            requisition=_requisition(row.display_key, ats_id),
            open=_is_open(row),
            ats_id=ats_id,
        )

    def applications(self, contact: Contact) -> tuple[Application, ...]:
        """The contact's places, one per vacancy; of two on the same vacancy the live one counts."""
        found: dict[str, Application] = {}
        for place in contact.vacancies:
            one = self._application(contact.id, place)
            if one is not None and (one.ref.id not in found or one.live):
                found[one.ref.id] = one
        return tuple(found.values())

    def _application(self, contact: str, place: Membership) -> Application | None:
        job = self.resolve(place)
        name = job or place.id or normalise.fold(place.title or "")
        if not name:
            return None
        stage = self._stage(job, place.stage)
        label = normalise.text(stage.value) if stage else None
        outcome, live = _standing(stage)
        milestone = self._words.milestone(label, report=False)
        if milestone is None and outcome is Outcome.HIRED:
            milestone = Milestone.HIRED
        return Application(
            ref=Ref(self._system, "application", f"{contact}:{name}"),
            candidate=contact,
            job=job,
            stage=label,
            milestone=milestone,
            reached=milestone or Milestone.APPLIED,
            outcome=outcome,
            reason=normalise.text(place.reason),
            reason_type=self._words.reason_type(place.reason, report=False),
            applied=place.added,
            updated=place.updated,
            live=live,
        )

    def resolve(self, place: Membership) -> str | None:
        """The vacancy of a place: by id, else by a title that exactly one vacancy has."""
        if place.id in self._rows:
            return place.id
        named = self._titles.get(normalise.fold(place.title or ""), [])
        return named[0] if len(named) == 1 else None

    def _stage(self, job: str | None, told: Stage | None) -> Stage | None:
        """The stage as the vacancy defines it, for its type. The label told with the contact is what people see
        and decides when the two disagree: the id may be that of a stage since renamed."""
        if told is None or job is None:
            return told
        label = normalise.fold(told.value or "")
        for one in self._rows[job].stages:
            same_label = bool(label) and normalise.fold(one.value or "") == label
            if same_label or (not label and told.id and one.id == told.id):
                return one
        return told


def _standing(stage: Stage | None) -> tuple[Outcome, bool]:
    """(outcome, whether it is live). The vacancy's own stage type decides whether it is closed, else the label's
    words; a closed stage whose words say nothing has no known outcome."""
    kind = (stage.type or "").casefold() if stage else ""
    if stage is None or kind == "open":
        return Outcome.OPEN, True
    words = normalise.fold(stage.value or "")
    ending = next((outcome for pattern, outcome in _ENDINGS if pattern.search(words)), Outcome.OPEN)
    return ending, ending is Outcome.OPEN and kind != "closed"


def _is_open(row: Vacancy) -> bool:
    """Open unless its status says otherwise; without a status, whether it is published."""
    if row.status:
        return normalise.fold(row.status) not in _CLOSED_JOBS
    return row.published is not False


def _requisition(display_key: str | None, ats_id: str | None) -> str | None:
    """The display key is `<requisition>-<job id>` where Beamery's ATS connector made it; else the key itself."""
    key = normalise.text(display_key)
    if key is None:
        return None
    return key.removesuffix(f"-{ats_id}") if ats_id else key
