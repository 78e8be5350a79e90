"""The three-way merge of one field: every combination has a result and a reason."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.policies.merge import Leg, Merged, Standing, merge, standing

OLD, NEW = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
NOTHING = object()  # no base known


def leg(value: Any, base: Any = NOTHING, *, sent: bool = False, updated: datetime = OLD) -> Leg:
    return Leg(
        value=value,
        agreed=base is not NOTHING,
        base=None if base is NOTHING else base,
        sent=(value,) if sent else (),
        updated=updated,
    )


def result(merged: Merged) -> tuple[Any, Any, str, bool]:
    lost = "" if merged.loss is None else ("ats" if merged.loss.from_ats else "crm")
    return merged.ats, merged.crm, lost, merged.put_back


# base, ats, crm, owner, in the ledger of, newer record -> (ats, crm, whose value lost, put back), and the reason
Row = tuple[Any, Any, Any, str, str, str]


def expected(base: Any, ats: Any, crm: Any, owner: str, ledger: str, newer: str) -> tuple[Any, Any, str, bool]:
    """The decision table in words, written independently of the merge: who speaks, and who is heard."""
    stay, ats_wins, crm_wins = (ats, crm, "", False), (ats, ats), (crm, crm)
    if owner == "none" or ats == crm:
        return stay
    ats_user = ats != base and ledger not in ("ats", "both")
    crm_user = crm != base and ledger not in ("crm", "both")
    if base is NOTHING:
        if ats is None or crm is None:  # nothing is ever blanked at a first meeting
            return (ats or crm, ats or crm, "", False)
        if ledger == "ats":  # what the ATS holds is ours: only the CRM has said anything
            return (*crm_wins, "", False)
        if ledger == "crm":
            return (*ats_wins, "", False)
        winner = newer if owner == "newest" else owner
        lost = "" if ledger == "both" else ("crm" if winner == "ats" else "ats")
        return (*(ats_wins if winner == "ats" else crm_wins), lost, False)
    if ats == base and crm == base:
        return stay
    if owner in ("ats", "crm"):  # the owner's value, whatever it is; the other's edit is put back
        follower_edited = crm_user if owner == "ats" else ats_user
        owner_edited = ats_user if owner == "ats" else crm_user
        loser = "crm" if owner == "ats" else "ats"
        won = ats_wins if owner == "ats" else crm_wins
        return (*won, loser if follower_edited and owner_edited else "", follower_edited)
    if ats_user and crm_user:
        return (*(ats_wins if newer == "ats" else crm_wins), "crm" if newer == "ats" else "ats", False)
    if ats_user:
        return (*ats_wins, "", False)
    if crm_user:
        return (*crm_wins, "", False)
    # No user has spoken: an unconfirmed value of ours follows the side that stands as agreed.
    ats_ours, crm_ours = ats != base, crm != base
    if ats_ours and crm_ours:
        return (*(ats_wins if newer == "ats" else crm_wins), "", False)
    return (*(crm_wins if ats_ours else ats_wins), "", False)


TABLE = list(
    product(
        (NOTHING, None, "x"),
        (None, "x", "y"),
        (None, "x", "y", "z"),
        ("ats", "crm", "newest", "none"),
        ("nobody", "ats", "crm", "both"),
        ("ats", "crm"),
    )
)


@pytest.mark.parametrize("owner", ["ats", "crm", "newest", "none"])
def test_every_row_of_the_decision_table_is_decided_as_it_says(owner: str) -> None:
    """Base x ATS x CRM x ledger x age, for each owner: one expected result and, where something moves, a reason."""
    rows = [row for row in TABLE if row[3] == owner]
    assert len(rows) == 3 * 3 * 4 * 4 * 2
    for base, ats, crm, own, ledger, newer in rows:
        merged = merge(
            leg(ats, base, sent=ledger in ("ats", "both"), updated=NEW if newer == "ats" else OLD),
            leg(crm, base, sent=ledger in ("crm", "both"), updated=NEW if newer == "crm" else OLD),
            own,
        )
        row = ("no base" if base is NOTHING else base, ats, crm, own, ledger, newer)
        assert result(merged) == expected(base, ats, crm, own, ledger, newer), row
        assert (merged.because != "") == ((merged.ats, merged.crm) != (ats, crm)), row


# A handful of rows in full, as a person would check them.
BY_HAND = [
    ("only the CRM changed: it travels", leg("x", "x"), leg("y", "x"), "newest", ("y", "y", "", False)),
    ("only the ATS cleared it: that travels", leg(None, "x"), leg("x", "x"), "newest", (None, None, "", False)),
    ("empty at first meeting: filled", leg(None), leg("y"), "newest", ("y", "y", "", False)),
    ("an owner's empty field is filled too", leg(None), leg("y"), "ats", ("y", "y", "", False)),
    ("both changed: the newer wins", leg("y", "x", updated=NEW), leg("z", "x"), "newest", ("y", "y", "crm", False)),
    ("the same change on both sides", leg("y", "x"), leg("y", "x"), "newest", ("y", "y", "", False)),
    ("each in its own spelling, as agreed", leg("A", "A"), leg("a.", "a."), "newest", ("A", "a.", "", False)),
    ("the follower's edit is put back", leg("x", "x"), leg("y", "x"), "ats", ("x", "x", "", True)),
    ("the owner's edit travels", leg("y", "x"), leg("x", "x"), "ats", ("y", "y", "", False)),
    ("our own write read back is no edit", leg("y", "x", sent=True), leg("z", "x"), "newest", ("z", "z", "", False)),
]


@pytest.mark.parametrize(("why", "ats", "crm", "owner", "wanted"), BY_HAND, ids=[row[0] for row in BY_HAND])
def test_one_field_by_hand(why: str, ats: Leg, crm: Leg, owner: Any, wanted: tuple[Any, ...]) -> None:
    assert result(merge(ats, crm, owner)) == wanted


def test_a_confirmed_value_is_agreed_even_when_the_ledger_still_has_it() -> None:
    assert standing(leg("x", "x", sent=True)) is Standing.SAME
    assert standing(leg("y", "x", sent=True)) is Standing.OURS
    assert standing(leg("y", "x")) is Standing.EDITED
    assert standing(leg("y")) is Standing.NEW


UNION = [
    ("an add travels", (("a",), ("a",)), (("a", "b"), ("a",)), (("a", "b"), ("a", "b"))),
    ("a removal travels, and is not an old add", (("a", "b"), ("a", "b")), (("a",), ("a", "b")), (("a",), ("a",))),
    ("adds on both sides meet", (None, None), (("a",), ("b",)), (("a", "b"), ("a", "b"))),
    ("add here, removal there", (("a",), ("a",)), (("a", "b"), None), (("b",), ("b",))),
    ("the last element goes", (("a",), ("a",)), (None, ("a",)), (None, None)),
    ("case is no difference", (("VIP",), ("vip",)), (("VIP",), ("vip",)), (("VIP",), ("vip",))),
    ("what a vendor dropped is not sent again", (("a", "b"), ("a",)), (("a", "b"), ("a",)), (("a", "b"), ("a",))),
]


@pytest.mark.parametrize(("why", "base", "now", "wanted"), UNION, ids=[row[0] for row in UNION])
def test_union_decides_every_element_for_itself(why: str, base: Any, now: Any, wanted: Any) -> None:
    merged = merge(leg(now[0], base[0]), leg(now[1], base[1]), "union")
    assert (merged.ats, merged.crm) == wanted


def test_union_at_a_first_meeting_loses_nothing() -> None:
    merged = merge(leg(("a", "b")), leg(("B", "c")), "union")
    assert merged.ats == ("a", "b", "c")
    assert merged.crm == ("B", "a", "c")
    assert merged.base == (("b",), ("B",)), "only what both have is agreed so far"


def test_union_keeps_waiting_for_the_other_side_when_one_write_fails() -> None:
    """The CRM got its half, the ATS did not: the base holds what both have, so that the other half is still owed."""
    merged = merge(leg(("a",), None), leg(("a", "b"), None), "union")
    assert merged.ats == ("a", "b")
    assert merged.base == (("a",), ("a",))


values = st.one_of(st.none(), st.sampled_from(["x", "y", "z"]))
sets = st.one_of(st.none(), st.sets(st.sampled_from("abcd"), min_size=1).map(lambda found: tuple(sorted(found))))
owners = st.sampled_from(["ats", "crm", "newest", "none"])


@st.composite
def legs(draw: Any, value: Any = values) -> Leg:
    agreed = draw(st.booleans())
    return Leg(
        value=draw(value),
        agreed=agreed,
        base=draw(value) if agreed else None,
        sent=tuple(draw(st.lists(value, max_size=2))),
        updated=draw(st.sampled_from([None, OLD, NEW])),
    )


@settings(max_examples=500, deadline=None)
@given(legs(), legs(), owners)
def test_the_same_question_has_the_same_answer_and_an_answer_settles_it(ats: Leg, crm: Leg, owner: Any) -> None:
    """Idempotent: with the result in place and agreed, nothing is left to do."""
    merged = merge(ats, crm, owner)
    assert merged == merge(ats, crm, owner)
    again = merge(_at(merged.ats), _at(merged.crm), owner)
    assert (again.ats, again.crm) == (merged.ats, merged.crm)
    assert again.loss is None


@settings(max_examples=500, deadline=None)
@given(legs(sets), legs(sets))
def test_union_settles_at_once_too(ats: Leg, crm: Leg) -> None:
    merged = merge(ats, crm, "union")
    again = merge(_at(merged.ats), _at(merged.crm), "union")
    assert (again.ats, again.crm) == (merged.ats, merged.crm)


@given(values, values, st.sampled_from(["newest", "union"]))
def test_a_side_that_did_not_change_takes_the_other_one_over(base: Any, theirs: Any, owner: Any) -> None:
    """merge(b, b, t) = t: an edit nobody contested is never lost."""
    if owner == "union":
        base, theirs = base and (base,), theirs and (theirs,)
    assert merge(leg(base, base), leg(theirs, base), owner).ats == theirs
    assert merge(leg(theirs, base), leg(base, base), owner).crm == theirs


@settings(max_examples=500, deadline=None)
@given(legs(), legs(), owners)
def test_no_value_is_invented(ats: Leg, crm: Leg, owner: Any) -> None:
    merged = merge(ats, crm, owner)
    assert {merged.ats, merged.crm} <= {ats.value, crm.value}


@settings(max_examples=500, deadline=None)
@given(legs(sets), legs(sets))
def test_no_element_is_invented(ats: Leg, crm: Leg) -> None:
    merged = merge(ats, crm, "union")
    there = {*(ats.value or ()), *(crm.value or ())}
    assert {*(merged.ats or ()), *(merged.crm or ())} <= there


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.tuples(legs(), legs(), st.just("newest")), st.tuples(legs(sets), legs(sets), st.just("union"))))
def test_no_side_is_preferred(case: Any) -> None:
    """Swapping the sides swaps the result: only ownership says which side counts more."""
    ats, crm, owner = case
    one, other = merge(ats, crm, owner), merge(crm, ats, owner)
    assert (one.ats, one.crm) == (other.crm, other.ats)
    assert (one.loss is None) == (other.loss is None)
    if one.loss and other.loss:
        assert one.loss.from_ats is not other.loss.from_ats


def _at(value: Any) -> Leg:
    return leg(value, value)
