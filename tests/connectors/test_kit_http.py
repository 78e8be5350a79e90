"""The client: what it sends where, what it tries again, and what it says when it gives up."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import respx

from connectors.kit.auth import Minted, TokenSource
from connectors.kit.contract import VendorError, Verdict
from connectors.kit.http import Pace, VendorClient
from connectors.kit.retry import Limits
from connectors.kit.wire import RefusedPath

BASE = "https://api.vendor.example"
CANARIES = ("mina.canary@example.com", "TOKEN-CANARY", "body-canary", "+442079460958")


class Spy:
    """A budget that lets everybody pass and remembers what it was told."""

    def __init__(self) -> None:
        self.acquired: list[bool] = []
        self.learned: list[tuple[int | None, int | None, float | None]] = []
        self.paused: list[float] = []

    def acquire(self, *, write: bool = False) -> None:
        self.acquired.append(write)

    def learn(self, *, limit: int | None, remaining: int | None, window: float | None) -> None:
        self.learned.append((limit, remaining, window))

    def pause(self, seconds: float) -> None:
        self.paused.append(seconds)


class Setup:
    def __init__(self, **limits: Any) -> None:
        self.budget = Spy()
        self.slept: list[float] = []
        self.minted = 0
        self.client = VendorClient(
            "ats",
            BASE,
            self.budget,
            refused=re.compile(r"/(?:eeoc|demographic)"),
            pace=lambda headers: Pace(int(headers["x-limit"]), 7, 30.0) if "x-limit" in headers else Pace(wait=9.0),
            mend=lambda status, what: "ask the admin for the scope" if status == 403 else "",
            limits=Limits(**limits),
            sleep=self.slept.append,
        )
        self.client.tokens = TokenSource(self.mint)

    def mint(self) -> Minted:
        self.minted += 1
        return Minted(f"TOKEN-CANARY-{self.minted}", 3600)


@pytest.fixture
def it() -> Iterator[Setup]:
    setup = Setup()
    yield setup
    setup.client.close()


@pytest.fixture
def vendor() -> Iterator[respx.MockRouter]:
    with respx.mock(base_url=BASE, assert_all_called=False) as router:
        yield router


def read(it: Setup, path: str = "/v3/jobs", **params: str) -> Any:
    return it.client.read(path, params, what="jobs").value


def refused(it: Setup, path: str = "/v3/jobs", **params: str) -> VendorError:
    with pytest.raises(VendorError) as caught:
        read(it, path, **params)
    for canary in CANARIES:
        assert canary not in str(caught.value)
    assert caught.value.__cause__ is None, "a chained httpx error holds the request and its headers"
    assert str(caught.value).startswith("ats: ")
    return caught.value


def test_a_read_carries_the_token_and_asks_the_budget(it: Setup, vendor: respx.MockRouter) -> None:
    route = vendor.get("/v3/jobs").respond(json=[1], headers={"x-limit": "150"})
    assert read(it, per_page="2") == [1]
    request = route.calls.last.request
    assert request.headers["authorization"] == "Bearer TOKEN-CANARY-1"
    assert request.url.query == b"per_page=2"
    assert it.budget.acquired == [False]
    assert it.budget.learned == [(150, 7, 30.0)]
    assert it.client.requests() == 1


def test_an_email_in_a_query_is_encoded_and_never_logged(
    it: Setup, vendor: respx.MockRouter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    route = vendor.get("/v3/candidates").respond(json=[])
    read(it, "/v3/candidates", email="mina+x.canary@example.com")
    assert route.calls.last.request.url.query == b"email=mina%2Bx.canary%40example.com"
    assert "canary" not in caplog.text


@pytest.mark.parametrize(
    "path",
    [
        "/v3/eeoc",
        "/v3/EEOC",
        "/v3/demographic_answers",
        "/v3//eeoc",
        "/v3/%65eoc",
        "/v3/jobs/../eeoc",
        "//evil.example/x",
        "v3",
    ],
)
def test_forbidden_paths_are_refused_before_anything_is_sent(it: Setup, vendor: respx.MockRouter, path: str) -> None:
    with pytest.raises(RefusedPath):
        read(it, path)
    assert it.client.write("POST", path, {}, what="x").verdict is Verdict.HALT
    assert it.client.requests() == 0
    assert it.minted == 0


def test_minting_elsewhere_carries_its_own_credential_and_not_our_token(it: Setup, vendor: respx.MockRouter) -> None:
    vendor.get("/v3/jobs").respond(json=[])
    read(it)
    with respx.mock:
        route = respx.post("https://auth.vendor.example/token").respond(json={"access_token": "x"})
        it.client.exchange("https://auth.vendor.example/token", what="token", auth=("id", "secret"), data={"a": "b"})
        assert route.calls.last.request.headers["authorization"] == "Basic aWQ6c2VjcmV0"
        assert route.calls.last.request.content == b"a=b"


@pytest.mark.parametrize(
    "link", ["https://evil.example/v3/jobs?cursor=x", "http://api.vendor.example/v3/jobs", "//evil.example"]
)
def test_a_next_page_on_another_origin_halts(it: Setup, link: str) -> None:
    with pytest.raises(VendorError, match="another host") as caught:
        it.client.own(link, "jobs")
    assert caught.value.halt


def test_a_redirect_is_never_followed(it: Setup, vendor: respx.MockRouter) -> None:
    vendor.get("/v3/jobs").respond(302, headers={"location": "https://evil.example/login"})
    vendor.post("/v3/jobs").respond(307, headers={"location": "https://evil.example/login"})
    error = refused(it)
    assert (error.halt, error.status) == (True, 302)
    assert it.client.write("POST", "/v3/jobs", {}, what="job").verdict is Verdict.HALT
    assert it.client.requests() == 2


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520, 429, 408, 425])
def test_a_read_is_tried_again_until_it_is_answered(it: Setup, vendor: respx.MockRouter, status: int) -> None:
    vendor.get("/v3/jobs").mock(side_effect=[httpx.Response(status)] * 3 + [httpx.Response(200, json=["ok"])])
    assert read(it) == ["ok"]
    assert len(it.slept) == 3
    assert it.client.requests() == 4


def test_a_read_gives_up_after_so_many_tries(it: Setup, vendor: respx.MockRouter) -> None:
    vendor.get("/v3/jobs").respond(503)
    error = refused(it)
    assert (error.halt, error.status) == (False, 503)
    assert it.client.requests() == Limits().attempts


def test_a_read_gives_up_after_so_many_seconds(vendor: respx.MockRouter) -> None:
    it = Setup(retry_seconds=100, longest_wait=60)
    vendor.get("/v3/jobs").respond(503, headers={"retry-after": "60"})
    assert refused(it).status == 503
    assert it.client.requests() == 2
    it.client.close()


@pytest.mark.parametrize(
    ("header", "waits"),
    [("12", 12), ("0", 0), ("86400", 60), ("-5", 0), ("soon", 9), ("", 9), ("nan", 9), ("1e99", 60)],
)
def test_retry_after_is_obeyed_within_reason(it: Setup, vendor: respx.MockRouter, header: str, waits: float) -> None:
    vendor.get("/v3/jobs").mock(
        side_effect=[httpx.Response(429, headers={"retry-after": header}), httpx.Response(200, json=[])]
    )
    read(it)
    assert it.slept == [waits]
    assert it.budget.paused == [waits]


def test_retry_after_may_be_a_date_by_the_vendors_clock(it: Setup, vendor: respx.MockRouter) -> None:
    headers = {"date": "Mon, 11 May 2026 13:53:44 GMT", "retry-after": "Mon, 11 May 2026 13:54:00 GMT"}
    vendor.get("/v3/jobs").mock(side_effect=[httpx.Response(429, headers=headers), httpx.Response(200, json=[])])
    read(it)
    assert it.slept == [pytest.approx(16, abs=1)]


def test_waits_grow_and_are_never_the_same_for_everybody(it: Setup, vendor: respx.MockRouter) -> None:
    vendor.get("/v3/jobs").respond(500)
    refused(it)
    assert all(0 <= wait <= 0.25 * 2**place for place, wait in enumerate(it.slept))
    assert len(set(it.slept)) == len(it.slept)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, html="<html>Please log in</html>"),
        httpx.Response(200, content=b'[{"id": 1', headers={"content-type": "application/json"}),
        httpx.Response(200, content=b"", headers={"content-type": "application/json"}),
        httpx.Response(204),
    ],
    ids=["html", "cut", "empty", "nothing"],
)
def test_an_unreadable_answer_is_read_again_and_then_told(
    it: Setup, vendor: respx.MockRouter, answer: httpx.Response
) -> None:
    vendor.get("/v3/jobs").mock(side_effect=[answer, httpx.Response(200, json=["ok"])])
    assert read(it) == ["ok"]
    vendor.get("/v3/jobs").mock(return_value=answer)
    assert "jobs" in str(refused(it))


@pytest.mark.parametrize("kind", [httpx.ReadTimeout, httpx.ConnectError, httpx.ReadError, httpx.RemoteProtocolError])
def test_a_broken_connection_is_tried_again(it: Setup, vendor: respx.MockRouter, kind: type[Exception]) -> None:
    vendor.get("/v3/jobs").mock(side_effect=[kind("mina.canary@example.com"), httpx.Response(200, json=["ok"])])
    assert read(it) == ["ok"]


def test_a_host_that_cannot_be_reached_halts(it: Setup, vendor: respx.MockRouter) -> None:
    vendor.get("/v3/jobs").mock(side_effect=httpx.ConnectError("mina.canary@example.com"))
    assert refused(it).halt


@pytest.mark.parametrize(("status", "halt"), [(400, False), (403, True), (404, True), (410, True), (422, False)])
def test_a_refusal_is_final_and_says_how_to_mend_it(
    it: Setup, vendor: respx.MockRouter, status: int, halt: bool
) -> None:
    vendor.get("/v3/jobs").respond(
        status, json={"message": "body-canary mina.canary@example.com"}, headers={"x-request-id": "abc-123"}
    )
    error = refused(it, email="mina.canary@example.com")
    assert (error.status, error.halt) == (status, halt)
    assert it.client.requests() == 1
    assert f"jobs answered {status} (request abc-123)" in str(error)
    assert ("ask the admin for the scope" in str(error)) is (status == 403)


def test_a_request_id_that_is_no_id_is_not_repeated(it: Setup, vendor: respx.MockRouter) -> None:
    vendor.get("/v3/jobs").respond(400, headers={"x-request-id": "mina.canary@example.com"})
    assert "request" not in str(refused(it))


def test_a_dead_token_is_replaced_once_and_the_read_goes_on(it: Setup, vendor: respx.MockRouter) -> None:
    route = vendor.get("/v3/jobs")
    route.mock(side_effect=[httpx.Response(401), httpx.Response(200, json=["ok"])])
    assert read(it) == ["ok"]
    assert [call.request.headers["authorization"][-1] for call in route.calls] == ["1", "2"]
    assert it.budget.acquired == [False, False]


def test_a_second_401_halts_reads_and_writes(it: Setup, vendor: respx.MockRouter) -> None:
    vendor.route().respond(401)
    error = refused(it)
    assert (error.halt, error.status, it.minted) == (True, 401, 2)
    written = it.client.write("POST", "/v3/notes", {}, what="note")
    assert (written.verdict, written.status, it.minted) == (Verdict.HALT, 401, 3)


def test_a_token_that_cannot_be_minted_stops_a_write_before_it_is_sent(it: Setup, vendor: respx.MockRouter) -> None:
    def mint() -> Minted:
        raise VendorError("ats: no token", halt=True, status=401)

    it.client.tokens = TokenSource(mint)
    assert it.client.write("POST", "/v3/notes", {}, what="note").verdict is Verdict.HALT
    assert it.client.requests() == 0


@pytest.mark.parametrize("status", [200, 201, 204, 302, 400, 403, 404, 409, 412, 422, 408, 500, 503, 504])
def test_a_write_is_sent_once_and_its_status_is_its_verdict(it: Setup, vendor: respx.MockRouter, status: int) -> None:
    from connectors.kit.verdicts import of_status

    route = vendor.post("/v3/notes").respond(status, json={"message": "body-canary"})
    written = it.client.write("POST", "/v3/notes", {"body": "text"}, what="notes:create")
    assert written.verdict is of_status(status)
    assert route.call_count == 1
    assert it.budget.acquired == [True]
    assert "body-canary" not in written.reason
    assert (written.reason == "") is (written.verdict is Verdict.APPLIED)


def test_a_write_that_was_not_taken_is_tried_again_a_few_times(it: Setup, vendor: respx.MockRouter) -> None:
    vendor.post("/v3/notes").mock(
        side_effect=[
            httpx.Response(429, headers={"retry-after": "3"}),
            httpx.ConnectError("x"),
            httpx.Response(201, json={"id": 1}),
        ]
    )
    written = it.client.write("POST", "/v3/notes", {}, what="note")
    assert (written.verdict, written.body) == (Verdict.APPLIED, b'{"id":1}')
    assert it.slept[0] == 3
    assert it.budget.paused == [3]
    vendor.post("/v3/notes").respond(429)
    before = it.client.requests()
    assert it.client.write("POST", "/v3/notes", {}, what="note").verdict is Verdict.NOT_SENT
    assert it.client.requests() - before == Limits().write_attempts


@pytest.mark.parametrize("kind", [httpx.ReadTimeout, httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError])
def test_a_write_that_may_have_arrived_is_never_sent_again(
    it: Setup, vendor: respx.MockRouter, kind: type[Exception]
) -> None:
    route = vendor.post("/v3/notes").mock(side_effect=kind("mina.canary@example.com"))
    written = it.client.write("POST", "/v3/notes", {}, what="note")
    assert written.verdict is Verdict.UNKNOWN
    assert route.call_count == 1
    assert "canary" not in written.reason


def test_our_own_bug_while_sending_is_unknown_and_before_it_halts(it: Setup, vendor: respx.MockRouter) -> None:
    vendor.post("/v3/notes").mock(side_effect=ZeroDivisionError("mina.canary@example.com"))
    written = it.client.write("POST", "/v3/notes", {}, what="note")
    assert (written.verdict, "canary" in written.reason) == (Verdict.UNKNOWN, False)
    assert it.client.write("POST", "/v3/notes", {"x": object()}, what="note").verdict is Verdict.HALT


def test_a_budget_that_fails_sends_nothing(it: Setup, vendor: respx.MockRouter) -> None:
    route = vendor.route().respond(200, json=[])

    def broken(*, write: bool = False) -> None:
        raise OSError("database is locked")

    it.budget.acquire = broken  # type: ignore[method-assign]
    assert it.client.write("POST", "/v3/notes", {}, what="note").verdict is Verdict.HALT
    with pytest.raises(VendorError, match="budget"):
        read(it)
    assert route.call_count == 0


def test_the_vendors_clock_is_its_date_header(it: Setup, vendor: respx.MockRouter) -> None:
    assert not it.client.heard
    assert abs(it.client.now() - datetime.now(UTC)) < timedelta(seconds=5)
    vendor.get("/v3/jobs").respond(json=[], headers={"date": "Mon, 11 May 2026 13:53:44 GMT"})
    read(it)
    told = datetime(2026, 5, 11, 13, 53, 44, tzinfo=UTC)
    assert it.client.heard
    assert told <= it.client.now() < told + timedelta(minutes=2)


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 May 2026 13:53:44 GMT"])
def test_a_date_that_cannot_be_read_is_left_aside(it: Setup, vendor: respx.MockRouter, date: str) -> None:
    vendor.get("/v3/jobs").respond(json=[], headers={"date": date})
    read(it)
    assert not it.client.heard


def test_a_closed_client_sends_nothing_more(it: Setup, vendor: respx.MockRouter) -> None:
    it.client.close()
    assert "closed" in str(refused(it))
    assert it.client.write("POST", "/v3/notes", {}, what="note").verdict is Verdict.HALT
