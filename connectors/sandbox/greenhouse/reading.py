"""GET of a list: newest id first, a page at a time, the rest through a cursor.

The cursor is URL-encoded base64 JSON as recorded of the live API: the original query, the page size, the first id
of the next page (inclusive), the page's number, and the id of the request that began the crawl.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from urllib.parse import quote

import msgspec

from connectors.sandbox.clock import stamp
from connectors.sandbox.greenhouse.answers import CURSOR_ALONE, CURSOR_DEAD, unprocessable
from connectors.sandbox.greenhouse.filters import Query, Test, boolean, read
from connectors.sandbox.greenhouse.rows import Row
from connectors.sandbox.greenhouse.tables import Store, Table
from connectors.sandbox.kernel import Answer, Json, Request, encode
from connectors.sandbox.switches import Switches

Hides = Callable[[Row], bool]
_STATUS = {"active": "in_process", "rejected": "rejected", "hired": "hired", "converted": "converted"}
_SMALL_SHARE = 10  # a window over less than a tenth of the rows is sorted, else the table is walked
_MOST_CRAWLS = 10_000


class _Cursor(msgspec.Struct):
    query: dict[str, Json]
    per_page: int
    id: int
    page: int
    original_request_id: str


class Reader:
    """Answers list requests from the store. `service_users` and `default_reasons` are ids that lists keep back
    unless asked for."""

    def __init__(self, store: Store, switches: Switches) -> None:
        self._store = store
        self._switches = switches
        self.service_users: set[int] = set()
        self.default_reasons: set[int] = set()
        self._crawls: dict[str, float] = {}

    def answer(self, name: str, request: Request, request_id: str, hides: Hides | None) -> Answer:
        """A page. Raises `Refused`."""
        table = self._store[name]
        cursor, page = self._cursor(request, request_id)
        query = read(table.resource, cursor.query, brackets=self._switches["bracket_dates"] == "accepted")
        self._narrow(table, query)
        if hides is not None:
            query.tests.append(lambda row: not hides(row))
        start = cursor.id if page > 1 else None
        # The cursor names the first row of the next page, so one more than a page is looked for.
        found = list(islice(self._matches(table, query, start), query.per_page + 1))
        body = self._body(table, query, found[: query.per_page])
        return Answer(200, body, {"Link": self._link(name, request, cursor, query, found, page)})

    def _cursor(self, request: Request, request_id: str) -> tuple[_Cursor, int]:
        pairs = request.pairs()
        given = dict(pairs)
        if request.fault == "expired_cursor":
            raise unprocessable(CURSOR_DEAD)
        if "cursor" not in given:
            self._remember(request_id)
            return _Cursor(
                {k: int(v) if k == "per_page" and v.isdigit() else v for k, v in pairs}, 0, 0, 1, request_id
            ), 1
        if len(pairs) > 1:
            raise unprocessable(CURSOR_ALONE)
        try:
            cursor = msgspec.json.decode(base64.b64decode(given["cursor"], validate=True), type=_Cursor)
        except (binascii.Error, msgspec.MsgspecError, ValueError):
            raise unprocessable(CURSOR_DEAD) from None
        begun = self._crawls.get(cursor.original_request_id)
        if begun is None or self._store.clock.now() > begun + self._switches["cursor_seconds"]:
            raise unprocessable(CURSOR_DEAD)
        return cursor, cursor.page

    def _remember(self, request_id: str) -> None:
        self._crawls[request_id] = self._store.clock.now()
        if len(self._crawls) > _MOST_CRAWLS:
            del self._crawls[next(iter(self._crawls))]

    def _link(self, name: str, request: Request, cursor: _Cursor, query: Query, found: list[int], page: int) -> str:
        if len(found) <= query.per_page:
            return ""
        after = _Cursor(cursor.query, query.per_page, found[query.per_page], page + 1, cursor.original_request_id)
        opaque = quote(base64.b64encode(encode(after)).decode(), safe="")
        return f'<{request.base}/v3/{name}?cursor={opaque}>; rel="next"'

    def _body(self, table: Table, query: Query, numbers: Iterable[int]) -> bytes:
        if query.fields:
            return encode([_only(query.fields, table.shown(number)) for number in numbers])
        return encode([table.encoded(number) for number in numbers])

    def _matches(self, table: Table, query: Query, start: int | None) -> Iterator[int]:
        """Ids of the rows that answer the query, descending from `start`."""
        tests = query.tests
        if query.changed:
            low, high = query.changed
            tests = [lambda row: low <= row["updated_at"] <= high, *tests]
        for number in self._candidates(table, query, start):
            row = table.rows[number]
            if all(test(row) for test in tests):
                yield number

    def _candidates(self, table: Table, query: Query, start: int | None) -> Iterable[int]:
        """As few ids as the indexes allow, descending."""
        narrowed: set[int] | None = None
        if query.ids is not None:
            narrowed = {number for number in query.ids if number in table}
        for index, values in query.owners.items():
            held = table.indexed(index, values)
            narrowed = held if narrowed is None else narrowed & held
        if narrowed is None and query.changed:
            changed = table.changed_between(*query.changed)
            if len(changed) * _SMALL_SHARE <= len(table):
                narrowed = set(changed)
        if narrowed is None:
            return table.below(start)
        return sorted((n for n in narrowed if start is None or n <= start), reverse=True)

    def _narrow(self, table: Table, query: Query) -> None:
        """What a list answers by code of its own, and what it keeps back."""
        name, own = table.resource.name, query.own
        for parameter in ("email", "tag"):
            if parameter in own:
                value = own[parameter].lower() if parameter == "email" else own[parameter]
                held = table.indexed(parameter, [value])
                query.ids = list(held if query.ids is None else held & set(query.ids))
        if "status" in own:
            query.tests.append(_status(name, own["status"]))
        if "office_id" in own:
            office = own["office_id"]
            query.tests.append(lambda row: office in map(str, row["office_ids"]))
        if "custom_field_key" in own:
            query.tests.append(self._of_field(own["custom_field_key"]))
        if "custom_field_option_id" in own:
            query.tests.append(self._with_option(own["custom_field_option_id"]))
        self._keep_back(name, query)

    def _keep_back(self, name: str, query: Query) -> None:
        if name == "rejection_reasons" and not _flag(query, "include_defaults"):
            query.tests.append(lambda row: row["id"] not in self.default_reasons)
        if name == "users" and not _flag(query, "show_service_accounts"):
            query.tests.append(lambda row: row["id"] not in self.service_users)
        if (
            "job_interview_stage_ids" in query.given
            and name == "applications"
            and not self._switches["shows_job_stage"]
        ):
            raise unprocessable({"job_interview_stage_ids": "is not a known query parameter"})
        lag = self._switches["list_lag"]
        if lag and "ids" not in query.given:
            latest = stamp(self._store.clock.now() - lag)
            query.tests.append(lambda row: row["created_at"] <= latest)

    def _of_field(self, key: str) -> Test:
        fields = {row["id"] for row in self._store["custom_fields"].rows.values() if row["name_key"] == key}
        return lambda row: row["custom_field_id"] in fields

    def _with_option(self, value: str) -> Test:
        options, fields = self._store["custom_field_options"], self._store["custom_fields"]
        if not value.isdigit():
            raise unprocessable({"custom_field_option_id": f"`{value}` is not an integer"})
        option = options.rows.get(int(value))
        if option is None:
            return lambda _row: False
        key, label = fields[option["custom_field_id"]]["name_key"], option["name"]

        def test(row: Row) -> bool:
            held = (row.get("custom_fields") or {}).get(key)
            return label in held if isinstance(held, list) else held == label

        return test


def _flag(query: Query, name: str) -> bool:
    return name in query.own and boolean(name, query.own[name])


def _status(name: str, value: str) -> Test:
    known = _STATUS if name == "applications" else {word: word for word in ("open", "closed", "draft")}
    if value not in known:
        raise unprocessable({"status": f"`{value}` is not one of: {', '.join(known)}"})
    wanted = known[value]
    return lambda row: row["status"] == wanted


def _only(fields: list[str], row: Row) -> Row:
    return {name: row[name] for name in fields if name in row}
