"""Rows: cut to the allow-list, canonical, hashed; one bad record never spoils its page."""

from __future__ import annotations

import json
import random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.kit.contract import LazyRow, Page, Row, Unreadable
from connectors.kit.fingerprint import Cutter, Shape, utc

ALLOW = ("id", "name", "tags", "extra", "photo")
CUTTER = Cutter(Shape("thing", ALLOW, owner="parent_id", also=("parent_id",)))
SCALARS = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=12)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
)
RECORDS = st.fixed_dictionaries(
    {"id": st.integers(1, 2**60)},
    optional={"name": VALUES, "tags": VALUES, "extra": VALUES, "unlisted": VALUES, "parent_id": st.integers(1, 9)},
)


def row(record: dict[str, Any]) -> Row:
    rows, unreadable = CUTTER.page(json.dumps([record]).encode())
    assert not unreadable
    return rows[0]


def shuffled(value: Any, seed: int) -> Any:
    if isinstance(value, list):
        return [shuffled(item, seed) for item in value]
    if isinstance(value, dict):
        items = list(value.items())
        random.Random(seed).shuffle(items)
        return {key: shuffled(item, seed) for key, item in items}
    return value


@given(record=RECORDS, seed=st.integers(0, 99))
def test_the_order_of_keys_does_not_matter(record: dict[str, Any], seed: int) -> None:
    assert row(record) == row(shuffled(record, seed))


@given(record=RECORDS, name=st.sampled_from(["name", "tags", "extra"]), value=VALUES)
def test_every_allowed_value_matters(record: dict[str, Any], name: str, value: Any) -> None:
    changed = {**record, name: value}
    same = name in record and canonical(record[name]) == canonical(value)
    assert (row(changed).hash == row(record).hash) is same


@given(record=RECORDS, name=st.sampled_from(["name", "tags", "extra"]))
def test_a_missing_key_is_not_a_null_one(record: dict[str, Any], name: str) -> None:
    missing = {key: value for key, value in record.items() if key != name}
    assert row(missing).hash != row({**missing, name: None}).hash
    assert name not in json.loads(row(missing).payload)


@given(record=RECORDS, value=VALUES, parent=st.integers(1, 9))
def test_what_is_not_allowed_leaves_no_trace(record: dict[str, Any], value: Any, parent: int) -> None:
    other = row({**record, "unlisted": value, "eeoc": "SECRET-CANARY", "parent_id": parent})
    assert other.hash == row(record).hash
    assert b"SECRET-CANARY" not in other.payload
    assert set(json.loads(other.payload)) <= set(ALLOW)
    assert other.owner == str(parent)


SIGNATURES = [
    "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date={0}&X-Amz-Expires=604800&X-Amz-Signature={0}",
    "AWSAccessKeyId=AKIA&Expires={0}&Signature={0}",
    "X-Goog-Signature={0}&X-Goog-Date={0}",
    "sv=2024-01-01&se={0}&sig={0}",
    "Expires={0}&Signature={0}&Key-Pair-Id=K{0}",
]


@pytest.mark.parametrize("query", SIGNATURES)
@settings(max_examples=20)
@given(one=st.from_regex(r"[A-Za-z0-9%_-]{4,20}", fullmatch=True), other=st.integers(1, 10**9))
def test_presigned_signatures_do_not_matter(query: str, one: str, other: int) -> None:
    link = "https://files.example.org/cv é.pdf".replace(" ", "%20")
    rows = [row({"id": 1, "photo": {"url": f"{link}?{query.format(sign)}"}, "name": 'a "b"?'}) for sign in (one, other)]
    assert rows[0] == rows[1]
    assert json.loads(rows[0].payload)["photo"]["url"] == link
    assert json.loads(rows[0].payload)["name"] == 'a "b"?'


def test_an_ordinary_query_is_part_of_the_link() -> None:
    payload = json.loads(row({"id": 1, "name": "https://jobs.example.org/?id=7&page=2 and why? because"}).payload)
    assert payload["name"] == "https://jobs.example.org/?id=7&page=2 and why? because"


def canonical(value: Any) -> bytes:
    return msgspec.json.encode(value, order="sorted")


def test_ids_beyond_32_bits_and_ids_of_text_are_kept_whole() -> None:
    assert row({"id": 90133201002123}).id == "90133201002123"
    assert row({"id": "0a1b-2c"}).id == "0a1b-2c"


