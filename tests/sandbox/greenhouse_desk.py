"""A desk in front of the Greenhouse stand-in: asks it without a socket between, with a clock that stands still."""

from __future__ import annotations

import json
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

from connectors.sandbox.clock import VirtualClock
from connectors.sandbox.greenhouse import LIMITS
from connectors.sandbox.greenhouse.account import Account
from connectors.sandbox.kernel import Request, Setup
from connectors.sandbox.world import generate

MOMENT = 1_795_300_210.0  # 2026-11-21T22:30:10Z: ten seconds into a window of thirty
BASE = "http://127.0.0.1:9"


class Reply(NamedTuple):
    status: int
    body: Any
    headers: dict[str, str]

    @property
    def errors(self) -> list[Any]:
        return self.body["errors"]


class Desk:
    """One account and somebody who may ask it anything."""

    def __init__(
        self, people: int = 0, seed: int = 3, limits: str = "fast", defined_fields: bool = True, **switches: Any
    ):
        self.clock = VirtualClock(MOMENT)
        world = generate(people, seed) if people else None
        if world is not None:
            self.clock.shift(max(0.0, world.now - MOMENT) // 30 * 30 + 30)
        self.world = world
        self.account = Account(Setup(self.clock, world, switches, LIMITS[limits], defined_fields, seed))
        self.token = self.mint().body["access_token"]

    def ask(
        self, method: str, path: str, body: Any = None, /, *, fault: str = "", headers: Any = None, **query: Any
    ) -> Reply:
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        given = {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
        given.update(headers or {})
        answer = self.account.answer(Request(method, path, urlencode(query), given, raw, 1, BASE, fault))
        content = answer.encoded()
        return Reply(answer.status, json.loads(content) if content else None, dict(answer.headers))

    def mint(self, **form: str) -> Reply:
        secret = self.account.credentials(BASE)
        given = {"grant_type": "client_credentials", "client_id": secret["client_id"],
                 "client_secret": secret["client_secret"], **form}  # fmt: skip
        kind = {"content-type": "application/x-www-form-urlencoded", "authorization": ""}
        return self.ask_token(urlencode(given).encode(), kind)

    def ask_token(self, raw: bytes, headers: dict[str, str], query: str = "") -> Reply:
        answer = self.account.answer(Request("POST", "/token", query, headers, raw, 1, BASE))
        return Reply(answer.status, json.loads(answer.encoded()), dict(answer.headers))

    def act_as(self, sub: int) -> None:
        self.token = self.mint(sub=str(sub)).body["access_token"]

    def wait(self, seconds: float) -> None:
        """Let time pass, and go on with a token that is good."""
        self.clock.shift(seconds)
        self.token = self.mint().body["access_token"]

    def get(self, name: str, /, **query: Any) -> Reply:
        return self.ask("GET", f"/v3/{name}", **query)

    def rows(self, name: str, /, **query: Any) -> list[dict[str, Any]]:
        reply = self.get(name, **query)
        assert reply.status == 200, reply.body
        return reply.body

    def one(self, name: str, number: int) -> dict[str, Any]:
        (row,) = self.rows(name, ids=number)
        return row

    def post(self, name: str, body: Any = None) -> Reply:
        return self.ask("POST", f"/v3/{name}", body)

    def patch(self, name: str, body: Any) -> Reply:
        return self.ask("PATCH", f"/v3/{name}", body)

    def delete(self, name: str) -> Reply:
        return self.ask("DELETE", f"/v3/{name}")

    def follow(self, reply: Reply) -> Reply | None:
        """The next page, by the Link header alone; None after the last."""
        link = reply.headers["Link"]
        if not link:
            return None
        parts = urlsplit(link[1 : link.index(">")])
        (cursor,) = parse_qs(parts.query)["cursor"]
        return self.ask("GET", parts.path, cursor=cursor)

    def crawl(self, name: str, /, **query: Any) -> list[list[dict[str, Any]]]:
        """All pages of a list."""
        reply: Reply | None = self.get(name, **query)
        pages = []
        while reply is not None:
            assert reply.status == 200, reply.body
            pages.append(reply.body)
            reply = self.follow(reply)
        return pages

    def act(self, action: str, **params: Any) -> Any:
        return self.account.act(action, params)

    def job(self, name: str = "Data Engineer", **more: Any) -> int:
        return self.act("open_job", name=name, **more)["job"]

    def candidate(self, **keys: Any) -> dict[str, Any]:
        """Created over the API."""
        reply = self.post("candidates", {"first_name": "Ada", "last_name": "Birch", **keys})
        assert reply.status == 201, reply.body
        return reply.body["candidate"]

    def applicant(self, email: str = "ada@example.com", job: str = "Data Engineer", **more: Any) -> tuple[int, int]:
        """Somebody who applied by themselves: (candidate, application)."""
        made = self.act("apply", email=email, job=job, first_name="Ada", last_name="Birch", **more)
        return made["candidate"], made["application"]
