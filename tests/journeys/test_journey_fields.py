"""Shared fields: an edit travels once and does not come back; of sets, every addition and removal does."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.journey_pair import Human, Pair

EMPLOYED = [{"organisationName": "Example Weavers", "role": "Loom Lead", "current": True}]
EDITS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {  # field: as the ATS has it, as the CRM has it
    "given_name": ({"first_name": "Newgiven"}, {"firstName": "Newgiven"}),
    "family_name": ({"last_name": "Newfamily"}, {"lastName": "Newfamily"}),
    "company": (
        {"company": "Example Dyers"},
        {"experience": [{"organisationName": "Example Dyers", "role": "Loom Lead", "current": True}]},
    ),
    "title": (
        {"title": "Vat Master"},
        {"experience": [{"organisationName": "Example Weavers", "role": "Vat Master", "current": True}]},
    ),
    "location": (
        {"addresses": [{"value": "Bergen, Norway", "type": "home"}]},
        {"location": {"address": "Bergen, Norway"}},
    ),
}


def ats_value(pair: Pair, who: int, field: str) -> Any:
    row = pair.candidate(who)
    [key] = EDITS[field][0]
    return [one["value"] for one in row[key]] if key == "addresses" else row[key]


def crm_value(pair: Pair, contact: str, field: str) -> Any:
    row = pair.person(contact)
    if field in ("company", "title"):
        [job] = [one for one in row["experience"] if one.get("current")]
        return job["organisationName" if field == "company" else "role"]
    if field == "location":
        return [row["location"]["address"]]
    return row["firstName" if field == "given_name" else "lastName"]


@pytest.fixture(scope="module")
def tied(synced: Pair) -> tuple[Human, str, dict[str, Any]]:
    return synced.tied(experience=EMPLOYED, location={"address": "Oslo, Norway"})


@pytest.mark.parametrize("field", EDITS)
def test_an_edit_in_the_ats_is_one_write_in_the_crm_and_no_echo(pair: Pair, field: str) -> None:
    _, contact, ids = pair.tied(experience=EMPLOYED, location={"address": "Oslo, Norway"})
    pair.vendors.act("ats", "edit", candidate=ids["candidate"], values=EDITS[field][0])
    pair.mark()
    pair.settle()
    assert crm_value(pair, contact, field) == ats_value(pair, ids["candidate"], field)
    assert (len(pair.written("crm")), len(pair.written("ats"))) == (1, 0)


@pytest.mark.parametrize("field", EDITS)
def test_an_edit_in_the_crm_is_one_write_in_the_ats_and_no_echo(pair: Pair, field: str) -> None:
    _, contact, ids = pair.tied(experience=EMPLOYED, location={"address": "Oslo, Norway"})
    pair.vendors.act("crm", "edit", contact=contact, values=EDITS[field][1])
    pair.mark()
    pair.settle()
    assert ats_value(pair, ids["candidate"], field) == crm_value(pair, contact, field)
    assert (len(pair.written("ats")), len(pair.written("crm"))) == (1, 0)


def test_a_name_edited_twice_arrives_as_the_last_one(pair: Pair) -> None:
    _, contact, ids = pair.tied()
    for name in ("First-Try", "Second-Try"):
        pair.vendors.act("ats", "edit", candidate=ids["candidate"], values={"last_name": name})
        pair.sync()
    pair.vendors.act("crm", "edit", contact=contact, values={"lastName": "Third-Try"})
    pair.settle()
    assert pair.candidate(ids["candidate"])["last_name"] == "Third-Try"
    assert pair.person(contact)["lastName"] == "Third-Try"


def test_a_field_changed_back_travels_too(pair: Pair) -> None:
    """A to B to A: the second A is in the ledger of what was sent, and a user's edit all the same."""
    who, contact, ids = pair.tied()
    for name in ("Meanwhile", who.family, "Meanwhile", who.family):
        pair.vendors.act("ats", "edit", candidate=ids["candidate"], values={"last_name": name})
        pair.sync()
        assert pair.person(contact)["lastName"] == name
    pair.vendors.act("crm", "edit", contact=contact, values={"lastName": "Meanwhile"})
    pair.settle()
    assert pair.candidate(ids["candidate"])["last_name"] == "Meanwhile"


def test_changed_on_both_sides_the_newer_wins_and_the_loser_is_kept(pair: Pair) -> None:
    _, contact, ids = pair.tied()
    pair.vendors.act("ats", "edit", candidate=ids["candidate"], values={"last_name": "From-The-Ats"})
    pair.vendors.act("crm", "edit", contact=contact, values={"lastName": "From-The-Crm"})
    pair.mark()
    pair.settle()
    assert pair.candidate(ids["candidate"])["last_name"] == "From-The-Crm"
    assert pair.person(contact)["lastName"] == "From-The-Crm"
    assert (len(pair.written("ats")), len(pair.written("crm"))) == (1, 0)
    assert any("From-The-Ats" in str(one.lost) for one in pair.engine.store.conflicts())


