"""The part of a stand-in that is the same for every vendor: HTTP, the log, faults. It knows no vendor.

A vendor is a module `connectors.sandbox.<kind>` (or a package of that name) with three names:

    KIND_OF_SYSTEM = "ats"                       # or "crm": which half of a pair it can play
    LIMITS = {"real": {"api": 150, ...}, "fast": {...}}   # presets of its rate limits, by names of its own
    def build(setup: Setup) -> Vendor            # makes one account and fills it from `setup.world`

and a `Vendor` as below. Everything of a vendor runs on one thread (the server's loop), so that none of it needs a
lock: `answer` and `act` are plain functions which never wait. Rate limits are the vendor's own business, because
only it knows in which order it checks route, credential and budget: it holds windows of `rates.py` and writes its
own headers.

A side channel under /_sandbox/ (side.py) stands beside the vendor's API: no credential, no limit, not in the log.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol
from urllib.parse import parse_qsl

import msgspec

from connectors.sandbox.clock import Clock, http_date
from connectors.sandbox.faults import BY_VENDOR, Fault, Faults
from connectors.sandbox.log import Entry, RequestLog
from connectors.sandbox.switches import Switches

Json = Any
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

encode = msgspec.json.encode
decode = msgspec.json.decode


@dataclass(slots=True)
class Request:
    """One request as a vendor sees it. `base` is the stand-in's own address, for links; `fault` is set when the
    kernel leaves an injected fault to the vendor."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    number: int
    base: str = ""
    fault: str = ""

    def pairs(self) -> list[tuple[str, str]]:
        """The query, decoded, in order, blanks kept."""
        return parse_qsl(self.query, keep_blank_values=True)

    def json(self) -> Json:
        """The body as JSON; None when it is empty. Raises ValueError when it does not parse."""
        if not self.body:
            return None
        try:
            return decode(self.body)
        except msgspec.DecodeError as error:
            raise ValueError("the body is not JSON") from error


@dataclass(slots=True)
class Answer:
    """What goes back. `body` is encoded unless it is bytes; None is an empty body. `applied`: for a request that
    asks for a change, whether it came about; None lets the status decide."""

    status: int
    body: Json = None
    headers: Mapping[str, str] = field(default_factory=dict)
    applied: bool | None = None

    def encoded(self) -> bytes:
        """The bytes that go over the wire."""
        if self.body is None:
            return b""
        return self.body if isinstance(self.body, bytes) else encode(self.body)


@dataclass(slots=True)
class Setup:
    """What a vendor is built from. `world` is the generated hiring world (world.py) or None for an empty account;
    `limits` are numbers by the vendor's own names; `defined_fields`: our custom fields already exist there;
    `seed` settles whatever the vendor makes up itself (tokens, ids of requests)."""

    clock: Clock
    world: Any = None
    switches: Mapping[str, Any] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)
    defined_fields: bool = True
    seed: int = 1


class ActError(ValueError):
    """A person's act that cannot be: unknown name, missing parameter, nobody there."""


class Vendor(Protocol):
    """One account of one stand-in vendor."""

    kind: str
    switches: Switches

    def is_write(self, method: str, path: str) -> bool:
        """Whether such a request asks for a change (minting a token does not)."""

    def answer(self, request: Request) -> Answer:
        """Answer an API request: routing, credential, budget, rows. Never raises."""

    def too_many(self, request: Request, seconds: float) -> Answer:
        """The vendor's 429; `seconds` 0 means until its window turns."""

    def act(self, action: str, params: Mapping[str, Json]) -> Json:
        """What a person does in the vendor's own pages. Raises `ActError`."""

    def actions(self) -> Mapping[str, str]:
        """The acts there are, with one line on each."""

    def collections(self) -> Sequence[str]:
        """The names `state` takes."""

    def state(self, collection: str) -> Json:
        """Everything in a collection, hidden rows too. Raises KeyError."""

    def credentials(self, base: str) -> Mapping[str, str]:
        """What `tieline init` needs: base_url, token_url, client_id, client_secret, ..."""

    def truth(self) -> Json:
        """What the account was filled with and under which ids; None when it started empty."""


class Route(NamedTuple):
    """Where a path leads: its name and the ids in it."""

    name: str
    ids: tuple[str, ...]


class Router:
    """Paths by method and shape. A `{}` in a pattern takes one segment; literal segments win over it."""

    def __init__(self) -> None:
        self._exact: dict[tuple[str, str], str] = {}
        self._shaped: dict[tuple[str, int], list[tuple[tuple[str, ...], str]]] = {}
        self._methods: dict[int, list[tuple[str, ...]]] = {}

    def add(self, method: str, pattern: str, name: str) -> None:
        """Let `method pattern` lead to `name`."""
        parts = tuple(pattern.strip("/").split("/"))
        self._methods.setdefault(len(parts), []).append(parts)
        if "{}" in parts:
            self._shaped.setdefault((method, len(parts)), []).append((parts, name))
        else:
            self._exact[(method, pattern)] = name

    def find(self, method: str, path: str) -> Route | None:
        """The route of a request, or None."""
        name = self._exact.get((method, path))
        if name is not None:
            return Route(name, ())
        given = path.strip("/").split("/")
        for parts, shaped in self._shaped.get((method, len(given)), ()):
            if _matches(parts, given):
                return Route(shaped, tuple(g for p, g in zip(parts, given, strict=True) if p == "{}"))
        return None

    def knows(self, path: str) -> bool:
        """Whether any method leads somewhere from here (a vendor may say 405 instead of 404)."""
        given = path.strip("/").split("/")
        return any(_matches(parts, given) for parts in self._methods.get(len(given), ()))


def _matches(parts: Sequence[str], given: Sequence[str]) -> bool:
    return all(p in ("{}", g) for p, g in zip(parts, given, strict=True)) and "" not in given


