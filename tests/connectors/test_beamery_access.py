"""Getting in, how fast, and what is said when it does not work."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest
import respx
from pydantic import ValidationError

from connectors import _beamery_access as access
from connectors.beamery import CAPABILITIES, INIT, REFUSED, Beamery, Settings, open_connector
from connectors.kit.contract import Severity, VendorError, Verdict, Write

HOST = "https://frontier.beamery.com"
OAUTH: dict[str, Any] = {"client_id": "id-canary", "client_secret": "secret-canary"}
BASIC: dict[str, Any] = {"username": "user-canary", "password": "password-canary"}
EMPTY = httpx.Response(200, json={"contacts": [], "last_batch": 0, "total_count": 0})


class Spy:
    """A budget that lets everybody pass and remembers what it was told."""

    def __init__(self) -> None:
        self.learned: list[tuple[int | None, int | None, float | None]] = []
        self.paused: list[float] = []

    def acquire(self, *, write: bool = False) -> None:
        pass

    def learn(self, *, limit: int | None, remaining: int | None, window: float | None) -> None:
        self.learned.append((limit, remaining, window))

    def pause(self, seconds: float) -> None:
        self.paused.append(seconds)


def _open(budget: Spy | None = None, **settings: Any) -> Beamery:
    return open_connector("crm", Settings(**(OAUTH | settings)), budget or Spy())


def _token(**more: Any) -> httpx.Response:
    return httpx.Response(200, json={"access_token": "token-1", "token_type": "Bearer", "expires_in": 60, **more})


@pytest.mark.parametrize("base", [HOST, f"{HOST}/", f"{HOST}/v1", f"{HOST}/v1/"])
@respx.mock
def test_the_address_may_end_in_its_version_or_not(base: str) -> None:
    token = respx.post(f"{HOST}/v1/oauth/token").mock(return_value=_token())
    listed = respx.get(f"{HOST}/v1/contacts").mock(return_value=EMPTY)
    assert _open(base_url=base).total("candidate") == 0
    request = token.calls.last.request
    assert json.loads(request.content) == {"clientId": "id-canary", "clientSecret": "secret-canary"}
    assert request.headers["content-type"] == "application/json"
    assert "authorization" not in request.headers
    assert listed.calls.last.request.headers["authorization"] == "Bearer token-1"


@pytest.mark.parametrize("key", ["token", "access_token", "accessToken"])
@respx.mock
def test_user_and_password_log_in_by_basic(key: str) -> None:
    login = respx.get(f"{HOST}/v1/auth").mock(return_value=httpx.Response(200, json={key: "token-2"}))
    listed = respx.get(f"{HOST}/v1/contacts").mock(return_value=EMPTY)
    open_connector("crm", Settings(**BASIC), Spy()).total("candidate")
    assert login.calls.last.request.headers["authorization"].startswith("Basic ")
    assert listed.calls.last.request.headers["authorization"] == "Bearer token-2"


@respx.mock
def test_a_token_of_its_own_address_is_fetched_there() -> None:
    token = respx.post("https://auth.beamery.com/token").mock(return_value=_token())
    respx.get(f"{HOST}/v1/contacts").mock(return_value=EMPTY)
    _open(token_url="https://auth.beamery.com/token").total("candidate")
    assert token.call_count == 1


@respx.mock
def test_a_401_is_answered_with_one_new_token() -> None:
    tokens = iter("AB")
    respx.post(f"{HOST}/v1/oauth/token").mock(side_effect=lambda _: _token(access_token=next(tokens)))
    route = respx.get(f"{HOST}/v1/contacts").mock(side_effect=[httpx.Response(401), EMPTY])
    assert _open().total("candidate") == 0
    assert [call.request.headers["authorization"] for call in route.calls] == ["Bearer A", "Bearer B"]


def test_a_login_is_needed_and_one_is_enough() -> None:
    with pytest.raises(ValidationError, match="client_id and client_secret, or username and password"):
        Settings()
    with pytest.raises(ValidationError):
        Settings(client_id="only")
    assert Settings(**OAUTH, **BASIC)


@pytest.mark.parametrize(
    "url", ["http://frontier.beamery.com", "https://beamery.example.com", "https://user:pass@frontier.beamery.com"]
)
def test_a_credential_goes_to_beamery_or_to_this_machine_and_nowhere_else(url: str) -> None:
    with pytest.raises(ValidationError):
        Settings(base_url=url, **OAUTH)
    assert Settings(base_url="http://127.0.0.1:8081/v1", **OAUTH).base_url == "http://127.0.0.1:8081"


def test_settings_do_not_tell_secrets() -> None:
    assert "canary" not in repr(Settings(**OAUTH, **BASIC))


@respx.mock
def test_a_wrong_secret_is_told_with_the_other_regions() -> None:
    respx.post(f"{HOST}/v1/oauth/token").mock(return_value=httpx.Response(401, json={"message": "secret-canary"}))
    (found,) = _open().check()
    assert (found.severity, found.subject) == (Severity.ERROR, "credential")
    assert "frontier.beamery.eu" in found.mend
    assert "canary" not in f"{found}"


@respx.mock
def test_a_dead_host_is_told_as_such() -> None:
    respx.post(f"{HOST}/v1/oauth/token").mock(side_effect=httpx.ConnectError("no route"))
    connector = _open()
    connector._client._rest = lambda seconds: None  # no waiting between the tries
    (found,) = connector.check()
    assert (found.severity, found.subject) == (Severity.ERROR, "host")
    assert "frontier.sandbox.beamery.com" in found.mend


@respx.mock
def test_check_names_each_list_that_is_not_there_and_what_it_needs() -> None:
    respx.post(f"{HOST}/v1/oauth/token").mock(return_value=_token())
    empty = {"data": [], "totalCount": 0}
    for path, status in (("contacts", 200), ("pools", 200), ("vacancies", 403), ("custom-fields", 404),
                         ("global-tags", 403), ("users", 200)):  # fmt: skip
        respx.get(f"{HOST}/v1/{path}").mock(return_value=httpx.Response(status, json=empty))
    found = {(one.severity, one.subject) for one in _open().check()}
    assert (Severity.ERROR, "scope vacancies: read") in found
    assert (Severity.WARNING, "scope global tags: read") in found
    assert (Severity.WARNING, "list of custom_fields") in found


@respx.mock
def test_a_clock_that_is_wrong_is_found() -> None:
    long_ago = {"date": "Mon, 05 Jan 2026 00:00:00 GMT"}
    respx.post(f"{HOST}/v1/oauth/token").mock(return_value=_token())
    listed = httpx.Response(200, json={"data": [], "totalCount": 0}, headers=long_ago)
    respx.get(url__regex=rf"{re.escape(HOST)}/v1/.*").mock(return_value=listed)
    assert Severity.WARNING in {one.severity for one in _open().check() if one.subject == "clock"}


# ------------------------------------------------------------------ rate


def _headers(limit: str = "40;w=1", remaining: str = "24", reset: str = "1") -> httpx.Headers:
    return httpx.Headers({"x-ratelimit-limit": limit, "x-ratelimit-remaining": remaining, "x-ratelimit-reset": reset})


def test_only_our_share_of_the_companys_limit_is_claimed() -> None:
    read = access.pace(0.5, Spy())
    assert read(_headers()) == (20, 20, 1.0, 1.0)
    assert read(_headers(remaining="5")) == (20, 5, 1.0, 1.0)
    assert read(_headers(limit="100;w=10")) == (50, 24, 10.0, 1.0)
    assert access.pace(0.01, Spy())(_headers())[0] == 1


def test_when_nothing_is_left_everybody_waits_for_the_reset() -> None:
    budget = Spy()
    read = access.pace(0.5, budget)
    read(_headers(remaining="1", reset="9"))
    assert budget.paused == []
    read(_headers(remaining="0", reset="9"))
    assert budget.paused == [9.0]


@pytest.mark.parametrize("headers", [{}, {"x-ratelimit-limit": "many", "x-ratelimit-reset": "soon"}])
def test_headers_that_say_nothing_leave_the_documented_limit(headers: dict[str, str]) -> None:
    assert access.pace(0.5, Spy())(httpx.Headers(headers)) == (20, None, 1.0, None)


@respx.mock
def test_a_429_is_waited_out_for_as_long_as_the_reset_says() -> None:
    respx.post(f"{HOST}/v1/oauth/token").mock(return_value=_token())
    busy = httpx.Response(429, json={}, headers=dict(_headers(remaining="0", reset="3")))
    respx.get(f"{HOST}/v1/contacts").mock(side_effect=[busy, EMPTY])
    budget, slept = Spy(), []
    connector = _open(budget)
    connector._client._rest = slept.append
    assert connector.total("candidate") == 0
    assert slept == [3.0]
    assert 3.0 in budget.paused


# ------------------------------------------------------------------ routes


def _fresh(connector: Beamery, raw: dict[str, Any]) -> Any:
    return connector._cutters["candidate"].fresh(raw)


@respx.mock
def test_a_tenant_that_has_only_plural_paths_is_written_at_these() -> None:
    respx.post(f"{HOST}/v1/oauth/token").mock(return_value=_token())
    singular = respx.route(url__regex=r".*/v1/(contact|pool)/.*").mock(return_value=httpx.Response(404))
    created = respx.post(f"{HOST}/v1/contact").mock(return_value=httpx.Response(405))
    respx.post(f"{HOST}/v1/contacts").mock(return_value=httpx.Response(201, json={"id": "c2"}))
    respx.patch(f"{HOST}/v1/contacts/c1").mock(return_value=httpx.Response(200, json={"id": "c1"}))
    respx.put(f"{HOST}/v1/pools/p1/contacts").mock(return_value=httpx.Response(204))
    respx.get(f"{HOST}/v1/contacts/c1").mock(return_value=httpx.Response(200, json={"id": "c1", "firstName": "A"}))
    connector = _open()
    writes = (
        Write("create_candidate", "candidate", "", {"set": {"firstName": "B"}, "custom": {}}, "k"),
        Write("update_candidate", "candidate", "c1", {"set": {"firstName": "B"}}, "k"),
        Write("add_to_pool", "candidate", "c1", {"pool": "p1"}, "k"),
    )
    for _ in range(2):
        for write in writes:
            fresh = connector.fresh("candidate", ["c1"])["c1"] if write.id else None
            assert connector.send(write, fresh).verdict is Verdict.APPLIED
    assert (created.call_count, singular.call_count) == (1, 3)  # what works is remembered


@respx.mock
def test_a_contact_that_is_gone_is_not_taken_for_a_missing_route() -> None:
    respx.post(f"{HOST}/v1/oauth/token").mock(return_value=_token())
    respx.get(f"{HOST}/v1/contact/c1").mock(return_value=httpx.Response(200, json={"id": "c1"}))
    singular = respx.patch(f"{HOST}/v1/contact/c1").mock(return_value=httpx.Response(200, json={}))
    plural = respx.patch(f"{HOST}/v1/contacts/c1").mock(return_value=httpx.Response(200, json={}))
    connector = _open()
    write = Write("update_candidate", "candidate", "c1", {"set": {"firstName": "B"}}, "k")
    fresh = connector.fresh("candidate", ["c1"])["c1"]
    assert connector.send(write, fresh).verdict is Verdict.APPLIED
    singular.mock(return_value=httpx.Response(404))
    assert connector.send(write, fresh).verdict is Verdict.RACED
    assert plural.call_count == 0


@respx.mock
def test_ids_that_are_none_are_never_put_into_a_path() -> None:
    assert _open().fresh("candidate", ["../users", "a/b", "", "a b", "ü"]) == {}
    assert respx.calls.call_count == 0


@pytest.mark.parametrize("path", ["/v1/contact/1/notes", "/v1/eeo", "/v1/contact/1/attachments", "/v1/messages"])
def test_paths_with_protected_data_are_refused(path: str) -> None:
    assert REFUSED.search(path)


@respx.mock
def test_errors_carry_no_address_and_no_token() -> None:
    respx.post(f"{HOST}/v1/oauth/token").mock(return_value=_token(access_token="token-canary"))
    respx.get(f"{HOST}/v1/contacts").mock(return_value=httpx.Response(403, json={"message": "canary@example.com"}))
    with pytest.raises(VendorError) as caught:
        _open().find("candidate", email="canary@example.com")
    assert "canary" not in str(caught.value)


def test_what_the_plan_reads() -> None:
    assert "create_note" not in CAPABILITIES.verbs
    assert CAPABILITIES.add_only == {"phones"}
    assert [one.name for one in INIT] == ["base_url", "client_id", "client_secret"]
