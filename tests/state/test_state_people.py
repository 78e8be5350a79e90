"""Who is who, as it stands: links, main records, keys, merging, and what stays apart for ever."""

from __future__ import annotations

import pytest

from connectors.kit.contract import Ref
from mapping.model import Candidate
from state.rows import EffectRow, FirstTouchRow
from state.store import Refused

NOW = "2026-03-01T12:00:00.000000Z"
LATER = "2026-03-02T12:00:00.000000Z"
EMAIL, PHONE = ("email", "ada@example.org"), ("phone", "+15555550100")


def mains(world, person: str) -> dict[str, str]:
    return {link.system: link.id for link in world.store.links(person) if link.main}


def test_a_linked_record_knows_its_person_and_the_person_its_records(world):
    ats, crm = world.candidate("1"), world.candidate("7", system="crm")
    person = world.person("p", ats, crm)
    assert world.store.person_of(ats) == world.store.person_of(crm) == person
    assert [(link.ref, link.main, link.live) for link in world.store.links(person)] == [
        (ats, True, True),
        (crm, True, True),
    ]
    assert world.store.links_many(["p", "nobody"])["nobody"] == []
    assert world.store.linked_count() == 1
    assert world.store.people_count() == 1


def test_a_person_in_one_system_only_is_not_linked(world):
    world.person("p", world.candidate("1"), world.candidate("2"))
    world.person("q", world.candidate("7", system="crm"))
    assert world.store.linked_count() == 0


def test_a_person_whose_other_record_is_gone_is_not_linked(world):
    world.person("p", world.candidate("1"), world.candidate("7", system="crm"))
    world.store.mark_missing("crm", "candidate", ["7"], world.run)
    assert world.store.linked_count() == 0


def test_linking_again_refreshes_the_evidence_and_keeps_the_link(world):
    ref = world.candidate("1")
    person = world.person("p", ref)
    world.store.link(ref, person, rule="reviewed", score=1.0, evidence='[{"what": "x"}]', by="reviewer", now=LATER)
    (link,) = world.store.links(person)
    assert (link.rule, link.by, link.main, link.evidence) == ("reviewed", "reviewer", True, '[{"what": "x"}]')


def test_linking_to_somebody_else_undoes_the_old_link_and_concerns_both(world):
    ref = world.candidate("1")
    world.person("p", ref)
    world.person("q")
    for person in ("p", "q"):
        world.store.clean_person(person, None)
    world.link(ref, "q")
    assert world.store.links("p") == []
    assert world.store.dirty_people(NOW) == ["p", "q"]


# The main record of a system.


def test_the_first_record_of_a_system_is_the_main_one(world):
    person = world.person("p", world.candidate("2"), world.candidate("1"))
    assert mains(world, person) == {"ats": "2"}


def test_a_live_record_is_preferred_to_a_vanished_one(world):
    person = world.person("p", world.candidate("1"))
    world.store.mark_missing("ats", "candidate", ["1"], world.run)
    world.link(world.candidate("2"), person)
    assert mains(world, person) == {"ats": "2"}


def test_when_the_main_record_vanishes_another_takes_its_place_and_the_base_is_forgotten(world):
    person = world.person("p", world.candidate("1"), world.candidate("2"))
    world.store.set_base(person, "ats", {"title": "Engineer"}, NOW)
    world.store.mark_missing("ats", "candidate", ["1"], world.run)
    assert mains(world, person) == {"ats": "2"}
    assert world.store.base([person]) == {person: {}}


def test_the_only_record_stays_the_main_one_when_it_vanishes(world):
    person = world.person("p", world.candidate("1"))
    world.store.set_base(person, "ats", {"title": "Engineer"}, NOW)
    world.store.mark_missing("ats", "candidate", ["1"], world.run)
    assert mains(world, person) == {"ats": "1"}
    assert world.store.base([person])[person]["ats"] == {"title": "Engineer"}


def test_a_record_that_comes_back_does_not_push_the_new_main_one_aside(world):
    person = world.person("p", world.candidate("1"), world.candidate("2"))
    world.store.mark_missing("ats", "candidate", ["1"], world.run)
    world.candidate("1", payload='{"back":1}')
    assert mains(world, person) == {"ats": "2"}


def test_when_all_vanished_the_first_to_come_back_is_the_main_one(world):
    person = world.person("p", world.candidate("1"), world.candidate("2"))
    world.store.mark_missing("ats", "candidate", ["1", "2"], world.run)
    world.candidate("2")
    assert mains(world, person) == {"ats": "2"}


