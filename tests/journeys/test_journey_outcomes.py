"""Outcomes and their reversal, as the CRM shows them."""

from __future__ import annotations

import pytest

from tests.journeys.journey_pair import Pair

OUTCOME = ("Last outcome", "Outcome reason", "Outcome date", "Milestone reached")
NURTURE = ("Data community", "Engineering nurture")


def reach(pair: Pair, application: int, stage: str) -> None:
    """Move an application on until it is in a stage of this name."""
    stages = {one["id"]: one["name"] for one in pair.vendors.state("ats", "job_interview_stages")}
    for _ in range(10):
        [row] = [one for one in pair.vendors.state("ats", "applications") if one["id"] == application]
        if stages[row["job_interview_stage_id"]] == stage:
            return
        pair.vendors.act("ats", "advance", application=application)
    raise AssertionError(f"no stage {stage!r}")


def test_rejected_after_the_final_stage_then_taken_back(pair: Pair) -> None:
    _, contact, ids = pair.tied()
    application = ids["application"]
    reach(pair, application, "Onsite")
    pair.sync()
    mails = pair.vendors.state("ats", "mails")  # what the recruiter's own moves have sent
    pair.vendors.act("ats", "reject", application=application, reason="Position closed")
    pair.settle()
    shown = pair.shown(contact)
    [row] = [one for one in pair.vendors.state("ats", "applications") if one["id"] == application]
    assert [shown[name][:10] for name in OUTCOME] == ["Rejected", "Position c", row["rejected_at"][:10], "Final"]
    assert shown["Outcome reason"] == "Position closed"
    assert shown["ATS status"] == "Rejected"
    assert "Silver medalist" in pair.tags(contact)
    assert "Silver medalists" in pair.pools(contact)

    pair.mark()
    pair.vendors.act("ats", "unreject", application=application)
    pair.settle()
    shown = pair.shown(contact)
    assert not shown.keys() & set(OUTCOME)
    assert (shown["ATS status"], shown["ATS stage"]) == ("Applied", "Onsite")
    assert "Silver medalist" not in pair.tags(contact)
    assert "Silver medalists" not in pair.pools(contact)
    assert pair.written("ats") == []
    assert pair.vendors.state("ats", "mails") == mails


def test_rejected_early_is_told_and_makes_no_silver_medalist(pair: Pair) -> None:
    _, contact, ids = pair.tied()
    pair.vendors.act("ats", "reject", application=ids["application"], reason="Position closed")
    pair.settle()
    assert pair.shown(contact)["Milestone reached"] == "Applied"
    assert pair.tags(contact) == set()
    assert pair.pools(contact) == set()


def test_a_candidates_own_no_is_a_withdrawal(pair: Pair) -> None:
    _, contact, ids = pair.tied()
    pair.vendors.act("ats", "reject", application=ids["application"], reason="Accepted another offer")
    pair.settle()
    shown = pair.shown(contact)
    assert (shown["Last outcome"], shown["ATS status"]) == ("Withdrawn", "Withdrawn")


def test_a_blocking_reason_forbids_outreach_until_it_is_taken_back(pair: Pair) -> None:
    who, contact, ids = pair.tied()
    reach(pair, ids["application"], "Onsite")
    pair.vendors.act("ats", "reject", application=ids["application"], reason="Do not hire: security concern")
    pair.settle()
    assert pair.person(contact)["doNotContact"] is True
    assert "Silver medalist" not in pair.tags(contact)
    assert pair.candidate(who)["can_email"] is True  # ours, and no statement of the person's
    pair.vendors.act("ats", "unreject", application=ids["application"])
    pair.settle()
    assert pair.person(contact)["doNotContact"] is False


def test_hired_leaves_every_nurture_pool_and_unhired_comes_back_exactly(pair: Pair) -> None:
    _, contact, ids = pair.tied()
    for pool in (*NURTURE, "Alumni"):
        pair.vendors.act("crm", "add_to_pool", contact=contact, pool=pool)
    pair.settle()
    pair.vendors.act("ats", "hire", application=ids["application"])
    pair.settle()
    shown = pair.shown(contact)
    assert (shown["Last outcome"], shown["ATS status"], shown["Milestone reached"]) == ("Hired", "Hired", "Hired")
    assert pair.pools(contact) == {"Alumni"}

    pair.vendors.act("ats", "unhire", application=ids["application"])
    pair.settle()
    assert pair.pools(contact) == {*NURTURE, "Alumni"}
    shown = pair.shown(contact)
    assert not shown.keys() & set(OUTCOME)
    assert shown["ATS status"] == "Applied"


def test_a_pool_left_by_hand_before_the_hire_is_not_joined_when_the_hire_is_taken_back(pair: Pair) -> None:
    _, contact, ids = pair.tied()
    pair.vendors.act("crm", "add_to_pool", contact=contact, pool=NURTURE[0])
    pair.settle()
    pair.vendors.act("crm", "remove_from_pool", contact=contact, pool=NURTURE[0])
    pair.vendors.act("ats", "hire", application=ids["application"])
    pair.settle()
    pair.vendors.act("ats", "unhire", application=ids["application"])
    pair.settle()
    assert pair.pools(contact) == set()


@pytest.mark.parametrize("undo", ["untag", "remove_from_pool"])
def test_a_medal_taken_off_by_hand_stays_off(pair: Pair, undo: str) -> None:
    _, contact, ids = pair.tied()
    reach(pair, ids["application"], "Onsite")
    pair.vendors.act("ats", "reject", application=ids["application"], reason="Position closed")
    pair.settle()
    what = {"tag": "Silver medalist"} if undo == "untag" else {"pool": "Silver medalists"}
    pair.vendors.act("crm", undo, contact=contact, **what)
    pair.mark()
    pair.settle()
    assert pair.written("crm") == []


def test_an_outcome_edited_in_the_crm_is_put_back(pair: Pair) -> None:
    _, contact, ids = pair.tied()
    pair.vendors.act("ats", "reject", application=ids["application"], reason="Position closed")
    pair.settle()
    pair.vendors.act("crm", "set_custom_field", contact=contact, field="Last outcome", value="Hired")
    pair.mark()
    pair.settle()
    assert pair.shown(contact)["Last outcome"] == "Rejected"
    assert len(pair.written("crm")) == 1
