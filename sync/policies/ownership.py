"""Ownership: which side's value of a shared field both sides should hold.

Per field by config: one side owns it, the newest change wins, or a set is the union of both. The merge itself is in
`merge`; here it meets the record: what cannot be seen is left alone, a name and the last e-mail are never taken away,
and the labels that Tieline itself puts on a contact are nobody's opinion.
"""

from __future__ import annotations

from mapping import fields
from mapping.fields import Owner
from mapping.model import Value
from sync.changes import Conflict, as_set, element, elements
from sync.policies.merge import Leg, Loss, Merged, merge, same
from sync.policies.proposal import Proposal, shared_fields
from sync.policies.standing import archived, linked
from sync.settings import Policies
from sync.view import PersonView, Side

POLICY = "ownership"
NEVER_EMPTIED = frozenset({fields.GIVEN_NAME, fields.FAMILY_NAME, fields.EMAILS})


def propose(view: PersonView, policies: Policies) -> Proposal:
    """What each side should take over from the other, field by field."""
    found = Proposal()
    if not linked(view) or archived(view):
        return found
    for name in shared_fields(tuple(policies.ownership)):
        owner = policies.owner(name)
        if owner == "none" or name not in view.ats.values or name not in view.crm.values:
            continue
        if owner == "union" and name not in fields.SETS:
            owner = "newest"  # one value cannot hold both
        reserved = frozenset({element(policies.disposition.silver_tag)}) if name == fields.TAGS else frozenset()
        _field(found, view, name, owner, reserved)
    return found


def _field(found: Proposal, view: PersonView, name: str, owner: Owner, reserved: frozenset[str]) -> None:
    merged = merge(_leg(view.ats, name, reserved), _leg(view.crm, name, reserved), owner)
    wrote_to_crm = _write(found, view, view.crm, view.ats, name, merged, reserved)
    wrote_to_ats = _write(found, view, view.ats, view.crm, name, merged, reserved)
    if merged.loss and (wrote_to_ats if merged.loss.from_ats else wrote_to_crm):  # else nothing was lost
        found.conflicts.append(_conflict(view, name, merged.loss, reserved))
    if merged.put_back and (wrote_to_ats or wrote_to_crm):
        side, other = (view.crm, view.ats) if owner == "ats" else (view.ats, view.crm)
        detail = f"{name} was edited in {side.system} and put back: {other.system} owns it"
        found.notice("put_back", view.person, side.system, detail)
    if merged.base:
        for side, value in zip((view.ats, view.crm), merged.base, strict=True):
            if name not in side.base or not _identical(side.base[name], value):
                found.agreed.append((side.system, name, value))


def _write(
    found: Proposal, view: PersonView, side: Side, origin: Side, name: str, merged: Merged, reserved: frozenset[str]
) -> bool:
    """Let `side` hold its merged value; False where it does, or must not, or cannot."""
    now = side.values[name]
    wanted = merged.ats if side is view.ats else merged.crm
    kept = {key: spelled for key, spelled in elements(now).items() if key in reserved}
    if kept:
        wanted = as_set({**elements(wanted), **kept})
    if same(wanted, now):
        return False
    if wanted is None and name in NEVER_EMPTIED:
        detail = f"{name} was emptied in {origin.system} and is kept in {side.system}"
        found.notice("not_emptied", view.person, side.system, detail)
        return False
    if wanted is None and name not in fields.PROFILE and origin.catalog.capabilities.hides_empty:
        detail = f"{name} was emptied in {origin.system} or is no longer shown there: it is kept in {side.system}"
        found.notice("not_emptied", view.person, side.system, detail)
        return False
    return found.set(side, name, wanted, merged.because, POLICY, origin=origin)


def _leg(side: Side, name: str, reserved: frozenset[str]) -> Leg:
    return Leg(
        value=_without(side.values[name], reserved),
        agreed=name in side.base,
        base=_without(side.base.get(name), reserved),
        sent=tuple(_without(value, reserved) for value in side.sent.get(name, ())),
        updated=side.candidate.updated if side.candidate else None,
    )


def _without(value: Value, reserved: frozenset[str]) -> Value:
    if not reserved or not isinstance(value, tuple):
        return value
    return as_set({key: spelled for key, spelled in elements(value).items() if key not in reserved})


def _conflict(view: PersonView, name: str, loss: Loss, reserved: frozenset[str]) -> Conflict:
    lost, kept = (view.ats, view.crm) if loss.from_ats else (view.crm, view.ats)
    return Conflict(
        person=view.person,
        field=name,
        kept=_without(kept.values[name], reserved),
        kept_from=kept.system,
        lost=_without(lost.values[name], reserved),
        lost_from=lost.system,
        rule=loss.rule,
    )


def _identical(one: Value, other: Value) -> bool:
    """Spelling counts here: the base keeps each side's own."""
    return one == other
