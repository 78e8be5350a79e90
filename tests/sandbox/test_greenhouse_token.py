import base64
import json
from urllib.parse import urlencode

import pytest

from tests.sandbox.greenhouse_desk import BASE, Desk

FORM = {"content-type": "application/x-www-form-urlencoded"}


def secret_of(desk):
    given = desk.account.credentials(BASE)
    return given["client_id"], given["client_secret"]


def basic(client_id, secret):
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


def test_a_token_is_minted_as_it_was_recorded_of_the_live_endpoint():
    desk = Desk()
    reply = desk.ask_token(b"grant_type=client_credentials", {**FORM, "authorization": basic(*secret_of(desk))})
    assert reply.status == 200
    assert reply.body.keys() == {"token_type", "access_token", "expires_at"}
    assert reply.body["token_type"] == "Bearer"
    assert reply.body["expires_at"] == "2026-11-21T23:30:10Z"  # an hour ahead, in whole seconds
    assert reply.headers["Cache-Control"] == "private, no-store"
    assert reply.headers["X-Ratelimit-Reset"] == str(int(desk.clock.now()) + 60)


@pytest.mark.parametrize("way", ["form", "json", "query"])
def test_grant_and_subject_travel_as_a_form_as_json_or_in_the_query(way):
    desk = Desk()
    user = desk.rows("users")[0]["id"]
    given = {"grant_type": "client_credentials", "sub": str(user)}
    headers = {"authorization": basic(*secret_of(desk))}
    if way == "form":
        reply = desk.ask_token(urlencode(given).encode(), {**headers, **FORM})
    elif way == "json":
        reply = desk.ask_token(json.dumps(given).encode(), {**headers, "content-type": "application/json"})
    else:
        reply = desk.ask_token(b"", headers, urlencode(given))
    assert reply.status == 200
    claims = reply.body["access_token"].split(".")[1]
    assert json.loads(base64.urlsafe_b64decode(claims + "=="))["sub"] == str(user)


@pytest.mark.parametrize(
    ("spelling", "value"),
    [("expires_at", "2026-11-21T23:30:10Z"), ("expires_in", 3600), ("expires", "2026-11-21T23:30:10Z")],
)
def test_each_spelling_of_the_expiry(spelling, value):
    assert Desk(token_expiry=spelling).mint().body[spelling] == value


def test_no_credentials():
    reply = Desk().ask_token(b"grant_type=client_credentials", FORM)
    assert reply.status == 401
    assert reply.body["message"] == "Unauthorized"
    assert reply.body["errorId"].startswith("err-")


def test_a_client_id_without_the_suffix_of_an_organisation_is_echoed_back():
    reply = Desk().mint(client_id="notaclient")
    assert reply.status == 400
    assert reply.body["message"] == "client_id=notaclient does not contain a valid client ID suffix"


def test_a_wrong_secret():
    reply = Desk().mint(client_secret="wrong")
    assert (reply.status, reply.body) == (401, {"error": "invalid_client"})


def test_no_grant_type():
    reply = Desk().mint(grant_type="")
    assert (reply.status, reply.body) == (400, {"message": "Must include `grant_type` parameter in /token request"})


def test_an_unknown_grant_type_is_told_the_known_ones():
    reply = Desk().mint(grant_type="not_a_grant")
    assert reply.status == 400
    assert reply.body["message"].startswith("grant_type=not_a_grant is invalid, please use one of: authorization_code")


def test_a_spent_refresh_token_and_an_unknown_subject():
    assert Desk().mint(grant_type="refresh_token").body == {"error": "invalid_grant"}
    assert Desk().mint(sub="12").body == {"error": "invalid_grant"}


def test_a_credential_whose_scopes_nobody_ticked_gets_no_token():
    desk = Desk()
    desk.account.switches.set({"missing_scopes": "all"})
    reply = desk.mint()
    assert (reply.status, reply.body["error"]) == (400, "invalid_scope")


def test_a_token_dies_after_its_time():
    desk = Desk(token_seconds=120)
    assert desk.get("jobs").status == 200
    desk.clock.shift(121)
    assert desk.get("jobs").status == 401


def test_whether_a_new_token_kills_its_elder_is_a_switch():
    for revokes, status in ((False, 200), (True, 401)):
        desk = Desk(new_token_revokes=revokes)
        desk.mint()
        assert desk.get("jobs").status == status


def test_minting_is_limited_to_sixty_in_a_minute_of_its_own():
    desk = Desk(limits="real")
    replies = [desk.mint() for _ in range(60)]  # one was minted by the desk itself
    assert [r.status for r in replies] == [200] * 59 + [429]
    assert int(replies[-1].headers["Retry-After"]) > 0
    assert desk.get("jobs").headers["X-Ratelimit-Remaining"] == "149"
    desk.clock.shift(60)
    assert desk.mint().status == 200
