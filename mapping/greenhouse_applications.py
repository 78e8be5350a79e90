"""What a candidate's applications in Greenhouse came to: stage, furthest milestone, outcome, reason, touchpoints.

Traps that shape this page: a stage of the job is found by job_interview_stage_id, never by stage_id; the stage fields
of rejected and hired applications are null, so that only the history tells how far they came; a rejection row may
outlive the rejection it tells of; archived stages and reasons still stand in rows; converting a prospect makes a second
application; a prospect may be on several jobs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from connectors.kit.contract import Ref, Row
from mapping.greenhouse_rows import (
    ApplicationRow,
    NoteRow,
    ProspectRow,
    RejectionRow,
    StageVisitRow,
    read,
)
from mapping.model import Application, Channel, Milestone, Outcome, ReasonType, StageVisit, Touchpoint
from mapping.normalise import moment
from mapping.vendor import Words

_EARLIEST = datetime.min.replace(tzinfo=UTC)


class Reason(NamedTuple):
    """A rejection reason as people read it, and its type."""

    label: str | None
    type: ReasonType | None


class Source(NamedTuple):
    """A source as people read it, and its channel."""

    label: str
    channel: Channel


@dataclass(slots=True)
class Tables:
    """The reference tables that applications point into, by native id, and the words for their labels."""

    words: Words
    stages: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, Reason] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)


@dataclass(slots=True)
class Children:
    """The rows that hang on one candidate, by application where they hang on one."""

    applications: list[ApplicationRow] = field(default_factory=list)
    visits: dict[str, list[StageVisitRow]] = field(default_factory=dict)
    rejections: dict[str, list[RejectionRow]] = field(default_factory=dict)
    prospects: dict[str, list[ProspectRow]] = field(default_factory=dict)
    markers: set[str] = field(default_factory=set)


def gather(rows: Iterable[Row]) -> Children:
    """Sort a candidate's child rows, applications by age. Raises `Unreadable`."""
    children = Children()
    for row in rows:
        match read(row):
            case ApplicationRow() as one:
                children.applications.append(one)
            case StageVisitRow() as one:
                children.visits.setdefault(one.application_id, []).append(one)
            case RejectionRow() as one:
                children.rejections.setdefault(one.application_id, []).append(one)
            case ProspectRow() as one:
                children.prospects.setdefault(one.application_id, []).append(one)
            case NoteRow(marker=str(marker)) if marker:
                children.markers.add(marker)
    children.applications.sort(key=lambda one: _age(one.created_at, one.id))
    return children


def pools(children: Children) -> tuple[str, ...]:
    """The prospect pools the candidate is in now: those of prospects still open."""
    live = [one.id for one in children.applications if one.prospect and one.status in ("in_process", "active")]
    found = {row.pool_id for id_ in live for row in children.prospects.get(id_, ()) if row.pool_id}
    return tuple(sorted(found, key=_order))


def application(system: str, row: ApplicationRow, children: Children, tables: Tables) -> Application:
    """The canonical application of a row with its history and rejection."""
    visits = _visited(children.visits.get(row.id, ()))
    history = tuple(_visit(one, tables) for one in visits)
    stage = _stage(row, visits, tables)
    milestone = tables.words.milestone(stage, report=False)
    reason_id, reason, rejected = _rejection(row, children.rejections.get(row.id, ()), tables)
    outcome = _outcome(row, reason)
    source = tables.sources.get(row.source_id or "")
    return Application(
        ref=Ref(system, "application", row.id),
        candidate=row.candidate_id,
        job=row.job_id,
        prospective_jobs=tuple(row.prospective_job_ids or ()),
        prospect=bool(row.prospect),
        stage=stage,
        milestone=milestone,
        reached=_reached(outcome, milestone, history),
        outcome=outcome,
        closed=_hired_at(row, visits) if outcome is Outcome.HIRED else rejected,
        reason=reason.label,
        reason_id=reason_id,
        reason_type=reason.type,
        source=source.label if source else None,
        source_id=row.source_id,
        applied=moment(row.created_at),
        updated=moment(row.updated_at),
        history=history,
        live=row.status != "converted",
    )


