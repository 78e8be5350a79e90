"""What applications in Greenhouse came to: stage, milestone, outcome, reason, touchpoints."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping.contract import MappingConfig, Unreadable
from mapping.model import Application, Milestone, Outcome, ReasonType
from tests.mapping.greenhouse_made import (
    BARRED,
    CAREERS,
    CRM,
    JOB,
    ODD,
    ONSITE,
    OURS,
    REVIEW,
    SCREEN,
    SECRET_JOB,
    TECH,
    THEIRS,
    application,
    mapper,
    named,
    profile,
    rejection,
    row,
    visit,
)

APP, NEXT, THIRD = 90133201002, 90133202002, 90133203002
REJECTED_AT = "2026-11-18T09:05:44.031Z"


def day(of_october: int) -> datetime:
    return datetime(2026, 10, of_october, 8, tzinfo=UTC)


def only(*children) -> Application:
    (one,) = profile(*children).applications
    return one


def test_an_open_application_is_read():
    one = only(
        application(job_interview_stage_id=SCREEN, stage_id=2, stage_name="Phone Screen"),
        visit(1, REVIEW, "02", "09"),
        visit(2, SCREEN, "09"),
    )
    assert (one.job, one.stage, one.milestone) == (str(JOB), "Phone Screen", Milestone.SCREENED)
    assert (one.reached, one.outcome, one.live) == (Milestone.SCREENED, Outcome.OPEN, True)
    assert (one.closed, one.reason, one.reason_id, one.reason_type) == (None, None, None, None)
    assert (one.source, one.source_id) == ("Careers page", str(CAREERS))
    assert one.applied == datetime(2026, 10, 2, 14, 21, 7, 512000, UTC)
    assert [(step.stage, step.milestone, step.entered, step.exited) for step in one.history] == [
        ("Application Review", Milestone.APPLIED, day(2), day(9)),
        ("Phone Screen", Milestone.SCREENED, day(9), None),
    ]


def test_stage_id_is_never_taken_for_a_stage_of_the_job():
    """GOTCHAS 2: stage_id names a row of application_stages, even where the number is a stage's too."""
    one = only(application(stage_id=ONSITE), visit(ONSITE, SCREEN, "09"), visit(1, REVIEW, "02", "09"))
    assert one.stage == "Phone Screen"
    assert one.reached is Milestone.SCREENED


@pytest.mark.parametrize(
    ("keys", "visits", "stage"),
    [
        ({"job_interview_stage_id": TECH}, [visit(1, SCREEN, "02")], "Technical Interview"),
        ({}, [visit(1, SCREEN, "02", "04"), visit(2, TECH, "04")], "Technical Interview"),
        ({"stage_id": 1}, [visit(1, SCREEN, "02", current=None)], "Phone Screen"),
        ({"stage_name": "Face to Face"}, [], "Face to Face"),
        ({"job_interview_stage_id": 999, "stage_name": "Onsite, archived"}, [], "Onsite, archived"),
        ({}, [visit(1, SCREEN, "02", "04")], None),
        ({}, [], None),
    ],
)
def test_the_stage_of_today_is_found_where_the_vendor_tells_it(keys, visits, stage):
    assert only(application(**keys), *visits).stage == stage


@pytest.mark.parametrize("status", ["rejected", "hired"])
def test_an_ended_application_stands_where_its_history_ends(status):
    """The stage fields of ended applications are null."""
    visits = [visit(3, ONSITE, "12", "15"), visit(1, REVIEW, "02", "09"), visit(2, TECH, "09", "12")]
    one = only(application(status=status), *visits)
    assert one.stage == "Onsite"
    assert [step.stage for step in one.history] == ["Application Review", "Technical Interview", "Onsite"]


def test_the_furthest_milestone_counts_even_after_a_step_back():
    one = only(
        application(job_interview_stage_id=SCREEN),
        visit(1, ONSITE, "02", "09"),
        visit(2, SCREEN, "09"),
    )
    assert (one.milestone, one.reached) == (Milestone.SCREENED, Milestone.FINAL)


def test_a_stage_that_was_never_entered_was_not_reached():
    one = only(
        application(job_interview_stage_id=SCREEN), visit(1, SCREEN, "02"), visit(2, ONSITE, None, current=False)
    )
    assert one.reached is Milestone.SCREENED
    assert [step.stage for step in one.history] == ["Phone Screen"]


def test_a_stage_nobody_knows_is_kept_without_a_milestone():
    one = only(application(job_interview_stage_id=ODD), visit(1, ODD, "02"))
    assert (one.stage, one.milestone, one.reached) == ("Chemistry Check", None, Milestone.APPLIED)


def test_config_settles_an_unknown_stage():
    made = mapper(MappingConfig(stages={"chemistry check": Milestone.INTERVIEWED}))
    (one,) = profile(application(job_interview_stage_id=ODD), made=made).applications
    assert one.milestone is one.reached is Milestone.INTERVIEWED


