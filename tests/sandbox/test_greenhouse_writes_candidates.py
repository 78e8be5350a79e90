import pytest

from tests.sandbox.greenhouse_desk import Desk

MAIL = {"value": "ada@example.com", "type": "personal"}


@pytest.fixture
def desk():
    desk = Desk()
    desk.job()
    return desk


def keys_refused(reply):
    assert reply.status == 422, reply.body
    assert reply.body["message"] == "Unprocessable Content"
    return {key for error in reply.errors if isinstance(error, dict) for key in error}


# ---- creating


def test_a_candidate_and_the_first_application_come_in_one_call(desk):
    job = desk.rows("jobs")[0]["id"]
    source = desk.rows("sources")[0]["id"]
    reply = desk.post("candidates", {"first_name": "Ada", "last_name": "Birch", "email_addresses": [MAIL],
                                     "application": {"job_id": job, "source_id": source}})  # fmt: skip
    assert reply.status == 201
    assert reply.body.keys() == {"candidate", "application"}
    application = reply.body["application"]
    assert (application["candidate_id"], application["job_id"], application["source_id"]) == (
        reply.body["candidate"]["id"], job, source,
    )  # fmt: skip
    assert application["stage_name"] == "Application Review"
    assert desk.one("candidates", reply.body["candidate"]["id"]) == reply.body["candidate"]


def test_the_envelope_is_a_switch():
    desk = Desk(create_envelope="bare")
    reply = desk.post("candidates", {"first_name": "Ada", "last_name": "Birch"})
    assert reply.body["first_name"] == "Ada"


def test_names_are_required_and_not_blank(desk):
    assert keys_refused(desk.post("candidates", {"first_name": "Ada"})) == {"last_name"}
    assert keys_refused(desk.post("candidates", {"first_name": " ", "last_name": "B"})) == {"first_name"}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("private", True),  # read as private, written as is_private
        ("nickname", "A"),
        ("title", None),  # cleared with an empty text, not with null
        ("title", 3),
        ("can_email", "yes"),
        ("email_addresses", [{"value": "ada@example.com"}]),
        ("email_addresses", [{"value": "nobody", "type": "work"}]),
        ("email_addresses", [{"value": "ada@example.com", "type": "mobile"}]),
        ("phone_numbers", {"value": "1", "type": "home"}),
        ("social_media_addresses", [{"value": "x", "type": "other"}]),
        ("tags", [1]),
        ("custom_fields", {"tieline_person_id": "p"}),
        ("custom_fields", [{"name_key": "unheard_of", "value": "p"}]),
        ("custom_fields", [{"name_key": "tieline_first_touch_at", "value": "21 November"}]),
        ("custom_fields", [{"name_key": "tieline_person_id", "value": 5}]),
    ],
)
def test_keys_and_values_that_are_refused(desk, key, value):
    assert keys_refused(desk.post("candidates", {"first_name": "A", "last_name": "B", key: value})) == {key}
    assert desk.rows("candidates") == []


def test_nothing_is_created_when_the_application_is_refused(desk):
    reply = desk.post("candidates", {"first_name": "A", "last_name": "B", "application": {"job_id": 12}})
    assert reply.status == 422
    assert desk.rows("candidates") == []


def test_a_body_that_is_not_json_or_no_object(desk):
    assert desk.post("candidates", b"{").status == 422
    assert desk.post("candidates", b"[]").status == 422


def test_a_prospect_may_come_with_a_pool_and_jobs(desk):
    job = desk.rows("jobs")[0]["id"]
    source = desk.rows("sources")[0]["id"]
    application = {"prospect": True, "job_ids": [job], "source_id": source}
    made = desk.post("candidates", {"first_name": "A", "last_name": "B", "application": application}).body
    application = made["application"]
    assert (application["prospect"], application["job_id"], application["stage_id"]) == (True, None, None)
    assert application["prospective_job_ids"] == [job]
    assert application["source_id"] == source
    assert [d["application_id"] for d in desk.rows("prospect_details")] == [application["id"]]


@pytest.mark.parametrize(
    ("setting", "status", "kept"), [("accepted", 201, True), ("ignored", 201, False), ("refused", 422, False)]
)
def test_whether_a_prospect_takes_a_source_is_a_switch(setting, status, kept):
    desk = Desk(prospect_source=setting)
    source = desk.rows("sources")[0]["id"]
    body = {"first_name": "A", "last_name": "B", "application": {"prospect": True, "source_id": source}}
    reply = desk.post("candidates", body)
    assert reply.status == status
    if status == 201:
        assert (reply.body["application"]["source_id"] == source) is kept


