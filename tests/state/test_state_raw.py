"""Rows compared by the fingerprint of their bytes first: less work, and never another state."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.kit.contract import LazyRow, Page, Ref, Row
from connectors.kit.fingerprint import Cutter, Shape
from state.rows import PageCount
from state.store import Store

EARLY, LATE = "2026-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z"
ADA = {"id": 1, "name": "Ada", "noise": 1, "photo": "https://files.example.org/a?Signature=1", "updated_at": EARLY}
REF = Ref("ats", "candidate", "1")


class Desk:
    """A vendor's page into the state, counting what is cut and what is validated."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.run = store.start_run("test")
        self.kept = ["name"]
        self.cuts: list[Any] = []
        self.validated: list[str] = []
        shape = Shape(
            "candidate",
            ("id", "name", "photo", "extra", "updated_at"),
            cut=self.cut,
            config=lambda: self.kept,
        )
        self.cutter = Cutter(shape)

    def cut(self, record: Any) -> None:
        self.cuts.append(record.id)
        if "extra" not in self.kept:
            record.extra = None

    def validate(self, row: Row) -> str | None:
        self.validated.append(row.id)
        return "it is bad" if b'"bad"' in row.payload else None

    def read(self, *records: dict[str, Any], last: bool = False, eager: bool = False) -> PageCount:
        return self.body(json.dumps(records).encode(), last=last, eager=eager)

    def body(self, body: bytes, *, last: bool = False, eager: bool = False) -> PageCount:
        self.cuts, self.validated = [], []
        rows, unreadable = (self.cutter.page if eager else self.cutter.glance)(body)
        page = Page(rows, unreadable, last)
        return self.store.store_page("ats", page, "candidate", run=self.run, validate=self.validate, until=None)

    def raw(self) -> dict[str, bytes | None]:
        return dict(self.store._all("SELECT id, raw FROM record ORDER BY id"))

    def clean(self) -> None:
        for ref in self.store.dirty_records(100):
            self.store.clean_record(ref)


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def test_the_same_bytes_are_neither_cut_nor_validated(desk: Desk) -> None:
    assert desk.read(ADA) == PageCount(changed=1, unchanged=0, quarantined=0, new=1)
    assert (desk.cuts, desk.validated) == ([1], ["1"])
    desk.clean()
    assert desk.read(ADA) == PageCount(changed=0, unchanged=1, quarantined=0, new=0)
    assert (desk.cuts, desk.validated) == ([], [])
    assert not desk.store.dirty_records(9)


@pytest.mark.parametrize(
    "same",
    [
        dict(reversed(ADA.items())),
        {**ADA, "noise": 2},
        {**ADA, "photo": "https://files.example.org/a?Signature=2"},
    ],
    ids=["order of keys", "what is not kept", "a new signature"],
)
def test_other_bytes_that_mean_the_same_are_unchanged_and_known_from_then_on(desk: Desk, same: dict[str, Any]) -> None:
    desk.read(ADA)
    desk.clean()
    before, row = desk.raw(), desk.store.row(REF)
    desk.run = desk.store.start_run("later")
    assert desk.read(same) == PageCount(changed=0, unchanged=1, quarantined=0, new=0)
    assert (desk.cuts, desk.validated) == ([1], [])
    assert desk.raw() != before
    assert desk.store.row(REF) == row
    assert not desk.store.dirty_records(9)
    desk.read(same)
    assert desk.cuts == []


def test_a_change_of_what_is_kept_is_seen_in_the_same_bytes(desk: Desk) -> None:
    record = {**ADA, "extra": "more"}
    desk.read(record)
    desk.kept.append("extra")
    assert desk.read(record).changed == 1
    row = desk.store.row(REF)
    assert row is not None
    assert json.loads(row.payload)["extra"] == "more"


def test_a_change_is_a_change(desk: Desk) -> None:
    desk.read(ADA)
    assert desk.read({**ADA, "name": "Mina"}).changed == 1
    assert desk.read(ADA).changed == 1


def test_the_watermark_moves_over_rows_that_are_only_looked_at(desk: Desk) -> None:
    desk.read(ADA, {**ADA, "id": 2, "updated_at": LATE})
    desk.store._run("UPDATE stream SET newest = NULL, rows = 0")
    assert desk.read(ADA, {**ADA, "id": 2, "updated_at": LATE}, last=True).unchanged == 2
    stream = desk.store.stream("ats", "candidate")
    assert stream is not None
    assert (stream.watermark, stream.rows) == ("2026-01-02T00:00:00.000000Z", 2)


def test_a_bad_row_is_not_even_cut_again_until_its_bytes_change(desk: Desk) -> None:
    assert desk.read({**ADA, "name": "bad"}).quarantined == 1
    desk.read({**ADA, "name": "bad"})
    assert (desk.cuts, desk.validated) == ([], [])
    assert desk.read(ADA).changed == 1
    assert desk.store.record_state(REF) == "live"


