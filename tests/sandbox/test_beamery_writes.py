"""Writes to the Beamery stand-in: create and its dedupe, the many semantics of PATCH, pools, what is refused."""

import pytest

from tests.sandbox.beamery_desk import Desk, held, values


@pytest.fixture
def desk():
    return Desk()


# ---- create


def test_a_create_answers_with_the_id_alone(desk):
    reply = desk.ask("POST", "/v1/contact", {"firstName": "Ada", "emails": ["ada@example.com"]})
    assert reply.status == 200
    assert reply.body.keys() == {"id"}
    assert desk.contact(reply.body["id"])["primaryEmail"] == "ada@example.com"


def test_a_create_may_answer_201():
    assert Desk(create_status=201).ask("POST", "/v1/contact", {"firstName": "Ada"}).status == 201


def test_everything_a_client_sends_is_kept(desk):
    id = desk.create(
        "ada@example.com",
        emails=["ada@example.com", "ada@work.example.org"],
        phoneNumbers=["+442079460001"],
        links=["https://www.linkedin.com/in/ada-birch-000/"],
        headline="Engineer",
        location={"address": "Leeds, UK", "city": "Leeds"},
        experience=[{"organisationName": "Example Rail", "role": "Engineer", "current": True}],
        education=[{"organisationName": "University of Nowhere", "program": "Physics"}],
    )
    row = desk.contact(id)
    assert values(row["emails"]) == ["ada@example.com", "ada@work.example.org"]
    assert values(row["phoneNumbers"]) == ["+442079460001"]
    assert row["links"][0]["service"] == "linkedin"
    assert row["links"][0]["username"] == "ada-birch-000"
    assert row["location"]["city"] == "Leeds"
    assert row["primaryExperience"] == {"organisationName": "Example Rail", "role": "Engineer"}
    assert row["education"][0]["program"] == "Physics"
    assert row["createdTime"] == row["updatedTime"] == desk.now()


def test_a_primary_email_alone_becomes_one_of_the_emails(desk):
    reply = desk.ask("POST", "/v1/contact", {"firstName": "Ada", "primaryEmail": "ada@example.com"})
    assert values(desk.contact(reply.body["id"])["emails"]) == ["ada@example.com"]


