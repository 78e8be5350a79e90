"""The one way a connector talks to its vendor: what is tried again, what is not, and how it is told.

The budget is asked before every request. Reads are tried again within limits; writes only when they certainly did
not arrive, and each ends in a verdict. Errors are one sentence for the person who must act: system, what was asked,
status, how to mend it; never a body, a query string, an address or a token.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

import httpx
import msgspec
import structlog
import tenacity

from connectors.kit import verdicts
from connectors.kit.auth import TokenSource
from connectors.kit.contract import Budget, VendorError, Verdict
from connectors.kit.retry import Limits, Patience, retry_after
from connectors.kit.wire import Announce, Params, Reply, Unreadable, Wire

log = structlog.get_logger(__name__)

T = TypeVar("T")
_PLAIN_ID = re.compile(r"[\w-]{1,64}", re.ASCII)
_DEAD_HOST = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class Pace(NamedTuple):
    """What a vendor's headers say of its rate: `limit` requests in `window` seconds, `remaining` of them, and the
    seconds to wait after a 429 that has no Retry-After."""

    limit: int | None = None
    remaining: int | None = None
    window: float | None = None
    wait: float | None = None


class Read(NamedTuple):
    """What a read brought: the headers of the answer that could be read, and the decoded value."""

    headers: httpx.Headers
    value: Any


class Written(NamedTuple):
    """What came of a write: the verdict, one sentence, the status (0: none came) and the answer's body."""

    verdict: Verdict
    reason: str
    status: int
    body: bytes


class _Again(Exception):  # noqa: N818 - a signal to tenacity, never seen outside
    """This try failed and another may not; `error` is what to raise when there is no other."""

    def __init__(self, error: VendorError) -> None:
        super().__init__()
        self.error = error


def no_pace(_headers: httpx.Headers) -> Pace:
    """For vendors whose headers say nothing of a rate."""
    return Pace()


def no_mending(_status: int, _what: str) -> str:
    """For vendors of which nothing particular is known."""
    return ""


def decode_any(body: bytes) -> Any:
    """Decode a JSON body; raises ValueError when it is not JSON."""
    return msgspec.json.decode(body)


