"""All or nothing, one writer at a time, and a stale holder commits nothing."""

from __future__ import annotations

import contextlib
import subprocess
import sys

import pytest

from state.lease import is_gone, this_process
from state.store import LeaseHeld, LeaseLost, StateError, Store


def half(store: Store) -> None:
    """Does half of its work and fails."""
    with store.transaction():
        store.set_meta("a", "1")
        raise ZeroDivisionError


def test_a_block_that_ends_badly_leaves_nothing(store):
    with pytest.raises(ZeroDivisionError):
        half(store)
    assert store.get_meta("a") is None


def test_a_block_left_early_by_a_return_is_kept(store):
    def early() -> None:
        with store.transaction():
            store.set_meta("a", "1")
            return

    early()
    assert store.get_meta("a") == "1"


def test_a_block_within_a_block_joins_it(store, again):
    other = again()
    with store.transaction():
        with store.transaction():
            store.set_meta("a", "1")
        assert other.get_meta("a") is None
    assert other.get_meta("a") == "1"


def test_a_failure_inside_cannot_be_swallowed_into_half_a_commit(store):
    def careless() -> None:
        with store.transaction():
            store.set_meta("b", "1")
            with contextlib.suppress(ZeroDivisionError):
                half(store)

    with pytest.raises(StateError, match="nothing of it was kept"):
        careless()
    assert store.get_meta("a") is None
    assert store.get_meta("b") is None


def test_the_store_can_be_used_after_a_failure(store):
    with pytest.raises(ZeroDivisionError), store.transaction():
        raise ZeroDivisionError
    store.set_meta("a", "1")
    assert store.get_meta("a") == "1"


@pytest.mark.parametrize(("place", "kept"), [("before commit", None), ("after commit", "1")])
def test_dying_at_a_commit_leaves_it_whole_or_undone(path, place, kept):
    """The process dies at the named place; the next one finds all of it or nothing."""
    script = f"""
import os
from state.store import Store
def probe(at):
    if armed and at == {place!r}:
        os._exit(9)
armed = False
store = Store.open({str(path)!r}, probe=probe)
armed = True
store.set_meta("a", "1")
"""
    died = subprocess.run([sys.executable, "-c", script], check=False, timeout=60)
    assert died.returncode == 9
    with Store.open(str(path)) as store:
        assert store.get_meta("a") == kept


# The lease.


def test_the_fence_rises_with_every_holder(store, again):
    other = again()
    assert store.take_lease("one", 60) == 1
    store.release_lease()
    assert other.take_lease("two", 60) == 2
    other.release_lease()
    assert store.take_lease("one", 60) == 3


def test_a_lease_that_is_held_names_its_holder(store, again, clock):
    store.take_lease("one", 60)
    clock.at += 20
    with pytest.raises(LeaseHeld, match=r"another run is at work \(one\)") as held:
        again().take_lease("two", 60)
    assert held.value.seconds == pytest.approx(40)


def test_a_lease_that_ran_out_is_free(store, again, clock):
    store.take_lease("one", 60)
    clock.at += 61
    assert again().take_lease("two", 60) == 2


def test_a_stale_holder_commits_nothing(store, again, clock):
    """It was paused past its lease; somebody else has begun to work."""
    other = again()
    store.take_lease("one", 60)
    clock.at += 61
    other.take_lease("two", 60)
    with pytest.raises(LeaseLost), store.transaction():
        store.set_meta("a", "stale")
    other.set_meta("a", "fresh")
    assert store.get_meta("a") == "fresh"


def test_a_stale_holder_cannot_renew_and_takes_nothing_away_when_it_closes(store, again, clock, path):
    other = again()
    other.take_lease("one", 60)
    clock.at += 61
    store.take_lease("two", 60)
    with pytest.raises(LeaseLost):
        other.renew_lease(60)
    other.close()
    with pytest.raises(LeaseHeld, match="two"):
        again().take_lease("three", 60)


def test_a_holder_that_was_late_but_not_replaced_goes_on(store, clock):
    store.take_lease("one", 60)
    clock.at += 600
    store.set_meta("a", "1")
    assert store.get_meta("a") == "1"


def test_every_commit_prolongs_the_lease(store, again, clock):
    store.take_lease("one", 60)
    for _ in range(5):
        clock.at += 50
        store.set_meta("at", str(clock.at))
    with pytest.raises(LeaseHeld):
        again().take_lease("two", 60)


def test_renewing_without_a_lease_is_refused(store):
    with pytest.raises(LeaseLost):
        store.renew_lease(60)


def test_closing_gives_the_lease_back(store, again, path):
    other = again()
    other.take_lease("one", 60)
    other.close()
    assert store.take_lease("two", 60) == 2


def test_a_holder_that_died_on_this_machine_is_replaced_at_once(store):
    script = "from state.lease import this_process; print(this_process())"
    dead = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    store.take_lease(dead.stdout.strip(), 600)
    store._fence = None  # the process is gone, nobody released it
    assert store.take_lease(this_process(), 600) == 2


def test_only_a_process_known_to_be_gone_is_gone():
    me = this_process()
    assert not is_gone(me)
    assert not is_gone("scheduler 1")
    assert not is_gone(me.replace(me.split("/")[1], "another-host"))
    pid, started = me.split("/")[3:]
    assert is_gone(me.removesuffix(f"{pid}/{started}") + f"{pid}/{int(started) + 1}")  # the number was used again
