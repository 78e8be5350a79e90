"""What people do in Greenhouse's own pages, through the side channel."""

import pytest

from connectors.sandbox.kernel import ActError
from tests.sandbox.greenhouse_desk import Desk


@pytest.fixture
def desk():
    desk = Desk()
    desk.job()
    return desk


def application_of(desk, email="ada@example.com"):
    (candidate,) = desk.rows("candidates", email=email)
    (application,) = desk.rows("applications", candidate_ids=candidate["id"])
    return application


def test_somebody_new_applies(desk):
    made = desk.act("apply", email="ada@example.com", first_name="Ada", last_name="Birch", job="DATA engineer",
                    source="careers page", answers={"Visa?": "No"}, company="Example")  # fmt: skip
    assert made["new"]
    row = desk.one("applications", made["application"])
    assert row["answers"] == [{"question": "Visa?", "answer": "No"}]
    assert desk.one("sources", row["source_id"])["name"] == "Careers page"
    assert row["stage_name"] == "Application Review"
    assert desk.one("candidates", made["candidate"])["company"] == "Example"


def test_somebody_known_by_email_applies_as_the_same_candidate_unless_said_otherwise(desk):
    candidate, _ = desk.applicant("ada@example.com")
    desk.job("Designer")
    again = desk.act("apply", email="ADA@example.com", job="designer")
    assert (again["candidate"], again["new"]) == (candidate, False)
    apart = desk.act("apply", email="ada@example.com", job="designer", first_name="A", last_name="B", apart=True)
    assert apart["candidate"] != candidate


def test_reject_and_unreject_by_name_of_the_reason(desk):
    desk.applicant()
    desk.act("reject", email="ada@example.com", reason="WITHDREW")
    row = application_of(desk)
    assert row["status"] == "rejected"
    reasons = {r["id"]: r["name"] for r in desk.rows("rejection_reasons", include_defaults="true")}
    assert reasons[row["rejection_reason_id"]] == "Withdrew"
    desk.act("unreject", email="ada@example.com")
    assert application_of(desk)["status"] == "in_process"


def test_hire_and_unhire(desk):
    desk.applicant()
    desk.act("advance", email="ada@example.com")
    stage = application_of(desk)["stage_id"]
    desk.act("hire", email="ada@example.com")
    assert application_of(desk)["status"] == "hired"
    assert desk.rows("openings", open="true") == []
    desk.act("unhire", email="ada@example.com")
    row = application_of(desk)
    assert (row["status"], row["stage_id"]) == ("in_process", stage)
    assert len(desk.rows("openings", open="true")) == 1


def test_moving_and_advancing_write_the_history(desk):
    _, application = desk.applicant()
    desk.act("move", email="ada@example.com", stage="onsite interview")
    desk.act("advance", email="ada@example.com")
    rows = list(reversed(desk.rows("application_stages", application_ids=application)))
    names = {row["id"]: row["name"] for row in desk.rows("job_interview_stages")}
    told = [names[row["job_interview_stage_id"]] for row in rows]
    assert told == ["Application Review", "Onsite Interview", "Offer"]
    assert [row["current"] for row in rows] == [False, False, True]
    with pytest.raises(ActError, match="last stage"):
        desk.act("advance", email="ada@example.com")


@pytest.mark.parametrize(
    ("action", "params", "column", "value"),
    [
        ("edit", {"values": {"title": "Lead"}}, "title", "Lead"),
        ("edit", {"values": {"email_addresses": []}}, "email_addresses", []),
        ("make_private", {}, "private", True),
        ("set_can_email", {"can_email": False}, "can_email", False),
        ("add_tag", {"tag": "Alumni"}, "tags", ["Alumni"]),
    ],
)
def test_people_change_a_candidate(desk, action, params, column, value):
    candidate, _ = desk.applicant()
    before = desk.one("candidates", candidate)
    desk.clock.shift(1)
    desk.act(action, candidate=candidate, **params)
    after = desk.one("candidates", candidate)
    assert after[column] == value
    if action != "add_tag":
        assert after["updated_at"] > before["updated_at"]


