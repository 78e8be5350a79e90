"""A desk in front of the Beamery stand-in: asks it without a socket between, with a clock that stands still."""

from __future__ import annotations

import base64
import json
from typing import Any, NamedTuple
from urllib.parse import urlencode

from connectors.sandbox.beamery import LIMITS
from connectors.sandbox.beamery.vendor import Beamery
from connectors.sandbox.clock import VirtualClock, stamp
from connectors.sandbox.kernel import Request, Setup
from connectors.sandbox.world import generate

MOMENT = 1_795_300_210.25  # 2026-11-21T22:30:10.250Z
BASE = "http://127.0.0.1:9"


class Reply(NamedTuple):
    status: int
    body: Any
    headers: dict[str, str]


class Desk:
    """One tenant and somebody who may ask it anything."""

    def __init__(
        self, people: int = 0, seed: int = 3, limits: Any = "fast", defined_fields: bool = True, **switches: Any
    ):
        self.clock = VirtualClock(MOMENT)
        self.world = generate(people, seed) if people else None
        if self.world is not None:
            self.clock.shift(max(0.0, self.world.now - MOMENT) + 60)
        numbers = LIMITS[limits] if isinstance(limits, str) else limits
        self.vendor = Beamery(Setup(self.clock, self.world, switches, numbers, defined_fields, seed))
        self.token = ""

    # ---- asking

    def ask(
        self, method: str, path: str, body: Any = None, /, *, fault: str = "", headers: Any = None, **query: Any
    ) -> Reply:
        if not self.token:
            self.log_in()
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        given = {"authorization": f"Bearer {self.token}", **(headers or {})}
        answer = self.vendor.answer(Request(method, path, urlencode(query), given, raw, 1, BASE, fault))
        content = answer.encoded()
        return Reply(answer.status, json.loads(content) if content else None, dict(answer.headers))

    def oauth(self, body: Any = None) -> Reply:
        secret = self.vendor.credentials(BASE)
        if body is None:
            body = {"clientId": secret["client_id"], "clientSecret": secret["client_secret"]}
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = self.vendor.answer(Request("POST", "/v1/oauth/token", "", {}, raw, 1, BASE))
        return Reply(answer.status, json.loads(answer.encoded()), dict(answer.headers))

    def basic(self, password: str | None = None) -> Reply:
        secret = self.vendor.credentials(BASE)
        pair = f"{secret['username']}:{password if password is not None else secret['password']}"
        given = {"authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
        answer = self.vendor.answer(Request("GET", "/v1/auth", "", given, b"", 1, BASE))
        return Reply(answer.status, json.loads(answer.encoded()), dict(answer.headers))

    def log_in(self) -> None:
        self.token = self.oauth().body["access_token"]

    def get(self, path: str, /, **query: Any) -> Reply:
        return self.ask("GET", f"/v1/{path}", **query)

    def contacts(self, **query: Any) -> list[dict[str, Any]]:
        reply = self.get("contacts", **query)
        assert reply.status == 200, reply.body
        return reply.body["contacts"]

    def contact(self, id: str) -> dict[str, Any]:
        reply = self.get(f"contact/{id}")
        assert reply.status == 200, reply.body
        return reply.body

    def crawl(self, **query: Any) -> list[dict[str, Any]]:
        """All pages, advancing by the rows received, as the one public client does."""
        rows: list[dict[str, Any]] = []
        while True:
            page = self.contacts(offset=len(rows), **query)
            if not page:
                return rows
            rows += page

    # ---- writing

    def create(self, email: str = "ada@example.com", **more: Any) -> str:
        body = {"firstName": "Ada", "lastName": "Birch", "primaryEmail": email, "emails": [email], **more}
        reply = self.ask("POST", "/v1/contact", body)
        assert reply.status in (200, 201), reply.body
        return reply.body["id"]

    def patch(self, id: str, /, **body: Any) -> Reply:
        return self.ask("PATCH", f"/v1/contact/{id}", {"id": id, **body})

    def changed(self, id: str, /, **body: Any) -> dict[str, Any]:
        """The contact after a PATCH that has to succeed."""
        reply = self.patch(id, **body)
        assert reply.status in (200, 204), reply.body
        return self.contact(id)

    def act(self, action: str, **params: Any) -> Any:
        return self.vendor.act(action, params)

    # ---- looking up

    def field(self, name: str) -> dict[str, Any]:
        return next(row for row in self.vendor.state("customFields") if row["displayName"] == name)

    def option(self, name: str, label: str) -> str:
        return next(option["id"] for option in self.field(name)["options"] if option["value"] == label)

    def tag(self, label: str) -> str:
        return next(row["id"] for row in self.vendor.state("globalTags") if row["value"] == label)

    def pool(self, name: str) -> str:
        return next(row["id"] for row in self.vendor.state("pools") if row["name"] == name)

    def now(self) -> str:
        return stamp(self.clock.now())


def values(items: list[dict[str, Any]]) -> list[str]:
    return [item["value"] for item in items]


def held(contact: dict[str, Any]) -> dict[str, Any]:
    """Custom fields by display name."""
    return {one["displayName"]: one["value"] for one in contact["customFields"]}
