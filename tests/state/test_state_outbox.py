"""The outbox: what was decided, what was said, what came of it, and the ledger of what we may have written."""

from __future__ import annotations

import pytest

from state.store import Refused

NOW = "2026-03-01T12:00:00.000000Z"
VALUE = [("title", '"Driver"')]


@pytest.fixture
def person(world):
    return world.person("p")


def state(world, change: int) -> str:
    return world.store.change(change).state


def sendable(world, system: str = "ats", limit: int = 10) -> list[int]:
    return [change.id for change in world.store.sendable(system, limit)]


# Deciding.


def test_the_same_decision_again_is_the_same_change(world, person):
    first = world.change(person)
    assert world.change(person) == first
    assert len(world.store.person_changes(person)) == 1


def test_a_new_decision_cancels_the_open_one_it_replaces(world, person):
    old = world.change(person)
    new = world.change(person, key="k2")
    assert (state(world, old), state(world, new)) == ("cancelled", "open")


def test_a_decision_in_one_system_leaves_the_other_alone(world, person):
    ats, _ = world.change(person), world.change(person, system="crm")
    assert state(world, ats) == "open"


def test_somebody_who_was_planned_and_needs_nothing_has_open_changes_cancelled(world, person):
    other = world.person("q")
    old, others = world.change(person), world.change(other)
    assert world.store.put_changes(world.run, [], planned=[person]) == []
    assert (state(world, old), state(world, others)) == ("cancelled", "open")


def test_a_change_that_was_sent_is_not_cancelled_by_a_new_plan(world, person):
    old = world.change(person)
    world.store.mark_sent([(old, VALUE)], 1.0)
    new = world.change(person, key="k2")
    assert (state(world, old), state(world, new)) == ("sent", "open")
    assert sendable(world) == []


def test_several_changes_of_one_person_keep_their_order(world, person):
    drafts = [world.draft(person, key=f"k{n}") for n in range(3)]
    ids = world.store.put_changes(world.run, drafts)
    assert sendable(world) == ids[:1]
    world.store.settle(ids[0], "done", now=NOW)
    assert sendable(world) == ids[1:2]


def test_every_change_carries_its_reason_and_its_run(world, person):
    change = world.store.change(world.change(person))
    assert (change.because, change.run, change.tries, change.sent_at) == ("the reason", world.run, 0, None)
    assert world.store.change(99) is None


# Sending.


def test_a_withdrawal_goes_before_everything_else(world):
    late = world.change(world.person("a"), priority=5)
    middle = world.change(world.person("b"), priority=1)
    first = world.change(world.person("c"), priority=0)
    other = world.change(world.person("d"), priority=1)
    assert sendable(world) == [first, middle, other, late]
    assert sendable(world, limit=2) == [first, middle]
    assert sendable(world, "crm") == []


def test_within_a_person_priority_counts_before_age(world, person):
    drafts = [world.draft(person, key="k1", priority=5), world.draft(person, key="k2", priority=0)]
    ids = world.store.put_changes(world.run, drafts)
    assert sendable(world) == [ids[1]]


@pytest.mark.parametrize("busy", ["sent", "in_doubt", "applied"])
def test_a_change_under_way_holds_back_everything_later_in_that_system(world, person, busy):
    first = world.change(person)
    world.store.mark_sent([(first, [])], 1.0)
    world.store.settle(first, busy, now=NOW)
    world.change(person, key="k2")
    elsewhere = world.change(person, system="crm")
    assert sendable(world) == []
    assert sendable(world, "crm") == [elsewhere]
    assert world.store.under_way([person, "q"]) == {person: frozenset({"ats"}), "q": frozenset()}


def test_what_is_sent_is_written_down_first(world, person):
    change = world.change(person)
    world.store.mark_sent([(change, [("title", '"Driver"'), ("emails", '["a@example.org"]')])], 1_800_000_000.5)
    row = world.store.change(change)
    assert (row.state, row.tries, row.sent_at) == ("sent", 1, 1_800_000_000.5)
    assert world.store.sent([person])[person] == {"ats": {"title": ("Driver",), "emails": (("a@example.org",),)}}


def test_what_is_not_open_cannot_be_sent_and_nothing_of_the_batch_is(world, person):
    change, other = world.change(person), world.change(world.person("q"))
    world.store.settle(other, "cancelled", now=NOW)
    with pytest.raises(Refused, match="is not open"):
        world.store.mark_sent([(change, VALUE), (other, VALUE)], 1.0)
    assert state(world, change) == "open"
    assert world.store.sent([person]) == {person: {}}


