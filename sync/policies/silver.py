"""Who is a silver medalist: reached the final milestone (by config) and was not hired, for no blocking reason."""

from __future__ import annotations

from datetime import timedelta

from mapping.model import Application, Outcome, ReasonType
from sync.policies import consent
from sync.policies.proposal import Proposal
from sync.policies.standing import closed_at, closed_ones, hired, visible
from sync.settings import Policies
from sync.view import Effect, PersonView

TAGGED = "tagged"
POOLED = "pooled"
UNPOOLED = "unpooled"


def medal(found: Proposal, view: PersonView, policies: Policies) -> Application | None:
    """The latest application that makes this person a silver medalist today, or nothing. An open application does
    not unmake one; a hire, a blocking reason, a withdrawal of consent or its expiry does. While the cooling-off
    lasts, the person is looked at again when it ends."""
    rule = policies.disposition
    if hired(view) is not None or consent.forbidden(view, policies) or _blocked(view):
        return None
    earned = [
        one
        for one in closed_ones(view)
        if one.outcome in (Outcome.REJECTED, Outcome.WITHDRAWN)
        and not one.prospect
        and one.reached.rank >= rule.silver_milestone.rank
        and one.reason_type in rule.silver_reasons
    ]
    cooled = []
    for one in earned:
        until = closed_at(one) + timedelta(days=rule.cooling_off_days) if rule.cooling_off_days else closed_at(one)
        if until <= view.now or not rule.cooling_off_days:
            cooled.append(one)
        else:
            found.look_again(until)
    return cooled[-1] if cooled else None


def effect_of(view: PersonView, kind: str, target: str) -> Effect | None:
    """What we did in the CRM under this name, if we did it and have not undone it."""
    for one in view.effects:
        if one.system == view.crm.system and one.kind == kind and one.target.casefold() == target.casefold():
            return one
    return None


def _blocked(view: PersonView) -> bool:
    return any(one.outcome is Outcome.REJECTED and one.reason_type is ReasonType.BLOCKING for one in visible(view))
