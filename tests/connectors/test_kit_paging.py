"""Reading one page ahead: in order, flat in memory, never in circles, and right when a guess was wrong."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from connectors.kit.contract import VendorError
from connectors.kit.http import Read
from connectors.kit.paging import Listed, pages
from connectors.kit.wire import Announce


class List:
    """A list of pages that name the next one in a header; `lies` are pages whose header is wrong."""

    def __init__(self, count: int, lies: frozenset[int] = frozenset(), fails: int | None = None) -> None:
        self.count = count
        self.lies = lies
        self.fails = fails
        self.asked: list[int] = []
        self.lock = threading.Lock()

    def fetch(self, at: int, announce: Announce) -> Read:
        with self.lock:
            self.asked.append(at)
        if at == self.fails:
            raise VendorError("broken", status=500)
        following = str(at + 1) if at + 1 < self.count else ""
        announce(httpx.Headers({"next": "7777" if at in self.lies else following}))
        return Read(httpx.Headers({"next": following}), at)

    def walk(self, **more: Any) -> Iterator[Listed]:
        return pages(
            0,
            self.fetch,
            lambda _at, read: _next(read.headers),
            guess=lambda _at, headers: _next(headers),
            what="things",
            system="ats",
            **more,
        )


def _next(headers: httpx.Headers) -> int | None:
    return int(headers["next"]) if headers["next"] else None


@pytest.mark.parametrize("count", [1, 2, 7])
def test_every_page_comes_once_in_order_and_the_last_is_marked(count: int) -> None:
    one = List(count)
    assert [tuple(page) for page in one.walk()] == [(at, at == count - 1) for at in range(count)]
    assert one.asked == list(range(count))


def test_never_more_than_one_page_ahead() -> None:
    one = List(50)
    walk = one.walk()
    for taken in range(1, 20):
        next(walk)
        assert len(one.asked) <= taken + 1
    walk.close()


def test_the_next_page_is_asked_for_before_the_body_of_this_one_is_there() -> None:
    second_asked = threading.Event()

    def fetch(at: int, announce: Announce) -> Read:
        if at == 1:
            second_asked.set()
        announce(httpx.Headers({"next": "" if at else "1"}))
        if at == 0:
            assert second_asked.wait(10), "the second page waits for the first one's body"
        return Read(httpx.Headers({"next": "" if at else "1"}), at)

    walked = pages(0, fetch, lambda _a, r: _next(r.headers), guess=lambda _a, h: _next(h), what="things", system="ats")
    assert [page.value for page in walked] == [0, 1]


def test_a_wrong_guess_costs_a_request_and_nothing_else() -> None:
    one = List(4, lies=frozenset({1}))
    assert [page.value for page in one.walk()] == [0, 1, 2, 3]
    assert sorted(one.asked) == [0, 1, 2, 3, 7777]


def test_without_a_guess_the_list_is_read_page_by_page() -> None:
    one = List(3)
    walked = pages(0, one.fetch, lambda _at, read: _next(read.headers), what="things", system="ats")
    assert [page.value for page in walked] == [0, 1, 2]


def test_a_list_that_goes_in_a_circle_is_refused() -> None:
    def fetch(at: int, announce: Announce) -> Read:
        headers = httpx.Headers({"next": str((at + 1) % 3)})
        announce(headers)
        return Read(headers, at)

    walk = pages(0, fetch, lambda _a, r: _next(r.headers), guess=lambda _a, h: _next(h), what="things", system="ats")
    assert [next(walk).value for _ in range(2)] == [0, 1]
    with pytest.raises(VendorError, match="circle") as caught:
        next(walk)
    assert caught.value.halt


def test_a_list_without_an_end_is_refused() -> None:
    with pytest.raises(VendorError, match="does not end after 5 pages"):
        list(List(100).walk(max_pages=5))


def test_an_error_comes_after_the_pages_before_it() -> None:
    walk = List(5, fails=2).walk()
    assert [next(walk).value for _ in range(2)] == [0, 1]
    with pytest.raises(VendorError, match="broken"):
        next(walk)


def test_headers_told_twice_are_taken_once() -> None:
    def fetch(at: int, announce: Announce) -> Read:
        headers = httpx.Headers({"next": "" if at else "1"})
        announce(headers)
        announce(headers)
        return Read(headers, at)

    walked = pages(0, fetch, lambda _a, r: _next(r.headers), guess=lambda _a, h: _next(h), what="things", system="ats")
    assert [page.value for page in walked] == [0, 1]
