"""A Beamery connector with its mapper before the stand-in, over real HTTP; the people in it are invented."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from connectors.beamery import Beamery, Settings, open_connector
from connectors.kit.budget import MemoryBudget
from connectors.kit.contract import Fresh, Outcome, Row, Stream, Window
from connectors.sandbox.launch import Running
from mapping.beamery import Mapper
from mapping.contract import MappingConfig
from mapping.model import Profile, Value

_numbers = itertools.count(1)
TABLES = ("custom_field", "tag", "user", "pool", "job")


class Desk:
    """One connector and one mapper; `tables` are the reference tables read when it was opened."""

    def __init__(self, running: Running, *, learn: bool = True, **settings: Any) -> None:
        self.running = running
        self.mapper = Mapper("crm", MappingConfig(default_region="US"))
        given = running.credentials["beamery"]
        own = {"base_url": given["base_url"], "custom_fields": list(self.mapper.kept())}
        if "username" not in settings:
            own |= {"client_id": given["client_id"], "client_secret": given["client_secret"]}
        self.connector: Beamery = open_connector("crm", Settings(**(own | settings)), MemoryBudget(10_000, 1.0))
        self.tables: dict[str, list[Row]] = {}
        if learn:
            self.learn()

    def learn(self) -> None:
        """Read the reference tables and tell the mapper."""
        for name in TABLES:
            self.tables[name] = self.rows(name)
            self.mapper.learn(name, self.tables[name])

    def stream(self, name: str) -> Stream:
        return next(one for one in self.connector.streams() if one.object == name)

    def rows(self, name: str, *, minutes: float | None = None) -> list[Row]:
        """A whole stream, or what changed in the last minutes; every row must be readable."""
        window = None
        if minutes is not None:
            now = self.connector.now()
            window = Window(now - timedelta(minutes=minutes), now + timedelta(minutes=1))
        pages = list(self.connector.pages(self.stream(name), window))
        assert [page.last for page in pages] == [False] * (len(pages) - 1) + [True]
        assert not any(page.unreadable for page in pages)
        rows = [row for page in pages for row in page.rows]
        for row in rows:
            self.mapper.validate(row)
        return rows

    def one(self, native: str) -> Fresh | None:
        return self.connector.fresh("candidate", [native]).get(native)

    def profile(self, native: str) -> Profile:
        found = self.one(native)
        assert found is not None
        return self.mapper.profile(found.row, [])

    def values(self, native: str) -> Mapping[str, Value]:
        return self.profile(native).candidate.values

    def create(self, values: Mapping[str, Value]) -> Outcome:
        return self.connector.send(self.mapper.create_candidate(values, None, None, "key"), None)

    def update(self, native: str, **wanted: Value) -> Outcome:
        """Change some fields to these values, the way the engine does: read, then write what differs."""
        found = self.one(native)
        assert found is not None
        now = self.mapper.profile(found.row, []).candidate.values
        changes = {name: (now.get(name), value) for name, value in wanted.items()}
        return self.connector.send(self.mapper.update_candidate(native, changes, "key"), found)

    def pool(self, native: str, pool: str, *, add: bool) -> Outcome:
        return self.connector.send(self.mapper.pool(native, pool, add=add, key="key"), self.one(native))

    def stored(self, native: str) -> dict[str, Any]:
        """The contact as the stand-in keeps it, whatever the API would hide."""
        return next(one for one in self.running.state("beamery", "contacts") if one["id"] == native)


def somebody(**over: Value) -> dict[str, Value]:
    """A new person nobody knows, as canonical values."""
    n = next(_numbers)
    return {
        "given_name": "Ife",
        "family_name": f"Lindqvist {n}",
        "emails": (f"ife.lindqvist.{n}@example.com",),
        "phones": (f"+1555010{n % 10000:04d}",),
        "links": (f"linkedin.com/in/ife-lindqvist-{n}",),
        "company": "Arch & Span",
        "title": "Engineer",
        "location": "Leeds, UK",
    } | over
