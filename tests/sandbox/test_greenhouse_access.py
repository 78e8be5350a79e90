"""Who sees what, how much of it, how fast: tokens, scopes, permissions, limits, outages, injected faults."""

import pytest

from connectors.sandbox.greenhouse.rows import RESOURCES
from connectors.sandbox.kernel import Request
from tests.sandbox.greenhouse_desk import Desk


def lists():
    return sorted(RESOURCES)


# ---- the token


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer nonsense", "Basic abc"])
def test_without_a_good_bearer_it_is_a_401_that_says_nothing_of_limits(authorization):
    reply = Desk().ask("GET", "/v3/jobs", headers={"authorization": authorization})
    assert reply.status == 401
    assert reply.body == {
        "message": "Unauthorized",
        "errors": ["Token could not be decoded. Please ensure your token is from a trusted source."],
    }
    assert not any("ratelimit" in name.lower() for name in reply.headers)


@pytest.mark.parametrize("path", ["/v3/unheard_of", "/v2/candidates", "/v3/candidates/1", "/", "/v3/jobs/"])
def test_an_unknown_route_is_a_404_before_the_token_is_looked_at(path):
    reply = Desk().ask("GET", path, headers={"authorization": ""})
    assert (reply.status, reply.body) == (404, {"message": "Resource not found"})


def test_a_token_can_be_revoked_in_the_middle_of_a_crawl():
    desk = Desk(people=20)
    first = desk.get("jobs", per_page=1)
    desk.act("revoke_tokens")
    assert desk.follow(first).status == 401
    desk.token = desk.mint().body["access_token"]
    assert desk.follow(first).status == 200


def test_a_revoked_token_can_be_injected_and_stays_dead():
    desk = Desk()
    assert desk.ask("GET", "/v3/jobs", fault="revoked_token").status == 401
    assert desk.get("jobs").status == 401


# ---- scopes and subjects


@pytest.mark.parametrize("name", lists())
def test_every_list_needs_a_scope_of_its_own(name):
    desk = Desk(missing_scopes=f"harvest:{name}:list")
    reply = desk.get(name)
    assert reply.status == 403
    assert reply.body["message"] == "Forbidden"
    assert f"harvest:{name}:list" in reply.errors[0]
    other = "users" if name != "users" else "jobs"
    assert desk.get(other).status == 200


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("POST", "candidates", "candidates:create"),
        ("PATCH", "candidates/1", "candidates:update"),
        ("POST", "applications/1/reject", "applications:reject"),
        ("POST", "notes", "notes:create"),
        ("DELETE", "applied_candidate_tags/1", "applied_candidate_tags:destroy"),
    ],
)
def test_every_write_needs_its_scope(method, path, scope):
    desk = Desk(missing_scopes=f"harvest:jobs:list,harvest:{scope}")
    assert desk.ask(method, f"/v3/{path}", {}).status == 403


def test_taking_a_scope_away_bites_at_once():
    desk = Desk()
    assert desk.get("notes").status == 200
    desk.account.switches.set({"missing_scopes": "harvest:notes:list"})
    assert desk.get("notes").status == 403


@pytest.mark.parametrize(("setting", "status"), [("forbidden", 403), ("empty", 200)])
def test_lists_need_a_site_admin(setting, status):
    desk = Desk(people=40, non_admin=setting)
    desk.act_as(next(row["id"] for row in desk.rows("users") if not row["site_admin"]))
    reply = desk.get("jobs")
    assert reply.status == status
    if status == 200:
        assert reply.body == []


def test_the_integrations_own_user_may_lack_it_too():
    assert Desk(service_user_admin=False).get("jobs").status == 403


# ---- private candidates and confidential jobs


def test_private_candidates_are_seen_hidden_or_a_stub():
    desk = Desk(people=120)
    private = {row["id"] for row in desk.rows("candidates", private="true", per_page=500)}
    theirs = {row["id"] for row in desk.rows("applications", per_page=500) if row["candidate_id"] in private}
    everybody = len(desk.rows("candidates", per_page=500))
    assert private
    assert theirs

    desk.account.switches.set({"private_candidates": "hidden"})
    seen = desk.rows("candidates", per_page=500)
    assert len(seen) == everybody - len(private)
    assert private.isdisjoint(row["id"] for row in seen)
    assert desk.rows("candidates", ids=min(private)) == []
    assert theirs.isdisjoint(row["id"] for row in desk.rows("applications", per_page=500))
    stages = {row["application_id"] for page in desk.crawl("application_stages", per_page=500) for row in page}
    assert theirs.isdisjoint(stages)

    desk.account.switches.set({"private_candidates": "stub"})
    rows = desk.rows("candidates", per_page=500)
    assert len(rows) == everybody
    assert {row["id"] for row in rows if row.keys() == {"id", "message"}} == private


def test_confidential_jobs_are_hidden_with_all_that_hangs_on_them():
    desk = Desk(people=120)
    secret = {row["id"] for row in desk.rows("jobs", confidential="true")}
    assert secret
    assert any(row["job_id"] in secret for row in desk.rows("applications", per_page=500))
    desk.account.switches.set({"confidential_jobs": "hidden"})
    assert secret.isdisjoint(row["id"] for row in desk.rows("jobs"))
    assert secret.isdisjoint(row["job_id"] for row in desk.rows("job_interview_stages", per_page=500))
    assert secret.isdisjoint(row["job_id"] for row in desk.rows("applications", per_page=500))