class SideChannel(Protocol):
    """Answers /_sandbox/ (side.py)."""

    def answer(self, request: Request) -> Answer:
        """Never raises."""


class DroppedError(Exception):
    """The connection was closed on purpose, in a transport that has no socket to close."""


class Sandbox:
    """The ASGI app around one vendor."""

    def __init__(self, vendor: Vendor, clock: Clock, *, seed: int = 1, log_size: int = 200_000) -> None:
        from connectors.sandbox.side import Side

        self.vendor = vendor
        self.clock = clock
        self.log = RequestLog(log_size)
        self.faults = Faults(seed)
        self.base = ""
        self._side: SideChannel = Side(self)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        request = self._request(scope, await _body(receive))
        if request.path.startswith("/_sandbox/"):
            await self._send(send, self._side.answer(request))
            return
        entry = self.log.add(
            self.clock.now(), request.method, request.path, request.query,
            write=self.vendor.is_write(request.method, request.path),
        )  # fmt: skip
        request.number = entry.number
        if entry.write:
            entry.body = _loggable(request.body)
        fault = self.faults.pick(request.method, request.path)
        if fault is None:
            await self._send(send, self.perform(request, entry))
        else:
            entry.fault = fault.kind
            await self._fail(fault, request, entry, receive, send)

    def _request(self, scope: Scope, body: bytes) -> Request:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        query = scope["query_string"].decode("latin-1")
        base = self.base or "http://" + headers.get("host", "sandbox")
        return Request(scope["method"], scope["path"], query, headers, body, 0, base)

    def perform(self, request: Request, entry: Entry) -> Answer:
        """Let the vendor do it, and note how it ended."""
        answer = self.vendor.answer(request)
        entry.status = answer.status
        done = answer.status < 300 if answer.applied is None else answer.applied
        entry.applied = entry.write and done
        return answer

    async def _fail(self, fault: Fault, request: Request, entry: Entry, receive: Receive, send: Send) -> None:
        kind = fault.kind
        if kind in BY_VENDOR:
            request.fault = kind
            await self._send(send, self.perform(request, entry))
        elif kind == "slow":
            await asyncio.sleep(fault.seconds)
            await self._send(send, self.perform(request, entry))
        elif kind in ("lost_reply", "refused"):
            if kind == "lost_reply":
                self.perform(request, entry)
            entry.status = 0
            await _hang_up(send, receive)
        elif kind == "late_apply":
            await self._late(fault, request, entry, receive, send)
        else:
            await self._spoil(fault, request, entry, receive, send)

    async def _spoil(self, fault: Fault, request: Request, entry: Entry, receive: Receive, send: Send) -> None:
        if fault.kind == "too_many":
            answer = self.vendor.too_many(request, fault.seconds)
        elif fault.kind == "server_error":
            if fault.applied:
                self.perform(request, entry)
            answer = _broken(fault.status or 503)
        else:
            answer = self.perform(request, entry)
            if fault.kind == "cut_body":
                await self._cut(answer, entry, receive, send)
                return
            answer = _spoilt(fault.kind, answer)
        entry.status = answer.status
        await self._send(send, answer)

    async def _late(self, fault: Fault, request: Request, entry: Entry, receive: Receive, send: Send) -> None:
        """Answer (or keep silent) now, do it later: what a gateway's time-out looks like from outside."""

        def apply() -> None:
            told = entry.status
            self.perform(request, entry)
            entry.status = told

        self.clock.later(fault.seconds, apply)
        status = 504 if fault.status is None else fault.status
        if status == 0:
            await _until_gone(receive)
            return
        entry.status = status
        await self._send(send, _broken(status))

    async def _cut(self, answer: Answer, entry: Entry, receive: Receive, send: Send) -> None:
        body = answer.encoded()
        entry.status = 0
        await send(self._start(answer, len(body)))
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        await _hang_up(send, receive, flush=True)

    def _start(self, answer: Answer, length: int) -> dict[str, Any]:
        headers = [(b"date", http_date(int(self.clock.now())).encode())]
        if answer.status != 204:
            headers.append((b"content-length", b"%d" % length))
        headers += [(k.encode("latin-1"), v.encode("latin-1")) for k, v in answer.headers.items()]
        return {"type": "http.response.start", "status": answer.status, "headers": headers}

    async def _send(self, send: Send, answer: Answer) -> None:
        body = answer.encoded()
        await send(self._start(answer, len(body)))
        await send({"type": "http.response.body", "body": body})


async def _body(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return body
    parts = [body]
    while message.get("more_body"):
        message = await receive()
        parts.append(message.get("body", b""))
    return b"".join(parts)


def _loggable(body: bytes) -> Json:
    try:
        return decode(body) if body else None
    except msgspec.DecodeError:
        return body.decode("utf-8", "replace")


def _broken(status: int) -> Answer:
    page = b"<html><head><title>%d</title></head><body>upstream error</body></html>" % status
    return Answer(status, page, {"content-type": "text/html"})


def _spoilt(kind: str, answer: Answer) -> Answer:
    if kind == "html":
        page = b"<!DOCTYPE html><html><body><h1>We'll be back soon</h1></body></html>"
        return Answer(200, page, {"content-type": "text/html; charset=utf-8"})
    return Answer(answer.status if answer.status != 204 else 200, answer.encoded()[:-1] + b',,"', answer.headers)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _hang_up(send: Send, receive: Receive, *, flush: bool = False) -> None:
    """Close the socket under an HTTP response. ASGI has no word for it, so uvicorn's transport is taken."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise DroppedError("the stand-in closed the connection")
    if flush:
        transport.close()
    else:
        transport.abort()
    await _until_gone(receive)
