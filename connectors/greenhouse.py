"""Greenhouse, through Harvest v3: how to speak to it. What its records mean is in `mapping.greenhouse`.

What is peculiar, each point with its test: lists are bare arrays, newest id first, and go on through a cursor that
must travel alone; PATCH replaces every collection and all custom fields; there is no idempotency key, no tombstone
and no GET by id; ids pass 2**32. Sources: harvestdocs.greenhouse.io (pagination, list-endpoints, api-rate-limiting,
authentication), read 2026-11-22, and traffic recorded in May 2026. docs/greenhouse.md tells the rest.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any, NamedTuple

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from connectors._greenhouse_lists import LISTS
from connectors.kit import checks, merging
from connectors.kit.answers import jwt_claims, list_of, named, new_ids, numbers, object_of, whole_number
from connectors.kit.auth import Minted, TokenSource, lifetime
from connectors.kit.contract import (
    Budget,
    Capabilities,
    Finding,
    Fresh,
    InitKey,
    Json,
    Outcome,
    Page,
    Row,
    Severity,
    Stream,
    VendorError,
    Verdict,
    WantedField,
    Window,
    WindowExpired,
    Write,
)
from connectors.kit.fingerprint import Cutter
from connectors.kit.http import Pace, Read, VendorClient, Written
from connectors.kit.lists import Listing, batches
from connectors.kit.paging import pages as read_ahead
from connectors.kit.urls import checked
from connectors.kit.wire import Announce

KIND = "greenhouse"
PER_PAGE, BATCH = 500, 50  # the vendor's maxima, for per_page and for comma lists of ids
WINDOW_SECONDS = 30.0

# Protected, confidential, or no business of ours: refused before anything is sent, whatever asks for it.
REFUSED = re.compile(
    r"/(?:eeoc|demographic|offer|scorecard|interviewer|attachment|email_template|pay_input|approv|job_note"
    r"|\w*candidate_attribute|webhook)"
)

CAPABILITIES = Capabilities(
    verbs=frozenset({"create_candidate", "update_candidate", "create_application", "set_source", "create_note"}),
    notes=True,
    pools_removable=False,
    facts=(
        "Every list wants a Site Admin as the acting user; confidential jobs and private candidates may stay hidden.",
        "Sources, referrers, rejection reasons and prospect pools cannot be created through the API.",
        "Notes cannot be changed or deleted once written; ours are private and carry a marker.",
        "There is no idempotency key: a create in doubt is settled by reading, never by sending it again.",
        "Deleted and merged candidates vanish without a trace; a sweep of known ids finds them.",
        "Tieline never moves, rejects or hires an application here: a stage move may send mail to the candidate.",
    ),
)

INIT = (
    InitKey("base_url", "https://harvest.greenhouse.io"),
    InitKey("token_url", "https://auth.greenhouse.io/token"),
    InitKey("client_id", env="GREENHOUSE_CLIENT_ID"),
    InitKey("client_secret", env="GREENHOUSE_CLIENT_SECRET"),
)


class Settings(BaseModel):
    """The [systems.NAME] keys of a Greenhouse account. `sub` is the numeric id of the user to act as; empty: the
    credential's own service user. `custom_fields` are name_keys of candidate fields that are read; `rate_share` is
    our part of the credential's budget where others spend from it too."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    base_url: str = "https://harvest.greenhouse.io"
    token_url: str = "https://auth.greenhouse.io/token"  # noqa: S105 - an address
    client_id: str = Field(min_length=1, repr=False)
    client_secret: SecretStr = Field(min_length=1)
    sub: str = Field(default="", pattern=r"^[0-9]*$")
    custom_fields: list[str] = Field(default_factory=list)
    rate_share: float = Field(default=1.0, gt=0, le=1)
    overlap_minutes: int = Field(default=60, ge=0)

    @field_validator("base_url", "token_url")
    @classmethod
    def _greenhouses(cls, value: str) -> str:
        return checked(value, ["greenhouse.io"]).removesuffix("/v3")


_LISTS = {one.stream.object: one for one in LISTS}

