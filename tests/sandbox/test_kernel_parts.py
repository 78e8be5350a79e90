"""The small parts every stand-in is made of: time, windows, faults, switches, routes, the log."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sandbox.clock import RealClock, VirtualClock, http_date, seconds_of, stamp
from connectors.sandbox.faults import FaultError, Faults
from connectors.sandbox.kernel import Router
from connectors.sandbox.log import RequestLog
from connectors.sandbox.rates import FixedWindow
from connectors.sandbox.switches import Switch, SwitchError, Switches

# ---- time


@given(st.integers(min_value=0, max_value=4_102_444_800_000))
def test_a_stamp_is_read_back_to_the_millisecond(milliseconds):
    assert round(seconds_of(stamp(milliseconds / 1000)) * 1000) == milliseconds


def test_a_stamp_is_printed_as_vendors_print_it():
    assert stamp(1_778_020_564.296) == "2026-05-05T22:36:04.296Z"
    assert http_date(1_778_020_564) == "Tue, 05 May 2026 22:36:04 GMT"


@pytest.mark.parametrize("text", ["2026-05-05", "yesterday", "", "2026-05-05T10:00:00"])
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(ValueError, match=r"time|date|iso"):
        seconds_of(text)


def test_an_offset_is_read_even_when_a_query_made_a_space_of_its_plus():
    assert seconds_of("2026-05-05T22:36:04+02:00") == seconds_of("2026-05-05T20:36:04Z")
    assert seconds_of("2026-05-05T22:36:04 02:00") == seconds_of("2026-05-05T20:36:04Z")


def test_a_virtual_clock_makes_due_calls_in_order_each_at_its_own_time():
    clock, seen = VirtualClock(100.0), []
    for delay in (5, 1, 3):
        clock.later(delay, lambda delay=delay: seen.append((delay, clock.now())))
    clock.shift(4)
    assert seen == [(1, 101.0), (3, 103.0)]
    assert clock.now() == 104.0
    clock.shift(1)
    assert seen[-1] == (5, 105.0)


def test_a_real_clock_can_be_off():
    clock = RealClock()
    before = clock.now()
    clock.shift(3600)
    assert clock.now() >= before + 3600


# ---- windows


def test_a_window_gives_its_places_and_turns_with_the_wall_clock():
    clock = VirtualClock(1_000_000_010.0)  # ten seconds before a multiple of thirty
    window = FixedWindow(2, 30, clock)
    assert [window.take()[:3] for _ in range(3)] == [(True, 2, 1), (True, 2, 0), (False, 2, 0)]
    assert window.take().until_turn == 10.0
    clock.shift(10)
    assert window.take().allowed


def test_an_exhausted_window_stays_so_until_it_turns():
    clock = VirtualClock(0.0)
    window = FixedWindow(5, 1, clock)
    assert not window.exhaust().allowed
    assert not window.take().allowed
    clock.shift(1)
    assert window.take().allowed


# ---- faults


def picks(faults, count, method="GET", path="/v3/jobs"):
    return [fault.kind if (fault := faults.pick(method, path)) else "" for _ in range(count)]


def test_a_rule_fires_once_unless_told_otherwise():
    faults = Faults()
    faults.add(kind="server_error")
    assert picks(faults, 3) == ["server_error", "", ""]


def test_from_the_nth_request_on_and_so_many_times():
    faults = Faults()
    faults.add(kind="too_many", nth=3, count=2)
    assert picks(faults, 6) == ["", "", "too_many", "too_many", "", ""]


def test_for_ever_when_the_count_is_zero():
    faults = Faults()
    faults.add(kind="slow", count=0)
    assert picks(faults, 5) == ["slow"] * 5


def test_only_requests_that_fit_are_counted():
    faults = Faults()
    faults.add(kind="lost_reply", method="POST", path=r"/candidates$", nth=2)
    assert picks(faults, 3, "POST", "/v3/candidates/1/merge") == [""] * 3
    assert picks(faults, 3, "GET", "/v3/candidates") == [""] * 3
    assert picks(faults, 3, "POST", "/v3/candidates") == ["", "lost_reply", ""]


def test_the_first_rule_that_fires_decides_and_the_others_still_count():
    faults = Faults()
    faults.add(kind="slow", count=1)
    faults.add(kind="html", nth=2, count=1)
    assert picks(faults, 3) == ["slow", "html", ""]


def test_chance_is_seeded():
    def run(seed):
        faults = Faults(seed)
        faults.add(kind="slow", probability=0.3, count=0)
        return picks(faults, 200)

    assert run(1) == run(1) != run(2)
    assert 30 < run(1).count("slow") < 90


def test_how_often_a_rule_was_met_and_fired_can_be_read():
    faults = Faults()
    faults.add(kind="slow", nth=2)
    picks(faults, 3)
    (told,) = faults.plain()
    assert (told["seen"], told["hits"]) == (3, 1)


@pytest.mark.parametrize("rule", [{}, {"kind": "plague"}, {"kind": "slow", "hits": 3}, {"kind": "slow", "path": "("}])
def test_a_rule_that_cannot_be_is_refused(rule):
    with pytest.raises(FaultError):
        Faults().add(**rule)


# ---- switches


def switches():
    return Switches(
        [Switch("envelope", "wrapped", ("wrapped", "bare"), "how it is wrapped"), Switch("lag", 0.0, (), "seconds")],
        {"lag": 2},
    )


def test_switches_have_defaults_and_take_values():
    some = switches()
    assert (some["envelope"], some["lag"]) == ("wrapped", 2)
    some.set({"envelope": "bare"})
    assert some["envelope"] == "bare"
    assert [told["value"] for told in some.plain()] == ["bare", 2]


@pytest.mark.parametrize("values", [{"envelop": "bare"}, {"envelope": "naked"}, {"lag": "two"}, {"lag": True}])
def test_a_wrong_switch_or_value_changes_nothing(values):
    some = switches()
    with pytest.raises(SwitchError):
        some.set({"envelope": "bare", **values})
    assert some["envelope"] == "wrapped"


# ---- routes


def test_routes_by_method_and_shape():
    router = Router()
    router.add("GET", "/v3/candidates", "list")
    router.add("PATCH", "/v3/candidates/{}", "update")
    router.add("POST", "/v3/candidates/{}/merge", "merge")
    assert router.find("GET", "/v3/candidates").name == "list"
    assert router.find("PATCH", "/v3/candidates/12") == ("update", ("12",))
    assert router.find("POST", "/v3/candidates/12/merge") == ("merge", ("12",))
    assert router.find("GET", "/v3/candidates/12") is None
    assert router.find("PATCH", "/v3/candidates/") is None
    assert router.knows("/v3/candidates/12")
    assert not router.knows("/v3/contacts")


# ---- the log


def test_the_log_is_numbered_filtered_and_bounded():
    log = RequestLog(size=3)
    log.add(0.0, "GET", "/a")
    log.add(1.0, "POST", "/b", write=True)
    log.add(2.0, "ACT", "reject", actor="person", write=True)
    assert [entry.number for entry in log.entries()] == [1, 2, 3]
    assert [entry.path for entry in log.entries(writes=True, actor="api")] == ["/b"]
    assert [entry.path for entry in log.entries(since=2)] == ["reject"]
    log.add(3.0, "GET", "/c")
    assert [entry.number for entry in log.entries()] == [2, 3, 4]
    assert (log.requests, log.writes) == (3, 1)
