"""A vendor in a dictionary: small enough to read, honest about lists, windows, times and lost answers. For tests of
what the engine does; what real vendors do is tested against the stand-ins over HTTP."""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.kit.contract import (
    Capabilities,
    Finding,
    Fresh,
    Outcome,
    Page,
    Row,
    Stream,
    VendorError,
    Verdict,
    WantedField,
    Window,
    WindowExpired,
    Write,
)

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
VERBS = frozenset(
    {"create_candidate", "update_candidate", "create_application", "set_source", "create_note", "add_to_pool",
     "remove_from_pool"}
)  # fmt: skip
STREAMS = (
    Stream("job", reference=True),
    Stream("pool", reference=True, required=False, scope="pools.read"),
    Stream("candidate"),
    Stream("application", owner_object="candidate"),
    Stream("note", owner_object="candidate", required=False, scope="notes.read"),
)


class Clock:
    """One clock for everybody; it moves when somebody sleeps or writes."""

    def __init__(self) -> None:
        self.now = START
        self.slept = 0.0

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        return self.now.timestamp()

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.pass_(seconds)

    def pass_(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Act:
    """What befalls one write: `verdict` is what the caller is told, `applied` whether it happens now, `late` in how
    many seconds it happens instead."""

    verdict: Verdict
    applied: bool = False
    late: float | None = None
    reason: str = "scripted"


@dataclass
class SmallVendor:
    """`connectors.kit.contract.Connector` over dictionaries. `script` says what befalls the next writes; `before` is
    called with each write before it is looked at."""

    system: str
    clock: Clock
    kind: str = "small"
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(verbs=VERBS, notes=True))
    objects: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    script: deque[Act] = field(default_factory=deque)
    before: Callable[[Write], None] = lambda write: None
    around: Callable[[str], None] = lambda place: None  # called before and after each write
    writes: list[Write] = field(default_factory=list)
    windows: list[tuple[str, Window | None]] = field(default_factory=list)
    refused: dict[str, VendorError] = field(default_factory=dict)  # object -> what reading it raises
    expiries: int = 0
    page_size: int = 3
    hidden: frozenset[str] = frozenset()  # candidates nobody is shown
    says_total: bool = False
    asked: int = 0
    forgetful: frozenset[str] = frozenset()  # fields it accepts and does not keep
    delayed: list[tuple[datetime, Write]] = field(default_factory=list)
    number: int = 0

    # What people do.

    def put(self, object: str, id: str, **payload: Any) -> str:
        """Make or change an object by hand."""
        self.clock.pass_(1)
        held = self.objects.setdefault(object, {}).setdefault(id, {"created": self._stamp()})
        held.update(payload, updated=self._stamp())
        return id

    def edit(self, id: str, **values: Any) -> None:
        """Change some fields of a candidate by hand."""
        held = self.objects["candidate"][id]
        self.put("candidate", id, values={**held["values"], **values})

    def remove(self, object: str, id: str) -> None:
        del self.objects[object][id]

    def candidate(self, id: str) -> dict[str, Any]:
        return self.objects["candidate"][id]["values"]

    # What the engine asks.

    def streams(self) -> Sequence[Stream]:
        return STREAMS

    def now(self) -> datetime:
        return self.clock.now

    def pages(self, stream: Stream, window: Window | None) -> Iterator[Page]:
        self.asked += 1
        self._settle()
        self.windows.append((stream.object, window))
        if stream.object in self.refused:
            raise self.refused[stream.object]
        rows = sorted(self._rows(stream.object), key=lambda row: (row.updated, row.id))
        if window is not None:
            assert window.since is not None
            rows = [row for row in rows if window.since <= datetime.fromisoformat(row.updated) <= window.until]
        chunks = [rows[at : at + self.page_size] for at in range(0, len(rows), self.page_size)] or [[]]
        for number, chunk in enumerate(chunks):
            if number and self.expiries:
                self.expiries -= 1
                raise WindowExpired("the cursor has expired")
            yield Page(tuple(chunk), (), last=number == len(chunks) - 1)

    def fresh(self, object: str, ids: Sequence[str]) -> Mapping[str, Fresh]:
        self.asked += 1
        self._settle()
        if "fresh" in self.refused:
            raise self.refused["fresh"]
        return {row.id: Fresh(row, {}) for row in self._rows(object) if row.id in ids}

    def find(self, object: str, *, email: str = "", owner: str = "") -> Sequence[Row]:
        self.asked += 1
        rows = self._rows(object)
        if owner:
            return [row for row in rows if row.owner == owner]
        return [row for row in rows if email in (json.loads(row.payload)["values"].get("emails") or ())]

    def total(self, object: str) -> int | None:
        return len(list(self._rows(object))) if self.says_total else None

    def send(self, write: Write, fresh: Fresh | None) -> Outcome:
        self.asked += 1
        self.before(write)
        self.around("before write")
        act = self.script.popleft() if self.script else Act(Verdict.APPLIED, applied=True)
        self.writes.append(write)
        created: dict[str, str] = {}
        if act.applied:
            created = self._do(write)
        elif act.late is not None:
            self.delayed.append((self.clock.now + timedelta(seconds=act.late), write))
        self.around("after write")
        if act.verdict is Verdict.APPLIED:
            return Outcome(Verdict.APPLIED, created=created)
        return Outcome(act.verdict, reason=act.reason)

    def check(self) -> Sequence[Finding]:
        return ()

    def create_field(self, field: WantedField) -> Finding:
        raise NotImplementedError

    def requests(self) -> int:
        return self.asked

    def close(self) -> None:
        pass

    # How it does it.

    def _settle(self) -> None:
        """Do what was delayed until now."""
        due = [write for at, write in self.delayed if at <= self.clock.now]
        self.delayed = [(at, write) for at, write in self.delayed if at > self.clock.now]
        for write in due:
            self._do(write)

    def _rows(self, object: str) -> list[Row]:
        found = self.objects.get(object, {})
        shown = [id for id in found if not (object == "candidate" and id in self.hidden)]
        return [_row(object, id, found[id]) for id in shown]

    def _do(self, write: Write) -> dict[str, str]:
        self.clock.pass_(0.001)
        body = write.body
        match write.verb:
            case "create_candidate":
                id = self._new()
                self.put("candidate", id, values=self._kept(body["values"]), pools=[])
                if body.get("job"):
                    return {"candidate": id, "application": self._application(id, body["job"], body.get("source"))}
                return {"candidate": id}
            case "update_candidate":
                self.edit(write.id, **self._kept({name: pair[1] for name, pair in body["fields"].items()}))
            case "create_application":
                return {"application": self._application(write.id, body["job"], body.get("source"))}
            case "set_source":
                self.put("application", write.id, source=body["source"])
            case "create_note":
                id = self._new()
                self.put("note", id, candidate_id=write.id, marker=body["marker"])
                return {"note": id}
            case "add_to_pool" | "remove_from_pool":
                pools = set(self.objects["candidate"][write.id]["pools"])
                pools = pools | {body["pool"]} if write.verb == "add_to_pool" else pools - {body["pool"]}
                self.put("candidate", write.id, pools=sorted(pools))
        return {}

    def _application(self, candidate: str, job: str, source: str | None) -> str:
        id = self._new()
        self.put("application", id, candidate_id=candidate, job=job, source=source, state="open")
        return id

    def _kept(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in values.items() if name not in self.forgetful}

    def _new(self) -> str:
        self.number += 1
        return f"{self.system}-new-{self.number}"

    def _stamp(self) -> str:
        return self.clock.now.isoformat()


def _row(object: str, id: str, held: Mapping[str, Any]) -> Row:
    payload = json.dumps({name: value for name, value in held.items() if name != "updated"}, sort_keys=True).encode()
    owner = str(held.get("candidate_id", ""))
    return Row(object, id, hashlib.blake2b(payload).digest(), payload, owner, held["created"], held["updated"])
