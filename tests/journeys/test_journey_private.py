"""What may not be spoken of across: nothing of it reaches the other side."""

from __future__ import annotations

import json

from tests.journeys.journey_pair import Human, Pair


def whole(pair: Pair, role: str, *collections: str) -> str:
    """Everything a vendor holds in these collections, as text."""
    return json.dumps([pair.vendors.state(role, name) for name in collections], ensure_ascii=False)


def ats(pair: Pair) -> str:
    return whole(pair, "ats", "candidates", "applications", "notes")


def crm(pair: Pair) -> str:
    return whole(pair, "crm", "contacts", "pools", "globalTags")


def apart(pair: Pair) -> tuple[Human, Human]:
    """One person under two addresses, so that what arrives on the other side can be told from what was there."""
    who, other = pair.human(), pair.human()
    return who, Human(who.given, who.family, other.email)


def test_nobody_is_handed_off_to_a_confidential_job(pair: Pair) -> None:
    who, job = pair.human(), pair.job(confidential=True)
    contact = pair.contact(who)
    pair.vendors.act("crm", "add_to_vacancy", contact=contact, vacancy=pair.vacancy(job))
    pair.settle()
    assert pair.candidates(who.email) == []
    assert pair.written("ats") == pair.written("crm") == []


def test_an_application_on_a_confidential_job_is_not_shown_in_the_crm(pair: Pair) -> None:
    made = pair.vendors.act("ats", "open_job", name="Head of Something Secret", confidential=True)
    who = pair.human()
    contact = pair.contact(who)
    ids = pair.applies(who, {"id": made["job"]})
    pair.settle()
    shown = pair.shown(contact)
    assert not shown.keys() & {"ATS status", "ATS job", "ATS stage", "ATS link"}
    pair.vendors.act("ats", "reject", application=ids["application"], reason="Position closed")
    pair.settle()
    assert not pair.shown(contact).keys() & {"Last outcome", "Outcome reason", "Milestone reached"}
    assert "Something Secret" not in crm(pair)
    assert str(ids["application"]) not in crm(pair)


def test_nothing_of_a_private_candidate_reaches_the_crm_nor_anything_of_theirs_the_ats(pair: Pair) -> None:
    who = pair.human()
    contact = pair.contact(who, met="Recruiting event")
    ids = pair.applies(who, pair.job(), private=True, phone_numbers=[{"value": "+442079460777", "type": "mobile"}])
    pair.settle()
    pair.vendors.act("ats", "edit", candidate=ids["candidate"], values={"title": "Secret Keeper"})
    pair.vendors.act("ats", "reject", application=ids["application"], reason="Position closed")
    pair.vendors.act("crm", "edit", contact=contact, values={"headline": "Seen by the CRM only"})
    pair.settle()
    assert pair.shown(contact).keys() == {"Original source"}
    assert pair.person(contact)["phoneNumbers"] == []
    assert "Secret Keeper" not in crm(pair)
    assert str(ids["candidate"]) not in crm(pair)
    assert contact not in ats(pair)
    assert pair.written("ats") == pair.written("crm") == []


def test_who_is_made_private_later_is_told_of_no_more(pair: Pair) -> None:
    who, contact, ids = pair.tied()
    pair.vendors.act("ats", "make_private", candidate=ids["candidate"])
    pair.settle()
    before = pair.person(contact)
    pair.mark()
    pair.vendors.act("ats", "edit", candidate=ids["candidate"], values={"last_name": who.family + "-Hidden"})
    pair.vendors.act("ats", "reject", application=ids["application"], reason="Position closed")
    pair.settle()
    assert pair.person(contact) == before
    assert pair.written("crm") == pair.written("ats") == []


def test_a_private_candidate_whom_the_crm_never_knew_becomes_no_contact(pair: Pair) -> None:
    who = pair.human()
    pair.applies(who, pair.job(), private=True)
    pair.settle()
    assert pair.contacts(who.email) == []


def test_an_anonymised_candidate_is_neither_refilled_nor_made_again(pair: Pair) -> None:
    who, contact, ids = pair.tied(met="Recruiting event")
    pair.vendors.act("ats", "anonymise", candidate=ids["candidate"])
    pair.mark()
    pair.settle()
    pair.vendors.act("crm", "add_to_vacancy", contact=contact, vacancy=pair.vacancy(pair.jobs()[-1]))
    pair.settle()
    assert pair.candidates(who.email) == []
    assert pair.written("ats") == []


def test_an_anonymised_contact_is_neither_refilled_nor_made_again(pair: Pair) -> None:
    who, contact, ids = pair.tied()
    pair.vendors.act("crm", "anonymise", contact=contact)
    pair.mark()
    pair.settle()
    pair.vendors.act("ats", "advance", application=ids["application"])
    pair.settle()
    assert pair.contacts(who.email) == []
    assert pair.written("crm") == []
