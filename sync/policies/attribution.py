"""First-touch attribution: where a person really came from, held in both systems.

The first touch itself is the state's (it only ever moves earlier and a hire freezes it); here it is projected into
our own fields, repaired where somebody overwrote it, and, as config says, written as an application's source.
"""

from __future__ import annotations

from mapping import fields
from mapping.model import Application, Outcome
from sync.changes import Change, Verb
from sync.policies import sources
from sync.policies.proposal import Proposal, Wanted
from sync.policies.standing import EPOCH, archived, linked, visible
from sync.settings import Policies
from sync.view import PersonView

POLICY = "attribution"


def propose(view: PersonView, policies: Policies) -> Proposal:
    """Project the first touch into both systems, and see to the sources of this person's applications."""
    found = Proposal()
    if not policies.attribution.enabled or not linked(view) or archived(view):
        return found
    for side in (view.ats, view.crm):
        found.project(view, side, projections(view, policies))
    _see_to_sources(found, view, policies)
    return found


def projections(view: PersonView, policies: Policies) -> tuple[Wanted, ...]:
    """The first touch as our own fields say it: the same in both systems."""
    if not policies.attribution.enabled or view.first_touch is None:
        return ()
    touch = view.first_touch.touchpoint
    because = f"the first touch known, told by {touch.ref.system}"
    return (
        Wanted(fields.FIRST_TOUCH_SOURCE, sources.label(touch), because, POLICY),
        Wanted(fields.FIRST_TOUCH_CAMPAIGN, touch.campaign, because, POLICY),
        Wanted(fields.FIRST_TOUCH_AT, touch.at.date().isoformat(), because, POLICY),
    )


def overwritten(view: PersonView, policies: Policies, application: Application) -> bool:
    """Whether the ATS tells another source of this application than the ledger, though somebody knew the person
    before it."""
    wanted = sources.attributed(view, policies)
    return _touched_before(view, application) and not _agrees(view, policies, application, wanted)


def _see_to_sources(found: Proposal, view: PersonView, policies: Policies) -> None:
    touched = [one for one in visible(view) if _touched_before(view, one)]
    if not touched or view.first_touch is None:
        return
    wanted = sources.attributed(view, policies)
    ledger = sources.label(view.first_touch.touchpoint)
    if wanted is None:
        detail = f"{view.ats.system} has no source for this first touch: add it there, or map it under [attribution]"
        found.notice("unmapped_source", ledger, view.ats.system, detail)
    for one in touched:
        if _agrees(view, policies, one, wanted):
            continue
        if one.source is not None:
            detail = f"application {one.ref.id} says {one.source!r}, the ledger says {ledger!r}"
            found.notice("source_overwritten", view.person, view.ats.system, detail)
        if wanted is not None and _may_write(view, policies, one):
            _write(found, view, one, wanted, ledger)


def _touched_before(view: PersonView, one: Application) -> bool:
    """Whether somebody knew the person before this application, and not by an earlier application."""
    if view.first_touch is None or one.prospect or view.ats.ref is None or one.candidate != view.ats.ref.id:
        return False
    touch = view.first_touch.touchpoint
    return touch.at < (one.applied or EPOCH) and not sources.is_ats_application(view, touch)


def _agrees(view: PersonView, policies: Policies, one: Application, wanted: str | None) -> bool:
    """Whether the application's source is what the ledger says, or the one config names for handoffs."""
    ours = {wanted, sources.named(view.ats.catalog, policies.handoff.source)} - {None}
    if one.source_id is not None and one.source_id in ours:
        return True
    if one.source is None or view.first_touch is None:
        return False
    told = view.first_touch.touchpoint.source
    return told is not None and one.source.strip().casefold() == told.strip().casefold()


def _may_write(view: PersonView, policies: Policies, one: Application) -> bool:
    """Frozen at hire; else as config says: never, over an empty or generic source, or always."""
    frozen = view.first_touch is not None and view.first_touch.frozen
    if frozen or one.outcome is Outcome.HIRED or policies.attribution.source == "observe":
        return False
    if policies.attribution.source == "enforce" or one.source is None:
        return True
    generic = {name.strip().casefold() for name in policies.attribution.generic}
    return one.source.strip().casefold() in generic


def _write(found: Proposal, view: PersonView, one: Application, wanted: str, ledger: str) -> None:
    if not found.takes(view.ats, Verb.SET_SOURCE):
        return
    said = f"says {one.source!r}" if one.source else "names no source"
    found.changes.append(
        Change(
            person=view.person,
            system=view.ats.system,
            verb=Verb.SET_SOURCE,
            target=one.ref.id,
            source=wanted,
            source_before=one.source_id,
            policy=POLICY,
            because=f"the person was first met through {ledger!r} before applying; the application {said}",
        )
    )