@pytest.mark.parametrize(
    "body",
    [
        {"emails": [{"value": "ada@example.com"}]}, {"emails": "ada@example.com"}, {"phoneNumbers": [5]},
        {"links": [{"value": "https://ada.example.net"}]}, {"firstName": 5}, {"primaryExperience": {"role": "x"}},
        {"globalTags": [{"id": "no such tag"}]}, {"globalTags": [{"value": "No such tag"}]}, {"location": "Leeds"},
        {"customFields": [{"id": "no such field", "value": "x"}]}, {"experience": ["Engineer"]},
        {"assignedTo": "nobody"},
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_whole(desk, body):
    reply = desk.ask("POST", "/v1/contact", {"firstName": "Ada", **body})
    assert reply.status == 400
    assert desk.vendor.state("contacts") == []


def test_keys_nobody_knows_are_ignored(desk):
    assert desk.contact(desk.create(favouriteColour="green"))["firstName"] == "Ada"


def test_read_only_keys_are_ignored_or_refused(desk):
    body = {"firstName": "Ada", "integrations": {"greenhouse": {"id": "1"}}, "lastContact": "2026-01-01T00:00:00Z"}
    row = desk.contact(desk.ask("POST", "/v1/contact", body).body["id"])
    assert row["integrations"] == {}
    assert row["lastContact"] is None
    assert Desk(read_only_keys="refused").ask("POST", "/v1/contact", body).status == 400


# ---- create, when somebody is already there


def test_a_known_email_merges_into_the_contact_that_has_it(desk):
    first = desk.create(phoneNumbers=["+442079460001"], headline="Engineer")
    again = desk.create("ADA@example.com", phoneNumbers=["+442079460002"], headline="Staff Engineer")
    assert again == first
    row = desk.contact(first)
    assert values(row["phoneNumbers"]) == ["+442079460001", "+442079460002"]
    assert row["headline"] == "Staff Engineer"
    assert values(row["emails"]) == ["ada@example.com"]
    assert len(desk.contacts()) == 1


def test_a_known_social_link_merges_too(desk):
    first = desk.create("ada@example.com", links=["https://www.linkedin.com/in/ada-birch-000"])
    assert desk.create("other@example.com", links=["linkedin.com/in/Ada-Birch-000/"]) == first
    assert values(desk.contact(first)["emails"]) == ["ada@example.com", "other@example.com"]


def test_a_merge_on_create_blanks_nothing(desk):
    field = desk.field("Notice period")["id"]
    first = desk.create(customFields=[{"id": field, "value": "1 month"}], links=["https://ada.example.net"])
    desk.create(headline="", customFields=[], links=[])
    row = desk.contact(first)
    assert held(row) == {"Notice period": "1 month"}
    assert values(row["links"]) == ["https://ada.example.net"]


def test_a_known_email_may_be_a_conflict():
    desk = Desk(create_dedupe="conflict")
    desk.create()
    assert desk.ask("POST", "/v1/contact", {"emails": ["ada@example.com"]}).status == 409
    assert len(desk.contacts()) == 1


def test_a_known_email_may_make_a_duplicate():
    desk = Desk(create_dedupe="duplicate")
    assert desk.create() != desk.create()
    assert len(desk.contacts(email="ada@example.com")) == 2


def test_an_anonymised_person_cannot_be_created_again():
    desk = Desk()
    id = desk.create(links=["https://www.linkedin.com/in/ada-birch-000"])
    desk.act("anonymise", contact=id)
    for body in (
        {"emails": ["ADA@example.com"]},
        {"emails": ["new@example.com"], "links": ["http://linkedin.com/in/ada-birch-000"]},
        {"primaryEmail": "ada@example.com"},
    ):
        reply = desk.ask("POST", "/v1/contact", body)
        assert (reply.status, reply.body["code"]) == (409, 409)
    assert desk.create("somebody.else@example.com")


def test_a_deleted_person_can_be_created_again(desk):
    id = desk.create()
    desk.act("delete", contact=id)
    assert desk.create() != id


# ---- patch


def test_what_a_patch_leaves_out_is_kept(desk):
    id = desk.create(phoneNumbers=["+442079460001"], headline="Engineer")
    before = desk.contact(id)
    desk.clock.shift(5)
    after = desk.changed(id, lastName="Birch-Vance")
    assert after["lastName"] == "Birch-Vance"
    changing = {"lastName", "fullName", "updatedTime", "lastActivity"}
    assert {k: v for k, v in after.items() if k not in changing} == {
        k: v for k, v in before.items() if k not in changing
    }
    assert after["updatedTime"] == desk.now()


def test_null_and_the_empty_string_clear_a_scalar(desk):
    id = desk.create(headline="Engineer", summary="x")
    row = desk.changed(id, headline=None, summary="")
    assert (row["headline"], row["summary"]) == (None, None)


@pytest.mark.parametrize(
    ("key", "before", "sent", "switch", "add", "replace"),
    [
        ("phoneNumbers", ["+442079460001"], ["+442079460002"], "phones_patch", 2, 1),
        ("emails", ["ada@example.com"], ["new@example.com"], "emails_patch", 2, 1),
        ("links", ["https://ada.example.net"], ["https://birch.example.net"], "links_patch", 2, 1),
    ],
)
@pytest.mark.parametrize("setting", ["add", "replace"])
def test_arrays_are_added_to_or_replaced(key, before, sent, switch, add, replace, setting):
    desk = Desk(**{switch: setting})
    id = desk.create(**{key: before})
    expected = [*before, *sent] if setting == "add" else sent
    assert values(desk.changed(id, **{key: sent})[key]) == expected
    assert len(expected) == (add if setting == "add" else replace)


def test_by_default_phones_are_added_and_the_rest_is_replaced(desk):
    id = desk.create(phoneNumbers=["+442079460001"], links=["https://ada.example.net"])
    row = desk.changed(
        id, phoneNumbers=["+442079460002"], links=["https://birch.example.net"], emails=["b@example.com"]
    )
    assert len(row["phoneNumbers"]) == 2
    assert len(row["links"]) == len(row["emails"]) == 1


def test_an_item_that_stays_keeps_its_id_and_type(desk):
    desk = Desk(people=40)
    row = next(one for one in desk.contacts() if one["emails"])
    mail = row["emails"][0]
    after = desk.changed(row["id"], emails=[mail["value"], "another@example.com"])
    assert after["emails"][0] == mail


def test_a_phone_in_another_spelling_is_the_same_phone(desk):
    id = desk.create(phoneNumbers=["+442079460001"])
    assert len(desk.changed(id, phoneNumbers=["+44 20 7946 0001"])["phoneNumbers"]) == 1


def test_the_primary_email_follows_the_emails(desk):
    id = desk.create("ada@example.com")
    row = desk.changed(id, emails=["new@example.com", "ada.b@example.com"])
    assert row["primaryEmail"] == "new@example.com"
    row = desk.changed(id, primaryEmail="ada.b@example.com")
    assert row["primaryEmail"] == "ada.b@example.com"
    assert len(row["emails"]) == 2
    assert desk.changed(id, emails=[])["primaryEmail"] is None


def test_a_location_is_overwritten_whole(desk):
    id = desk.create(location={"address": "1 Long Street, Leeds, UK", "city": "Leeds", "country": "United Kingdom"})
    place = desk.changed(id, location={"city": "York"})["location"]
    assert (place["city"], place["address"], place.get("country")) == ("York", None, None)


def test_the_primary_experience_cannot_be_written(desk):
    id = desk.create()
    assert desk.patch(id, primaryExperience={"role": "x"}).status == 400


@pytest.mark.parametrize(("setting", "expected"), [("replace", ["Relocation"]), ("add", ["Python", "Relocation"])])
def test_tags_are_replaced_or_added_to(setting, expected):
    desk = Desk(people=30, tags_patch=setting)
    id = desk.create(globalTags=[{"id": desk.tag("Python"), "value": "Python"}])
    row = desk.changed(id, globalTags=[{"id": desk.tag("Relocation")}])
    assert sorted(values(row["globalTags"])) == sorted(expected)


def test_a_tag_may_be_named_by_its_label():
    desk = Desk(people=30)
    assert values(desk.contact(desk.create(globalTags=[{"value": "python"}]))["globalTags"]) == ["Python"]


# ---- custom fields


def test_custom_fields_are_merged_by_id_or_replace_the_whole_set():
    for setting, expected in (
        ("merge", {"Notice period": "1 month", "ATS job": "Nurse"}),
        ("replace", {"ATS job": "Nurse"}),
    ):
        desk = Desk(customfields_patch=setting)
        id = desk.create(customFields=[{"id": desk.field("Notice period")["id"], "value": "1 month"}])
        row = desk.changed(id, customFields=[{"id": desk.field("ATS job")["id"], "value": "Nurse"}])
        assert held(row) == expected


@pytest.mark.parametrize("setting", ["merge", "replace"])
def test_an_empty_array_of_custom_fields_blanks_them_all(setting):
    desk = Desk(customfields_patch=setting)
    id = desk.create(customFields=[{"id": desk.field("Notice period")["id"], "value": "1 month"}])
    assert held(desk.changed(id, customFields=[])) == {}


def test_a_select_takes_an_options_id_and_never_its_label(desk):
    id, field = desk.create(), desk.field("ATS status")["id"]
    assert desk.patch(id, customFields=[{"id": field, "value": "Hired"}]).status == 400
    row = desk.changed(id, customFields=[{"id": field, "value": desk.option("ATS status", "Hired")}])
    assert row["customFields"] == [
        {"id": field, "displayName": "ATS status", "value": desk.option("ATS status", "Hired"), "displayValue": "Hired"}
    ]


def test_a_date_is_kept_as_a_date_time(desk):
    id, field = desk.create(), desk.field("Outcome date")["id"]
    row = desk.changed(id, customFields=[{"id": field, "value": "2026-11-20"}])
    assert held(row) == {"Outcome date": "2026-11-20T00:00:00.000Z"}
    assert desk.patch(id, customFields=[{"id": field, "value": "soon"}]).status == 400


@pytest.mark.parametrize("empty", [None, ""])
def test_an_empty_value_clears_one_field(desk, empty):
    notice, job = desk.field("Notice period")["id"], desk.field("ATS job")["id"]
    id = desk.create(customFields=[{"id": notice, "value": "1 month"}, {"id": job, "value": "Nurse"}])
    assert held(desk.changed(id, customFields=[{"id": job, "value": empty}])) == {"Notice period": "1 month"}


# ---- what a patch answers, and what it moves


def test_a_patch_answers_with_the_id_the_contact_or_nothing():
    desk = Desk()
    assert desk.patch(desk.create(), headline="x").body.keys() == {"id"}
    desk = Desk(patch_answer="full")
    id = desk.create()
    assert desk.patch(id, headline="x").body == desk.contact(id)
    desk = Desk(patch_answer="empty")
    reply = desk.patch(desk.create(), headline="x")
    assert (reply.status, reply.body) == (204, None)


def test_a_patch_that_changes_nothing_may_or_may_not_move_the_updated_time():
    for bumps in (True, False):
        desk = Desk(same_value_bumps=bumps)
        id = desk.create(headline="x")
        before = desk.contact(id)["updatedTime"]
        desk.clock.shift(10)
        assert (desk.changed(id, headline="x")["updatedTime"] != before) == bumps


def test_a_body_that_names_another_contact_is_refused(desk):
    id = desk.create()
    assert desk.ask("PATCH", f"/v1/contact/{id}", {"id": "another", "headline": "x"}).status == 400


def test_nobody_is_patched_who_is_not_there(desk):
    assert desk.patch("00000000-0000-4000-8000-000000000000", headline="x").status == 404


def test_a_refused_patch_changes_nothing_and_moves_no_time(desk):
    id = desk.create(headline="before")
    before = desk.contact(id)
    desk.clock.shift(10)
    assert desk.patch(id, headline="after", emails=[5]).status == 400
    assert desk.contact(id) == before


def test_do_not_contact_may_be_writable_read_only_or_unseen():
    assert (desk := Desk()).changed(desk.create(), doNotContact=True)["doNotContact"] is True
    assert (desk := Desk(do_not_contact="read_only")).changed(desk.create(), doNotContact=True)["doNotContact"] is False
    assert "doNotContact" not in (desk := Desk(do_not_contact="absent")).contact(desk.create())


# ---- put and delete


def test_a_put_clears_what_it_leaves_out(desk):
    id = desk.create(headline="Engineer", phoneNumbers=["+442079460001"])
    assert desk.ask("PUT", f"/v1/contact/{id}", {"firstName": "Ada"}).status == 200
    row = desk.contact(id)
    assert (row["firstName"], row["lastName"], row["headline"]) == ("Ada", None, None)
    assert row["emails"] == row["phoneNumbers"] == []


def test_only_an_archived_contact_can_be_deleted(desk):
    id = desk.create()
    assert desk.ask("DELETE", f"/v1/contact/{id}").status == 409
    desk.act("archive", contact=id)
    assert desk.ask("DELETE", f"/v1/contact/{id}").status == 204
    assert desk.get(f"contact/{id}").status == 404
    assert desk.contacts(email="ada@example.com") == []


def test_deleting_may_be_free_or_forbidden():
    assert (desk := Desk(delete="always")).ask("DELETE", f"/v1/contact/{desk.create()}").status == 204
    assert (desk := Desk(delete="refused")).ask("DELETE", f"/v1/contact/{desk.create()}").status == 403


def test_contacts_are_written_under_both_numbers(desk):
    id = desk.ask("POST", "/v1/contacts", {"firstName": "Ada"}).body["id"]
    assert desk.ask("PATCH", f"/v1/contacts/{id}", {"headline": "x"}).status == 200
    assert desk.ask("GET", f"/v1/contacts/{id}").body["headline"] == "x"


# ---- pools


@pytest.fixture
def peopled():
    return Desk(people=30)


@pytest.mark.parametrize("noun", ["pool", "pools"])
def test_people_are_put_into_a_pool(peopled, noun):
    pool, id = peopled.pool("Silver medalists"), peopled.create()
    peopled.clock.shift(5)
    reply = peopled.ask("PUT", f"/v1/{noun}/{pool}/contacts", {"contactIds": [id]})
    assert reply.status == 200
    row = peopled.contact(id)
    assert row["lists"] == [{"id": pool, "name": "Silver medalists"}]
    assert row["updatedTime"] == peopled.now()


def test_who_is_in_a_pool_already_is_not_moved(peopled):
    pool, id = peopled.pool("Alumni"), peopled.create()
    path = f"/v1/pool/{pool}/contacts"
    peopled.ask("PUT", path, {"contactIds": [id]})
    before = peopled.contact(id)
    peopled.clock.shift(5)
    assert peopled.ask("PUT", path, {"contactIds": [id]}).status == 200
    assert peopled.contact(id) == before


@pytest.mark.parametrize("body", [{}, {"contactIds": []}, {"contactIds": "x"}, {"id": "x"}])
def test_a_pool_is_told_who_or_it_refuses(peopled, body):
    assert peopled.ask("PUT", f"/v1/pool/{peopled.pool('Alumni')}/contacts", body).status == 400


def test_nobody_is_pooled_unless_everybody_named_exists(peopled):
    id = peopled.create()
    path = f"/v1/pool/{peopled.pool('Alumni')}/contacts"
    assert peopled.ask("PUT", path, {"contactIds": [id, "nobody"]}).status == 404
    assert peopled.contact(id)["lists"] == []
    assert peopled.ask("PUT", "/v1/pool/none/contacts", {"contactIds": [id]}).status == 404


@pytest.mark.parametrize("setting", ["one", "body", "patch_lists", "all", "none"])
def test_how_people_leave_a_pool_is_disputed(setting):
    desk = Desk(people=30, pool_removal=setting)
    pool = desk.pool("Alumni")

    def leaves(method, path, body):
        id = desk.create()
        desk.ask("PUT", f"/v1/pool/{pool}/contacts", {"contactIds": [id]})
        desk.ask(
            method, path.replace("{id}", id), body and {**body, "contactIds": [id]} if method == "DELETE" else body
        )
        gone = desk.contact(id)["lists"] == []
        desk.act("remove_from_pool", contact=id, pool="Alumni")
        return gone

    assert leaves("DELETE", f"/v1/pool/{pool}/contacts/{{id}}", None) == (setting in ("one", "all"))
    assert leaves("DELETE", f"/v1/pool/{pool}/contacts", {"x": 1}) == (setting in ("body", "all"))
    assert leaves("PATCH", "/v1/contact/{id}", {"lists": []}) == (setting in ("patch_lists", "all"))


def test_lists_written_whole_must_name_pools_that_exist():
    desk = Desk(people=30, pool_removal="patch_lists")
    id = desk.create()
    assert desk.patch(id, lists=[{"id": "none"}]).status == 400
    row = desk.changed(id, lists=[{"id": desk.pool("Alumni")}, {"id": desk.pool("Silver medalists")}])
    assert {one["name"] for one in row["lists"]} == {"Alumni", "Silver medalists"}


# ---- making tables, where an integration may


@pytest.mark.parametrize("path", ["custom-fields", "pool", "global-tags"])
def test_only_admins_make_fields_pools_and_tags(desk, path):
    reply = desk.ask("POST", f"/v1/{path}", {"displayName": "x", "name": "x", "value": "x"})
    assert (reply.status, reply.body["code"]) == (403, 403)


def test_a_custom_field_can_be_made_where_that_is_allowed():
    desk = Desk(custom_field_create="allowed", defined_fields=False)
    reply = desk.ask("POST", "/v1/custom-fields", {"displayName": "Tieline person", "type": "text"})
    assert reply.status == 201
    assert desk.field("Tieline person")["id"] == reply.body["id"]
    id = desk.create(customFields=[{"id": reply.body["id"], "value": "p1"}])
    assert held(desk.contact(id)) == {"Tieline person": "p1"}
    assert desk.ask("POST", "/v1/custom-fields", {"displayName": "tieline person"}).status == 409
    assert desk.ask("POST", "/v1/custom-fields", {"displayName": "Other", "type": "blob"}).status == 400
    assert desk.ask("POST", "/v1/custom-fields", {}).status == 400


def test_a_select_can_be_made_with_its_options():
    desk = Desk(custom_field_create="allowed")
    body = {"displayName": "Band", "type": "single-select", "options": [{"value": "Junior"}, "Senior"]}
    made = desk.ask("POST", "/v1/custom-fields", body).body
    assert [option["value"] for option in made["options"]] == ["Junior", "Senior"]


def test_pools_and_tags_can_be_made_where_that_is_allowed():
    desk = Desk(pool_create="allowed", tag_create="allowed")
    pool = desk.ask("POST", "/v1/pool", {"name": "Warm leads"}).body["id"]
    id = desk.create()
    assert desk.ask("PUT", f"/v1/pool/{pool}/contacts", {"contactIds": [id]}).status == 200
    tag = desk.ask("POST", "/v1/global-tags", {"value": "Warm"})
    assert (tag.status, tag.body["value"]) == (201, "Warm")
    assert values(desk.changed(id, globalTags=[{"id": tag.body["id"]}])["globalTags"]) == ["Warm"]
    assert desk.ask("POST", "/v1/global-tags", {"value": "warm"}).status == 409


def test_what_is_a_write_is_known_by_verb_and_path(desk):
    vendor = desk.vendor
    assert vendor.is_write("POST", "/v1/contact")
    assert vendor.is_write("DELETE", "/v1/pool/x/contacts/y")
    assert not vendor.is_write("POST", "/v1/oauth/token")
    assert not vendor.is_write("GET", "/v1/contacts")
