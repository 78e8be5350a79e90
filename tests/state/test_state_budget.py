"""One rate budget for every thread and process: never overrun in any window, well used, and it follows the vendor."""

from __future__ import annotations

import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from state.budget import StoredBudget, margin, reserve
from state.store import Store


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.at = 1_800_000_000.0

    def clock(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.at += seconds


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def make(path, time):
    Store.open(str(path)).close()
    made = []

    def budget(credential: str = "ats", capacity: int = 50, seconds: float = 10.0, share: float = 1.0):
        made.append(
            StoredBudget(
                path, credential, capacity=capacity, seconds=seconds, share=share, clock=time.clock, sleep=time.sleep
            )
        )
        return made[-1]

    yield budget
    for one in made:
        one.close()


def most_within(times: list[float], seconds: float) -> int:
    """The largest number of requests in any sliding window."""
    times = sorted(times)
    return max(sum(start <= at < start + seconds for at in times) for start in times)


@pytest.mark.parametrize(("capacity", "seconds"), [(50, 10.0), (150, 30.0), (40, 1.0), (1, 1.0)])
def test_no_window_is_overrun_and_the_budget_is_used(make, time, capacity, seconds):
    budget = make(capacity=capacity, seconds=seconds)
    start, times = time.at, []
    while time.at < start + 12 * seconds:
        budget.acquire()
        times.append(time.at)
    assert most_within(times, seconds) <= capacity
    assert sum(at < start + 12 * seconds for at in times) >= 0.9 * 12 * capacity


def test_two_users_of_one_credential_share_it(make, time):
    first, second = make(capacity=10), make(capacity=10)
    times = []
    for _ in range(15):
        for one in (first, second):
            one.acquire()
            times.append(time.at)
    assert most_within(times, 10.0) <= 10


def test_credentials_do_not_disturb_each_other(make, time):
    first, second = make("ats", capacity=5), make("crm", capacity=5)
    start = time.at
    for _ in range(5):
        first.acquire()
        second.acquire()
    assert time.at == start


def test_reads_leave_a_reserve_to_writes(make, time):
    budget = make(capacity=100)
    start = time.at
    for _ in range(100 - reserve(100)):
        budget.acquire()
    for _ in range(reserve(100)):
        budget.acquire(write=True)
    assert time.at == start
    budget.acquire(write=True)
    assert time.at > start


def test_a_pause_stops_everybody_until_it_is_over(make, time):
    first, second = make(), make()
    start = time.at
    first.pause(7.5)
    second.acquire()
    assert time.at == pytest.approx(start + 7.5)


def test_a_shorter_pause_does_not_end_a_longer_one(make, time):
    budget = make()
    start = time.at
    budget.pause(20)
    budget.pause(1)
    budget.acquire()
    assert time.at >= start + 20


def test_an_absurd_pause_ends_after_an_hour(make, time):
    budget = make()
    start = time.at
    budget.pause(10**9)
    budget.acquire()
    assert time.at == pytest.approx(start + 3600)


@pytest.mark.parametrize(("limit", "window", "share"), [(20, 10.0, 1.0), (150, 30.0, 1.0), (50, 10.0, 0.5)])
def test_the_vendors_own_limit_is_followed(make, time, limit, window, share):
    budget, other = make(share=share), make(share=share)
    budget.learn(limit=limit, remaining=limit - 1, window=window)
    times = []
    for _ in range(int(3 * limit * share)):
        other.acquire()
        times.append(time.at)
    assert most_within(times, window) <= limit * share
    assert most_within(times, window) >= 0.9 * limit * share


def test_a_vendor_that_says_nothing_changes_nothing(make, time):
    budget = make(capacity=5, seconds=2.0)
    budget.learn(limit=None, remaining=3, window=None)
    budget.learn(limit=0, remaining=0, window=1.0)
    times = []
    for _ in range(12):
        budget.acquire()
        times.append(time.at)
    assert most_within(times, 2.0) == 5


def test_requests_of_somebody_else_are_counted(make, time):
    """The vendor says that 48 of 50 are gone, and we sent three."""
    budget = make(capacity=50)
    start = time.at
    for _ in range(3):
        budget.acquire()
    budget.learn(limit=50, remaining=2, window=10.0)
    budget.acquire()
    assert time.at == start
    budget.acquire()  # leaves the reserve of one
    assert time.at > start


def test_a_count_that_lags_behind_ours_frees_nothing(make, time):
    """Answers arrive out of order: an old one says that more is left than there is."""
    budget = make(capacity=10)
    start = time.at
    for _ in range(9):
        budget.acquire()
    budget.learn(limit=10, remaining=8, window=10.0)
    budget.acquire()
    assert time.at == start
    budget.acquire()
    assert time.at >= start + 10


def test_a_clock_set_back_does_not_block_for_long(make, time):
    budget = make(capacity=5)
    for _ in range(5):
        budget.acquire()
    time.at -= 3600
    start = time.at
    budget.acquire()
    assert time.at <= start + 10 + margin(10.0) + 0.5


def test_it_satisfies_what_connectors_ask_for(store):
    """By shape: the kit's protocol, so that a connector cannot tell where its budget lives."""
    budget = store.budget("ats")
    budget.acquire()
    budget.acquire(write=True)
    budget.learn(limit=50, remaining=40, window=10.0)
    budget.pause(0)
    budget.close()


def worker(path: Path, threads: int, each: int, queue) -> None:
    """Takes slots from several threads and reports the times at which they were taken."""
    import time

    times: list[float] = []
    local = threading.local()

    def clock() -> float:
        local.at = time.time()
        return local.at

    budget = StoredBudget(path, "ats", capacity=10, seconds=0.4, clock=clock)

    def take(_: int) -> float:
        budget.acquire()
        return local.at

    with ThreadPoolExecutor(threads) as pool:
        times += pool.map(take, range(each))
    queue.put(times)


def test_no_window_is_overrun_by_processes_and_threads_together(path):
    Store.open(str(path)).close()
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    processes = [context.Process(target=worker, args=(path, 2, 20, queue)) for _ in range(3)]
    for process in processes:
        process.start()
    times = [at for _ in processes for at in queue.get(timeout=90)]
    for process in processes:
        process.join(timeout=90)
    assert len(times) == 60
    assert most_within(times, 0.4) <= 10
