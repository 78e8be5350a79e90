import pytest

from tests.sandbox.greenhouse_desk import Desk


@pytest.fixture
def desk():
    desk = Desk()
    desk.job()
    return desk


@pytest.fixture
def stages(desk):
    """The stages of the job, in order."""
    return [row["id"] for row in sorted(desk.rows("job_interview_stages"), key=lambda row: row["sort_order"])]


def refused(reply):
    assert reply.status == 422, reply.body
    return {key for error in reply.errors if isinstance(error, dict) for key in error}


def history(desk, application):
    rows = desk.rows("application_stages", application_ids=application)
    return [(row["job_interview_stage_id"], row["current"], row["exited_at"] is None) for row in reversed(rows)]


def test_a_known_candidate_applies_again(desk, stages):
    one = desk.candidate()["id"]
    job = desk.rows("jobs")[0]["id"]
    reply = desk.post("applications", {"candidate_id": one, "job_id": job, "initial_stage_id": stages[1]})
    assert reply.status == 201
    assert reply.body["job_interview_stage_id"] == stages[1]
    assert history(desk, reply.body["id"]) == [(stages[1], True, True)]


@pytest.mark.parametrize(("setting", "status"), [("accepted", 201), ("refused", 422)])
def test_a_second_application_on_the_same_job_is_a_switch(desk, setting, status):
    desk.account.switches.set({"second_application": setting})
    candidate, _ = desk.applicant()
    job = desk.rows("jobs")[0]["id"]
    assert desk.post("applications", {"candidate_id": candidate, "job_id": job}).status == status


def test_what_an_application_must_name_has_to_exist(desk, stages):
    one = desk.candidate()["id"]
    job = desk.rows("jobs")[0]["id"]
    assert refused(desk.post("applications", {"job_id": job})) == {"candidate_id"}
    assert refused(desk.post("applications", {"candidate_id": one})) == {"job_id"}
    assert refused(desk.post("applications", {"candidate_id": 5, "job_id": job})) == {"candidate_id"}
    assert refused(desk.post("applications", {"candidate_id": one, "job_id": job, "source_id": 5})) == {"source_id"}
    assert refused(desk.post("applications", {"candidate_id": one, "job_id": job, "job_ids": [job]})) == {"job_ids"}
    other = desk.act("open_job", name="Designer")["stages"][0]
    body = {"candidate_id": one, "job_id": job, "initial_stage_id": other}
    assert refused(desk.post("applications", body)) == {"initial_stage_id"}


def test_nobody_applies_on_a_closed_job(desk):
    desk.act("close_job", job="data engineer")
    one = desk.candidate()["id"]
    job = desk.rows("jobs", status="closed")[0]["id"]
    assert refused(desk.post("applications", {"candidate_id": one, "job_id": job})) == {"job_id"}


def test_the_source_can_be_changed_afterwards(desk):
    _, application = desk.applicant()
    source = desk.rows("sources")[0]["id"]
    reply = desk.patch(f"applications/{application}", {"source_id": source})
    assert (reply.status, reply.body["source_id"]) == (200, source)
    assert refused(desk.patch(f"applications/{application}", {"status": "hired"})) == {"status"}


def test_moving_compares_the_stage_it_comes_from(desk, stages):
    _, application = desk.applicant()
    reply = desk.post(f"applications/{application}/move", {"from_stage_id": stages[0], "to_stage_id": stages[2]})
    assert (reply.status, reply.body) == (204, None)
    now = desk.one("applications", application)
    assert (now["job_interview_stage_id"], now["stage_name"]) == (stages[2], "Onsite Interview")
    assert history(desk, application) == [(stages[0], False, False), (stages[2], True, True)]
    stale = desk.post(f"applications/{application}/move", {"from_stage_id": stages[0], "to_stage_id": stages[1]})
    assert refused(stale) == {"from_stage_id"}


def test_moving_without_a_target_goes_to_the_next_stage_until_the_last(desk, stages):
    _, application = desk.applicant()
    for stage in stages[:-1]:
        assert desk.post(f"applications/{application}/move", {"from_stage_id": stage}).status == 204
    assert desk.post(f"applications/{application}/move", {"from_stage_id": stages[-1]}).status == 422


def test_moving_to_another_job_lands_on_its_first_stage(desk, stages):
    _, application = desk.applicant()
    other = desk.act("open_job", name="Designer")
    body = {"from_stage_id": stages[0], "to_job_id": other["job"]}
    assert desk.post(f"applications/{application}/move", body).status == 204
    now = desk.one("applications", application)
    assert (now["job_id"], now["job_interview_stage_id"]) == (other["job"], other["stages"][0])


def test_the_id_space_of_from_stage_id_is_a_switch(stages):
    desk = Desk(move_from="application_stage")
    desk.job()
    _, application = desk.applicant()
    row = desk.one("applications", application)
    wrong = desk.post(f"applications/{application}/move", {"from_stage_id": row["job_interview_stage_id"]})
    assert refused(wrong) == {"from_stage_id"}
    assert desk.post(f"applications/{application}/move", {"from_stage_id": row["stage_id"]}).status == 204


