"""What people do in the Beamery stand-in, and how it looks to those who read the API afterwards."""

import pytest

from connectors.sandbox.clock import seconds_of, stamp
from connectors.sandbox.kernel import ActError
from tests.sandbox.beamery_desk import Desk, held, values


@pytest.fixture
def desk():
    return Desk(people=30)


@pytest.fixture
def ada(desk):
    return desk.act("create_contact", firstName="Ada", lastName="Birch", emails=["ada@example.com"], source="event")[
        "id"
    ]


def vacancy(desk, n=0):
    return desk.get("vacancies").body["vacancies"][n]


# ---- saying who and what


def test_a_contact_is_named_by_id_or_by_address(desk, ada):
    desk.act("edit", contact=ada, values={"headline": "one"})
    assert desk.contact(ada)["headline"] == "one"
    desk.act("edit", email="ADA@example.com", values={"headline": "two"})
    assert desk.contact(ada)["headline"] == "two"


@pytest.mark.parametrize(
    ("action", "params"),
    [
        ("edit", {}), ("edit", {"email": "nobody@example.com", "values": {"headline": "x"}}),
        ("edit", {"email": "ada@example.com"}), ("edit", {"email": "ada@example.com", "values": {"emails": [5]}}),
        ("dance", {}), ("add_to_pool", {"email": "ada@example.com", "pool": "No such pool"}),
        ("engage", {"email": "ada@example.com", "kind": "sang"}),
        ("engage", {"email": "ada@example.com", "kind": "sent", "campaign": "No such campaign"}),
        ("add_to_vacancy", {"email": "ada@example.com", "vacancy": "none"}),
        ("set_custom_field", {"email": "ada@example.com", "field": "ATS status", "value": "No such option"}),
        ("untag", {"email": "ada@example.com", "tag": "No such tag"}),
    ],
)  # fmt: skip
def test_an_act_that_cannot_be_says_so_and_changes_nothing(desk, ada, action, params):
    before = desk.vendor.state("contacts")
    with pytest.raises(ActError):
        desk.act(action, **params)
    assert desk.vendor.state("contacts") == before


def test_every_act_has_a_line_that_explains_it(desk):
    assert {"create_contact", "edit", "add_to_vacancy", "move_on_vacancy", "remove_from_vacancy", "engage",
            "withdraw_consent", "grant_consent", "set_do_not_contact", "merge", "delete", "archive", "anonymise",
            "add_to_pool", "remove_from_pool", "tag", "untag", "set_custom_field", "empty", "shrink",
            "revoke_tokens"} == desk.vendor.actions().keys()  # fmt: skip
    assert all(len(line) > 5 for line in desk.vendor.actions().values())


# ---- profile


def test_a_contact_made_by_hand_says_where_its_address_came_from(desk, ada):
    row = desk.contact(ada)
    assert row["emails"][0]["source"] == "event"
    assert row["createdTime"] == desk.now()


def test_an_edit_takes_arrays_whole_whatever_a_patch_would_do(desk, ada):
    desk.act("edit", contact=ada, values={"phoneNumbers": ["+442079460001", "+442079460002"]})
    desk.act("edit", contact=ada, values={"phoneNumbers": ["+442079460003"]})
    assert values(desk.contact(ada)["phoneNumbers"]) == ["+442079460003"]


def test_people_choose_a_selects_label_and_the_field_keeps_the_option(desk, ada):
    desk.act("set_custom_field", contact=ada, field="ats status", value="hired")
    assert held(desk.contact(ada))["ATS status"] == desk.option("ATS status", "Hired")
    desk.act("set_custom_field", contact=ada, field="ATS status", value=None)
    assert "ATS status" not in held(desk.contact(ada))


# ---- vacancies


def test_a_contact_is_put_on_a_vacancy_moved_and_taken_off(desk, ada):
    place = vacancy(desk)
    desk.act("add_to_vacancy", contact=ada, vacancy=place["title"])
    (on,) = desk.contact(ada)["vacancies"]
    assert (on["id"], on["stage"]["value"]) == (place["id"], "Prospect")
    desk.act("move_on_vacancy", contact=ada, vacancy=place["id"], stage="Interview")
    (on,) = desk.contact(ada)["vacancies"]
    assert on["stage"]["value"] == "Interview"
    desk.act("remove_from_vacancy", contact=ada, vacancy=place["title"])
    assert desk.contact(ada)["vacancies"] == []


