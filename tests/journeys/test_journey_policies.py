"""What config can ask for beyond the defaults: prospects, contacts made of applicants, shared custom fields."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.journey_pair import Pair, tied_pair

MORE = """
[policies.handoff]
pools = ["Data community"]
tags = ["Conference speaker"]
create_contacts = "always"

[[systems.greenhouse.mapping.custom_fields]]
key = "notice_period"
field = "notice_period"

[[systems.beamery.mapping.custom_fields]]
key = "Notice period"
field = "notice_period"

[ownership]
notice_period = "newest"
title = "crm"
location = "ats"
"""


@pytest.fixture(scope="module")
def configured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with tied_pair(tmp_path_factory.mktemp("configured"), people=20, more=MORE) as made:
        yield made


@pytest.fixture
def pair(configured: Pair) -> Pair:
    configured.mark()
    return configured


@pytest.mark.parametrize(
    ("act", "what"), [("add_to_pool", {"pool": "Data community"}), ("tag", {"tag": "Conference speaker"})]
)
def test_a_pool_or_a_tag_makes_a_prospect_once(pair: Pair, act: str, what: dict[str, str]) -> None:
    who = pair.human()
    contact = pair.contact(who, met="Recruiting event")
    pair.vendors.act("crm", act, contact=contact, **what)
    pair.settle()
    [prospect] = pair.applications(pair.candidate(who))
    assert (prospect["prospect"], prospect["job_id"]) == (True, None)
    assert pair.shown(contact)["ATS status"] == "Prospect"


def test_an_applicant_nobody_knows_becomes_a_contact_once(pair: Pair) -> None:
    who, job = pair.human(), pair.job()
    ids = pair.applies(who, job, company="Example Dyers", title="Vat Master")
    pair.settle()
    [contact] = pair.contacts(who.email)
    assert (contact["firstName"], contact["lastName"]) == (who.given, who.family)
    assert contact["experience"][0]["organisationName"] == "Example Dyers"
    shown = pair.shown(contact["id"])
    assert (shown["ATS status"], shown["ATS job"]) == ("Applied", job["name"])
    assert shown["First touch source"] == "Careers page"
    assert pair.custom(pair.candidate(ids["candidate"]))["tieline_crm_url"].endswith(contact["id"])


def test_a_custom_field_with_an_owner_travels_both_ways(pair: Pair) -> None:
    _, contact, ids = pair.tied()
    pair.vendors.act("ats", "set_custom_field", candidate=ids["candidate"], key="notice_period", value="Two months")
    pair.settle()
    assert pair.shown(contact)["Notice period"] == "Two months"
    pair.vendors.act("crm", "set_custom_field", contact=contact, field="Notice period", value="None")
    pair.mark()
    pair.settle()
    assert pair.custom(pair.candidate(ids["candidate"]))["notice_period"] == "None"
    assert (len(pair.written("ats")), len(pair.written("crm"))) == (1, 0)
    # The CRM shows no empty field: one that is emptied there may as well be hidden from us, and is kept.
    pair.vendors.act("crm", "set_custom_field", contact=contact, field="Notice period", value=None)
    pair.mark()
    pair.settle()
    assert pair.custom(pair.candidate(ids["candidate"]))["notice_period"] == "None"
    assert pair.written("ats") == pair.written("crm") == []


def test_a_custom_field_emptied_in_the_ats_is_emptied_in_the_crm(pair: Pair) -> None:
    _, contact, ids = pair.tied()
    for value in ("Two months", None):
        pair.vendors.act("ats", "set_custom_field", candidate=ids["candidate"], key="notice_period", value=value)
        pair.settle()
        assert pair.shown(contact).get("Notice period") == value


def test_an_edit_on_the_side_that_does_not_own_the_field_is_put_back(pair: Pair) -> None:
    employed = [{"organisationName": "Example Weavers", "role": "Loom Lead", "current": True}]
    _, contact, ids = pair.tied(experience=employed, location={"address": "Oslo, Norway"})
    pair.vendors.act("ats", "edit", candidate=ids["candidate"], values={"title": "Not Theirs"})
    pair.vendors.act("crm", "edit", contact=contact, values={"location": {"address": "Not Theirs, Norway"}})
    pair.mark()
    pair.settle()
    assert pair.candidate(ids["candidate"])["title"] == "Loom Lead"
    assert pair.person(contact)["location"]["address"] == "Oslo, Norway"
    assert (len(pair.written("ats")), len(pair.written("crm"))) == (1, 1)


@pytest.mark.parametrize("name", ["Backend Engineer", "Recruiter"])
def test_a_vacancy_that_carries_no_id_is_known_by_its_title_or_its_requisition(pair: Pair, name: str) -> None:
    [job] = [one for one in pair.vendors.state("ats", "jobs") if one["name"] == name]
    [vacancy] = [one for one in pair.vendors.state("crm", "vacancies") if one["displayKey"] == job["requisition_id"]]
    assert not vacancy["integrations"]
    who = pair.human()
    contact = pair.contact(who)
    pair.vendors.act("crm", "add_to_vacancy", contact=contact, vacancy=vacancy["id"])
    pair.settle()
    [application] = pair.applications(pair.candidate(who))
    assert application["job_id"] == job["id"]


def test_a_vacancy_of_no_job_hands_nobody_off(pair: Pair) -> None:
    who = pair.human()
    contact = pair.contact(who)
    pair.vendors.act("crm", "add_to_vacancy", contact=contact, vacancy="Future leaders (no opening)")
    pair.settle()
    assert pair.candidates(who.email) == []
