"""Disposition feedback: every outcome in the ATS, and its reversal, as the CRM's recruiters see it.

Four fields tell the last outcome. Silver medalists are tagged and pooled, a hire leaves every nurture pool, a blocking
reason forbids outreach; each of these is remembered with its cause when it is done, and undone when the cause is gone.
What a person did by hand is theirs: it is never undone, and a tag or a pool they undid is not done again for the
same cause. Do-not-contact is: there the most restrictive statement wins.
"""

from __future__ import annotations

from datetime import UTC

from mapping import fields
from mapping.model import Application, Outcome, ReasonType, Value
from sync.changes import EffectNote
from sync.policies import consent
from sync.policies.consent import BLOCKED
from sync.policies.pools import after_hire, silver_pool
from sync.policies.proposal import Proposal, Wanted, element_edit
from sync.policies.silver import TAGGED, effect_of, medal
from sync.policies.standing import closed_at, closed_ones, linked, visible
from sync.settings import Policies
from sync.view import PersonView

POLICY = "disposition"
OUTCOME = {Outcome.HIRED: "Hired", Outcome.REJECTED: "Rejected", Outcome.WITHDRAWN: "Withdrawn"}


def propose(view: PersonView, policies: Policies) -> Proposal:
    """What the CRM should show and do about how this person's applications ended."""
    found = Proposal()
    if not policies.disposition.enabled or not linked(view):
        return found
    _block(found, view, policies)
    if view.crm.candidate is None or view.crm.candidate.archived:
        return found
    found.project(view, view.crm, projections(view, policies))
    won = medal(found, view, policies)
    _tag(found, view, policies, won)
    silver_pool(found, view, policies, won)
    after_hire(found, view, policies)
    return found


def projections(view: PersonView, policies: Policies) -> tuple[Wanted, ...]:
    """The last outcome as four fields; empty where every outcome was taken back."""
    if not policies.disposition.enabled:
        return ()
    closed = closed_ones(view)
    one = closed[-1] if closed else None
    because = _because(one) if one else f"nothing is closed in {view.ats.system}"
    told: tuple[tuple[str, Value], ...] = (
        (fields.LAST_OUTCOME, OUTCOME[one.outcome] if one else None),
        (fields.OUTCOME_REASON, (one.reason or one.reason_id) if one else None),
        (fields.OUTCOME_DATE, _day(one) if one else None),
        (fields.MILESTONE_REACHED, one.reached.value.capitalize() if one else None),
    )
    return tuple(Wanted(name, value, because, POLICY) for name, value in told)


def _because(one: Application) -> str:
    """The reason with its code and type: kept whole with the change, whatever a field can hold."""
    reason = f", reason {one.reason_id or 'without a code'} ({one.reason_type or 'of no known type'})"
    return f"application {one.ref.id} was {one.outcome.value}" + (reason if one.outcome is Outcome.REJECTED else "")


def _day(one: Application) -> str | None:
    known = one.closed or one.updated or one.applied
    return closed_at(one).astimezone(UTC).date().isoformat() if known else None


# --- do not contact, for a blocking reason --------------------------------------------------------------------------


def blocking(view: PersonView) -> Application | None:
    """The latest application that ended for a blocking reason and is still closed."""
    ended = [one for one in visible(view) if one.outcome is Outcome.REJECTED and one.reason_type is ReasonType.BLOCKING]
    return max(ended, key=lambda one: (closed_at(one), one.ref.id), default=None)


def _block(found: Proposal, view: PersonView, policies: Policies) -> None:
    """Set do-not-contact for a blocking reason; take it back when the reason is gone and nothing else forbids."""
    cause = blocking(view) if policies.disposition.block_on_blocking else None
    ours = consent.block(view, view.crm)
    mark = _mark(view)
    withdrawn = consent.state(view, policies) == "withdrawn"
    if cause is not None:
        # A withdrawal is carried by the consent policy, and is not ours to take back.
        carried = withdrawn and policies.consent.enabled
        if view.crm.values.get(fields.DO_NOT_CONTACT) is not True and not carried:
            done = EffectNote(kind=BLOCKED, target=fields.DO_NOT_CONTACT, cause=cause.ref.id)
            because = f"application {cause.ref.id} ended for a blocking reason"
            found.set(view.crm, mark, True, because, POLICY, effects=(done,))
        return
    if ours is None:
        return
    if view.crm.values.get(mark) is not True:
        found.forget(ours)
        return
    if withdrawn or (view.crm.candidate is not None and view.crm.candidate.archived):
        return
    undone = EffectNote(kind=BLOCKED, target=ours.target, cause=ours.cause, undo=True)
    because = f"application {ours.cause} no longer ends for a blocking reason, and nobody else forbids"
    found.set(view.crm, mark, False, because, POLICY, effects=(undone,))


def _mark(view: PersonView) -> str:
    """What a block is written to: the vendor's mark alone where there is one, so that what the person consented to
    stays as they said it."""
    offered = fields.BLOCKED in view.crm.catalog.writable and fields.BLOCKED in view.crm.values
    return fields.BLOCKED if offered else fields.DO_NOT_CONTACT


# --- the silver medalist's tag --------------------------------------------------------------------------------------


def _tag(found: Proposal, view: PersonView, policies: Policies, won: Application | None) -> None:
    """Tag a silver medalist once for each application that made them one; take our own tag away when it is not so."""
    label, tags = policies.disposition.silver_tag, view.crm.values.get(fields.TAGS)
    if not label or fields.TAGS not in view.crm.values:
        return
    known = effect_of(view, TAGGED, label)
    tagged = isinstance(tags, tuple) and label.casefold() in {tag.casefold() for tag in tags}
    if won is not None:
        if not tagged and (known is None or known.cause != won.ref.id):
            done = EffectNote(kind=TAGGED, target=label, cause=won.ref.id)
            because = f"silver medalist: application {won.ref.id} reached {won.reached.value}"
            found.set(view.crm, fields.TAGS, element_edit(tags, add=label), because, POLICY, effects=(done,))
        return
    for effect in view.effects:
        if effect.system != view.crm.system or effect.kind != TAGGED:
            continue
        if not isinstance(tags, tuple) or effect.target.casefold() not in {tag.casefold() for tag in tags}:
            found.forget(effect)
            continue
        undone = EffectNote(kind=TAGGED, target=effect.target, cause=effect.cause, undo=True)
        because = f"no longer a silver medalist for application {effect.cause}"
        found.set(view.crm, fields.TAGS, element_edit(tags, remove=effect.target), because, POLICY, effects=(undone,))
