"""Logging in, the rate limit, and what the Beamery stand-in says to requests it cannot serve."""

import pytest

from connectors.sandbox.beamery.options import LIMITS, SWITCHES
from connectors.sandbox.kernel import Request
from tests.sandbox.beamery_desk import Desk


@pytest.fixture
def desk():
    return Desk()


# ---- both log-ins


def test_client_credentials_are_camel_case_json_and_give_a_bearer_token(desk):
    reply = desk.oauth()
    assert reply.status == 200
    assert reply.body["token_type"] == "Bearer"
    assert reply.body["expires_in"] == 86_400
    assert reply.body["access_token"]


@pytest.mark.parametrize(
    "body",
    [
        {"client_id": "sandbox-beamery-client", "client_secret": "sandbox-beamery-secret"},
        b"clientId=sandbox-beamery-client&clientSecret=sandbox-beamery-secret",
        b"grant_type=client_credentials",
        [],
    ],
)
def test_a_stock_oauth_client_does_not_get_in(desk, body):
    assert desk.oauth(body).status == 400


def test_a_wrong_secret_is_a_401_with_code_and_message(desk):
    reply = desk.oauth({"clientId": "sandbox-beamery-client", "clientSecret": "nope"})
    assert (reply.status, reply.body) == (401, {"code": 401, "message": "Unauthorized"})


@pytest.mark.parametrize("key", ["token", "access_token", "accessToken"])
def test_a_user_and_password_give_a_token_under_a_key_nobody_documents(key):
    desk = Desk(auth_token_key=key)
    reply = desk.basic()
    assert list(reply.body) == [key]
    desk.token = reply.body[key]
    assert desk.get("contacts").status == 200


def test_a_wrong_password_is_refused(desk):
    assert desk.basic("nope").status == 401


def test_a_tenant_may_offer_only_one_log_in():
    assert Desk(logins="basic").oauth().status == 401
    assert Desk(logins="basic").basic().status == 200
    assert Desk(logins="oauth").basic().status == 401


@pytest.mark.parametrize("prefix", ["Bearer ", "bearer ", ""])
def test_a_token_is_taken_with_bearer_and_bare(desk, prefix):
    desk.log_in()
    assert desk.ask("GET", "/v1/contacts", headers={"authorization": prefix + desk.token}).status == 200


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer made-up", "Basic abc"])
def test_without_a_living_token_everything_is_a_401(desk, given):
    for path in ("/v1/contacts", "/v1/nonsense"):
        assert desk.ask("GET", path, headers={"authorization": given}).status == 401


def test_a_token_dies_when_it_said_it_would():
    desk = Desk(token_seconds=60.0)
    assert desk.oauth().body["expires_in"] == 60
    assert desk.get("contacts").status == 200
    desk.clock.shift(60)
    assert desk.get("contacts").status == 401


def test_several_tokens_live_side_by_side(desk):
    first, second = desk.oauth().body["access_token"], desk.oauth().body["access_token"]
    assert first != second
    for token in (first, second):
        assert desk.ask("GET", "/v1/contacts", headers={"authorization": token}).status == 200


def test_an_admin_can_revoke_tokens_and_a_fault_can_too(desk):
    assert desk.get("contacts").status == 200
    assert desk.act("revoke_tokens") == {"revoked": 1}
    assert desk.get("contacts").status == 401
    desk.log_in()
    assert desk.ask("GET", "/v1/contacts", fault="revoked_token").status == 401
    assert desk.get("contacts").status == 401


# ---- the rate limit


def test_every_answer_carries_the_third_drafts_headers():
    desk = Desk(limits="real")
    for path in ("contacts", "nonsense", "contact/none"):
        headers = desk.get(path).headers
        assert headers["x-ratelimit-limit"] == "40;w=1"
        assert int(headers["x-ratelimit-remaining"]) < 40
        assert headers["x-ratelimit-reset"] == "1"
    assert desk.ask("GET", "/v1/contacts", headers={"authorization": ""}).headers["x-ratelimit-limit"] == "40;w=1"


def test_beyond_the_limit_is_a_429_without_retry_after_until_the_second_turns():
    desk = Desk(limits={"api": 3, "auth": 30})
    remaining = [desk.get("contacts").headers["x-ratelimit-remaining"] for _ in range(3)]
    assert remaining == ["2", "1", "0"]
    reply = desk.get("contacts")
    assert (reply.status, reply.body) == (429, {"code": 429, "message": "Too Many Requests"})
    assert "retry-after" not in reply.headers
    desk.clock.shift(1)
    assert desk.get("contacts").status == 200


