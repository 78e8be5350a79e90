"""Getting in: the settings of a Beamery account, its two log-ins, its rate headers, and what a person can mend."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import msgspec
from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from connectors.kit.auth import Minted, lifetime
from connectors.kit.contract import Budget, Finding, InitKey, Severity, VendorError
from connectors.kit.http import Pace, VendorClient
from connectors.kit.urls import checked

HOSTS = ("beamery.com", "beamery.eu")
# Documented environments. A tenant lives in one of them, and the host does not tell sandbox from production in the EU.
ENVIRONMENTS = (
    "https://frontier.beamery.com",
    "https://frontier.sandbox.beamery.com",
    "https://frontier.beamery.eu",
)
LIMIT, WINDOW = 40, 1.0  # requests and seconds, per company: every integration of the customer spends from it
_ASSUMED_LIFETIME = 86_400.0  # seconds, where the answer names no expiry
_DRAFT_3 = re.compile(r"\s*(\d+)\s*(?:;\s*w=(\d+))?")

INIT = (
    InitKey("base_url", ENVIRONMENTS[0]),
    InitKey("client_id", env="BEAMERY_CLIENT_ID"),
    InitKey("client_secret", env="BEAMERY_CLIENT_SECRET"),
)


class Settings(BaseModel):
    """The [systems.NAME] keys of a Beamery account. Either `client_id` and `client_secret`, or the older `username`
    and `password`; the former are used when both are given. `base_url` is the tenant's environment, with or without
    /v1; `token_url` is needed only where tokens are minted elsewhere. `rate_share` is our part of the company's
    budget. `activities` reads engagement history, one request for each changed contact, where the tenant has it.
    `custom_fields` are those that are read, by display name or id, or by a part of the name written `~part`."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    base_url: str = ENVIRONMENTS[0]
    token_url: str = ""
    client_id: str = Field(default="", repr=False)
    client_secret: SecretStr = SecretStr("")
    username: str = Field(default="", repr=False)
    password: SecretStr = SecretStr("")
    activities: bool = False
    custom_fields: list[str] = Field(default_factory=list)
    rate_share: float = Field(default=0.5, gt=0, le=1)
    overlap_minutes: int = Field(default=35, ge=0)

    @field_validator("base_url", "token_url")
    @classmethod
    def _ours(cls, value: str, info: Any) -> str:
        if info.field_name == "token_url":
            return checked(value, HOSTS) if value else ""
        return checked(value, HOSTS).removesuffix("/v1")

    @model_validator(mode="after")
    def _one_login(self) -> Settings:
        oauth = bool(self.client_id) and bool(self.client_secret.get_secret_value())
        basic = bool(self.username) and bool(self.password.get_secret_value())
        if not oauth and not basic:
            raise ValueError("give client_id and client_secret, or username and password")
        return self


def mint(settings: Settings, client: VendorClient) -> Minted:
    """A token by either log-in. Client credentials go as camelCase JSON without a grant type; user and password go
    as Basic to GET /auth. Raises a halting `VendorError`."""
    if settings.client_id and settings.client_secret.get_secret_value():
        url = settings.token_url or f"{settings.base_url}/v1/oauth/token"
        content = {"clientId": settings.client_id, "clientSecret": settings.client_secret.get_secret_value()}
        reply = client.exchange(url, what="token", json=content)
    else:
        user = (settings.username, settings.password.get_secret_value())
        url = settings.token_url or f"{settings.base_url}/v1/auth"
        reply = client.exchange(url, what="token", auth=user, method="GET")
    answer = _answer(reply.body)
    token = answer.get("access_token") or answer.get("token") or answer.get("accessToken")
    if 200 <= reply.status < 300 and isinstance(token, str) and token:
        dated = any(answer.get(key) is not None for key in ("expires_in", "expires_at", "expires"))
        return Minted(token, lifetime(answer, client.now()) if dated else _ASSUMED_LIFETIME)
    trouble = "the answer holds no token" if 200 <= reply.status < 300 else f"the log-in answered {reply.status}"
    raise client.error(f"no token: {trouble}", "token", halt=True, status=reply.status)


def _answer(body: bytes) -> dict[str, Any]:
    """A log-in's answer as an object; a bare string is the token itself."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.MsgspecError, RecursionError):
        return {}
    if isinstance(found, str):
        return {"token": found}
    return found if isinstance(found, dict) else {}


def pace(share: float, budget: Budget) -> Callable[[httpx.Headers], Pace]:
    """A reader of the draft-3 rate headers that claims only our share of the company's limit. When nothing is left,
    everybody waits for the reset, as the vendor asks; the reset counts seconds from now and is no moment."""

    def read(headers: httpx.Headers) -> Pace:
        told = _DRAFT_3.match(headers.get("x-ratelimit-limit", ""))
        limit = int(told[1]) if told else LIMIT
        window = float(told[2]) if told and told[2] else WINDOW
        ours = max(1, int(limit * share))
        remaining = _number(headers.get("x-ratelimit-remaining"))
        wait = _number(headers.get("x-ratelimit-reset"))
        if remaining is not None and remaining < 1 and wait:
            budget.pause(wait)
        left = None if remaining is None else min(ours, max(0, int(remaining)))
        return Pace(limit=ours, remaining=left, window=window, wait=wait)

    return read


def pace_told(share: float) -> str:
    """The budget in words."""
    return f"at most {max(1, int(LIMIT * share))} of the company's {LIMIT} requests a second are taken"


def _number(text: str | None) -> float | None:
    try:
        return max(0.0, float(text)) if text else None
    except ValueError:
        return None


def mend(status: int, what: str) -> str:
    """What a person can do about a status."""
    if what == "token":
        return "check the credential and, with Beamery's support, which environment it belongs to" if status else ""
    if status == 401:
        return "check the credential: a new token was refused too"
    if status == 403:
        return f"give the API user's role access to {what} (Beamery's support sets the API user role)"
    return ""


def refused_login(system: str, base_url: str, error: VendorError) -> Finding:
    """What to say when there is no token: a wrong secret looks like the wrong region, and a dead host is neither."""
    others = ", ".join(one for one in ENVIRONMENTS if one != base_url)
    if error.status == 0:
        return Finding(system, "host", Severity.ERROR, str(error), f"check base_url; Beamery's hosts are {others}")
    return Finding(
        system,
        "credential",
        Severity.ERROR,
        str(error),
        f"check client_id and client_secret; a credential of another region is refused too, the others are {others}",
    )
