"""Records find their people in a real state: in any order, again and again, and never further than the keys carry."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.kit.contract import Ref
from identity.resolve import resolve

MAIL, OTHER_MAIL, THIRD_MAIL = "ada@example.org", "lovelace@example.com", "al@example.net"
PHONE = "+442079460123"
NOW = "2026-03-01T12:00:00.000000Z"


def together(*groups: str) -> frozenset[frozenset[str]]:
    """Groups of records, as "crm/7 ats/1"."""
    return frozenset(frozenset(group.split()) for group in groups)


def test_a_record_nobody_knows_becomes_a_person(town, record):
    result = town.arrive(record("crm/7", "Ada|Lovelace", emails=[MAIL]))
    assert result.decision.verdict == "new"
    (link,) = town.store.links(result.person)
    assert (link.rule, link.by) == ("new", "rule")
    assert town.store.dirty_people(NOW) == [result.person]


def test_a_record_finds_its_person_with_the_evidence_kept(town, record):
    first = town.arrive(record("crm/7", "Ada|Lovelace", emails=[MAIL]))
    second = town.arrive(record("ats/1", "Ada|Lovelace", emails=["Ada+jobs@example.org"]))
    assert second.person == first.person
    link = next(one for one in town.store.links(first.person) if one.system == "ats")
    assert (link.rule, link.score > 0) == ("email", True)
    assert {item["what"] for item in json.loads(link.evidence)} == {"email", "names"}


def test_looking_again_changes_nothing(town, record):
    town.arrive(
        record("crm/7", "Ada|Lovelace", emails=[MAIL]),
        record("ats/1", "Ada|Lovelace", emails=[MAIL]),
        record("ats/2", "Grace|Hopper", emails=[MAIL]),
        record("ats/3", "Mary|Somerville"),
    )
    before = town.partition(), town.questions(), town.store.all_people()
    town.again()
    town.again()
    assert (town.partition(), town.questions(), town.store.all_people()) == before


def test_a_question_is_asked_where_names_deny_a_key(town, record):
    town.arrive(record("crm/7", "Ada|Lovelace", emails=[MAIL]), record("ats/2", "Grace|Hopper", emails=[MAIL]))
    assert town.partition() == together("crm/7", "ats/2")
    assert town.questions() == {frozenset(("crm/7", "ats/2"))}
    assert town.store.in_question(town.store.all_people()) == set(town.store.all_people())


def test_a_question_is_moot_when_its_key_is_gone(town, record):
    town.arrive(record("crm/7", "Ada|Lovelace", emails=[MAIL]), record("ats/2", "Grace|Hopper", emails=[MAIL]))
    town.arrive(record("ats/2", "Grace|Hopper", emails=[OTHER_MAIL]))
    assert town.questions() == set()


def test_a_question_answers_itself_when_the_name_is_corrected(town, record):
    town.arrive(record("crm/7", "Ada|Lovelace", emails=[MAIL]), record("ats/2", "Grace|Hopper", emails=[MAIL]))
    town.arrive(record("ats/2", "Ada|Lovelace", emails=[MAIL]))
    assert town.partition() == together("crm/7 ats/2")
    assert town.questions() == set()


def test_somebody_alone_joins_the_person_their_new_address_names(town, record):
    """Two strangers turn out to be one; the old id stays as an alias."""
    known = town.arrive(record("crm/7", "Ada|Lovelace", emails=[MAIL]))
    alone = town.arrive(record("ats/1", "Ada|Lovelace", emails=[OTHER_MAIL]))
    town.arrive(record("ats/1", "Ada|Lovelace", emails=[OTHER_MAIL, MAIL]))
    assert town.partition() == together("crm/7 ats/1")
    assert town.store.alias(alone.person) == known.person


def test_an_edit_of_a_linked_record_never_draws_in_somebody_else(town, record):
    """Changing an address to somebody else's is asked about, not believed."""
    town.arrive(
        record("crm/7", "Ada|Lovelace", emails=[MAIL]),
        record("ats/1", "Ada|Lovelace", emails=[MAIL]),
        record("crm/8", "Ada|Lovelace", emails=[OTHER_MAIL]),
    )
    town.arrive(record("ats/1", "Ada|Lovelace", emails=[MAIL, OTHER_MAIL]))
    assert town.partition() == together("crm/7 ats/1", "crm/8")
    assert town.questions() == {frozenset(("ats/1", "crm/8"))}
    town.again()
    assert town.partition() == together("crm/7 ats/1", "crm/8")


def test_two_people_who_exist_are_never_joined_by_a_bridge(town, record):
    bridge = record("ats/9", "Ada|Lovelace", emails=[MAIL, OTHER_MAIL])
    town.arrive(
        record("crm/7", "Ada|Lovelace", emails=[MAIL]), record("crm/8", "Ada|Lovelace", emails=[OTHER_MAIL]), bridge
    )
    assert town.partition() == together("crm/7", "crm/8", "ats/9")
    assert town.questions() == {frozenset(("ats/9", "crm/7")), frozenset(("ats/9", "crm/8"))}
    town.again()
    assert town.partition() == together("crm/7", "crm/8", "ats/9")


def test_a_stored_reference_settles_what_a_bridge_leaves_open(town, record):
    town.arrive(
        record("crm/7", "Ada|Lovelace", emails=[MAIL]),
        record("crm/8", "Ada|Lovelace", emails=[OTHER_MAIL]),
        record("ats/9", "Ada|Lovelace", emails=[MAIL, OTHER_MAIL]),
    )
    town.arrive(record("crm/7", "Ada|Lovelace", emails=[MAIL], crossrefs=[("ats", "9")]))
    assert town.partition() == together("crm/7 ats/9", "crm/8")