def test_mixing_the_two_arms_is_refused(desk):
    job = desk.rows("jobs")[0]["id"]
    body = {"first_name": "A", "last_name": "B", "application": {"prospect": True, "job_id": job}}
    assert keys_refused(desk.post("candidates", body)) == {"job_id"}


def test_auto_merge_eats_what_was_just_created():
    desk = Desk(auto_merge=True)
    older = desk.candidate(email_addresses=[MAIL])["id"]
    newer = desk.candidate(email_addresses=[{"value": "ADA@example.com", "type": "work"}], company="Example")["id"]
    assert newer != older
    assert desk.rows("candidates", ids=newer) == []
    assert desk.one("candidates", older)["company"] == "Example"


# ---- changing


def test_omitted_keys_stay_and_an_empty_text_clears(desk):
    one = desk.candidate(title="Engineer", company="Example", email_addresses=[MAIL])
    reply = desk.patch(f"candidates/{one['id']}", {"title": ""})
    assert reply.status == 200
    assert (reply.body["title"], reply.body["company"], reply.body["email_addresses"]) == (None, "Example", [MAIL])


def test_collections_are_replaced_whole(desk):
    one = desk.candidate(email_addresses=[MAIL], tags=["Go", "Rust"])
    other = {"value": "ada@example.org", "type": "work"}
    changed = desk.patch(f"candidates/{one['id']}", {"email_addresses": [other], "tags": ["Go"]}).body
    assert changed["email_addresses"] == [other]
    assert changed["tags"] == ["Go"]
    assert len(desk.rows("applied_candidate_tags", candidate_ids=one["id"])) == 1
    assert desk.rows("candidates", email="ada@example.com") == []


def test_custom_fields_are_replaced_whole_too(desk):
    both = [
        {"name_key": "tieline_person_id", "value": "p"},
        {"name_key": "tieline_first_touch_at", "value": "2026-01-31"},
    ]
    one = desk.candidate(custom_fields=both)
    assert one["custom_fields"]["tieline_first_touch_at"]["value"] == "2026-01-31"
    changed = desk.patch(f"candidates/{one['id']}", {"custom_fields": both[:1]}).body["custom_fields"]
    assert changed["tieline_person_id"]["value"] == "p"
    assert changed["tieline_first_touch_at"]["value"] is None


def test_a_custom_field_is_named_by_key_or_by_id(desk):
    field = desk.rows("custom_fields", name_key="tieline_crm_url")[0]
    one = desk.candidate(custom_fields=[{"custom_field_id": field["id"], "value": "https://crm.example.com"}])
    assert one["custom_fields"]["tieline_crm_url"]["value"] == "https://crm.example.com"


def test_every_change_moves_updated_at(desk):
    one = desk.candidate()
    desk.clock.shift(5)
    changed = desk.patch(f"candidates/{one['id']}", {"title": "Engineer"}).body
    assert changed["updated_at"] > one["updated_at"]
    assert changed["created_at"] == one["created_at"]
    since = f"gte|{changed['updated_at']}"
    assert [row["id"] for row in desk.rows("candidates", updated_at=since)] == [one["id"]]


def test_writing_to_nobody_is_a_404(desk):
    for reply in (desk.patch("candidates/1", {}), desk.delete("candidates/1"), desk.patch("candidates/x", {})):
        assert (reply.status, reply.body) == (404, {"message": "Resource not found"})


# ---- tags


def test_tags_are_unique_in_their_own_case(desk):
    assert desk.post("candidate_tags", {"name": "Go"}).status == 201
    assert keys_refused(desk.post("candidate_tags", {"name": "Go"})) == {"name"}
    assert desk.post("candidate_tags", {"name": "go"}).status == 201


def test_a_tag_is_applied_once_and_taken_away(desk):
    one = desk.candidate(tags=["Old"])
    tag = desk.post("candidate_tags", {"name": "Silver medalist"}).body["id"]
    body = {"candidate_id": one["id"], "candidate_tag_id": tag}
    applied = desk.post("applied_candidate_tags", body)
    assert applied.status == 201
    assert desk.one("candidates", one["id"])["tags"] == ["Old", "Silver medalist"]
    assert keys_refused(desk.post("applied_candidate_tags", body)) == {"candidate_tag_id"}
    gone = desk.delete(f"applied_candidate_tags/{applied.body['id']}")
    assert (gone.status, gone.body) == (204, None)
    assert desk.one("candidates", one["id"])["tags"] == ["Old"]


