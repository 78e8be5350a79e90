"""The token endpoint and the bearer tokens it gave out.

Client credentials only. `grant_type`, `sub` and the credential may come as a form, as JSON, in the query, or (the
credential) as Basic authentication. Every refusal has the body that was measured for it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from connectors.sandbox.clock import Clock, stamp
from connectors.sandbox.greenhouse.options import TOKEN_WINDOW
from connectors.sandbox.kernel import Answer, Json, Request, encode
from connectors.sandbox.rates import FixedWindow, Taken
from connectors.sandbox.switches import Switches

_GRANTS = "authorization_code, refresh_token, client_credentials, urn:ietf:params:oauth:grant-type:token-exchange"


@dataclass(slots=True)
class Session:
    """A live token: whom it acts as (`sub` empty: the integration's own user) and until when."""

    sub: str
    until: float


class Tokens:
    """Mints, knows and revokes tokens. `subject` tells whether a user id may be acted as."""

    def __init__(self, clock: Clock, switches: Switches, limit: int, seed: int, subject: Callable[[str], bool]) -> None:
        self._clock = clock
        self._switches = switches
        self._window = FixedWindow(limit, TOKEN_WINDOW, clock)
        self._random = random.Random(f"tokens:{seed}")  # noqa: S311 -- a sandbox gives out nothing worth guarding
        self._subject = subject
        self._sessions: dict[str, Session] = {}
        self.client_id = f"sandbox-{self._random.getrandbits(48):012x}-2"
        self.client_secret = f"{self._random.getrandbits(160):040x}"
        self.minted = 0

    def session(self, authorization: str) -> Session | None:
        """Whose token this is, or None."""
        scheme, _, token = authorization.partition(" ")
        session = self._sessions.get(token) if scheme.lower() == "bearer" else None
        if session is None or session.until <= self._clock.now():
            return None
        return session

    def revoke(self, authorization: str = "") -> None:
        """Kill one token, or all of them."""
        if authorization:
            self._sessions.pop(authorization.partition(" ")[2], None)
        else:
            self._sessions.clear()

    def answer(self, request: Request) -> Answer:
        """POST /token."""
        taken = self._window.take()
        answer = self._mint(request) if taken.allowed else Answer(429, {"message": "Rate limit exceeded"})
        answer.headers = {**self._headers(taken), **answer.headers}
        return answer

    def _headers(self, taken: Taken) -> dict[str, str]:
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Cache-Control": "private, no-store",
            "Vary": "Accept,Accept-Encoding",
            "X-Ratelimit-Limit": str(taken.limit),
            "X-Ratelimit-Remaining": str(taken.remaining),
            "X-Ratelimit-Reset": str(int(self._clock.now()) + TOKEN_WINDOW),
            "X-Request-Id": f"{self._random.getrandbits(128):032x}",
        }
        if not taken.allowed:
            headers["Retry-After"] = str(int(taken.until_turn) + 1)
        return headers

    def _mint(self, request: Request) -> Answer:
        given = _given(request)
        client_id, secret = _credential(request, given)
        if not client_id or not secret:
            return Answer(401, {"message": "Unauthorized", "errorId": self._error_id()})
        if not re.search(r"-\d+$", client_id):
            said = f"client_id={client_id} does not contain a valid client ID suffix"
            return Answer(400, {"message": said, "errorId": self._error_id()})
        if (client_id, secret) != (self.client_id, self.client_secret):
            return Answer(401, {"error": "invalid_client"})
        return self._grant(given)

    def _grant(self, given: Mapping[str, str]) -> Answer:
        grant = given.get("grant_type", "")
        if not grant:
            return Answer(400, {"message": "Must include `grant_type` parameter in /token request"})
        if grant in ("authorization_code", "refresh_token"):
            return Answer(400, {"error": "invalid_grant"})
        if grant != "client_credentials":
            return Answer(400, {"message": f"grant_type={grant} is invalid, please use one of: {_GRANTS}"})
        if self._switches["missing_scopes"] == "all":  # that there is such an error is known, its words are inferred
            said = "The client is not requesting any scopes."
            return Answer(400, {"error": "invalid_scope", "error_description": said})
        sub = given.get("sub", "")
        if sub and not self._subject(sub):
            return Answer(400, {"error": "invalid_grant"})
        return Answer(200, self._issue(sub))

    def _issue(self, sub: str) -> Json:
        if self._switches["new_token_revokes"]:
            self._sessions = {t: s for t, s in self._sessions.items() if s.sub != sub}
        now, seconds = self._clock.now(), float(self._switches["token_seconds"])
        token = self._jwt({"sub": sub, "iat": int(now), "exp": int(now + seconds), "jti": self._random.getrandbits(64)})
        self._sessions[token] = Session(sub, now + seconds)
        self.minted += 1
        spelling = self._switches["token_expiry"]
        until: Json = int(seconds) if spelling == "expires_in" else stamp(now + seconds)[:-5] + "Z"
        return {"token_type": "Bearer", "access_token": token, spelling: until}

    def _jwt(self, claims: Mapping[str, Json]) -> str:
        parts = [_url64(encode(part)) for part in ({"alg": "HS256", "typ": "JWT"}, claims)]
        signed = ".".join(parts)
        digest = hmac.new(self.client_secret.encode(), signed.encode(), hashlib.sha256).digest()
        return f"{signed}.{_url64(digest)}"

    def _error_id(self) -> str:
        return f"err-{self._random.getrandbits(64):016x}"


def _url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _given(request: Request) -> dict[str, str]:
    """The parameters, wherever they travel."""
    given = dict(request.pairs())
    if "json" in request.headers.get("content-type", ""):
        try:
            body = request.json()
        except ValueError:
            body = None
        if isinstance(body, dict):
            given.update({str(key): str(value) for key, value in body.items()})
    else:
        given.update(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    return given


def _credential(request: Request, given: Mapping[str, str]) -> tuple[str, str]:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return given.get("client_id", ""), given.get("client_secret", "")
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return client_id, secret