def test_rejecting_ends_the_stage_and_keeps_the_reason(desk):
    candidate, application = desk.applicant()
    reason = desk.rows("rejection_reasons")[0]["id"]
    desk.wait(3 * 86_400)
    reply = desk.post(f"applications/{application}/reject", {"rejection_reason_id": reason, "notes": "Not this time."})
    assert (reply.status, reply.body) == (204, None)
    row = desk.one("applications", application)
    assert (row["status"], row["stage_id"], row["stage_name"], row["job_interview_stage_id"]) == (
        "rejected",
        None,
        None,
        None,
    )
    assert row["rejection_reason_id"] == reason
    (detail,) = desk.rows("rejection_details", application_ids=application)
    assert (detail["rejection_reason_id"], detail["rejected_at"]) == (reason, row["rejected_at"])
    (note,) = desk.rows("notes", candidate_ids=candidate)
    assert detail["rejection_note_id"] == note["id"]
    assert [r["days_in_stage"] for r in desk.rows("application_stages", application_ids=application)] == [3]


def test_rejecting_needs_a_reason_and_happens_once(desk):
    _, application = desk.applicant()
    reason = desk.rows("rejection_reasons")[0]["id"]
    assert refused(desk.post(f"applications/{application}/reject", {})) == {"rejection_reason_id"}
    assert refused(desk.post(f"applications/{application}/reject", {"rejection_reason_id": 5})) == {
        "rejection_reason_id"
    }
    desk.post(f"applications/{application}/reject", {"rejection_reason_id": reason})
    assert desk.post(f"applications/{application}/reject", {"rejection_reason_id": reason}).status == 422


@pytest.mark.parametrize("fate", ["deleted", "cleared"])
def test_unrejecting_goes_back_to_the_stage_and_clears_the_reason(desk, stages, fate):
    desk.account.switches.set({"unreject_details": fate})
    _, application = desk.applicant()
    desk.act("advance", application=application)
    desk.act("reject", application=application, reason="withdrew")
    assert desk.post(f"applications/{application}/unreject", {}).status == 204
    row = desk.one("applications", application)
    assert (row["status"], row["job_interview_stage_id"]) == ("in_process", stages[1])
    assert (row["rejected_at"], row["rejection_reason_id"]) == (None, None)
    details = desk.rows("rejection_details", application_ids=application)
    assert [d["rejection_reason_id"] for d in details] == ([] if fate == "deleted" else [None])
    assert desk.post(f"applications/{application}/unreject", {}).status == 422


def test_the_reason_changes_without_unrejecting(desk):
    _, application = desk.applicant()
    desk.act("reject", application=application, reason="withdrew")
    (detail,) = desk.rows("rejection_details")
    other = desk.rows("rejection_reasons")[0]["id"]
    reply = desk.patch(f"rejection_details/{detail['id']}", {"rejection_reason_id": other})
    assert (reply.status, reply.body["rejection_reason_id"]) == (200, other)
    assert desk.one("applications", application)["rejection_reason_id"] == other
    assert desk.patch("rejection_details/5", {"rejection_reason_id": other}).status == 404


def test_hiring_closes_the_opening(desk):
    _, application = desk.applicant()
    assert desk.post(f"applications/{application}/hire", {"start_date": "2027-01-04"}).status == 422
    assert desk.post(f"applications/{application}/hire", {"start_date": "2027-01-04T00:00:00Z"}).status == 204
    assert desk.one("applications", application)["status"] == "hired"
    (opening,) = desk.rows("openings")
    assert (opening["open"], opening["application_id"]) == (False, application)
    assert desk.post(f"applications/{application}/hire", {}).status == 422


def test_with_several_openings_hiring_must_name_one(desk):
    _, application = desk.applicant()
    job = desk.rows("jobs")[0]["id"]
    second = desk.account._store.create("openings", {"job_id": job, "opened_at": desk.account._store.now()})
    assert refused(desk.post(f"applications/{application}/hire", {})) == {"opening_id"}
    assert desk.post(f"applications/{application}/hire", {"opening_id": second["id"]}).status == 204


def test_converting_a_prospect_makes_a_second_application(desk):
    job = desk.rows("jobs")[0]["id"]
    body = {"first_name": "A", "last_name": "B", "application": {"prospect": True, "job_ids": [job]}}
    prospect = desk.post("candidates", body).body["application"]["id"]
    reply = desk.post(f"applications/{prospect}/convert_to_candidate", {"job_id": job})
    assert reply.status == 201
    assert (reply.body["prospect"], reply.body["job_id"]) == (False, job)
    assert desk.one("applications", prospect)["status"] == "converted"
    assert desk.post(f"applications/{prospect}/convert_to_candidate", {"job_id": job}).status == 422


def test_a_prospect_is_not_moved_or_hired(desk, stages):
    body = {"first_name": "A", "last_name": "B", "application": {"prospect": True}}
    prospect = desk.post("candidates", body).body["application"]["id"]
    assert desk.post(f"applications/{prospect}/move", {"from_stage_id": stages[0]}).status == 422
    assert desk.post(f"applications/{prospect}/hire", {}).status == 422


def test_deleting_an_application_takes_its_history(desk):
    candidate, application = desk.applicant()
    assert desk.delete(f"applications/{application}").status == 204
    assert desk.rows("application_stages") == []
    assert desk.one("candidates", candidate)


def test_what_would_have_written_to_candidates_is_on_record(desk, stages):
    _, application = desk.applicant()
    reason = desk.rows("rejection_reasons")[0]["id"]
    assert desk.account.state("mails") == []
    desk.post(f"applications/{application}/move", {"from_stage_id": stages[0]})
    desk.post(
        f"applications/{application}/reject",
        {"rejection_reason_id": reason, "rejection_email": {"email_template_id": 1}},
    )
    assert [mail["because"] for mail in desk.account.state("mails")] == ["stage transition", "rejection_email"]
