"""Reports as files: what a spreadsheet, a parser or a reader of Parquet finds in them."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import polars
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.reports import files
from tieline.reports.model import Report, Table

FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =cmd|' /C calc'!A0",
    "\u00a0=1+1",
    "\u3000=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "ok\n=HYPERLINK(1)",
    "ok\r\n @SUM(1)",
    "ok\u2028=1+1",
    "ok\x0b=1+1",
    "\uff1d1+1",
    "\uff20SUM(1)",
    "'=1+1",
    "'' =1+1",
]
HARMLESS = ["Ada", "", " Ada", "a=b", "1-2", "it's", "'tis", "a;b", "Ünïcode", "a,b", 'a "b"', "two\nlines"]


def report(rows: list[tuple[Any, ...]], columns: tuple[str, ...] = ("name", "count")) -> Report:
    return Report("made", "Made", "", "2026-11-22", (), (), (Table("main", "Main", columns, rows, main=True),))


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def restored(cell: str) -> str:
    """As whoever reads the file back takes the apostrophe off."""
    return cell[1:] if cell.startswith("'") and files.defused(cell[1:]) == cell else cell


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_begins_as_a_formula(text: str) -> None:
    [_, [cell, count]] = read(files.to_csv(report([(text, 1)])))
    assert (cell, count) == ("'" + text, "1")
    assert restored(cell) == text


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_text_is_written_as_it_is(text: str) -> None:
    [_, [cell, _count]] = read(files.to_csv(report([(text, 1)])))
    assert cell == text == restored(cell)


@given(st.text())
def test_every_text_comes_back(text: str) -> None:
    cell = files.defused(text)
    assert isinstance(cell, str)
    assert restored(cell) == text
    assert cell.removeprefix("'") in (text, text.removeprefix("'"))


def test_a_separator_of_another_locale_cuts_no_formula_loose() -> None:
    content = files.to_csv(report([("x;=1+1", 1)])).decode("utf-8-sig")
    [row] = list(csv.reader(io.StringIO(content.splitlines()[1]), delimiter=";"))
    assert row[0].startswith("x;=1+1")


def test_numbers_stay_numbers_and_nothing_stays_empty() -> None:
    content = files.to_csv(report([(None, -5), ("a", 1.5)])).decode("utf-8-sig")
    assert content.splitlines()[1:] == ['"",-5', '"a",1.5']


def test_json_is_one_document_with_every_row() -> None:
    found = json.loads(files.to_json(report([("Ada", 1), (None, 2)])))
    assert found["tables"]["main"] == [{"name": "Ada", "count": 1}, {"name": None, "count": 2}]


@pytest.mark.parametrize("rows", [[], [(None, 1)], [("a", 1), ("b", None)], [(str(n), n) for n in range(500)]])
def test_parquet_reads_back_with_the_same_columns_whatever_is_in_it(rows: list[tuple[Any, ...]]) -> None:
    frame = polars.read_parquet(io.BytesIO(files.to_parquet(report(rows))))
    assert frame.columns == ["name", "count"]
    assert frame.rows() == rows
    assert frame.schema["name"] == polars.String
