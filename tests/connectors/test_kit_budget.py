"""The budget in memory overruns neither sliding nor fixed windows, follows headers, and keeps room for writes."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.kit.budget import MemoryBudget


class Time:
    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def budget(time: Time, capacity: int, seconds: float, reserve: float = 0.0) -> MemoryBudget:
    return MemoryBudget(capacity, seconds, reserve=reserve, clock=time.clock, sleep=time.sleep)


@settings(max_examples=60, deadline=None)
@given(
    capacity=st.integers(1, 12),
    seconds=st.floats(0.5, 30),
    gaps=st.lists(st.floats(0, 3), min_size=1, max_size=80),
    late=st.floats(0, 0.01),
)
def test_no_window_of_any_kind_is_overrun(capacity: int, seconds: float, gaps: list[float], late: float) -> None:
    time = Time()
    one = budget(time, capacity, seconds)
    arrived = []
    for number, gap in enumerate(gaps):
        time.now += gap
        one.acquire(write=number % 3 == 0)
        arrived.append(time.now + (late * seconds if number % 2 else 0))
    arrived.sort()
    for place, start in enumerate(arrived):
        assert sum(1 for at in arrived[place:] if at < start + seconds) <= capacity


def test_reads_leave_room_for_writes() -> None:
    time = Time()
    one = budget(time, 10, 30, reserve=0.2)
    for _ in range(8):
        one.acquire()
    assert time.now == 0
    one.acquire(write=True)
    one.acquire(write=True)
    assert time.now == 0
    one.acquire()
    assert time.now >= 30


def test_a_limit_in_the_headers_is_followed_at_once() -> None:
    time = Time()
    one = budget(time, 50, 30)
    one.acquire()
    one.learn(limit=3, remaining=2, window=10)
    one.acquire()
    one.acquire()
    assert time.now == 0
    one.acquire()
    assert 10 <= time.now < 11


def test_what_others_spend_counts_too() -> None:
    time = Time()
    one = budget(time, 50, 30)
    one.acquire()
    one.learn(limit=50, remaining=1, window=30)
    one.acquire()
    assert time.now == 0
    one.acquire()
    assert time.now >= 30


def test_nobody_sends_during_a_pause_and_a_shorter_one_does_not_shorten_it() -> None:
    time = Time()
    one = budget(time, 50, 30)
    one.pause(12)
    one.pause(3)
    one.acquire(write=True)
    assert time.now == 12


def test_headers_that_say_nothing_change_nothing() -> None:
    time = Time()
    one = budget(time, 2, 30)
    one.learn(limit=None, remaining=None, window=None)
    one.acquire()
    one.acquire()
    assert time.now == 0