def test_unlinking_gives_the_place_to_another_and_forgets_the_base(world):
    first, second = world.candidate("1"), world.candidate("2")
    person = world.person("p", first, second)
    world.store.set_base(person, "ats", {"title": "Engineer"}, NOW)
    assert world.store.unlink(first) == person
    assert mains(world, person) == {"ats": "2"}
    assert world.store.base([person]) == {person: {}}
    assert world.store.unlink(first) is None


# What must be planned.


def test_a_person_is_dirty_from_the_start_and_until_planned(world):
    world.person("p")
    assert world.store.dirty_people(NOW) == ["p"]
    world.store.clean_person("p", None)
    assert world.store.dirty_people(NOW) == []
    world.store.mark_dirty(["p", "nobody"])
    assert world.store.dirty_people(NOW) == ["p"]


def test_a_person_is_due_when_a_policy_said_so(world):
    world.person("p")
    world.store.clean_person("p", LATER)
    assert world.store.dirty_people(NOW) == []
    assert world.store.dirty_people(LATER) == ["p"]


def test_everybody_can_be_planned_again_except_those_merged_into_another(world):
    for person in ("p", "q"):
        world.person(person)
        world.store.clean_person(person, None)
    world.store.merge_people("q", "p", NOW)
    world.store.clean_person("p", None)
    world.store.mark_all_dirty()
    assert world.store.dirty_people(NOW) == ["p"] == world.store.all_people()


# Keys and the index.


def test_putting_keys_says_what_came_and_what_went(world):
    ref = world.candidate("1")
    assert world.store.put_keys(ref, [EMAIL, PHONE]) == {EMAIL, PHONE}
    assert world.store.put_keys(ref, [PHONE, EMAIL]) == frozenset()
    assert world.store.put_keys(ref, [EMAIL, ("github", "ada")]) == {PHONE, ("github", "ada")}
    assert world.store.keys_of(ref) == [EMAIL, ("github", "ada")]


def candidate(ref: Ref) -> Candidate:
    return Candidate(ref=ref, values={})


@pytest.fixture
def index(world):
    return world.store.index(candidate)


def test_neighbours_are_linked_records_that_share_a_key_most_keys_first(world, index):
    one, both, none = world.candidate("1"), world.candidate("2"), world.candidate("3")
    asking, unlinked = world.candidate("9", system="crm"), world.candidate("8")
    for ref, keys in ((one, [EMAIL]), (both, [EMAIL, PHONE]), (none, [("email", "x@example.org")])):
        world.store.put_keys(ref, keys)
        world.person(f"p{ref.id}", ref)
    world.store.put_keys(unlinked, [EMAIL])
    world.store.put_keys(asking, [EMAIL, PHONE])
    world.person("p9", asking)
    found = index.neighbours([EMAIL, PHONE], asking)
    assert [(near.candidate.ref, near.person) for near in found] == [(both, "p2"), (one, "p1")]


def test_a_record_that_cannot_be_loaded_is_no_neighbour(world):
    ref = world.candidate("1")
    world.store.put_keys(ref, [EMAIL])
    world.person("p", ref)
    index = world.store.index(lambda _: None)
    assert index.neighbours([EMAIL], world.candidate("2")) == []


def test_at_most_fifty_neighbours_are_looked_at(world, index):
    for number in range(60):
        ref = world.candidate(str(number))
        world.store.put_keys(ref, [EMAIL])
        world.person(f"p{number}", ref)
    assert len(index.neighbours([EMAIL], Ref("crm", "candidate", "1"))) == 50


def test_carriers_are_people_not_records(world, index):
    from identity.contract import Key

    first, second, third = world.candidate("1"), world.candidate("2"), world.candidate("7", system="crm")
    world.person("p", first, third)
    world.person("q", second)
    for ref in (first, second, third):
        world.store.put_keys(ref, [EMAIL])
    email, phone = Key(*EMAIL), Key(*PHONE)
    assert index.carriers([email, phone]) == {email: 2, phone: 0}
    assert world.store.sharing([email]) == [first, second, third]


def test_what_must_not_be_linked_is_forbidden_by_person(world, index):
    first, second = world.candidate("1"), world.candidate("7", system="crm")
    world.person("p", first)
    world.store.cannot_link(second, first, "ana", NOW)
    world.store.cannot_link(first, second, "ben", NOW)
    assert index.forbidden(second) == {"p"}
    assert index.forbidden(first) == frozenset()
    assert world.store.never_linked(first) == {second}
    world.store.merge_people("p", world.person("q"), NOW)
    assert index.forbidden(second) == {"q"}


