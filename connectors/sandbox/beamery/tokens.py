"""Logging in, both ways, and the tokens that come of it. Neither is RFC 6749: the fact sheet, section 3, says how."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from hashlib import sha256

from connectors.sandbox.beamery.errors import RefusedError
from connectors.sandbox.kernel import Json, Request
from connectors.sandbox.switches import Switches

CLIENT_ID, CLIENT_SECRET = "sandbox-beamery-client", "sandbox-beamery-secret"
USERNAME, PASSWORD = "api-user@hiring.example.com", "sandbox-beamery-password"


class Tokens:
    """Mints tokens and knows which are alive."""

    def __init__(self, switches: Switches, now: Callable[[], float], seed: int) -> None:
        self._switches = switches
        self._now = now
        self._seed = seed
        self._minted = 0
        self._alive: dict[str, float] = {}

    def by_client(self, request: Request) -> Json:
        """POST /v1/oauth/token: camelCase JSON, no grant_type, no form. Raises `RefusedError`."""
        if self._switches["logins"] == "basic":
            raise RefusedError(401, "Unauthorized")
        try:
            body = request.json()
        except ValueError:
            raise RefusedError(400, "Unexpected token in JSON") from None
        if not isinstance(body, dict) or not {"clientId", "clientSecret"} <= body.keys():
            raise RefusedError(400, "clientId and clientSecret are required")
        if (body["clientId"], body["clientSecret"]) != (CLIENT_ID, CLIENT_SECRET):
            raise RefusedError(401, "Unauthorized")
        token, seconds = self._mint()
        return {"access_token": token, "token_type": "Bearer", "expires_in": int(seconds)}

    def by_password(self, headers: Mapping[str, str]) -> Json:
        """GET /v1/auth with Basic. Raises `RefusedError`."""
        kind, _, given = headers.get("authorization", "").partition(" ")
        try:
            pair = base64.b64decode(given, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            pair = ""
        if self._switches["logins"] == "oauth" or kind.lower() != "basic" or pair != f"{USERNAME}:{PASSWORD}":
            raise RefusedError(401, "Unauthorized")
        return {self._switches["auth_token_key"]: self._mint()[0]}

    def _mint(self) -> tuple[str, float]:
        self._minted += 1
        token = "bt_" + sha256(f"{self._seed}:{self._minted}".encode()).hexdigest()[:40]
        seconds = float(self._switches["token_seconds"])
        self._alive[token] = self._now() + seconds
        return token, seconds

    def check(self, headers: Mapping[str, str]) -> str:
        """The token of a request, with `Bearer` or bare. Raises `RefusedError`."""
        given = headers.get("authorization", "")
        token = given[7:].strip() if given[:7].lower() == "bearer " else given.strip()
        if self._alive.get(token, 0.0) <= self._now():
            raise RefusedError(401, "Unauthorized")
        return token

    def revoke(self, token: str = "") -> int:
        """Kill one token, or all of them; says how many."""
        before = len(self._alive)
        if token:
            self._alive.pop(token, None)
        else:
            self._alive.clear()
        return before - len(self._alive)
