"""Consent: the most restrictive statement wins, goes first, and is never weakened."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from mapping import fields
from sync.changes import Verb
from sync.decide import decide
from sync.policies.consent import add_months, state
from sync.settings import Policies
from sync.view import Effect, PersonView
from tests.sync.policy_world import (
    ATS,
    ATS_FIELDS,
    CRM,
    NOW,
    applicant_only,
    application,
    ats_catalog,
    candidate,
    carried_out,
    consent,
    days,
    kinds,
    linked,
    named,
    rejected,
    settled,
    side,
    written,
)

DNC = fields.DO_NOT_CONTACT
DEFAULTS = Policies()

TRAVELS: list[tuple[str, dict[str, Any], dict[str, Any], list[str]]] = [
    ("the flag in the CRM", {}, {"values": {DNC: True}}, [ATS]),
    ("the flag in the ATS", {"values": {DNC: True}}, {}, [CRM]),
    ("a statement in the CRM, to its own mark too", {}, {"consents": (consent("withdrawn"),)}, [ATS, CRM]),
    ("a statement in the ATS, to its own mark too", {"consents": (consent("withdrawn", ATS),)}, {}, [ATS, CRM]),
    ("a refusal of marketing only", {}, {"consents": (consent("withdrawn", purpose="marketing"),)}, []),
    ("nothing said", {}, {"consents": (consent("unknown"),)}, []),
    ("granted here, forbidden there", {"values": {DNC: True}}, {"consents": (consent("granted"),)}, [CRM]),
    ("expired is no withdrawal", {}, {"consents": (consent("expired"),)}, []),
    ("both have it", {"values": {DNC: True}}, {"values": {DNC: True}}, []),
]


@pytest.mark.parametrize(("why", "ats", "crm", "systems"), TRAVELS, ids=[row[0] for row in TRAVELS])
def test_a_withdrawal_reaches_the_side_that_does_not_have_it(
    why: str, ats: dict[str, Any], crm: dict[str, Any], systems: list[str]
) -> None:
    view = linked(
        ats.get("values"),
        crm.get("values"),
        ats_side={"consents": ats.get("consents", ())},
        crm_side={"consents": crm.get("consents", ())},
    )
    decided = decide(view, DEFAULTS)
    said = [change for change in decided.changes if any(one.field == DNC for one in change.fields)]
    assert [change.system for change in said] == systems
    assert all(one.after is True for change in said for one in change.fields)


def test_a_withdrawal_is_a_change_of_its_own_and_goes_before_everything_else() -> None:
    view = linked(
        {fields.TITLE: "Lead"},
        {fields.TITLE: "Engineer", fields.COMPANY: "New Ltd", DNC: True},
        ats_side={"base": {fields.TITLE: "Engineer"}},
        crm_side={"base": {fields.TITLE: "Engineer"}},
    )
    decided = decide(view, DEFAULTS)
    first, *others = decided.changes
    assert first.priority == 0
    assert [one.field for one in first.fields] == [DNC]
    assert others
    assert all(one.priority > 0 for one in others)
    assert all(one.field != DNC for change in others for one in change.fields)


def test_no_sync_ever_lifts_a_withdrawal() -> None:
    """Lifted in the CRM while the ATS still forbids: the CRM is told again."""
    view = linked({DNC: True}, {DNC: False}, crm_side={"base": {DNC: True}})
    decided = decide(view, DEFAULTS)
    assert written(decided, CRM) == {DNC: True}
    assert written(decided, ATS).get(DNC) is not False


def test_an_archived_contact_gets_nothing_but_its_withdrawal() -> None:
    archived = candidate(CRM, settled(CRM, {fields.TITLE: "Old"}), archived=True)
    ats = candidate(ATS, settled(ATS, {fields.TITLE: "New", DNC: True}))
    view = PersonView("p-1", NOW, side(ATS, ats, applications=(rejected(),)), side(CRM, archived))
    assert written(decide(view, DEFAULTS), CRM) == {DNC: True}
    assert written(decide(view, DEFAULTS), ATS) == {}


def test_a_withdrawal_that_cannot_be_carried_is_told_aloud() -> None:
    catalog = ats_catalog(writable=ATS_FIELDS - {DNC})
    decided = decide(linked(None, {DNC: True}, ats_side={"catalog": catalog}), DEFAULTS)
    assert "consent_not_sent" in kinds(decided)
    assert written(decided, ATS).get(DNC) is None
    private = PersonView("p-1", NOW, side(ATS, candidate(ATS, private=True)), side(CRM, candidate(CRM, {DNC: True})))
    told = decide(private, DEFAULTS)
    assert told.changes == ()
    assert kinds(told) == {"consent_not_sent"}


def test_switched_off_consent_is_not_carried_but_still_stops_outreach() -> None:
    off = Policies(consent={"enabled": False})
    view = linked({DNC: True}, ats_side={"applications": (rejected(),)})
    decided = decide(view, off)
    assert DNC not in written(decided, CRM)
    assert named(decided, Verb.ADD_TO_POOL) == []


EXPIRY: list[tuple[str, dict[str, Any], int, str]] = [
    ("the vendor's date has passed", {"at": days(400), "expires": days(1)}, 0, "expired"),
    ("the vendor's date is to come", {"at": days(400), "expires": days(-1)}, 0, "granted"),
    ("our months have passed", {"at": days(400)}, 12, "expired"),
    ("our months have not passed", {"at": days(30)}, 12, "granted"),
    ("the earlier of both counts", {"at": days(400), "expires": days(-10)}, 12, "expired"),
    ("no months, no date: for ever", {"at": days(4000)}, 0, "granted"),
    ("nobody knows when it was given", {}, 12, "granted"),
]


@pytest.mark.parametrize(("why", "given", "months", "wanted"), EXPIRY, ids=[row[0] for row in EXPIRY])
def test_a_grant_runs_out(why: str, given: dict[str, Any], months: int, wanted: str) -> None:
    view = linked(crm_side={"consents": (consent("granted", **given),)})
    assert state(view, Policies(consent={"months": months})) == wanted


def test_a_person_is_looked_at_again_when_the_grant_runs_out_and_outreach_ends_then() -> None:
    end = days(-10)
    finalist = {"applications": (rejected(),)}
    view = linked(ats_side=finalist, crm_side={"consents": (consent("granted", expires=end),)})
    before = decide(view, DEFAULTS)
    assert before.due == "2026-03-11T12:00:00.000000Z"
    assert named(before, Verb.ADD_TO_POOL)
    pooled = carried_out(view, before)
    later = PersonView(pooled.person, days(-11), pooled.ats, pooled.crm, effects=pooled.effects)
    after = decide(later, DEFAULTS)
    assert after.due is None
    assert named(after, Verb.REMOVE_FROM_POOL)
    assert DNC not in written(after, ATS), "expired is not withdrawn"


def test_unknown_is_not_granted() -> None:
    view = applicant_only(ats_side={"applications": (application(),)})
    assert named(decide(view, DEFAULTS), Verb.CREATE_CANDIDATE) == []


def test_months_are_calendar_months() -> None:
    assert add_months(datetime(2026, 1, 31, tzinfo=NOW.tzinfo), 1) == datetime(2026, 2, 28, tzinfo=NOW.tzinfo)
    assert add_months(datetime(2025, 11, 15, tzinfo=NOW.tzinfo), 14) == datetime(2027, 1, 15, tzinfo=NOW.tzinfo)


def test_a_block_of_our_own_is_no_statement_of_the_persons() -> None:
    ours = (Effect(CRM, "blocked", DNC, "a1"),)
    flag = consent("withdrawn", evidence="do not contact")
    view = linked(None, {DNC: True}, crm_side={"consents": (flag,)}, effects=ours)
    assert DNC not in written(decide(view, Policies(disposition={"enabled": False})), ATS)
    said = linked(None, {DNC: True}, crm_side={"consents": (flag, consent("withdrawn"))}, effects=ours)
    assert written(decide(said, DEFAULTS), ATS)[DNC] is True
