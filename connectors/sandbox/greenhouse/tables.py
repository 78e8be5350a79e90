"""The account's rows in memory: kept in id order, indexed by owner and by time of change, encoded once.

A list over 100,000 rows must not sort or encode them per request: ids are kept ordered, and each row's JSON is kept
until the row changes. Rows are changed only through `Table`, which keeps all of that true.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from typing import Any

import msgspec

from connectors.sandbox.clock import Clock, stamp
from connectors.sandbox.greenhouse.rows import OWN_BASE, RESOURCES, Resource, Row
from connectors.sandbox.kernel import encode
from connectors.sandbox.world import ATS_BASE, SILO

Keys = Callable[[Row], Iterable[Hashable]]
Show = Callable[[Row], Row]


def _emails(row: Row) -> Iterable[Hashable]:
    return {item["value"].lower() for item in row["email_addresses"]}


def _tags(row: Row) -> Iterable[Hashable]:
    return set(row["tags"])


_EXTRA_KEYS: Mapping[str, Mapping[str, Keys]] = {"candidates": {"email": _emails, "tag": _tags}}


def _column(name: str) -> Keys:
    return lambda row: (row[name],)


class Table:
    """One list's rows."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource
        self.rows: dict[int, Row] = {}
        self.ids: list[int] = []
        self._changed: list[tuple[str, int]] = []
        self._show: Show = lambda row: row
        self._encoded: dict[int, msgspec.Raw] = {}
        keys = {name: _column(name) for name in resource.owners}
        self._keys: dict[str, Keys] = {**keys, **_EXTRA_KEYS.get(resource.name, {})}
        self._index: dict[str, dict[Hashable, set[int]]] = {name: {} for name in self._keys}

    def __contains__(self, number: object) -> bool:
        return number in self.rows

    def __getitem__(self, number: int) -> Row:
        return self.rows[number]

    def __len__(self) -> int:
        return len(self.rows)

    def insert(self, row: Row, *, ordered: bool = True) -> None:
        """Add a row. Without `ordered` the caller owes a `settle`: sorting once is cheaper when filling."""
        number = row["id"]
        self.rows[number] = row
        if ordered:
            insort(self.ids, number)
            insort(self._changed, (row["updated_at"], number))
        else:
            self.ids.append(number)
            self._changed.append((row["updated_at"], number))
        self._enter(row)

    def settle(self) -> None:
        """Put in order what was inserted without."""
        self.ids.sort()
        self._changed.sort()

    def update(self, number: int, changes: Mapping[str, Any]) -> Row:
        """Change some columns; the caller sets updated_at itself where that is so."""
        row = self.rows[number]
        self._leave(row)
        if changes.get("updated_at", row["updated_at"]) != row["updated_at"]:
            del self._changed[bisect_left(self._changed, (row["updated_at"], number))]
            insort(self._changed, (changes["updated_at"], number))
        row.update(changes)
        self._enter(row)
        self._encoded.pop(number, None)
        return row

    def delete(self, number: int) -> None:
        """Take a row out for good; nothing remains of it."""
        row = self.rows.pop(number)
        self._leave(row)
        del self.ids[bisect_left(self.ids, number)]
        del self._changed[bisect_left(self._changed, (row["updated_at"], number))]
        self._encoded.pop(number, None)

    def find(self, index: str, value: Hashable) -> list[Row]:
        """The rows an index names, in id order."""
        return [self.rows[number] for number in sorted(self._index[index].get(value, ()))]

    def indexed(self, index: str, values: Iterable[Hashable]) -> set[int]:
        """The ids an index names for any of the values."""
        found: set[int] = set()
        for value in values:
            found |= self._index[index].get(value, set())
        return found

    def has_index(self, name: str) -> bool:
        """Whether `find` and `indexed` know it."""
        return name in self._index

    def changed_between(self, low: str, high: str) -> list[int]:
        """Ids of rows with low <= updated_at <= high, in no useful order."""
        start = bisect_left(self._changed, (low, 0))
        end = bisect_right(self._changed, (high, 1 << 62))
        return [number for _, number in self._changed[start:end]]

    def below(self, start: int | None) -> Iterator[int]:
        """All ids from `start` downwards (from the newest when None)."""
        end = len(self.ids) if start is None else bisect_right(self.ids, start)
        return (self.ids[place] for place in range(end - 1, -1, -1))

    def show_with(self, show: Show) -> None:
        """How a stored row becomes what the API tells (custom fields spelled out)."""
        self._show = show

    def shown(self, number: int) -> Row:
        """A row as the API tells it."""
        return self._show(self.rows[number])

    def encoded(self, number: int) -> msgspec.Raw:
        """The same as JSON, kept until the row changes."""
        raw = self._encoded.get(number)
        if raw is None:
            raw = self._encoded[number] = msgspec.Raw(encode(self.shown(number)))
        return raw

    def forget_encoded(self) -> None:
        """What is shown of every row may have changed (a switch, a new custom field)."""
        self._encoded.clear()

    def _enter(self, row: Row) -> None:
        for name, keys in self._keys.items():
            index = self._index[name]
            for key in keys(row):
                index.setdefault(key, set()).add(row["id"])

    def _leave(self, row: Row) -> None:
        for name, keys in self._keys.items():
            index = self._index[name]
            for key in keys(row):
                members = index[key]
                members.discard(row["id"])
                if not members:
                    del index[key]


class Store:
    """All tables, the clock, and the numbering of new rows."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.tables = {name: Table(resource) for name, resource in RESOURCES.items()}
        self._next = dict.fromkeys(RESOURCES, 0)
        self._filling = False

    @contextmanager
    def filling(self) -> Iterator[None]:
        """While this lasts rows are only created; afterwards all is in order."""
        self._filling = True
        try:
            yield
        finally:
            self._filling = False
            for table in self.tables.values():
                table.settle()

    def __getitem__(self, name: str) -> Table:
        return self.tables[name]

    def now(self) -> str:
        """The time, as rows carry it."""
        return stamp(self.clock.now())

    def number(self, name: str, n: int) -> int:
        """The id of the n-th row ever of a list."""
        kind = RESOURCES[name].kind
        base = ATS_BASE[kind] if kind in ATS_BASE else OWN_BASE[kind]
        return (base + n) * 1000 + SILO

    def create(self, name: str, values: Mapping[str, Any], *, n: int | None = None, at: float | None = None) -> Row:
        """Add a row. `n` is given while the world is loaded; afterwards rows are numbered on. `at`: when it came
        to be, now if None; `values` may carry an updated_at of their own."""
        n = self._next[name] if n is None else n
        self._next[name] = max(self._next[name], n + 1)
        time = self.now() if at is None else stamp(at)
        columns = {column: copy(default) for column, default in RESOURCES[name].columns.items()}
        row: Row = {"id": self.number(name, n), "created_at": time, "updated_at": time, **columns, **values}
        self.tables[name].insert(row, ordered=not self._filling)
        return row

    def change(self, name: str, number: int, /, **changes: Any) -> Row:
        """Change a row now: moves its updated_at."""
        return self.tables[name].update(number, {**changes, "updated_at": self.now()})
