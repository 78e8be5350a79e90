"""The ATS's books: applicants become numbered candidates, applications, stage visits, notes, protected answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from connectors.sandbox.invented import setting
from connectors.sandbox.invented.applying import Applicant, Candidacy, answers
from connectors.sandbox.invented.ats_records import AtsApplication, AtsCandidate, AtsNote, Eeo, Visit
from connectors.sandbox.invented.canaries import Canaries
from connectors.sandbox.invented.humans import Dice
from connectors.sandbox.invented.ids import Typed
from connectors.sandbox.invented.setting import DAY
from connectors.sandbox.invented.tellings import linkedin, typed_mails

AGENCY_MAIL = "candidates@harbor-talent.example.org"
_BANDS = ("Junior", "Mid", "Senior", "Staff")
_PUBLIC = (
    "Strong on fundamentals. Follow up on Tuesday.",
    "Prefers to work in the morning.",
    "Met at the office tour.",
)
_GENDERS = ("Female", "Male", "Non-binary", "Decline To Self Identify")

Status = Literal["in_process", "rejected", "hired", "converted"]
_STATUS: dict[str, Status] = {
    "active": "in_process", "prospect": "in_process", "rejected": "rejected", "withdrawn": "rejected",
    "hired": "hired", "converted": "converted",
}  # fmt: skip


class AtsBooks(NamedTuple):
    """What the ATS holds of people."""

    candidates: tuple[AtsCandidate, ...]
    applications: tuple[AtsApplication, ...]
    notes: tuple[AtsNote, ...]
    eeo: tuple[Eeo, ...]


def keep(applicants: list[Applicant], dice: Dice, canaries: Canaries, now: float) -> AtsBooks:
    """Number everything by time and write it down."""
    applicants.sort(key=lambda one: (one.created, one.human.n))
    every: list[tuple[float, int, Candidacy, Applicant]] = []
    for n, applicant in enumerate(applicants):
        applicant.n = n
        every.extend((one.created, n, one, applicant) for one in applicant.candidacies)
    every.sort(key=lambda entry: entry[:2])
    for n, entry in enumerate(every):
        entry[2].n = n
    owners = [(entry[2], entry[3]) for entry in every]
    applications, eeo = _applications(owners, dice, canaries)
    return AtsBooks(
        tuple(_candidate(one, dice, canaries, now) for one in applicants),
        applications,
        _notes(applicants, dice, canaries, now),
        eeo,
    )


def _applications(
    owners: Sequence[tuple[Candidacy, Applicant]], dice: Dice, canaries: Canaries
) -> tuple[tuple[AtsApplication, ...], tuple[Eeo, ...]]:
    visits = _visits(owners)
    rejections = _numbered([one for one, _ in owners if one.ending in ("rejected", "withdrawn")])
    prospects = {id(one): n for n, one in enumerate(one for one, _ in owners if one.pool is not None)}
    made: list[AtsApplication] = []
    eeo: list[Eeo] = []
    for one, owner in owners:
        canary = canaries.next("EEO") if one.job is not None and dice.throw() < 0.4 else ""
        made.append(_application(one, owner, visits[one.n], rejections, prospects, answers(dice, canary), dice))
        if canary:
            row = f"{canary} "
            eeo.append(
                Eeo(len(eeo), one.n, owner.n, row + dice.of(_GENDERS), row + "Decline To Self Identify",
                    row + "I am not a protected veteran", row + "No, I do not have a disability", one.created)
            )  # fmt: skip
    return tuple(made), tuple(eeo)


def _visits(owners: Sequence[tuple[Candidacy, Applicant]]) -> list[list[Visit]]:
    every = sorted((stay.entered, one.n, at) for one, _ in owners for at, stay in enumerate(one.stays))
    found: list[list[Visit]] = [[] for _ in owners]
    for n, (entered, application, at) in enumerate(every):
        stay = owners[application][0].stays[at]
        found[application].append(Visit(n, stay.stage.n, entered, stay.exited))
    return found


def _numbered(ended: list[Candidacy]) -> dict[int, int]:
    ended.sort(key=lambda one: (one.ended or 0.0, one.n))
    return {id(one): n for n, one in enumerate(ended)}


def _application(
    one: Candidacy, owner: Applicant, visits: list[Visit], rejections: dict[int, int], prospects: dict[int, int],
    given: tuple[tuple[str, str | None], ...], dice: Dice,
) -> AtsApplication:  # fmt: skip
    rejected = one.ending in ("rejected", "withdrawn")
    credited = one.source in (setting.REFERRAL, setting.AGENCY)
    return AtsApplication(
        n=one.n,
        candidate=owner.n,
        job=one.job.n if one.job else None,
        prospect=one.job is None,
        prospective_jobs=one.prospective,
        pool=one.pool,
        pool_stage=one.pool * 2 if one.pool is not None else None,
        prospecting=prospects.get(id(one)),
        status=_STATUS[one.ending],
        source=one.source,
        referrer=(5 if one.source == setting.AGENCY else dice.count(0, 4)) if credited else None,
        recruiter=dice.count(0, len(setting.USERS) - 1) if dice.throw() < 0.6 else None,
        visits=tuple(visits),
        rejection=rejections.get(id(one)),
        reason=one.reason,
        rejected_by=dice.count(0, len(setting.USERS) - 1) if rejected else None,
        rejected=one.ended if rejected else None,
        hired=one.ended if one.ending == "hired" else None,
        answers=given if one.job else (),
        created=one.created,
        updated=one.updated,
    )


def _candidate(one: Applicant, dice: Dice, canaries: Canaries, now: float) -> AtsCandidate:
    told, human = one.told, one.human
    mails = typed_mails(told.mails, human)
    if one.agency:
        mails = ((AGENCY_MAIL, "work"), *mails)
    updated = max([one.created, *(each.updated for each in one.candidacies)])
    if dice.throw() < 0.2:
        updated = min(now - 60, updated + dice.between(0.1, 30) * DAY)
    return AtsCandidate(
        n=one.n, person=human.n, given=told.given, family=told.family, preferred=told.preferred,
        company=told.company if dice.throw() < 0.9 else None,
        title=told.title if dice.throw() < 0.9 else None,
        emails=mails,
        phones=tuple((phone, dice.of(("mobile", "home"))) for phone in told.phones),
        addresses=_address(one, dice),
        websites=((human.homepage, "personal"),) if human.homepage else (),
        social=(linkedin(told.handle, dice),) if told.handle else (),
        tags=(dice.of(setting.ATS_TAGS),) if dice.throw() < 0.15 else (),
        private=one.fate.private, can_email=one.fate.can_email,
        custom=_custom(one, dice, canaries), created=one.created, updated=updated,
    )  # fmt: skip


def _address(one: Applicant, dice: Dice) -> tuple[Typed, ...]:
    return ((f"{one.told.city}, {one.told.country}", "home"),) if dice.throw() < 0.6 else ()


def _custom(one: Applicant, dice: Dice, canaries: Canaries) -> dict[str, Any]:
    held: dict[str, Any] = {}
    if dice.throw() < 0.3:
        held["relocation"] = dice.throw() < 0.5
    if dice.throw() < 0.5:
        held["seniority_band"] = _BANDS[one.human.level]
    if dice.throw() < 0.1:
        held["notice_period"] = dice.of(("2 weeks", "1 month", "3 months"))
    if dice.throw() < 0.15:
        held["salary_expectation"] = canaries.next("PRIVATE")
    if dice.throw() < 0.08:
        held["self_identification"] = canaries.next("EEO")
    return held


def _notes(applicants: Sequence[Applicant], dice: Dice, canaries: Canaries, now: float) -> tuple[AtsNote, ...]:
    every: list[tuple[float, Applicant, str, str]] = []
    for one in applicants:
        chance = dice.throw()
        if chance < 0.25:
            at = min(now - 60, one.created + dice.between(0.2, 20) * DAY)
            every.append((at, one, "publicly_visible", dice.of(_PUBLIC)))
        elif chance < 0.35:
            at = min(now - 60, one.created + dice.between(0.2, 20) * DAY)
            hidden = "privately_visible" if chance < 0.32 else "admin_only_visible"
            every.append((at, one, hidden, f"{canaries.next('NOTE')}: asked about parental leave"))
    every.sort(key=lambda entry: (entry[0], entry[1].n))
    return tuple(
        AtsNote(n, one.n, one.candidacies[0].n, dice.count(0, 7), "NOTE", visibility, body, at)
        for n, (at, one, visibility, body) in enumerate(every)
    )
