"""The Beamery connector before the stand-in, over real HTTP: the traps, one by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from connectors.kit.contract import Severity, VendorError, Verdict, WantedField, Write
from connectors.sandbox.beamery.options import SWITCHES
from connectors.sandbox.launch import Running, start
from mapping import fields
from tests.connectors.beamery_desk import Desk, somebody


@pytest.fixture(scope="module")
def served() -> Iterator[Running]:
    with start("beamery", people=260, seed=11) as running:
        yield running


@pytest.fixture
def running(served: Running) -> Iterator[Running]:
    yield served
    served.faults("beamery")
    served.switches("beamery", **{one.name: one.default for one in SWITCHES})


@pytest.fixture
def desk(running: Running) -> Desk:
    return Desk(running)


def _created(desk: Desk, **over: Any) -> str:
    outcome = desk.create(somebody(**over))
    assert outcome.verdict is Verdict.APPLIED, outcome.reason
    return outcome.created["candidate"]


# ------------------------------------------------------------------ reading


def test_reading_the_same_contacts_twice_gives_the_same_hashes(desk: Desk) -> None:
    first = {row.id: row.hash for row in desk.rows("candidate")}
    assert {row.id: row.hash for row in desk.rows("candidate")} == first


def test_a_row_read_by_id_is_the_row_read_from_the_list(desk: Desk) -> None:
    rows = desk.rows("candidate")[:5]
    fresh = desk.connector.fresh("candidate", [row.id for row in rows])
    assert [fresh[row.id].row for row in rows] == rows


def test_nothing_that_is_nobodys_business_is_kept(desk: Desk, running: Running) -> None:
    """Deny by default: no canary, no custom field that was not asked for, no details of users."""
    payloads = b"".join(row.payload for name in ("candidate", *desk.tables) for row in desk.rows(name))
    for canary in running.truth("beamery")["canaries"]:
        assert canary.encode() not in payloads
    for word in (b'"Notice period","displayValue"', b"summary", b"lastActivity", b"contactCount", b"Calloway"):
        assert word not in payloads
    held = [one for row in desk.rows("candidate") for one in msgspec.json.decode(row.payload)["customFields"]]
    names = {one["displayName"] for one in held}
    assert {"Sourcing consent", "Original source"} <= names
    assert not names & {"Notice period", "Primary Area of Interest"}
    assert "Diversity monitoring" not in names
    assert {"id"} == {key for row in desk.rows("user") for key in msgspec.json.decode(row.payload)}


@pytest.mark.parametrize("precision", ["milliseconds", "seconds"])
def test_an_incremental_window_has_what_changed_and_little_else(running: Running, precision: str) -> None:
    running.switches("beamery", time_precision=precision)
    desk = Desk(running)
    native = _created(desk)
    rows = {row.id for row in desk.rows("candidate", minutes=60)}
    assert native in rows
    assert len(rows) < len(desk.rows("candidate"))


def test_a_second_read_of_the_page_follows_people_who_leave_in_between(running: Running) -> None:
    """Contacts deleted while the list is read shift the rest towards the beginning."""
    running.switches("beamery", deep_offset=0)
    desk = Desk(running)
    victims = [_created(desk) for _ in range(8)]
    stay = [_created(desk) for _ in range(3)]
    pages = desk.connector.pages(desk.stream("candidate"), None)
    found = {row.id for row in next(pages).rows}
    for native in victims:
        running.act("beamery", "delete", contact=native)
    for row in running.state("beamery", "contacts")[:7]:
        running.act("beamery", "delete", contact=row["id"])
    found |= {row.id for page in pages for row in page.rows}
    assert {one["id"] for one in running.state("beamery", "contacts")} <= found
    assert set(stay) <= found


@pytest.mark.parametrize("how", ["404", "301", "mergedInto"])
def test_a_merged_contact_is_gone(running: Running, desk: Desk, how: str) -> None:
    running.switches("beamery", merged_id=how)
    winner, loser = _created(desk), _created(desk)
    running.act("beamery", "merge", winner=winner, loser=loser)
    assert set(desk.connector.fresh("candidate", [winner, loser])) == {winner}


def test_an_anonymised_contact_is_gone_or_says_so(running: Running, desk: Desk) -> None:
    native = _created(desk)
    running.act("beamery", "anonymise", contact=native)
    assert desk.one(native) is None
    running.switches("beamery", anonymised_contacts="stub")
    assert desk.profile(native).candidate.anonymised


@pytest.mark.parametrize("how", ["any", "primary", "partial", "case_sensitive"])
def test_a_find_by_address_is_verified(running: Running, desk: Desk, how: str) -> None:
    running.switches("beamery", email_filter=how)
    wanted = somebody(emails=("ana@example.com",))
    native = desk.create(wanted).created["candidate"]
    other = _created(desk, emails=("tatiana@example.com",))
    found = {row.id for row in desk.connector.find("candidate", email="ana@example.com")}
    assert found == {native}
    assert other not in found
    for one in (native, other):
        running.act("beamery", "delete", contact=one)


def test_definitions_are_learned_from_contacts_where_a_tenant_does_not_list_them(running: Running) -> None:
    listed = Desk(running)
    native = _created(
        listed, **{fields.PERSON_ID: "p", fields.ATS_STATUS: "Applied", fields.FIRST_TOUCH_AT: "2026-01-02"}
    )
    running.switches("beamery", custom_field_list="missing")
    desk = Desk(running)
    assert {fields.PERSON_ID, fields.FIRST_TOUCH_AT} <= desk.mapper.writable()
    assert fields.ATS_STAGE not in desk.mapper.writable()  # nobody holds one, so nobody knows its id
    assert "ATS stage" in {one.key for one in desk.mapper.missing()}
    assert desk.update(native, person_id="q", first_touch_at="2026-02-03").verdict is Verdict.APPLIED
    found = desk.values(native)
    assert (found[fields.PERSON_ID], found[fields.FIRST_TOUCH_AT], found[fields.ATS_STATUS]) == (
        "q",
        "2026-02-03",
        "Applied",
    )
    assert b"Diversity" not in b"".join(row.payload for row in desk.tables["custom_field"])


def test_an_optional_list_that_is_refused_does_not_halt_the_system(running: Running, desk: Desk) -> None:
    running.faults("beamery", {"kind": "server_error", "status": 404, "path": "/global-tags$", "count": 0})
    with pytest.raises(VendorError) as caught:
        desk.rows("tag")
    assert not caught.value.halt
    running.faults("beamery")
    running.faults("beamery", {"kind": "server_error", "status": 403, "path": "/contacts$", "count": 0})
    with pytest.raises(VendorError) as caught:
        desk.rows("candidate")
    assert caught.value.halt


def test_activities_are_read_where_a_tenant_has_them(running: Running) -> None:
    running.switches("beamery", activities=True)
    desk = Desk(running, activities=True)
    native = _created(desk)
    running.act("beamery", "engage", contact=native, kind="event", when="2026-03-01T10:00:00Z")
    found = [row for row in desk.rows("activity", minutes=5) if row.owner == native]
    assert len(found) == 1
    touches = desk.mapper.profile(desk.one(native).row, found).touchpoints  # type: ignore[union-attr]
    assert ("event", True) in {(one.kind, one.qualifies) for one in touches}


def test_activities_are_not_asked_for_unless_wanted(desk: Desk) -> None:
    assert "activity" not in {one.object for one in desk.connector.streams()}


# ------------------------------------------------------------------ writing


@pytest.mark.parametrize("way", ["merge", "replace"])
def test_a_write_of_ours_leaves_other_custom_fields_alone(running: Running, desk: Desk, way: str) -> None:
    running.switches("beamery", customfields_patch=way)
    native = _created(desk)
    for name, value in (("Notice period", "3 months"), ("Sourcing consent", "Yes")):
        running.act("beamery", "set_custom_field", contact=native, field=name, value=value)
    assert desk.update(native, ats_job="Bridge Engineer", ats_status="Applied").verdict is Verdict.APPLIED
    assert desk.update(native, ats_job=None, ats_status=None).verdict is Verdict.APPLIED
    held = {one["displayName"]: one["displayValue"] for one in desk.stored(native)["customFields"]}
    assert held == {"Notice period": "3 months", "Sourcing consent": "Yes"}


def test_custom_fields_that_are_hidden_are_not_written_over(running: Running) -> None:
    plain = Desk(running)
    native = _created(plain)
    running.act("beamery", "set_custom_field", contact=native, field="Notice period", value="3 months")
    running.switches("beamery", hidden_fields="customFields", customfields_patch="replace")
    desk = Desk(running)
    outcome = desk.update(native, person_id="p-1")
    assert outcome.verdict is Verdict.INVALID
    assert "not shown" in outcome.reason
    assert desk.stored(native)["customFields"][0]["value"] == "3 months"


@pytest.mark.parametrize("way", ["add", "replace"])
def test_no_phone_number_is_lost_whichever_way_a_patch_works(running: Running, desk: Desk, way: str) -> None:
    running.switches("beamery", phones_patch=way)
    native = _created(desk, phones=("+15550100001", "+15550100002"))
    for n, wanted in enumerate((3, 4, 5)):
        before = len(running.log("beamery", writes=True))
        now = desk.values(native)[fields.PHONES]
        assert isinstance(now, tuple)
        assert desk.update(native, phones=(*now, f"+1555010000{wanted}")).verdict is Verdict.APPLIED
        assert len(running.log("beamery", writes=True)) - before == (2 if n == 0 and way == "replace" else 1)
    assert desk.values(native)[fields.PHONES] == tuple(f"+1555010000{n}" for n in range(1, 6))


def test_types_of_addresses_and_numbers_survive_our_writes(running: Running, desk: Desk) -> None:
    native = _created(desk)
    before = {one["value"]: one["id"] for one in desk.stored(native)["emails"]}
    now = desk.values(native)[fields.EMAILS]
    assert isinstance(now, tuple)
    desk.update(native, emails=tuple(sorted((*now, "one.more@example.org"))))
    after = {one["value"]: one["id"] for one in desk.stored(native)["emails"]}
    assert before.items() <= after.items()


def test_forbidding_outreach_sets_the_flag_and_the_consent_with_todays_date(running: Running, desk: Desk) -> None:
    native = _created(desk)
    running.act("beamery", "grant_consent", contact=native, when="2025-01-01T00:00:00Z")
    assert desk.update(native, do_not_contact=True).verdict is Verdict.APPLIED
    profile = desk.profile(native)
    assert profile.candidate.do_not_contact
    said = next(one for one in profile.consents if one.evidence == "custom field Sourcing consent")
    assert said.state == "withdrawn"
    assert said.at is not None
    assert abs((said.at - desk.connector.now()).total_seconds()) < 60
    assert desk.stored(native)["doNotContact"]


@pytest.mark.parametrize("flag", ["read_only", "absent"])
def test_where_the_flag_cannot_be_written_the_consent_field_forbids(running: Running, flag: str) -> None:
    running.switches("beamery", do_not_contact=flag)
    desk = Desk(running)
    native = _created(desk)
    assert desk.values(native)[fields.DO_NOT_CONTACT] is False
    assert desk.update(native, do_not_contact=True).verdict is Verdict.APPLIED
    assert desk.values(native)[fields.DO_NOT_CONTACT] is True
    assert desk.update(native, do_not_contact=False).verdict is Verdict.APPLIED
    assert desk.values(native)[fields.DO_NOT_CONTACT] is True  # a consent is given by the person only


def test_a_tag_is_made_where_that_is_allowed(running: Running, desk: Desk) -> None:
    running.switches("beamery", tag_create="allowed")
    native = _created(desk)
    assert desk.update(native, tags=("Brand new tag",)).verdict is Verdict.APPLIED
    assert desk.values(native)[fields.TAGS] == ("Brand new tag",)
    assert desk.update(_created(desk), tags=("brand NEW tag",)).verdict is Verdict.APPLIED
    labels = [one["value"] for one in running.state("beamery", "globalTags")]
    assert labels.count("Brand new tag") == 1
    assert "brand NEW tag" not in labels


def test_a_tag_that_cannot_be_had_does_not_stop_the_rest(desk: Desk) -> None:
    native = _created(desk, tags=("Nowhere to be found",))
    assert desk.update(native, tags=("Nowhere to be found",), given_name="Ines").verdict is Verdict.APPLIED
    assert desk.values(native)[fields.GIVEN_NAME] == "Ines"
    outcome = desk.update(native, tags=("Nowhere to be found",))
    assert outcome.verdict is Verdict.INVALID
    assert "administrator" in outcome.reason


@pytest.mark.parametrize("way", ["one", "body", "patch_lists"])
def test_the_way_out_of_a_pool_is_found_once_and_remembered(running: Running, desk: Desk, way: str) -> None:
    running.switches("beamery", pool_removal=way)
    pool, other = (row.id for row in desk.tables["pool"][:2])
    spent = []
    for _ in range(2):
        native = _created(desk)
        desk.pool(native, pool, add=True)
        desk.pool(native, other, add=True)
        before = len(running.log("beamery", writes=True))
        assert desk.pool(native, pool, add=False).verdict is Verdict.APPLIED
        spent.append(len(running.log("beamery", writes=True)) - before)
        assert desk.profile(native).candidate.pools == (other,)
    assert spent[1] == 1


def test_leaving_a_pool_empties_it_of_nobody_else(running: Running, desk: Desk) -> None:
    pool = desk.tables["pool"][0].id
    for way in ("one", "body", "patch_lists", "none"):
        running.switches("beamery", pool_removal=way)
        apart = Desk(running)
        natives = [_created(apart), _created(apart)]
        for native in natives:
            apart.pool(native, pool, add=True)
        apart.pool(natives[0], pool, add=False)
        assert pool in apart.profile(natives[1]).candidate.pools


# ------------------------------------------------------------------ creating


def test_somebody_who_was_anonymised_is_refused_for_good(running: Running, desk: Desk) -> None:
    wanted = somebody()
    native = desk.create(wanted).created["candidate"]
    running.act("beamery", "anonymise", contact=native)
    outcome = desk.create(wanted)
    assert (outcome.verdict, outcome.status) == (Verdict.INVALID, 409)
    assert "anonymised" in outcome.reason


@pytest.mark.parametrize(
    ("dedupe", "verdict"),
    [("merge", Verdict.APPLIED), ("conflict", Verdict.RACED), ("duplicate", Verdict.APPLIED)],
)
def test_creating_somebody_who_is_there(running: Running, desk: Desk, dedupe: str, verdict: Verdict) -> None:
    """With a conflict the engine reads again and finds them; a merge answers with the id of who was there."""
    running.switches("beamery", create_dedupe=dedupe)
    wanted = somebody()
    native = desk.create(wanted).created["candidate"]
    again = desk.create(wanted)
    assert again.verdict is verdict
    assert (again.created.get("candidate") == native) is (dedupe == "merge")


@pytest.mark.parametrize(
    ("fault", "verdict", "made"),
    [
        ({"kind": "lost_reply"}, Verdict.UNKNOWN, True),
        ({"kind": "refused"}, Verdict.UNKNOWN, False),
        ({"kind": "server_error", "status": 503}, Verdict.UNKNOWN, False),
        ({"kind": "server_error", "status": 500, "applied": True}, Verdict.UNKNOWN, True),
        ({"kind": "late_apply", "seconds": 0.0}, Verdict.UNKNOWN, None),
        ({"kind": "malformed"}, Verdict.UNKNOWN, True),
        ({"kind": "html"}, Verdict.UNKNOWN, True),
        ({"kind": "cut_body"}, Verdict.UNKNOWN, True),
        ({"kind": "too_many", "seconds": 0.01}, Verdict.APPLIED, True),
        ({"kind": "revoked_token"}, Verdict.APPLIED, True),
    ],
)
def test_a_create_is_never_sent_twice_and_ends_in_the_right_verdict(
    running: Running, desk: Desk, fault: dict[str, Any], verdict: Verdict, made: bool | None
) -> None:
    wanted = somebody()
    running.faults("beamery", {**fault, "method": "POST", "path": "/contact$"})
    outcome = desk.create(wanted)
    assert outcome.verdict is verdict
    running.faults("beamery")
    name = wanted["family_name"]
    there = [one for one in running.state("beamery", "contacts") if one["lastName"] == name]
    assert len(there) <= 1
    assert made is None or bool(there) is made
    assert "example.com" not in outcome.reason


def test_a_contact_that_vanished_before_the_write_is_a_race(running: Running, desk: Desk) -> None:
    native = _created(desk)
    fresh = desk.one(native)
    running.act("beamery", "delete", contact=native)
    write = desk.mapper.update_candidate(native, {"given_name": ("a", "b")}, "k")
    assert desk.connector.send(write, fresh).verdict is Verdict.RACED
    assert desk.connector.send(write, None).verdict is Verdict.RACED


def test_a_verb_that_is_not_declared_is_invalid_and_not_sent(desk: Desk) -> None:
    before = desk.connector.requests()
    for verb in ("create_note", "create_application", "set_source", "merge"):
        assert desk.connector.send(Write(verb, "candidate", "c", {}, "k"), None).verdict is Verdict.INVALID
    assert desk.connector.requests() == before


def test_no_write_raises_whatever_is_in_it(desk: Desk) -> None:
    native = _created(desk)
    fresh = desk.one(native)
    for body in ({}, {"set": None}, {"custom": []}, {"pool": None}, {"set": {"firstName": object()}}):
        for verb in ("create_candidate", "update_candidate", "add_to_pool", "remove_from_pool"):
            outcome = desk.connector.send(Write(verb, "candidate", native, body, "k"), fresh)
            assert isinstance(outcome.verdict, Verdict)


# ------------------------------------------------------------------ setting up


def test_a_missing_custom_field_is_created_or_asked_for(running: Running, desk: Desk) -> None:
    asked = desk.connector.create_field(WantedField("Seniority", "date"))
    assert asked.severity is Severity.ERROR
    assert "'Seniority'" in asked.mend
    assert "date" in asked.mend
    running.switches("beamery", custom_field_create="allowed")
    assert desk.connector.create_field(WantedField("Seniority", "date")).severity is Severity.OK
    assert desk.connector.create_field(WantedField("Opted out", "boolean")).severity is Severity.OK
    made = {one["displayName"]: one for one in running.state("beamery", "customFields")}
    assert made["Seniority"]["type"] == "date"
    assert [one["value"] for one in made["Opted out"]["options"]] == ["Yes", "No"]


def test_what_the_mapper_misses_can_be_created_and_is_then_writable() -> None:
    with start(
        "beamery", empty=True, defined_fields=False, switches={"beamery": {"custom_field_create": "allowed"}}
    ) as bare:
        desk = Desk(bare)
        missing = desk.mapper.missing()
        assert len(missing) == 12
        assert {desk.connector.create_field(one).severity for one in missing} == {Severity.OK}
        desk.learn()
        assert not desk.mapper.missing()
        assert set(fields.PROJECTIONS) - desk.mapper.writable() == {fields.CRM_LINK, fields.ENGAGEMENT}
        assert desk.rows("candidate") == []


def test_a_clean_account_has_nothing_to_complain_of(desk: Desk) -> None:
    assert {one.severity for one in desk.connector.check()} == {Severity.OK}


def test_the_documented_rate_limit_is_kept_though_others_use_it_too() -> None:
    """No 429 though half of the company's limit is taken by others."""
    switches = {"beamery": {"others_per_second": 15}}
    with start("beamery", people=40, limits="real", switches=switches) as served:
        desk = Desk(served, rate_share=0.5)
        ids = [row.id for row in desk.rows("candidate")]
        desk.connector.fresh("candidate", (ids * 4)[:40])
        assert not [one for one in served.log("beamery") if one["status"] == 429]
