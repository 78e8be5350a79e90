"""Reading a list by offset while people change it: the pages overlap, and what was missed is read again.

An offset names a place, not a row: whoever deletes a row makes every later one slip into the page that was just
read. So each page begins with rows of the one before it, a page without any of them is a gap and is stepped back
over, a pass that met fewer rows than the vendor counts is made again, and a list longer than the vendor's offsets
reach goes on from the last creation time seen. A row that comes twice does no harm. Only the state's periodic
comparison of all ids is proof; this keeps it from finding anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from connectors._beamery_shapes import Batch
from connectors.kit.contract import Page, Row, VendorError

OVERLAP = 5
REREADS = 2  # passes made again over a slice whose rows do not add up
RETREATS = 6  # steps back over one gap, each four times as far as the last
STALLS = 5  # pages in a row without a new row before the list is said not to move
SLICE_AT = 9_000  # assumed: offsets end at 10,000, as search engines have it; what is refused earlier is sliced earlier
MAX_PAGES = 200_000
_TOO_DEEP = frozenset({400, 416, 422, 500})


class Place(NamedTuple):
    """Where a page begins: an offset within what was created at or after a time (empty: from the beginning)."""

    since: str
    offset: int


class _Slice:
    """What was met since the creation time at which this slice begins."""

    def __init__(self, since: str, seen: dict[str, str]) -> None:
        self.since = since
        self.seen = seen  # id -> vendor's time of the last change
        self.last = since
        self.ordered = True  # the vendor does sort by creation time
        self.rereads = self.retreats = self.stalls = 0

    def take(self, batch: Batch) -> tuple[list[Row], int]:
        """(rows that are new or newer, how many of the page were known before)."""
        fresh = [row for row in batch.rows if self.seen.get(row.id) != row.updated]
        known = sum(row.id in self.seen for row in batch.rows)
        self.seen.update((row.id, row.updated) for row in batch.rows)
        created = [row.created for row in batch.rows]
        self.ordered = self.ordered and all(created) and created == sorted(created)
        self.last = max([self.last, *created])
        return fresh, known

    def strays(self, batch: Batch) -> bool:
        """Whether rows came that were created before this slice begins: the vendor does not filter by creation."""
        return any(row.created and row.created < self.since for row in batch.rows)

    def boundary(self, rows: list[Row]) -> dict[str, str]:
        """The rows that the next slice will bring again."""
        return {row.id: row.updated for row in rows if row.created == self.last}


class Walk:
    """One reading of a list. `ask` reads the page at a place and raises `VendorError`; `sliced` says that the list
    is asked for in order of creation and can be cut by it."""

    def __init__(self, ask: Callable[[Place], Batch], *, sliced: bool, what: str, system: str) -> None:
        self._ask = ask
        self._sliced = sliced
        self._what = f"{system}: the list of {what}"
        self._slice = _Slice("", {})
        self._rows: list[Row] = []  # of the last page
        self._full = 0  # rows of the fullest page

    def pages(self) -> Iterator[Page]:
        """All pages, the last one marked. The next is asked for before this one is handed out."""
        with ThreadPoolExecutor(1, thread_name_prefix="page") as pool:
            place: Place | None = Place("", 0)
            ahead: Future[Batch] = pool.submit(self._ask, Place("", 0))
            for _ in range(MAX_PAGES):
                if place is None:
                    return
                found = self._result(ahead, place)
                fresh: list[Row] = []
                if found is None:
                    place = self._cut()
                else:
                    fresh, place = self._step(place, found)
                if place is not None:
                    ahead = pool.submit(self._ask, place)
                yield Page(fresh, found.unreadable if found else (), place is None)
        raise VendorError(f"{self._what} does not end after {MAX_PAGES} pages", halt=True)

    def _result(self, ahead: Future[Batch], place: Place) -> Batch | None:
        """The page; None when the vendor will not go so deep and the list can be cut here."""
        try:
            return ahead.result()
        except VendorError as error:
            if place.offset and error.status in _TOO_DEEP and self._cuttable:
                return None
            raise

    @property
    def _cuttable(self) -> bool:
        return self._sliced and self._slice.ordered and self._slice.last > self._slice.since

    def _cut(self) -> Place:
        """Begin a slice at the last creation time: rows that share it come again."""
        old = self._slice
        self._slice = _Slice(old.last, old.boundary(self._rows))
        return Place(old.last, 0)

    def _step(self, place: Place, found: Batch) -> tuple[list[Row], Place | None]:
        """(rows to hand out, where to go on)."""
        now = self._slice
        if self._sliced and now.strays(found):
            self._sliced = False
            self._slice = _Slice("", {})
            return list(found.rows), Place("", 0)
        fresh, known = now.take(found)
        self._rows = list(found.rows) or self._rows
        self._full = max(self._full, found.size)
        end = place.offset + found.size
        # Each page begins within the one before it; one that shows nothing of that, or nothing at all, lies past a gap.
        if place.offset and not known and not found.numbered and now.retreats < RETREATS:
            now.retreats += 1
            return fresh, Place(place.since, max(0, place.offset - OVERLAP * 4**now.retreats))
        if self._is_end(found, end, fresh):
            short = found.total is not None and len(now.seen) < found.total
            if not found.size and found.total is not None and place.offset < found.total and self._cuttable:
                return fresh, self._cut()
            if short and now.rereads < REREADS:
                now.rereads += 1
                return fresh, Place(place.since, 0)
            return fresh, None
        now.stalls = now.stalls + 1 if not fresh and not now.rereads and not now.retreats else 0
        if now.stalls >= STALLS:
            raise VendorError(f"{self._what} shows the same page again and again", halt=True)
        if self._cuttable and (found.numbered or end > SLICE_AT):
            return fresh, self._cut()
        return fresh, Place(place.since, end if found.numbered else end - min(OVERLAP, found.size // 2))

    def _is_end(self, found: Batch, end: int, fresh: list[Row]) -> bool:
        """By the vendor's own word, or because a page that is not full shows nothing but what was known."""
        if not found.size or found.more is False or (found.total is not None and end >= found.total):
            return True
        return not fresh and found.size < self._full
