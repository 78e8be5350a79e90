"""Lists: filters, order, paging by offset, and the three envelopes. Contacts are never sorted per request."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from connectors.sandbox.beamery.account import Account, Contact
from connectors.sandbox.beamery.errors import RefusedError
from connectors.sandbox.clock import seconds_of
from connectors.sandbox.kernel import Json, encode
from connectors.sandbox.switches import Switches

PAGE, MOST = 50, 100
_OPERATORS = ("gte", "lte", "gt", "lt")
_EVER = float("inf")
Entry = tuple[float, int, str]


class Page(NamedTuple):
    """Where a page begins, how long it may be, and its number where the old paging is used."""

    offset: int
    limit: int


def page_of(query: Mapping[str, str], switches: Switches) -> Page:
    """`offset` and `limit`, or with the legacy envelope `page` (from 1) and `per_page`. Raises `RefusedError`."""
    if switches["envelope"] == "legacy":
        limit = _number(query, "per_page", MOST)
        return Page((max(_number(query, "page", 1), 1) - 1) * limit, limit)
    return Page(_number(query, "offset", 0), min(_number(query, "limit", PAGE), MOST))


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, "")
    if not text:
        return default
    if not text.isdecimal():
        raise RefusedError(400, f"{name} must be a number")
    return int(text)


def envelope(name: str, rows: Sequence[bytes], total: int, page: Page, style: str) -> bytes:
    """The body of a list. `rows` are JSON already."""
    joined = b"[" + b",".join(rows) + b"]"
    if style == "legacy":
        return b'{"totalCount":%d,"data":%s}' % (total, joined)
    key = encode(name)
    if style == "docs":
        more = b"true" if page.offset + len(rows) < total else b"false"
        paging = b'{"total":%d,"limit":%d,"offset":%d,"hasMore":%s}' % (total, page.limit, page.offset, more)
        return b'{"success":true,%s:%s,"pagination":%s}' % (key, joined, paging)
    return b'{%s:%s,"last_batch":%d,"total_count":%d}' % (key, joined, len(rows), total)


def plain_list(name: str, rows: Sequence[Json], query: Mapping[str, str], switches: Switches) -> bytes:
    """A list of few objects."""
    page = page_of(query, switches)
    shown = rows[page.offset : page.offset + page.limit]
    return envelope(name, [encode(row) for row in shown], len(rows), page, switches["envelope"])


class Window(NamedTuple):
    """An interval of time: everything from `low` on, to before `high`."""

    low: float
    high: float

    def holds(self, moment: float) -> bool:
        """Whether a time is in it."""
        return self.low <= moment < self.high


ALWAYS = Window(-_EVER, _EVER)


class Lister:
    """Chooses contacts. What was chosen last is kept until a contact changes, so that paging costs a slice."""

    def __init__(self, account: Account, switches: Switches, now: Callable[[], float]) -> None:
        self._account = account
        self._switches = switches
        self._now = now
        self._kept: tuple[Any, Sequence[Entry]] | None = None
        self.empty = False
        self.shrunk = 0.0

    def choose(self, query: Mapping[str, str]) -> tuple[list[Contact], int, Page]:
        """A page of contacts and how many there are in all. Raises `RefusedError`."""
        page = page_of(query, self._switches)
        deepest = self._switches["deep_offset"]
        if deepest and page.offset + page.limit > deepest:
            raise RefusedError(400, f"offset + limit must not exceed {deepest}")
        if self.empty:
            return [], 0, page
        chosen = self._by_address(query)
        if chosen is None:
            entries = self._ordered(query)
            shown = entries[page.offset : page.offset + page.limit]
            return [self._account.contacts[entry[2]] for entry in shown], len(entries), page
        return chosen[page.offset : page.offset + page.limit], len(chosen), page

    # ------------------------------------------------------------------ by address or foreign id

    def _by_address(self, query: Mapping[str, str]) -> list[Contact] | None:
        if self._switches["find_by_ats_id"] and "integration_id" in query:
            if query.get("integration") != self._switches["ats_kind"]:
                return []
            found = [one for one in self._account.contacts.values() if one.ats_id == query["integration_id"]]
        elif "email" in query:
            found = self._with_email(query["email"])
            settled = self._now() - self._switches["search_lag"]
            found = [one for one in found if one.mails_since <= settled]
        else:
            return None
        return sorted(filter(self.shows, found), key=lambda one: (one.created, one.n))

    def _with_email(self, asked: str) -> list[Contact]:
        how, wanted = self._switches["email_filter"], asked.strip()
        contacts = self._account.contacts
        if how == "partial":
            return [one for one in contacts.values() if any(wanted.lower() in mail for mail in one.addresses())]
        found = [contacts[id] for id in self._account.by_email.get(wanted.lower(), ())]
        if how == "primary":
            return [one for one in found if (one.primary or "").lower() == wanted.lower()]
        if how == "case_sensitive":
            return [one for one in found if wanted in [one.primary, *(mail["value"] for mail in one.emails)]]
        return found

    def shows(self, contact: Contact) -> bool:
        """Whether lists show a contact: archived ones by switch, anonymised ones by switch, and not what an outage
        hides."""
        if contact.archived and self._switches["archived_contacts"] == "hidden":
            return False
        if contact.anonymised and self._switches["anonymised_contacts"] == "gone":
            return False
        return not self.shrunk or contact.n * 7919 % 1000 >= self.shrunk * 1000

    # ------------------------------------------------------------------ by time

    def _ordered(self, query: Mapping[str, str]) -> Sequence[Entry]:
        by_change = query.get("sort_field") == "updatedAt" and self._switches["sort_by_updated"] == "honoured"
        backwards = query.get("sort_order", "asc").lower() == "desc"
        created, updated = self._window(query, "created_at"), self._window(query, "updated_at")
        settings = (self._switches["archived_contacts"], self._switches["anonymised_contacts"], self.shrunk)
        key = (self._account.version, by_change, backwards, created, updated, settings)
        if self._kept is None or self._kept[0] != key:
            self._kept = (key, self._select(by_change, backwards, created, updated))
        return self._kept[1]

    def _select(self, by_change: bool, backwards: bool, created: Window, updated: Window) -> Sequence[Entry]:
        """A narrow window of changes is cut out and put in order of creation; a wide one is walked in that order."""
        account, contacts = self._account, self._account.contacts
        chosen = _cut(account.by_change, updated)
        if by_change:
            if created != ALWAYS:
                chosen = [e for e in chosen if created.holds(contacts[e[2]].created)]
        elif len(chosen) * 4 < len(contacts):
            found = ((contacts[e[2]].created, e[1], e[2]) for e in chosen)
            chosen = sorted(e for e in found if created.holds(e[0]))
        else:
            chosen = _cut(account.by_creation, created)
            if updated != ALWAYS:
                chosen = [e for e in chosen if updated.holds(contacts[e[2]].updated)]
        if self._hides_somebody():
            chosen = [e for e in chosen if self.shows(contacts[e[2]])]
        return chosen[::-1] if backwards else chosen

    def _hides_somebody(self) -> bool:
        anonymised = self._account.fingerprints and self._switches["anonymised_contacts"] == "gone"
        return bool(self.shrunk or anonymised or self._switches["archived_contacts"] == "hidden")

    def _window(self, query: Mapping[str, str], name: str) -> Window:
        """One time with its operator, as the API has it. With second-grained times, a row's time is the start of
        its second."""
        text = query.get(name, "")
        if not text:
            return ALWAYS
        operator = query.get(f"{name}_op", "gte")
        if operator not in _OPERATORS:
            raise RefusedError(400, f"{name}_op must be one of {', '.join(_OPERATORS)}")
        try:
            moment = seconds_of(text)
        except ValueError:
            raise RefusedError(400, f"{name} must be an ISO 8601 date-time") from None
        return _interval(moment, operator, 1_000_000 if self._switches["time_precision"] == "seconds" else 1000)


def _interval(moment: float, operator: str, grain: int) -> Window:
    """Rows are compared as they are printed, which is cut to the grain (microseconds)."""
    micros = round(moment * 1e6)
    down = micros // grain * grain
    up = down if down == micros else down + grain
    edge = {"gte": up, "gt": down + grain, "lte": down + grain, "lt": up}[operator] / 1e6 - 5e-7
    return Window(edge, _EVER) if operator in ("gte", "gt") else Window(-_EVER, edge)


def _cut(entries: list[Entry], window: Window) -> list[Entry]:
    if window == ALWAYS:
        return entries
    return entries[bisect_left(entries, (window.low,)) : bisect_left(entries, (window.high,))]
