"""Lists of the Beamery stand-in: order, paging, filters, envelopes, spellings, and what may be hidden."""

import pytest

from connectors.sandbox.clock import seconds_of
from tests.sandbox.beamery_desk import Desk, values


@pytest.fixture(scope="module")
def desk():
    """A populated tenant that nobody changes."""
    return Desk(people=220)


@pytest.fixture
def three():
    """Three contacts, a minute apart."""
    desk = Desk()
    for name in ("a", "b", "c"):
        desk.create(f"{name}@example.com")
        desk.clock.shift(60)
    return desk


def mails(rows):
    return [row["primaryEmail"] for row in rows]


# ---- paging and order


def test_a_page_is_fifty_unless_asked_and_never_more_than_a_hundred(desk):
    assert len(desk.contacts()) == 50
    assert len(desk.contacts(limit=7)) == 7
    assert len(desk.contacts(limit=1000)) == 100


def test_the_pages_together_are_everything_once(desk):
    rows = desk.crawl(limit=33)
    assert len({row["id"] for row in rows}) == len(rows) == len(desk.world.contacts)


def test_without_an_order_contacts_come_as_they_were_created(desk):
    times = [row["createdTime"] for row in desk.crawl()]
    assert times == sorted(times)


@pytest.mark.parametrize(("field", "key"), [("createdAt", "createdTime"), ("updatedAt", "updatedTime")])
@pytest.mark.parametrize("order", ["asc", "desc"])
def test_contacts_can_be_ordered_by_either_time(desk, field, key, order):
    times = [row[key] for row in desk.crawl(sort_field=field, sort_order=order, limit=100)]
    assert times == sorted(times, reverse=order == "desc")


def test_ordering_by_change_may_not_work():
    desk = Desk(people=60, sort_by_updated="ignored")
    assert desk.crawl(sort_field="updatedAt") == desk.crawl(sort_field="createdAt")


def test_a_page_beyond_the_end_is_empty(desk):
    reply = desk.get("contacts", offset=100_00 - 50)
    assert reply.body["contacts"] == []
    assert reply.body["last_batch"] == 0
    assert reply.body["total_count"] == len(desk.world.contacts)


def test_a_list_gives_no_row_beyond_its_deepest_offset():
    desk = Desk(people=60, deep_offset=30)
    assert desk.get("contacts", offset=20, limit=10).status == 200
    assert desk.get("contacts", offset=21, limit=10).status == 400
    desk.vendor.switches.set({"deep_offset": 0})
    assert desk.get("contacts", offset=50_000).status == 200


@pytest.mark.parametrize("query", [{"offset": "x"}, {"limit": "-1"}, {"offset": "1.5"}])
def test_a_paging_parameter_that_is_no_number_is_refused(desk, query):
    assert desk.get("contacts", **query).status == 400


def test_a_change_during_a_crawl_moves_rows_between_pages_of_a_window(three):
    """What offset paging over a moving window does: a row is seen twice or not at all."""
    since = three.contacts()[0]["updatedTime"]
    query = {"updated_at": since, "updated_at_op": "gte", "sort_field": "updatedAt", "limit": 1}
    first = three.contacts(offset=0, **query)
    three.act("edit", email=first[0]["primaryEmail"], values={"headline": "moved"})
    second = three.contacts(offset=1, **query)
    assert mails(first) == ["a@example.com"]
    assert mails(second) == ["c@example.com"]


# ---- time filters


def test_what_changed_since_a_time_is_found(three):
    middle = three.contacts()[1]["updatedTime"]
    assert mails(three.contacts(updated_at=middle)) == ["b@example.com", "c@example.com"]
    assert mails(three.contacts(updated_at=middle, updated_at_op="gte")) == ["b@example.com", "c@example.com"]
    assert mails(three.contacts(updated_at=middle, updated_at_op="gt")) == ["c@example.com"]
    assert mails(three.contacts(updated_at=middle, updated_at_op="lte")) == ["a@example.com", "b@example.com"]
    assert mails(three.contacts(updated_at=middle, updated_at_op="lt")) == ["a@example.com"]


def test_created_and_updated_can_be_asked_for_together(three):
    first, second, _ = three.contacts()
    three.act("edit", email="a@example.com", values={"headline": "x"})
    changed = three.contacts(created_at=second["createdTime"], created_at_op="lt", updated_at=second["createdTime"])
    assert mails(changed) == ["a@example.com"]
    assert first["createdTime"] == changed[0]["createdTime"]