def test_people_set_and_clear_a_custom_field(desk):
    candidate, _ = desk.applicant()
    for value in ("by hand", None):
        desk.act("set_custom_field", candidate=candidate, key="tieline_first_touch_source", value=value)
        told = desk.one("candidates", candidate)["custom_fields"]["tieline_first_touch_source"]["value"]
        assert told == value


def test_a_recruiter_overwrites_and_clears_the_source(desk):
    _, application = desk.applicant(source="referral")
    desk.act("set_source", email="ada@example.com", source="Careers page")
    assert desk.one("sources", desk.one("applications", application)["source_id"])["name"] == "Careers page"
    desk.act("set_source", email="ada@example.com", source=None)
    assert desk.one("applications", application)["source_id"] is None


def test_merge_anonymise_delete(desk):
    winner, _ = desk.applicant("ada@example.com")
    loser, _ = desk.applicant("ada@example.org", apart=True)
    desk.act("merge", winner=winner, loser=loser)
    assert [row["id"] for row in desk.rows("candidates")] == [winner]
    desk.act("anonymise", candidate=winner)
    row = desk.one("candidates", winner)
    assert (row["first_name"], row["email_addresses"]) == ("Anonymized", [])
    desk.act("delete", candidate=winner)
    assert desk.rows("candidates") == []


def test_opening_and_closing_a_job(desk):
    made = desk.act("open_job", name="Designer", stages=["Screen", "Final"], requisition_id="D-1", confidential=True)
    row = desk.one("jobs", made["job"])
    assert (row["status"], row["requisition_id"], row["confidential"]) == ("open", "D-1", True)
    assert len(desk.rows("job_interview_stages", job_ids=made["job"])) == 2
    desk.act("close_job", job="designer")
    row = desk.one("jobs", made["job"])
    assert row["status"] == "closed"
    assert row["closed_at"] is not None


def test_notes_of_people_are_read_like_any_other(desk):
    candidate, _ = desk.applicant()
    note = desk.act("add_note", candidate=candidate, body="Good talk.", visibility="publicly_visible")["note"]
    assert desk.one("notes", note)["body"] == "Good talk."


@pytest.mark.parametrize(
    ("action", "params", "words"),
    [
        ("dance", {}, "nobody can"),
        ("reject", {"email": "nobody@example.com", "reason": "Withdrew"}, "no such candidate"),
        ("reject", {"email": "ada@example.com"}, "needs reason"),
        ("unhire", {"email": "ada@example.com"}, "no such application"),
        ("set_source", {"email": "ada@example.com", "source": "Skywriting"}, "nothing of that name"),
        ("edit", {"email": "ada@example.com", "values": {"nickname": "A"}}, "nickname"),
        ("apply", {"email": "new@example.com", "job": "data engineer"}, "first_name"),
    ],
)
def test_what_cannot_be_is_refused_in_words(desk, action, params, words):
    desk.applicant()
    with pytest.raises(ActError, match=words):
        desk.act(action, **params)


def test_every_act_is_listed_with_what_it_takes(desk):
    asked = {"apply", "reject", "unreject", "hire", "unhire", "move", "advance", "edit", "merge", "anonymise", "delete",
             "set_source", "set_custom_field", "make_private", "set_can_email", "open_job", "close_job", "add_note",
             "empty", "shrink"}  # fmt: skip
    assert asked <= desk.account.actions().keys()
    assert all(desk.account.actions().values())


def test_an_account_is_filled_under_the_ids_its_truth_speaks_of():
    desk = Desk(people=60)
    told = desk.account.truth()
    ids = {str(row["id"]) for row in desk.account.state("candidates")}
    named = {number for person in told["people"] for number in person["ats"]}
    assert named == ids


def test_without_our_fields_neither_definitions_nor_values_are_there():
    desk = Desk(people=60, defined_fields=False)
    assert not [r for r in desk.rows("custom_fields", per_page=100) if r["name_key"].startswith("tieline_")]
    assert not any(key.startswith("tieline_") for key in desk.rows("candidates")[0]["custom_fields"])
    assert not any(key.startswith("tieline_") for row in desk.account._store["candidates"].rows.values()
                   for key in row["custom_fields"])  # fmt: skip


def test_a_new_row_is_numbered_after_the_worlds_last():
    desk = Desk(people=20)
    last = desk.rows("candidates", per_page=1)[0]["id"]
    assert desk.candidate()["id"] == last + 1000
