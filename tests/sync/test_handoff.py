"""Handoff: once, with source, profile and note; and what the CRM shows of where a person stands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connectors.kit.contract import Capabilities, Ref
from mapping import fields
from mapping.model import Outcome
from sync.changes import Verb
from sync.decide import decide
from sync.settings import Policies
from sync.view import Effect, PersonView
from tests.sync.policy_world import (
    ATS,
    ATS_FIELDS,
    CRM,
    LINKS,
    NOW,
    PERSON,
    applicant_only,
    application,
    ats_catalog,
    candidate,
    carried_out,
    consent,
    contact_only,
    days,
    first,
    hire,
    kinds,
    linked,
    named,
    place,
    rejected,
    side,
    touch,
    written,
)

DEFAULTS = Policies()


def on(*vacancies: str, **given: Any) -> PersonView:
    """A contact whom only the CRM knows, on some vacancies."""
    places = tuple(place(one, applied=days(10 - n)) for n, one in enumerate(vacancies))
    crm_side = {"applications": places, **given.pop("crm_side", {})}
    return contact_only({fields.TITLE: "Engineer", fields.TAGS: ("vip",)}, crm_side=crm_side, **given)


def test_a_contact_put_on_a_vacancy_is_created_with_the_application_and_one_note() -> None:
    decided = decide(on("v1", first_touch=first("LinkedIn", campaign="Spring")), DEFAULTS)
    create, note = decided.changes
    assert (create.verb, create.system, create.job, create.source, create.target) == (
        Verb.CREATE_CANDIDATE, ATS, "j1", "s1", "",
    )  # fmt: skip
    assert {one.field: one.after for one in create.fields} == {
        fields.GIVEN_NAME: "Ada",
        fields.FAMILY_NAME: "Example",
        fields.EMAILS: ("ada@example.com",),
        fields.TITLE: "Engineer",
        fields.PERSON_ID: PERSON,
        fields.CRM_LINK: LINKS[CRM],
        fields.ENGAGEMENT: "First met 2025-11-21 (LinkedIn, Spring)",
        fields.FIRST_TOUCH_SOURCE: "LinkedIn",
        fields.FIRST_TOUCH_CAMPAIGN: "Spring",
        fields.FIRST_TOUCH_AT: "2025-11-21",
    }
    assert {one.field for one in create.fields if one.origin == CRM} == {
        fields.GIVEN_NAME, fields.FAMILY_NAME, fields.EMAILS, fields.TITLE,
    }  # fmt: skip
    assert (note.verb, note.target) == (Verb.CREATE_NOTE, "")


def test_what_nobody_owns_does_not_cross_with_a_new_record() -> None:
    (create, _) = decide(on("v1"), DEFAULTS).changes
    assert fields.TAGS not in {one.field for one in create.fields}


MAPS: list[tuple[str, str, dict[str, Any], str | None]] = [
    ("by the job id the vacancy carries", "v1", {}, "j1"),
    ("by requisition, in any case", "v2", {}, "j2"),
    ("by config, before anything else", "v1", {"jobs": {"v1": "j2"}}, "j2"),
    ("by a title that one open job has", "v6", {}, "j2"),
    ("not by title when that is switched off", "v6", {"match_titles": False}, None),
    ("never to a confidential job", "v3", {}, None),
    ("never to a closed job", "v4", {}, None),
    ("never guessed", "v5", {}, None),
    ("config that names no job", "v1", {"jobs": {"v1": "gone"}}, None),
]


@pytest.mark.parametrize(("why", "vacancy", "given", "job"), MAPS, ids=[row[0] for row in MAPS])
def test_a_vacancy_maps_to_a_job(why: str, vacancy: str, given: dict[str, Any], job: str | None) -> None:
    decided = decide(on(vacancy), Policies(handoff=given))
    assert [one.job for one in named(decided, Verb.CREATE_CANDIDATE)] == ([job] if job else [])
    assert ("unmapped_job" in kinds(decided)) is (job is None)


def test_a_title_that_two_jobs_have_maps_to_neither() -> None:
    twice = ats_catalog().jobs | {"j9": ats_catalog().jobs["j2"].model_copy(update={"ref": Ref(ATS, "job", "j9")})}
    decided = decide(on("v6", ats_side={"catalog": ats_catalog(jobs=twice)}), DEFAULTS)
    assert decided.changes == ()
    assert kinds(decided) == {"unmapped_job"}


def test_several_vacancies_make_one_record_and_an_application_each() -> None:
    decided = decide(on("v2", "v1", "v6"), DEFAULTS)
    create, second, note = decided.changes
    assert (create.verb, create.job) == (Verb.CREATE_CANDIDATE, "j2"), "the earliest place is the record's own"
    assert (second.verb, second.job, second.target) == (Verb.CREATE_APPLICATION, "j1", "")
    assert note.verb is Verb.CREATE_NOTE


NOT_HANDED_OFF: list[tuple[str, PersonView]] = [
    ("consent withdrawn", on("v1", crm_side={"consents": (consent("withdrawn"),)})),
    ("deleted in the ATS before", on("v1", ats_side={"gone": True})),
    ("may be somebody we know", replace(on("v1"), in_review=True)),
    ("the place is closed", on(crm_side={"applications": (place("v1", live=False),)})),
    ("rejected on the vacancy", on(crm_side={"applications": (place("v1", outcome=Outcome.REJECTED),)})),
    ("erased", replace(on("v1"), tombstoned=True)),
    ("a write is under way", replace(on("v1"), under_way=frozenset({ATS}))),
    ("private in the CRM", replace(on("v1"), crm=side(CRM, candidate(CRM, private=True), applications=(place(),)))),
    ("archived", replace(on("v1"), crm=side(CRM, candidate(CRM, archived=True), applications=(place(),)))),
    ("anonymised", replace(on("v1"), crm=side(CRM, candidate(CRM, anonymised=True), applications=(place(),)))),
    ("the vendor cannot", on("v1", ats_side={"catalog": ats_catalog(capabilities=Capabilities(verbs=frozenset()))})),
]


@pytest.mark.parametrize(("why", "view"), NOT_HANDED_OFF, ids=[row[0] for row in NOT_HANDED_OFF])
def test_nobody_is_created_when(why: str, view: PersonView) -> None:
    changes = decide(view, DEFAULTS).changes
    assert [one for one in changes if one.system == ATS] == []
    assert all(one.priority == 0 for one in changes), "but a withdrawal is marked where it was said"


ANY_STATE = [application(), rejected(), hire(), application(outcome=Outcome.WITHDRAWN), application(live=False)]


@pytest.mark.parametrize("old", ANY_STATE, ids=["open", "rejected", "hired", "withdrawn", "converted"])
def test_an_application_on_the_job_in_any_state_is_never_doubled_nor_reopened(old: Any) -> None:
    view = linked(ats_side={"applications": (old,)}, crm_side={"applications": (place("v1"),)})
    assert named(decide(view, DEFAULTS), Verb.CREATE_APPLICATION) == []


def test_a_known_candidate_gets_an_application_and_no_second_record() -> None:
    view = linked(ats_side={"applications": (rejected(job="j2"),)}, crm_side={"applications": (place("v1"),)})
    decided = decide(view, DEFAULTS)
    (made,) = named(decided, Verb.CREATE_APPLICATION)
    assert (made.target, made.job, made.source) == (f"{ATS}-1", "j1", "s3")
    assert named(decided, Verb.CREATE_CANDIDATE) == []
    assert named(decided, Verb.CREATE_NOTE)


def test_an_application_that_was_deleted_is_not_made_again() -> None:
    view = linked(ats_side={"former_jobs": frozenset({"j1"})}, crm_side={"applications": (place("v1"),)})
    decided = decide(view, DEFAULTS)
    assert named(decided, Verb.CREATE_APPLICATION) == []
    assert "application_deleted" in kinds(decided)


def test_an_open_prospect_for_the_job_is_left_to_the_recruiter() -> None:
    prospect = application(job=None, prospect=True, prospective_jobs=("j1",))
    view = linked(ats_side={"applications": (prospect,)}, crm_side={"applications": (place("v1"),)})
    decided = decide(view, DEFAULTS)
    assert named(decided, Verb.CREATE_APPLICATION) == []
    assert "prospect_on_job" in kinds(decided)


SOURCE: list[tuple[str, dict[str, Any], Any, str | None]] = [
    ("the first touch's own label", {}, first("linkedin"), "s1"),
    ("the configured source first", {"handoff": {"source": "Referral"}}, first("LinkedIn"), "s5"),
    ("a label mapped by config", {"attribution": {"sources": {"GHC 2025": "Conference"}}}, first("ghc 2025"), "s4"),
    ("a channel mapped by config", {"attribution": {"sources": {"event": "Conference"}}},
     first("GHC", channel="event"), "s4"),
    ("else one named after the CRM", {}, first("Unheard of"), "s3"),
    ("without a first touch, the CRM's", {}, None, "s3"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "given", "touched", "source"), SOURCE, ids=[row[0] for row in SOURCE])
def test_the_source_of_a_handoff(why: str, given: dict[str, Any], touched: Any, source: str | None) -> None:
    (create,) = named(decide(on("v1", first_touch=touched), Policies(**given)), Verb.CREATE_CANDIDATE)
    assert create.source == source


def test_only_the_configured_stages_trigger() -> None:
    policies = Policies(handoff={"stages": ["Send to ATS"]})
    assert decide(on("v1"), policies).changes == ()
    moved = on(crm_side={"applications": (place("v1", stage="send to ats"),)})
    assert named(decide(moved, policies), Verb.CREATE_CANDIDATE)


def test_a_pool_or_a_tag_makes_a_prospect_only_when_configured() -> None:
    pooled = contact_only(crm_side={})
    pooled = replace(pooled, crm=side(CRM, candidate(CRM, {fields.TAGS: ("go",)}, pools=("nurture",))))
    assert decide(pooled, DEFAULTS).changes == ()
    for given in ({"pools": ["nurture berlin"]}, {"tags": ["Go"]}):
        (create,) = decide(pooled, Policies(handoff=given)).changes
        assert (create.verb, create.job, create.source) == (Verb.CREATE_CANDIDATE, None, None)


# --- enrichment -----------------------------------------------------------------------------------------------------


def test_a_known_contact_who_applies_by_themselves_is_enriched_and_shown_as_applied() -> None:
    view = PersonView(
        PERSON, NOW,
        side(ATS, candidate(ATS), applications=(application(),)),
        side(CRM, candidate(CRM), touchpoints=(touch(),)),
        first_touch=first("LinkedIn"),
    )  # fmt: skip
    decided = decide(view, DEFAULTS)
    ats = written(decided, ATS)
    assert ats[fields.PERSON_ID] == PERSON
    assert ats[fields.CRM_LINK] == LINKS[CRM]
    assert ats[fields.FIRST_TOUCH_SOURCE] == "LinkedIn"
    assert (
        ats[fields.ENGAGEMENT] == "First met 2025-11-21 (LinkedIn); last heard from 2025-11-21; touchpoints: 1 sourced"
    )
    crm = written(decided, CRM)
    assert crm[fields.ATS_STATUS] == "Applied"
    assert crm[fields.ATS_STAGE] == "Screen"
    assert crm[fields.ATS_JOB] == "Data Engineer"
    assert crm[fields.ATS_LINK] == LINKS[ATS]
    assert len(named(decided, Verb.CREATE_NOTE, ATS)) == 1


CURRENT: list[tuple[str, tuple[Any, ...], tuple[str | None, str | None]]] = [
    ("open before closed", (application("a1"), hire("a2", "j2")), ("Applied", "Data Engineer")),
    ("the open one applied for last", (application("a1", applied=days(9)), application("a2", "j2", applied=days(3))),
     ("Applied", "Designer")),
    ("the latest closed one", (rejected("a1", closed=days(9)), rejected("a2", "j2", closed=days(3))),
     ("Rejected", "Designer")),
    ("a hire is not overtaken by what closed beside it",
     (hire("a1", closed=days(9)), rejected("a2", "j2", applied=days(40), closed=days(3))), ("Hired", "Data Engineer")),
    ("an application after the hire counts again",
     (hire("a1", closed=days(90)), rejected("a2", "j2", applied=days(40), closed=days(3))), ("Rejected", "Designer")),
    ("a prospect", (application(job=None, prospect=True),), ("Prospect", None)),
    ("a confidential job is not spoken of", (application("a1", "secret"), rejected("a2", "j2")),
     ("Rejected", "Designer")),
    ("a job that we cannot see may be confidential", (application("a1", "unknown"),), (None, None)),
    ("a converted prospect is told by what it became", (application(job=None, prospect=True, live=False),),
     (None, None)),
    ("withdrawn", (application(outcome=Outcome.WITHDRAWN, closed=days(1)),), ("Withdrawn", "Data Engineer")),
]  # fmt: skip


@pytest.mark.parametrize(("why", "applications", "shown"), CURRENT, ids=[row[0] for row in CURRENT])
def test_the_crm_shows_the_current_application(why: str, applications: Any, shown: tuple[str | None, ...]) -> None:
    crm = written(decide(linked(ats_side={"applications": applications}), DEFAULTS), CRM)
    assert (crm.get(fields.ATS_STATUS), crm.get(fields.ATS_JOB)) == shown


def test_what_we_wrote_is_cleared_when_no_application_is_left_and_what_others_wrote_is_not() -> None:
    ours = linked(crm={fields.ATS_STATUS: "Applied"}, crm_side={"base": {fields.ATS_STATUS: "Applied"}})
    assert written(decide(ours, DEFAULTS), CRM) == {fields.ATS_STATUS: None}
    theirs = linked(crm={fields.ATS_STATUS: "Applied"})
    assert written(decide(theirs, DEFAULTS), CRM) == {}


def test_the_note_is_written_once() -> None:
    view = linked(ats_side={"applications": (application(),)}, crm_side={"touchpoints": (touch(),)})
    decided = decide(view, DEFAULTS)
    (note,) = named(decided, Verb.CREATE_NOTE)
    assert note.note is not None
    assert f"[tieline:{PERSON}]" in note.note
    assert decide(carried_out(view, decided), DEFAULTS).changes == ()
    seen = linked(ats_side={"applications": (application(),), "markers": frozenset({PERSON})})
    assert named(decide(seen, DEFAULTS), Verb.CREATE_NOTE) == []
    known = linked(ats_side={"applications": (application(),)}, effects=(Effect(ATS, "noted", "p-0", "handoff"),))
    assert named(decide(known, DEFAULTS), Verb.CREATE_NOTE) == [], "a note written before people were merged counts"


NO_NOTE: list[tuple[str, PersonView, Policies]] = [
    ("nobody looks at a closed application", linked(ats_side={"applications": (rejected(),)}), DEFAULTS),
    ("switched off", linked(ats_side={"applications": (application(),)}), Policies(handoff={"note": False})),
    ("withdrawn", linked(ats_side={"applications": (application(),)}, crm={fields.DO_NOT_CONTACT: True}), DEFAULTS),
    ("confidential", linked(ats_side={"applications": (application(job="secret"),)}), DEFAULTS),
    ("the vendor takes none", linked(ats_side={"applications": (application(),),
     "catalog": ats_catalog(capabilities=Capabilities(verbs=frozenset(Verb)))}), DEFAULTS),
]  # fmt: skip


@pytest.mark.parametrize(("why", "view", "policies"), NO_NOTE, ids=[row[0] for row in NO_NOTE])
def test_no_note_is_written_when(why: str, view: PersonView, policies: Policies) -> None:
    assert named(decide(view, policies), Verb.CREATE_NOTE) == []


def test_the_note_tells_of_dates_kinds_pools_and_campaigns() -> None:
    contact = candidate(CRM, {fields.PERSON_ID: PERSON}, pools=("nurture",))
    points = (
        touch(at=days(100)),
        touch(None, at=days(50), kind="sent", direction="out", campaign="Spring", ref=Ref(CRM, "activity", "2")),
        touch(None, at=days(40), kind="replied", campaign="Spring", ref=Ref(CRM, "activity", "3")),
    )
    view = PersonView(
        PERSON, NOW,
        side(ATS, candidate(ATS), applications=(application(),)),
        side(CRM, contact, touchpoints=points, applications=(place("v5"),)),
        first_touch=first("LinkedIn"),
    )  # fmt: skip
    (note,) = named(decide(view, DEFAULTS), Verb.CREATE_NOTE)
    assert note.note == "\n".join(
        [
            "Engagement before and beside this application, from beamery:",
            "- First met 2025-11-21 (LinkedIn)",
            "- last contacted 2026-01-10",
            "- last heard from 2026-01-20",
            "- touchpoints: 1 replied, 1 sent, 1 sourced",
            "- in pools: Nurture Berlin",
            "- campaigns: Spring",
            "- on vacancy Nobody knows this one, stage Shortlisted",
            f"Record: {LINKS[CRM]}",
            f"[tieline:{PERSON}]",
        ]
    )


def test_of_a_person_who_said_no_the_ats_is_told_that_and_nothing_else() -> None:
    view = linked(
        crm={fields.DO_NOT_CONTACT: True},
        ats_side={"applications": (application(),)},
        crm_side={"touchpoints": (touch(),)},
    )
    assert written(decide(view, DEFAULTS), ATS)[fields.ENGAGEMENT] == "Do not contact: consent to outreach is withdrawn"


def test_a_missing_custom_field_is_told_once_and_stops_nothing_else() -> None:
    catalog = ats_catalog(writable=ATS_FIELDS - {fields.ENGAGEMENT, fields.CRM_LINK})
    decided = decide(on("v1", ats_side={"catalog": catalog}, first_touch=first()), DEFAULTS)
    assert named(decided, Verb.CREATE_CANDIDATE)
    missing = {one.subject for one in decided.notices if one.kind == "cannot_write"}
    assert missing == {fields.ENGAGEMENT, fields.CRM_LINK}


# --- ATS to CRM -----------------------------------------------------------------------------------------------------

CONTACTS: list[tuple[str, str, str, bool]] = [
    ("consent was given", "granted", "granted", True),
    ("nobody asked", "granted", "unknown", False),
    ("it has run out", "granted", "expired", False),
    ("withdrawn", "granted", "withdrawn", False),
    ("by config, also without", "always", "unknown", True),
    ("never after a withdrawal", "always", "withdrawn", False),
    ("switched off", "never", "granted", False),
]


@pytest.mark.parametrize(("why", "rule", "said", "made"), CONTACTS, ids=[row[0] for row in CONTACTS])
def test_a_new_applicant_becomes_a_contact_only_when_policy_and_consent_allow(
    why: str, rule: Any, said: str, made: bool
) -> None:
    view = applicant_only(ats_side={"applications": (application(),), "consents": (consent(said, ATS),)})
    changes = named(decide(view, Policies(handoff={"create_contacts": rule})), Verb.CREATE_CANDIDATE, CRM)
    assert bool(changes) is made
    if made:
        values = {one.field: one.after for one in changes[0].fields}
        assert values[fields.PERSON_ID] == PERSON
        assert values[fields.ATS_STATUS] == "Applied"
        assert fields.DO_NOT_CONTACT not in values


NEVER_CONTACTS = [
    ("private", {}, {"private": True}),
    ("confidential", {"applications": (application(job="secret"),)}, {}),
    ("deleted in the CRM before", {}, {}),
]


@pytest.mark.parametrize(("why", "ats_side", "details"), NEVER_CONTACTS, ids=[row[0] for row in NEVER_CONTACTS])
def test_an_applicant_never_becomes_a_contact_when(why: str, ats_side: Any, details: Any) -> None:
    given = {"applications": (application(),), "consents": (consent("granted", ATS),), **ats_side}
    crm = side(CRM, gone=True) if "deleted" in why else side(CRM)
    view = PersonView(PERSON, NOW, side(ATS, candidate(ATS, **details), **given), crm)
    assert decide(view, Policies(handoff={"create_contacts": "always"})).changes == ()


def test_switched_off_nothing_is_handed_off_or_shown() -> None:
    off = Policies(handoff={"enabled": False}, attribution={"enabled": False})
    assert decide(on("v1", first_touch=first()), off).changes == ()
    assert decide(linked(ats_side={"applications": (application(),)}), off).changes == ()
