"""Disposition: every outcome reaches the CRM, and so does every reversal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connectors.kit.contract import Capabilities
from mapping import fields
from mapping.model import Application, Milestone, Outcome, ReasonType
from sync.changes import Change, Decided, Verb
from sync.decide import decide
from sync.settings import Policies
from sync.view import Effect, PersonView
from tests.sync.policy_world import (
    ATS,
    CRM,
    CRM_FIELDS,
    NOW,
    PERSON,
    application,
    candidate,
    carried_out,
    consent,
    crm_catalog,
    days,
    hire,
    kinds,
    linked,
    named,
    rejected,
    settled,
    side,
    written,
)

DEFAULTS = Policies(handoff={"note": False})
TAG = "Silver medalist"


def person(*applications: Application, pools: tuple[str, ...] = (), **given: Any) -> PersonView:
    """A linked person with these applications, whose contact is in these pools."""
    crm = candidate(CRM, settled(CRM, given.pop("crm", {})), pools=pools, **given.pop("details", {}))
    return PersonView(
        person=PERSON,
        now=NOW,
        ats=side(ATS, candidate(ATS, settled(ATS)), applications=applications),
        crm=side(CRM, crm, **given.pop("crm_side", {})),
        **given,
    )


def then(view: PersonView, *applications: Application, policies: Policies = DEFAULTS) -> tuple[PersonView, Decided]:
    """What was decided is done; then the applications are these; what is decided now?"""
    done = carried_out(view, decide(view, policies))
    moved = replace(done, ats=replace(done.ats, applications=applications))
    return moved, decide(moved, policies)


def pools_moved(changes: tuple[Change, ...]) -> dict[str, str]:
    verbs = (Verb.ADD_TO_POOL, Verb.REMOVE_FROM_POOL)
    return {one.pool or "": one.verb.value.split("_")[0] for one in changes if one.verb in verbs}


OUTCOMES: list[tuple[str, tuple[Application, ...], tuple[Any, Any, Any, Any]]] = [
    ("rejected", (rejected(),), ("Rejected", "Position filled", "2026-02-24", "Final")),
    ("withdrawn", (application(outcome=Outcome.WITHDRAWN, closed=days(1), reason="Other offer"),),
     ("Withdrawn", "Other offer", "2026-02-28", "Applied")),
    ("hired", (hire(),), ("Hired", None, "2026-02-27", "Hired")),
    ("the latest counts", (rejected("a1", closed=days(90)), rejected("a2", "j2", closed=days(3), reason="Cost")),
     ("Rejected", "Cost", "2026-02-26", "Final")),
    ("an open application does not hide the last outcome", (rejected(), application("a2", "j2")),
     ("Rejected", "Position filled", "2026-02-24", "Final")),
    ("a hire is not overtaken by what closed beside it", (hire(closed=days(9)), rejected("a2", "j2", closed=days(8))),
     ("Hired", None, "2026-02-20", "Hired")),
    ("without a label, the code", (rejected(reason=None),), ("Rejected", "77", "2026-02-24", "Final")),
    ("a confidential job is not spoken of", (rejected(job="secret"),), (None, None, None, None)),
    ("nothing closed", (application(),), (None, None, None, None)),
]  # fmt: skip
FOUR = (fields.LAST_OUTCOME, fields.OUTCOME_REASON, fields.OUTCOME_DATE, fields.MILESTONE_REACHED)


@pytest.mark.parametrize(("why", "applications", "shown"), OUTCOMES, ids=[row[0] for row in OUTCOMES])
def test_the_last_outcome_is_shown(why: str, applications: Any, shown: tuple[Any, ...]) -> None:
    told = written(decide(person(*applications), DEFAULTS), CRM)
    assert tuple(told.get(name) for name in FOUR) == shown


def test_the_reasons_code_and_type_are_kept_with_the_change() -> None:
    (change,) = named(decide(person(rejected()), DEFAULTS), Verb.UPDATE_CANDIDATE, CRM)
    (reason,) = [one for one in change.fields if one.field == fields.OUTCOME_REASON]
    assert "77" in reason.because
    assert "company" in reason.because


def test_a_reversal_takes_everything_back() -> None:
    """Rejected after the final stage, then un-rejected."""
    view = person(rejected(), crm={fields.TAGS: ("vip",)})
    first = decide(view, DEFAULTS)
    assert written(first, CRM)[fields.TAGS] == (TAG, "vip")
    assert pools_moved(first.changes) == {"silver": "add"}
    moved, second = then(view, application())
    told = written(second, CRM)
    assert [told[name] for name in FOUR] == [None, None, None, None]
    assert told[fields.TAGS] == ("vip",)
    assert pools_moved(second.changes) == {"silver": "remove"}
    assert carried_out(moved, second).effects == ()


SILVER: list[tuple[str, dict[str, Any], dict[str, Any], bool]] = [
    ("a finalist rejected for the company's reasons", {}, {}, True),
    ("for no reason of anybody's", {"reason_type": ReasonType.NEUTRAL}, {}, True),
    ("for the candidate's reasons", {"reason_type": ReasonType.CANDIDATE}, {}, False),
    ("for the candidate's, where config counts those",
     {"reason_type": ReasonType.CANDIDATE}, {"silver_reasons": ["candidate"]}, True),
    ("for a blocking reason", {"reason_type": ReasonType.BLOCKING}, {}, False),
    ("for a reason of no known type", {"reason_type": None}, {}, False),
    ("not far enough", {"reached": Milestone.INTERVIEWED}, {}, False),
    ("not far enough, but for config", {"reached": Milestone.INTERVIEWED}, {"silver_milestone": "interviewed"}, True),
    ("further than needed", {"reached": Milestone.OFFER}, {}, True),
    ("withdrawn by themselves, for a neutral reason",
     {"outcome": Outcome.WITHDRAWN, "reason_type": ReasonType.NEUTRAL}, {}, True),
    ("still cooling off", {}, {"cooling_off_days": 30}, False),
    ("cooled off", {"closed": days(31)}, {"cooling_off_days": 30}, True),
    ("on a confidential job", {"job": "secret"}, {}, False),
    ("switched off", {}, {"enabled": False}, False),
]  # fmt: skip


@pytest.mark.parametrize(("why", "given", "rule", "is_silver"), SILVER, ids=[row[0] for row in SILVER])
def test_who_is_a_silver_medalist(why: str, given: dict[str, Any], rule: dict[str, Any], is_silver: bool) -> None:
    decided = decide(person(rejected(**given)), Policies(disposition=rule))
    assert (written(decided, CRM).get(fields.TAGS) == (TAG,)) is is_silver
    assert (pools_moved(decided.changes) == {"silver": "add"}) is is_silver


def test_after_the_cooling_off_the_person_is_looked_at_again() -> None:
    policies = Policies(disposition={"cooling_off_days": 30})
    decided = decide(person(rejected()), policies)
    assert decided.due == "2026-03-26T12:00:00.000000Z"
    later = replace(person(rejected()), now=days(-25))
    assert decide(later, policies).due is None
    assert pools_moved(decide(later, policies).changes) == {"silver": "add"}


UNMADE: list[tuple[str, tuple[Application, ...], dict[str, Any]]] = [
    ("un-rejected", (application(),), {}),
    ("hired on another job", (rejected(), hire("a2", "j2")), {}),
    ("the reason is the candidate's now", (rejected(reason_type=ReasonType.CANDIDATE),), {}),
    ("blocked elsewhere", (rejected(), rejected("a2", "j2", reason_type=ReasonType.BLOCKING)), {}),
    ("consent withdrawn", (rejected(),), {"consents": (consent("withdrawn"),)}),
    ("consent expired", (rejected(),), {"consents": (consent("expired"),)}),
]


@pytest.mark.parametrize(("why", "applications", "crm_side"), UNMADE, ids=[row[0] for row in UNMADE])
def test_a_medal_is_taken_back_when(why: str, applications: Any, crm_side: dict[str, Any]) -> None:
    done = carried_out(person(rejected()), decide(person(rejected()), DEFAULTS))
    moved = replace(done, ats=replace(done.ats, applications=applications), crm=replace(done.crm, **crm_side))
    decided = decide(moved, DEFAULTS)
    assert pools_moved(decided.changes) == {"silver": "remove"}
    assert fields.TAGS in written(decided, CRM)
    assert written(decided, CRM)[fields.TAGS] is None


def test_an_open_application_does_not_take_a_medal_back() -> None:
    _, decided = then(person(rejected()), rejected(), application("a2", "j2", applied=days(1)))
    assert pools_moved(decided.changes) == {}
    assert fields.TAGS not in written(decided, CRM)


def test_what_people_put_there_themselves_is_never_taken_away() -> None:
    by_hand = person(rejected(), pools=("silver",), crm={fields.TAGS: ("silver MEDALIST",)})
    first = decide(by_hand, DEFAULTS)
    assert pools_moved(first.changes) == {}
    assert fields.TAGS not in written(first, CRM)
    _, second = then(by_hand, application())
    assert pools_moved(second.changes) == {}
    assert fields.TAGS not in written(second, CRM)


def test_what_people_undid_is_not_done_again_for_the_same_application() -> None:
    done = carried_out(person(rejected()), decide(person(rejected()), DEFAULTS))
    assert done.crm.candidate is not None
    undone = done.crm.candidate.model_copy(
        update={"pools": (), "tags": (), "values": {**done.crm.values, fields.TAGS: None}}
    )
    left = replace(done, crm=replace(done.crm, candidate=undone))
    assert decide(left, DEFAULTS).changes == ()
    again = replace(left, ats=replace(left.ats, applications=(rejected(), rejected("a2", "j2", closed=days(1)))))
    assert pools_moved(decide(again, DEFAULTS).changes) == {"silver": "add"}, "a new medal is a new reason"
    taken_back = replace(left, ats=replace(left.ats, applications=(application(),)))
    assert set(decide(taken_back, DEFAULTS).forgotten) == {(CRM, "pooled", "silver"), (CRM, "tagged", TAG)}


def test_a_missing_pool_is_told_and_the_tag_is_set_all_the_same() -> None:
    decided = decide(person(rejected()), Policies(disposition={"silver_pool": "Gold"}))
    assert "unmapped_pool" in kinds(decided)
    assert written(decided, CRM)[fields.TAGS] == (TAG,)


# --- hires ----------------------------------------------------------------------------------------------------------

EVERY_POOL = ("alumni", "nurture", "silver", "staff")
NURTURE: list[tuple[str, dict[str, Any], set[str]]] = [
    ("every pool but the employees'", {}, {"alumni", "nurture", "silver"}),
    ("but for those to keep", {"keep_pools": ["Alumni"]}, {"nurture", "silver"}),
    ("only those named", {"nurture_pools": ["nurture berlin", "staff"]}, {"nurture", "staff"}),
]


@pytest.mark.parametrize(("why", "rule", "left"), NURTURE, ids=[row[0] for row in NURTURE])
def test_a_hire_leaves_the_nurture_pools(why: str, rule: dict[str, Any], left: set[str]) -> None:
    policies = Policies(disposition=rule)
    view = person(hire(), pools=EVERY_POOL)
    decided = decide(view, policies)
    assert pools_moved(decided.changes) == dict.fromkeys(left, "remove")
    after = carried_out(view, decided)
    assert {(one.kind, one.target, one.cause) for one in after.effects} == {("unpooled", pool, "a1") for pool in left}


def test_when_the_hire_is_taken_back_the_person_returns_to_exactly_those_pools() -> None:
    view = person(hire(), pools=("nurture", "staff"))
    moved, decided = then(view, application())
    assert pools_moved(decided.changes) == {"nurture": "add"}
    after = carried_out(moved, decided)
    assert after.crm.candidate is not None
    assert set(after.crm.candidate.pools) == {"nurture", "staff"}
    assert after.effects == ()
    assert decide(after, DEFAULTS).changes == ()


def test_nobody_returns_to_a_pool_against_their_consent() -> None:
    done = carried_out(person(hire(), pools=("nurture",)), decide(person(hire(), pools=("nurture",)), DEFAULTS))
    back = replace(
        done,
        ats=replace(done.ats, applications=(application(),)),
        crm=replace(done.crm, consents=(consent("withdrawn"),)),
    )
    assert pools_moved(decide(back, DEFAULTS).changes) == {}
    granted = replace(back, crm=replace(back.crm, consents=()))
    assert pools_moved(decide(granted, DEFAULTS).changes) == {"nurture": "add"}


def test_a_silver_medalist_who_is_hired_leaves_that_pool_once_and_gets_the_medal_back_with_it() -> None:
    view = person(rejected())
    done, decided = then(view, rejected(), hire("a2", "j2"))
    assert pools_moved(decided.changes) == {"silver": "remove"}
    hired = carried_out(done, decided)
    assert hired.effects == ()
    assert decide(hired, DEFAULTS).changes == ()
    back = replace(hired, ats=replace(hired.ats, applications=(rejected(), application("a2", "j2"))))
    assert pools_moved(decide(back, DEFAULTS).changes) == {"silver": "add"}


def test_put_back_into_a_pool_after_the_hire_by_hand_they_stay() -> None:
    done = carried_out(person(hire(), pools=("nurture",)), decide(person(hire(), pools=("nurture",)), DEFAULTS))
    assert done.crm.candidate is not None
    again = replace(
        done, crm=replace(done.crm, candidate=done.crm.candidate.model_copy(update={"pools": ("nurture",)}))
    )
    assert decide(again, DEFAULTS).changes == ()


def test_a_crm_that_cannot_take_people_out_of_pools_is_told_of() -> None:
    can = Capabilities(verbs=frozenset(Verb), pools_removable=False)
    view = person(hire(), pools=("nurture",), crm_side={"catalog": crm_catalog(capabilities=can)})
    decided = decide(view, DEFAULTS)
    assert pools_moved(decided.changes) == {}
    assert "unsupported" in kinds(decided)


# --- blocking reasons -----------------------------------------------------------------------------------------------

BLOCKED = rejected(reason="Security concern", reason_type=ReasonType.BLOCKING)
DNC = fields.DO_NOT_CONTACT


def test_a_blocking_reason_forbids_outreach_in_the_crm_first_of_all() -> None:
    decided = decide(person(BLOCKED), DEFAULTS)
    first = decided.changes[0]
    assert (first.system, first.priority) == (CRM, 0)
    assert [(one.field, one.after) for one in first.fields] == [(DNC, True)]
    assert DNC not in written(decided, ATS), "the block is no statement of the person's"
    after = carried_out(person(BLOCKED), decided)
    assert decide(after, DEFAULTS).changes == ()


def test_a_block_leaves_what_the_person_consented_to_as_they_said_it() -> None:
    """Where the CRM keeps its mark apart from the person's consent, only the mark is written, and lifted."""
    mark, catalog = fields.BLOCKED, crm_catalog(writable=CRM_FIELDS | {fields.BLOCKED})
    given = {"catalog": catalog, "consents": (consent("granted"),)}
    view = person(BLOCKED, crm={mark: False, DNC: False}, crm_side=given)
    decided = decide(view, DEFAULTS)
    assert decided.changes[0].priority == 0
    assert (written(decided, CRM).get(mark), written(decided, CRM).get(DNC)) == (True, None)
    done = carried_out(view, decided)
    assert done.crm.candidate is not None
    shown = done.crm.candidate.model_copy(update={"do_not_contact": True, "values": {**done.crm.values, DNC: True}})
    blocked = replace(done, crm=replace(done.crm, candidate=shown))
    assert decide(blocked, DEFAULTS).changes == ()
    lifted = decide(replace(blocked, ats=replace(blocked.ats, applications=(application(),))), DEFAULTS)
    assert (written(lifted, CRM).get(mark), written(lifted, CRM).get(DNC)) == (False, None)


