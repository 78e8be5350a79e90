"""The plan as a document: the same for the same decisions, kept, read back, summed up and compared."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest

from mapping import fields
from sync.changes import Decided, Plan, Verb
from sync.decide import decide
from sync.plan import UnreadablePlan, build, from_json, moved, summary, to_json
from sync.settings import Policies
from tests.sync.policy_world import (
    ATS,
    CRM,
    JOBS,
    VACANCIES,
    application,
    contact_only,
    first,
    linked,
    place,
    rejected,
)

MADE = "2026-03-01T12:00:00.000000Z"
DEFAULTS = Policies()


def people() -> list[Decided]:
    """Three people with something to do each: a handoff, a silver medal, a withdrawal."""
    handed = contact_only(crm_side={"applications": (place("v2"), place("v1"))}, first_touch=first())
    silver = linked({fields.TITLE: "a"}, {fields.TITLE: "b"}, ats_side={"applications": (rejected(),)})
    withdrawn = linked(crm={fields.DO_NOT_CONTACT: True, fields.TITLE: "x"})
    views = [replace(handed, person="p-c"), replace(silver, person="p-a"), replace(withdrawn, person="p-b")]
    return [decide(view, DEFAULTS) for view in views]


def plan(decided: list[Decided] | None = None) -> Plan:
    return build(people() if decided is None else decided, ats=ATS, crm=CRM, made=MADE)


def test_withdrawals_come_first_then_everybody_in_order() -> None:
    made = plan()
    assert made.people == 3
    assert made.changes[0].priority == 0
    assert made.changes[0].person == "p-b"
    rest = [one.person for one in made.changes[1:]]
    assert rest == sorted(rest)
    handed = [(one.verb, one.job) for one in made.changes if one.person == "p-c"]
    assert handed == [(Verb.CREATE_CANDIDATE, "j1"), (Verb.CREATE_APPLICATION, "j2"), (Verb.CREATE_NOTE, None)]


def test_the_plan_does_not_depend_on_the_order_in_which_people_were_looked_at() -> None:
    wanted = to_json(plan())
    for seed in range(5):
        shuffled = people()
        random.Random(seed).shuffle(shuffled)
        assert to_json(plan(shuffled)) == wanted


def test_nor_on_the_order_of_the_reference_tables() -> None:
    view = contact_only(crm_side={"applications": (place("v1"), place("v2"))})
    ats = replace(view.ats.catalog, jobs=dict(reversed(JOBS.items())))
    crm = replace(view.crm.catalog, jobs=dict(reversed(VACANCIES.items())))
    turned = replace(view, ats=replace(view.ats, catalog=ats), crm=replace(view.crm, catalog=crm))
    assert decide(turned, DEFAULTS) == decide(view, DEFAULTS)


def test_a_plan_is_read_back_as_it_was_written() -> None:
    made = plan()
    assert from_json(to_json(made)) == made
    assert [one.key for one in from_json(to_json(made)).changes] == [one.key for one in made.changes]
    assert json.loads(to_json(made))["changes"][0]["because"]


BAD = [b"", b"{}", b"[1]", b'{"made": "2026", "ats": "a"}']


@pytest.mark.parametrize("text", BAD)
def test_a_file_that_is_no_plan_is_refused_in_one_sentence(text: bytes) -> None:
    with pytest.raises(UnreadablePlan, match="not a plan"):
        from_json(text)


def test_a_plan_of_another_version_is_refused() -> None:
    text = to_json(plan().model_copy(update={"version": 9}))
    with pytest.raises(UnreadablePlan, match="version 9"):
        from_json(text)


def test_the_summary_counts_by_policy_and_system() -> None:
    lines = {(one.policy, one.system, one.what): (one.changes, one.people) for one in summary(plan())}
    assert lines["consent", ATS, fields.DO_NOT_CONTACT] == (1, 1)
    assert lines["handoff", ATS, "create_candidate"] == (1, 1)
    assert lines["disposition", CRM, "add_to_pool"] == (1, 1)
    assert lines["disposition", CRM, fields.LAST_OUTCOME] == (1, 1)
    assert lines["ownership", ATS, fields.TITLE] == (2, 2), "one changed, one filled"


def test_the_same_notice_is_told_once() -> None:
    view = contact_only(crm_side={"applications": (place("v5"),)})
    twice = [decide(replace(view, person=name), DEFAULTS) for name in ("p-1", "p-2")]
    assert [one.kind for one in plan(twice).notices] == ["unmapped_job"]


def test_a_plan_that_still_holds_has_not_moved() -> None:
    assert moved(plan(), plan()) == ()
    more = [*people(), decide(replace(linked(crm={fields.TITLE: "new"}), person="p-z"), DEFAULTS)]
    assert moved(plan(), plan(more)) == (), "what is new today is no obstacle"


def test_what_has_moved_is_named_with_what_is_different() -> None:
    then = linked({fields.TITLE: "a"}, {fields.TITLE: "b"}, ats_side={"base": {fields.TITLE: "a"}},
                  crm_side={"base": {fields.TITLE: "a"}})  # fmt: skip
    now = linked({fields.TITLE: "a"}, {fields.TITLE: "c"}, ats_side={"base": {fields.TITLE: "a"}},
                 crm_side={"base": {fields.TITLE: "a"}})  # fmt: skip
    (one,) = moved(plan([decide(then, DEFAULTS)]), plan([decide(now, DEFAULTS)]))
    assert one.change.verb is Verb.UPDATE_CANDIDATE
    assert one.why == "different now: title"
    done = linked({fields.TITLE: "b"}, {fields.TITLE: "b"})
    (gone,) = moved(plan([decide(then, DEFAULTS)]), plan([decide(done, DEFAULTS)]))
    assert gone.why == "no longer needed, done already, or not possible any more"


def test_a_source_that_somebody_set_meanwhile_has_moved() -> None:
    def view(source: str, source_id: str) -> Decided:
        one = application(source=source, source_id=source_id)
        return decide(linked(ats_side={"applications": (one,)}, first_touch=first("LinkedIn")), DEFAULTS)

    (one,) = moved(plan([view("Careers page", "s2")]), plan([view("Referral", "s5")]))
    assert one.change.verb is Verb.SET_SOURCE
