import base64
import json
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.sandbox.greenhouse_desk import BASE, Desk


@pytest.fixture(scope="module")
def desk():
    """A populated account that nobody changes."""
    return Desk(people=90)


def cursor_of(reply):
    link = reply.headers["Link"]
    return parse_qs(urlsplit(link[1 : link.index(">")]).query)["cursor"][0]


def refusal(desk, name, /, **query):
    reply = desk.get(name, **query)
    assert reply.status == 422
    assert reply.body["message"] == "Unprocessable Content"
    return reply.errors[0]


# ---- paging


def test_a_list_is_a_bare_array_newest_id_first(desk):
    rows = desk.rows("candidates", per_page=500)
    assert isinstance(rows, list)
    ids = [row["id"] for row in rows]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == len(desk.world.candidates)


def test_ids_are_beyond_thirty_two_bits_and_end_in_the_silo(desk):
    for name in ("candidates", "applications", "jobs", "application_stages", "job_interview_stages"):
        assert all(row["id"] > 2**32 and row["id"] % 1000 == 2 for row in desk.rows(name, per_page=500)), name


@pytest.mark.parametrize("per_page", [1, 7, 500])
def test_the_pages_together_are_everything_once(desk, per_page):
    pages = desk.crawl("jobs", per_page=per_page)
    ids = [row["id"] for page in pages for row in page]
    assert len(set(ids)) == len(ids) == len(desk.world.jobs)
    assert all(len(page) == per_page for page in pages[:-1])


def test_a_page_holds_a_hundred_rows_when_nothing_is_said(desk):
    assert len(desk.rows("application_stages")) == 100


def test_the_last_page_has_an_empty_link_header(desk):
    assert desk.get("jobs", per_page=500).headers["Link"] == ""


def test_a_list_that_fits_exactly_has_no_next_page(desk):
    assert desk.get("jobs", per_page=len(desk.world.jobs)).headers["Link"] == ""


def test_the_cursor_has_the_recorded_form_and_names_the_first_row_of_the_next_page(desk):
    first = desk.get("jobs", per_page=2)
    cursor = json.loads(base64.b64decode(cursor_of(first)))
    assert cursor["query"] == {"per_page": 2}
    assert cursor["per_page"] == 2
    assert cursor["page"] == 2
    assert cursor["original_request_id"] == first.headers["X-Request-Id"]
    second = desk.follow(first)
    assert second.body[0]["id"] == cursor["id"]
    assert json.loads(base64.b64decode(cursor_of(second)))["original_request_id"] == cursor["original_request_id"]


def test_the_link_leads_back_to_the_stand_in_itself(desk):
    assert desk.get("jobs", per_page=1).headers["Link"].startswith(f"<{BASE}/v3/jobs?cursor=")


def test_filters_ride_inside_the_cursor(desk):
    pages = desk.crawl("applications", status="rejected", per_page=3)
    assert len(pages) > 1
    assert {row["status"] for page in pages for row in page} == {"rejected"}


def test_a_cursor_with_anything_beside_it_is_refused(desk):
    cursor = cursor_of(desk.get("jobs", per_page=2))
    assert refusal(desk, "jobs", cursor=cursor, per_page=2) == (
        "When passing a cursor, do not include other query params."
    )


def test_a_broken_cursor_is_refused(desk):
    assert refusal(desk, "jobs", cursor="bm9uc2Vuc2U=")
    assert refusal(desk, "jobs", cursor="%%%")


def test_a_cursor_expires():
    desk = Desk(people=20, cursor_seconds=60)
    first = desk.get("jobs", per_page=1)
    desk.clock.shift(61)
    assert desk.follow(first).status == 422


def test_an_expired_cursor_can_be_injected(desk):
    assert desk.ask("GET", "/v3/jobs", fault="expired_cursor", cursor="x").status == 422


def test_rows_created_during_a_crawl_are_missed_and_deleted_ones_do_not_break_it():
    desk = Desk()
    job = desk.job()
    people = [desk.applicant(f"p{n}@example.com", job=job)[0] for n in range(6)]
    first = desk.get("candidates", per_page=2)
    desk.applicant("late@example.com", job=job)
    desk.act("delete", candidate=people[3])  # the very row the cursor names
    rest = []
    reply = desk.follow(first)
    while reply is not None:
        rest += [row["id"] for row in reply.body]
        reply = desk.follow(reply)
    assert rest == [people[2], people[1], people[0]]


