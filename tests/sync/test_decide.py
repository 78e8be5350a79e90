"""The gathering of all policies: one update per side, withdrawals first, and quiet once it is done."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings

from mapping import fields
from sync.changes import Change, Decided, Verb
from sync.decide import decide
from sync.policies.standing import silent
from sync.settings import Policies
from sync.view import PersonView
from tests.sync.people_strategy import people, policies
from tests.sync.policy_world import (
    ATS,
    CRM,
    JOBS,
    application,
    candidate,
    carried_out,
    consent,
    contact_only,
    first,
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
MANY = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def busy() -> PersonView:
    """A person about whom every policy has something to say."""
    return linked(
        {fields.TITLE: "Engineer", fields.COMPANY: "Old Ltd", fields.TAGS: ("vip",)},
        {fields.TITLE: "Lead", fields.COMPANY: "Old Ltd"},
        ats_side={
            "applications": (rejected(), application("a2", "j2", source="Careers page", source_id="s2")),
            "base": {fields.TITLE: "Engineer"},
        },
        crm_side={"base": {fields.TITLE: "Engineer"}, "touchpoints": (touch(),), "applications": (place("v1"),)},
        first_touch=first("LinkedIn"),
    )


def test_every_policy_speaks_and_each_side_gets_one_update() -> None:
    decided = decide(busy(), DEFAULTS)
    verbs = [(one.system, one.verb) for one in decided.changes]
    assert verbs == [
        (ATS, Verb.UPDATE_CANDIDATE),
        (ATS, Verb.SET_SOURCE),
        (ATS, Verb.SET_SOURCE),
        (ATS, Verb.CREATE_NOTE),
        (CRM, Verb.UPDATE_CANDIDATE),
        (CRM, Verb.ADD_TO_POOL),
    ]
    ats = decided.changes[0]
    assert {one.policy for one in ats.fields} == {"ownership", "handoff", "attribution"}
    assert all(one.because for one in ats.fields)
    assert [one.priority for one in decided.changes] == [2, 4, 4, 7, 2, 5]


def test_two_policies_that_want_something_of_one_field_are_laid_together() -> None:
    view = linked(
        {fields.TAGS: ("new", "vip")},
        {fields.TAGS: ("old", "vip")},
        ats_side={"applications": (rejected(),), "base": {fields.TAGS: ("old", "vip")}},
        crm_side={"base": {fields.TAGS: ("old", "vip")}},
    )
    decided = decide(view, Policies(ownership={fields.TAGS: "union"}))
    assert written(decided, CRM)[fields.TAGS] == ("Silver medalist", "new", "vip")
    (change,) = [one for one in named(decided, Verb.UPDATE_CANDIDATE, CRM)[0].fields if one.field == fields.TAGS]
    assert change.because == "added or removed on the other side; silver medalist: application a1 reached final"
    assert decide(carried_out(view, decided), Policies(ownership={fields.TAGS: "union"})).changes == ()


def test_nothing_is_decided_for_a_system_in_which_a_write_is_under_way() -> None:
    for system, other in ((ATS, CRM), (CRM, ATS)):
        decided = decide(replace(busy(), under_way=frozenset({system})), DEFAULTS)
        assert {one.system for one in decided.changes} == {other}


def test_what_failed_for_good_is_told_and_not_planned_again_while_the_rest_goes_on() -> None:
    whole = decide(busy(), DEFAULTS)
    for failed in whole.changes:
        decided = decide(replace(busy(), dead=frozenset({failed.key})), DEFAULTS)
        keys = {one.key for one in whole.changes} - {failed.key}
        assert {one.key for one in decided.changes} == keys
        assert "dead_letter" in kinds(decided)


def test_what_builds_on_a_record_that_will_not_come_is_not_planned_either() -> None:
    view = contact_only(crm_side={"applications": (place("v1"), place("v2"))})
    create, *rest = decide(view, DEFAULTS).changes
    assert [one.verb for one in rest] == [Verb.CREATE_APPLICATION, Verb.CREATE_NOTE]
    decided = decide(replace(view, dead=frozenset({create.key})), DEFAULTS)
    assert decided.changes == ()


def test_the_key_of_a_change_says_what_is_written_and_not_why() -> None:
    (change, *_) = decide(busy(), DEFAULTS).changes
    same = change.model_copy(update={"because": "another reason", "priority": 9})
    assert same.key == change.key
    other = change.model_copy(update={"person": "p-2"})
    assert other.key != change.key


SILENT = ["private in the ATS", "private in the CRM", "anonymised in the ATS", "anonymised in the CRM"]


@pytest.mark.parametrize("why", SILENT)
def test_nothing_is_written_to_or_about_such_people(why: str) -> None:
    details = {"private": "private" in why, "anonymised": "anonymised" in why}
    view = busy()
    if "ATS" in why:
        view = replace(view, ats=replace(view.ats, candidate=candidate(ATS, dict(view.ats.values), **details)))
    else:
        view = replace(view, crm=replace(view.crm, candidate=candidate(CRM, dict(view.crm.values), **details)))
    assert decide(view, DEFAULTS).changes == ()
    assert silent(view)


def test_an_erased_person_has_no_changes_and_no_notices() -> None:
    assert decide(replace(busy(), tombstoned=True), DEFAULTS) == Decided(person=busy().person)


def test_a_deleted_record_is_left_where_it_is() -> None:
    view = busy()
    for gone in (replace(view, ats=side(ATS, gone=True)), replace(view, crm=side(CRM, gone=True))):
        assert decide(gone, Policies(handoff={"create_contacts": "always"})).changes == ()


def test_one_field_through_consent_and_erasure() -> None:
    """The merge's table goes on: whatever the values say, an erased person is silent and a withdrawal goes first."""
    values, states = (None, "x", "y", "z"), ("granted", "unknown", "withdrawn")
    rows = 0
    for base, ats, crm, said, erased in product((None, "x"), values[:3], values, states, (False, True)):
        given = {"base": {fields.TITLE: base}}
        view = linked(
            {fields.TITLE: ats},
            {fields.TITLE: crm},
            ats_side=given,
            crm_side={**given, "consents": (consent(said),)},
        )
        decided = decide(replace(view, tombstoned=erased), DEFAULTS)
        rows += 1
        if erased:
            assert decided.changes == ()
        elif said == "withdrawn":
            assert decided.changes[0].priority == 0
            assert decided.changes[0].system == ATS
        else:
            assert all(one.priority > 0 for one in decided.changes)
            assert bool(written(decided, ATS) or written(decided, CRM)) is (ats != crm)
    assert rows == 144