# Collections of a candidate that a PATCH replaces whole, and when two of their items are the same.
_COLLECTIONS: Mapping[str, merging.Same] = {
    "email_addresses": merging.same_text,
    "phone_numbers": merging.same_phone,
    "website_addresses": merging.same_link,
    "social_media_addresses": merging.same_link,
    "addresses": merging.same_text,
    "tags": merging.exactly,  # tag names are case-sensitive
}
_ITEMS = tuple(name for name in _COLLECTIONS if name != "tags")
_ITEM_KEYS = frozenset({"type", "value"})
_COLLECTED = attrgetter(*_ITEMS)
_READ_AS = {"is_private": "private"}  # the key of a write -> the key of a read, where they differ
_SELECTS = frozenset({"single_select", "multi_select"})
_VALUE_TYPES = {"text": "short_text", "long_text": "long_text", "date": "date", "url": "url", "boolean": "yes_no"}
_NEXT = re.compile(r'<([^>]*)>\s*;[^,]*\brel="?next"?')


class _Field(NamedTuple):
    """What must be known of a candidate custom field before its values are read."""

    id: str
    kind: str
    private: bool


def open_connector(system: str, settings: Settings, budget: Budget) -> Greenhouse:
    """One account. Nothing is sent until it is asked for something."""
    return Greenhouse(system, settings, budget)


