"""How people apply and what comes of it: the ATS's side of each story, not yet numbered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from connectors.sandbox.invented import setting
from connectors.sandbox.invented.ats_records import Job, JobStage
from connectors.sandbox.invented.fates import BLOCKING, NEUTRAL, Fate
from connectors.sandbox.invented.humans import Dice, Human
from connectors.sandbox.invented.setting import DAY, Scene
from connectors.sandbox.invented.tellings import Told

MILESTONES = ("applied", "screened", "interviewed", "final", "offer", "hired")
_OWN_SOURCES = (
    setting.CAREERS, setting.LINKEDIN, setting.INDEED, setting.REFERRAL, setting.AGENCY, setting.GLASSDOOR,
    setting.PROSPECTING, setting.FAIR, setting.OTHER, None,
)  # fmt: skip
_OWN_STEPS = (0.30, 0.50, 0.65, 0.79, 0.85, 0.89, 0.93, 0.95, 0.97, 1.0)
_CRM_SOURCES = (setting.CRM_SOURCE, setting.EVENT, setting.LINKEDIN, setting.REFERRAL, None)
_CRM_STEPS = (0.45, 0.65, 0.80, 0.88, 1.0)


@dataclass(slots=True)
class Stay:
    """One stay in a stage."""

    stage: JobStage
    entered: float
    exited: float | None


@dataclass(slots=True)
class Candidacy:
    """One application. `ending`: active, rejected, withdrawn, hired, prospect, converted."""

    job: Job | None
    created: float
    source: int | None
    ending: str = "active"
    stays: list[Stay] = field(default_factory=list)
    ended: float | None = None
    reason: int | None = None
    pool: int | None = None
    prospective: tuple[int, ...] = ()
    n: int = -1

    @property
    def reached(self) -> str:
        """The furthest milestone; empty for a prospect."""
        if self.ending == "hired":
            return "hired"
        ranks = [MILESTONES.index(stay.stage.milestone) for stay in self.stays if stay.stage.milestone]
        return MILESTONES[max(ranks)] if ranks else ("applied" if self.stays else "")

    @property
    def updated(self) -> float:
        """The last time anything happened to it."""
        return max([self.created, self.ended or 0.0, *(stay.entered for stay in self.stays)])


@dataclass(slots=True)
class Applicant:
    """One candidate record of the ATS, as it will be."""

    human: Human
    fate: Fate
    told: Told
    created: float
    candidacies: list[Candidacy]
    agency: bool = False
    n: int = -1


def main_job(scene: Scene, dice: Dice, fate: Fate, at: float) -> Job:
    """The job somebody applies for at that time. Few apply for a confidential one."""
    for _ in range(6):
        job = dice.of(scene.jobs)
        if job.confidential == fate.confidential and _takes(job, at, fate.outcome):
            return job
    fitting = [job for job in scene.open_jobs if job.confidential == fate.confidential]
    return dice.of(fitting or scene.open_jobs)


def _takes(job: Job, at: float, outcome: str) -> bool:
    """A job that was closed since took applications until a while before."""
    return job.closed is None or (at < job.closed - 30 * DAY and outcome in ("rejected", "withdrawn"))


def candidacies(scene: Scene, dice: Dice, fate: Fate, at: float) -> list[Candidacy]:
    """What a person's applications come to, ending as fate has it; the main one first."""
    source = source_of(dice, fate)
    if fate.outcome == "prospect":
        made = [prospect(scene, dice, at, source, "prospect")]
    elif fate.outcome == "converted":
        first = prospect(scene, dice, at, source, "converted")
        job = main_job(scene, dice, fate, scene.now)
        made = [first, _walk(scene, dice, job, (first.ended or at) + 60, source, "converted", fate.depth, fate.reason)]
    else:
        job = main_job(scene, dice, fate, at)
        made = [_walk(scene, dice, job, at, source, fate.outcome, fate.depth, fate.reason)]
    for _ in range(fate.more):
        taken = [one.job.n for one in made if one.job]
        if more := another(scene, dice, taken, made[-1].created):
            made.append(more)
    return made