# --- laws over generated people -------------------------------------------------------------------------------------


@MANY
@given(people(linked=True), policies())
def test_what_was_done_is_done(view: PersonView, rules: Policies) -> None:
    """The quiet law: with everything decided applied and confirmed, nothing is left to decide."""
    decided = decide(view, rules)
    if any(one.verb.creates and one.verb is not Verb.CREATE_NOTE for one in decided.changes):
        return  # what comes into being is shown on the other side next: see the law below
    after = decide(carried_out(view, decided), rules)
    assert after.changes == ()
    assert after.conflicts == ()
    assert after.forgotten == ()


@MANY
@given(people(), policies())
def test_everybody_comes_to_rest_within_three_rounds(view: PersonView, rules: Policies) -> None:
    """With creates too: the record, then what it shows on the other side, then nothing."""
    for _ in range(3):
        decided = decide(view, rules)
        if not decided.changes:
            break
        view = carried_out(view, decided)
    assert decide(view, rules).changes == ()


@MANY
@given(people(), policies())
def test_no_change_breaks_a_promise(view: PersonView, rules: Policies) -> None:
    """Whatever the person: what may never be written is not."""
    decided = decide(view, rules)
    assert decide(view, rules) == decided
    sides = {ATS: view.ats, CRM: view.crm}
    updates: dict[tuple[str, bool], int] = {}
    for change in decided.changes:
        one = sides[change.system]
        assert change.because
        assert not silent(view)
        _no_confidential_job(view, change)
        if change.verb is Verb.CREATE_CANDIDATE:
            assert one.candidate is None
            assert not one.gone
        if change.verb is Verb.UPDATE_CANDIDATE:
            urgent = change.priority == 0
            updates[change.system, urgent] = updates.get((change.system, urgent), 0) + 1
            for field in change.fields:
                assert one.values[field.field] == field.before != field.after
                assert (field.field == fields.DO_NOT_CONTACT) is urgent
        if change.verb is Verb.ADD_TO_POOL:
            assert view.crm.values[fields.DO_NOT_CONTACT] is not True or view.effects
    assert all(count == 1 for count in updates.values())
    assert len({one.key for one in decided.changes}) == len(decided.changes)


@MANY
@given(people(linked=True), policies())
def test_a_name_an_email_and_a_withdrawal_stay(view: PersonView, rules: Policies) -> None:
    """No name and no last e-mail is taken away, and do-not-contact is only lifted where a block was our own."""
    for field in (field for change in decide(view, rules).changes for field in change.fields):
        if field.field in (fields.EMAILS, fields.GIVEN_NAME, fields.FAMILY_NAME):
            assert field.after is not None
        if field.field == fields.DO_NOT_CONTACT and field.after is not True:
            assert any(one.kind == "blocked" for one in view.effects)
            assert view.ats.values[fields.DO_NOT_CONTACT] is not True


def _no_confidential_job(view: PersonView, change: Change) -> None:
    secret = {one.id for one in (job.ref for job in JOBS.values() if job.confidential)}
    assert change.job not in secret
    if change.verb is Verb.SET_SOURCE:
        (target,) = [one for one in view.ats.applications if one.ref.id == change.target]
        assert target.job not in secret
    titles = {JOBS[id].title for id in secret}
    assert not titles & {str(field.after) for field in change.fields if change.system == CRM}
