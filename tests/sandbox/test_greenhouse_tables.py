"""The tables keep order and indexes through any sequence of changes, as a plain dictionary would tell them."""

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.sandbox.clock import VirtualClock
from connectors.sandbox.greenhouse.tables import Store
from connectors.sandbox.kernel import decode

STEPS = st.lists(
    st.tuples(st.sampled_from(["create", "change", "delete", "wait"]), st.integers(0, 7), st.integers(1, 4)),
    max_size=40,
)


def carry_out(steps):
    """The store after the steps, and the dictionary that went along."""
    store, plain = Store(VirtualClock(1_800_000_000.0)), {}
    for step, which, owner in steps:
        number = list(plain)[which % len(plain)] if plain else None
        if step == "create":
            row = store.create("application_stages", {"application_id": owner})
            plain[row["id"]] = (owner, row["updated_at"])
        elif step == "wait":
            store.clock.shift(which / 1000)
        elif number is not None and step == "change":
            row = store.change("application_stages", number, application_id=owner)
            plain[number] = (owner, row["updated_at"])
        elif number is not None:
            store["application_stages"].delete(number)
            del plain[number]
    return store["application_stages"], plain


@settings(max_examples=200, deadline=None)
@given(STEPS, st.integers(0, 60), st.integers(0, 60))
def test_ids_owners_and_times_are_found_as_by_a_scan(steps, low, high):
    table, plain = carry_out(steps)
    assert list(table.below(None)) == sorted(plain, reverse=True)
    for start in plain:
        assert list(table.below(start)) == [n for n in sorted(plain, reverse=True) if n <= start]
    for owner in range(1, 5):
        assert table.indexed("application_id", [owner]) == {n for n, (held, _) in plain.items() if held == owner}
    first, last = (f"2027-01-15T08:00:00.{milliseconds:03d}Z" for milliseconds in (low, high))
    assert sorted(table.changed_between(first, last)) == sorted(
        n for n, (_, at) in plain.items() if first <= at <= last
    )


@settings(max_examples=50, deadline=None)
@given(STEPS)
def test_a_kept_encoding_is_never_stale(steps):
    table, _ = carry_out(steps)
    for number in table.ids:
        table.encoded(number)
    for number in table.ids[:2]:
        table.update(number, {"days_in_stage": 99})
    for number in table.ids:
        assert decode(bytes(table.encoded(number))) == table.shown(number)


def test_filling_out_of_order_ends_in_order():
    store = Store(VirtualClock(1_800_000_000.0))
    with store.filling():
        for n in (5, 1, 3):
            store.create("jobs", {"name": str(n)}, n=n, at=1_700_000_000.0 - n)
    assert store["jobs"].ids == [store.number("jobs", n) for n in (1, 3, 5)]
    assert [store["jobs"][i]["name"] for i in store["jobs"].changed_between("", "9")] == ["5", "3", "1"]
    assert store.create("jobs", {"name": "next"})["id"] == store.number("jobs", 6)