def test_a_contact_can_be_on_several_vacancies(desk, ada):
    for n in (0, 1):
        desk.act("add_to_vacancy", contact=ada, vacancy=vacancy(desk, n)["id"], stage="Contacted")
    assert len(desk.contact(ada)["vacancies"]) == 2


# ---- engagement


def test_what_was_sent_and_what_came_back_move_the_two_times(desk, ada):
    at = stamp(desk.clock.now() - 3600)
    desk.act("engage", contact=ada, kind="sent", campaign="We are hiring again", when=at)
    row = desk.contact(ada)
    assert (row["lastContact"], row["lastHeardFrom"]) == (at, None)
    desk.clock.shift(60)
    desk.act("engage", contact=ada, kind="replied", campaign="We are hiring again")
    row = desk.contact(ada)
    assert (row["lastContact"], row["lastHeardFrom"]) == (at, desk.now())
    desk.act("engage", contact=ada, kind="replied", when=at)
    assert desk.contact(ada)["lastHeardFrom"] == desk.now(), "an older reply does not turn time back"


@pytest.mark.parametrize("kind", ["form", "event"])
def test_a_form_or_an_event_is_hearing_from_somebody(desk, ada, kind):
    desk.act("engage", contact=ada, kind=kind)
    assert desk.contact(ada)["lastHeardFrom"] == desk.now()


# ---- consent


def test_consent_is_a_yes_or_no_field_with_a_date(desk, ada):
    desk.act("grant_consent", contact=ada, when="2026-05-01T00:00:00Z", expires="2028-05-01T00:00:00Z")
    fields = held(desk.contact(ada))
    assert fields["Sourcing consent"] == desk.option("Sourcing consent", "Yes")
    assert fields["Sourcing consent date"] == "2026-05-01T00:00:00.000Z"
    assert fields["Sourcing consent expiry"] == "2028-05-01T00:00:00.000Z"
    desk.act("withdraw_consent", contact=ada)
    fields = held(desk.contact(ada))
    assert fields["Sourcing consent"] == desk.option("Sourcing consent", "No")
    assert fields["Sourcing consent date"] == desk.now()
    assert "Sourcing consent expiry" not in fields


def test_do_not_contact_is_a_flag_of_its_own(desk, ada):
    desk.act("set_do_not_contact", contact=ada)
    assert desk.contact(ada)["doNotContact"] is True
    desk.act("set_do_not_contact", contact=ada, value=False)
    assert desk.contact(ada)["doNotContact"] is False


# ---- pools and tags


def test_pools_and_tags_are_joined_and_left(desk, ada):
    desk.act("add_to_pool", contact=ada, pool="silver medalists")
    desk.act("tag", contact=ada, tag="A new tag")
    row = desk.contact(ada)
    assert [one["name"] for one in row["lists"]] == ["Silver medalists"]
    assert values(row["globalTags"]) == ["A new tag"]
    assert "A new tag" in values(desk.get("global-tags").body["globalTags"])
    desk.act("remove_from_pool", contact=ada, pool="Silver medalists")
    desk.act("untag", contact=ada, tag="A new tag")
    row = desk.contact(ada)
    assert (row["lists"], row["globalTags"]) == ([], [])


# ---- merge, archive, delete, anonymise


def test_a_merge_joins_what_both_had_and_keeps_the_winners_own(desk, ada):
    other = desk.act("create_contact", firstName="A.", lastName="Birch", emails=["birch@example.org"], headline="Nurse",
                     phoneNumbers=["+442079460001"])["id"]  # fmt: skip
    desk.act("add_to_vacancy", contact=other, vacancy=vacancy(desk)["id"])
    desk.act("set_custom_field", contact=other, field="Notice period", value="1 month")
    desk.act("tag", contact=other, tag="Python")
    desk.clock.shift(30)
    desk.act("merge", winner=ada, loser=other)
    row = desk.contact(ada)
    assert row["firstName"] == "Ada"
    assert row["headline"] == "Nurse"
    assert values(row["emails"]) == ["ada@example.com", "birch@example.org"]
    assert values(row["phoneNumbers"]) == ["+442079460001"]
    assert len(row["vacancies"]) == 1
    assert held(row) == {"Notice period": "1 month"}
    assert values(row["globalTags"]) == ["Python"]
    assert row["updatedTime"] == desk.now()
    assert [one["id"] for one in desk.contacts(email="birch@example.org")] == [ada]


