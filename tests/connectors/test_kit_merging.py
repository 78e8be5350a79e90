"""Lists and values that a vendor replaces whole: nothing is lost that nobody asked to remove."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.kit import merging

WORDS = st.lists(st.text("abcdé ", min_size=1, max_size=4), max_size=6)


@given(current=WORDS, add=WORDS, remove=WORDS)
def test_nothing_is_lost_and_nothing_is_doubled(current: list[str], add: list[str], remove: list[str]) -> None:
    whole = merging.merged(current, add, remove, merging.exactly)
    assert [item for item in current if item not in remove] == whole[: len([i for i in current if i not in remove])]
    assert set(add) <= set(whole)
    new = whole[len([item for item in current if item not in remove]) :]
    assert len(new) == len(set(new))


def test_items_keep_what_else_they_carry() -> None:
    current = [{"value": "Mina@Example.com", "type": "work"}, {"value": "old@example.com", "type": "other"}]
    add = [{"value": "mina@example.com", "type": "personal"}, {"value": "new@example.com", "type": "personal"}]
    whole = merging.merged(current, add, ["OLD@example.com"], merging.same_text)
    assert whole == [{"value": "Mina@Example.com", "type": "work"}, {"value": "new@example.com", "type": "personal"}]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("+44 20 7946 0958", "+442079460958", True),
        ("020 7946 0958", "+442079460958", True),
        ("(555) 010-0199", "+15550100199", True),
        ("+442079460958", "+442079460959", False),
        ("0958", "+442079460958", False),
        ("", "+442079460958", False),
        ("ext. unknown", "ask the desk", False),
    ],
)
def test_phones_are_the_same_by_their_digits(one: str, other: str, same: bool) -> None:
    assert merging.same_phone(one, other) is same
    assert merging.same_phone(other, one) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.linkedin.com/in/Mina-OV/", "linkedin.com/in/mina-ov", True),
        ("http://uk.linkedin.com/in/mina-ov?trk=x", "linkedin.com/in/mina-ov", True),
        ("https://mina.example.org/", "mina.example.org", True),
        ("https://mina.example.org/cv", "mina.example.org", False),
    ],
)
def test_links_are_the_same_however_they_are_typed(one: str, other: str, same: bool) -> None:
    assert merging.same_link(one, other) is same


def test_a_list_that_is_not_shown_is_never_written() -> None:
    with pytest.raises(merging.Hidden, match="tags"):
        merging.whole_lists({"tags": ["Go"]}, {}, {}, {"tags": merging.exactly})


def test_a_list_that_is_null_is_an_empty_one() -> None:
    raw = {"tags": None}
    assert merging.whole_lists({"tags": ["Go"]}, {}, raw, {"tags": merging.exactly}) == {"tags": ["Go"]}


def test_lists_that_do_not_change_are_left_out() -> None:
    raw = {"tags": ["Go"]}
    assert merging.whole_lists({"tags": ["Go"]}, {"tags": ["Rust"]}, raw, {"tags": merging.exactly}) == {}


def test_custom_values_are_whole_with_the_changes_laid_over() -> None:
    told = {"band": "Senior", "archived": "kept", "empty": None, "pay": {"amount": 1, "currency_code": "EUR"}}
    assert merging.whole_values({"band": None, "new": "x"}, told) == {
        "band": None,
        "archived": "kept",
        "pay": {"amount": 1, "currency_code": "EUR"},
        "new": "x",
    }


def test_custom_values_that_are_there_already_send_nothing() -> None:
    assert merging.whole_values({"band": "Senior", "empty": None}, {"band": "Senior", "empty": ""}) == {}


def test_scalars_that_differ_are_sent_and_none_is_spelled_as_the_vendor_wants() -> None:
    raw = {"title": "Engineer", "company": None, "private": False}
    asked = {"title": None, "company": "", "is_private": True, "hidden": "x"}
    assert merging.changed(asked, raw, {"is_private": "private"}, empty="") == {
        "title": "",
        "is_private": True,
        "hidden": "x",
    }
