"""The rows the store hands out and takes in: plain tuples with names, one per use.

The full tables are typed in `state.tables`; these carry only what a caller needs.
"""

from __future__ import annotations

from typing import NamedTuple

from connectors.kit.contract import Ref


class PageCount(NamedTuple):
    """What a page brought: rows stored because they differ (`changed`, of which `new` were never seen before),
    rows that cost nothing (`unchanged`), and rows newly put aside as unreadable (`quarantined`)."""

    changed: int
    unchanged: int
    quarantined: int
    new: int


class StreamRow(NamedTuple):
    """How far one stream is read; times as ISO text (`state.times.moment` reads them)."""

    system: str
    object: str
    watermark: str | None
    newest: str | None
    completed: str | None
    swept: str | None
    rows: int


class RunRow(NamedTuple):
    """One run. `stats` is a JSON document; `ended` is None while it runs or when it died."""

    id: int
    command: str
    started: str
    ended: str | None
    outcome: str | None
    stats: str
    allowance: str | None


class LinkRow(NamedTuple):
    """One candidate record of a person. `state` is the record's; `evidence` a JSON list of {what, weight, text}."""

    system: str
    id: str
    person: str
    main: bool
    rule: str
    score: float
    evidence: str
    by: str
    at: str
    state: str

    @property
    def ref(self) -> Ref:
        """The candidate record."""
        return Ref(self.system, "candidate", self.id)

    @property
    def live(self) -> bool:
        """True while the system still shows the record, readable or not."""
        return self.state in ("live", "quarantined")


class ReviewRow(NamedTuple):
    """One question of the review queue: are `a` and `b` the same person?"""

    id: int
    a: Ref
    b: Ref
    score: float
    evidence: str
    state: str
    by: str | None
    at: str
    answered: str | None


class ChangeDraft(NamedTuple):
    """A decided change on its way into the outbox; `content` is the JSON of `sync.changes.Change`."""

    key: str
    person: str
    system: str
    verb: str
    target: str
    content: str
    priority: int
    because: str


class ChangeRow(NamedTuple):
    """A change in the outbox. `sent_at` is seconds of the wall clock, None while it was never sent."""

    id: int
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


class EffectRow(NamedTuple):
    """Something a change did that may have to be undone."""

    person: str
    system: str
    kind: str
    target: str
    cause: str
    change: int
    at: str


class TouchpointRow(NamedTuple):
    """One line of the ledger of touchpoints; `candidate` is the native id of the record it was told of."""

    system: str
    object: str
    id: str
    candidate: str
    kind: str
    channel: str
    at: str
    direction: str
    source: str | None
    campaign: str | None
    qualifies: bool


class FirstTouchRow(NamedTuple):
    """The earliest qualifying touchpoint of a person; `frozen` is when a hire froze it."""

    person: str
    at: str
    channel: str
    source: str | None
    campaign: str | None
    system: str
    object: str
    id: str
    frozen: str | None = None


class ConflictDraft(NamedTuple):
    """Both sides changed one field; `kept` and `lost` are JSON."""

    person: str
    field: str
    kept: str
    kept_from: str
    lost: str
    lost_from: str
    rule: str


class ConflictRow(NamedTuple):
    """A conflict as kept for the report."""

    id: int
    run: int
    person: str
    field: str
    kept: str
    kept_from: str
    lost: str
    lost_from: str
    rule: str
    at: str


class NoticeDraft(NamedTuple):
    """Something worth telling and not worth writing; `detail` is one sentence without personal values."""

    kind: str
    subject: str
    system: str
    detail: str


class NoticeRow(NamedTuple):
    """A notice with the first and the last run that saw it."""

    kind: str
    subject: str
    system: str
    detail: str
    first_run: int
    last_run: int
    at: str


class JournalRow(NamedTuple):
    """One event in a person's life with us; `detail` is JSON of refs and field names, never values."""

    id: int
    run: int
    person: str | None
    system: str | None
    event: str
    detail: str
    at: str
