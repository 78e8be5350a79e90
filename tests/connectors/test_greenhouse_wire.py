"""Greenhouse's answers that no stand-in gives: one call each."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import respx

from connectors.greenhouse import Greenhouse, Settings
from connectors.kit.contract import Row, Stream, VendorError, Window

BASE, TOKEN = "https://harvest.greenhouse.io", "https://auth.greenhouse.io/token"


class Spy:
    """A budget that lets everybody pass and remembers what it learned."""

    def __init__(self) -> None:
        self.learned: list[tuple[int | None, int | None, float | None]] = []
        self.paused: list[float] = []

    def acquire(self, *, write: bool = False) -> None:
        """There is always room."""

    def learn(self, *, limit: int | None, remaining: int | None, window: float | None) -> None:
        self.learned.append((limit, remaining, window))

    def pause(self, seconds: float) -> None:
        self.paused.append(seconds)


@pytest.fixture
def vendor() -> Iterator[respx.MockRouter]:
    with respx.mock(assert_all_called=False) as router:
        router.post(TOKEN).respond(json={"access_token": "TOKEN", "expires_at": "2099-01-01T00:00:00Z"})
        yield router


def connect(**settings: Any) -> tuple[Greenhouse, Spy, list[float]]:
    budget, slept = Spy(), []
    told = Settings(client_id="client-7", client_secret="secret", **settings)
    return Greenhouse("ats", told, budget, sleep=slept.append), budget, slept


def stream(one: Greenhouse, object: str) -> Stream:
    return next(found for found in one.streams() if found.object == object)


def rows(one: Greenhouse, object: str, window: Window | None = None) -> list[Row]:
    return [row for page in one.pages(stream(one, object), window) for row in page.rows]


def link(cursor: str = "abc", host: str = BASE) -> dict[str, str]:
    return {"link": f'<{host}/v3/tags?cursor={cursor}>; rel="next"'}


def test_a_token_is_asked_for_with_basic_and_a_form(vendor: respx.MockRouter) -> None:
    vendor.get(f"{BASE}/v3/sources").respond(json=[])
    one, _, _ = connect(sub="5414812002")
    rows(one, "source")
    request = vendor.calls[0].request
    assert request.headers["authorization"] == "Basic " + base64.b64encode(b"client-7:secret").decode()
    assert request.content == b"grant_type=client_credentials&sub=5414812002"
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert vendor.calls[1].request.headers["authorization"] == "Bearer TOKEN"


def test_a_link_to_another_origin_is_not_followed_and_halts(vendor: respx.MockRouter) -> None:
    vendor.get(f"{BASE}/v3/sources").respond(json=[{"id": 1}], headers=link(host="https://evil.example"))
    evil = vendor.route(host="evil.example").respond(json=[])
    one, _, _ = connect()
    with pytest.raises(VendorError, match="another host") as caught:
        rows(one, "source")
    assert caught.value.halt
    assert evil.call_count == 0


def test_only_the_cursor_of_a_link_is_used(vendor: respx.MockRouter) -> None:
    cursor = "eyJxdWVyeSI6e30sImlkIjo2fQ%3D%3D"
    other = {"link": f'<{BASE}/v3/eeoc?cursor={cursor}&per_page=2>; rel="next"'}
    route = vendor.get(f"{BASE}/v3/sources")
    route.mock(
        side_effect=[httpx.Response(200, json=[{"id": 7}], headers=other), httpx.Response(200, json=[{"id": 6}])]
    )
    one, _, _ = connect()
    assert [row.id for row in rows(one, "source")] == ["7", "6"]
    assert route.calls[1].request.url == httpx.URL(f"{BASE}/v3/sources?cursor={cursor}")


@pytest.mark.parametrize("value", ["", " ", '<https://harvest.greenhouse.io/v3/sources?cursor=a>; rel="prev"'])
def test_an_empty_link_ends_the_list(vendor: respx.MockRouter, value: str) -> None:
    vendor.get(f"{BASE}/v3/sources").respond(json=[{"id": 1}], headers={"link": value})
    one, _, _ = connect()
    pages = list(one.pages(stream(one, "source"), None))
    assert [page.last for page in pages] == [True]


def test_a_next_link_without_a_cursor_is_no_end_of_the_list(vendor: respx.MockRouter) -> None:
    headers = {"link": f'<{BASE}/v3/sources>; rel="next"'}
    vendor.get(f"{BASE}/v3/sources").respond(json=[{"id": 1}], headers=headers)
    one, _, _ = connect()
    with pytest.raises(VendorError, match="no cursor"):
        rows(one, "source")


def test_a_cursor_that_comes_back_is_refused(vendor: respx.MockRouter) -> None:
    vendor.get(f"{BASE}/v3/sources").respond(json=[{"id": 1}], headers=link("same"))
    one, _, _ = connect()
    with pytest.raises(VendorError, match="circle"):
        rows(one, "source")


def test_lists_are_widened_where_the_vendor_lets_us_and_read_plainly_where_not(vendor: respx.MockRouter) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if "show_service_accounts" in request.url.params:
            return httpx.Response(422, json={"message": "Unprocessable Content", "errors": ["unknown parameter"]})
        return httpx.Response(200, json=[{"id": 1, "name": "Ada"}])

    vendor.get(f"{BASE}/v3/users").mock(side_effect=answer)
    one, _, _ = connect()
    assert [row.id for row in rows(one, "user")] == ["1"]


def test_a_422_that_is_not_about_widening_is_told(vendor: respx.MockRouter) -> None:
    vendor.get(f"{BASE}/v3/users").respond(422)
    one, _, _ = connect()
    with pytest.raises(VendorError) as caught:
        rows(one, "user")
    assert caught.value.status == 422


@pytest.mark.parametrize("limit", [50, 75, 150])
def test_the_budget_follows_whatever_limit_the_headers_say(vendor: respx.MockRouter, limit: int) -> None:
    headers = {"X-RateLimit-Limit": str(limit), "X-Ratelimit-Remaining": str(limit - 1), "X-RateLimit-Reset": "9"}
    vendor.get(f"{BASE}/v3/sources").respond(json=[], headers=headers)
    one, budget, _ = connect()
    rows(one, "source")
    assert budget.learned == [(limit, limit - 1, 30.0)]


def test_a_share_of_the_budget_leaves_the_rest_to_others(vendor: respx.MockRouter) -> None:
    headers = {"X-RateLimit-Limit": "150", "X-RateLimit-Remaining": "100"}
    vendor.get(f"{BASE}/v3/sources").respond(json=[], headers=headers)
    one, budget, _ = connect(rate_share=0.5)
    rows(one, "source")
    assert budget.learned == [(75, 25, 30.0)]


def test_the_unauthenticated_401_has_no_rate_headers(vendor: respx.MockRouter) -> None:
    vendor.get(f"{BASE}/v3/sources").mock(side_effect=[httpx.Response(401), httpx.Response(200, json=[])])
    one, budget, _ = connect()
    assert rows(one, "source") == []
    assert budget.learned == []


@pytest.mark.parametrize(("second", "wait"), [(44, 17), (0, 31), (29, 2)])
def test_a_429_without_retry_after_waits_for_the_turn_of_the_window_and_not_for_reset(
    vendor: respx.MockRouter, second: int, wait: float
) -> None:
    date = datetime(2026, 5, 11, 13, 53, second, tzinfo=UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    headers = {"date": date, "X-RateLimit-Limit": "150", "X-RateLimit-Reset": "9999999999"}
    vendor.get(f"{BASE}/v3/sources").mock(
        side_effect=[httpx.Response(429, headers=headers), httpx.Response(200, json=[])]
    )
    one, budget, slept = connect()
    rows(one, "source")
    assert slept == [pytest.approx(wait, abs=1)]
    assert budget.paused == slept


def test_unknown_keys_and_nulls_are_taken_as_they_come(vendor: respx.MockRouter) -> None:
    record = {
        "id": 60218844002, "created_at": "2026-10-02T14:21:07.512Z", "updated_at": None, "first_name": None,
        "tags": None, "email_addresses": [None, {"value": "m@example.com", "type": None, "verified": True}],
        "phone_numbers": None, "custom_fields": None, "brand_new_key": {"x": 1},
    }  # fmt: skip
    vendor.get(f"{BASE}/v3/candidates").respond(json=[record])
    one, _, _ = connect()
    (row,) = rows(one, "candidate")
    payload = json.loads(row.payload)
    assert "brand_new_key" not in payload
    assert "last_name" not in payload
    assert payload["first_name"] is None
    assert payload["custom_fields"] is None
    assert payload["email_addresses"] == [{"value": "m@example.com", "type": None}]
    assert (row.id, row.updated) == ("60218844002", "")


def test_values_of_private_and_unknown_custom_fields_are_dropped(vendor: respx.MockRouter) -> None:
    told = {key: {"name": key, "type": "short_text", "value": key} for key in ("open", "hidden", "strange", "other")}
    vendor.get(f"{BASE}/v3/candidates").respond(json=[{"id": 1, "custom_fields": {**told, "empty": None}}])
    fields = [
        {"id": 11, "name_key": "open", "value_type": "short_text", "private": False},
        {"id": 12, "name_key": "hidden", "value_type": "short_text", "private": True},
        {"id": 13, "name_key": "empty", "value_type": "short_text", "private": False},
        {"id": 14, "name_key": None, "value_type": None},
    ]
    route = vendor.get(f"{BASE}/v3/custom_fields").respond(json=fields)
    one, _, _ = connect(custom_fields=["open", "hidden", "strange", "empty"])
    (row,) = rows(one, "candidate")
    assert json.loads(row.payload)["custom_fields"] == {"open": {"value": "open"}, "empty": None}
    rows(one, "candidate")
    assert route.call_count == 1
    assert route.calls.last.request.url.params["field_type"] == "candidate"


def test_a_renamed_label_changes_nothing(vendor: respx.MockRouter) -> None:
    vendor.get(f"{BASE}/v3/custom_fields").respond(json=[{"id": 1, "name_key": "band", "private": False}])
    route = vendor.get(f"{BASE}/v3/candidates")
    one, _, _ = connect(custom_fields=["band"])
    hashes = []
    for label in ("Seniority band", "Level"):
        route.respond(json=[{"id": 1, "custom_fields": {"band": {"name": label, "value": "Senior"}}}])
        hashes.append(rows(one, "candidate")[0].hash)
    assert hashes[0] == hashes[1]


def test_days_that_pass_in_a_stage_change_nothing(vendor: respx.MockRouter) -> None:
    route = vendor.get(f"{BASE}/v3/application_stages")
    one, _, _ = connect()
    hashes = []
    for days in (6, 7):
        route.respond(json=[{"id": 1, "application_id": 2, "days_in_stage": days, "current": True}])
        hashes.append(rows(one, "application_stage")[0].hash)
    assert hashes[0] == hashes[1]


def test_a_window_is_written_with_pipes_in_utc_milliseconds(vendor: respx.MockRouter) -> None:
    route = vendor.get(f"{BASE}/v3/candidates").respond(json=[])
    one, _, _ = connect()
    window = Window(datetime(2026, 5, 11, 13, 0, tzinfo=UTC), datetime(2026, 5, 11, 14, 0, 0, 250_000, tzinfo=UTC))
    rows(one, "candidate", window)
    asked = route.calls.last.request.url.params
    assert asked["updated_at"] == "gte|2026-05-11T13:00:00.000Z|lte|2026-05-11T14:00:00.250Z"
    assert "created_at" not in asked
    assert asked["per_page"] == "500"


def test_an_object_in_place_of_a_list_is_an_error_and_not_an_empty_page(vendor: respx.MockRouter) -> None:
    vendor.get(f"{BASE}/v3/sources").respond(json={"message": "please hold the line"})
    one, _, _ = connect()
    with pytest.raises(VendorError) as caught:
        rows(one, "source")
    assert "hold the line" not in str(caught.value)


def test_an_email_look_up_is_encoded(vendor: respx.MockRouter) -> None:
    route = vendor.get(f"{BASE}/v3/candidates").respond(json=[])
    one, _, _ = connect()
    one.find("candidate", email="mina+jobs@example.com")
    assert b"email=mina%2Bjobs%40example.com" in route.calls.last.request.url.query