def test_a_duplicate_within_a_system_joins_and_does_not_become_the_main_record(town, record):
    town.arrive(
        record("ats/1", "Ada|Lovelace", emails=[MAIL]),
        record("crm/7", "Ada|Lovelace", emails=[MAIL]),
        record("ats/2", "Ada|Lovelace", emails=[MAIL]),
    )
    assert town.partition() == together("ats/1 ats/2 crm/7")
    links = town.store.links(town.person("ats/2"))
    assert {one.id: (one.main, one.rule) for one in links if one.system == "ats"}["2"][0] is False
    assert [one.id for one in links if one.main and one.system == "ats"] == ["1"]


# When a later record changes what a key is worth.

AGENCY = "submissions@agency.example.com"


def agency(record):
    """The same candidate in both systems, and three others, behind one mailbox."""
    return [
        record("crm/7", "Ada|Lovelace", emails=[AGENCY]),
        record("ats/1", "Ada|Lovelace", emails=[AGENCY]),
        record("ats/2", "Grace|Hopper", emails=[AGENCY]),
        record("ats/3", "Charles|Babbage", emails=[AGENCY]),
        record("ats/4", "Mary|Somerville", emails=[AGENCY]),
    ]


def test_a_mailbox_that_turns_out_to_be_an_agencys_undoes_what_rested_on_it(town, record):
    *first, last = agency(record)
    town.arrive(*first)
    assert town.partition() == together("crm/7 ats/1", "ats/2", "ats/3")
    result = town.arrive(last)
    assert {ref.id for ref in result.again} == {"7", "1", "2", "3"}
    assert town.partition() == together("crm/7", "ats/1", "ats/2", "ats/3", "ats/4")
    assert town.questions() == {frozenset(("crm/7", "ats/1"))}


def test_a_link_under_which_something_was_written_is_questioned_by_people_only(town, record):
    *first, last = agency(record)
    town.arrive(*first)
    town.store.set_base(town.person("crm/7"), "ats", {"title": "Engineer"}, NOW)
    town.arrive(last)
    assert frozenset(("crm/7", "ats/1")) in town.partition()


def test_a_mailbox_that_is_no_longer_shared_counts_again(town, record):
    town.arrive(*agency(record))
    town.arrive(record("ats/4", "Mary|Somerville", emails=["mary@example.org"]))
    assert frozenset(("crm/7", "ats/1")) in town.partition()


@pytest.mark.parametrize("order", list(itertools.permutations(range(5)))[::7])
def test_an_agencys_mailbox_decides_the_same_in_any_order(make_town, record, order):
    town = make_town()
    records = agency(record)
    town.arrive(*(records[place] for place in order))
    assert town.partition() == together("crm/7", "ats/1", "ats/2", "ats/3", "ats/4")
    assert town.questions() == {frozenset(("crm/7", "ats/1"))}


# The law: people do not depend on the order in which their records arrive.

NAMES = ["Ada|Lovelace", "Grace|Hopper", "Mary|Somerville"]


@st.composite
def towns(draw):
    """Up to three people with records in both systems that share strong keys, and the order they arrive in. Every
    record carries its person's own address, so that no record bridges two; phones, spellings and second addresses
    come and go."""
    records = []
    for number, name in enumerate(NAMES[: draw(st.integers(1, 3))]):
        for place in range(draw(st.integers(1, 3))):
            system = draw(st.sampled_from(["ats", "crm"]))
            given, family = name.split("|")
            spelling = draw(st.sampled_from([name, name.upper(), f"{family}|{given}"]))
            emails = [f"{given.lower()}@example.org"]
            emails += draw(st.sampled_from([[], [f"{given.lower()}.{family.lower()}@example.com"]]))
            phones = draw(st.sampled_from([[], [f"+44207946010{number}"], ["+442079460199"]]))
            linkedin = draw(st.sampled_from([None, given.lower()]))
            at = f"{system}/{number}{place}"
            records.append((at, spelling, emails, phones, linkedin))
    return records, draw(st.permutations(range(len(records))))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(towns())
def test_people_do_not_depend_on_the_order_of_arrival(make_town, record, given_town):
    records, order = given_town
    made = [
        record(at, name, emails=emails, phones=phones, linkedin=linkedin)
        for at, name, emails, phones, linkedin in records
    ]
    straight, mixed = make_town(), make_town()
    straight.arrive(*made)
    mixed.arrive(*(made[place] for place in order))
    assert straight.partition() == mixed.partition()
    truth: dict[str, set[str]] = {}
    for at, _, emails, *_ in records:
        truth.setdefault(emails[0], set()).add(at)
    assert straight.partition() == frozenset(map(frozenset, truth.values()))
    before = mixed.partition()
    mixed.again()
    assert mixed.partition() == before


def test_a_decision_is_kept_whole_or_not_at_all(town, record):
    def broken() -> str:
        raise ZeroDivisionError

    candidate = record("crm/7", "Ada|Lovelace", emails=[MAIL])
    with pytest.raises(ZeroDivisionError):
        resolve(town.store, candidate, town.index, new_id=broken, now=NOW)
    assert town.store.keys_of(candidate.ref) == []
    assert town.store.person_of(candidate.ref) is None


def test_told_apart_stays_apart_whatever_the_keys_say_later(town, record):
    town.arrive(record("crm/7", "Ada|Lovelace", emails=[MAIL]))
    town.store.cannot_link(Ref("crm", "candidate", "7"), Ref("ats", "candidate", "1"), "ana", NOW)
    town.arrive(record("ats/1", "Ada|Lovelace", emails=[MAIL], linkedin="ada", crossrefs=[("crm", "7")]))
    town.again()
    assert town.partition() == together("crm/7", "ats/1")
    assert town.questions() == set()