# Merging.


def test_a_merged_person_is_an_alias_for_ever(world):
    for person in ("p", "q", "r"):
        world.person(person)
    world.store.merge_people("p", "q", NOW)
    world.store.merge_people("q", "r", NOW)
    assert {world.store.alias(person) for person in ("p", "q", "r")} == {"r"}
    assert world.store.people_count() == 1
    world.store.merge_people("p", "r", NOW)  # they are one already
    world.store.link(world.candidate("1"), "p", rule="email", score=1.0, evidence="[]", by="rule", now=NOW)
    assert [link.id for link in world.store.links("r")] == ["1"]


def test_merging_moves_links_and_keeps_one_main_record_a_system(world):
    winner = world.person("p", world.candidate("1"))
    loser = world.person("q", world.candidate("2"), world.candidate("7", system="crm"))
    world.store.merge_people(loser, winner, NOW)
    assert mains(world, winner) == {"ats": "1", "crm": "7"}
    assert len(world.store.links(winner)) == 3
    assert world.store.dirty_people(NOW) == [winner]


def test_merging_moves_base_ledger_and_effects_where_the_winner_has_none(world):
    winner, loser = world.person("p", world.candidate("1")), world.person("q", world.candidate("2"))
    world.link(world.candidate("7", system="crm"), loser)
    world.store.set_base(winner, "ats", {"title": "Engineer"}, NOW)
    world.store.set_base(loser, "ats", {"title": "Driver"}, NOW)
    world.store.set_base(loser, "crm", {"title": "Driver"}, NOW)
    change = world.change(loser, system="crm")
    world.store.mark_sent([(change, [("title", '"Driver"')])], 1.0)
    world.store.put_effect(EffectRow(loser, "crm", "tagged", "Silver medalist", "a1", change, NOW))
    world.store.merge_people(loser, winner, NOW)
    assert world.store.base([winner])[winner] == {"ats": {"title": "Engineer"}, "crm": {"title": "Driver"}}
    assert world.store.sent([winner])[winner] == {"crm": {"title": ("Driver",)}}
    assert [effect.target for effect in world.store.effects([winner])[winner]] == ["Silver medalist"]
    assert world.store.base([loser])[loser] == world.store.sent([loser])[loser] == {}


def test_merging_cancels_what_was_open_and_waits_for_what_is_under_way(world):
    winner, loser = world.person("p"), world.person("q")
    open_one = world.change(loser, system="crm")
    sent_one = world.change(loser, system="ats")
    world.store.mark_sent([(sent_one, [("title", '"Driver"')])], 1.0)
    world.store.merge_people(loser, winner, NOW)
    assert world.store.change(open_one).state == "cancelled"
    assert world.store.under_way([winner]) == {winner: frozenset({"ats"})}
    waiting = world.change(winner, system="ats")
    assert world.store.sendable("ats", 10) == []
    world.store.settle(sent_one, "done", now=NOW)
    assert [change.id for change in world.store.sendable("ats", 10)] == [waiting]
    assert world.store.sent([winner]) == {winner: {}}
    assert {change.id for change in world.store.person_changes(winner)} == {open_one, sent_one, waiting}


@pytest.mark.parametrize(
    ("winners", "losers", "frozen", "expected"),
    [
        ("2026-01-02", "2026-01-01", False, "2026-01-01"),
        ("2026-01-01", "2026-01-02", False, "2026-01-01"),
        (None, "2026-01-02", False, "2026-01-02"),
        ("2026-01-01", None, False, "2026-01-01"),
        ("2026-01-02", "2026-01-01", True, "2026-01-02"),
    ],
)
def test_merging_keeps_the_earlier_first_touch_unless_a_hire_froze_it(world, winners, losers, frozen, expected):
    for person, at in (("p", winners), ("q", losers)):
        world.person(person)
        if at:
            world.store.set_first_touch(FirstTouchRow(person, at, "event", "Fair", None, "crm", "activity", at))
    if frozen:
        world.store.freeze_first_touch("p", NOW)
    world.store.merge_people("q", "p", NOW)
    touch = world.store.first_touches(["p"])["p"]
    assert touch.at == touch.id == expected


