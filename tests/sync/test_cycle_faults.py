"""Whole runs over real HTTP with vendors that misbehave: both sides agree in the end, nothing is there
twice, and the run after that writes nothing. Judged by the vendors' own state and logs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.journey_pair import Human, Pair, tied_pair

ATS, CRM = "ats", "crm"


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with tied_pair(tmp_path_factory.mktemp("faults"), people=30, seed=11) as made:
        yield made


@pytest.fixture
def pair(synced: Pair) -> Iterator[Pair]:
    synced.mark()
    yield synced
    for role in (ATS, CRM):
        synced.vendors.faults(role)


def handed_off(pair: Pair) -> tuple[Human, str]:
    """A stranger in the CRM, put on a vacancy: to be created in the ATS by the next sync."""
    who = pair.human()
    contact = pair.contact(who, met="Recruiting event")
    pair.vendors.act(CRM, "grant_consent", contact=contact)
    pair.vendors.act(CRM, "add_to_vacancy", contact=contact, vacancy=pair.vacancy(pair.job()))
    return who, contact


def rest(pair: Pair, runs: int = 4) -> None:
    """Sync, whatever comes of it, until one ends well and plans nothing."""
    for _ in range(runs):
        result = pair.engine.sync()
        if result.outcome == "done" and result.planned == 0:
            break
    pair.quiet()


def fired(pair: Pair, role: str) -> int:
    """How often the first fault rule of a system has fired. Adding one is how the rules in force are told."""
    return int(pair.vendors.faults(role, {"kind": "slow", "path": "nowhere"})[0]["hits"])


def assert_once(pair: Pair, who: Human, contact: str) -> None:
    """One candidate, one application, one note, and the CRM shows it."""
    candidate = pair.candidate(who)
    assert len(pair.applications(candidate)) == 1
    assert len(pair.notes(candidate)) == 1
    assert pair.shown(contact)["ATS status"] == "Applied"


CREATE = "/v3/candidates$"


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "lost_reply", "method": "POST", "path": CREATE},
        {"kind": "late_apply", "method": "POST", "path": CREATE, "seconds": 0.4, "status": 504},
        {"kind": "server_error", "method": "POST", "path": CREATE, "status": 502, "applied": True},
        {"kind": "server_error", "method": "POST", "path": CREATE, "status": 500},
        {"kind": "cut_body", "method": "POST", "path": CREATE},
        {"kind": "html", "method": "POST", "path": CREATE},
        {"kind": "refused", "method": "POST", "path": CREATE},
        {"kind": "lost_reply", "method": "POST", "path": "/v3/notes$"},
    ],
    ids=lambda fault: f"{fault['kind']} {fault['path']} {fault.get('applied', '')}",
)
def test_a_create_arrives_once_whatever_becomes_of_its_answer(pair: Pair, fault: dict[str, Any]) -> None:
    who, contact = handed_off(pair)
    pair.vendors.faults(ATS, fault)
    rest(pair)
    assert fired(pair, ATS) == 1
    assert_once(pair, who, contact)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "lost_reply", "method": "PATCH", "path": "v1/contacts?/"},
        {"kind": "server_error", "method": "", "path": "v1/contacts?/", "status": 503, "count": 2},
        {"kind": "too_many", "path": "v1/", "count": 3, "seconds": 0.1},
        {"kind": "slow", "path": "v1/", "count": 4, "seconds": 0.2},
        {"kind": "malformed", "method": "GET", "path": "v1/contacts", "count": 1},
    ],
    ids=lambda fault: fault["kind"],
)
def test_a_handoff_ends_well_while_the_crm_stumbles(pair: Pair, fault: dict[str, Any]) -> None:
    who, contact = handed_off(pair)
    pair.vendors.faults(CRM, fault)
    rest(pair)
    assert fired(pair, CRM)
    pair.vendors.faults(CRM)
    rest(pair)
    assert_once(pair, who, contact)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "too_many", "path": "/v3/", "count": 4, "seconds": 0.1},
        {"kind": "server_error", "method": "GET", "path": "/v3/applications", "status": 503, "count": 2},
        {"kind": "cut_body", "method": "GET", "path": "/v3/candidates"},
        {"kind": "expired_cursor", "method": "GET", "path": "/v3/"},
        {"kind": "revoked_token", "path": "/v3/"},
    ],
    ids=lambda fault: fault["kind"],
)
def test_an_outcome_reaches_the_crm_while_the_ats_stumbles(pair: Pair, fault: dict[str, Any]) -> None:
    _, contact, ids = pair.tied(met="Recruiting event")
    pair.vendors.act(ATS, "reject", application=ids["application"], reason="Other candidate hired")
    pair.vendors.faults(ATS, fault)
    rest(pair)
    assert fired(pair, ATS)
    assert pair.shown(contact)["Last outcome"] == "Rejected"


def test_a_side_that_is_suddenly_empty_holds_the_run_and_nobody_is_touched(pair: Pair) -> None:
    _, contact, ids = pair.tied()
    pair.vendors.act(ATS, "reject", application=ids["application"], reason="Other candidate hired")
    pair.mark()
    pair.vendors.faults(ATS, {"kind": "empty", "method": "GET", "path": "/v3/candidates", "count": 0})
    result = pair.engine.sync(full=True)
    assert result.outcome == "held", result.sentences
    assert pair.written(ATS) == pair.written(CRM) == []
    pair.vendors.faults(ATS)
    rest(pair)
    assert pair.shown(contact)["Last outcome"] == "Rejected"


def test_a_candidate_deleted_behind_our_back_is_not_created_again(pair: Pair) -> None:
    who, contact, ids = pair.tied()
    pair.vendors.act(CRM, "add_to_vacancy", contact=contact, vacancy=pair.vacancy(pair.job()))
    pair.vendors.act(ATS, "delete", candidate=ids["candidate"])
    pair.engine.sync(full=True)
    rest(pair)
    assert pair.candidates(who.email) == []


def test_candidates_merged_behind_our_back_are_followed(pair: Pair) -> None:
    who, contact, ids = pair.tied()
    other, other_contact, kept = pair.tied()
    pair.vendors.act(ATS, "merge", winner=kept["candidate"], loser=ids["candidate"])
    pair.engine.sync(full=True)
    rest(pair)
    store = pair.engine.store
    people = {
        person for native in (contact, other_contact, str(kept["candidate"])) for person in store.find_people(native)
    }
    assert len(people) == 1
    assert pair.candidates(who.email) == pair.candidates(other.email) != []


def test_nothing_protected_is_in_the_state(pair: Pair) -> None:
    pair.sync()
    for name in ("", "-wal"):
        file = pair.folder / f"tieline.db{name}"
        assert not file.exists() or b"CANARY" not in file.read_bytes()