def touchpoints(system: str, children: Children, tables: Tables) -> tuple[Touchpoint, ...]:
    """One touchpoint for each application that began something: a prospect that was converted counts where it
    began, and the application made of it does not count again."""
    made = _made_of_prospects(children.applications)
    found = []
    for row in children.applications:
        at = moment(row.created_at)
        if at is None or row.id in made:
            continue
        source = tables.sources.get(row.source_id or "")
        found.append(
            Touchpoint(
                ref=Ref(system, "application", row.id),
                kind="application",
                channel=source.channel if source else "application",
                at=at,
                source=source.label if source else None,
            )
        )
    return tuple(found)


def _made_of_prospects(rows: Sequence[ApplicationRow]) -> set[str]:
    """Ids of the applications that converted prospects became. Greenhouse keeps no link between the two: it is
    the first later application that is none, on a job of the prospect where it had any."""
    made: set[str] = set()
    for old in rows:
        if old.status != "converted":
            continue
        begun, wished = _age(old.created_at, old.id), set(old.prospective_job_ids or ())
        for new in rows:
            fits = not new.prospect and new.status != "converted" and (not wished or new.job_id in wished)
            if fits and new.id not in made and _age(new.created_at, new.id) > begun:
                made.add(new.id)
                break
    return made


def _order(id: str) -> tuple[int, str]:
    """Native ids are numbers: the shorter one is the smaller one."""
    return (len(id), id)


def _age(at: datetime | None, id: str) -> tuple[datetime, tuple[int, str]]:
    return (moment(at) or _EARLIEST, _order(id))


def _visited(rows: Iterable[StageVisitRow]) -> list[StageVisitRow]:
    """Stays that took place, in order: a row that was never entered and is not current is a plan."""
    entered = [one for one in rows if one.entered_at or one.exited_at or one.current]
    return sorted(entered, key=lambda one: _age(one.entered_at, one.id))


def _visit(row: StageVisitRow, tables: Tables) -> StageVisit:
    label = tables.stages.get(row.job_interview_stage_id or "")
    return StageVisit(
        stage=label or "",
        milestone=tables.words.milestone(label, report=False),
        entered=moment(row.entered_at),
        exited=moment(row.exited_at),
    )


def _stage(row: ApplicationRow, visits: Sequence[StageVisitRow], tables: Tables) -> str | None:
    """The label of today's stage; of an application that ended, the stage it ended in."""
    if label := tables.stages.get(row.job_interview_stage_id or ""):
        return label
    if row.status in ("in_process", "active"):
        now = [one for one in visits if one.current or one.id == row.stage_id]
    else:
        now = list(visits)
    label = tables.stages.get(now[-1].job_interview_stage_id or "") if now else None
    return label or row.stage_name or None


def _rejection(
    row: ApplicationRow, details: Sequence[RejectionRow], tables: Tables
) -> tuple[str | None, Reason, datetime | None]:
    """(reason id, reason, when), nothing unless the application is rejected now: the row of an earlier rejection
    may still be there after it was taken back, or after a second one."""
    if row.status != "rejected":
        return None, Reason(None, None), None
    id_, at = row.rejection_reason_id, moment(row.rejected_at)
    latest = max(details, key=lambda one: _age(one.rejected_at, one.id), default=None)
    if latest is not None:
        told = moment(latest.rejected_at)
        if at is None or (told is not None and told >= at):
            id_, at = latest.rejection_reason_id or id_, told or at
        id_ = id_ or latest.rejection_reason_id
    unknown = Reason(None, tables.words.reason_type(None, id=id_))
    return id_, tables.reasons.get(id_ or "", unknown), at


def _outcome(row: ApplicationRow, reason: Reason) -> Outcome:
    match row.status:
        case "hired":
            return Outcome.HIRED
        case "rejected":
            return Outcome.WITHDRAWN if reason.type is ReasonType.CANDIDATE else Outcome.REJECTED
        case _:
            return Outcome.OPEN


def _reached(outcome: Outcome, milestone: Milestone | None, history: Sequence[StageVisit]) -> Milestone:
    """The furthest milestone of today's stage, of every stage visited, and of a hire."""
    reached = [Milestone.APPLIED, *(one.milestone for one in history if one.milestone)]
    reached += [milestone] if milestone else []
    reached += [Milestone.HIRED] if outcome is Outcome.HIRED else []
    return max(reached, key=lambda one: one.rank)


def _hired_at(row: ApplicationRow, visits: Sequence[StageVisitRow]) -> datetime | None:
    """When the last stage was left, which is when the status became hired; else the row's last change."""
    left = [at for one in visits if (at := moment(one.exited_at))]
    return max(left) if left else moment(row.updated_at)