def test_the_block_is_lifted_when_its_reason_is_gone() -> None:
    moved, decided = then(person(BLOCKED), application())
    assert written(decided, CRM)[DNC] is False
    assert all(one.kind != "blocked" for one in carried_out(moved, decided).effects)


NOT_LIFTED: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("the person withdrew in the meantime", {"consents": (consent("withdrawn"),)}, {}),
    ("the ATS forbids too", {}, {DNC: True}),
]


@pytest.mark.parametrize(("why", "crm_side", "ats"), NOT_LIFTED, ids=[row[0] for row in NOT_LIFTED])
def test_the_block_is_not_lifted_when_somebody_else_forbids(why: str, crm_side: Any, ats: Any) -> None:
    done = carried_out(person(BLOCKED), decide(person(BLOCKED), DEFAULTS))
    moved = replace(
        done,
        ats=side(ATS, candidate(ATS, {**done.ats.values, **ats}), applications=(application(),), base=done.ats.base),
        crm=replace(done.crm, **crm_side),
    )
    assert written(decide(moved, DEFAULTS), CRM).get(DNC) is not False


def test_a_do_not_contact_that_was_there_before_is_never_lifted() -> None:
    view = person(BLOCKED, crm={DNC: True})
    assert carried_out(view, decide(view, DEFAULTS)).effects == ()
    _, decided = then(view, application())
    assert DNC not in written(decided, CRM)


