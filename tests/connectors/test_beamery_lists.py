"""Lists that move while they are read: nobody who is there from beginning to end is missed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors._beamery_lists import OVERLAP, Place, Walk
from connectors._beamery_shapes import Batch
from connectors.kit.contract import Row, VendorError


def _row(n: int, created: int | None = None, updated: str = "") -> Row:
    moment = n if created is None else created
    return Row(
        "candidate", f"c{n:05}", b"", b"{}", "", f"2026-01-01T00:{moment // 60:02}:{moment % 60:02}.000Z", updated
    )


@dataclass
class Vendor:
    """A list by offset. `move` is called before each page but the first, and may change `rows`."""

    rows: list[Row]
    size: int = 20
    deepest: int = 0
    total: bool = True
    filters: bool = True
    numbered: bool = False
    refusal: int = 400
    move: Callable[[list[Row], int], None] = lambda rows, asked: None
    asked: list[Place] = field(default_factory=list)

    def ask(self, place: Place) -> Batch:
        if self.asked:
            self.move(self.rows, len(self.asked))
        self.asked.append(place)
        if self.deepest and place.offset + self.size > self.deepest:
            raise VendorError("too deep", status=self.refusal)
        rows = sorted(self.rows, key=lambda one: (one.created, one.id))
        if self.filters:
            rows = [one for one in rows if one.created >= place.since]
        offset = place.offset // self.size * self.size if self.numbered else place.offset
        page = rows[offset : offset + self.size]
        return Batch(page, (), len(rows) if self.total else None, None, self.numbered)


def _read(vendor: Vendor, *, sliced: bool = True) -> set[str]:
    pages = list(Walk(vendor.ask, sliced=sliced, what="contacts", system="crm").pages())
    assert [page.last for page in pages] == [False] * (len(pages) - 1) + [True]
    return {row.id for page in pages for row in page.rows}


def _ids(rows: list[Row]) -> set[str]:
    return {row.id for row in rows}


@pytest.mark.parametrize("count", [0, 1, 19, 20, 21, 200])
@pytest.mark.parametrize(("total", "numbered"), [(True, False), (False, False), (True, True)])
def test_a_list_that_stands_still_is_read_whole_and_each_row_handed_out_once(
    count: int, total: bool, numbered: bool
) -> None:
    vendor = Vendor([_row(n) for n in range(count)], total=total, numbered=numbered)
    pages = list(Walk(vendor.ask, sliced=True, what="contacts", system="crm").pages())
    found = [row.id for page in pages for row in page.rows]
    assert set(found) == _ids(vendor.rows)
    assert numbered or len(found) == count


def test_pages_overlap_and_advance_by_what_was_received() -> None:
    vendor = Vendor([_row(n) for n in range(100)], size=20)
    _read(vendor)
    assert [place.offset for place in vendor.asked] == [0, 15, 30, 45, 60, 75, 90][: len(vendor.asked)]
    assert OVERLAP == 5


def test_an_extra_request_is_not_made_to_learn_that_the_list_has_ended() -> None:
    vendor = Vendor([_row(n) for n in range(20)])
    _read(vendor)
    assert len(vendor.asked) == 1


@settings(max_examples=150, deadline=None)
@given(
    moves=st.lists(st.lists(st.integers(0, 119), max_size=30), max_size=8),
    added=st.lists(st.integers(0, 59), max_size=6),
    total=st.booleans(),
)
def test_nobody_who_stays_is_missed_while_others_are_deleted_or_enter_the_window(
    moves: list[list[int]], added: list[int], total: bool
) -> None:
    """Deleting shifts rows towards the beginning, a change that brings a contact into an incremental window shifts
    them towards the end."""

    def move(rows: list[Row], asked: int) -> None:
        gone = {f"c{n:05}" for n in (moves[asked - 1] if asked <= len(moves) else [])}
        rows[:] = [one for one in rows if one.id not in gone]
        if asked <= len(added):
            rows.append(_row(1000 + asked, created=added[asked - 1]))

    vendor = Vendor([_row(n) for n in range(120)], total=total, move=move)
    found = _read(vendor)
    stayed = {one.id for one in vendor.rows if not one.id.startswith("c01")}
    assert stayed <= found


def test_more_than_half_a_list_vanishing_at_once_hides_nobody() -> None:
    def move(rows: list[Row], asked: int) -> None:
        if asked == 2:
            del rows[:60]

    vendor = Vendor([_row(n) for n in range(80)], size=30, move=move)
    assert _ids([_row(n) for n in range(60, 80)]) <= _read(vendor)


@settings(max_examples=80, deadline=None)
@given(
    created=st.lists(st.integers(0, 40), min_size=1, max_size=160),
    deepest=st.sampled_from([0, 30, 45, 100]),
    refusal=st.sampled_from([400, 422, 500]),
    numbered=st.booleans(),
)
def test_a_list_longer_than_offsets_reach_goes_on_by_creation_time(
    created: list[int], deepest: int, refusal: int, numbered: bool
) -> None:
    rows = [_row(n, moment) for n, moment in enumerate(created)]
    most_alike = max(created.count(moment) for moment in created)
    if deepest and most_alike >= 10:
        deepest = 0  # more rows of one moment than a slice can hold: nothing could tell them apart
    assert _read(Vendor(rows, deepest=deepest, refusal=refusal, numbered=numbered)) == _ids(rows)


def test_a_filter_by_creation_that_is_ignored_is_noticed_and_not_used() -> None:
    vendor = Vendor([_row(n) for n in range(90)], filters=False, numbered=True)
    assert _read(vendor) == _ids(vendor.rows)


def test_a_list_that_is_too_deep_and_cannot_be_cut_is_an_error() -> None:
    vendor = Vendor([_row(n, created=0) for n in range(90)], deepest=40)
    with pytest.raises(VendorError, match="too deep"):
        _read(vendor)


def test_a_row_that_changes_while_the_list_is_read_is_handed_out_again() -> None:
    def move(rows: list[Row], asked: int) -> None:
        rows[18] = _row(18, updated="later")

    vendor = Vendor([_row(n) for n in range(40)], move=move)
    pages = list(Walk(vendor.ask, sliced=True, what="contacts", system="crm").pages())
    told = [row.updated for page in pages for row in page.rows if row.id == "c00018"]
    assert told == ["", "later"]


def test_rows_that_do_not_add_up_to_the_total_are_looked_for_again_and_no_more_than_twice() -> None:
    vendor = Vendor([_row(n) for n in range(30)])
    honest = vendor.ask
    vendor.ask = lambda place: honest(place)._replace(total=33)  # type: ignore[method-assign]
    assert _read(vendor) == _ids(vendor.rows)
    assert sum(place.offset == 0 for place in vendor.asked) <= 3 + 2


def test_a_list_that_does_not_move_on_is_refused() -> None:
    """A vendor that ignores the offset shows its first page for ever."""
    page = [_row(n) for n in range(10)]
    with pytest.raises(VendorError, match="again and again") as caught:
        list(Walk(lambda _: Batch(page, (), 500), sliced=True, what="contacts", system="crm").pages())
    assert caught.value.halt


def test_an_error_in_the_middle_is_raised() -> None:
    def ask(place: Place) -> Batch:
        if place.offset:
            raise VendorError("no", status=403, halt=True)
        return Batch([_row(n) for n in range(20)], (), 100)

    with pytest.raises(VendorError):
        list(Walk(ask, sliced=True, what="contacts", system="crm").pages())