def test_what_is_left_of_the_losing_id_is_disputed(desk, ada):
    other = desk.act("create_contact", firstName="A.", emails=["birch@example.org"])["id"]
    third = desk.act("create_contact", firstName="B.", emails=["third@example.org"])["id"]
    desk.act("merge", winner=other, loser=third)
    desk.act("merge", winner=ada, loser=other)
    assert desk.get(f"contact/{other}").status == 404
    assert desk.patch(other, headline="x").status == 404
    desk.vendor.switches.set({"merged_id": "301"})
    reply = desk.get(f"contact/{third}")
    assert reply.status == 301
    assert reply.headers["location"].endswith(f"/v1/contact/{ada}")
    desk.vendor.switches.set({"merged_id": "mergedInto"})
    assert desk.get(f"contact/{third}").body == {"id": third, "mergedInto": ada}
    assert not {other, third} & {row["id"] for row in desk.crawl()}


def test_a_contact_cannot_be_merged_into_itself(desk, ada):
    with pytest.raises(ActError):
        desk.act("merge", winner=ada, loser=ada)


def test_archiving_can_be_undone(desk, ada):
    desk.act("archive", contact=ada)
    assert desk.contact(ada)["archived"] is True
    desk.act("archive", contact=ada, on=False)
    assert desk.contact(ada)["archived"] is False


def test_a_deleted_contact_leaves_nothing_behind(desk, ada):
    desk.act("engage", contact=ada, kind="replied")
    desk.act("delete", contact=ada)
    assert desk.get(f"contact/{ada}").status == 404
    assert "ada@example.com" not in repr([desk.vendor.state(name) for name in desk.vendor.collections()])


def test_an_anonymised_contact_is_a_hidden_fingerprint(desk, ada):
    before = len(desk.crawl())
    desk.act("anonymise", contact=ada)
    assert desk.get(f"contact/{ada}").status == 404
    assert len(desk.crawl()) == before - 1
    assert desk.contacts(email="ada@example.com") == []
    assert desk.ask("POST", "/v1/contact", {"emails": ["ada@example.com"]}).status == 409
    assert desk.patch(ada, headline="x").status == 404


def test_an_anonymised_contact_may_be_shown_as_a_stub(desk, ada):
    desk.vendor.switches.set({"anonymised_contacts": "stub"})
    desk.act("anonymise", contact=ada)
    row = desk.contact(ada)
    assert row["anonymised"] is True
    assert row["emails"] == []
    assert "ada@example.com" not in repr(row)
    assert desk.patch(ada, headline="x").status == 409


# ---- outages


def test_a_side_can_look_empty_and_come_back(desk, ada):
    before = desk.crawl()
    desk.act("empty")
    assert desk.get("contacts").body == {"contacts": [], "last_batch": 0, "total_count": 0}
    assert desk.get(f"contact/{ada}").status == 404
    assert desk.contacts(email="ada@example.com") == []
    desk.act("empty", on=False)
    assert desk.crawl() == before


def test_one_list_can_be_empty_by_an_injected_fault(desk, ada):
    assert desk.ask("GET", "/v1/contacts", fault="empty").body["contacts"] == []
    assert len(desk.contacts()) > 5


def test_a_side_can_shrink_and_come_back():
    desk = Desk(people=300)
    before = desk.crawl()
    hidden = desk.act("shrink", share=0.3)["hidden"]
    after = desk.crawl()
    assert len(after) == len(before) - hidden
    assert 0.15 < hidden / len(before) < 0.45
    assert desk.get("contacts").body["total_count"] == len(after)
    assert desk.act("shrink", share=0) == {"hidden": 0}
    assert desk.crawl() == before


# ---- looking in


def test_the_state_shows_everything_whatever_the_switches_hide(desk, ada):
    desk.vendor.switches.set({"hidden_fields": "emails", "envelope": "legacy", "times": "createdAt"})
    row = next(row for row in desk.vendor.state("contacts") if row["id"] == ada)
    assert values(row["emails"]) == ["ada@example.com"]
    assert seconds_of(row["createdTime"]) <= desk.clock.now()
    for name in desk.vendor.collections():
        assert isinstance(desk.vendor.state(name), list), name
    with pytest.raises(KeyError):
        desk.vendor.state("nonsense")


def test_the_truth_names_the_ids_the_api_gives(desk):
    truth = desk.vendor.truth()
    assert sorted(id for one in truth["people"] for id in one["crm"]) == sorted(row["id"] for row in desk.crawl())


def test_an_empty_tenant_has_no_people_and_no_truth():
    desk = Desk()
    assert desk.contacts() == []
    assert desk.vendor.truth() is None
    assert desk.get("users").body["total_count"] == 1