@pytest.mark.parametrize("record", [{}, {"id": None}, {"id": ""}, {"id": True}, {"id": [1]}, {"name": "x"}], ids=str)
def test_a_record_without_an_id_is_set_aside(record: dict[str, Any]) -> None:
    rows, unreadable = CUTTER.page(json.dumps([record, {"id": 2}]).encode())
    assert [one.id for one in rows] == ["2"]
    assert unreadable == [Unreadable("thing", "", "the record has no id")]


def test_a_notice_in_place_of_a_record_is_set_aside_under_its_id() -> None:
    rows, unreadable = CUTTER.page(b'[{"id": 7, "message": "not for you", "created_at": null}, {"id": 8, "name": "x"}]')
    assert [one.id for one in rows] == ["8"]
    assert [(one.id, "notice" in one.reason, "not for you" in one.reason) for one in unreadable] == [("7", True, False)]


def test_a_message_beside_the_usual_keys_does_not_hide_the_record() -> None:
    assert json.loads(row({"id": 7, "name": "x", "message": "hello"}).payload) == {"id": 7, "name": "x"}


@pytest.mark.parametrize(
    "bad",
    ['"text"', "null", "[1]", "17", '{"id": 3, "name": "\\ud800"}'],
    ids=["text", "null", "list", "number", "lone surrogate"],
)
def test_one_bad_record_does_not_spoil_its_page(bad: str) -> None:
    rows, unreadable = CUTTER.page(f'[{{"id": 1}}, {bad}, {{"id": 2}}]'.encode())
    assert [one.id for one in rows] == ["1", "2"]
    assert len(unreadable) == 1
    assert unreadable[0].id == ("3" if "id" in bad else "")


def test_a_raw_control_character_is_read_for_what_it_is() -> None:
    rows, unreadable = CUTTER.page(b'[{"id": 3, "name": "a\x01b"}]')
    assert json.loads(rows[0].payload)["name"] == "a\x01b"
    assert not unreadable


@pytest.mark.parametrize("body", [b"", b"[", b'[{"id": 1}', b"<html>", b'{"message": "no"}', b"null"])
def test_what_is_no_list_is_an_error_that_asks_for_another_try(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        CUTTER.page(body)


def test_a_record_nested_beyond_reason_is_set_aside() -> None:
    deep = b'[{"id": 5, "extra": ' + b"[" * 5000 + b"]" * 5000 + b'}, {"id": 6}]'
    try:
        rows, unreadable = CUTTER.page(deep)
    except (ValueError, RecursionError):
        return  # the whole body is refused and asked for again: no crash, no memory
    assert [one.id for one in rows] == ["6"]
    assert len(unreadable) == 1


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("2026-05-05T22:36:04.296Z", "2026-05-05T22:36:04.296Z"),
        ("2026-05-05T22:36:04Z", "2026-05-05T22:36:04.000Z"),
        ("2026-05-05T22:36:04.296123+00:00", "2026-05-05T22:36:04.296Z"),
        ("2026-05-06T00:36:04+02:00", "2026-05-05T22:36:04.000Z"),
        ("2026-05-05T22:36:04", "2026-05-05T22:36:04.000Z"),
        ("yesterday", ""),
        ("", ""),
        (None, ""),
        (1778000000, ""),
    ],
)
def test_times_are_told_so_that_text_compares_like_time(given: object, told: str) -> None:
    assert utc(given) == told


def test_the_first_readable_spelling_of_a_time_counts() -> None:
    shape = Shape("thing", ("id",), created=("createdAt", "createdTime"), updated=("updatedAt", "updatedTime"))
    rows, _ = Cutter(shape).page(b'[{"id": 1, "createdTime": "2026-05-05T22:36:04Z", "updatedAt": null}]')
    assert (rows[0].created, rows[0].updated) == ("2026-05-05T22:36:04.000Z", "")
    assert json.loads(rows[0].payload) == {"id": 1}


def test_a_record_read_alone_is_cut_like_one_of_a_page() -> None:
    raw = {"id": 7, "name": "Zoë", "tags": ["b", "a"], "unlisted": 1, "created_at": "2026-05-05T22:36:04.296Z"}
    fresh = CUTTER.fresh(raw)
    assert fresh is not None
    assert fresh.row == row(raw)
    assert fresh.raw is raw
    assert CUTTER.fresh({"name": "nobody"}) is None


