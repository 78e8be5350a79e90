"""The rows of every table of `state.db.sql`, typed. A test holds the two equal: names, types, nullability, keys.

The store speaks SQL and does not need these; they are what the schema means in Python, and the metadata from which
another database can be made.
"""

from __future__ import annotations

from typing import ClassVar

from sqlmodel import Field, SQLModel


class Meta(SQLModel, table=True):
    """A setting of the state."""

    __tablename__: ClassVar[str] = "meta"
    key: str = Field(primary_key=True)
    value: str


class Lease(SQLModel, table=True):
    """The writer's lease and its fence."""

    __tablename__: ClassVar[str] = "lease"
    name: str = Field(primary_key=True)
    holder: str
    fence: int
    expires: float


class Budget(SQLModel, table=True):
    """The rate budget of one credential."""

    __tablename__: ClassVar[str] = "budget"
    credential: str = Field(primary_key=True)
    capacity: int
    seconds: float
    paused_until: float


class BudgetSlot(SQLModel, table=True):
    """A request that still counts."""

    __tablename__: ClassVar[str] = "budget_slot"
    credential: str
    at: float
    id: int | None = Field(default=None, primary_key=True)


class Stream(SQLModel, table=True):
    """How far a stream is read."""

    __tablename__: ClassVar[str] = "stream"
    system: str = Field(primary_key=True)
    object: str = Field(primary_key=True)
    watermark: str | None
    newest: str | None
    completed: str | None
    swept: str | None
    rows: int


class Record(SQLModel, table=True):
    """What a system says about one object."""

    __tablename__: ClassVar[str] = "record"
    system: str = Field(primary_key=True)
    object: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    hash: bytes
    raw: bytes | None
    payload: str
    owner: str
    created: str
    updated: str
    seen: int
    state: str
    reason: str | None


class DirtyRecord(SQLModel, table=True):
    """A candidate that identity must look at."""

    __tablename__: ClassVar[str] = "dirty_record"
    system: str = Field(primary_key=True)
    id: str = Field(primary_key=True)


class Person(SQLModel, table=True):
    """The one behind candidates in several systems."""

    __tablename__: ClassVar[str] = "person"
    id: str = Field(primary_key=True)
    merged_into: str | None
    created: str
    dirty: bool
    due: str | None


class Link(SQLModel, table=True):
    """Why a record belongs to a person."""

    __tablename__: ClassVar[str] = "link"
    system: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    person: str
    main: bool
    rule: str
    score: float
    evidence: str
    by: str
    at: str


class IdentityKey(SQLModel, table=True):
    """A strong key of a candidate record."""

    __tablename__: ClassVar[str] = "identity_key"
    kind: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    system: str = Field(primary_key=True)
    id: str = Field(primary_key=True)


class CannotLink(SQLModel, table=True):
    """Two records that are different people, for ever."""

    __tablename__: ClassVar[str] = "cannot_link"
    system_a: str = Field(primary_key=True)
    id_a: str = Field(primary_key=True)
    system_b: str = Field(primary_key=True)
    id_b: str = Field(primary_key=True)
    by: str
    at: str


class Review(SQLModel, table=True):
    """A question for a reviewer."""

    __tablename__: ClassVar[str] = "review"
    id: int | None = Field(default=None, primary_key=True)
    system_a: str
    id_a: str
    system_b: str
    id_b: str
    score: float
    evidence: str
    state: str
    by: str | None
    at: str
    answered: str | None


class Base(SQLModel, table=True):
    """The value a system held when both sides last agreed."""

    __tablename__: ClassVar[str] = "base"
    person: str = Field(primary_key=True)
    system: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    value: str
    at: str


class Change(SQLModel, table=True):
    """A decided write, in the outbox."""

    __tablename__: ClassVar[str] = "change"
    id: int | None = Field(default=None, primary_key=True)
    key: str
    run: int
    person: str
    system: str
    verb: str
    target: str
    content: str
    priority: int
    because: str
    state: str
    tries: int
    reason: str | None
    created_id: str | None
    at: str
    sent_at: float | None
    settled: str | None


class Sent(SQLModel, table=True):
    """A value we may have written."""

    __tablename__: ClassVar[str] = "sent"
    person: str = Field(primary_key=True)
    system: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    change: int


class Effect(SQLModel, table=True):
    """Something a policy did and may have to undo."""

    __tablename__: ClassVar[str] = "effect"
    person: str = Field(primary_key=True)
    system: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    target: str = Field(primary_key=True)
    cause: str
    change: int
    at: str


class Conflict(SQLModel, table=True):
    """Both sides changed a field; the value that lost is kept."""

    __tablename__: ClassVar[str] = "conflict"
    id: int | None = Field(default=None, primary_key=True)
    run: int
    person: str
    field: str
    kept: str
    kept_from: str
    lost: str
    lost_from: str
    rule: str
    at: str


class Touchpoint(SQLModel, table=True):
    """One dated engagement."""

    __tablename__: ClassVar[str] = "touchpoint"
    system: str = Field(primary_key=True)
    object: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    candidate: str
    kind: str
    channel: str
    at: str
    direction: str
    source: str | None
    campaign: str | None
    qualifies: bool


class FirstTouch(SQLModel, table=True):
    """The earliest qualifying touchpoint of a person."""

    __tablename__: ClassVar[str] = "first_touch"
    person: str = Field(primary_key=True)
    at: str
    channel: str
    source: str | None
    campaign: str | None
    system: str
    object: str
    id: str
    frozen: str | None


class Tombstone(SQLModel, table=True):
    """A keyed hash of an erased person's identifier."""

    __tablename__: ClassVar[str] = "tombstone"
    key_hash: str = Field(primary_key=True)
    at: str
    reason: str


class Run(SQLModel, table=True):
    """One run."""

    __tablename__: ClassVar[str] = "run"
    id: int | None = Field(default=None, primary_key=True)
    command: str
    started: str
    ended: str | None
    outcome: str | None
    stats: str
    allowance: str | None


class Journal(SQLModel, table=True):
    """What happened to a person."""

    __tablename__: ClassVar[str] = "journal"
    id: int | None = Field(default=None, primary_key=True)
    run: int
    person: str | None
    system: str | None
    event: str
    detail: str
    at: str


class Notice(SQLModel, table=True):
    """Something worth telling and not worth writing."""

    __tablename__: ClassVar[str] = "notice"
    kind: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    system: str = Field(primary_key=True)
    detail: str = Field(primary_key=True)
    first_run: int
    last_run: int
    at: str


ALL: tuple[type[SQLModel], ...] = (
    Meta, Lease, Budget, BudgetSlot, Stream, Record, DirtyRecord, Person, Link, IdentityKey, CannotLink, Review, Base,
    Change, Sent, Effect, Conflict, Touchpoint, FirstTouch, Tombstone, Run, Journal, Notice,
)  # fmt: skip
