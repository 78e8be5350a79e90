"""What was asked of a stand-in: the request log. Kept in memory, bounded, and the judge of many tests.

Invented people only live in a sandbox, so the log may keep what a write carried; a product log never may.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

from connectors.sandbox.clock import stamp


@dataclass(slots=True)
class Entry:
    """One request or one act of a person.

    `write`: it asked for a change. `applied`: the change came about, whatever the caller was told. `status` is
    what the caller was told, 0 where the connection ended without an answer. `fault` names the injected fault.
    """

    number: int
    time: float
    method: str
    path: str
    query: str
    actor: str  # "api" or "person"
    write: bool
    status: int = 0
    applied: bool = False
    fault: str = ""
    body: Any = None

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "number": self.number,
            "time": stamp(self.time),
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "actor": self.actor,
            "write": self.write,
            "status": self.status,
            "applied": self.applied,
            "fault": self.fault,
            "body": self.body,
        }


class RequestLog:
    """Numbered from 1; the oldest entries go when it is full."""

    def __init__(self, size: int = 200_000) -> None:
        self._entries: deque[Entry] = deque(maxlen=size)
        self._next = 1
        self.requests = 0
        self.writes = 0

    def add(
        self, time: float, method: str, path: str, query: str = "", *, actor: str = "api", write: bool = False
    ) -> Entry:
        """Open an entry; the caller fills in how it ended."""
        entry = Entry(self._next, time, method, path, query, actor, write)
        self._next += 1
        self._entries.append(entry)
        if actor == "api":
            self.requests += 1
            self.writes += write
        return entry

    def entries(self, *, writes: bool = False, since: int = 0, actor: str = "") -> list[Entry]:
        """Entries with a number above `since`. `writes` leaves out reads; `actor` empty means everybody."""
        return [
            entry
            for entry in self._entries
            if entry.number > since and (not writes or entry.write) and (not actor or entry.actor == actor)
        ]
