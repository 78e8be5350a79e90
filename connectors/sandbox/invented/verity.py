"""The truth about a made world, written down for whoever checks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from connectors.sandbox.invented import setting
from connectors.sandbox.invented.applying import MILESTONES, Applicant, Candidacy
from connectors.sandbox.invented.canaries import Canaries
from connectors.sandbox.invented.humans import Crowd
from connectors.sandbox.invented.ids import native_id
from connectors.sandbox.invented.nurturing import Known
from connectors.sandbox.invented.setting import Scene
from connectors.sandbox.truth import FirstTouch, Handoff, PersonTruth, Truth

if TYPE_CHECKING:
    from connectors.sandbox.invented.history import Life

_WE_SAID_NO = frozenset({*setting.COMPANY_REASONS, setting.NEUTRAL_REASON})


def truth(seed: int, scene: Scene, lives: Sequence[Life], crowd: Crowd, canaries: Canaries) -> Truth:
    """All of it, once every record has its number."""
    found = Truth(seed)
    for life in lives:
        found.people.append(_person(life))
        for known in life.known:
            found.handoffs.extend(_handoff(scene, life, known, n) for n in range(len(known.handoffs)))
    found.traps = _traps(lives, crowd)
    found.canaries = list(canaries.all)
    found.counts = {
        "people": len(lives),
        "both": sum(1 for life in lives if life.applicants and life.known),
        "candidates": sum(len(life.applicants) for life in lives),
        "contacts": sum(len(life.known) for life in lives),
        "jobs": len(scene.jobs),
        "vacancies": len(scene.vacancies),
        "handoffs": sum(one.expected for one in found.handoffs),
        "silver_medalists": sum(person.silver_medalist for person in found.people),
        "overwritten": sum(person.overwritten for person in found.people),
        "canaries": len(canaries.all),
    }
    return found


def person_id(n: int) -> str:
    """How the truth names a person."""
    return f"person-{n}"


def _person(life: Life) -> PersonTruth:
    fate = life.fate
    applied = sorted((one for who in life.applicants for one in who.candidacies), key=lambda one: one.created)
    first = _first_touch(applied, life.known)
    shown = [one for one in applied if one.job is None or not one.job.confidential]
    hired = any(one.ending == "hired" for one in shown)
    blocked = any(one.reason == setting.BLOCKING_REASON for one in shown)
    forbidden = _says_no(life)
    expired = any(known.fate.consent == "expired" for known in life.known)
    unseen = any(who.fate.private for who in life.applicants) or any(known.fate.archived for known in life.known)
    main = [one for one in applied if one.source is not None]
    return PersonTruth(
        person=person_id(life.human.n),
        ats=[native_id("candidate", who.n) for who in life.applicants],
        crm=[native_id("contact", known.n) for known in life.known],
        shared=fate.shared,
        first_touch=first,
        overwritten=bool(first and first.system == "crm" and any(one.source == setting.CAREERS for one in main)),
        outcome=_outcome(applied),
        milestone=_milestone(applied),
        silver_medalist=not (hired or blocked or forbidden or expired or unseen) and any(_medal(one) for one in shown),
        blocked=blocked,
        hired=hired,
        private=any(who.fate.private for who in life.applicants),
        archived=any(known.fate.archived for known in life.known),
        consent=life.known[0].fate.consent if life.known else "unknown",
        outreach_forbidden=forbidden or blocked,
    )


def _says_no(life: Life) -> bool:
    """Whether any record of the person says that they are not to be written to."""
    refused = any(known.fate.do_not_contact or known.fate.consent == "withdrawn" for known in life.known)
    return refused or any(not who.fate.can_email for who in life.applicants)


def _medal(one: Candidacy) -> bool:
    return one.ending == "rejected" and one.reached in ("final", "offer") and one.reason in _WE_SAID_NO


def _milestone(applied: Sequence[Candidacy]) -> str:
    reached = [MILESTONES.index(one.reached) for one in applied if one.reached]
    return MILESTONES[max(reached)] if reached else ""


def _outcome(applied: Sequence[Candidacy]) -> str:
    """Of the latest that ended; else active or prospect."""
    ended = [one for one in applied if one.ending in ("rejected", "withdrawn", "hired")]
    if ended:
        return max(ended, key=lambda one: one.ended or 0.0).ending
    if any(one.ending == "active" for one in applied):
        return "active"
    return "prospect" if applied else ""


def _first_touch(applied: Sequence[Candidacy], known: Sequence[Known]) -> FirstTouch | None:
    met = min((one for one in known if one.origin != "import"), key=lambda one: one.created, default=None)
    one = applied[0] if applied else None
    if met is not None and (one is None or met.created <= one.created):
        campaign = setting.CAMPAIGNS[met.campaign][0] if met.campaign is not None else ""
        return FirstTouch(stamp(met.created), met.origin, setting.ORIGINS[met.origin][0], campaign, "crm")
    if one is None:
        return None
    source = setting.SOURCES[one.source][0] if one.source is not None else ""
    return FirstTouch(stamp(one.created), "prospect" if one.job is None else "application", source, "", "ats")


def stamp(moment: float) -> str:
    """ISO-8601 in UTC, milliseconds."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _handoff(scene: Scene, life: Life, known: Known, at: int) -> Handoff:
    vacancy = known.handoffs[at]
    job = scene.jobs[vacancy.job] if vacancy.job is not None else None
    why = ""
    if job is None:
        why = "the vacancy stands for no job"
    elif job.confidential:
        why = "the job is confidential"
    elif known.fate.archived:
        why = "the contact is archived"
    elif any(who.fate.private for who in life.applicants):
        why = "the candidate is private"
    elif _says_no(life):
        why = "the person is not to be written to"
    return Handoff(
        person_id(life.human.n),
        native_id("contact", known.n),
        native_id("vacancy", vacancy.n),
        native_id("job", job.n) if job else "",
        not why,
        why or _tie(scene, vacancy.n),
    )


def _tie(scene: Scene, n: int) -> str:
    vacancy = scene.vacancies[n]
    if vacancy.linked:
        return "the vacancy carries the job's id"
    same = any(job.title == vacancy.title for job in scene.jobs)
    return "the vacancy has the job's title" if same else "the vacancy has the job's requisition"


def _traps(lives: Sequence[Life], crowd: Crowd) -> dict[str, list[list[str]]]:
    """Strangers who share something, and cross-references that lie."""
    agency = [who for life in lives for who in life.applicants if who.agency]
    return {
        "namesakes": [[person_id(a), person_id(b)] for a, b in crowd.namesakes],
        "family_phone": [[person_id(a), person_id(b)] for a, b in crowd.families],
        "switchboard": [[person_id(n) for n in group] for group in crowd.switchboards.values() if len(group) > 1],
        "agency_mailbox": [_names(agency)] if len(agency) > 1 else [],
        "stale_ats_id": [[person_id(life.human.n)] for life in lives if life.known and life.fate.stale_ats_id],
    }


def _names(applicants: Sequence[Applicant]) -> list[str]:
    return [person_id(one.human.n) for one in applicants]