def test_a_refused_request_changes_nothing():
    desk = Desk(limits={"api": 1, "auth": 30})
    desk.get("contacts")
    assert desk.ask("POST", "/v1/contact", {"firstName": "Ada"}).status == 429
    assert desk.vendor.state("contacts") == []


def test_the_log_in_has_a_limit_of_its_own():
    desk = Desk(limits={"api": 1, "auth": 2})
    assert [desk.oauth().status for _ in range(3)] == [200, 200, 429]
    desk.clock.shift(1)
    desk.log_in()
    assert desk.get("contacts").status == 200


def test_the_limit_is_the_companys_and_others_use_it_too():
    desk = Desk(limits={"api": 10, "auth": 30}, others_per_second=8)
    assert desk.get("contacts").headers["x-ratelimit-remaining"] == "1"
    assert desk.get("contacts").headers["x-ratelimit-remaining"] == "0"
    assert desk.get("contacts").status == 429


def test_an_injected_429_looks_like_a_real_one():
    desk = Desk(limits="real")
    desk.log_in()
    answer = desk.vendor.too_many(Request("GET", "/v1/contacts", "", {}, b"", 1), 7)
    assert answer.status == 429
    assert answer.headers["x-ratelimit-remaining"] == "0"
    assert answer.headers["x-ratelimit-reset"] == "7"
    assert desk.get("contacts").status == 200, "a refusal for so many seconds leaves the window as it was"
    desk.vendor.too_many(Request("GET", "/v1/contacts", "", {}, b"", 1), 0)
    assert desk.get("contacts").status == 429
    desk.clock.shift(1)
    assert desk.get("contacts").status == 200


# ---- everything else that can be wrong


def test_errors_have_a_code_and_a_message(desk):
    for reply, status in (
        (desk.get("nonsense"), 404),
        (desk.get("contact/none"), 404),
        (desk.ask("DELETE", "/v1/contacts"), 405),
        (desk.ask("POST", "/v1/contact", b"{"), 400),
        (desk.ask("POST", "/v1/contact", []), 400),
    ):
        assert reply.status == status
        assert reply.body.keys() == {"code", "message"}
        assert reply.body["code"] == status


def test_the_log_in_answers_only_its_own_verbs(desk):
    assert desk.ask("GET", "/v1/oauth/token").status == 405
    assert desk.ask("POST", "/v1/auth").status == 405


def test_every_list_is_there_under_both_numbers(desk):
    for one, many in (("contact", "contacts"), ("vacancy", "vacancies"), ("pool", "pools"), ("user", "users")):
        assert desk.get(one).body == desk.get(many).body


def test_unknown_parameters_are_ignored(desk):
    assert desk.get("contacts", nonsense="1", fields="id").status == 200


# ---- switches


def test_every_switch_says_what_it_disputes_and_starts_at_its_first_choice(desk):
    names = [switch.name for switch in SWITCHES]
    assert len(set(names)) == len(names)
    for row, switch in zip(desk.vendor.switches.plain(), SWITCHES, strict=True):
        assert len(switch.about) > 10, switch.name
        assert row["value"] == switch.default
        assert not switch.choices or switch.choices[0] == switch.default, switch.name


def test_limits_have_the_documented_preset():
    assert LIMITS["real"] == {"api": 40, "auth": 30}


@pytest.mark.parametrize(("name", "value"), [(switch.name, choice) for switch in SWITCHES for choice in switch.choices])
def test_on_every_setting_the_tenant_can_be_read_and_written(name, value):
    """No switch makes an ordinary day impossible, except those that forbid a log-in."""
    desk = Desk(people=30, **{name: value})
    token = desk.oauth() if value != "basic" else desk.basic()
    desk.token = token.body.get("access_token") or token.body["token"]
    assert desk.get("contacts").status == 200
    for table in ("vacancies", "pools", "global-tags", "users"):
        assert desk.get(table).status == 200
    made = desk.ask("POST", "/v1/contact", {"firstName": "Ada", "emails": ["new.ada@example.com"]})
    assert made.status in (200, 201)
    assert desk.patch(made.body["id"], headline="Engineer").status in (200, 204)
    assert desk.contact(made.body["id"])["headline"] == "Engineer"