def phones(pair: Pair, contact: str, ids: dict[str, Any]) -> tuple[set[str], set[str]]:
    """The phone numbers of both sides."""
    crm = {one["value"] for one in pair.person(contact)["phoneNumbers"]}
    return {one["value"] for one in pair.candidate(ids["candidate"])["phone_numbers"]}, crm


def mails(pair: Pair, contact: str, ids: dict[str, Any]) -> tuple[set[str], set[str]]:
    """The addresses of both sides."""
    crm = {one["value"] for one in pair.person(contact)["emails"]}
    return {one["value"] for one in pair.candidate(ids["candidate"])["email_addresses"]}, crm


def test_addresses_added_on_either_side_are_on_both_and_removals_travel(pair: Pair) -> None:
    who, contact, ids = pair.tied()
    second, third = pair.human().email, pair.human().email
    held = pair.candidate(ids["candidate"])["email_addresses"]
    pair.vendors.act(
        "ats", "edit", candidate=ids["candidate"],
        values={"email_addresses": [*held, {"value": second, "type": "work"}]},
    )  # fmt: skip
    pair.vendors.act("crm", "edit", contact=contact, values={"emails": [who.email, third]})
    pair.settle()
    assert mails(pair, contact, ids) == ({who.email, second, third},) * 2
    kept = [one for one in pair.candidate(ids["candidate"])["email_addresses"] if one["value"] != third]
    pair.vendors.act("ats", "edit", candidate=ids["candidate"], values={"email_addresses": kept})
    pair.settle()
    assert mails(pair, contact, ids) == ({who.email, second},) * 2
    pair.vendors.act("crm", "edit", contact=contact, values={"emails": [who.email]})
    pair.mark()
    pair.settle()
    assert mails(pair, contact, ids) == ({who.email},) * 2
    assert (len(pair.written("ats")), len(pair.written("crm"))) == (1, 0)


def test_the_last_address_is_never_taken_away(pair: Pair) -> None:
    who, contact, ids = pair.tied()
    pair.vendors.act("ats", "edit", candidate=ids["candidate"], values={"email_addresses": []})
    pair.settle()
    assert mails(pair, contact, ids)[1] == {who.email}


def test_a_phone_taken_away_in_the_crm_leaves_the_ats_and_one_the_crm_cannot_lose_is_said(pair: Pair) -> None:
    _, contact, ids = pair.tied(phoneNumbers=["+442079460801", "+442079460802"])
    assert phones(pair, contact, ids) == ({"+442079460801", "+442079460802"},) * 2
    pair.vendors.act("crm", "edit", contact=contact, values={"phoneNumbers": ["+442079460801"]})
    pair.mark()
    pair.settle()
    assert phones(pair, contact, ids) == ({"+442079460801"},) * 2
    assert (len(pair.written("ats")), len(pair.written("crm"))) == (1, 0)
    # The CRM's API adds numbers and takes none away: what is removed in the ATS stays there, told, without a loop.
    pair.vendors.act("ats", "edit", candidate=ids["candidate"], values={"phone_numbers": []})
    pair.settle()
    assert phones(pair, contact, ids) == (set(), {"+442079460801"})


def test_types_and_ids_of_what_was_there_survive_our_writing_of_a_whole_list(pair: Pair) -> None:
    who, contact, ids = pair.tied()
    held = {"value": who.email, "type": "work"}
    pair.vendors.act("ats", "edit", candidate=ids["candidate"], values={"email_addresses": [held]})
    pair.settle()
    second = pair.human().email
    pair.vendors.act("crm", "edit", contact=contact, values={"emails": [who.email, second]})
    pair.settle()
    rows = pair.candidate(ids["candidate"])["email_addresses"]
    assert {"value": who.email, "type": "work"} in rows
    assert {one["value"] for one in rows} == {who.email, second}


def test_a_custom_field_of_the_customers_own_survives_our_writes(pair: Pair) -> None:
    _, contact, ids = pair.tied()
    pair.vendors.act("ats", "set_custom_field", candidate=ids["candidate"], key="notice_period", value="Three months")
    pair.vendors.act("crm", "set_custom_field", contact=contact, field="Notice period", value="Four months")
    pair.vendors.act("crm", "engage", contact=contact, kind="replied")
    pair.vendors.act("ats", "advance", application=ids["application"])
    pair.mark()
    pair.settle()
    assert pair.written("crm")
    assert pair.written("ats")
    assert pair.custom(pair.candidate(ids["candidate"]))["notice_period"] == "Three months"
    assert pair.shown(contact)["Notice period"] == "Four months"
