"""What befalls each person: one throw of the dice for all that matters, and a cast that makes sure that even a small
world has every situation in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from connectors.sandbox.invented.humans import Dice, Human

COMPANY, NEUTRAL, BLOCKING = "company", "neutral", "blocking"


@dataclass(frozen=True, slots=True)
class Fate:
    """One person's story in a few words.

    `where`: both, ats, crm. `crm_first`: somebody met the person before they applied. `shared`: what the two copies
    have in common. `outcome`, `depth` (milestone of the last stage) and `reason` are of the main application.
    `overwritten`: the ATS says "Careers page" of somebody the CRM knew first. `handoff`: put on a vacancy without
    having applied for it; `vacancy` says which sort (linked, by_title, by_requisition, confidential, unmapped; empty:
    any). `twice`: the system that knows the person under two records.
    """

    where: str
    crm_first: bool
    shared: str
    outcome: str
    depth: str
    reason: str
    overwritten: bool
    handoff: bool
    twice: str
    more: int
    consent: str
    do_not_contact: bool
    can_email: bool
    private: bool
    archived: bool
    confidential: bool = False
    stale_ats_id: bool = False
    vacancy: str = ""


_CAST: tuple[dict[str, Any], ...] = (
    # A silver medalist whom an event brought, with the source overwritten.
    {"where": "both", "crm_first": True, "shared": "email", "outcome": "rejected", "depth": "final",
        "reason": COMPANY,
     "overwritten": True, "consent": "granted"},
    {"where": "both", "shared": "email", "outcome": "rejected", "depth": "interviewed", "reason": BLOCKING},
    {"where": "both", "crm_first": True, "shared": "email", "outcome": "hired", "consent": "granted"},
    {"where": "both", "shared": "email", "outcome": "withdrawn", "depth": "final"},
    {"where": "crm", "handoff": True, "consent": "granted", "vacancy": "linked"},
    {"where": "both", "shared": "email", "outcome": "rejected", "depth": "applied", "reason": COMPANY,
        "handoff": True,
     "consent": "granted", "vacancy": "linked"},
    {"where": "both", "shared": "email", "outcome": "active", "do_not_contact": True},
    {"where": "both", "shared": "email", "outcome": "active", "consent": "withdrawn"},
    {"where": "both", "shared": "email", "outcome": "rejected", "depth": "screened", "reason": COMPANY,
     "private": True},
    {"where": "both", "shared": "email", "outcome": "active", "confidential": True, "crm_first": True},
    {"where": "crm", "archived": True, "handoff": True, "vacancy": "linked"},
    {"where": "ats", "outcome": "prospect"},
    {"where": "both", "shared": "email", "outcome": "converted"},
    {"where": "both", "shared": "plus_address", "outcome": "active"},
    {"where": "both", "shared": "second_email", "outcome": "rejected", "depth": "offer", "reason": COMPANY},
    {"where": "both", "shared": "linkedin", "outcome": "rejected", "depth": "final", "reason": NEUTRAL},
    {"where": "both", "shared": "phone", "outcome": "active"},
    {"where": "both", "shared": "name", "outcome": "rejected", "depth": "screened", "reason": COMPANY},
    {"where": "both", "shared": "email", "outcome": "active", "twice": "crm"},
    {"where": "both", "shared": "email", "outcome": "rejected", "depth": "applied", "reason": COMPANY,
        "twice": "ats"},
    {"where": "both", "shared": "email", "outcome": "hired", "more": 2},
    {"where": "both", "shared": "email", "outcome": "active", "stale_ats_id": True},
    {"where": "both", "shared": "email", "outcome": "active", "can_email": False},
    {"where": "crm", "consent": "expired", "handoff": True, "vacancy": "linked"},
    {"where": "ats", "outcome": "rejected", "depth": "final", "reason": COMPANY},
    {"where": "both", "shared": "email", "outcome": "active", "crm_first": True, "overwritten": True},
    {"where": "crm", "handoff": True, "vacancy": "by_title", "consent": "granted"},
    {"where": "crm", "handoff": True, "vacancy": "by_requisition", "consent": "granted"},
    {"where": "crm", "handoff": True, "vacancy": "confidential", "consent": "granted"},
    {"where": "crm", "handoff": True, "vacancy": "unmapped", "consent": "granted"},
)  # fmt: skip
CAST = len(_CAST)
_CALM: dict[str, Any] = {
    "twice": "", "private": False, "archived": False, "do_not_contact": False, "can_email": True, "handoff": False,
    "more": 0, "overwritten": False,
}  # fmt: skip


def fate(human: Human, dice: Dice) -> Fate:
    """What becomes of this person. The first few play the cast, each in an otherwise calm life."""
    made = _chance(dice)
    if human.n < len(_CAST):
        made = replace(made, **{**_CALM, **_CAST[human.n]})
    if (made.shared == "linkedin" and not human.handle) or (made.shared == "phone" and not human.phone):
        made = replace(made, shared="email")
    return replace(made, shared=made.shared if made.where == "both" else "")


def _chance(dice: Dice) -> Fate:
    where = dice.odds(("both", "ats", "crm"), (0.30, 0.65, 1.0))
    crm_first = dice.throw() < 0.62
    return Fate(
        where=where,
        crm_first=crm_first,
        shared=dice.odds(
            ("email", "second_email", "plus_address", "linkedin", "phone", "name"), (0.72, 0.80, 0.86, 0.92, 0.96, 1.0)
        ),
        outcome=dice.odds(
            ("active", "rejected", "withdrawn", "hired", "prospect", "converted"), (0.20, 0.74, 0.83, 0.91, 0.97, 1.0)
        ),
        depth=dice.odds(("applied", "screened", "interviewed", "final", "offer"), (0.42, 0.66, 0.84, 0.95, 1.0)),
        reason=dice.odds((COMPANY, NEUTRAL, BLOCKING), (0.78, 0.97, 1.0)),
        overwritten=crm_first and dice.throw() < 0.45,
        handoff=where != "ats" and dice.throw() < 0.11,
        twice=dice.odds(("", "ats", "crm"), (0.94, 0.97, 1.0)),
        more=dice.odds((0, 1, 2), (0.84, 0.96, 1.0)),
        consent=dice.odds(("granted", "unknown", "withdrawn", "expired"), (0.52, 0.86, 0.94, 1.0)),
        do_not_contact=dice.throw() < 0.03,
        can_email=dice.throw() >= 0.03,
        private=dice.throw() < 0.02,
        archived=dice.throw() < 0.02,
    )
