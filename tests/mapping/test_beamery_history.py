"""Where a contact came from, who was in touch, what was consented to, and which vacancies it is on."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.kit.contract import Ref
from mapping import fields
from mapping.contract import MappingConfig, Unmapped
from mapping.model import Application, Consent, Milestone, Outcome, Profile, Touchpoint
from tests.mapping.beamery_made import (
    CONSENT,
    CONSENT_DATE,
    CONSENT_EXPIRY,
    NO,
    YES,
    contact,
    custom,
    mapper,
    row,
)


def _profile(payload: dict[str, Any], *activities: dict[str, Any], **config: Any) -> Profile:
    children = [row("activity", one, owner="c-1") for one in activities]
    return mapper(**config).profile(row("candidate", payload), children)


def _origin(payload: dict[str, Any]) -> Touchpoint:
    return next(one for one in _profile(payload).touchpoints if one.ref.id == "c-1:created")


def _from(source: str | None) -> dict[str, Any]:
    return contact(emails=[{"value": "mina.okafor@example.com", "source": source}])


@pytest.mark.parametrize(
    ("source", "kind", "channel", "label", "qualifies"),
    [
        ("form", "form", "form", "Form", True),
        ("Event", "event", "event", "Event", True),
        ("referral", "referral", "referral", "Referral", True),
        ("extension", "sourced", "sourced", "Sourced", True),
        (None, "sourced", "sourced", "Sourced", True),
        ("integration", "sourced", "sourced", "Sourced", False),
        ("api", "sourced", "sourced", "Sourced", False),
    ],
)
def test_the_address_tells_how_a_contact_came_in(
    source: str | None, kind: str, channel: str, label: str, qualifies: bool
) -> None:
    found = _origin(_from(source))
    assert (found.kind, found.channel, found.source, found.qualifies) == (kind, channel, label, qualifies)


def test_the_tenants_own_source_field_has_the_better_label_and_qualifies() -> None:
    held = [
        custom("f-source", "Original source", "Recruiting event"),
        custom("f-c", "Original campaign", "Spring fair"),
    ]
    found = _origin(_from("integration") | {"customFields": held})
    assert (found.kind, found.channel, found.source) == ("event", "event", "Recruiting event")
    assert (found.campaign, found.qualifies) == ("Spring fair", True)


def test_the_last_message_out_does_not_qualify_and_the_last_word_in_does() -> None:
    found = _profile(contact(lastContact="2026-05-01T10:00:00Z", lastHeardFrom="2026-05-02T11:00:00Z"))
    out, heard = found.touchpoints[1:]
    assert (out.direction, out.qualifies, heard.direction, heard.qualifies) == ("out", False, "in", True)


def test_each_last_word_is_a_touchpoint_of_its_own_with_a_stable_id() -> None:
    """A later one neither moves nor replaces an earlier one."""
    ids = []
    for moment in ("2026-05-02T11:00:00Z", "2026-05-02T11:00:00.000Z", "2026-05-03T11:00:00Z"):
        ids.append(_profile(contact(lastHeardFrom=moment)).touchpoints[-1].ref.id)
    assert ids[0] == ids[1]
    assert ids[1] != ids[2]


@pytest.mark.parametrize(
    ("kind", "direction", "qualifies"),
    [
        ("form", "in", True),
        ("event", "in", True),
        ("replied", "in", True),
        ("clicked", "in", True),
        ("opened", "in", False),
        ("sent", "out", False),
        ("bounced", "out", False),
        ("note", "out", False),
        ("something new", "out", False),
    ],
)
def test_activities_are_touchpoints(kind: str, direction: str, qualifies: bool) -> None:
    told = {"id": "a-1", "contactId": "c-1", "type": kind, "campaignName": "Nurture", "channel": "email",
            "occurredAt": "2026-02-03T04:05:06.000Z"}  # fmt: skip
    found = next(one for one in _profile(contact(), told).touchpoints if one.ref.object == "activity")
    assert (found.ref.id, found.kind, found.direction, found.qualifies) == ("a-1", kind, direction, qualifies)
    assert found.campaign == "Nurture"


def test_an_activity_that_cannot_be_read_does_not_hide_the_contact() -> None:
    assert len(_profile(contact(), {"id": "a-1", "contactId": ["?"]}).touchpoints) == 1


# ------------------------------------------------------------------ consent


def _consenting(answer: str | None, **more: Any) -> dict[str, Any]:
    held = [custom(CONSENT_DATE, "Sourcing consent date", "2026-04-01T08:00:00.000Z", "2026-04-01")]
    if answer:
        held.append(custom(CONSENT, "Sourcing consent", answer, "Yes" if answer == YES else "No"))
    return contact(customFields=held, **more)


@pytest.mark.parametrize(
    ("answer", "state", "blocked"), [(YES, "granted", False), (NO, "withdrawn", True), (None, "unknown", False)]
)
def test_consent_is_found_by_its_name(answer: str | None, state: str, blocked: bool) -> None:
    found = _profile(_consenting(answer))
    (consent,) = found.consents
    assert (consent.purpose, consent.state) == ("outreach", state)
    assert consent.at is not None
    assert consent.at.isoformat() == "2026-04-01T08:00:00+00:00"
    assert found.candidate.values[fields.DO_NOT_CONTACT] is blocked


def test_consent_expires_when_its_field_says() -> None:
    told = _consenting(YES)
    told["customFields"].append(custom(CONSENT_EXPIRY, "Sourcing consent expiry", "2027-04-01T00:00:00.000Z"))
    (consent,) = _profile(told).consents
    assert consent.expires is not None
    assert consent.expires.year == 2027


def test_a_withdrawal_of_marketing_consent_does_not_forbid_outreach() -> None:
    held = [custom("f-m", "Marketing consent", "x", "No"), custom(CONSENT, "Sourcing consent", YES, "Yes")]
    found = _profile(contact(customFields=held))
    assert {(one.purpose, one.state) for one in found.consents} == {("marketing", "withdrawn"), ("outreach", "granted")}
    assert found.candidate.values[fields.DO_NOT_CONTACT] is False


def test_configured_consent_fields_take_the_place_of_guessing() -> None:
    config = {"consent": [{"field": "May we write?", "date_field": "Asked on", "purpose": "outreach"}]}
    held = [
        custom("f-w", "may we write?", False),
        custom("f-on", "Asked on", "2026-01-02"),
        custom(CONSENT, "Sourcing consent", YES, "Yes"),
    ]
    found = _profile(contact(customFields=held), **config)
    (consent,) = found.consents
    assert (consent.state, consent.evidence) == ("withdrawn", "custom field May we write?")
    assert found.candidate.values[fields.DO_NOT_CONTACT] is True


def test_the_flag_alone_is_a_withdrawal() -> None:
    found = _profile(contact(doNotContact=True))
    assert Consent(state="withdrawn", system="crm", evidence="do not contact") in found.consents


def test_native_statements_are_read_where_a_tenant_shows_them() -> None:
    told = {"statementId": "gdpr", "state": "opted_out", "givenAt": "2026-01-01T00:00:00Z"}
    found = _profile(contact(consents=[told]))
    assert "withdrawn" in {one.state for one in found.consents}
    assert found.candidate.values[fields.DO_NOT_CONTACT] is True


def test_nothing_visible_means_not_known() -> None:
    told = contact()
    del told["doNotContact"], told["customFields"]
    found = _profile(told)
    assert fields.DO_NOT_CONTACT not in found.candidate.values
    assert found.candidate.do_not_contact is None


# ------------------------------------------------------------------ vacancies


def _place(vacancy: str | None, title: str, stage: Any, **config: Any) -> Application:
    told = {"value": title, "stage": stage} | ({"id": vacancy} if vacancy else {})
    (found,) = _profile(contact(vacancies=[told]), **config).applications
    return found


def test_a_place_on_a_vacancy_is_an_application_of_the_crm() -> None:
    found = _place("v-1", "Bridge Engineer", {"id": "s-2", "value": "Onsite interview"})
    assert found.ref == Ref("crm", "application", "c-1:v-1")
    assert (found.job, found.stage, found.milestone, found.live) == (
        "v-1", "Onsite interview", Milestone.FINAL, True,
    )  # fmt: skip


def test_a_vacancy_that_is_only_named_is_found_by_its_title_if_one_has_it() -> None:
    assert _place(None, " bridge engineer", {"value": "Prospect"}).job == "v-1"
    assert _place(None, "Surveyor", {"value": "Prospect"}).job is None


@pytest.mark.parametrize(
    ("stage", "live", "outcome"),
    [
        ({"id": "s-4", "value": "Rejected by Candidate"}, False, Outcome.WITHDRAWN),
        ({"id": "s-3", "value": "Parked"}, False, Outcome.OPEN),  # closed, and nobody knows how
        # The label people see decides: the id may be that of a stage which was renamed.
        ({"id": "s-1", "value": "Rejected by Company"}, False, Outcome.REJECTED),
        ({"value": "Ready for Hire"}, False, Outcome.HIRED),
        ({"value": "Accepted"}, False, Outcome.HIRED),
        ({"value": "Declined by Candidate"}, False, Outcome.WITHDRAWN),
        ({"value": "Not qualified"}, False, Outcome.REJECTED),
        ({"value": "Interested"}, True, Outcome.OPEN),
        ("Interview", True, Outcome.OPEN),
        (None, True, Outcome.OPEN),
        ({"id": "s-3"}, False, Outcome.OPEN),
    ],
)
def test_a_closed_stage_is_not_live(stage: Any, live: bool, outcome: Outcome) -> None:
    found = _place("v-1", "Bridge Engineer", stage)
    assert (found.live, found.outcome) == (live, outcome)


def test_of_two_places_on_one_vacancy_the_live_one_counts() -> None:
    places = [
        {"id": "v-1", "value": "Bridge Engineer", "stage": {"value": stage}}
        for stage in ("Rejected by Company", "Prospect", "Declined")
    ]
    (found,) = _profile(contact(vacancies=places)).applications
    assert (found.stage, found.live) == ("Prospect", True)


def test_a_stage_can_be_given_a_milestone_by_config() -> None:
    found = _place("v-1", "Bridge Engineer", {"value": "Kaffeeklatsch"}, stages={"kaffeeklatsch": "screened"})
    assert found.milestone is Milestone.SCREENED


def test_vacancies_become_jobs() -> None:
    jobs = mapper().jobs()
    assert (jobs["v-1"].ats_id, jobs["v-1"].requisition, jobs["v-1"].open) == ("4001", "REQ-7", True)
    assert (jobs["v-2"].open, jobs["v-4"].open, jobs["v-3"].open) == (False, False, True)
    assert not any(job.confidential for job in jobs.values())


def test_ids_of_two_systems_are_no_id() -> None:
    made = mapper()
    made.learn("job", [row("job", {"id": "v", "title": "T", "integrations": {"one": {"id": "1"}, "two": {"id": "2"}}})])
    assert made.jobs()["v"].ats_id is None


def test_an_origin_of_no_known_channel_is_reported() -> None:
    made = mapper()
    held = [custom("f-source", "Original source", "Zebra crossing")]
    made.profile(row("candidate", contact(customFields=held)), [])
    assert Unmapped(kind="source", label="Zebra crossing") in made.unmapped()


def test_a_source_can_be_given_a_channel_by_config() -> None:
    assert MappingConfig(sources={"Zebra crossing": "event"}).sources
    held = [custom("f-source", "Original source", "Zebra crossing")]
    found = _profile(contact(customFields=held), sources={"zebra CROSSING": "event"})
    assert found.touchpoints[0].channel == "event"