class Greenhouse:
    """A connector in the sense of `connectors.kit.contract.Connector`."""

    kind = KIND

    def __init__(self, system: str, settings: Settings, budget: Budget, **client: Any) -> None:
        """`client` goes on to `VendorClient`: other limits, another way to sleep."""
        self.system = system
        self.capabilities = dataclasses.replace(CAPABILITIES, overlap_minutes=settings.overlap_minutes)
        self._settings = settings
        self._client = VendorClient(
            system, settings.base_url, budget, refused=REFUSED, pace=self._read_pace, mend=_mend, **client
        )
        self._tokens = self._client.tokens = TokenSource(self._mint)
        self._limit: int | None = None
        self._fields: dict[str, _Field] | None = None
        self._kept: list[str] | None = None
        shapes = {one.stream.object: one.shape for one in LISTS}
        shapes["candidate"] = dataclasses.replace(
            shapes["candidate"], cut=self._cut_candidate, config=self._kept_fields
        )
        self._cutters = {
            name: Cutter(shape, settings.client_secret.get_secret_value()) for name, shape in shapes.items()
        }

    def streams(self) -> Sequence[Stream]:
        """Reference tables first, parents before children."""
        return tuple(one.stream for one in LISTS)

    def now(self) -> datetime:
        """The vendor's clock."""
        return self._client.now()

    def requests(self) -> int:
        """How many requests have been sent, for tokens too."""
        return self._client.requests()

    def close(self) -> None:
        """Give back sockets and threads."""
        self._client.close()

    def total(self, object: str) -> int | None:  # noqa: ARG002 - the contract's signature
        """Harvest v3 counts nothing."""
        return None

    # Reading.

    def pages(self, stream: Stream, window: Window | None) -> Iterator[Page]:
        """A stream, whole or by `updated_at` within the closed window. A row that changes while the window is read
        leaves it and is met in the next one. Raises `WindowExpired` when the cursor dies."""
        one = _LISTS[stream.object]
        read = {"custom_field": self._definitions, "custom_field_option": self._options}.get(stream.object, self._pages)
        try:
            yield from read(one, _within(window))
        except VendorError as error:
            # A scope that is missing for an optional list stops nothing else.
            error.halt = error.halt and (stream.required or error.status != 403)
            raise

    def fresh(self, object: str, ids: Sequence[str]) -> Mapping[str, Fresh]:
        """Objects as they are now, fifty to a request. An id that is no number cannot be one of Greenhouse's."""
        one, cutter = _LISTS[object], self._cutters[object]
        found: dict[str, Fresh] = {}
        for batch in batches((id for id in dict.fromkeys(ids) if whole_number(id) is not None), BATCH):
            asked = [("ids", ",".join(batch)), ("per_page", str(BATCH))]
            for raw in self._first(one, asked, list_of).value:
                fresh = cutter.fresh(raw) if isinstance(raw, dict) else None
                if fresh is not None:
                    found[fresh.row.id] = fresh
        return found

    def find(self, object: str, *, email: str = "", owner: str = "") -> Sequence[Row]:
        """Candidates by e-mail (exact but for case), children by their parent's id."""
        one = _LISTS[object]
        name, value = ("email", email) if email else (one.by_owner, owner)
        if not name or not value:
            return ()
        return [row for page in self._pages(one, [(name, value)]) for row in page.whole()]

    def _pages(self, one: Listing, params: Sequence[tuple[str, str]]) -> Iterator[Page]:
        decode = self._cutters[one.stream.object].glance

        def fetch(cursor: str, announce: Announce) -> Read:
            if cursor:
                return self._following(one, cursor, decode, announce)
            return self._first(one, [*params, ("per_page", str(PER_PAGE))], decode, announce)

        for page in read_ahead(
            "",
            fetch,
            lambda _at, read: self._next(read.headers, one.path),
            guess=lambda _at, headers: self._next(headers, one.path),
            what=one.path,
            system=self.system,
        ):
            rows, unreadable = page.value
            yield Page(rows, unreadable, page.last)

    def _first(
        self,
        one: Listing,
        params: Sequence[tuple[str, str]],
        decode: Callable[[bytes], Any],
        announce: Announce | None = None,
    ) -> Read:
        """The first page, widened by what the list may hide; not widened where the vendor refuses that."""
        path = f"/v3/{one.path}"
        if one.ask:
            try:
                return self._client.read(path, [*one.ask, *params], what=one.path, decode=decode, announce=announce)
            except VendorError as error:
                if error.status != 422:
                    raise
        return self._client.read(path, params, what=one.path, decode=decode, announce=announce)

    def _following(self, one: Listing, cursor: str, decode: Callable[[bytes], Any], announce: Announce) -> Read:
        """A later page. Anything beside the cursor is refused: size and filters ride inside it."""
        path, params = f"/v3/{one.path}", [("cursor", cursor)]
        try:
            return self._client.read(path, params, what=one.path, decode=decode, announce=announce)
        except VendorError as error:
            if error.status != 422:
                raise
            words = f"{self.system}: the cursor of {one.path} has expired, so the window must be read again"
            raise WindowExpired(words, status=422) from None

    def _next(self, headers: httpx.Headers, what: str) -> str | None:
        """The cursor of the next page. On the last one the Link header is there and empty. The rest of the link is
        not used: the request is built anew on our own origin, because it carries the credential."""
        found = _NEXT.search(headers.get("link", ""))
        if not found:
            return None
        cursor: str = self._client.own(found[1], what).params.get("cursor", "")
        if not cursor:
            raise self._client.error(f"the next page of {what} has no cursor", what, halt=True)
        return cursor

    def _definitions(self, one: Listing, params: Sequence[tuple[str, str]]) -> Iterator[Page]:
        """The candidate custom fields; reading candidates needs to know which of them are private."""
        fields: dict[str, _Field] = {}
        for page in self._pages(one, [*params, ("field_type", "candidate")]):
            for row in page.whole():
                told = object_of(row.payload)
                private = told.get("private") is not False  # unless it says otherwise
                fields[str(told.get("name_key"))] = _Field(row.id, str(told.get("value_type")), private)
            if page.last:
                self._fields, self._kept = fields, None
            yield page

    def _options(self, one: Listing, params: Sequence[tuple[str, str]]) -> Iterator[Page]:
        """Only the choices of the fields that are read: schools alone are thousands of options."""
        known = self._known_fields()
        ids = [known[key].id for key in self._settings.custom_fields if key in known and known[key].kind in _SELECTS]
        for batch in batches(ids, BATCH):
            for page in self._pages(one, [*params, ("custom_field_ids", ",".join(batch))]):
                yield page._replace(last=False)
        yield Page((), (), last=True)

    def _known_fields(self) -> dict[str, _Field]:
        if self._fields is None:
            for _ in self._definitions(_LISTS["custom_field"], ()):
                pass
        return self._fields or {}

    def _cut_candidate(self, row: Any) -> None:
        """Items of collections keep type and value; custom fields are denied unless configured and not private."""
        for items in _COLLECTED(row):
            if items:
                for item in items:
                    if type(item) is not dict or not item.keys() <= _ITEM_KEYS:
                        _cut_items(row)
                        break
        told = row.custom_fields
        if type(told) is dict:
            row.custom_fields = {key: _value(told[key]) for key in self._kept_fields() if key in told}

    def _kept_fields(self) -> Sequence[str]:
        """The configured fields that exist and are not private: told by their definitions, which are read once."""
        wanted = self._settings.custom_fields
        if not wanted:
            return ()
        if self._kept is None:
            known = self._known_fields()
            self._kept = [key for key in wanted if key in known and not known[key].private]
        return self._kept

    # Writing.

    def send(self, write: Write, fresh: Fresh | None) -> Outcome:
        """Carry one write; every end it can come to has a verdict."""
        verbs: Mapping[str, Callable[[Write, Fresh | None], Outcome]] = {
            "create_candidate": self._create_candidate,
            "update_candidate": self._update_candidate,
            "create_application": self._create_application,
            "set_source": self._set_source,
            "create_note": self._create_note,
        }
        if write.verb not in verbs:
            return Outcome(Verdict.INVALID, f"{self.system}: Greenhouse takes no {write.verb}")
        try:
            return verbs[write.verb](write, fresh)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # The client raises nothing, so a request could not be built and nothing has been sent.
            return Outcome(Verdict.HALT, f"{self.system}: a {write.verb} could not be built ({type(error).__name__})")

    def _create_candidate(self, write: Write, _fresh: Fresh | None) -> Outcome:
        body = {key: value for key, value in write.body.get("set", {}).items() if value is not None}
        custom = {key: value for key, value in write.body.get("custom", {}).items() if value is not None}
        if custom:
            body["custom_fields"] = _custom_items(custom)
        application = numbers(write.body.get("application") or {})
        if application:
            body["application"] = application
        written = self._client.write("POST", "/v3/candidates", body, what="candidates:create")
        if written.status == 422 and application.get("prospect") and b"source_id" in written.body:
            # Whether a prospect may be born with a source is disputed; a 422 has created nothing.
            application.pop("source_id", None)
            written = self._client.write("POST", "/v3/candidates", body, what="candidates:create")
        if written.status == 404:
            written = written._replace(verdict=Verdict.HALT)  # no parent could have gone: the route is not there
        return self._created(written, body, "candidate", "application")

    def _update_candidate(self, write: Write, fresh: Fresh | None) -> Outcome:
        """Read, merge, write whole: a PATCH replaces every collection and all custom fields."""
        if fresh is None:
            return Outcome(Verdict.RACED, f"{self.system}: the candidate was not found when read before writing")
        asked, raw = write.body, fresh.raw
        body = merging.changed(asked.get("set", {}), raw, _READ_AS, empty="")
        try:
            body.update(merging.whole_lists(asked.get("add", {}), asked.get("remove", {}), raw, _COLLECTIONS))
            if asked.get("custom") and "custom_fields" not in raw:
                raise merging.Hidden("custom_fields")
        except merging.Hidden as hidden:
            words = f"{self.system}: {hidden} is not shown to this credential, so it cannot be written whole"
            return Outcome(Verdict.INVALID, words)
        told = {key: one.get("value") for key, one in (raw.get("custom_fields") or {}).items() if one}
        if custom := merging.whole_values(asked.get("custom", {}), told):
            body["custom_fields"] = _custom_items(custom)
        if not body:
            return Outcome(Verdict.APPLIED, f"{self.system}: nothing was left to change")
        path = f"/v3/candidates/{int(write.id)}"
        return self._outcome(self._client.write("PATCH", path, body, what="candidates:update"), body)

    def _create_application(self, write: Write, _fresh: Fresh | None) -> Outcome:
        body = numbers({key: value for key, value in write.body.items() if value not in (None, "")})
        written = self._client.write("POST", "/v3/applications", body, what="applications:create")
        return self._created(written, body, "application")

    def _set_source(self, write: Write, fresh: Fresh | None) -> Outcome:
        body = numbers({"source_id": write.body["source_id"]})
        if fresh is not None and fresh.raw.get("source_id") == body["source_id"]:
            return Outcome(Verdict.APPLIED, f"{self.system}: nothing was left to change")
        path = f"/v3/applications/{int(write.id)}"
        return self._outcome(self._client.write("PATCH", path, body, what="applications:update"), body)

    def _create_note(self, write: Write, _fresh: Fresh | None) -> Outcome:
        body = {
            "candidate_id": int(write.body["candidate_id"]),
            "body": write.body["text"],
            "visibility": "private",  # written so, read as privately_visible
            "note_type": "NOTE",
        }
        return self._created(self._client.write("POST", "/v3/notes", body, what="notes:create"), body, "note")

    def _created(self, written: Written, body: Mapping[str, Json], main: str, *others: str) -> Outcome:
        """The outcome of a create. Without the new id in the answer nobody knows what came into being."""
        outcome = self._outcome(written, body)
        if outcome.verdict is not Verdict.APPLIED:
            return outcome
        ids = new_ids(written.body, main, others)
        if main not in ids:
            words = f"{self.system}: the new {main} was answered {written.status} without an id that can be read"
            return Outcome(Verdict.UNKNOWN, words, written.status)
        return dataclasses.replace(outcome, created=ids)

    def _outcome(self, written: Written, body: Mapping[str, Json]) -> Outcome:
        complaint = named(body, written.body) if written.verdict is Verdict.INVALID else ""
        reason = f"{written.reason} (it names {complaint})" if complaint else written.reason
        return Outcome(written.verdict, reason, written.status)

    # Credential and rate.

    def _mint(self) -> Minted:
        settings = self._settings
        form = {"grant_type": "client_credentials", **({"sub": settings.sub} if settings.sub else {})}
        auth = (settings.client_id, settings.client_secret.get_secret_value())
        reply = self._client.exchange(settings.token_url, what="token", auth=auth, data=form)
        answer = object_of(reply.body)
        token = answer.get("access_token")
        if reply.status == 200 and isinstance(token, str) and token:
            return Minted(token, lifetime(answer, self._client.now()))
        trouble = _token_trouble(reply.status, answer, acting=bool(settings.sub))
        raise VendorError(f"{self.system}: no token: {trouble}", halt=True, status=reply.status)

    def _read_pace(self, headers: httpx.Headers) -> Pace:
        """X-RateLimit-* as the budget wants them. -Reset is not used: it is always a whole window from now, while
        windows turn at :00 and :30 (recorded 2026-05-11); Date has whole seconds, hence one more."""
        now = self._client.now()
        turn = WINDOW_SECONDS - (now.second + now.microsecond / 1e6) % WINDOW_SECONDS + 1.0
        limit, remaining = (
            whole_number(headers.get("x-ratelimit-limit")),
            whole_number(headers.get("x-ratelimit-remaining")),
        )
        if not limit:
            return Pace(wait=turn)
        self._limit = limit
        ours = max(1, int(limit * self._settings.rate_share))
        left = None if remaining is None else max(0, remaining - (limit - ours))
        return Pace(ours, left, WINDOW_SECONDS, turn)

    # Looking after the account.

    def check(self) -> Sequence[Finding]:
        """The credential, the host, every scope for reading, the acting user, the clock and the rate."""
        try:
            claims = jwt_claims(self._tokens.get())
            self._probe(_LISTS["source"])
        except VendorError as error:
            if error.status != 403:
                subject = "credentials" if error.status in (400, 401) else "host"
                return [Finding(self.system, subject, Severity.ERROR, str(error))]
        return [
            Finding(self.system, "credentials", Severity.OK, "the client is known and has a token"),
            *checks.lists(self.system, self.streams(), lambda stream: self._probe(_LISTS[stream.object])),
            *self._acting_user(str(self._settings.sub or claims.get("sub") or "")),
            *checks.clock(self._client),
            *checks.rate(self.system, self._limit, WINDOW_SECONDS),
        ]

    def _probe(self, one: Listing) -> list[Any]:
        rows: list[Any] = self._first(one, [("per_page", "1")], list_of).value
        return rows

    def _acting_user(self, id: str) -> Iterator[Finding]:
        """Scopes are one gate, the acting user the other: every list wants a Site Admin."""
        named_user = whole_number(id) is not None
        try:
            users = self._first(_LISTS["user"], [("ids", id) if named_user else ("per_page", "1")], list_of).value
        except VendorError:
            return  # told already, as a list that cannot be read
        admin = bool(users) and (not named_user or users[0].get("site_admin") is True)
        who = f"user {id}" if named_user else "the credential's user"
        if not admin:
            words = f"{who} is not a Site Admin" if users else f"{who} is shown no users, so lists come back empty"
            mend = "make the user that the credential acts as a Site Admin who may see private candidates"
            yield Finding(self.system, "acting user", Severity.ERROR, words, mend)
        elif named_user:
            yield Finding(self.system, "acting user", Severity.OK, f"{who} is a Site Admin")

    def create_field(self, field: WantedField) -> Finding:
        """Create a candidate custom field. The vendor makes the name_key from the name and never changes it."""
        subject = f"custom field {field.key}"
        kind = _VALUE_TYPES.get(field.type)
        if kind is None:
            return Finding(self.system, subject, Severity.WARNING, f"a {field.type} cannot be created from here")
        name = field.key.replace("_", " ").strip().capitalize()
        body = {"name": name, "field_type": "candidate", "value_type": kind, "private": False}
        written = self._client.write("POST", "/v3/custom_fields", body, what="custom_fields:create")
        if written.verdict is not Verdict.APPLIED:
            mend = f"create it by hand in Configure > Custom Options, as {kind}, with the name {name!r}"
            return Finding(self.system, subject, Severity.ERROR, self._outcome(written, body).reason, mend)
        key = object_of(written.body).get("name_key")
        if key != field.key:
            words = f"was created under the name_key {key!r}" if key else "was created; its name_key was not told"
            mend = "set this key in the mapping's custom_fields" if key else "run `tieline check` again"
            return Finding(self.system, subject, Severity.WARNING, words, mend)
        return Finding(self.system, subject, Severity.OK, f"was created, as {kind}")