# Rows of which only the head is read.


def glanced(body: bytes, cutter: Cutter = CUTTER) -> tuple[list[Row | LazyRow], list[Unreadable]]:
    rows, unreadable = cutter.glance(body)
    return list(rows), unreadable


def raw_of(record: dict[str, Any], cutter: Cutter = CUTTER) -> bytes:
    [found], unreadable = glanced(json.dumps([record]).encode(), cutter)
    assert isinstance(found, LazyRow)
    assert not unreadable
    return found.raw


@given(records=st.lists(RECORDS, max_size=4))
def test_a_glance_and_a_cut_come_to_the_same_rows(records: list[dict[str, Any]]) -> None:
    body = json.dumps(records).encode()
    rows, unreadable = glanced(body)
    assert [row.cut() for row in rows if isinstance(row, LazyRow)] == CUTTER.page(body)[0]
    assert [(row.id, row.created, row.updated) for row in rows] == [
        (row.id, row.created, row.updated) for row in CUTTER.page(body)[0]
    ]
    assert not unreadable


def test_a_row_that_is_only_looked_at_is_never_cut() -> None:
    seen: list[Any] = []
    cutter = Cutter(Shape("thing", ALLOW, cut=seen.append))
    [found], _ = glanced(b'[{"id": 1, "name": "x", "updated_at": "2026-05-05T22:36:04Z"}]', cutter)
    assert isinstance(found, LazyRow)
    assert (found.id, found.updated, len(found.raw)) == ("1", "2026-05-05T22:36:04.000Z", 16)
    assert "x" not in repr(found)
    assert not seen
    assert found.payload == found.payload == b'{"id":1,"name":"x"}'
    assert len(seen) == 1


def test_what_decides_what_is_kept_is_part_of_the_raw_fingerprint() -> None:
    kept = ["one"]
    shape = Shape("thing", ALLOW, config=lambda: kept)
    cutter, record = Cutter(shape, "s3cret"), {"id": 1, "name": "x"}
    before = raw_of(record, cutter)
    assert raw_of(record, Cutter(shape, "s3cret")) == before
    assert raw_of({**record, "unlisted": 1}, cutter) != before
    others = [Cutter(shape, "another"), Cutter(Shape("thing", ALLOW[:-1], config=lambda: kept), "s3cret")]
    others += [Cutter(Shape("thing", ALLOW, owner="unlisted", config=lambda: kept), "s3cret")]
    assert all(raw_of(record, other) != before for other in others)
    kept.append("two")
    assert raw_of(record, cutter) != before


@pytest.mark.parametrize(
    "body",
    [
        b'[{"id": 1}, "text", {"id": 2}]',
        b'[{"id": 1}, {"name": "x"}, {"id": true}, {"id": ""}, {"id": 2}]',
        b'[{"id": 7, "message": "not for you", "created_at": null}, {"id": 8, "name": "x", "message": "hi"}]',
        b'[{"id": 1}, {"id": 3, "name": "\\ud800"}, {"id": 2}]',
        b'[{"id": 3, "name": "a\x01b"}, {"id": 4}]',
        b'[{"id": 3, "name": 12345678901234567890123, "id": 4}]',
    ],
    ids=["no record", "no id", "notice", "lone surrogate", "control character", "large number"],
)
def test_what_is_wrong_with_a_page_is_told_alike_at_a_glance(body: bytes) -> None:
    rows, unreadable = glanced(body)
    assert (rows, unreadable) == CUTTER.page(body)


@pytest.mark.parametrize("body", [b"", b"[", b'[{"id": 1}', b"<html>", b'{"message": "no"}', b"null"])
def test_what_is_no_list_is_none_at_a_glance(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        CUTTER.glance(body)


def test_a_record_that_turns_out_unreadable_says_so_when_it_is_cut() -> None:
    """Bytes that are no text are passed over by a glance."""
    [good, bad], unreadable = glanced(b'[{"id": 1, "name": "x"}, {"id": 2, "name": "\xff"}]')
    assert not unreadable
    assert isinstance(bad, LazyRow)
    assert bad.cut() == Unreadable("thing", "2", "the record cannot be read (UnicodeDecodeError)")
    with pytest.raises(ValueError, match="cannot be read"):
        _ = bad.payload
    assert good.payload == b'{"id":1,"name":"x"}'
    assert Page([good, bad], (), last=True).whole() == [good]
