"""From a query string to a `Query`: which parameters a list takes, and what they ask of a row.

Everything a list does not know is refused with 422 rather than ignored, as in Harvest v3.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from connectors.sandbox.clock import seconds_of, stamp
from connectors.sandbox.greenhouse.answers import BOTH_DATES, unprocessable
from connectors.sandbox.greenhouse.rows import TIMES, Resource, Row
from connectors.sandbox.kernel import Json

Test = Callable[[Row], bool]
MOST_IDS, MOST_PER_PAGE, PER_PAGE = 50, 500, 100
_BRACKET = re.compile(r"^(\w+)\[(gte|lte|gt|lt)\]$")
_OPERATORS = ("gte", "lte", "gt", "lt")


@dataclass(slots=True)
class Query:
    """What a list request asks. `ids`: only these; `owners`: index -> values; `changed`: bounds of updated_at, as
    text that compares; `own`: parameters that the list answers by code of its own; `given`: all, for the cursor."""

    per_page: int = PER_PAGE
    ids: list[int] | None = None
    owners: dict[str, list[int]] = field(default_factory=dict)
    changed: tuple[str, str] | None = None
    tests: list[Test] = field(default_factory=list)
    own: dict[str, str] = field(default_factory=dict)
    fields: list[str] = field(default_factory=list)
    given: dict[str, Json] = field(default_factory=dict)


def read(resource: Resource, given: Mapping[str, Json], *, brackets: bool) -> Query:
    """Read the parameters of a list. Raises `Refused` (422) naming what it does not take."""
    query = Query(given=dict(given))
    dates: dict[str, list[tuple[str, str]]] = {}
    for name, value in given.items():
        _take(resource, query, dates, name, str(value), brackets=brackets)
    if dates.keys() >= set(TIMES):
        raise unprocessable(BOTH_DATES)
    for column, bounds in dates.items():
        low, high = _span(column, bounds)
        if column == "updated_at":
            query.changed = low, high
        else:
            query.tests.append(_within(column, low, high))
    return query


def _take(
    resource: Resource, query: Query, dates: dict[str, list[tuple[str, str]]], name: str, value: str, *, brackets: bool
) -> None:
    bracket = _BRACKET.match(name) if brackets else None
    dated = resource.dates | (set(TIMES) if resource.dated else set())
    if bracket and bracket[1] in dated:
        dates.setdefault(bracket[1], []).append((bracket[2], value))
    elif name in dated:
        dates.setdefault(name, []).extend(_bounds(name, value))
    elif name == "per_page":
        query.per_page = _per_page(value)
    elif name == "ids":
        query.ids = _numbers(name, value)
    elif name == "fields":
        query.fields = _fields(resource, value)
    elif name in resource.ids:
        _by_ids(resource, query, name, value)
    elif name in resource.own:
        query.own[name] = value
    elif (test := _plain(resource, name, value)) is not None:
        query.tests.append(test)
    else:
        raise unprocessable({name: "is not a known query parameter"})


def _plain(resource: Resource, name: str, value: str) -> Test | None:
    if name in resource.bools:
        wanted = boolean(name, value)
        return lambda row: row[name] is wanted
    if name in resource.texts:
        return lambda row: row[name] == value
    if name in resource.ints:
        number = _numbers(name, value)[0]
        return lambda row: row[name] == number
    return None


def _by_ids(resource: Resource, query: Query, name: str, value: str) -> None:
    if name == "employee_ids":  # the one comma list of texts
        texts = set(value.split(","))
        query.tests.append(lambda row: row["employee_id"] in texts)
        return
    numbers = _numbers(name, value)
    column = resource.column_of(name)
    if column in resource.owners:
        query.owners[column] = numbers
        return
    wanted = set(numbers)
    if isinstance(resource.columns[column], list):
        query.tests.append(lambda row: not wanted.isdisjoint(row[column]))
    else:
        query.tests.append(lambda row: row[column] in wanted)


def boolean(name: str, value: str) -> bool:
    """A boolean parameter. Raises `Refused` (422)."""
    if value not in ("true", "false"):
        raise unprocessable({name: f"`{value}` is not a boolean"})
    return value == "true"


def _per_page(value: str) -> int:
    if not value.isdigit():
        raise unprocessable({"per_page": f"`{value}` is not an integer"})
    number = int(value)
    if number > MOST_PER_PAGE:
        raise unprocessable({"per_page": f"`{value}` number is greater than: {MOST_PER_PAGE}"})
    if number < 1:
        raise unprocessable({"per_page": f"`{value}` number is less than: 1"})
    return number


def _numbers(name: str, value: str) -> list[int]:
    parts = value.split(",")
    if len(parts) > MOST_IDS:
        raise unprocessable({name: f"array size is greater than: {MOST_IDS}"})
    if not all(part.strip().isdigit() for part in parts):
        raise unprocessable({name: f"`{value}` is not a list of integers"})
    return [int(part) for part in parts]


def _fields(resource: Resource, value: str) -> list[str]:
    names = value.split(",")
    if len(names) > MOST_IDS:
        raise unprocessable({"fields": f"array size is greater than: {MOST_IDS}"})
    for name in names:
        if name not in resource.columns and name not in ("id", *TIMES):
            raise unprocessable({"fields": f"`{name}` is not a field of {resource.name}"})
    return names


def _bounds(name: str, value: str) -> list[tuple[str, str]]:
    """`gte|A` or `gte|A|lte|B`."""
    parts = value.split("|")
    pairs = list(zip(parts[::2], parts[1::2], strict=False))
    if len(parts) % 2 or not all(operator in _OPERATORS for operator, _ in pairs):
        raise unprocessable({name: f"`{value}` is not a valid date-time filter"})
    return pairs


def _span(name: str, bounds: list[tuple[str, str]]) -> tuple[str, str]:
    """The closed interval, in whole milliseconds as rows print them, that all bounds leave."""
    low, high = 0, 253_402_300_799_999  # to the end of the year 9999
    for operator, text in bounds:
        try:
            moment = seconds_of(text) * 1000
        except ValueError:
            raise unprocessable({name: f"`{text}` is not a valid date-time"}) from None
        moment = round(moment, 3)  # a float of seconds carries microseconds, not more
        if operator == "gte":
            low = max(low, math.ceil(moment))
        elif operator == "gt":
            low = max(low, math.floor(moment) + 1)
        elif operator == "lte":
            high = min(high, math.floor(moment))
        else:
            high = min(high, math.ceil(moment) - 1)
    return stamp(low / 1000), stamp(high / 1000) if high >= 0 else ""


def _within(column: str, low: str, high: str) -> Test:
    def test(row: Row) -> bool:
        value = row[column]
        return value is not None and low <= value <= high

    return test