def _within(window: Window | None) -> list[tuple[str, str]]:
    if window is None:
        return []
    since = f"gte|{_stamp(window.since)}|" if window.since else ""
    return [("updated_at", f"{since}lte|{_stamp(window.until)}")]


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _cut_items(row: Any) -> None:
    for name in _ITEMS:
        items = getattr(row, name)
        if isinstance(items, list):
            kept = [{key: one[key] for key in one if key in _ITEM_KEYS} for one in items if isinstance(one, dict)]
            setattr(row, name, kept)


def _value(told: Json) -> Json:
    """A custom field without its label, which anybody may change without meaning anything."""
    return {"value": told.get("value")} if isinstance(told, dict) else None


def _custom_items(values: Mapping[str, Json]) -> list[Json]:
    """Custom fields as writes want them: by name_key, or by id where that is what is known."""
    return [
        {"custom_field_id": int(key), "value": value} if whole_number(key) else {"name_key": key, "value": value}
        for key, value in sorted(values.items())
    ]


def _mend(status: int, what: str) -> str:
    if status == 401:
        return "the token is refused though it is new: see the credential in Configure > Dev Center"
    if status == 403:
        scope = f"harvest:{what}" if ":" in what else f"harvest:{what}:list"
        return f"the credential needs the scope {scope} and its user must be a Site Admin"
    if (status == 404 and ":" not in what) or 300 <= status < 400:
        return "base_url must be https://harvest.greenhouse.io"
    return ""


def _token_trouble(status: int, answer: Mapping[str, Any], *, acting: bool) -> str:
    """The token endpoint's refusals in plain words. Its own are not repeated: one of them echoes the client id."""
    message, error = str(answer.get("message", "")).lower(), str(answer.get("error", "")).lower()
    said = f"{message} {error} {answer.get('error_description', '')}".lower()
    if "suffix" in said:
        return "client_id lacks its organisation suffix (a dash and a number); copy it whole from Dev Center"
    if "scope" in said:
        return "the credential has no scopes; tick them on its second page in Configure > Dev Center"
    if error == "invalid_client":
        return "client_id or client_secret is not known; a rotated secret lives on for a week at most"
    if error == "invalid_grant":
        return f"the credential may not act as the user in {'sub' if acting else 'its settings'}"
    if "grant_type" in said:
        return "the token endpoint does not know this grant; token_url must be https://auth.greenhouse.io/token"
    if status == 401:
        return "client_id and client_secret did not arrive; both must be set"
    return f"the token endpoint answered {status}; token_url must be https://auth.greenhouse.io/token"
