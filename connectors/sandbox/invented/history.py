"""Two years of hiring: everybody's life from first touch to outcome, told by two systems. Entry point: `make`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from connectors.sandbox.invented import applying, ats_book, crm_book, nurturing, setting, verity
from connectors.sandbox.invented.applying import Applicant
from connectors.sandbox.invented.canaries import Canaries
from connectors.sandbox.invented.fates import CAST, Fate, fate
from connectors.sandbox.invented.humans import Crowd, Dice, Human
from connectors.sandbox.invented.ids import many_objects, native_id
from connectors.sandbox.invented.nurturing import Known
from connectors.sandbox.invented.setting import DAY, HORIZON, Scene
from connectors.sandbox.invented.tellings import told
from connectors.sandbox.world import World


@dataclass(slots=True)
class Life:
    """One person and all their records."""

    human: Human
    fate: Fate
    applicants: list[Applicant] = field(default_factory=list)
    known: list[Known] = field(default_factory=list)


def make(people: int, seed: int, now: float) -> World:
    """The world; see `connectors.sandbox.world.generate`."""
    with many_objects(people):
        return _make(people, seed, now)


def _make(people: int, seed: int, now: float) -> World:
    dice = Dice(seed)
    scene = setting.scene(people, dice, now)
    crowd = Crowd(dice)
    lives = [_live(scene, dice, crowd.add()) for _ in range(people)]
    canaries = Canaries()
    ats = ats_book.keep([one for life in lives for one in life.applicants], dice, canaries, now)
    crm = crm_book.keep([one for life in lives for one in life.known], _left_ids(lives), dice, canaries, now)
    truth = verity.truth(seed, scene, lives, crowd, canaries)
    return World(
        seed=seed, now=now, ats_users=scene.ats_users, sources=setting.sources(), referrers=setting.referrers(),
        reasons=setting.reasons(), jobs=tuple(scene.jobs), prospect_pools=setting.prospect_pools(),
        ats_fields=setting.ats_fields(), ats_tags=setting.ats_tags(), candidates=ats.candidates,
        applications=ats.applications, notes=ats.notes, eeo=ats.eeo, crm_users=scene.crm_users,
        vacancies=tuple(scene.vacancies), pools=setting.pools(scene.start), global_tags=setting.tags(),
        crm_fields=setting.crm_fields(), campaigns=setting.campaigns(), contacts=crm.contacts,
        activities=crm.activities, truth=truth,
    )  # fmt: skip


def _left_ids(lives: list[Life]) -> dict[int, str]:
    """Every tenth person whom both know still carries the ATS's id, from an integration of earlier days."""
    return {
        life.human.n: native_id("candidate", life.applicants[0].n)
        for life in lives
        if life.applicants and life.known and life.human.n % 10 == 7
    }


def _live(scene: Scene, dice: Dice, human: Human) -> Life:
    """Who met the person first, and what followed. The cast comes early, so that its stories have time to end."""
    life = Life(human, fate(human, dice))
    span = (HORIZON - 25 * DAY) * (0.35 if human.n < CAST else 1.0)
    first = scene.start + 5 * DAY + dice.throw() * span
    if life.fate.where == "ats":
        _apply(scene, dice, life, first)
    elif life.fate.where == "crm":
        _meet(scene, dice, life, first, imported=False)
    elif life.fate.crm_first:
        _meet(scene, dice, life, first, imported=False)
        _apply(scene, dice, life, min(first + dice.between(2, 240) * DAY, scene.now - dice.between(6, 20) * DAY))
    else:
        _apply(scene, dice, life, first)
        after = life.applicants[0].created + dice.between(1, 120) * DAY
        _meet(scene, dice, life, min(after, scene.now - DAY / 2), imported=True)
    # Whom only the name ties is on no vacancy: nobody, not even a person, could say whether to hand them over.
    for known in life.known[:1] if life.fate.shared != "name" else ():
        applied = [one for applicant in life.applicants for one in applicant.candidacies]
        nurturing.mirror(scene, dice, known, applied)
        if life.fate.handoff:
            nurturing.put_on_vacancy(scene, dice, known, applied)
    return life


def _apply(scene: Scene, dice: Dice, life: Life, at: float) -> None:
    human, chosen = life.human, life.fate
    candidacies = applying.candidacies(scene, dice, chosen, at)
    mine, other = candidacies, []
    if chosen.twice == "ats":
        job = [one.job.n for one in candidacies if one.job]
        again = applying.another(scene, dice, job, candidacies[-1].created)
        mine, other = candidacies, [again] if again else []
    profile = told(human, dice, "ats", chosen.shared)
    created = min(one.created for one in mine)
    agency = chosen.where == "ats" and (candidacies[0].source == setting.AGENCY or dice.throw() < 0.01)
    life.applicants.append(Applicant(human, chosen, profile, created, mine, agency))
    if other:
        profile = told(human, dice, "ats", chosen.shared, again=True)
        life.applicants.append(Applicant(human, replace(chosen, private=False), profile, other[0].created, other))


def _meet(scene: Scene, dice: Dice, life: Life, at: float, *, imported: bool) -> None:
    human, chosen = life.human, life.fate
    profile = told(human, dice, "crm", chosen.shared)
    life.known.append(nurturing.meet(scene, dice, human, chosen, profile, at, imported=imported))
    if chosen.twice == "crm":
        later = min(at + dice.between(10, 200) * DAY, scene.now - DAY / 2)
        again = told(human, dice, "crm", chosen.shared, again=True)
        calm = replace(chosen, consent="unknown", do_not_contact=False, archived=False, stale_ats_id=False)
        life.known.append(nurturing.meet(scene, dice, human, calm, again, later, imported=imported))
