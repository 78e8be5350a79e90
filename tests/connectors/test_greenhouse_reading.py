"""Greenhouse, read over real HTTP from the stand-in: lists, windows, cursors, what is kept and what never is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from connectors.greenhouse import Greenhouse, Settings, open_connector
from connectors.kit.budget import MemoryBudget
from connectors.kit.contract import Page, Row, Stream, VendorError, Window, WindowExpired
from connectors.sandbox.greenhouse.options import SWITCHES
from connectors.sandbox.launch import Running, start

Open = Callable[..., Greenhouse]
POSITIONS = [(switch.name, choice) for switch in SWITCHES for choice in switch.choices]
DEFAULTS = {switch.name: switch.default for switch in SWITCHES}


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with start("greenhouse", people=320, seed=11) as served:
        yield served


@pytest.fixture
def connect(running: Running) -> Iterator[Open]:
    opened: list[Greenhouse] = []

    def make(**settings: Any) -> Greenhouse:
        told = running.credentials["greenhouse"]
        opened.append(open_connector("ats", Settings(**{**told, **settings}), MemoryBudget(100_000)))
        return opened[-1]

    yield make
    for one in opened:
        one.close()
    running.faults("greenhouse")
    running.switches("greenhouse", **DEFAULTS)
    running.act("greenhouse", "empty", on=False)


def stream(one: Greenhouse, object: str) -> Stream:
    return next(found for found in one.streams() if found.object == object)


def rows(one: Greenhouse, object: str, window: Window | None = None) -> list[Row]:
    return [row for page in one.pages(stream(one, object), window) for row in page.rows]


def payloads(one: Greenhouse, object: str) -> list[dict[str, Any]]:
    return [json.loads(row.payload) for row in rows(one, object)]


def everything(one: Greenhouse) -> dict[str, dict[str, bytes]]:
    return {found.object: {row.id: row.hash for row in rows(one, found.object)} for found in one.streams()}


def asked(running: Running, path: str, since: int = 0) -> list[dict[str, list[str]]]:
    log = running.log("greenhouse", since=since)
    return [parse_qs(entry["query"], keep_blank_values=True) for entry in log if entry["path"] == f"/v3/{path}"]


def test_every_row_of_every_list_is_read(connect: Open, running: Running) -> None:
    one = connect()
    for name, collection in {
        "candidate": "candidates",
        "application": "applications",
        "application_stage": "application_stages",
        "rejection": "rejection_details",
        "prospect": "prospect_details",
        "note": "notes",
        "job": "jobs",
        "user": "users",
        "rejection_reason": "rejection_reasons",
    }.items():
        held = {str(row["id"]) for row in running.state("greenhouse", collection)}
        read = [row.id for row in rows(one, name)]
        assert len(read) == len(set(read))
        assert set(read) == held, name
    assert len(rows(one, "application_stage")) > 500, "more than one page"


def test_tables_come_first_and_parents_before_children(connect: Open) -> None:
    streams = connect().streams()
    tables = [found.reference for found in streams]
    assert tables == sorted(tables, reverse=True)
    seen = {""}
    for found in streams:
        assert found.owner_object in seen
        seen.add(found.object)
        assert found.scope.startswith("harvest:")
        assert found.scope.endswith(":list")


def test_pages_are_full_and_the_cursor_travels_alone(connect: Open, running: Running) -> None:
    since = running.log("greenhouse")[-1]["number"] if running.log("greenhouse") else 0
    pages = list(connect().pages(stream(connect(), "application_stage"), None))
    assert [page.last for page in pages] == [False] * (len(pages) - 1) + [True]
    assert all(len(page.rows) == 500 for page in pages[:-1])
    first, *others = asked(running, "application_stages", since)
    assert first == {"per_page": ["500"]}
    assert others
    assert all(set(query) == {"cursor"} for query in others)


def test_a_window_asks_for_a_closed_interval_and_gets_what_changed_in_it(connect: Open, running: Running) -> None:
    one = connect()
    everybody = rows(one, "candidate")
    since = one.now()
    someone = int(everybody[3].id)
    running.act("greenhouse", "edit", candidate=someone, values={"title": "Keeper of the Log"})
    found = rows(one, "candidate", Window(since - timedelta(seconds=2), one.now() + timedelta(seconds=60)))
    assert str(someone) in [row.id for row in found]
    assert len(found) < len(everybody)
    last = asked(running, "candidates")[-1]["updated_at"][0].split("|")
    assert (last[0], last[2]) == ("gte", "lte")
    assert all(moment.endswith("Z") and "T" in moment for moment in last[1::2])


def test_a_window_from_the_beginning_is_open_below(connect: Open) -> None:
    one = connect()
    until = datetime.now(UTC) + timedelta(hours=1)
    assert len(rows(one, "job", Window(None, until))) == len(rows(one, "job"))
    assert rows(one, "job", Window(None, datetime(2001, 1, 1, tzinfo=UTC))) == []


def test_both_edges_of_a_window_belong_to_it(connect: Open) -> None:
    one = connect()
    row = rows(one, "candidate")[0]
    moment = datetime.fromisoformat(row.updated)
    assert row.id in [found.id for found in rows(one, "candidate", Window(moment, moment))]


def test_an_expired_cursor_asks_for_the_window_again(connect: Open, running: Running) -> None:
    one = connect()
    running.faults("greenhouse", {"kind": "expired_cursor", "path": "/v3/application_stages", "nth": 2})
    walk = one.pages(stream(one, "application_stage"), None)
    with pytest.raises(WindowExpired):
        list(walk)
    assert len(rows(one, "application_stage")) == len(running.state("greenhouse", "application_stages"))


@pytest.mark.parametrize("fault", ["server_error", "cut_body", "malformed", "html", "lost_reply"])
@pytest.mark.parametrize("nth", [1, 2])
def test_a_page_that_fails_once_is_read_again_and_nothing_is_missing(
    connect: Open, running: Running, fault: str, nth: int
) -> None:
    one = connect()
    running.faults("greenhouse", {"kind": fault, "path": "/v3/application_stages", "nth": nth})
    read = [row.id for row in rows(one, "application_stage")]
    assert len(read) == len(set(read)) == len(running.state("greenhouse", "application_stages"))


def test_after_a_429_it_waits_until_the_window_turns_and_loses_nothing(running: Running) -> None:
    """X-RateLimit-Reset says a whole window, windows turn at :00 and :30; Retry-After tells the truth."""
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        running.sandbox("greenhouse").clock.shift(seconds)

    class Patient(MemoryBudget):
        def pause(self, seconds: float) -> None:
            """The stand-in's clock is moved instead."""

    told = Settings(**running.credentials["greenhouse"])
    one = Greenhouse("ats", told, Patient(100_000), sleep=sleep)
    running.faults("greenhouse", {"kind": "too_many", "path": "/v3/application_stages", "nth": 2})
    assert len(rows(one, "application_stage")) == len(running.state("greenhouse", "application_stages"))
    assert len(waited) == 1
    assert 0 < waited[0] <= 31
    one.close()
    running.faults("greenhouse")
    running.sandbox("greenhouse").clock.shift(-sum(waited))


