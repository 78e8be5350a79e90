"""A decided write, before it is said to anybody: what, from what, to what, and why.

A `Change` becomes exactly one request to one vendor. It is canonical: it names canonical fields and native ids of
jobs, pools and sources, and the mapper of its system gives it the vendor's shape when it is sent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from enum import StrEnum

import msgspec
from pydantic import Field

from mapping.model import Frozen, Value

Bases = Mapping[str, Mapping[str, Value]]  # system -> field -> the value it held when both sides last agreed


class Verb(StrEnum):
    """What a change does. The order is the order of sending for one person and system."""

    CREATE_CANDIDATE = "create_candidate"
    UPDATE_CANDIDATE = "update_candidate"
    CREATE_APPLICATION = "create_application"
    SET_SOURCE = "set_source"
    ADD_TO_POOL = "add_to_pool"
    REMOVE_FROM_POOL = "remove_from_pool"
    CREATE_NOTE = "create_note"

    @property
    def creates(self) -> bool:
        """True for verbs that bring something new into being: these are held while in doubt."""
        return self in (Verb.CREATE_CANDIDATE, Verb.CREATE_APPLICATION, Verb.CREATE_NOTE)


class FieldChange(Frozen):
    """One field of an update: canonical name, the value seen before, the value wanted, and the reason in words."""

    field: str
    before: Value = None
    after: Value = None
    because: str
    policy: str
    origin: str = ""  # the system whose value travels here; empty for what Tieline computes itself
    origin_value: Value = None  # what that system held when this was decided: its base, once this is confirmed


class EffectNote(Frozen):
    """What a policy must remember to be able to undo this change (see state.db.sql, table effect)."""

    kind: str  # tagged, pooled, unpooled, blocked, noted
    target: str
    cause: str
    undo: bool = False  # True: the change undoes an earlier effect, which is forgotten when it is done


class Change(Frozen):
    """One write. `priority` 0 goes before everything else of the cycle (withdrawals), then 1, 2, ..."""

    person: str
    system: str
    verb: Verb
    target: str = ""  # native id of the candidate or application written to; "" when it is yet to be created
    fields: tuple[FieldChange, ...] = ()
    job: str | None = None  # native id in the change's system
    source: str | None = None  # native id of the source in the change's system
    source_before: str | None = None
    pool: str | None = None
    note: str | None = None  # the whole text, marker included
    priority: int = 5
    policy: str
    because: str
    effects: tuple[EffectNote, ...] = ()

    @property
    def key(self) -> str:
        """Idempotency key: the same decision about the same person always has the same one."""
        content = self.model_dump(mode="json", exclude={"because", "effects", "priority", "policy"})
        for one in content["fields"]:
            for word in ("because", "policy", "origin", "origin_value"):
                one.pop(word)
        return hashlib.blake2b(msgspec.json.encode(content, order="sorted"), digest_size=12).hexdigest()


class Notice(Frozen):
    """Something worth telling and not worth writing: an unmapped word, a conflict, an overwritten source, a thing
    the vendor cannot do. `subject` is a person id or a vendor's word; `detail` holds no personal values."""

    kind: str
    subject: str
    system: str
    detail: str


class Conflict(Frozen):
    """Both sides changed one field since the base; the loser's value is kept for the report."""

    person: str
    field: str
    kept: Value
    kept_from: str
    lost: Value
    lost_from: str
    rule: str


class Decided(Frozen):
    """Everything the policies decided about one person."""

    person: str
    changes: tuple[Change, ...] = ()
    notices: tuple[Notice, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    agreed: tuple[tuple[str, str, Value], ...] = ()  # (system, field, value) now known to agree: moves the base
    due: str | None = None  # when to look again though nothing changed
    forgotten: tuple[tuple[str, str, str], ...] = ()  # (system, kind, target) of effects people have undone already


class Plan(Frozen):
    """All changes of a run, as written to a file and read by people. `made` is an ISO time."""

    made: str
    ats: str
    crm: str
    people: int
    changes: tuple[Change, ...]
    notices: tuple[Notice, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    held: str = ""  # why a guard holds this plan, when one does
    version: int = Field(default=1)


def base_after(change: Change, read: Mapping[str, Value], base: Bases) -> dict[str, dict[str, Value]]:
    """The base values to store, by system, once `change` is confirmed and its record was read back as `read`.

    `base` is what is stored now. Both legs move together: the written system to what it gave back, and the system
    the value came from to what it held then; else a vendor that spells a value its own way would look edited for
    ever. Of a set only the elements this change carried move, because the other side may still wait for its own.
    """
    moves: dict[str, dict[str, Value]] = {}
    for one in change.fields:
        if one.field not in read:
            continue
        legs = {change.system: read[one.field]}
        if one.origin:
            legs[one.origin] = one.origin_value
        for system, held in legs.items():
            value = held
            if isinstance(one.before, tuple) or isinstance(one.after, tuple):
                value = _carried(one, held, base.get(system, {}).get(one.field))
            moves.setdefault(system, {})[one.field] = value
    return moves


def element(value: str) -> str:
    """What makes two elements of a set the same one: case does not."""
    return value.casefold()


def elements(value: Value) -> dict[str, str]:
    """A set's elements by what makes them the same, each as spelled."""
    return {element(one): one for one in value} if isinstance(value, tuple) else {}


def as_set(found: Mapping[str, str]) -> Value:
    """Elements as a canonical value: sorted, and `None` when there are none."""
    return tuple(sorted(found.values())) or None


def _carried(change: FieldChange, held: Value, base: Value) -> Value:
    """`base` with the elements that `change` added or removed standing as they are in `held`."""
    result, now = elements(base), elements(held)
    for key in elements(change.before).keys() ^ elements(change.after).keys():
        result.pop(key, None)
        if key in now:
            result[key] = now[key]
    return as_set(result)
