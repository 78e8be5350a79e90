"""The words between a connector and the engine. Vendor-neutral; no I/O.

A connector turns a vendor's pages into `Row`s whose payload has been cut down to an allow-list, and carries
`Write`s to the vendor, each ending in one of five verdicts. It decides nothing about people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

Json = Any  # decoded JSON: dict, list, str, int, float, bool or None


class Ref(NamedTuple):
    """How we name something that lives in a vendor: the system's name in tieline.toml, our word for the kind
    of object (`candidate`, `application`, ...), and the vendor's id as a string."""

    system: str
    object: str
    id: str


class InitKey(NamedTuple):
    """One key that `tieline init` writes into a system's section: its name in the vendor's `Settings`, its default,
    and the environment variable its value is taken from (empty: the default is written out)."""

    name: str
    default: str = ""
    env: str = ""


class Row(NamedTuple):
    """One object as a system tells it, already cut to the stream's allow-list.

    `payload` is canonical JSON (keys sorted, presigned queries cut); `hash` is a fingerprint of it; `owner` is
    the native id of the parent object where the stream has one; `created`/`updated` are the vendor's own times
    as ISO-8601 strings in UTC, empty when the vendor gave none.
    """

    object: str
    id: str
    hash: bytes
    payload: bytes
    owner: str
    created: str
    updated: str


class Unreadable(NamedTuple):
    """A row that could not even be named or cut: kept aside with its reason, never a reason to stop a page."""

    object: str
    id: str
    reason: str


class LazyRow:
    """A row of which only the head has been read: what it is called, its times, and `raw`, a keyed fingerprint of the
    bytes the vendor sent and of all that decides what is kept of them. Equal `raw`, equal row; nothing else about it
    need be read then. The rest is cut on first use. Not safe to use from several threads at once."""

    __slots__ = ("_cut", "_record", "_whole", "created", "id", "object", "raw", "updated")

    def __init__(
        self,
        object: str,
        id: str,
        created: str,
        updated: str,
        raw: bytes,
        cut: Callable[[str, Any], Row | Unreadable],
        record: Any,
    ) -> None:
        """`cut` makes the row of `record`, which is not looked at here; it is told the id too, and raises nothing."""
        self.object, self.id, self.created, self.updated, self.raw = object, id, created, updated, raw
        self._cut, self._record = cut, record
        self._whole: Row | Unreadable | None = None

    def __repr__(self) -> str:
        return f"LazyRow({self.object!r}, {self.id!r})"

    def __eq__(self, other: object) -> bool:
        """Rows are equal by what they hold, cut or not."""
        return self.cut() == (other.cut() if isinstance(other, LazyRow) else other)

    __hash__ = None  # type: ignore[assignment]

    def cut(self) -> Row | Unreadable:
        """The whole row, or why it cannot be read."""
        if self._whole is None:
            self._whole = self._cut(self.id, self._record)
            self._record = None
        return self._whole

    @property
    def hash(self) -> bytes:
        """As `Row.hash`. Raises ValueError when the row cannot be read; so do the others."""
        return self._readable().hash

    @property
    def payload(self) -> bytes:
        """As `Row.payload`."""
        return self._readable().payload

    @property
    def owner(self) -> str:
        """As `Row.owner`."""
        return self._readable().owner

    def _readable(self) -> Row:
        whole = self.cut()
        if isinstance(whole, Unreadable):
            raise ValueError(whole.reason)
        return whole


class Page(NamedTuple):
    """One page of a stream. `last` is true on the page that completes the window."""

    rows: Sequence[Row | LazyRow]
    unreadable: Sequence[Unreadable]
    last: bool

    def whole(self) -> list[Row]:
        """All rows cut, without those that turn out to be unreadable."""
        found = [row.cut() if isinstance(row, LazyRow) else row for row in self.rows]
        return [row for row in found if isinstance(row, Row)]


@dataclass(frozen=True, slots=True)
class Window:
    """A closed interval of vendor time, `[since, until]`; `since` None means from the beginning."""

    since: datetime | None
    until: datetime


@dataclass(frozen=True, slots=True)
class Stream:
    """One list a vendor offers.

    `object` is our word for what it holds; `owner_object` our word for the parent a row names in `Row.owner`;
    `reference` marks small tables (jobs, reasons, custom fields) that are read whole on every pull;
    `required` is False where the engine can do without (a scope the customer may refuse); `scope` is the
    permission it needs, in the vendor's spelling, for `tieline check`.
    """

    object: str
    owner_object: str = ""
    reference: bool = False
    required: bool = True
    scope: str = ""


class Verdict(StrEnum):
    """What came of a write. The engine treats every write by this alone (DESIGN section 6)."""

    APPLIED = "applied"
    RACED = "raced"  # REJECTED, because the world moved: read again and plan again
    INVALID = "invalid"  # REJECTED for good: dead letter, with the reason
    NOT_SENT = "not_sent"  # certainly not applied: may be tried again
    UNKNOWN = "unknown"  # may have been applied: settled by reading, never by trying again
    HALT = "halt"  # 401, 403 or our own bug: stop this system and raise the alarm