def test_a_token_that_dies_within_a_crawl_is_replaced(connect: Open, running: Running) -> None:
    one = connect()
    running.faults("greenhouse", {"kind": "revoked_token", "path": "/v3/application_stages", "nth": 2})
    assert len(rows(one, "application_stage")) == len(running.state("greenhouse", "application_stages"))


@pytest.mark.parametrize(("name", "value"), POSITIONS, ids=str)
def test_every_list_is_read_whole_in_every_position_of_every_switch(
    connect: Open, running: Running, name: str, value: object
) -> None:
    keys = ["tieline_person_id", "seniority_band"]
    usual = everything(connect(custom_fields=keys))
    running.switches("greenhouse", **{name: value})
    if (name, value) == ("service_user_admin", False):
        with pytest.raises(VendorError, match="Site Admin") as caught:
            rows(connect(), "candidate")
        assert caught.value.halt
        return
    told = everything(connect(custom_fields=keys))
    hidden = (name, value) in {("private_candidates", "hidden"), ("private_candidates", "stub")} or (
        name == "confidential_jobs" and value == "hidden"
    )
    for object, known in usual.items():
        assert set(told[object]) <= set(known)
        assert hidden or set(told[object]) == set(known)
    if (name, value) != ("shows_job_stage", False) and not hidden:
        assert told == usual