def another(scene: Scene, dice: Dice, taken: Sequence[int], after: float) -> Candidacy | None:
    """One more application of the same person, on a job not in `taken`; None when there is no such job."""
    jobs = [job for job in scene.open_jobs if job.n not in taken and not job.confidential]
    if not jobs:
        return None
    job = dice.of(jobs)
    at = min(scene.now - 3 * DAY, after + dice.between(5, 160) * DAY)
    ending = dice.odds(("rejected", "withdrawn", "active"), (0.70, 0.82, 1.0))
    depth = dice.odds(("applied", "screened", "interviewed"), (0.6, 0.85, 1.0))
    return _walk(scene, dice, job, at, dice.odds(_OWN_SOURCES, _OWN_STEPS), ending, depth, "company")


def prospect(scene: Scene, dice: Dice, at: float, source: int | None, ending: str) -> Candidacy:
    """Somebody the company has its eye on; half of them for certain jobs, the rest for none."""
    jobs = [job.n for job in scene.open_jobs if not job.confidential]
    prospective = (dice.of(jobs),) if jobs and dice.throw() < 0.5 else ()
    made = Candidacy(None, at, source, ending, pool=dice.count(0, 1), prospective=prospective)
    if ending == "converted":
        made.ended = min(at + dice.between(5, 40) * DAY, scene.now - DAY)
    return made


def _walk(
    scene: Scene, dice: Dice, job: Job, at: float, source: int | None, ending: str, depth: str, why: str
) -> Candidacy:
    """Through the stages, a few days in each, until the ending, until the job is closed, or until today."""
    at = max(at, job.opened + DAY / 24)
    if ending in ("active", "converted") and scene.now - at > 150 * DAY and dice.throw() < 0.8:
        at = scene.now - dice.between(2, 60) * DAY
    made = Candidacy(job, at, source, "active" if ending == "converted" else ending)
    last = len(job.stages) - 1 if ending == "hired" else _stop(job, depth)
    limit = min(scene.now - DAY / 2, job.closed or scene.now)
    moment = at
    for stage in job.stages[: last + 1]:
        made.stays.append(Stay(stage, moment, None))
        moment += dice.between(1.5, 9) * DAY
        if moment >= limit:
            break
        made.stays[-1].exited = moment
    if made.ending == "active" or (moment >= limit and job.closed is None):
        made.ending = "active"
        made.stays[-1].exited = None
    else:
        _end(made, dice, job, min(moment, limit), why if ending == "rejected" else "")
    return made


def _stop(job: Job, depth: str) -> int:
    """The index of the last stage of that milestone, or of the nearest before it."""
    goal = MILESTONES.index(depth)
    fits = [i for i, stage in enumerate(job.stages) if stage.milestone and MILESTONES.index(stage.milestone) <= goal]
    return fits[-1] if fits else 0


def _end(made: Candidacy, dice: Dice, job: Job, moment: float, why: str) -> None:
    made.ended = moment
    made.stays[-1].exited = moment
    if made.ending == "hired":
        return
    if made.ending == "withdrawn":
        made.reason = dice.of(setting.CANDIDATE_REASONS)
    elif why == BLOCKING:
        made.reason = setting.BLOCKING_REASON
    elif why == NEUTRAL:
        made.reason = setting.NEUTRAL_REASON
    elif job.closed is not None and dice.throw() < 0.3:
        made.reason = setting.COMPANY_REASONS[2]
    else:
        made.reason = dice.of(setting.COMPANY_REASONS)


def source_of(dice: Dice, fate: Fate) -> int | None:
    """What the ATS says brought the applicant: often not what did."""
    if fate.overwritten:
        return setting.CAREERS
    if fate.crm_first and fate.where == "both":
        return dice.odds(_CRM_SOURCES, _CRM_STEPS)
    return dice.odds(_OWN_SOURCES, _OWN_STEPS)


def answers(dice: Dice, canary: str) -> tuple[tuple[str, str | None], ...]:
    """Answers to the questions of a job post; the protected ones carry the canary."""
    given: list[tuple[str, str | None]] = [
        ("Do you need visa sponsorship?", "No" if dice.throw() < 0.8 else "Yes"),
        ("Anything else you would like us to know?", None),
    ]
    if canary:
        given.append(("How do you describe your gender identity? (voluntary)", canary))
    return tuple(given)