def test_a_window_in_order_of_creation_may_be_narrow_or_wide():
    desk = Desk(people=150)
    for _ in range(3):
        desk.clock.shift(5)
        desk.act("edit", contact=desk.contacts()[2]["id"], values={"headline": desk.now()})
    everything = desk.crawl()
    for since in sorted(row["updatedTime"] for row in everything)[::12]:
        found = desk.crawl(updated_at=since, updated_at_op="gte", sort_field="createdAt", sort_order="asc")
        assert [row["id"] for row in found] == [row["id"] for row in everything if row["updatedTime"] >= since]


@pytest.mark.parametrize("spelling", ["2026-11-21T23:30:10.250+01:00", "2026-11-21T22:30:10.250Z"])
def test_a_time_may_have_an_offset(spelling):
    desk = Desk()
    desk.create()
    assert len(desk.contacts(updated_at=spelling)) == 1
    assert len(desk.contacts(updated_at=spelling, updated_at_op="lt")) == 0


@pytest.mark.parametrize("query", [{"updated_at": "yesterday"}, {"updated_at": "2026-11-21"},
                                   {"created_at": "2026-11-21T00:00:00Z", "created_at_op": "around"}])  # fmt: skip
def test_a_time_that_cannot_be_read_is_refused(desk, query):
    assert desk.get("contacts", **query).status == 400


def test_times_may_be_fine_only_to_the_second():
    desk = Desk(time_precision="seconds")
    desk.create()
    (row,) = desk.contacts()
    assert row["updatedTime"] == row["createdTime"] == "2026-11-21T22:30:10.000Z"
    assert desk.contacts(updated_at="2026-11-21T22:30:10.000Z", updated_at_op="gt") == []
    assert len(desk.contacts(updated_at="2026-11-21T22:30:10.000Z", updated_at_op="lte")) == 1
    assert len(desk.contacts(updated_at="2026-11-21T22:30:10.200Z", updated_at_op="gte")) == 0


def test_every_change_moves_the_updated_time_to_now(three):
    for act in (
        {"action": "edit", "values": {"headline": "x"}},
        {"action": "tag", "tag": "New one"},
        {"action": "set_do_not_contact"},
        {"action": "engage", "kind": "replied"},
        {"action": "archive"},
    ):
        three.clock.shift(30)
        three.act(email="a@example.com", **act)
        assert three.contacts()[0]["updatedTime"] == three.now(), act


# ---- by e-mail


def test_a_contact_is_found_by_any_of_its_addresses_whatever_the_case():
    desk = Desk()
    id = desk.create("ada@example.com", emails=["ada@example.com", "ada@work.example.org"])
    for asked in ("ada@example.com", "ADA@work.example.org"):
        assert [row["id"] for row in desk.contacts(email=asked)] == [id]
    reply = desk.get("contacts", email="nobody@example.com")
    assert (reply.status, reply.body["contacts"]) == (200, [])


@pytest.mark.parametrize(
    ("setting", "asked", "found"),
    [
        ("primary", "ada@example.com", 1), ("primary", "second@example.com", 0),
        ("partial", "ada@", 1), ("partial", "example.com", 1), ("any", "ada@", 0),
        ("case_sensitive", "Ada@example.com", 0), ("case_sensitive", "ada@example.com", 1),
    ],
)  # fmt: skip
def test_what_an_email_filter_finds_is_disputed(setting, asked, found):
    desk = Desk(email_filter=setting)
    desk.create("ada@example.com", emails=["ada@example.com", "second@example.com"])
    assert len(desk.contacts(email=asked)) == found


def test_search_may_lag_behind_a_create_and_behind_a_new_address():
    desk = Desk(search_lag=30.0)
    id = desk.create()
    assert desk.contacts(email="ada@example.com") == []
    assert [row["id"] for row in desk.contacts()] == [id]
    desk.clock.shift(30)
    assert len(desk.contacts(email="ada@example.com")) == 1
    desk.patch(id, emails=["ada@example.com", "new@example.com"])
    assert desk.contacts(email="new@example.com") == []
    desk.clock.shift(30)
    assert len(desk.contacts(email="new@example.com")) == 1


def test_a_change_of_something_else_does_not_hide_a_contact_from_search():
    desk = Desk(search_lag=30.0)
    id = desk.create()
    desk.clock.shift(31)
    desk.patch(id, headline="x")
    assert len(desk.contacts(email="ada@example.com")) == 1


def test_finding_by_the_ats_id_is_off_unless_switched_on():
    desk = Desk(people=200)
    carrying = next(row for row in desk.crawl() if row["integrations"])
    query = {"integration": "greenhouse", "integration_id": carrying["integrations"]["greenhouse"]["id"]}
    assert len(desk.contacts(**query)) == 50
    desk.vendor.switches.set({"find_by_ats_id": True})
    assert [row["id"] for row in desk.contacts(**query)] == [carrying["id"]]
    assert desk.contacts(**{**query, "integration": "other"}) == []


# ---- envelopes and spellings