def test_candidates_shown_as_a_notice_are_set_aside(connect: Open, running: Running) -> None:
    one = connect()
    someone = rows(one, "candidate")[0].id
    running.act("greenhouse", "make_private", candidate=int(someone))
    running.switches("greenhouse", private_candidates="stub")
    pages = list(one.pages(stream(one, "candidate"), None))
    assert someone in [bad.id for page in pages for bad in page.unreadable]
    assert someone not in [row.id for page in pages for row in page.rows]
    assert one.fresh("candidate", [someone]) == {}
    running.act("greenhouse", "make_private", candidate=int(someone), private=False)


def test_only_configured_custom_fields_that_are_not_private_are_kept(connect: Open, running: Running) -> None:
    definitions = {row["name_key"]: row for row in running.state("greenhouse", "custom_fields")}
    candidates = {key for key, row in definitions.items() if row["field_type"] == "candidate"}
    private = {key for key in candidates if definitions[key]["private"]}
    assert private, "the stand-in must have a private field for this to mean anything"
    assert candidates - private
    assert all(one["custom_fields"] == {} for one in payloads(connect(), "candidate"))
    kept = payloads(connect(custom_fields=sorted(candidates)), "candidate")
    assert {key for one in kept for key in one["custom_fields"]} == {
        key for key in candidates - private if definitions[key]["active"]
    }


def test_protected_data_is_neither_asked_for_nor_kept(connect: Open, running: Running) -> None:
    one = connect()
    answers = [
        item["answer"]
        for row in running.state("greenhouse", "applications")
        for item in row.get("answers") or []
        if isinstance(item.get("answer"), str) and len(item["answer"]) > 12
    ]
    bodies = [row["body"] for row in running.state("greenhouse", "notes") if len(row["body"] or "") > 12]
    since = running.log("greenhouse")[-1]["number"]
    kept = b"".join(row.payload for found in one.streams() for row in rows(one, found.object))
    assert bodies
    assert not any(text.encode() in kept for text in [*answers, *bodies])
    assert b"days_in_stage" not in kept
    assert b"last_activity_at" not in kept
    paths = {entry["path"] for entry in running.log("greenhouse", since=since)}
    assert not any(word in path for path in paths for word in ("eeoc", "demographic", "offer", "scorecard"))


def test_our_marker_is_all_that_is_kept_of_a_note(connect: Open, running: Running) -> None:
    one = connect()
    someone = rows(one, "candidate")[1].id
    running.act("greenhouse", "add_note", candidate=int(someone), body="History.\n[tieline:abc-123]")
    running.act("greenhouse", "add_note", candidate=int(someone), body="A secret about health")
    found = [json.loads(row.payload) for row in one.find("note", owner=someone)]
    assert {note["marker"] for note in found} >= {"abc-123", None}
    assert all(
        set(note) <= {"id", "candidate_id", "created_at", "updated_at", "type", "visibility", "marker"}
        for note in found
    )


def test_children_name_their_parent(connect: Open) -> None:
    one = connect()
    candidates = {row.id for row in rows(one, "candidate")}
    applications = rows(one, "application")
    assert {row.owner for row in applications} <= candidates
    held = {row.id for row in applications}
    for object in ("application_stage", "rejection", "prospect"):
        assert {row.owner for row in rows(one, object)} <= held


def test_jobless_prospects_and_null_fields_are_read(connect: Open) -> None:
    prospects = [one for one in payloads(connect(), "application") if one["prospect"]]
    assert any(one["job_id"] is None for one in prospects)


def test_service_users_and_built_in_reasons_are_not_missed(connect: Open, running: Running) -> None:
    one = connect()
    assert "" in {user["primary_email"] for user in payloads(one, "user")}
    assert len(rows(one, "rejection_reason")) == len(running.state("greenhouse", "rejection_reasons"))


def test_options_are_read_for_the_fields_we_read_and_no_others(connect: Open, running: Running) -> None:
    fields = {row["id"]: row for row in running.state("greenhouse", "custom_fields")}
    options = running.state("greenhouse", "custom_field_options")
    key = next(fields[one["custom_field_id"]]["name_key"] for one in options)
    wanted = {str(one["id"]) for one in options if fields[one["custom_field_id"]]["name_key"] == key}
    assert rows(connect(), "custom_field_option") == []
    assert {row.id for row in rows(connect(custom_fields=[key]), "custom_field_option")} == wanted