# ---- what is refused


def test_per_page_over_five_hundred(desk):
    assert refusal(desk, "candidates", per_page=600) == {"per_page": "`600` number is greater than: 500"}


@pytest.mark.parametrize("value", ["0", "-1", "many"])
def test_per_page_that_is_no_number_of_rows(desk, value):
    assert "per_page" in refusal(desk, "candidates", per_page=value)


def test_more_than_fifty_ids(desk):
    fifty = ",".join(["1"] * 50)
    assert desk.rows("candidates", ids=fifty) == []
    assert "ids" in refusal(desk, "candidates", ids=fifty + ",1")
    assert "candidate_ids" in refusal(desk, "applications", candidate_ids=fifty + ",1")


@pytest.mark.parametrize(
    ("name", "parameter"),
    [
        ("rejection_details", "job_ids"),
        ("candidates", "name"),
        ("candidates", "candidate_ids"),
        ("sources", "active"),
        ("demographic_questions", "updated_at"),
        ("jobs", "page"),
    ],
)
def test_a_parameter_the_list_does_not_take_is_refused_and_named(desk, name, parameter):
    assert refusal(desk, name, **{parameter: "gte|2026-01-01T00:00:00Z"}).keys() == {parameter}


def test_status_in_process_is_what_rows_say_and_no_filter(desk):
    assert "status" in refusal(desk, "applications", status="in_process")


def test_an_unknown_field_is_refused(desk):
    assert "fields" in refusal(desk, "candidates", fields="id,nickname")


@pytest.mark.parametrize("value", ["2026-01-01", "gte|2026-01-01", "gte|soon", "since|2026-01-01T00:00:00Z", "gte|"])
def test_dates_that_are_not_a_filter(desk, value):
    assert refusal(desk, "candidates", updated_at=value).keys() == {"updated_at"}


def test_created_at_and_updated_at_do_not_go_together(desk):
    both = {"created_at": "gte|2026-01-01T00:00:00Z", "updated_at": "gte|2026-01-01T00:00:00Z"}
    assert refusal(desk, "candidates", **both)


def test_brackets_are_refused_unless_the_switch_says_otherwise(desk):
    bracket = {"updated_at[gte]": "2026-01-01T00:00:00Z"}
    assert refusal(desk, "candidates", **bracket)
    assert Desk(bracket_dates="accepted").get("candidates", **bracket).status == 200


def test_there_is_no_reading_of_one_object_by_its_id(desk):
    number = desk.rows("candidates", per_page=1)[0]["id"]
    reply = desk.get(f"candidates/{number}")
    assert (reply.status, reply.body) == (404, {"message": "Resource not found"})


def test_except_for_a_rejection_reason(desk):
    reason = desk.rows("rejection_reasons", include_defaults="true")[0]
    assert desk.get(f"rejection_reasons/{reason['id']}").body == reason
    assert desk.get("rejection_reasons/1").status == 404


# ---- filters


def test_a_missing_id_is_an_empty_list_and_no_error(desk):
    assert desk.rows("candidates", ids="1") == []


def test_dates_are_closed_or_open_to_the_millisecond(desk):
    rows = desk.rows("candidates", per_page=500)
    moments = sorted(row["updated_at"] for row in rows)
    low, high = moments[20], moments[60]
    for operators, holds in (
        (f"gte|{low}|lte|{high}", lambda at: low <= at <= high),
        (f"gt|{low}|lt|{high}", lambda at: low < at < high),
        (f"lte|{low}", lambda at: at <= low),
        (f"gt|{high}", lambda at: at > high),
    ):
        found = [row["id"] for row in desk.rows("candidates", updated_at=operators, per_page=500)]
        assert found == [row["id"] for row in rows if holds(row["updated_at"])]


def test_offsets_and_microseconds_are_read(desk):
    rows = desk.rows("candidates", per_page=500)
    moment = sorted(row["created_at"] for row in rows)[30]
    wanted = [row["id"] for row in rows if row["created_at"] >= moment]
    offset = moment.replace("Z", "+00:00")
    assert [r["id"] for r in desk.rows("candidates", created_at=f"gte|{offset}", per_page=500)] == wanted
    later = moment.replace("Z", "001Z")  # a microsecond after: the row itself is before
    assert len(desk.rows("candidates", created_at=f"gte|{later}", per_page=500)) == len(wanted) - 1