@pytest.mark.parametrize("status", ["in_process", "active"])
def test_rows_and_webhooks_spell_an_open_application_differently(status):
    """GOTCHAS 3."""
    assert only(application(status=status)).outcome is Outcome.OPEN


def test_a_status_nobody_knows_is_unreadable_and_not_guessed():
    with pytest.raises(Unreadable, match=r"application: cannot be read at status \(literal_error\)"):
        mapper().validate(application(status="canary"))


@pytest.mark.parametrize(
    ("reason", "outcome", "type", "label"),
    [
        (OURS, Outcome.REJECTED, ReasonType.COMPANY, "Lacking skill(s)/qualification(s)"),
        (THEIRS, Outcome.WITHDRAWN, ReasonType.CANDIDATE, "Accepted another offer"),
        (BARRED, Outcome.REJECTED, ReasonType.BLOCKING, "Failed background check"),
        (555, Outcome.REJECTED, None, None),  # GOTCHAS 15: archived and global ids still stand in rows
    ],
)
@pytest.mark.parametrize("told_by", ["row", "detail"])
def test_a_rejection_has_its_reason_wherever_it_is_told(told_by, reason, outcome, type, label):
    if told_by == "row":
        children = [application(status="rejected", rejected_at=REJECTED_AT, rejection_reason_id=reason)]
    else:
        children = [application(status="rejected"), rejection(reason, REJECTED_AT)]
    one = only(*children)
    assert (one.outcome, one.reason_type, one.reason, one.reason_id) == (outcome, type, label, str(reason))
    assert one.closed == datetime(2026, 11, 18, 9, 5, 44, 31000, UTC)


def test_a_rejection_without_a_reason_is_one():
    one = only(application(status="rejected", rejected_at=REJECTED_AT), rejection(None, REJECTED_AT))
    assert (one.outcome, one.reason, one.reason_id, one.reason_type) == (Outcome.REJECTED, None, None, None)


def test_config_types_a_reason_that_no_table_shows():
    made = mapper(MappingConfig(reasons={"555": ReasonType.CANDIDATE}))
    (one,) = profile(application(status="rejected", rejection_reason_id=555), made=made).applications
    assert (one.outcome, one.reason_type) == (Outcome.WITHDRAWN, ReasonType.CANDIDATE)


def test_a_rejection_taken_back_leaves_nothing_behind():
    """Un-rejecting deletes the rejection, and deletions leave no trace: its row may still be in the state."""
    one = only(application(job_interview_stage_id=SCREEN), rejection(OURS, REJECTED_AT))
    assert (one.outcome, one.reason, one.closed) == (Outcome.OPEN, None, None)


def test_a_second_rejection_is_not_told_by_the_first_ones_row():
    again = application(status="rejected", rejected_at="2026-11-20T10:00:00Z", rejection_reason_id=THEIRS)
    one = only(again, rejection(OURS, REJECTED_AT))
    assert one.outcome is Outcome.WITHDRAWN
    assert one.closed == datetime(2026, 11, 20, 10, tzinfo=UTC)


def test_a_reason_changed_afterwards_is_the_reason():
    """PATCH /rejection_details changes the reason and not the time."""
    first = application(status="rejected", rejected_at=REJECTED_AT, rejection_reason_id=OURS)
    assert only(first, rejection(THEIRS, REJECTED_AT)).reason_id == str(THEIRS)


def test_a_hire_is_dated_by_the_last_stage_left():
    one = only(application(status="hired"), visit(1, REVIEW, "02", "09"), visit(2, ONSITE, "09", "15"))
    assert (one.outcome, one.reached, one.closed) == (Outcome.HIRED, Milestone.HIRED, day(15))


def test_a_hire_without_history_is_dated_by_its_row():
    assert only(application(status="hired")).closed == datetime(2026, 11, 18, 9, 5, 44, 31000, UTC)


def test_a_confidential_job_keeps_its_id_though_nothing_else_is_shown():
    one = only(application(job_id=SECRET_JOB))
    assert one.job == str(SECRET_JOB)
    assert one.job not in mapper().jobs()


def test_a_prospect_may_be_on_no_job_and_on_several():
    """GOTCHAS 62."""
    one = only(application(prospect=True, job_id=None, prospective_job_ids=[JOB, SECRET_JOB]))
    assert (one.prospect, one.job, one.prospective_jobs) == (True, None, (str(JOB), str(SECRET_JOB)))


def test_a_prospects_pools_are_those_of_prospects_still_open():
    details = [
        row("prospect", {"id": 1, "application_id": APP, "pool_id": 310011002}, str(APP)),
        row("prospect", {"id": 2, "application_id": NEXT, "pool_id": 99}, str(NEXT)),
        row("prospect", {"id": 3, "application_id": THIRD, "pool_id": None}, str(THIRD)),
    ]
    told = profile(
        application(APP, prospect=True, job_id=None),
        application(NEXT, prospect=True, job_id=None, status="rejected"),
        application(THIRD, prospect=True, job_id=None),
        *details,
    )
    assert told.candidate.pools == ("310011002",)