@dataclass(frozen=True, slots=True)
class Write:
    """One request to one vendor, in that vendor's shape.

    `verb` is one of the connector's declared verbs; `id` the object written to (empty for a create);
    `body` the vendor-shaped content; `key` our idempotency marker.
    """

    verb: str
    object: str
    id: str
    body: Mapping[str, Json]
    key: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict of one write. `reason` is one sentence without any person's data; `created` holds the native
    ids of what came into being, by object word."""

    verdict: Verdict
    reason: str = ""
    status: int = 0
    created: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fresh:
    """An object read just before it is written: the cut `row` for the engine's comparison, and the `raw` vendor
    object, which only the connector's own read-merge-write looks at and which is never stored."""

    row: Row
    raw: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a vendor can and cannot do; the plan reads these and never asks for the vendor's name.

    `verbs`: the writes it takes. `add_only`: canonical multi-valued fields whose values can be added but not
    removed. `read_only`: canonical fields it shows and does not take. `marker`: a created candidate can carry
    our person id. `lists_by_email`, `lists_all_ids`: how an in-doubt create can be looked for. `notes`:
    engagement can be written as a private note. `pools_removable`: people can be taken out of a pool.
    `hides_empty`: a custom field that holds nothing is not shown at all, so that one that is missing may be empty, or
    kept from us: it can be filled, and is never taken for cleared.
    `overlap_minutes`: how much of a window is read again, because the vendor stamps late.
    `facts`: everything else worth showing in `tieline connectors`, as short sentences.
    """

    verbs: frozenset[str]
    add_only: frozenset[str] = frozenset()
    read_only: frozenset[str] = frozenset()
    marker: bool = True
    notes: bool = False
    pools_removable: bool = True
    hides_empty: bool = False
    overlap_minutes: int = 60
    facts: tuple[str, ...] = ()


class Severity(StrEnum):
    """How much a finding of `tieline check` matters."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `tieline check`: what was looked at, how it stands, and how to mend it."""

    system: str
    subject: str
    severity: Severity
    message: str
    mend: str = ""
    fixable: bool = False


@dataclass(frozen=True, slots=True)
class WantedField:
    """A custom field that the engine would like a vendor to have: `key` as configured (Greenhouse name_key,
    Beamery display name), `type` one of text, date, url, boolean."""

    key: str
    type: str = "text"


class Budget(Protocol):
    """The rate budget of one credential, shared by every process that uses it.

    The engine lends an implementation that lives in the state; the kit has one that lives in memory.
    """

    def acquire(self, *, write: bool = False) -> None:
        """Wait until a request may be sent, and take its place."""

    def learn(self, *, limit: int | None, remaining: int | None, window: float | None) -> None:
        """Take in what the vendor's headers said of `limit` requests in `window` seconds."""

    def pause(self, seconds: float) -> None:
        """Let nobody send for this long: the vendor said 429."""


class Connector(Protocol):
    """One configured account of a vendor."""

    system: str
    kind: str
    capabilities: Capabilities

    def streams(self) -> Sequence[Stream]:
        """The streams in reading order: reference tables first, parents before children."""

    def now(self) -> datetime:
        """The vendor's own clock, from its Date header; ours until it has spoken."""

    def pages(self, stream: Stream, window: Window | None) -> Iterator[Page]:
        """Read a stream: all of it when `window` is None, else what changed within it. The next page is asked
        for before this one is worked on. Raises `VendorError`."""

    def fresh(self, object: str, ids: Sequence[str]) -> Mapping[str, Fresh]:
        """Read some objects now, by id; an id that is missing from the answer is gone or hidden."""

    def find(self, object: str, *, email: str = "", owner: str = "") -> Sequence[Row]:
        """List objects by e-mail (candidates) or by parent id (applications, notes). A hint, not a proof."""

    def total(self, object: str) -> int | None:
        """How many objects the vendor says it holds, where it says so cheaply; else None."""

    def send(self, write: Write, fresh: Fresh | None) -> Outcome:
        """Carry one write. Never raises: everything that can happen has a verdict."""

    def check(self) -> Sequence[Finding]:
        """Try the credential, the scopes, the clock and the region; name what is missing and how to mend it."""

    def create_field(self, field: WantedField) -> Finding:
        """Create a missing custom field, if the vendor lets an integration do that."""

    def requests(self) -> int:
        """How many requests this connector has sent."""

    def close(self) -> None:
        """Give back sockets and threads."""


class VendorError(Exception):
    """A read that failed for good. `halt` is True when nothing else of this system will work either (bad
    credential, missing scope, dead host); the message is one sentence for the person who must act."""

    def __init__(self, message: str, *, halt: bool = False, status: int = 0) -> None:
        super().__init__(message)
        self.halt = halt
        self.status = status


class WindowExpired(VendorError):  # noqa: N818 - named for what happened
    """A cursor died or the list moved underneath: the window must be read again from its start."""
