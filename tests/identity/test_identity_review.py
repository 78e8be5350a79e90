"""What people decide about people: kept with their name, stronger than any rule, and undone only by people."""

from __future__ import annotations

import itertools

import pytest

from connectors.kit.contract import Ref
from identity.review import ReviewError, accept, link, reject, unlink

MAIL, OTHER_MAIL = "ada@example.org", "lovelace@example.com"
NOW = "2026-03-01T12:00:00.000000Z"
CRM, ATS = Ref("crm", "candidate", "7"), Ref("ats", "candidate", "1")


@pytest.fixture
def new_id():
    numbers = itertools.count(1)
    return lambda: f"new{next(numbers)}"


@pytest.fixture
def asked(town, record):
    """A question: the same address, another name."""
    town.arrive(record("crm/7", "Ada|Lovelace", emails=[MAIL]), record("ats/1", "Grace|Hopper", emails=[MAIL]))
    (question,) = town.store.reviews()
    return town, question.id


@pytest.fixture
def joined(town, record):
    """A pair that a rule linked."""
    town.arrive(record("crm/7", "Ada|Lovelace", emails=[MAIL]), record("ats/1", "Ada|Lovelace", emails=[MAIL]))
    return town


def test_yes_makes_one_person_of_two_by_the_reviewers_word(asked):
    town, question = asked
    person = accept(town.store, question, by="ana", now=NOW)
    assert town.partition() == {frozenset(("crm/7", "ats/1"))}
    assert {one.by for one in town.store.links(person)} == {"rule", "reviewer"}
    answered = town.store.review(question)
    assert (answered.state, answered.by, answered.answered) == ("accepted", "ana", NOW)
    town.again()
    assert town.partition() == {frozenset(("crm/7", "ats/1"))}
    assert town.questions() == set()


def test_no_is_kept_for_ever(asked, new_id, record):
    town, question = asked
    reject(town.store, question, by="ana", now=NOW, new_id=new_id)
    assert town.store.review(question).state == "rejected"
    town.arrive(record("ats/1", "Ada|Lovelace", emails=[MAIL]))
    town.again()
    assert town.partition() == {frozenset(("crm/7",)), frozenset(("ats/1",))}
    assert town.questions() == set()


def test_no_to_what_a_rule_had_joined_parts_them(joined, new_id):
    question = joined.store.put_review(CRM, ATS, 1.0, "[]", NOW)
    reject(joined.store, question, by="ana", now=NOW, new_id=new_id)
    joined.again()
    assert joined.partition() == {frozenset(("crm/7",)), frozenset(("ats/1",))}


@pytest.mark.parametrize("state", ["accepted", "rejected", "moot"])
def test_a_closed_question_takes_no_second_answer(asked, new_id, state):
    town, question = asked
    town.store.answer_review(question, state, "ana", NOW)
    with pytest.raises(ReviewError, match="closed before"):
        accept(town.store, question, by="ben", now=NOW)
    with pytest.raises(ReviewError, match="closed before"):
        reject(town.store, question, by="ben", now=NOW, new_id=new_id)


def test_a_question_nobody_asked_has_no_answer(town):
    with pytest.raises(ReviewError, match="there is no question 7"):
        accept(town.store, 7, by="ana", now=NOW)


def test_linking_by_hand_joins_strangers(town, record):
    town.arrive(record("crm/7", "Ada|Lovelace"), record("ats/1", "Augusta|King"))
    person = link(town.store, CRM, ATS, by="ana", now=NOW)
    assert {one.ref for one in town.store.links(person)} == {CRM, ATS}
    assert link(town.store, ATS, CRM, by="ana", now=NOW) == person
    town.again()
    assert town.partition() == {frozenset(("crm/7", "ats/1"))}


def test_the_person_with_more_records_keeps_its_id(town, record):
    town.arrive(
        record("ats/1", "Augusta|King"),
        record("crm/7", "Ada|Lovelace", emails=[MAIL]),
        record("ats/2", "Ada|Lovelace", emails=[MAIL]),
    )
    bigger, smaller = town.person("crm/7"), town.person("ats/1")
    assert link(town.store, ATS, CRM, by="ana", now=NOW) == bigger
    assert town.store.alias(smaller) == bigger


def test_linking_what_was_told_apart_is_refused(town, record):
    town.arrive(record("crm/7", "Ada|Lovelace"), record("ats/1", "Augusta|King"))
    town.store.cannot_link(CRM, ATS, "ana", NOW)
    with pytest.raises(ReviewError, match="told apart for ever"):
        link(town.store, CRM, ATS, by="ben", now=NOW)
    assert len(town.partition()) == 2


def test_linking_an_unknown_record_is_refused(town, record):
    town.arrive(record("crm/7", "Ada|Lovelace"))
    with pytest.raises(ReviewError, match="ats 1 is not known"):
        link(town.store, CRM, ATS, by="ana", now=NOW)


def test_unlinking_gives_a_record_a_person_of_its_own_for_good(joined, new_id):
    before = joined.person("crm/7")
    person = unlink(joined.store, ATS, by="ana", now=NOW, new_id=new_id)
    assert person == joined.person("ats/1") != before == joined.person("crm/7")
    (kept,) = joined.store.links(person)
    assert (kept.rule, kept.by, kept.main) == ("unlinked", "reviewer", True)
    assert set(joined.store.dirty_people(NOW)) == {before, person}
    joined.again()
    assert joined.partition() == {frozenset(("crm/7",)), frozenset(("ats/1",))}


def test_a_record_that_is_linked_to_nothing_cannot_be_unlinked(town, record, new_id):
    town.arrive(record("crm/7", "Ada|Lovelace"))
    with pytest.raises(ReviewError, match="linked to nothing else"):
        unlink(town.store, CRM, by="ana", now=NOW, new_id=new_id)
    with pytest.raises(ReviewError, match="is not known"):
        unlink(town.store, ATS, by="ana", now=NOW, new_id=new_id)


def test_unlinking_one_of_three_keeps_the_other_two_together(town, record, new_id):
    for at in ("crm/7", "ats/1", "ats/2"):
        town.arrive(record(at, "Ada|Lovelace", emails=[MAIL]))
    unlink(town.store, Ref("ats", "candidate", "2"), by="ana", now=NOW, new_id=new_id)
    town.again()
    assert town.partition() == {frozenset(("crm/7", "ats/1")), frozenset(("ats/2",))}


def test_messages_name_records_and_never_people(asked, new_id):
    town, question = asked
    reject(town.store, question, by="ana", now=NOW, new_id=new_id)
    with pytest.raises(ReviewError) as error:
        link(town.store, CRM, ATS, by="ana", now=NOW)
    assert MAIL not in str(error.value)
    assert "Lovelace" not in str(error.value)