def test_a_narrow_window_and_a_wide_one_agree_with_a_scan(desk):
    rows = desk.rows("application_stages", per_page=500)
    moments = sorted(row["updated_at"] for row in rows)
    for low, high in ((moments[0], moments[-1]), (moments[5], moments[9])):
        pages = desk.crawl("application_stages", updated_at=f"gte|{low}|lte|{high}", per_page=4)
        found = {row["id"] for page in pages for row in page}
        everything = {row["id"]: row["updated_at"] for page in desk.crawl("application_stages") for row in page}
        assert found == {number for number, at in everything.items() if low <= at <= high}


def test_an_email_is_found_in_any_case_and_only_whole(desk):
    row = next(row for row in desk.rows("candidates", per_page=500) if row["email_addresses"])
    address = row["email_addresses"][0]["value"]
    assert row["id"] in [found["id"] for found in desk.rows("candidates", email=address.upper())]
    assert desk.rows("candidates", email=address[:-1]) == []


def test_a_tag_is_found_in_its_own_case_only():
    desk = Desk()
    wanted = desk.candidate(tags=["Go"])["id"]
    desk.candidate(tags=["go"])
    assert [row["id"] for row in desk.rows("candidates", tag="Go")] == [wanted]


def test_children_by_their_parents(desk):
    some = [row["id"] for row in desk.rows("candidates", per_page=20)]
    found = desk.rows("applications", candidate_ids=",".join(map(str, some)), per_page=500)
    assert {row["candidate_id"] for row in found} <= set(some)
    everything = desk.rows("applications", per_page=500)
    assert [r["id"] for r in found] == [r["id"] for r in everything if r["candidate_id"] in some]


def test_two_filters_are_both_held(desk):
    row = next(r for r in desk.rows("applications", status="rejected", per_page=500))
    both = desk.rows("applications", candidate_ids=row["candidate_id"], job_ids=row["job_id"], status="rejected")
    assert row["id"] in [found["id"] for found in both]
    assert desk.rows("applications", candidate_ids=row["candidate_id"], status="hired", ids=row["id"]) == []


def test_stage_ids_are_rows_of_the_history_and_job_stage_ids_are_the_jobs_own(desk):
    row = next(r for r in desk.rows("applications", status="active", per_page=500) if r["stage_id"])
    assert [r["id"] for r in desk.rows("applications", stage_ids=row["stage_id"])] == [row["id"]]
    assert desk.rows("applications", stage_ids=row["job_interview_stage_id"]) == []
    same = desk.rows("applications", job_interview_stage_ids=row["job_interview_stage_id"], per_page=500)
    assert row["id"] in [r["id"] for r in same]


def test_status_active_finds_rows_in_process(desk):
    assert {row["status"] for row in desk.rows("applications", status="active", per_page=500)} == {"in_process"}


def test_prospects_and_their_jobs(desk):
    prospects = desk.rows("applications", prospect="true", per_page=500)
    assert prospects
    assert all(row["prospect"] and row["stage_id"] is None for row in prospects)
    several = next(row for row in prospects if row["prospective_job_ids"])
    found = desk.rows("applications", prospective_job_ids=several["prospective_job_ids"][0])
    assert several["id"] in [row["id"] for row in found]


def test_built_in_reasons_and_service_users_show_only_when_asked_for(desk):
    some = {row["id"] for row in desk.rows("rejection_reasons")}
    every = {row["id"] for row in desk.rows("rejection_reasons", include_defaults="true")}
    assert some < every
    people = {row["id"] for row in desk.rows("users")}
    (service,) = [r for r in desk.rows("users", show_service_accounts="true") if r["id"] not in people]
    assert service["primary_email"] == ""


def test_options_by_the_key_of_their_field_and_candidates_by_option(desk):
    options = desk.rows("custom_field_options", custom_field_key="seniority_band")
    assert options
    for option in options:
        for row in desk.rows("candidates", custom_field_option_id=option["id"]):
            assert row["custom_fields"]["seniority_band"]["value"] == option["name"]


def test_fields_give_partial_rows_not_nulls(desk):
    rows = desk.rows("candidates", fields="id,first_name", per_page=3)
    assert all(row.keys() == {"id", "first_name"} for row in rows)
