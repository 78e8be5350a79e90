"""Handoff, both ways, as the vendors tell it."""

from __future__ import annotations

from tests.journeys.journey_pair import Pair

PRIVATE = "privately_visible"


def test_a_contact_put_on_a_vacancy_arrives_once_with_source_profile_and_one_private_note(pair: Pair) -> None:
    who, job = pair.human(), pair.job()
    contact = pair.contact(
        who,
        met="Recruiting event",
        campaign="Data Meetup Berlin",
        phoneNumbers=["+442079460321"],
        links=["https://www.linkedin.com/in/a-journey-example"],
        experience=[{"organisationName": "Example Weavers", "role": "Loom Lead", "current": True}],
    )
    pair.vendors.act("crm", "engage", contact=contact, kind="replied")
    pair.vendors.act("crm", "add_to_pool", contact=contact, pool="Data community")
    pair.vendors.act("crm", "add_to_vacancy", contact=contact, vacancy=pair.vacancy(job))
    pair.settle()

    arrived = pair.candidate(who)
    assert (arrived["first_name"], arrived["last_name"]) == (who.given, who.family)
    assert (arrived["company"], arrived["title"]) == ("Example Weavers", "Loom Lead")
    assert [one["value"] for one in arrived["phone_numbers"]] == ["+442079460321"]
    links = arrived["social_media_addresses"] + arrived["website_addresses"]
    assert [one["value"] for one in links] == ["https://linkedin.com/in/a-journey-example"]

    [application] = pair.applications(arrived)
    assert (application["job_id"], application["status"], application["prospect"]) == (job["id"], "in_process", False)
    assert pair.source(application) == "Recruiting event"

    [note] = pair.notes(arrived)
    assert note["visibility"] == PRIVATE
    told = note["body"]
    assert "Recruiting event" in told
    assert "Data Meetup Berlin" in told
    assert "in pools: Data community" in told
    assert contact in told
    assert told.count("[tieline:") == 1

    custom = pair.custom(arrived)
    assert custom["tieline_crm_url"].endswith(contact)
    assert custom["tieline_first_touch_source"] == "Recruiting event"
    shown = pair.shown(contact)
    assert (shown["ATS status"], shown["ATS job"]) == ("Applied", job["name"])
    assert shown["ATS link"].endswith(str(arrived["id"]))
    assert shown["Tieline person"] == custom["tieline_person_id"]
    assert pair.vendors.state("ats", "mails") == []


def test_who_applies_by_themselves_is_enriched_there_and_shown_as_applied(pair: Pair) -> None:
    who, job = pair.human(), pair.job()
    contact = pair.contact(who, met="Employee referral", campaign="Employee referral drive")
    pair.vendors.act("crm", "engage", contact=contact, kind="replied")
    pair.sync()
    ids = pair.applies(who, job)
    pair.settle()

    candidate = pair.candidate(ids["candidate"])
    custom = pair.custom(candidate)
    assert custom.keys() >= {"tieline_person_id", "tieline_crm_url", "tieline_engagement"}
    assert custom["tieline_crm_url"].endswith(contact)
    assert custom["tieline_first_touch_source"] == "Employee referral"
    assert custom["tieline_first_touch_campaign"] == "Employee referral drive"
    assert custom["tieline_first_touch_at"] == pair.person(contact)["createdTime"][:10]
    [note] = pair.notes(candidate)
    assert note["visibility"] == PRIVATE
    assert [one["id"] for one in pair.applications(candidate)] == [ids["application"]]
    assert len(pair.candidates(who.email)) == 1

    shown = pair.shown(contact)
    assert (shown["ATS status"], shown["ATS job"], shown["ATS stage"]) == ("Applied", job["name"], "Application Review")
    assert shown["ATS link"].endswith(str(ids["candidate"]))
    assert shown["Tieline person"] == custom["tieline_person_id"]


def test_moving_on_in_the_pipeline_is_shown_in_the_crm(pair: Pair) -> None:
    _, contact, ids = pair.tied()
    before = pair.shown(contact)["ATS stage"]
    pair.vendors.act("ats", "advance", application=ids["application"])
    pair.settle()
    assert pair.shown(contact)["ATS stage"] not in ("", before)


def test_two_vacancies_make_two_applications_of_one_candidate_and_one_note(pair: Pair) -> None:
    who, chosen = pair.human(), pair.jobs()[:2]
    contact = pair.contact(who)
    for job in chosen:
        pair.vendors.act("crm", "add_to_vacancy", contact=contact, vacancy=pair.vacancy(job))
    pair.settle()
    arrived = pair.candidate(who)
    assert {one["job_id"] for one in pair.applications(arrived)} == {one["id"] for one in chosen}
    assert len(pair.notes(arrived)) == 1


def test_an_application_rejected_earlier_is_neither_reopened_nor_doubled_by_a_later_vacancy(pair: Pair) -> None:
    who, job = pair.human(), pair.job()
    contact = pair.contact(who)
    ids = pair.applies(who, job)
    pair.vendors.act("ats", "reject", application=ids["application"], reason="Position closed")
    pair.sync()
    pair.vendors.act("crm", "add_to_vacancy", contact=contact, vacancy=pair.vacancy(job))
    pair.settle()
    [application] = pair.applications(pair.candidate(who))
    assert (application["id"], application["status"]) == (ids["application"], "rejected")


def test_an_application_somebody_deleted_is_not_made_again(pair: Pair) -> None:
    who, job = pair.human(), pair.job()
    contact = pair.contact(who)
    pair.vendors.act("crm", "add_to_vacancy", contact=contact, vacancy=pair.vacancy(job))
    pair.settle()
    [application] = pair.applications(pair.candidate(who))
    pair.vendors.act("ats", "delete_application", application=application["id"])
    pair.sync(full=True)
    pair.quiet()
    assert pair.applications(pair.candidate(who)) == []


def test_a_stranger_who_applies_becomes_no_contact_without_consent(pair: Pair) -> None:
    who = pair.human()
    pair.applies(who, pair.job())
    pair.settle()
    assert pair.contacts(who.email) == []
    assert pair.written("crm") == []
