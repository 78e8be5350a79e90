"""Handoff: a contact put on a vacancy becomes an application in the ATS, once; whoever applies by themselves is
enriched there; the CRM shows where they stand; and a new applicant becomes a contact where policy and consent allow.

Nothing is ever created for a person who had a record there and lost it, nor while a person may be somebody else we
know, nor on a job they have been on in any state.
"""

from __future__ import annotations

from mapping import fields
from mapping.model import Application, Outcome, Value
from sync.changes import Change, EffectNote, Verb
from sync.policies import attribution, consent, disposition, engagement, sources
from sync.policies.proposal import Proposal, Wanted, creatable, shared_fields
from sync.policies.standing import archived, current, job_title, linked, open_ones, unknown_to, visible
from sync.policies.triggers import on_vacancies, prospect_wanted
from sync.settings import Policies
from sync.view import PersonView, Side

POLICY = "handoff"
NOTED = "noted"
STATUS = {Outcome.HIRED: "Hired", Outcome.REJECTED: "Rejected", Outcome.WITHDRAWN: "Withdrawn"}


def propose(view: PersonView, policies: Policies) -> Proposal:
    """Applications and records to create, our projections on both sides, and the one note."""
    found = Proposal()
    if not policies.handoff.enabled or archived(view):
        return found
    handed_off = _to_ats(found, view, policies)
    _to_crm(found, view, policies)
    if linked(view):
        found.project(view, view.ats, in_ats(view, policies))
        found.project(view, view.crm, in_crm(view))
    _note(found, view, policies, handed_off)
    return found


def in_ats(view: PersonView, policies: Policies) -> tuple[Wanted, ...]:
    """What the ATS is told of the person as the CRM knows them."""
    return (
        Wanted(fields.PERSON_ID, view.person, "the id that ties both records", POLICY),
        Wanted(fields.CRM_LINK, view.crm.link, f"the person's record in {view.crm.system}", POLICY),
        Wanted(fields.ENGAGEMENT, engagement.line(view, policies), f"history in {view.crm.system}", POLICY),
    )


def in_crm(view: PersonView) -> tuple[Wanted, ...]:
    """What the CRM is told of where the person stands in the ATS; nothing of confidential jobs."""
    one = current(view)
    tied = Wanted(fields.PERSON_ID, view.person, "the id that ties both records", POLICY)
    because = f"application {one.ref.id} in {view.ats.system}" if one else f"no application in {view.ats.system}"
    told: tuple[tuple[str, Value], ...] = (
        (fields.ATS_LINK, (view.ats.link or one.url) if one else None),
        (fields.ATS_STATUS, status(one) if one else None),
        (fields.ATS_STAGE, one.stage if one else None),
        (fields.ATS_JOB, job_title(view.ats, one) if one else None),
    )
    return (tied, *(Wanted(name, value, because, POLICY) for name, value in told))


def status(one: Application) -> str:
    """Where an application stands, in the words recruiters read in the CRM."""
    if one.outcome is Outcome.OPEN:
        return "Prospect" if one.prospect else "Applied"
    return STATUS[one.outcome]


# --- creating -------------------------------------------------------------------------------------------------------


def _to_ats(found: Proposal, view: PersonView, policies: Policies) -> bool:
    """Hand the contact off; True when an application is made."""
    if view.crm.candidate is None or consent.state(view, policies) == "withdrawn":
        return False
    triggers = on_vacancies(found, view, policies)
    jobs = [trigger.job for trigger in triggers]
    if view.ats.candidate is not None:
        return _apply(found, view, policies, jobs, target=view.ats.candidate.ref.id)
    wanted = prospect_wanted(view, policies)
    if not jobs and wanted is None:
        return False
    if not _may_create(found, view, view.ats):
        return False
    because = f"put on a vacancy in {view.crm.system}" if jobs else f"{wanted} in {view.crm.system}"
    _create(found, view, policies, view.ats, view.crm, because, job=jobs[0] if jobs else None)
    _apply(found, view, policies, jobs[1:], target="")
    return bool(jobs)


