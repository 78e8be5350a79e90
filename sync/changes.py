"""A decided write, before it is said to anybody: what, from what, to what, and why.

A `Change` becomes exactly one request to one vendor. It is canonical: it names canonical fields and native ids of
jobs, pools and sources, and the mapper of its system gives it the vendor's shape when it is sent.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum

import msgspec
from pydantic import Field

from mapping.model import Frozen, Value


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
            one.pop("because")
            one.pop("policy")
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


class Plan(Frozen):
    """All changes of a run, as written to a file and read by people. `made` is an ISO time."""

    made: str
    ats: str
    crm: str
    people: int
    changes: tuple[Change, ...]
    notices: tuple[Notice, ...] = ()
    held: str = ""  # why a guard holds this plan, when one does
    version: int = Field(default=1)