def test_separating_a_record_takes_along_what_was_said_to_it(world):
    ats, crm = world.candidate("1"), world.candidate("7", system="crm")
    person = world.person("p", ats, crm)
    world.store.set_base(person, "crm", {"title": "Driver"}, NOW)
    for system in ("ats", "crm"):
        change = world.change(person, system=system)
        world.store.mark_sent([(change, [("title", '"Driver"')])], 1.0)
        world.store.put_effect(EffectRow(person, system, "tagged", "Silver medalist", "a1", change, NOW))
    world.person("new")
    world.store.separate(crm, "new")
    world.link(crm, "new")
    sent = world.store.sent([person, "new"])
    assert (set(sent[person]), set(sent["new"])) == ({"ats"}, {"crm"})
    assert [effect.system for effect in world.store.effects(["new"])["new"]] == ["crm"]
    assert world.store.base([person, "new"]) == {person: {}, "new": {}}


def test_somebody_nothing_was_decided_for_is_untouched(world):
    agreed, written, fresh, merged = (world.person(name) for name in "abcd")
    world.store.set_base(agreed, "ats", {"title": "Driver"}, NOW)
    world.change(written)
    world.store.merge_people(merged, fresh, NOW)
    assert [world.store.untouched(person) for person in (agreed, written, fresh)] == [False, False, True]


# The review queue.


def test_a_question_is_asked_once_and_takes_newer_evidence_while_it_is_open(world):
    a, b = world.candidate("1"), world.candidate("7", system="crm")
    first = world.store.put_review(b, a, 5.0, "[]", NOW)
    assert world.store.put_review(a, b, 9.0, "[1]", LATER) == first
    (question,) = world.store.reviews()
    assert (question.a, question.b, question.score, question.evidence) == (a, b, 9.0, "[1]")


@pytest.mark.parametrize(("answer", "again"), [("accepted", False), ("rejected", False), ("moot", True)])
def test_an_answered_question_is_not_asked_again(world, answer, again):
    a, b = world.candidate("1"), world.candidate("7", system="crm")
    number = world.store.put_review(a, b, 5.0, "[]", NOW)
    world.store.answer_review(number, answer, "ana", LATER)
    assert world.store.review(number).state == answer
    world.store.put_review(a, b, 6.0, "[]", LATER)
    assert bool(world.store.reviews()) is again


def test_telling_two_records_apart_makes_their_open_question_moot(world):
    a, b = world.candidate("1"), world.candidate("7", system="crm")
    number = world.store.put_review(a, b, 5.0, "[]", NOW)
    world.store.cannot_link(b, a, "ana", LATER)
    assert world.store.review(number).state == "moot"


def test_people_in_question_are_known(world):
    a, b, c = world.candidate("1"), world.candidate("7", system="crm"), world.candidate("2")
    for person, ref in zip("pqr", (a, b, c), strict=True):
        world.person(person, ref)
    number = world.store.put_review(a, b, 5.0, "[]", NOW)
    assert world.store.in_question(["p", "q", "r"]) == {"p", "q"}
    assert [one.id for one in world.store.questions_about(b)] == [number]
    world.store.answer_review(number, "accepted", "ana", NOW)
    assert world.store.in_question(["p", "q", "r"]) == frozenset()


def test_the_surest_question_comes_first(world):
    refs = [world.candidate(str(n)) for n in range(4)]
    world.store.put_review(refs[0], refs[1], 1.0, "[]", NOW)
    world.store.put_review(refs[2], refs[3], 9.0, "[]", NOW)
    assert [question.score for question in world.store.reviews()] == [9.0, 1.0]


# Finding somebody.


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("p", ["p"]),
        ("merged", ["p"]),
        ("1", ["p"]),
        ("Ada@Example.org", ["p"]),
        ("lovelace ada", ["p"]),
        ("ADA", ["p", "q"]),
        ("100%", []),
        ("a_a", []),
        ("nobody", []),
        ("  ", []),
    ],
)
def test_people_are_found_by_id_native_id_address_or_name(world, query, found):
    ada = world.candidate("1", payload='{"name":"Ada Lovelace"}')
    world.store.put_keys(ada, [EMAIL])
    world.person("p", ada)
    world.person("q", world.candidate("77", payload='{"name":"Ada Byron"}'))
    world.store.merge_people(world.person("merged"), "p", NOW)
    assert world.store.find_people(query) == found


def test_two_people_of_one_id_are_refused(world):
    world.person("p")
    with pytest.raises(Refused):
        world.person("p")