# Verdicts, and what becomes of the ledger.


@pytest.mark.parametrize(
    ("verdicts", "ledger"),
    [
        (["done"], ()),
        (["applied", "done"], ()),
        (["applied"], ("Driver",)),
        (["in_doubt"], ("Driver",)),
        (["open"], ()),  # certainly not sent
        (["dead"], ()),
        (["raced"], ()),
        (["in_doubt", "raced"], ("Driver",)),  # given up, but it may still be applied late
        (["in_doubt", "dead"], ("Driver",)),
        (["in_doubt", "applied", "done"], ()),
    ],
    ids=" then ".join,
)
def test_the_ledger_keeps_what_may_have_been_written(world, person, verdicts, ledger):
    change = world.change(person)
    world.store.mark_sent([(change, VALUE)], 1.0)
    for verdict in verdicts:
        world.store.settle(change, verdict, now=NOW)
    assert world.store.sent([person])[person].get("ats", {}).get("title", ()) == ledger
    assert state(world, change) == verdicts[-1]


def test_a_confirmed_value_clears_older_doubts_about_its_field_and_no_other(world, person):
    first = world.change(person)
    world.store.mark_sent([(first, [("title", '"Driver"'), ("company", '"Acme"')])], 1.0)
    world.store.settle(first, "in_doubt", now=NOW)
    world.store.settle(first, "raced", now=NOW)
    second = world.change(person, key="k2")
    world.store.mark_sent([(second, [("title", '"Engineer"')])], 2.0)
    assert world.store.sent([person])[person]["ats"]["title"] == ("Driver", "Engineer")
    world.store.settle(second, "done", now=NOW)
    assert world.store.sent([person])[person] == {"ats": {"company": ("Acme",)}}


def test_a_verdict_keeps_reason_time_and_what_was_created(world, person):
    change = world.change(person)
    world.store.mark_sent([(change, [])], 1.0)
    world.store.settle(change, "applied", created_id="c9", now=NOW)
    assert world.store.change(change).settled is None
    world.store.settle(change, "dead", reason="status 422", now=NOW)
    row = world.store.change(change)
    assert (row.reason, row.created_id, row.settled) == ("status 422", "c9", NOW)


def test_there_is_no_verdict_on_a_change_that_does_not_exist(world):
    with pytest.raises(Refused, match="there is no change 7"):
        world.store.settle(7, "done", now=NOW)


def test_changes_are_listed_by_state_and_system(world, person):
    open_one, sent = world.change(person), world.change(person, system="crm")
    world.store.mark_sent([(sent, [])], 1.0)
    assert [change.id for change in world.store.changes(["open", "sent"])] == [open_one, sent]
    assert [change.id for change in world.store.changes(["open", "sent"], "crm")] == [sent]


# Dead letters.


def dead(world, person: str, key: str = "k1") -> int:
    change = world.change(person, key=key)
    world.store.settle(change, "dead", reason="refused", now=NOW)
    return change


def test_a_dead_letter_is_known_by_its_key(world, person):
    dead(world, person)
    assert world.store.dead_keys([person, "q"]) == {person: frozenset({"k1"}), "q": frozenset()}
    other = world.person("q")
    world.store.merge_people(person, other, NOW)
    assert world.store.dead_keys([other]) == {other: frozenset({"k1"})}


def test_retrying_makes_a_new_open_change_and_keeps_the_old_one_on_record(world, person):
    old = dead(world, person)
    assert world.store.retry(None) == 1
    (new,) = world.store.changes(["open"])
    assert (new.key, new.content, new.because, new.tries) == ("k1", "{}", "the reason", 0)
    assert state(world, old) == "cancelled"
    assert world.store.dead_letters() == []
    assert world.store.dead_keys([person]) == {person: frozenset()}


def test_only_the_chosen_dead_letters_are_retried(world):
    first, second = dead(world, world.person("a")), dead(world, world.person("b"))
    assert world.store.retry([second, 99]) == 1
    assert [change.id for change in world.store.dead_letters()] == [first]
    assert world.store.retry([]) == 0


def test_a_dead_letter_that_was_decided_again_is_not_doubled(world, person):
    dead(world, person)
    world.change(person)
    assert world.store.retry(None) == 1
    assert len(world.store.changes(["open"])) == 1


def test_a_dead_letter_of_a_merged_person_is_retried_for_the_one_it_became(world, person):
    dead(world, person)
    world.store.merge_people(person, world.person("q"), NOW)
    world.store.retry(None)
    assert [change.person for change in world.store.changes(["open"])] == ["q"]