def test_deleting_a_tag_takes_it_from_everybody(desk):
    one = desk.candidate(tags=["Go"])
    (tag,) = desk.rows("candidate_tags")
    assert desk.delete(f"candidate_tags/{tag['id']}").status == 204
    assert desk.one("candidates", one["id"])["tags"] == []


# ---- notes


def test_a_note_is_written_in_one_spelling_and_read_in_another(desk):
    one = desk.candidate()
    for written, told in (
        ("public", "publicly_visible"),
        ("private", "privately_visible"),
        ("admin_only", "admin_only_visible"),
    ):
        body = {"candidate_id": one["id"], "body": "Met at a fair.", "visibility": written}
        assert desk.post("notes", body).body["visibility"] == told
    assert keys_refused(desk.post("notes", {**body, "visibility": "privately_visible"})) == {"visibility"}


def test_the_spelling_in_the_answer_is_a_switch():
    desk = Desk(note_visibility_answer="write")
    body = {"candidate_id": desk.candidate()["id"], "body": "x", "visibility": "private"}
    note = desk.post("notes", body).body
    assert note["visibility"] == "private"
    assert desk.one("notes", note["id"])["visibility"] == "privately_visible"


def test_a_note_needs_a_candidate_a_body_and_a_visibility(desk):
    assert keys_refused(desk.post("notes", {})) == {"candidate_id", "body", "visibility"}
    assert keys_refused(desk.post("notes", {"candidate_id": 1, "body": "x", "visibility": "private"})) == {
        "candidate_id"
    }


def test_a_note_on_somebody_elses_application_is_refused(desk):
    one = desk.candidate()
    _, application = desk.applicant("other@example.com")
    body = {"candidate_id": one["id"], "body": "x", "visibility": "private", "application_id": application}
    assert keys_refused(desk.post("notes", body)) == {"application_id"}


def test_a_logged_email_needs_its_addresses_and_a_note_refuses_them(desk):
    body = {"candidate_id": desk.candidate()["id"], "body": "Hi", "visibility": "public"}
    mail = {"email_from": ["rae@example.com"], "email_to": ["a@example.com", "b@example.com"], "email_cc": []}
    assert keys_refused(desk.post("notes", {**body, **mail})) == set(mail)
    assert keys_refused(desk.post("notes", {**body, "note_type": "EMAIL"})) == {*mail, "subject"}
    note = desk.post("notes", {**body, **mail, "note_type": "EMAIL", "subject": "Hello"}).body
    assert (note["email_from"], note["email_to"], note["email_cc"]) == (
        "rae@example.com",
        "a@example.com, b@example.com",
        [],
    )


def test_a_note_cannot_be_changed_or_deleted(desk):
    body = {"candidate_id": desk.candidate()["id"], "body": "x", "visibility": "private"}
    note = desk.post("notes", body).body["id"]
    assert desk.patch(f"notes/{note}", {"body": "y"}).status == 404
    assert desk.delete(f"notes/{note}").status == 404


def test_a_note_is_its_authors(desk):
    user = desk.rows("users")[0]["id"]
    desk.act_as(user)
    body = {"candidate_id": desk.candidate()["id"], "body": "x", "visibility": "private"}
    assert desk.post("notes", body).body["user_id"] == user


@pytest.mark.parametrize("bumps", [False, True])
def test_whether_children_move_the_candidates_updated_at_is_a_switch(bumps):
    desk = Desk(child_bumps_parent=bumps)
    one = desk.candidate()
    desk.clock.shift(5)
    desk.post("notes", {"candidate_id": one["id"], "body": "x", "visibility": "private"})
    now = desk.one("candidates", one["id"])
    assert (now["updated_at"] > one["updated_at"]) is bumps
    assert now["last_activity_at"] > one["last_activity_at"]


# ---- custom fields


def test_a_missing_field_can_be_created_and_is_told_of_everybody():
    desk = Desk(defined_fields=False)
    one = desk.candidate()
    assert one["custom_fields"] == {}
    reply = desk.post(
        "custom_fields", {"name": "Tieline person id", "field_type": "candidate", "value_type": "short_text"}
    )
    assert reply.status == 201
    assert reply.body["name_key"] == "tieline_person_id"
    assert desk.one("candidates", one["id"])["custom_fields"]["tieline_person_id"]["value"] is None
    again = desk.post("custom_fields", {"name": "Tieline  person-ID", "field_type": "candidate", "value_type": "url"})
    assert keys_refused(again) == {"name"}


