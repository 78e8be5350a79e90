"""Which of a contact's places in the CRM ask for an application in the ATS, and on which job.

A vacancy maps to a job by config, by the job id it carries, by requisition, or by a title that exactly one open job
has; where none of these is certain nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mapping.model import Application, Job, Outcome
from sync.policies.proposal import Proposal
from sync.policies.standing import EPOCH
from sync.settings import Handoff, Policies
from sync.view import PersonView


class Trigger(NamedTuple):
    """A place on a vacancy that asks for an application on `job` (native id in the ATS)."""

    place: Application
    job: str


def on_vacancies(found: Proposal, view: PersonView, policies: Policies) -> tuple[Trigger, ...]:
    """The jobs that this person's vacancies ask for, each once, the earliest place first."""
    if not policies.handoff.on_vacancy:
        return ()
    stages = {stage.strip().casefold() for stage in policies.handoff.stages}
    asked: dict[str, Trigger] = {}
    for place in sorted(view.crm.applications, key=lambda one: ((one.applied or EPOCH).isoformat(), one.ref.id)):
        if not place.live or place.outcome is not Outcome.OPEN or place.job is None:
            continue
        if stages and (place.stage or "").strip().casefold() not in stages:
            continue
        job = job_of(view, policies, place.job)
        if job is None or not _taken(found, view, job):
            if job is not None and job.open and not job.confidential:
                asked.setdefault(job.ref.id, Trigger(place, job.ref.id))
            else:
                _tell(found, view, place.job, job)
    return tuple(asked.values())


def prospect_wanted(view: PersonView, policies: Policies) -> str | None:
    """Why this person should be known to the ATS without a job, if config asks for it."""
    if view.crm.candidate is None:
        return None
    pools = {name.strip().casefold() for name in policies.handoff.pools}
    known = view.crm.catalog.pools
    for id in view.crm.candidate.pools:
        if id in known and known[id].name.strip().casefold() in pools:
            return f"in the pool {known[id].name!r}"
    tags = {name.strip().casefold() for name in policies.handoff.tags}
    for tag in view.crm.candidate.tags:
        if tag.casefold() in tags:
            return f"tagged {tag!r}"
    return None


def job_of(view: PersonView, policies: Policies, vacancy: str) -> Job | None:
    """The ATS job a vacancy stands for, where that is certain."""
    return mapped_job(vacancy, view.crm.catalog.jobs, view.ats.catalog.jobs, policies.handoff)


def mapped_job(vacancy: str, vacancies: Mapping[str, Job], jobs: Mapping[str, Job], settings: Handoff) -> Job | None:
    """The ATS job among `jobs` that a vacancy stands for: by config, by the id it carries, by requisition, by title."""
    asked = vacancies.get(vacancy)
    given = settings.jobs.get(vacancy)
    if given is not None:
        return jobs.get(given)
    if asked is None:
        return None
    found = (jobs.get(asked.ats_id) if asked.ats_id else None) or _by_requisition(asked, jobs.values())
    if found is None and settings.match_titles:
        return _by_title(asked, jobs.values())
    return found


def _tell(found: Proposal, view: PersonView, vacancy: str, job: Job | None) -> None:
    """Say, once per vacancy, why nobody is handed off from it."""
    reason = "the ATS has no job for it: map it under [policies.handoff.jobs]"
    if job is not None:
        reason = "its job in the ATS is confidential" if job.confidential else "its job in the ATS is not open"
    found.notice("unmapped_job", vacancy, view.crm.system, f"nobody is handed off from this vacancy: {reason}")


def _taken(found: Proposal, view: PersonView, job: Job) -> bool:
    """Whether the person is or was on this job, in any state: an old application is never re-opened nor doubled."""
    for one in view.ats.applications:
        if one.job == job.ref.id:
            return True
        if one.live and one.outcome is Outcome.OPEN and job.ref.id in one.prospective_jobs:
            detail = f"already a prospect for job {job.ref.id}: convert them there"
            found.notice("prospect_on_job", view.person, view.ats.system, detail)
            return True
    if job.ref.id in view.ats.former_jobs:
        detail = f"an application on job {job.ref.id} was deleted there and is not made again"
        found.notice("application_deleted", view.person, view.ats.system, detail)
        return True
    return False


def _by_requisition(asked: Job, jobs: Iterable[Job]) -> Job | None:
    if not asked.requisition:
        return None
    wanted = asked.requisition.strip().casefold()
    return _only(job for job in jobs if job.requisition and job.requisition.strip().casefold() == wanted)


def _by_title(asked: Job, jobs: Iterable[Job]) -> Job | None:
    wanted = " ".join(asked.title.split()).casefold()
    if not wanted:
        return None
    candidates = (job for job in jobs if job.open and not job.confidential)
    return _only(job for job in candidates if " ".join(job.title.split()).casefold() == wanted)


def _only(jobs: Iterable[Job]) -> Job | None:
    """The one job there is; none when several fit."""
    found = list(jobs)
    return found[0] if len(found) == 1 else None
