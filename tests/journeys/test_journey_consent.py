"""Consent: a withdrawal on either side forbids outreach on both, and leaves before anything else of its cycle."""

from __future__ import annotations

from connectors.kit.contract import Json
from tests.journeys.journey_pair import Pair


def keys(write: dict[str, Json]) -> set[str]:
    """What a PATCH changes."""
    return set(write["body"])


def test_a_withdrawal_in_the_crm_reaches_the_ats_before_any_other_write_of_that_cycle(pair: Pair) -> None:
    other, theirs, _ = pair.tied()
    third = pair.human()
    handed = pair.contact(third, met="Recruiting event")
    who, contact, ids = pair.tied()
    pair.vendors.act("ats", "edit", candidate=ids["candidate"], values={"title": "Chief Weaver"})
    pair.vendors.act("crm", "edit", contact=theirs, values={"lastName": other.family + "-Lund"})
    pair.vendors.act("crm", "add_to_vacancy", contact=handed, vacancy=pair.vacancy(pair.job()))
    pair.vendors.act("crm", "withdraw_consent", contact=contact)
    pair.mark()
    pair.settle()
    assert pair.candidate(who)["can_email"] is False
    # In the order of their times both logs are one: the withdrawals come first, whatever they are written to.
    writes = sorted([*pair.written("ats"), *pair.written("crm")], key=lambda one: one["time"])
    first = writes[0]
    assert first["path"].endswith(str(ids["candidate"]))
    assert keys(first) == {"can_email"}
    assert first["body"]["can_email"] is False
    assert len(writes) > 3


def test_can_email_false_in_the_ats_forbids_in_the_crm(pair: Pair) -> None:
    _, contact, ids = pair.tied()
    pair.vendors.act("crm", "grant_consent", contact=contact)
    pair.settle()
    pair.vendors.act("ats", "set_can_email", candidate=ids["candidate"], can_email=False)
    pair.mark()
    pair.settle()
    assert pair.person(contact)["doNotContact"] is True
    assert pair.shown(contact)["Sourcing consent"] == "No"
    assert len(pair.written("crm")) >= 1


def test_a_withdrawal_is_never_weakened_by_a_sync(pair: Pair) -> None:
    who, contact, ids = pair.tied()
    pair.vendors.act("crm", "set_do_not_contact", contact=contact)
    pair.settle()
    assert pair.candidate(who)["can_email"] is False
    # Somebody lifts it on one side only: the other still says no, and the most restrictive statement wins.
    pair.vendors.act("ats", "set_can_email", candidate=ids["candidate"], can_email=True)
    pair.settle()
    assert pair.candidate(who)["can_email"] is False
    assert pair.person(contact)["doNotContact"] is True


def test_who_has_withdrawn_is_not_handed_off(pair: Pair) -> None:
    who = pair.human()
    contact = pair.contact(who)
    pair.vendors.act("crm", "withdraw_consent", contact=contact)
    pair.vendors.act("crm", "add_to_vacancy", contact=contact, vacancy=pair.vacancy(pair.job()))
    pair.settle()
    assert pair.candidates(who.email) == []


def test_a_silver_medalist_who_withdraws_is_untagged_and_leaves_the_pool(pair: Pair) -> None:
    _, contact, ids = pair.tied()
    for _ in range(3):
        pair.vendors.act("ats", "advance", application=ids["application"])
    pair.vendors.act("ats", "reject", application=ids["application"], reason="Position closed")
    pair.settle()
    assert "Silver medalists" in pair.pools(contact)
    pair.vendors.act("crm", "withdraw_consent", contact=contact)
    pair.settle()
    assert pair.pools(contact) == set()
    assert pair.tags(contact) == set()