def test_objects_are_read_by_id_fifty_to_a_request(connect: Open, running: Running) -> None:
    one = connect()
    ids = [row.id for row in rows(one, "candidate")][:120]
    before = one.requests()
    found = one.fresh("candidate", [*ids, ids[0], "999", "not-a-number", ""])
    assert set(found) == set(ids)
    assert one.requests() - before == 3
    assert all(found[id].row.id == str(found[id].raw["id"]) for id in ids)
    assert all(len(query["ids"][0].split(",")) <= 50 for query in asked(running, "candidates") if "ids" in query)


def test_a_row_read_by_id_is_the_row_of_the_list(connect: Open) -> None:
    one = connect(custom_fields=["tieline_person_id"])
    for object in ("candidate", "application", "note", "rejection_reason", "user"):
        listed = {row.id: row for row in rows(one, object)[:20]}
        found = one.fresh(object, list(listed))
        assert {id: fresh.row for id, fresh in found.items()} == listed


def test_the_raw_object_keeps_what_a_whole_write_needs(connect: Open) -> None:
    one = connect()
    id = rows(one, "candidate")[0].id
    fresh = one.fresh("candidate", [id])[id]
    assert json.loads(fresh.row.payload)["custom_fields"] == {}
    assert fresh.raw["custom_fields"]


def test_people_are_found_by_email_whatever_its_case(connect: Open) -> None:
    one = connect()
    someone = next(found for found in rows(one, "candidate") if json.loads(found.payload)["email_addresses"])
    address = json.loads(someone.payload)["email_addresses"][0]["value"]
    assert someone.id in [row.id for row in one.find("candidate", email=address.upper())]
    assert one.find("candidate", email="nobody+at.all@example.com") == []
    assert one.find("candidate") == ()


def test_children_are_found_by_their_parent(connect: Open) -> None:
    one = connect()
    for object in ("application", "note", "application_stage"):
        some = rows(one, object)[0]
        found = one.find(object, owner=some.owner)
        assert some in found
        assert {row.owner for row in found} == {some.owner}


def test_an_optional_list_without_its_scope_stops_only_itself(connect: Open, running: Running) -> None:
    running.switches("greenhouse", missing_scopes="harvest:referrers:list,harvest:candidates:list")
    one = connect()
    with pytest.raises(VendorError, match="harvest:referrers:list") as optional:
        rows(one, "referrer")
    assert (optional.value.status, optional.value.halt) == (403, False)
    with pytest.raises(VendorError, match="harvest:candidates:list") as required:
        rows(one, "candidate")
    assert (required.value.status, required.value.halt) == (403, True)


@pytest.mark.parametrize("spelling", ["expires_at", "expires_in", "expires"])
def test_a_token_is_used_for_as_long_as_it_lives_however_that_is_told(
    connect: Open, running: Running, spelling: str
) -> None:
    running.switches("greenhouse", token_expiry=spelling)
    one = connect()
    since = running.log("greenhouse")[-1]["number"]
    for _ in range(3):
        rows(one, "tag")
    minted = [entry for entry in running.log("greenhouse", since=since) if entry["path"] == "/token"]
    assert len(minted) == 1


def test_a_connector_acts_as_the_user_it_is_told_to(connect: Open, running: Running) -> None:
    users = running.state("greenhouse", "users")
    recruiter = next(user["id"] for user in users if not user["site_admin"])
    with pytest.raises(VendorError, match="Site Admin"):
        rows(connect(sub=str(recruiter)), "candidate")
    admin = next(user["id"] for user in users if user["site_admin"])
    assert rows(connect(sub=str(admin)), "candidate")


def test_an_unchanged_account_costs_one_request_a_list(connect: Open) -> None:
    one = connect()
    everything(one)
    window = Window(one.now() + timedelta(hours=1), one.now() + timedelta(hours=2))
    before = one.requests()
    for found in one.streams():
        if not found.reference:
            assert [tuple(page) for page in one.pages(found, window)] == [tuple(Page([], [], last=True))]
    assert one.requests() - before == sum(1 for found in one.streams() if not found.reference)


def test_the_vendor_counts_nothing(connect: Open) -> None:
    assert connect().total("candidate") is None


def test_the_clock_is_the_vendors(connect: Open) -> None:
    one = connect()
    rows(one, "tag")
    assert abs(one.now() - datetime.now(UTC)) < timedelta(seconds=10)
