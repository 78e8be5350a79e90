"""What one policy proposes for one person, and the one place that knows what a system can take.

Nothing is proposed for a field that a vendor lacks, hides or only shows, nor a removal it cannot do: such a thing
becomes a notice, once per field and system, and never a change that would be planned for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from mapping import fields
from mapping.model import Value
from state.times import iso
from sync.changes import Change, Conflict, EffectNote, FieldChange, Notice, Verb, as_set, elements
from sync.policies.merge import same
from sync.view import Effect, PersonView, Side


class Edit(NamedTuple):
    """One field to change in one system, and what must be remembered once it is done."""

    system: str
    change: FieldChange
    effects: tuple[EffectNote, ...] = ()


class Wanted(NamedTuple):
    """The value one of our own projections should have, and why."""

    field: str
    value: Value
    because: str
    policy: str


@dataclass(slots=True)
class Proposal:
    """Everything one policy wants; gathered with the others' by sync.decide."""

    edits: list[Edit] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    agreed: list[tuple[str, str, Value]] = field(default_factory=list)
    dues: list[str] = field(default_factory=list)
    forgotten: list[tuple[str, str, str]] = field(default_factory=list)

    def notice(self, kind: str, subject: str, system: str, detail: str) -> None:
        """Tell something that is not written."""
        self.notices.append(Notice(kind=kind, subject=subject, system=system, detail=detail))

    def look_again(self, at: datetime) -> None:
        """Have the person planned again at this time though nothing changes."""
        self.dues.append(iso(at))

    def forget(self, effect: Effect) -> None:
        """Give up an effect that people have undone themselves: there is nothing left to undo."""
        self.forgotten.append((effect.system, effect.kind, effect.target))

    def takes(self, side: Side, verb: Verb) -> bool:
        """Whether the vendor has this write at all; tells it when not."""
        if verb in side.catalog.capabilities.verbs:
            return True
        self.notice("unsupported", verb, side.system, f"{side.system} cannot {verb.replace('_', ' ')}")
        return False

    def set(
        self,
        side: Side,
        name: str,
        after: Value,
        because: str,
        policy: str,
        *,
        origin: Side | None = None,
        effects: tuple[EffectNote, ...] = (),
    ) -> bool:
        """Propose that a field of an existing record becomes `after`; False when it is so or cannot be."""
        before = side.values.get(name)
        if name in side.values and before == after:
            return False
        if refused := refusal(side, name):
            self.notices.append(refused)
            return False
        if name in side.catalog.capabilities.add_only and isinstance(before, tuple):
            after = self._only_added(side, name, before, after)
            if before == after:
                return False
        change = FieldChange(
            field=name,
            before=before,
            after=after,
            because=because,
            policy=policy,
            origin=origin.system if origin else "",
            origin_value=origin.values.get(name) if origin else None,
        )
        self.edits.append(Edit(side.system, change, effects))
        return True

    def project(self, view: PersonView, side: Side, wanted: Sequence[Wanted]) -> None:
        """Hold our own projections at their wanted values. What somebody overwrote is repaired and told; an empty
        one is only written over a value that is ours."""
        for one in wanted:
            now = side.values.get(one.field)
            known, ours = side.base.get(one.field), now in side.sent.get(one.field, ())
            if now == one.value and one.field in side.values:
                if known != now:
                    self.agreed.append((side.system, one.field, now))
                continue
            if one.value is None and (now is None or not (ours or now == known)):
                continue
            done = self.set(side, one.field, one.value, one.because, one.policy)
            if done and known is not None and now != known and not ours:
                detail = f"{one.field} was changed in {side.system} and is written again"
                self.notice("projection_repaired", view.person, side.system, detail)

    def _only_added(self, side: Side, name: str, before: Value, after: Value) -> Value:
        kept = elements(before)
        if kept.keys() - elements(after).keys():
            detail = f"{side.system} can add to {name} and cannot remove from it"
            self.notice("unsupported", name, side.system, detail)
        return as_set({**elements(after), **kept})


def refusal(side: Side, name: str) -> Notice | None:
    """Why a field cannot be written in a system, or nothing. The subject is the field: it is told once."""
    if name in side.catalog.capabilities.read_only:
        kind, detail = "unsupported", f"{side.system} shows {name} and does not take it"
    elif name not in side.catalog.writable:
        kind, detail = "cannot_write", f"{side.system} has no field that {name} can be written to"
    elif side.candidate is not None and name not in side.values:
        kind, detail = "cannot_write", f"{side.system} hides {name}: it is never written unseen"
    else:
        return None
    return Notice(kind=kind, subject=name, system=side.system, detail=detail)


def creatable(proposal: Proposal, side: Side, wanted: Sequence[tuple[Wanted, Side | None]]) -> tuple[FieldChange, ...]:
    """The fields of a record to be created: those with a value that the system takes. The second of each pair is
    the side a shared field comes from."""
    found = []
    for one, origin in wanted:
        if one.value is None:
            continue
        if refused := refusal(side, one.field):
            proposal.notices.append(refused)
            continue
        found.append(
            FieldChange(
                field=one.field,
                after=one.value,
                because=one.because,
                policy=one.policy,
                origin=origin.system if origin else "",
                origin_value=one.value if origin else None,
            )
        )
    return tuple(found)


def shared_fields(owned: Sequence[str]) -> tuple[str, ...]:
    """Profile fields and the custom fields that config gives an owner, in a fixed order."""
    ours = {*fields.PROFILE, *fields.PROJECTIONS, fields.DO_NOT_CONTACT, fields.BLOCKED}
    return (*fields.PROFILE, *sorted(set(owned) - ours))


def element_edit(value: Value, *, add: str = "", remove: str = "") -> Value:
    """A set with one element more or less."""
    found = elements(value)
    if add:
        found.setdefault(add.casefold(), add)
    if remove:
        found.pop(remove.casefold(), None)
    result = as_set(found)
    return value if same(value, result) else result
