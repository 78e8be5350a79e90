"""How the CRM knows people: where they were met, what was sent, which vacancies and pools they are in."""

from __future__ import annotations

from dataclasses import dataclass, field

from connectors.sandbox.invented import setting
from connectors.sandbox.invented.applying import Candidacy
from connectors.sandbox.invented.crm_records import Membership, Vacancy
from connectors.sandbox.invented.fates import Fate
from connectors.sandbox.invented.humans import Dice, Human
from connectors.sandbox.invented.setting import DAY, Scene
from connectors.sandbox.invented.tellings import Told

_MILESTONE_STAGE = {
    "": setting.APPLIED, "applied": setting.APPLIED, "screened": setting.INTERVIEW, "interviewed": setting.INTERVIEW,
    "final": setting.INTERVIEW, "offer": setting.OFFER, "hired": setting.ACCEPTED,
}  # fmt: skip


@dataclass(slots=True)
class Touch:
    """One engagement."""

    kind: str
    at: float
    campaign: int | None
    channel: str


@dataclass(slots=True)
class Known:
    """One contact of the CRM, as it will be. `origin`: event, form, referral, sourced, or import when the person
    came over from the ATS and nobody met them."""

    human: Human
    fate: Fate
    told: Told
    created: float
    origin: str
    campaign: int | None
    touches: list[Touch] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)
    handoffs: list[Vacancy] = field(default_factory=list)
    pools: list[int] = field(default_factory=list)
    tags: list[int] = field(default_factory=list)
    n: int = -1

    @property
    def last_contact(self) -> float | None:
        """The last time somebody wrote to the person."""
        return max((touch.at for touch in self.touches if touch.kind == "sent"), default=None)

    @property
    def last_heard(self) -> float | None:
        """The last time the person did something."""
        return max((touch.at for touch in self.touches if touch.kind in ("replied", "form", "event")), default=None)

    @property
    def updated(self) -> float:
        """The last time anything about the contact changed."""
        moments = [touch.at for touch in self.touches] + [place.since for place in self.memberships]
        return max([self.created, *moments])


def meet(scene: Scene, dice: Dice, human: Human, fate: Fate, told: Told, at: float, *, imported: bool) -> Known:
    """How the contact came about, and what was written since."""
    if imported:
        known = Known(human, fate, told, at, "import", None)
    else:
        origin = dice.odds(("event", "form", "referral", "sourced"), (0.36, 0.60, 0.70, 1.0))
        campaign = dice.of(setting.ORIGINS[origin][1])
        known = Known(human, fate, told, at, origin, campaign)
        kind = {"event": "event", "form": "form", "referral": "note", "sourced": "sent"}[origin]
        known.touches.append(Touch(kind, at, campaign, {"sourced": "social"}.get(origin, origin)))
    if fate.consent != "withdrawn" and not fate.do_not_contact:
        _nurture(scene, dice, known)
    _file(dice, known)
    return known


def _nurture(scene: Scene, dice: Dice, known: Known) -> None:
    moment = known.created
    for _ in range(dice.odds((0, 1, 2, 3), (0.4, 0.7, 0.9, 1.0))):
        moment += dice.between(7, 90) * DAY
        if moment > scene.now - 3 * DAY:
            return
        campaign = dice.of(setting.NURTURES)
        known.touches.append(Touch("sent", moment, campaign, "email"))
        for kind, odds, hours in (("opened", 0.5, 10.0), ("clicked", 0.2, 11.0), ("replied", 0.12, 40.0)):
            if dice.throw() < odds:
                known.touches.append(Touch(kind, moment + hours * 3600, campaign, "email"))


def _file(dice: Dice, known: Known) -> None:
    """Pools and tags."""
    if dice.throw() < 0.55 or known.fate.outcome == "hired":
        known.pools.append(setting.FIELD_POOL[known.human.field])
    if dice.throw() < 0.02:
        known.pools.append(setting.ALUMNI_POOL)
    if dice.throw() < 0.3:
        known.tags.append(dice.count(0, 3))
    if dice.throw() < 0.1:
        known.tags.append(dice.count(5, 6))


def mirror(scene: Scene, dice: Dice, known: Known, applied: list[Candidacy]) -> None:
    """The vacancies of the jobs the person applied for: often there, often with a stage of long ago."""
    for one in applied:
        vacancy = scene.vacancy_of.get(one.job.n) if one.job else None
        if vacancy is None or dice.throw() < 0.4:
            continue
        stage = _MILESTONE_STAGE[one.reached]
        if one.ending in ("rejected", "withdrawn") and dice.throw() < 0.6:
            stage = setting.REJECTED if one.ending == "rejected" else setting.WITHDRAWN
        elif one.ending in ("rejected", "withdrawn"):
            stage = min(stage, setting.OFFER)
        since = min(max(one.created, known.created) + dice.between(0, 2) * DAY, scene.now - DAY / 4)
        known.memberships.append(Membership(vacancy.n, vacancy.stages[stage].n, since))


def put_on_vacancy(scene: Scene, dice: Dice, known: Known, applied: list[Candidacy]) -> None:
    """A recruiter wants the person for a vacancy they have not applied for. Most such vacancies can be handed over;
    some mirror a confidential job, or no job at all."""
    jobs = {one.job.n for one in applied if one.job} | {n for one in applied for n in one.prospective}
    taken = {place.vacancy for place in known.memberships}
    choices = [v for v in scene.vacancies if v.open and v.n not in taken and (v.job is None or v.job not in jobs)]
    sort = known.fate.vacancy or ("linked" if dice.throw() < 0.7 else "")
    fitting = [v for v in choices if _sort(scene, v) == sort] or choices
    if not fitting:
        return
    vacancy = dice.of(fitting)
    since = scene.now - dice.between(0.5, 40) * DAY
    stage = vacancy.stages[dice.of(setting.HANDOFF_STAGES)]
    known.memberships.append(Membership(vacancy.n, stage.n, max(since, known.created)))
    known.handoffs.append(vacancy)


def _sort(scene: Scene, vacancy: Vacancy) -> str:
    """What ties a vacancy to its job, or what forbids it."""
    if vacancy.job is None:
        return "unmapped"
    job = scene.jobs[vacancy.job]
    if job.confidential:
        return "confidential"
    if vacancy.linked:
        return "linked"
    return "by_title" if vacancy.title == job.title else "by_requisition"
