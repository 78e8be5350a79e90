"""Reading a list page by page, one page ahead.

The next page is asked for as soon as the headers of this one are there, so that its way through the network runs
beside the reading and the work on this page. Never more than one page ahead, so memory stays flat. A list that names
the same next page twice, or has more pages than any account could fill, is refused instead of followed for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Generic, NamedTuple, TypeVar

import httpx

from connectors.kit.contract import VendorError
from connectors.kit.http import Read
from connectors.kit.wire import Announce

C = TypeVar("C", bound=Hashable)
MAX_PAGES = 200_000


class Listed(NamedTuple):
    """One page: the decoded value, and whether it is the last."""

    value: Any
    last: bool


class _Ahead(Generic[C]):
    """A page that has been asked for."""

    def __init__(self, at: C, pool: ThreadPoolExecutor, fetch: Callable[[C, Announce], Read]) -> None:
        self.at = at
        self.headers: Future[httpx.Headers | None] = Future()
        self.read: Future[Read] = pool.submit(self._run, fetch)

    def _run(self, fetch: Callable[[C, Announce], Read]) -> Read:
        try:
            return fetch(self.at, self._announced)
        finally:
            self._announced(None)

    def _announced(self, headers: httpx.Headers | None) -> None:
        # Told again when a body breaks off and is read a second time; the first word stands as a guess.
        if not self.headers.done():
            self.headers.set_result(headers)


def pages(
    first: C,
    fetch: Callable[[C, Announce], Read],
    follow: Callable[[C, Read], C | None],
    *,
    guess: Callable[[C, httpx.Headers], C | None] = lambda _at, _headers: None,
    what: str,
    system: str,
    max_pages: int = MAX_PAGES,
) -> Iterator[Listed]:
    """All pages of a list.

    `fetch` reads the page at a position and announces its headers when they are there; `follow` says where the next
    page is once this one has been read (None: this was the last); `guess` says so from the headers alone, for the
    look-ahead, and None where they do not tell: a wrong guess costs one request. Both may raise `VendorError`.
    """
    seen: set[C] = {first}
    with _pool() as pool:
        ahead: _Ahead[C] | None = _Ahead(first, pool, fetch)
        count = 0
        while ahead is not None:
            count += 1
            if count > max_pages:
                raise VendorError(f"{system}: the list of {what} does not end after {max_pages} pages", halt=True)
            headers = ahead.headers.result()
            guessed = guess(ahead.at, headers) if headers is not None else None
            following = _Ahead(guessed, pool, fetch) if guessed is not None and guessed not in seen else None
            read = ahead.read.result()
            at = follow(ahead.at, read)
            if at is not None and at in seen:
                raise VendorError(f"{system}: the list of {what} goes in a circle; it was read no further", halt=True)
            if at is not None:
                seen.add(at)
            if following is None or following.at != at:
                following = _Ahead(at, pool, fetch) if at is not None else None
            yield Listed(read.value, following is None)
            ahead = following


class _pool:  # noqa: N801 - used as a block, like the executor it wraps
    """Two threads: one may still read the body of a page while the other asks for the next. Leaving the block does
    not wait for a page that nobody wants any more."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="page")

    def __enter__(self) -> ThreadPoolExecutor:
        return self._threads

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