def test_protected_answers_are_served_with_their_canaries_to_whoever_asks():
    desk = Desk(people=90)
    told = str(
        [desk.rows(name, per_page=500) for name in ("eeoc", "demographic_answers", "demographic_answer_options")]
    )
    planted = [canary for one in desk.world.eeo for canary in (one.gender, one.race)]
    assert planted
    assert all(canary in told for canary in planted)


# ---- limits


def test_a_window_of_thirty_seconds_turns_on_the_half_minute_while_reset_is_always_thirty_ahead():
    desk = Desk(limits="real")
    assert desk.clock.now() % 30 == 10
    replies = [desk.get("jobs") for _ in range(151)]
    assert [r.status for r in replies] == [200] * 150 + [429]
    assert [r.headers["X-Ratelimit-Remaining"] for r in replies[:2]] == ["149", "148"]
    refused = replies[-1]
    assert refused.body == {"message": "Rate limit exceeded"}
    assert refused.headers["Retry-After"] == "20"  # true
    assert refused.headers["X-Ratelimit-Reset"] == str(int(desk.clock.now()) + 30)  # overstated
    assert refused.headers["X-Ratelimit-Remaining"] == "0"
    desk.clock.shift(19.5)
    assert desk.get("jobs").headers["Retry-After"] == "1"
    desk.clock.shift(0.5)
    assert desk.get("jobs").headers["X-Ratelimit-Remaining"] == "149"


def test_a_refusal_counts_and_a_404_does_not():
    desk = Desk(limits="real")
    desk.get("unheard_of")
    desk.get("jobs", foo=1)
    assert desk.get("jobs").headers["X-Ratelimit-Remaining"] == "148"


def test_an_injected_429_refuses_one_request_or_uses_the_window_up():
    desk = Desk(limits="real")
    asked = Request("GET", "/v3/jobs", "", {}, b"", 1)
    reply = desk.account.too_many(asked, 7)
    assert (reply.status, reply.headers["Retry-After"], reply.headers["X-Ratelimit-Remaining"]) == (429, "7", "0")
    assert desk.get("jobs").status == 200
    assert desk.account.too_many(asked, 0).headers["Retry-After"] == "20"
    assert desk.get("jobs").status == 429
    desk.clock.shift(20)
    assert desk.get("jobs").status == 200


def test_answers_carry_the_recorded_headers():
    headers = Desk().get("jobs").headers
    assert headers["Content-Type"] == "application/json;charset=utf-8"
    assert headers["Cache-Control"] == "max-age=0, private, must-revalidate"
    assert headers["Vary"] == "Accept,Accept-Encoding"
    assert len(headers["X-Request-Id"]) == 32
    assert headers["Etag"].startswith('W/"')


def test_the_same_rows_have_the_same_etag_and_other_rows_another():
    desk = Desk()
    desk.job()
    before = [desk.get("jobs").headers["Etag"] for _ in range(2)]
    desk.job("Designer")
    assert before[0] == before[1] != desk.get("jobs").headers["Etag"]


# ---- lag and outages


def test_new_rows_may_lag_in_lists_but_not_when_asked_for_by_id():
    desk = Desk(list_lag=30)
    one = desk.candidate(email_addresses=[{"value": "ada@example.com", "type": "work"}])["id"]
    assert desk.rows("candidates", email="ada@example.com") == []
    assert desk.rows("candidates", created_at="gte|2026-01-01T00:00:00Z") == []
    assert [row["id"] for row in desk.rows("candidates", ids=one)] == [one]
    desk.clock.shift(31)
    assert [row["id"] for row in desk.rows("candidates", email="ada@example.com")] == [one]


def test_a_side_can_look_empty_and_come_back():
    desk = Desk(people=20)
    before = desk.rows("candidates")
    desk.act("empty")
    assert [desk.rows(name) for name in ("candidates", "applications", "jobs")] == [[], [], []]
    assert desk.account.state("candidates"), "nothing is really gone"
    desk.act("empty", on=False)
    assert desk.rows("candidates") == before


def test_one_request_can_look_empty():
    desk = Desk(people=20)
    assert desk.ask("GET", "/v3/candidates", fault="empty").body == []
    assert desk.rows("candidates")


def test_a_side_can_shrink_and_grow_again():
    desk = Desk(people=60)
    before = {row["id"] for row in desk.rows("candidates", per_page=500)}
    hidden = desk.act("shrink", share=0.5)["hidden"]
    left = {row["id"] for row in desk.rows("candidates", per_page=500)}
    assert left < before
    assert len(left) == len(before) - hidden == len(before) - round(len(before) / 2)
    assert {row["candidate_id"] for row in desk.rows("applications", per_page=500)} <= left
    desk.act("shrink", share=0)
    assert {row["id"] for row in desk.rows("candidates", per_page=500)} == before