def test_the_three_envelopes(desk):
    total = len(desk.world.contacts)
    frontier = desk.get("contacts", limit=2).body
    assert frontier.keys() == {"contacts", "last_batch", "total_count"}
    assert (frontier["last_batch"], frontier["total_count"]) == (2, total)
    desk.vendor.switches.set({"envelope": "docs"})
    docs = desk.get("contacts", limit=2, offset=4).body
    assert docs.keys() == {"success", "contacts", "pagination"}
    assert docs["pagination"] == {"total": total, "limit": 2, "offset": 4, "hasMore": True}
    assert desk.get("contacts", limit=2, offset=total - 1).body["pagination"]["hasMore"] is False
    desk.vendor.switches.set({"envelope": "legacy"})
    legacy = desk.get("contacts", page=2, per_page=2).body
    assert legacy.keys() == {"totalCount", "data"}
    assert legacy["totalCount"] == total
    desk.vendor.switches.set({"envelope": "frontier"})
    assert [row["id"] for row in legacy["data"]] == [row["id"] for row in desk.contacts(offset=2, limit=2)]


@pytest.mark.parametrize("envelope", ["frontier", "docs", "legacy"])
def test_small_tables_come_in_the_same_envelope(envelope):
    desk = Desk(people=30, envelope=envelope)
    key = {"legacy": "data"}.get(envelope, "pools")
    assert [row["name"] for row in desk.get("pools").body[key]] == [pool.name for pool in desk.world.pools]


def test_the_times_have_two_names():
    desk = Desk(times="createdAt")
    row = desk.contact(desk.create())
    assert {"createdAt", "updatedAt"} <= row.keys()
    assert not {"createdTime", "updatedTime"} & row.keys()


def test_the_oldest_shape_keys_its_emails_and_says_a_place_in_one_line():
    desk = Desk(contact_shape="legacy")
    row = desk.contact(
        desk.create(links=["https://ada.example.net"], location={"address": "Leeds, UK", "city": "Leeds"})
    )
    assert row["emails"] == {"keys": ["k0"], "values": {"k0": {"value": "ada@example.com"}}}
    assert row["links"]["values"]["k0"] == {"value": "https://ada.example.net"}
    assert row["location"] == "Leeds, UK"


def test_a_switch_that_is_turned_shows_at_once_on_rows_that_were_read_before(desk):
    id = desk.contacts()[0]["id"]
    assert "createdTime" in desk.contact(id)
    desk.vendor.switches.set({"times": "createdAt"})
    assert "createdAt" in desk.contact(id)
    desk.vendor.switches.set({"times": "createdTime"})
    assert "createdTime" in desk.contact(id)


def test_a_contact_reads_as_frontier_tells_it(desk):
    row = next(
        one for one in desk.crawl() if one["vacancies"] and one["links"] and one["phoneNumbers"] and one["lists"]
    )
    assert row["emails"][0].keys() == {"id", "value", "type", "source"}
    assert row["phoneNumbers"][0].keys() == {"id", "value", "type"}
    assert row["links"][0].keys() == {"id", "value", "service", "type", "username", "userId", "bio"}
    assert row["fullName"] == f"{row['firstName']} {row['lastName']}"
    assert row["primaryEmail"] == row["emails"][0]["value"]
    assert row["status"].keys() == {"id", "value"}
    assert row["lists"][0].keys() == {"id", "name"}
    place = row["vacancies"][0]
    vacancy = desk.get(f"vacancy/{place['id']}").body
    assert place["value"] == vacancy["title"]
    assert place["stage"]["id"] in {stage["id"] for stage in vacancy["stages"]}


def test_select_values_are_option_ids_and_dates_are_date_times(desk):
    row = next(one for one in desk.crawl() if "Sourcing consent" in {f["displayName"] for f in one["customFields"]})
    fields = {one["displayName"]: one for one in row["customFields"]}
    says = fields["Sourcing consent"]
    assert says["value"] == desk.option("Sourcing consent", says["displayValue"])
    date = fields["Sourcing consent date"]
    assert seconds_of(date["value"]) <= desk.clock.now()
    assert date["displayValue"] == date["value"][:10]


def test_a_contacts_vacancies_may_have_titles_only():
    desk = Desk(people=60, vacancy_ids="title_only")
    row = next(one for one in desk.crawl() if one["vacancies"])
    assert row["vacancies"][0].keys() == {"value", "priority", "stage"}
    assert row["vacancies"][0]["stage"].keys() == {"value"}


