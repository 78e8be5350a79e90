"""One request and its answer: the part of the client that touches the network.

The credential goes to the base origin and nowhere else, no redirect is followed, forbidden paths are refused before
anything is sent, a request has a deadline and a body a size. Nothing is tried twice here.
"""

from __future__ import annotations

import base64
import logging
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from urllib.parse import unquote

import httpx

from connectors.kit.contract import VendorError
from connectors.kit.retry import Limits
from connectors.kit.transport import Transport, deadline
from connectors.kit.urls import same_origin

# httpx tells every URL with its query at INFO, and a look-up by e-mail has the e-mail in it.
for _logger in ("httpx", "httpcore"):
    logging.getLogger(_logger).setLevel(logging.WARNING)

Params = Mapping[str, str | int] | Sequence[tuple[str, str | int]]
Announce = Callable[[httpx.Headers], object]
USER_AGENT = "tieline/0.1"


class Reply(NamedTuple):
    """An answer with its body; to a write, the body of an answer that breaks off is empty."""

    status: int
    headers: httpx.Headers
    body: bytes


class RefusedPath(VendorError):  # noqa: N818 - named for what happened, like all of the contract's
    """Our own code asked for a path that this connector never asks for (protected data)."""


class Unreadable(httpx.TransportError):
    """The answer is too large, or is not what was asked for. The message is fit for people."""


class Wire:
    """An httpx client for one base origin. Safe to use from several threads. Raises what httpx raises."""

    def __init__(self, system: str, base_url: str, refused: re.Pattern[str] | None, limits: Limits) -> None:
        """`refused` matches the decoded, lower-cased path of requests that are never sent."""
        self.system = system
        self.base = httpx.URL(base_url)
        self.closed = threading.Event()
        self._refused = refused
        self._limits = limits
        self._lock = threading.Lock()
        self._count = 0
        self._clock: tuple[datetime, float] | None = None
        self._http = httpx.Client(
            transport=Transport(),
            trust_env=False,
            follow_redirects=False,
            headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
            timeout=httpx.Timeout(limits.idle, connect=limits.connect),
        )

    def url(self, path: str, params: Params) -> httpx.URL:
        """The address of a path below the base. Raises `RefusedPath`."""
        plain = re.sub(r"/{2,}", "/", unquote(path)).lower()
        if not path.startswith("/") or path.startswith("//") or "/../" in f"{plain}/":
            raise RefusedPath(f"{self.system}: a path was built that is none; this is a bug", halt=True)
        if self._refused and self._refused.search(plain):
            raise RefusedPath(f"{self.system}: a path with protected data was asked for; this is a bug", halt=True)
        return self.base.copy_with(path=self.base.path.rstrip("/") + path, params=params or None)

    def own(self, url: str) -> httpx.URL | None:
        """A URL that the vendor gave us, if it is of our own origin."""
        try:
            parsed = self.base.join(url)
        except httpx.InvalidURL:
            return None
        return parsed if same_origin(parsed, self.base) else None

    def send(
        self,
        method: str,
        url: httpx.URL,
        *,
        token: str = "",
        auth: tuple[str, str] | None = None,
        announce: Announce | None = None,
        lenient: bool = False,
        **content: Any,
    ) -> Reply:
        """Send one request and read its answer up to the cap. A `token` goes to our own origin only; `auth` is Basic.
        `announce` is told the headers of a good answer before its body is read. `lenient`: once the status is known,
        a body that breaks off is an empty one, because the status alone has the verdict."""
        if self.closed.is_set():
            raise VendorError(f"{self.system}: the connector has been closed")
        headers: dict[str, str] = content.pop("headers", {})
        if token and same_origin(url, self.base):
            headers["Authorization"] = f"Bearer {token}"
        elif auth:
            headers["Authorization"] = _basic(*auth)
        request = self._http.build_request(method, url, headers=headers, **content)
        with self._lock:
            self._count += 1
        with deadline(self._limits.whole):
            response = self._http.send(request, stream=True)
            try:
                self._learn_clock(response.headers)
                if method == "GET" and response.is_success:
                    _expect_json(response.headers)
                    if announce:
                        announce(response.headers)
                return Reply(response.status_code, response.headers, self._body(response, lenient=lenient))
            finally:
                response.close()

    def now(self) -> datetime:
        """The vendor's clock: its last Date header plus what has passed since, by a clock that cannot jump; ours
        until it has spoken."""
        clock = self._clock
        if clock is None:
            return datetime.now(UTC)
        return clock[0] + timedelta(seconds=time.monotonic() - clock[1])

    @property
    def heard(self) -> bool:
        """True once the vendor has told its time."""
        return self._clock is not None

    def requests(self) -> int:
        """How many requests have been sent."""
        return self._count

    def close(self) -> None:
        """Give back the sockets, and wake whoever waits on `closed`."""
        self.closed.set()
        self._http.close()

    def _body(self, response: httpx.Response, *, lenient: bool) -> bytes:
        chunks: list[bytes] = []
        size = 0
        try:
            for chunk in response.iter_bytes():
                size += len(chunk)
                if size > self._limits.body_bytes:
                    raise Unreadable("the answer is larger than the cap")
                chunks.append(chunk)
        except (httpx.HTTPError, httpx.StreamError):
            if lenient:
                return b""
            raise
        return b"".join(chunks)

    def _learn_clock(self, headers: httpx.Headers) -> None:
        try:
            moment = parsedate_to_datetime(headers.get("date", ""))
        except ValueError:
            return
        if moment.tzinfo is not None:
            self._clock = (moment.astimezone(UTC), time.monotonic())


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")


def _expect_json(headers: httpx.Headers) -> None:
    """A login page or a proxy's excuse comes with 200 too."""
    kind = headers.get("content-type", "")
    if kind and "json" not in kind.lower():
        raise Unreadable("the answer is not JSON")