def test_renaming_a_field_keeps_its_key(desk):
    field = desk.rows("custom_fields", name_key="tieline_crm_url")[0]["id"]
    renamed = desk.patch(f"custom_fields/{field}", {"name": "CRM"}).body
    assert (renamed["name"], renamed["name_key"]) == ("CRM", "tieline_crm_url")
    assert desk.candidate()["custom_fields"]["tieline_crm_url"]["name"] == "CRM"


def test_select_values_are_labels_of_active_options(desk):
    body = {"name": "Level", "field_type": "candidate", "value_type": "single_select"}
    field = desk.post("custom_fields", {**body, "custom_field_options": [{"name": "Senior"}]}).body["id"]
    option = desk.post("custom_field_options", {"custom_field_id": field, "name": "Principal"})
    assert option.status == 201
    one = desk.candidate(custom_fields=[{"name_key": "level", "value": "Principal"}])
    assert one["custom_fields"]["level"]["value"] == "Principal"
    for wrong in ("principal", option.body["id"], ["Principal"]):
        given = {"custom_fields": [{"name_key": "level", "value": wrong}]}
        assert keys_refused(desk.patch(f"candidates/{one['id']}", given)) == {"custom_fields"}
    assert keys_refused(desk.post("custom_field_options", {"custom_field_id": field, "name": "Senior"})) == {"name"}


# ---- merging, erasing, deleting


def test_merging_moves_applications_and_leaves_no_trace_of_the_loser(desk):
    winner, first = desk.applicant("ada@example.com")
    other = desk.job("Designer")
    loser, same = desk.applicant("ada@example.org", apart=True, company="Example")
    made = desk.post("applications", {"candidate_id": loser, "job_id": other}).body["id"]
    desk.post("notes", {"candidate_id": loser, "body": "x", "visibility": "private"})
    reply = desk.post(f"candidates/{winner}/merge", {"secondary_candidate_id": loser})
    assert reply.status == 200
    assert {m["value"] for m in reply.body["email_addresses"]} == {"ada@example.com", "ada@example.org"}
    assert reply.body["company"] == "Example"
    assert desk.rows("candidates", ids=loser) == []
    assert desk.rows("applications", ids=same) == []  # of two on the same job one is destroyed
    assert {r["id"] for r in desk.rows("applications", candidate_ids=winner)} == {first, made}
    assert desk.rows("application_stages", application_ids=same) == []
    assert [n["candidate_id"] for n in desk.rows("notes")] == [winner]


def test_merging_with_nobody_or_oneself_is_refused(desk):
    one = desk.candidate()["id"]
    for loser in (one, 12):
        reply = desk.post(f"candidates/{one}/merge", {"secondary_candidate_id": loser})
        assert keys_refused(reply) == {"secondary_candidate_id"}


def test_anonymising_erases_what_is_named_and_renames(desk):
    one = desk.candidate(email_addresses=[MAIL], company="Example", title="Engineer")
    fields = ["full_name", "email_addresses", "current_company"]
    reply = desk.patch(f"candidates/{one['id']}/anonymize", {"fields": fields})
    assert reply.status == 200
    told = desk.one("candidates", one["id"])
    assert (told["first_name"], told["last_name"]) == ("Anonymized", str(one["id"]))
    assert (told["email_addresses"], told["company"], told["title"]) == ([], None, "Engineer")


def test_anonymising_knows_its_vocabulary(desk):
    one = desk.candidate()["id"]
    assert keys_refused(desk.patch(f"candidates/{one}/anonymize", {"fields": ["first_name"]})) == {"fields"}
    assert keys_refused(desk.patch(f"candidates/{one}/anonymize", {})) == {"fields"}


def test_deleting_a_candidate_takes_everything_along(desk):
    candidate, application = desk.applicant()
    desk.post("notes", {"candidate_id": candidate, "body": "x", "visibility": "private"})
    desk.act("reject", candidate=candidate, reason="withdrew")
    reply = desk.delete(f"candidates/{candidate}")
    assert (reply.status, reply.body) == (204, None)
    for name in (
        "candidates",
        "applications",
        "application_stages",
        "rejection_details",
        "notes",
        "applied_candidate_tags",
    ):
        assert desk.rows(name) == [], name
    assert desk.rows("applications", ids=application) == []