class VendorClient:
    """One connector's HTTP client. Safe to use from several threads. Set `tokens` before the first call where the
    vendor wants a bearer token."""

    def __init__(
        self,
        system: str,
        base_url: str,
        budget: Budget,
        *,
        refused: re.Pattern[str] | None = None,
        pace: Callable[[httpx.Headers], Pace] = no_pace,
        mend: Callable[[int, str], str] = no_mending,
        limits: Limits | None = None,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        """`refused` matches the paths that are never asked for; `pace` reads a vendor's rate headers; `mend` says,
        for a status and a resource, what a person would do about it."""
        self.system = system
        self.tokens: TokenSource | None = None
        self._limits = limits or Limits()
        self._wire = Wire(system, base_url, refused, self._limits)
        self._budget = budget
        self._pace = pace
        self._mend = mend
        self._rest = sleep or self._wire.closed.wait

    def read(
        self,
        path: str,
        params: Params = (),
        *,
        what: str,
        decode: Callable[[bytes], Any] = decode_any,
        announce: Announce | None = None,
    ) -> Read:
        """GET and decode, tried again while that may help. `what` names the resource in messages; `announce` is told
        the headers of a good answer before its body is read, once for every try. Raises `VendorError`."""
        url = self._wire.url(path, params)
        patience = Patience(self._limits, self._limits.attempts)

        def once() -> Read:
            try:
                reply = self._authorised("GET", url, patience, announce=announce)
            except (httpx.HTTPError, httpx.StreamError) as error:
                raise self._lost(error, what) from None
            if reply.status in verdicts.READ_AGAIN:
                raise self._busy(reply, what, patience)
            if not 200 <= reply.status < 300:
                halt = reply.status not in (400, 422)
                raise self.error(self._answered(reply, what), what, halt=halt, status=reply.status)
            try:
                return Read(reply.headers, decode(reply.body))
            except (ValueError, RecursionError):
                raise _Again(self.error(f"{what}: the answer is cut short or not what was asked for", what)) from None

        return self._persist(once, patience, what)

    def write(self, method: str, path: str, body: object, *, what: str) -> Written:
        """Send one write. Never raises; tries again only what certainly did not arrive."""
        try:
            url, content = self._wire.url(path, ()), msgspec.json.encode(body)
        except VendorError as error:
            return Written(Verdict.HALT, str(error), 0, b"")
        except (TypeError, ValueError) as error:
            words = f"the {what} cannot be put into JSON ({type(error).__name__})"
            return Written(Verdict.HALT, str(self.error(words, what)), 0, b"")
        patience = Patience(self._limits, self._limits.write_attempts)
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_result(lambda written: written.verdict is Verdict.NOT_SENT),
            stop=patience.stop,
            wait=patience.wait,
            sleep=self._sleep,
            retry_error_callback=_last_result,
        )
        written: Written = retrying(self._write_once, method, url, content, what, patience)
        return written

    def exchange(
        self, url: str, *, what: str, auth: tuple[str, str] | None = None, method: str = "POST", **content: Any
    ) -> Reply:
        """One request outside the API with a credential of its own (Basic) and never with our token: for minting
        tokens. Tried again like a read, because a token minted twice does no harm; outside the API's budget.
        Whatever status comes is returned. Raises `VendorError` when none does."""
        patience = Patience(self._limits, self._limits.attempts)

        def once() -> Reply:
            try:
                with patience.spending():
                    reply = self._wire.send(method, httpx.URL(url), auth=auth, lenient=True, **content)
            except (httpx.HTTPError, httpx.StreamError) as error:
                raise self._lost(error, what) from None
            if reply.status in verdicts.READ_AGAIN:
                raise self._busy(reply, what, patience, shared=False)
            return reply

        return self._persist(once, patience, what)

    def own(self, url: str, what: str) -> httpx.URL:
        """A URL that the vendor gave us, if it is of our own origin; else raises a halting `VendorError`."""
        mine = self._wire.own(url)
        if mine is None:
            raise self.error(f"the next page of {what} lies on another host, which is not followed", what, halt=True)
        return mine

    def error(self, words: str, what: str = "", *, halt: bool = False, status: int = 0) -> VendorError:
        """A `VendorError` whose one sentence names the system and, where it is known, how to mend it."""
        mend = self._mend(status, what)
        return VendorError(f"{self.system}: {words}{'; ' if mend else ''}{mend}", halt=halt, status=status)

    def now(self) -> datetime:
        """The vendor's clock; ours until it has spoken."""
        return self._wire.now()

    @property
    def heard(self) -> bool:
        """True once the vendor has told its time."""
        return self._wire.heard

    def requests(self) -> int:
        """How many requests have been sent, for tokens too."""
        return self._wire.requests()

    def close(self) -> None:
        """Give back the sockets and wake whoever waits to try again."""
        self._wire.close()

    def _persist(self, once: Callable[[], T], patience: Patience, what: str) -> T:
        def tell(state: tenacity.RetryCallState) -> None:
            log.info("connector.tries_again", system=self.system, object=what, attempt=state.attempt_number)

        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_Again),
            stop=patience.stop,
            wait=patience.wait,
            sleep=self._sleep,
            before_sleep=tell,
            reraise=True,
        )
        try:
            return retrying(once)
        except _Again as last:
            raise last.error from None

    def _sleep(self, seconds: float) -> None:
        self._rest(seconds)

    def _write_once(self, method: str, url: httpx.URL, content: bytes, what: str, patience: Patience) -> Written:
        try:
            reply = self._authorised(method, url, patience, content=content)
        except VendorError as error:
            return Written(Verdict.HALT, str(error), error.status, b"")
        except Exception as error:  # noqa: BLE001 - whatever happens to a write has a verdict, our own bugs too
            words = f"the {what} got no answer ({type(error).__name__})"
            return Written(verdicts.of_error(error), str(self.error(words, what)), 0, b"")
        verdict = verdicts.of_status(reply.status)
        if verdict is Verdict.APPLIED:
            return Written(verdict, "", reply.status, reply.body)
        self._note_wait(reply, patience)
        reason = str(self.error(self._answered(reply, what), what, status=reply.status))
        return Written(verdict, reason, reply.status, reply.body)

    def _authorised(
        self,
        method: str,
        url: httpx.URL,
        patience: Patience,
        *,
        content: bytes | None = None,
        announce: Announce | None = None,
    ) -> Reply:
        """Carry a request with a token; a 401 is answered with one new token and one more request."""
        token = self.tokens.get() if self.tokens else ""
        reply = self._budgeted(method, url, token, patience, content, announce)
        if reply.status == 401 and self.tokens:
            token = self.tokens.renew(token)
            reply = self._budgeted(method, url, token, patience, content, announce)
        return reply

    def _budgeted(
        self,
        method: str,
        url: httpx.URL,
        token: str,
        patience: Patience,
        content: bytes | None,
        announce: Announce | None,
    ) -> Reply:
        write = content is not None
        try:
            self._budget.acquire(write=write)
        except Exception as error:
            # Nothing has left yet; raised as it is, a write would be taken for one that may have been applied.
            raise self.error(f"the rate budget cannot be asked ({type(error).__name__})", halt=True) from error
        more: dict[str, Any] = {"content": content, "headers": {"Content-Type": "application/json"}} if write else {}
        with patience.spending():
            reply = self._wire.send(method, url, token=token, announce=announce, lenient=write, **more)
        pace = self._pace(reply.headers)
        # After a 429 the pause has the say: when it ends the vendor's window is a new one.
        remaining = None if reply.status == 429 else pace.remaining
        if pace.limit is not None or remaining is not None:
            self._budget.learn(limit=pace.limit, remaining=remaining, window=pace.window)
        return reply

    def _busy(self, reply: Reply, what: str, patience: Patience, *, shared: bool = True) -> _Again:
        self._note_wait(reply, patience, shared=shared)
        return _Again(self.error(self._answered(reply, what), what, status=reply.status))

    def _note_wait(self, reply: Reply, patience: Patience, *, shared: bool = True) -> None:
        """Remember what the vendor asks us to wait; after a 429 nobody else sends either."""
        asked = retry_after(reply.headers, self.now())
        if asked is None and reply.status == 429:
            asked = self._pace(reply.headers).wait
        patience.asked = asked
        if reply.status == 429 and shared:
            self._budget.pause(min(1.0 if asked is None else asked, self._limits.longest_wait))

    def _lost(self, error: Exception, what: str) -> _Again | VendorError:
        words = str(error) if isinstance(error, Unreadable) else f"no answer came ({type(error).__name__})"
        told = self.error(f"{what}: {words}", what, halt=isinstance(error, _DEAD_HOST))
        return _Again(told) if verdicts.read_again(error) else told

    def _answered(self, reply: Reply, what: str) -> str:
        request = reply.headers.get("x-request-id", "")
        told = f" (request {request})" if _PLAIN_ID.fullmatch(request) else ""
        return f"{what} answered {reply.status}{told}"


def _last_result(state: tenacity.RetryCallState) -> Any:
    return state.outcome.result() if state.outcome else None