def test_a_record_found_unreadable_while_it_is_cut_is_set_aside_alone(desk: Desk) -> None:
    body = b'[{"id": 1, "name": "\xff", "updated_at": "%s"}, {"id": 2, "updated_at": "%s"}]'
    count = desk.body(body % (LATE.encode(), EARLY.encode()), last=True)
    assert count == PageCount(changed=1, unchanged=0, quarantined=1, new=1)
    assert desk.store.quarantined() == [(REF, "the record cannot be read (UnicodeDecodeError)")]
    assert desk.raw()["1"] is None
    stream = desk.store.stream("ats", "candidate")
    assert stream is not None
    assert (stream.watermark, stream.rows) == ("2026-01-01T00:00:00.000000Z", 1)
    assert desk.read(ADA).changed == 1
    assert desk.store.record_state(REF) == "live"


def test_rows_read_by_id_leave_no_raw_fingerprint_that_is_not_theirs(desk: Desk) -> None:
    desk.read(ADA)
    raw = desk.raw()
    by_id = desk.cutter.one(ADA)
    assert isinstance(by_id, Row)
    desk.store.store_rows("ats", [by_id], run=desk.run, validate=desk.validate)
    assert desk.raw() == raw
    moved = desk.cutter.one({**ADA, "name": "Mina"})
    assert isinstance(moved, Row)
    desk.store.store_rows("ats", [moved], run=desk.run, validate=desk.validate)
    assert desk.raw() == {"1": None}
    assert desk.read(ADA).changed == 1


def test_a_row_that_was_missing_comes_back_by_the_same_bytes(desk: Desk) -> None:
    desk.read(ADA)
    desk.store.mark_missing("ats", "candidate", ["1"], desk.run)
    desk.clean()
    assert desk.read(ADA).changed == 1
    assert desk.store.record_state(REF) == "live"
    assert desk.store.dirty_records(9) == [REF]


def test_erasure_takes_the_raw_fingerprint_too_and_stays(desk: Desk) -> None:
    desk.read(ADA)
    desk.store.erase_record(REF, desk.run)
    assert desk.raw() == {"1": None}
    assert desk.read(ADA) == PageCount(changed=0, unchanged=1, quarantined=0, new=0)
    assert (desk.cuts, desk.raw(), desk.store.record_state(REF)) == ([], {"1": None}, "erased")


NAMES = st.sampled_from(["Ada", "Mina", "bad", None])
PHOTOS = st.sampled_from(["https://files.example.org/a?Signature=1", "https://files.example.org/a?Signature=2"])
TIMES = st.sampled_from([EARLY, LATE, "", None])
RECORDS = st.fixed_dictionaries(
    {"id": st.integers(1, 3)},
    optional={
        "name": NAMES, "photo": PHOTOS, "noise": st.integers(0, 1), "extra": NAMES, "updated_at": TIMES,
        "message": st.just("not for you"),
    },
)  # fmt: skip
PAGES = st.lists(RECORDS | st.just({"name": "nobody"}) | st.just("text"), max_size=4)
STEPS = st.one_of(
    st.tuples(st.just("page"), PAGES, st.booleans()),
    st.tuples(st.just("keep"), st.booleans(), st.none()),
    st.tuples(st.just("missing"), st.integers(1, 3), st.none()),
    st.tuples(st.just("erase"), st.integers(1, 3), st.none()),
    st.tuples(st.just("by id"), RECORDS, st.none()),
)
HELD = (
    "SELECT id, hash, payload, owner, created, updated, seen, state, reason FROM record ORDER BY id",
    "SELECT object, watermark, newest, rows FROM stream",
    "SELECT system, id FROM dirty_record ORDER BY id",
)


def carried(steps: list[Any], *, eager: bool, folder: Path) -> list[Any]:
    """What is told and held after every step."""
    told: list[Any] = []
    with Store.open(str(folder / f"{eager}.db"), clock=lambda: 1_800_000_000.0) as store:
        desk = Desk(store)
        acts: dict[str, Callable[[Any, Any], object]] = {
            "page": lambda page, last: desk.read(*page, last=last, eager=eager),
            "keep": lambda extra, _: setattr(desk, "kept", ["name", "extra"] if extra else ["name"]),
            "missing": lambda one, _: store.mark_missing("ats", "candidate", [str(one)], desk.run),
            "erase": lambda one, _: store.erase_record(Ref("ats", "candidate", str(one)), desk.run),
            "by id": lambda record, _: store.store_rows(
                "ats",
                [row for row in [desk.cutter.one(record)] if isinstance(row, Row)],
                run=desk.run,
                validate=desk.validate,
            ),
        }
        for name, one, other in steps:
            told.append(acts[name](one, other))
            told.append([store._all(query) for query in HELD])
    return told


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(STEPS, min_size=2, max_size=8))
def test_raw_first_comes_to_the_same_state_as_cutting_everything(steps: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert carried(steps, eager=False, folder=Path(folder)) == carried(steps, eager=True, folder=Path(folder))


def test_the_order_of_a_page_plays_no_part(desk: Desk) -> None:
    records = [{**ADA, "id": n} for n in range(1, 9)]
    desk.read(*records)
    random.Random(1).shuffle(records)
    assert desk.read(*records).unchanged == 8
    assert desk.cuts == []
    rows, _ = desk.cutter.glance(json.dumps(records).encode())
    assert all(isinstance(row, LazyRow) for row in rows)
