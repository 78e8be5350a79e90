"""Everything the policies want for one person, gathered into the changes that will be written. Pure.

Per system there is at most one update of the person's record, holding the field changes of all policies with their
reasons; withdrawals stand alone and go before everything of their cycle. Nothing is decided for a system in which a
write of this person is under way, and nothing again that failed there for good.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from mapping import fields
from mapping.model import Value
from sync.changes import Change, Decided, EffectNote, FieldChange, Notice, Verb, as_set, elements
from sync.policies import attribution, consent, disposition, handoff, ownership
from sync.policies.proposal import Edit, Proposal
from sync.policies.standing import silent
from sync.settings import Policies
from sync.view import PersonView, Side

URGENT = 0
_FORBIDDING = frozenset({fields.DO_NOT_CONTACT, fields.BLOCKED})
POLICIES: tuple[Callable[[PersonView, Policies], Proposal], ...] = (
    consent.propose,
    ownership.propose,
    handoff.propose,
    attribution.propose,
    disposition.propose,
)
_FIELD_ORDER = {name: place for place, name in enumerate((*fields.PROFILE, *sorted(_FORBIDDING), *fields.PROJECTIONS))}
_VERB_ORDER = {verb: place for place, verb in enumerate(Verb)}


def decide(view: PersonView, policies: Policies) -> Decided:
    """What should be different about one person, and why."""
    if view.tombstoned:
        return Decided(person=view.person)
    if silent(view):
        return Decided(person=view.person, notices=_notices((consent.withheld(view),)))
    proposals = [propose(view, policies) for propose in POLICIES]
    changes = [change for proposal in proposals for change in proposal.changes]
    refused = Proposal()
    for side in (view.ats, view.crm):
        changes.extend(_updates(refused, view, side, proposals))
    kept = _allowed(refused, view, changes)
    return Decided(
        person=view.person,
        changes=tuple(sorted(kept, key=lambda one: _order(view, one))),
        notices=_notices((*proposals, refused)),
        conflicts=tuple(one for proposal in proposals for one in proposal.conflicts),
        agreed=tuple(one for proposal in proposals for one in proposal.agreed),
        due=min((due for proposal in proposals for due in proposal.dues), default=None),
        forgotten=tuple(sorted({one for proposal in proposals for one in proposal.forgotten})),
    )


def _updates(refused: Proposal, view: PersonView, side: Side, proposals: Sequence[Proposal]) -> Iterable[Change]:
    """The update of one record, and before it the one that forbids outreach."""
    edits = [edit for proposal in proposals for edit in proposal.edits if edit.system == side.system]
    if not edits or side.candidate is None or not refused.takes(side, Verb.UPDATE_CANDIDATE):
        return
    for urgent in (True, False):
        chosen = [edit for edit in edits if (edit.change.field in _FORBIDDING) is urgent]
        combined = _combined(chosen)
        if combined:
            policies = dict.fromkeys(edit.change.policy for edit in chosen)
            yield Change(
                person=view.person,
                system=side.system,
                verb=Verb.UPDATE_CANDIDATE,
                target=side.candidate.ref.id,
                fields=combined,
                priority=URGENT if urgent else _VERB_ORDER[Verb.UPDATE_CANDIDATE] + 1,
                policy=", ".join(policies),
                because="; ".join(dict.fromkeys(one.because for one in combined)),
                effects=_effects(chosen),
            )


def _combined(edits: Sequence[Edit]) -> tuple[FieldChange, ...]:
    """One change per field, in a fixed order; what several policies want of a set is laid together."""
    by_field: dict[str, list[FieldChange]] = {}
    for edit in edits:
        by_field.setdefault(edit.change.field, []).append(edit.change)
    names = sorted(by_field, key=lambda name: (_FIELD_ORDER.get(name, len(_FIELD_ORDER)), name))
    return tuple(one for name in names if (one := _laid_together(by_field[name])).before != one.after)


def _laid_together(wanted: Sequence[FieldChange]) -> FieldChange:
    first = wanted[0]
    if len(wanted) == 1:
        return first
    shared = next((one for one in wanted if one.origin), first)
    return shared.model_copy(
        update={
            "after": _all_of(first.before, [one.after for one in wanted]),
            "because": "; ".join(dict.fromkeys(one.because for one in wanted)),
        }
    )


def _all_of(before: Value, wanted: Sequence[Value]) -> Value:
    """What several policies want of one field: of a set all that any of them adds or removes; else do-not-contact
    wins over its absence, and the first policy over later ones."""
    if not any(isinstance(value, tuple) for value in (before, *wanted)):
        return True if True in wanted else wanted[0]
    had = elements(before)
    result = dict(had)
    for value in wanted:
        after = elements(value)
        for key in had.keys() - after.keys():
            result.pop(key, None)
        for key in after.keys() - had.keys():
            result.setdefault(key, after[key])
    return as_set(result)


def _effects(edits: Sequence[Edit]) -> tuple[EffectNote, ...]:
    return tuple(effect for edit in edits for effect in edit.effects)


def _allowed(refused: Proposal, view: PersonView, changes: Sequence[Change]) -> list[Change]:
    """Without what waits for a verdict, what failed for good, and what builds on a record that will not come."""
    kept, missing = [], set()
    for change in sorted(changes, key=lambda one: _VERB_ORDER[one.verb]):
        if change.system in view.under_way:
            continue
        if change.key in view.dead:
            detail = f"{change.verb.replace('_', ' ')} failed before and is not tried again by itself: see the failures"
            refused.notice("dead_letter", view.person, change.system, detail)
            if change.verb is Verb.CREATE_CANDIDATE:
                missing.add(change.system)
            continue
        if change.target == "" and change.verb is not Verb.CREATE_CANDIDATE and change.system in missing:
            continue
        kept.append(change.model_copy(update={"priority": _priority(change)}))
    return kept


def _priority(change: Change) -> int:
    return URGENT if change.priority == URGENT else _VERB_ORDER[change.verb] + 1


def _order(view: PersonView, change: Change) -> tuple[bool, bool, int, str]:
    """Withdrawals, then by system and verb; creates of one kind stay in the order of their places on vacancies."""
    verb = _VERB_ORDER[change.verb]
    within = change.pool or (change.target if change.verb is Verb.SET_SOURCE else "")
    return (change.priority != URGENT, change.system != view.ats.system, verb, within)


def _notices(proposals: Iterable[Proposal]) -> tuple[Notice, ...]:
    """Each notice once, in a fixed order."""
    found = {(one.kind, one.subject, one.system, one.detail): one for each in proposals for one in each.notices}
    return tuple(found[key] for key in sorted(found))
