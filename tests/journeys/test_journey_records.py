"""Merged, deleted and doubled behind our back."""

from __future__ import annotations

from tests.journeys.journey_pair import Pair


def test_candidates_merged_in_the_ats_stay_one_person_with_one_note(pair: Pair) -> None:
    who, contact, ids = pair.tied()
    other = pair.human()
    twin = pair.applies(other._replace(given=who.given, family=who.family), pair.jobs()[1])
    pair.sync()
    pair.vendors.act("ats", "merge", winner=twin["candidate"], loser=ids["candidate"])
    pair.mark()
    pair.sync(full=True)
    pair.quiet()
    survivor = pair.candidate(twin["candidate"])
    assert {one["value"] for one in survivor["email_addresses"]} == {who.email, other.email}
    assert pair.shown(contact)["ATS link"].endswith(str(twin["candidate"]))
    assert len([one for one in pair.notes(survivor) if "[tieline:" in one["body"]]) == 1
    assert {one["value"] for one in pair.person(contact)["emails"]} == {who.email, other.email}
    assert pair.contacts(who.email) == pair.contacts(other.email)


def test_contacts_merged_in_the_crm_stay_one_person(pair: Pair) -> None:
    who, contact, ids = pair.tied()
    twin = pair.contact(pair.human())
    pair.sync()
    pair.vendors.act("crm", "merge", winner=twin, loser=contact)
    pair.sync(full=True)
    pair.quiet()
    assert pair.custom(pair.candidate(who))["tieline_crm_url"].endswith(twin)
    assert pair.shown(twin)["ATS link"].endswith(str(ids["candidate"]))
    assert len(pair.notes(pair.candidate(who))) == 1


def test_a_candidate_deleted_in_the_ats_never_comes_back_and_is_shown_no_more(pair: Pair) -> None:
    who, job = pair.human(), pair.job()
    contact = pair.contact(who)
    pair.vendors.act("crm", "add_to_vacancy", contact=contact, vacancy=pair.vacancy(job))
    pair.settle()
    pair.vendors.act("ats", "delete", candidate=pair.candidate(who)["id"])
    pair.mark()
    pair.sync(full=True)
    pair.quiet()
    assert pair.candidates(who.email) == []
    assert pair.written("ats") == []


def test_a_contact_deleted_in_the_crm_never_comes_back(pair: Pair) -> None:
    who, contact, ids = pair.tied()
    pair.vendors.act("crm", "delete", contact=contact)
    pair.mark()
    pair.sync(full=True)
    pair.vendors.act("ats", "advance", application=ids["application"])
    pair.settle()
    assert pair.contacts(who.email) == []
    assert pair.written("crm") == []


def test_who_applies_twice_over_is_linked_once_more_and_noted_once(pair: Pair) -> None:
    who, contact, ids = pair.tied()
    twin = pair.applies(who, pair.jobs()[1], apart=True)
    assert twin["candidate"] != ids["candidate"]
    pair.settle()
    noted = [one for id in (ids["candidate"], twin["candidate"]) for one in pair.notes(pair.candidate(id))]
    assert len([one for one in noted if "[tieline:" in one["body"]]) == 1
    assert pair.contacts(who.email) == [pair.person(contact)]


def test_an_archived_contact_is_left_alone_but_for_a_withdrawal(pair: Pair) -> None:
    who, contact, ids = pair.tied()
    pair.vendors.act("crm", "archive", contact=contact)
    pair.mark()
    pair.vendors.act("ats", "edit", candidate=ids["candidate"], values={"last_name": "Not-Across"})
    pair.vendors.act("ats", "advance", application=ids["application"])
    pair.settle()
    assert pair.written("crm") == []
    pair.vendors.act("ats", "set_can_email", candidate=ids["candidate"], can_email=False)
    pair.settle()
    assert pair.person(contact)["doNotContact"] is True
    assert pair.person(contact)["lastName"] == who.family