def test_a_block_that_somebody_lifted_is_set_again_while_its_reason_stands() -> None:
    done = carried_out(person(BLOCKED), decide(person(BLOCKED), DEFAULTS))
    assert done.crm.candidate is not None
    lifted = done.crm.candidate.model_copy(update={"do_not_contact": False, "values": {**done.crm.values, DNC: False}})
    assert written(decide(replace(done, crm=replace(done.crm, candidate=lifted)), DEFAULTS), CRM)[DNC] is True
    gone = replace(done, ats=replace(done.ats, applications=(application(),)), crm=replace(done.crm, candidate=lifted))
    assert (CRM, "blocked", DNC) in decide(gone, DEFAULTS).forgotten


def test_blocking_can_be_switched_off() -> None:
    decided = decide(person(BLOCKED), Policies(disposition={"block_on_blocking": False}))
    assert DNC not in written(decided, CRM)


def test_nothing_is_fed_back_about_a_person_whom_one_side_does_not_know() -> None:
    view = linked(ats_side={"applications": (rejected(),)})
    alone = replace(view, crm=side(CRM))
    assert decide(alone, DEFAULTS).changes == ()


def test_an_effect_in_another_system_is_none_of_ours() -> None:
    view = person(application(), effects=(Effect("elsewhere", "tagged", TAG, "a1"),))
    assert named(decide(view, DEFAULTS), Verb.REMOVE_FROM_POOL) == []
    assert decide(view, DEFAULTS).forgotten == ()
