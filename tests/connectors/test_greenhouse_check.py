"""`tieline check` on Greenhouse: everything a first day gets wrong, named, with how to mend it and without a secret."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import respx
from pydantic import ValidationError

from connectors.greenhouse import REFUSED, Greenhouse, Settings
from connectors.kit.budget import MemoryBudget
from connectors.kit.contract import Finding, Severity
from connectors.sandbox.greenhouse.options import SWITCHES
from connectors.sandbox.launch import Running, start

TOKEN = "https://auth.greenhouse.io/token"
BASE = "https://harvest.greenhouse.io"
CLIENT_ID, SECRET = "canary-client-7", "canary-secret"
DEFAULTS = {switch.name: switch.default for switch in SWITCHES}


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with start("greenhouse", people=10, seed=3) as served:
        yield served


@pytest.fixture(autouse=True)
def tidy(running: Running) -> Iterator[None]:
    yield
    running.faults("greenhouse")
    running.switches("greenhouse", **DEFAULTS)


def check(settings: dict[str, Any]) -> list[Finding]:
    one = Greenhouse("ats", Settings(**settings), MemoryBudget(100_000), sleep=lambda _: None)
    try:
        return list(one.check())
    finally:
        one.close()


def on(running: Running, **changes: Any) -> list[Finding]:
    return check({**running.credentials["greenhouse"], **changes})


def only(findings: list[Finding], severity: Severity) -> list[Finding]:
    return [found for found in findings if found.severity is severity]


def test_a_good_account_has_nothing_to_mend(running: Running) -> None:
    findings = on(running)
    assert {found.severity for found in findings} == {Severity.OK}
    assert {"credentials", "lists", "clock", "rate limit"} <= {found.subject for found in findings}
    assert any("17 of 17" in found.message for found in findings)
    assert any("100000 requests in 30 seconds" in found.message for found in findings)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"client_id": "canary-client"}, "organisation suffix"),
        ({"client_id": CLIENT_ID}, "not known"),
        ({"client_secret": SECRET}, "not known"),
        ({"sub": "999"}, "sub"),
    ],
    ids=["no suffix", "unknown client", "wrong secret", "unknown user"],
)
def test_a_credential_that_is_refused_is_told_in_plain_words(
    running: Running, changes: dict[str, str], words: str
) -> None:
    (found,) = on(running, **changes)
    assert (found.subject, found.severity) == ("credentials", Severity.ERROR)
    assert words in found.message
    assert "canary" not in repr(found)


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, {"message": "Unauthorized", "errorId": "err-1"}, "did not arrive"),
        (400, {"message": f"client_id={CLIENT_ID} does not contain a valid client ID suffix"}, "organisation suffix"),
        (401, {"error": "invalid_client"}, "not known"),
        (400, {"message": "Must include `grant_type` parameter in /token request"}, "token_url"),
        (400, {"message": "grant_type=x is invalid, please use one of: refresh_token"}, "token_url"),
        (400, {"error": "invalid_grant"}, "act as"),
        (400, {"message": f"client {CLIENT_ID} is not requesting any scopes"}, "tick them"),
        (400, {"error": "invalid_scope"}, "tick them"),
        (404, {"message": "Resource not found"}, "token_url"),
        (200, {"token_type": "Bearer"}, "answered 200"),
        (302, None, "token_url"),
    ],
    ids=lambda part: str(part)[:40],
)
def test_every_refusal_of_the_token_endpoint_is_told_apart(status: int, body: Any, words: str) -> None:
    with respx.mock:
        respx.post(TOKEN).respond(status, json=body)
        (found,) = check({"client_id": CLIENT_ID, "client_secret": SECRET})
    assert found.severity is Severity.ERROR
    assert words in found.message
    assert "canary" not in repr(found)


def test_a_credential_without_any_scope_is_told_where_to_tick_them(running: Running) -> None:
    running.switches("greenhouse", missing_scopes="all")
    (found,) = on(running)
    assert (found.subject, found.severity) == ("credentials", Severity.ERROR)
    assert "tick them" in found.message


def test_a_token_endpoint_that_is_busy_is_asked_again() -> None:
    with respx.mock:
        respx.post(TOKEN).mock(
            side_effect=[httpx.Response(429, headers={"retry-after": "2"}), httpx.Response(503), httpx.Response(401)]
        )
        (found,) = check({"client_id": CLIENT_ID, "client_secret": SECRET})
    assert found.subject == "credentials"


def test_a_host_nobody_answers_at_is_named_as_the_host() -> None:
    with respx.mock:
        respx.post(TOKEN).mock(side_effect=httpx.ConnectError("getaddrinfo failed for canary"))
        (found,) = check({"client_id": CLIENT_ID, "client_secret": SECRET})
    assert (found.subject, found.severity) == ("host", Severity.ERROR)
    assert "canary" not in repr(found)


@pytest.mark.parametrize("status", [302, 404])
def test_the_wrong_host_is_told_with_the_right_one(status: int) -> None:
    """api.greenhouse.io, which one page of the docs names, sends everybody to a login page."""
    with respx.mock:
        respx.post(TOKEN).respond(json={"access_token": "x", "expires_in": 3600})
        respx.route(host="api.greenhouse.io").respond(status, headers={"location": "https://evil.example/"})
        findings = check({"client_id": CLIENT_ID, "client_secret": SECRET, "base_url": "https://api.greenhouse.io"})
    assert [(found.subject, found.severity) for found in findings] == [("host", Severity.ERROR)]
    assert "https://harvest.greenhouse.io" in findings[0].message


def test_each_missing_scope_is_named_by_how_much_it_matters(running: Running) -> None:
    running.switches("greenhouse", missing_scopes="harvest:notes:list,harvest:referrers:list,harvest:sources:list")
    findings = on(running)
    errors, warnings = only(findings, Severity.ERROR), only(findings, Severity.WARNING)
    assert [found.subject for found in errors] == ["scope harvest:sources:list", "scope harvest:notes:list"]
    assert [found.subject for found in warnings] == ["scope harvest:referrers:list"]
    assert all(found.subject.split()[1] in found.mend for found in [*errors, *warnings])


def test_a_subject_who_is_no_site_admin_and_is_refused(running: Running) -> None:
    running.switches("greenhouse", service_user_admin=False)
    errors = only(on(running), Severity.ERROR)
    assert errors
    assert all("Site Admin" in f"{found.message} {found.mend}" or "scope" in found.subject for found in errors)


def test_a_subject_who_is_no_site_admin_and_is_shown_nothing(running: Running) -> None:
    running.switches("greenhouse", service_user_admin=False, non_admin="empty")
    (error,) = only(on(running), Severity.ERROR)
    assert error.subject == "acting user"
    assert "empty" in error.message
    assert "Site Admin" in error.mend


def test_the_acting_user_is_looked_at(running: Running) -> None:
    users = running.state("greenhouse", "users")
    admin = next(user for user in users if user["site_admin"])
    findings = on(running, sub=str(admin["id"]))
    assert any(found.subject == "acting user" and found.severity is Severity.OK for found in findings)


def test_a_clock_that_is_off_is_told(running: Running) -> None:
    clock = running.sandbox("greenhouse").clock
    for shift, words in ((600, "behind"), (-1200, "ahead of")):
        clock.shift(shift)
        (found,) = only(on(running), Severity.WARNING)
        assert found.subject == "clock"
        assert words in found.message
    clock.shift(600)


def test_settings_refuse_what_is_no_greenhouse_and_never_show_a_secret() -> None:
    good = {"client_id": CLIENT_ID, "client_secret": SECRET}
    settings = Settings(**good, base_url="https://harvest.greenhouse.io/v3/")
    assert settings.base_url == BASE
    assert "canary" not in repr(settings)
    for bad in (
        {"base_url": "https://harvest.greenhouse.io.example.org"},
        {"token_url": "http://auth.greenhouse.io/token"},
        {"sub": "ada@canary.example.com"},
        {"client_secret": ""},
        {"rate_share": 0},
        {"nonsense": "canary"},
    ):
        with pytest.raises(ValidationError) as caught:
            Settings(**{**good, **bad})
        assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    "path",
    ["eeoc", "demographic_answers", "demographic_questions", "offers", "scorecards", "scorecard_questions",
     "interviewers", "email_templates", "approval_flows", "job_candidate_attributes", "attachments", "job_notes"],
)  # fmt: skip
def test_protected_and_confidential_lists_are_refused(path: str) -> None:
    assert REFUSED.search(f"/v3/{path}")


def test_no_list_that_is_read_is_among_the_refused() -> None:
    one = Greenhouse("ats", Settings(client_id="x-1", client_secret="y"), MemoryBudget())
    for stream in one.streams():
        assert not REFUSED.search(f"/v3/{stream.scope.split(':')[1]}")
    one.close()


def test_what_an_account_holds_decides_how_much_is_read_again() -> None:
    one = Greenhouse("ats", Settings(client_id="x-1", client_secret="y", overlap_minutes=90), MemoryBudget())
    assert one.capabilities.overlap_minutes == 90
    assert one.capabilities.pools_removable is False
    one.close()