def test_a_role_may_not_see_some_fields():
    desk = Desk(people=200, hidden_fields="Diversity monitoring, phoneNumbers")
    rows = desk.crawl()
    assert all("phoneNumbers" not in row for row in rows)
    assert "Diversity monitoring" not in {f["displayName"] for row in rows for f in row["customFields"]}
    names = {row["displayName"] for row in desk.get("custom-fields", limit=100).body["customFields"]}
    assert "Diversity monitoring" not in names
    assert any("Diversity monitoring" in str(row["customFields"]) for row in desk.vendor.state("contacts"))


def test_archived_contacts_may_be_left_out_of_lists():
    desk = Desk(people=120)
    archived = [row["id"] for row in desk.crawl() if row["archived"]]
    assert archived
    desk.vendor.switches.set({"archived_contacts": "hidden"})
    assert not set(archived) & {row["id"] for row in desk.crawl()}
    assert desk.contact(archived[0])["archived"] is True


# ---- small tables


def test_vacancies_carry_stages_and_mostly_the_ats_id(desk):
    rows = desk.get("vacancies", limit=100).body["vacancies"]
    assert len(rows) == len(desk.world.vacancies)
    linked = [row for row in rows if row["integrations"]]
    assert len(rows) > len(linked) >= 3
    for row in linked:
        assert row["displayKey"] is None or row["displayKey"].endswith(row["integrations"]["greenhouse"]["id"])
    assert {stage["type"] for stage in rows[0]["stages"]} == {"open", "closed"}
    assert {row["status"] for row in rows} == {"open", "closed"}
    open_ones = desk.get("vacancies", status="open", limit=100).body["vacancies"]
    assert {row["status"] for row in open_ones} == {"open"}


def test_how_many_are_in_a_pool_is_counted(desk):
    rows = desk.crawl()
    for pool in desk.get("pools").body["pools"]:
        assert pool["contactCount"] == sum(pool["id"] in [one["id"] for one in row["lists"]] for row in rows)


def test_one_row_of_a_table_can_be_read_by_id(desk):
    for table, noun in (("vacancies", "vacancy"), ("pools", "pool")):
        row = desk.get(table).body[table][1]
        assert desk.get(f"{noun}/{row['id']}").body == row
        assert desk.get(f"{noun}/none").status == 404


def test_custom_field_definitions_have_options_for_selects_only(desk):
    rows = desk.get("custom-fields", limit=100).body["customFields"]
    assert {row["type"] for row in rows} == {"text", "date", "single-select"}
    assert all(("options" in row) == (row["type"] == "single-select") for row in rows)


def test_definitions_may_not_be_on_offer():
    assert Desk(custom_field_list="missing").get("custom-fields").status == 404


def test_our_fields_are_there_unless_the_tenant_starts_without_them():
    ours = {"Tieline person", "ATS link", "ATS status", "ATS stage", "ATS job", "Last outcome", "Outcome reason",
            "Outcome date", "Milestone reached", "First touch source", "First touch campaign",
            "First touch date"}  # fmt: skip
    names = {row["displayName"] for row in Desk().vendor.state("customFields")}
    assert ours <= names
    without = {row["displayName"] for row in Desk(defined_fields=False).vendor.state("customFields")}
    assert without == names - ours


def test_tags_and_users_have_ids_of_their_own_lengths(desk):
    assert {len(row["id"]) for row in desk.get("global-tags").body["globalTags"]} == {32}
    assert "Silver medalist" in values(desk.get("global-tags").body["globalTags"])
    assert {len(row["id"]) for row in desk.get("users").body["users"]} == {20}


# ---- engagement


def test_activities_are_not_on_offer_unless_switched_on(desk):
    id = desk.contacts()[0]["id"]
    assert desk.get(f"contact/{id}/activities").status == 404
    desk.vendor.switches.set({"activities": True})
    row = next(one for one in desk.crawl() if one["lastHeardFrom"])
    found = desk.get(f"contact/{row['id']}/activities").body["activities"]
    assert (
        max(one["occurredAt"] for one in found if one["type"] in ("replied", "form", "event")) == row["lastHeardFrom"]
    )
    assert all(one["contactId"] == row["id"] for one in found)
    desk.vendor.switches.set({"activities": False})


def test_activities_can_be_narrowed_down():
    desk = Desk(people=30, activities=True)
    id = desk.create()
    for day, kind in (("01", "sent"), ("02", "opened"), ("03", "replied")):
        desk.act("engage", contact=id, kind=kind, campaign="We are hiring again", when=f"2026-11-{day}T10:00:00Z")
    path = f"contact/{id}/activities"
    assert len(desk.get(path).body["activities"]) == 3
    assert [one["type"] for one in desk.get(path, since="2026-11-02T10:00:00Z").body["activities"]] == [
        "opened",
        "replied",
    ]
    (sent,) = desk.get(path, type="sent").body["activities"]
    assert sent["campaignName"] == "We are hiring again"
    assert desk.get(path, since="soon").status == 400
