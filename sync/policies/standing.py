"""How a person stands: which applications may be spoken of, which of them counts, and when nothing is said at all."""

from __future__ import annotations

from datetime import UTC, datetime

from mapping.model import Application, Outcome
from sync.view import PersonView, Side

EPOCH = datetime.min.replace(tzinfo=UTC)


def silent(view: PersonView) -> str | None:
    """Why nothing is written to or about this person, or nothing. Private and anonymised count on either side."""
    if view.tombstoned:
        return "erased"
    for side in (view.ats, view.crm):
        if side.candidate is not None and side.candidate.private:
            return f"private in {side.system}"
        if side.candidate is not None and side.candidate.anonymised:
            return f"anonymised in {side.system}"
    return None


def archived(view: PersonView) -> bool:
    """Whether one of the records is archived: then only consent is written."""
    return any(side.candidate is not None and side.candidate.archived for side in (view.ats, view.crm))


def linked(view: PersonView) -> bool:
    """Whether the person has a live record in both systems."""
    return view.ats.candidate is not None and view.crm.candidate is not None


def unknown_to(side: Side) -> bool:
    """Whether this system never had a record of the person: a deleted one never comes back by sync."""
    return side.candidate is None and side.ref is None and not side.gone and not side.others


def visible(view: PersonView) -> tuple[Application, ...]:
    """The ATS applications that may be spoken of outside it: on a job we can see and that is not confidential,
    or a prospect without a job. Converted prospects are told by what they became."""
    return tuple(one for one in view.ats.applications if one.live and _may_be_seen(view, one))


def open_ones(view: PersonView) -> tuple[Application, ...]:
    """Visible applications that nothing has closed."""
    return tuple(one for one in visible(view) if one.outcome is Outcome.OPEN)


def closed_at(one: Application) -> datetime:
    """When an application was closed, or the best that is known of it."""
    return one.closed or one.updated or one.applied or EPOCH


def closed_ones(view: PersonView) -> tuple[Application, ...]:
    """Visible closed applications that a hire has not overtaken, the latest last. Applied for before a hire and
    closed beside it, an application says nothing about the person any more."""
    closed = [one for one in visible(view) if one.outcome is not Outcome.OPEN]
    hires = [one for one in closed if one.outcome is Outcome.HIRED]
    counted = [one for one in closed if one.outcome is Outcome.HIRED or not _overtaken(one, hires)]
    return tuple(sorted(counted, key=lambda one: (closed_at(one), one.ref.id)))


def current(view: PersonView) -> Application | None:
    """The application that says where the person is: the open one applied for last, else the latest closed one."""
    still_open = sorted(open_ones(view), key=lambda one: (not one.prospect, one.applied or EPOCH, one.ref.id))
    if still_open:
        return still_open[-1]
    closed = closed_ones(view)
    return closed[-1] if closed else None


def hired(view: PersonView) -> Application | None:
    """The latest hire that still stands."""
    return next((one for one in reversed(closed_ones(view)) if one.outcome is Outcome.HIRED), None)


def job_title(side: Side, application: Application) -> str | None:
    """The title of the job an application is for."""
    job = side.catalog.jobs.get(application.job) if application.job else None
    return job.title if job else None


def _overtaken(one: Application, hires: list[Application]) -> bool:
    return any((one.applied or EPOCH) <= closed_at(hire) <= closed_at(one) for hire in hires)


def _may_be_seen(view: PersonView, one: Application) -> bool:
    """An unknown job may be confidential: it is treated so."""
    jobs = view.ats.catalog.jobs
    named = (one.job,) if one.job else one.prospective_jobs
    if not named:
        return one.prospect
    return all(job in jobs and not jobs[job].confidential for job in named)