def test_a_source_that_is_not_in_the_table_keeps_its_id():
    one = only(application(source_id=77))
    assert (one.source, one.source_id) == (None, "77")


def test_the_referrer_is_never_taken_for_the_source():
    """GOTCHAS 7: referrer_id is neither a user nor a source."""
    assert only(application(source_id=None, referrer_id=CRM)).source is None


def test_every_application_is_a_touchpoint_with_its_source():
    told = profile(application(APP), application(NEXT, source_id=CRM), application(THIRD, source_id=None))
    assert [(one.ref.id, one.channel, one.source, one.qualifies) for one in told.touchpoints] == [
        (str(APP), "website", "Careers page", True),
        (str(NEXT), "sourced", "Acme Relations", True),
        (str(THIRD), "application", None, True),
    ]
    assert told.touchpoints[0].at == datetime(2026, 10, 2, 14, 21, 7, 512000, UTC)


def test_a_converted_prospect_counts_once_where_it_began():
    """GOTCHAS 61: conversion makes a second application, and the prospect's row becomes `converted`."""
    prospect = application(
        APP, prospect=True, job_id=None, prospective_job_ids=[JOB], status="converted", source_id=CRM
    )
    made_of_it = application(NEXT, created_at="2026-10-20T08:00:00Z")
    later = application(THIRD, created_at="2026-11-10T08:00:00Z")
    told = profile(prospect, made_of_it, later)
    assert [one.ref.id for one in told.touchpoints] == [str(APP), str(THIRD)]
    assert [(one.live, one.outcome) for one in told.applications] == [
        (False, Outcome.OPEN),
        (True, Outcome.OPEN),
        (True, Outcome.OPEN),
    ]


def test_an_application_on_another_job_is_not_what_the_prospect_became():
    prospect = application(APP, prospect=True, job_id=None, prospective_job_ids=[JOB], status="converted")
    other = application(NEXT, created_at="2026-10-20T08:00:00Z", job_id=SECRET_JOB)
    assert len(profile(prospect, other).touchpoints) == 2


def test_our_own_notes_are_found_by_their_marker():
    notes = [
        row("note", {"id": 1, "candidate_id": 2, "marker": "k2"}),
        row("note", {"id": 2, "candidate_id": 2, "marker": None, "body": "canary"}),
        row("note", {"id": 3, "candidate_id": 2, "marker": "k1", "visibility": "privately_visible"}),
    ]
    told = profile(*notes)
    assert told.markers == ("k1", "k2")
    assert "canary" not in repr(told)


def test_applications_come_in_the_order_of_their_age_whatever_the_order_of_rows():
    rows = [application(THIRD, created_at="2026-10-03T00:00:00Z"), application(APP), application(NEXT)]
    assert [one.ref.id for one in profile(*rows).applications] == [str(APP), str(NEXT), str(THIRD)]


def test_ids_beyond_32_bits_are_whole():
    """GOTCHAS 9."""
    assert only(application(9007199254740993)).ref.id == "9007199254740993"


def test_answers_are_not_in_the_model():
    told = profile(application(answers=[{"question": "Disability?", "answer": "canary"}]))
    assert "canary" not in told.model_dump_json()


@pytest.mark.parametrize(
    "bad",
    [
        application(candidate_id=None),
        visit(1, REVIEW, "02", application_id=None),
        rejection(OURS, "yesterday"),
        row("note", {"id": 1, "marker": 7}),
        row("eeoc", {"id": 1}),
    ],
    ids=lambda one: one.object,
)
def test_a_child_row_of_another_shape_is_unreadable(bad):
    with pytest.raises(Unreadable):
        mapper().validate(bad)


STAGES = [REVIEW, SCREEN, TECH, ONSITE, ODD]


@given(
    stages=st.lists(st.sampled_from(STAGES), max_size=6),
    status=st.sampled_from(["in_process", "rejected", "hired", "converted"]),
    current=st.none() | st.sampled_from(STAGES),
)
def test_reached_is_the_furthest_of_what_is_told_and_nothing_else(stages, status, current):
    days = [f"{n + 1:02}" for n in range(len(stages) + 1)]
    visits = [visit(n + 1, stage, days[n], days[n + 1]) for n, stage in enumerate(stages)]
    one = only(application(status=status, job_interview_stage_id=current), *visits)
    told = {step.milestone for step in one.history} | {one.milestone} - {None}
    if status == "hired":
        told.add(Milestone.HIRED)
    assert one.reached in told | {Milestone.APPLIED}
    assert all(one.reached.rank >= milestone.rank for milestone in told if milestone)


@given(order=st.permutations(range(6)))
def test_the_order_of_child_rows_does_not_matter(order):
    rows = [
        application(APP, status="rejected"),
        application(NEXT, job_interview_stage_id=TECH),
        visit(1, REVIEW, "02", "03"),
        visit(2, ONSITE, "03", "04"),
        rejection(OURS, REJECTED_AT),
        *named("note", {1: "x"}, marker="k"),
    ]
    assert profile(*(rows[n] for n in order)) == profile(*rows)