def _apply(found: Proposal, view: PersonView, policies: Policies, jobs: list[str], *, target: str) -> bool:
    if not jobs or not found.takes(view.ats, Verb.CREATE_APPLICATION):
        return False
    for job in jobs:
        found.changes.append(
            Change(
                person=view.person,
                system=view.ats.system,
                verb=Verb.CREATE_APPLICATION,
                target=target,
                job=job,
                source=sources.for_handoff(view, policies),
                policy=POLICY,
                because=f"put on a vacancy in {view.crm.system}",
            )
        )
    return True


def _to_crm(found: Proposal, view: PersonView, policies: Policies) -> None:
    """A new applicant nobody knows becomes a contact, where policy and consent allow it."""
    rule, said = policies.handoff.create_contacts, consent.state(view, policies)
    if rule == "never" or view.ats.candidate is None or view.crm.candidate is not None or not visible(view):
        return
    allowed = said == "granted" if rule == "granted" else said not in ("withdrawn", "expired")
    if not allowed or not unknown_to(view.crm) or not _may_create(found, view, view.crm):
        return
    because = f"applied in {view.ats.system}; consent {said}, contacts are created: {rule}"
    _create(found, view, policies, view.crm, view.ats, because)


def _may_create(found: Proposal, view: PersonView, side: Side) -> bool:
    """Whether a record of this person may come into being here. A deleted one never comes back by sync."""
    if not found.takes(side, Verb.CREATE_CANDIDATE):
        return False
    if not unknown_to(side):
        found.notice("not_recreated", view.person, side.system, f"the record in {side.system} was deleted there")
        return False
    if view.in_review:
        detail = f"nothing is created in {side.system} before the review of this record is answered"
        found.notice("held_for_review", view.person, side.system, detail)
        return False
    source = view.crm if side is view.ats else view.ats
    if not any(source.values.get(name) for name in (fields.GIVEN_NAME, fields.FAMILY_NAME, fields.EMAILS)):
        detail = f"neither name nor e-mail is known in {source.system}: nothing is created in {side.system}"
        found.notice("too_little_known", view.person, side.system, detail)
        return False
    return True


def _create(
    found: Proposal,
    view: PersonView,
    policies: Policies,
    side: Side,
    origin: Side,
    because: str,
    *,
    job: str | None = None,
) -> None:
    to_ats = side is view.ats
    ours = in_ats(view, policies) if to_ats else (*in_crm(view), *disposition.projections(view, policies))
    ours = (*ours, *attribution.projections(view, policies))
    found.changes.append(
        Change(
            person=view.person,
            system=side.system,
            verb=Verb.CREATE_CANDIDATE,
            fields=creatable(
                found,
                side,
                [*((one, origin) for one in _profile(policies, origin)), *((one, None) for one in ours)],
            ),
            job=job,
            source=sources.for_handoff(view, policies) if to_ats and job else None,
            policy=POLICY,
            because=because,
        )
    )


def _profile(policies: Policies, origin: Side) -> list[Wanted]:
    """The shared fields that have an owner, as the side that knows the person has them."""
    because = f"as {origin.system} has it"
    names = [name for name in shared_fields(tuple(policies.ownership)) if policies.owner(name) != "none"]
    return [Wanted(name, origin.values.get(name), because, POLICY) for name in names]


# --- the note -------------------------------------------------------------------------------------------------------


def _note(found: Proposal, view: PersonView, policies: Policies, handed_off: bool) -> None:
    """One private note of the contact's history, for people who are being looked at in the ATS."""
    if not policies.handoff.note or view.crm.candidate is None or not (handed_off or open_ones(view)):
        return
    if view.ats.candidate is None and not handed_off:
        return
    noted = any(one.kind == NOTED and one.system == view.ats.system for one in view.effects)
    if noted or view.person in view.ats.markers or consent.state(view, policies) == "withdrawn":
        return
    capable = view.ats.catalog.capabilities.notes
    if not capable:
        found.notice("unsupported", Verb.CREATE_NOTE, view.ats.system, f"{view.ats.system} takes no notes")
    if not capable or not found.takes(view.ats, Verb.CREATE_NOTE):
        return
    found.changes.append(
        Change(
            person=view.person,
            system=view.ats.system,
            verb=Verb.CREATE_NOTE,
            target=view.ats.candidate.ref.id if view.ats.candidate else "",
            note=engagement.note(view),
            policy=POLICY,
            because=f"the contact's history in {view.crm.system}, told once",
            effects=(EffectNote(kind=NOTED, target=view.person, cause=POLICY),),
        )
    )
