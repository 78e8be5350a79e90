"""Greenhouse, written to over real HTTP: whole arrays, both envelopes, and a verdict for every end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connectors.greenhouse import Greenhouse, Settings
from connectors.kit.budget import MemoryBudget
from connectors.kit.contract import Fresh, Outcome, Verdict, WantedField, Write
from connectors.sandbox.greenhouse.options import SWITCHES
from connectors.sandbox.launch import Running, start

POSITIONS = [(switch.name, choice) for switch in SWITCHES for choice in switch.choices]
DEFAULTS = {switch.name: switch.default for switch in SWITCHES}
COLLECTIONS = (
    "email_addresses", "phone_numbers", "addresses", "website_addresses", "social_media_addresses", "tags",
)  # fmt: skip


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with start("greenhouse", people=40, seed=5) as served:
        yield served


@pytest.fixture
def one(running: Running) -> Iterator[Greenhouse]:
    budget = MemoryBudget(100_000)
    opened = Greenhouse("ats", Settings(**running.credentials["greenhouse"]), budget, sleep=lambda _: None)
    yield opened
    opened.close()
    running.faults("greenhouse")
    running.switches("greenhouse", **DEFAULTS)


@pytest.fixture
def job(running: Running) -> str:
    return str(next(row["id"] for row in running.state("greenhouse", "jobs") if row["status"] == "open"))


@pytest.fixture
def source(running: Running) -> str:
    return str(running.state("greenhouse", "sources")[0]["id"])


Make = Callable[..., str]
numbers = iter(range(1, 10_000))


@pytest.fixture
def make(one: Greenhouse, job: str) -> Make:
    """Create a candidate with a full profile; returns its id."""

    def create(**profile: Any) -> str:
        number = next(numbers)
        body = {
            "first_name": "Mina",
            "last_name": f"Okonkwo {number}",
            "title": "Engineer",
            "company": "Brightwater Labs",
            "email_addresses": [{"value": f"mina.{number}@example.com", "type": "work"}],
            "phone_numbers": [{"value": "+44 20 7946 0958", "type": "mobile"}],
            "tags": ["Go", "go-lang"],
            **profile,
        }
        outcome = one.send(creation(body, {"job_id": job}), None)
        assert outcome.verdict is Verdict.APPLIED, outcome.reason
        return outcome.created["candidate"]

    return create


def creation(body: dict[str, Any], application: dict[str, Any] | None, custom: dict[str, Any] | None = None) -> Write:
    content = {"set": body, "custom": custom or {}, "application": application}
    return Write("create_candidate", "candidate", "", content, "key")


def fresh(one: Greenhouse, id: str, object: str = "candidate") -> Fresh:
    return one.fresh(object, [id])[id]


def update(one: Greenhouse, id: str, **body: Any) -> Outcome:
    return one.send(Write("update_candidate", "candidate", id, body, "key"), one.fresh("candidate", [id]).get(id))


def sent(running: Running, since: int) -> list[dict[str, Any]]:
    return [entry for entry in running.log("greenhouse", writes=True) if entry["number"] > since]


def mark(running: Running) -> int:
    return int(running.log("greenhouse")[-1]["number"])


def test_a_candidate_is_created_with_fields_marker_and_application(
    one: Greenhouse, running: Running, job: str, source: str
) -> None:
    body = {"first_name": "Ade", "last_name": "Brook", "title": None, "is_private": False}
    custom = {"tieline_person_id": "p-1", "tieline_crm_url": None}
    outcome = one.send(creation(body, {"job_id": job, "source_id": source}, custom), None)
    assert outcome.verdict is Verdict.APPLIED
    candidate = fresh(one, outcome.created["candidate"]).raw
    assert candidate["custom_fields"]["tieline_person_id"]["value"] == "p-1"
    application = fresh(one, outcome.created["application"], "application").raw
    assert str(application["job_id"]) == job
    assert str(application["source_id"]) == source
    assert str(application["candidate_id"]) == outcome.created["candidate"]


def test_a_create_that_is_refused_names_the_keys_and_no_values(one: Greenhouse, job: str) -> None:
    body = {"first_name": "Ade", "email_addresses": [{"value": "ade.canary@example.com", "type": "nonsense"}]}
    outcome = one.send(creation(body, {"job_id": job}), None)
    assert outcome.verdict is Verdict.INVALID
    assert outcome.status == 422
    assert "canary" not in outcome.reason


@pytest.mark.parametrize("position", ["accepted", "ignored", "refused"])
def test_a_prospect_is_created_even_where_it_may_not_carry_a_source(
    one: Greenhouse, running: Running, source: str, position: str
) -> None:
    running.switches("greenhouse", prospect_source=position)
    body = {"first_name": "Ade", "last_name": "Prospect"}
    outcome = one.send(creation(body, {"prospect": True, "source_id": source}), None)
    assert outcome.verdict is Verdict.APPLIED
    application = fresh(one, outcome.created["application"], "application").raw
    assert application["prospect"] is True
    assert (str(application["source_id"]) == source) is (position == "accepted")


def test_a_bare_envelope_has_the_candidate_and_not_the_application(one: Greenhouse, running: Running, job: str) -> None:
    running.switches("greenhouse", create_envelope="bare")
    outcome = one.send(creation({"first_name": "Ade", "last_name": "Bare"}, {"job_id": job}), None)
    assert outcome.verdict is Verdict.APPLIED
    assert set(outcome.created) == {"candidate"}
    assert [row.owner for row in one.find("application", owner=outcome.created["candidate"])] == [
        outcome.created["candidate"]
    ]


def test_adding_to_a_collection_keeps_all_that_was_there(one: Greenhouse, make: Make) -> None:
    id = make()
    before = fresh(one, id).raw
    outcome = update(one, id, add={"email_addresses": [{"value": "mina.new@example.com", "type": "personal"}]})
    assert outcome.verdict is Verdict.APPLIED
    after = fresh(one, id).raw
    assert after["email_addresses"] == [
        *before["email_addresses"],
        {"value": "mina.new@example.com", "type": "personal"},
    ]
    assert {name: after[name] for name in COLLECTIONS[1:]} == {name: before[name] for name in COLLECTIONS[1:]}
    assert after["custom_fields"] == before["custom_fields"]
    assert after["title"] == before["title"]


def test_removing_by_canonical_value_finds_the_item_as_somebody_typed_it(one: Greenhouse, make: Make) -> None:
    links = [{"value": "https://www.linkedin.com/in/Mina-OV/"}, {"value": "https://twitter.com/mina"}]
    id = make(social_media_addresses=links, email_addresses=[{"value": "Mina.Old@Example.com", "type": "work"}])
    outcome = update(
        one,
        id,
        remove={
            "phone_numbers": ["+442079460958"],
            "social_media_addresses": ["linkedin.com/in/mina-ov"],
            "email_addresses": ["mina.old@example.com"],
        },
    )
    assert outcome.verdict is Verdict.APPLIED
    after = fresh(one, id).raw
    assert after["phone_numbers"] == []
    assert after["social_media_addresses"] == links[1:]
    assert after["email_addresses"] == []


def test_tags_are_case_sensitive_and_written_whole(one: Greenhouse, make: Make) -> None:
    id = make(tags=["Go", "Rust"])
    assert update(one, id, add={"tags": ["go"]}, remove={"tags": ["rust"]}).verdict is Verdict.APPLIED
    assert fresh(one, id).raw["tags"] == ["Go", "Rust", "go"]


def test_changing_one_custom_field_keeps_all_the_others(one: Greenhouse, running: Running, make: Make) -> None:
    id = make()
    for key, value in {"tieline_person_id": "p-7", "tieline_first_touch_at": "2026-01-02"}.items():
        running.act("greenhouse", "set_custom_field", candidate=int(id), key=key, value=value)
    assert update(one, id, custom={"tieline_first_touch_source": "Event"}).verdict is Verdict.APPLIED
    told = {key: item["value"] for key, item in fresh(one, id).raw["custom_fields"].items() if item["value"]}
    assert told == {
        "tieline_person_id": "p-7",
        "tieline_first_touch_at": "2026-01-02",
        "tieline_first_touch_source": "Event",
    }


def test_a_custom_field_is_emptied_and_the_others_stay(one: Greenhouse, running: Running, make: Make) -> None:
    id = make()
    update(one, id, custom={"tieline_person_id": "p-7", "tieline_engagement": "met twice"})
    assert update(one, id, custom={"tieline_engagement": None}).verdict is Verdict.APPLIED
    told = fresh(one, id).raw["custom_fields"]
    assert (told["tieline_person_id"]["value"], told["tieline_engagement"]["value"]) == ("p-7", None)


def test_a_custom_field_may_be_named_by_its_id(one: Greenhouse, running: Running, make: Make) -> None:
    id = make()
    fields = running.state("greenhouse", "custom_fields")
    number = next(row["id"] for row in fields if row["name_key"] == "tieline_person_id")
    assert update(one, id, custom={str(number): "p-9"}).verdict is Verdict.APPLIED
    assert fresh(one, id).raw["custom_fields"]["tieline_person_id"]["value"] == "p-9"


def test_a_scalar_is_changed_and_another_cleared_with_an_empty_string(
    one: Greenhouse, running: Running, make: Make
) -> None:
    id, since = make(), mark(running)
    assert update(one, id, set={"title": "Staff Engineer", "company": None}).verdict is Verdict.APPLIED
    after = fresh(one, id).raw
    assert after["title"] == "Staff Engineer"
    assert not after["company"]
    assert [entry["body"] for entry in sent(running, since)] == [{"title": "Staff Engineer", "company": ""}]


def test_what_holds_already_is_not_sent(one: Greenhouse, running: Running, make: Make, source: str) -> None:
    id, since = make(), mark(running)
    outcome = update(
        one,
        id,
        set={"title": "Engineer", "is_private": False},
        add={"tags": ["Go"], "phone_numbers": [{"value": "+442079460958", "type": "other"}]},
        remove={"email_addresses": ["nobody@example.com"]},
        custom={"tieline_engagement": None},
    )
    assert outcome.verdict is Verdict.APPLIED
    assert sent(running, since) == []


def test_without_a_fresh_read_nothing_is_written(one: Greenhouse, running: Running, make: Make) -> None:
    id, since = make(), mark(running)
    write = Write("update_candidate", "candidate", id, {"add": {"tags": ["x"]}}, "key")
    assert one.send(write, None).verdict is Verdict.RACED
    assert sent(running, since) == []


def test_a_candidate_that_vanishes_between_read_and_write_is_a_race(
    one: Greenhouse, running: Running, make: Make
) -> None:
    id = make()
    seen = fresh(one, id)
    running.act("greenhouse", "delete", candidate=int(id))
    write = Write("update_candidate", "candidate", id, {"set": {"title": "x"}}, "key")
    assert one.send(write, seen).verdict is Verdict.RACED


@pytest.mark.parametrize("hidden", ["custom_fields", "tags"])
def test_what_is_hidden_is_never_written_whole(one: Greenhouse, running: Running, make: Make, hidden: str) -> None:
    id = make()
    seen = fresh(one, id)
    partial = Fresh(seen.row, {key: value for key, value in seen.raw.items() if key != hidden})
    since = mark(running)
    body = {"custom": {"tieline_person_id": "x"}, "add": {"tags": ["x"]}}
    outcome = one.send(Write("update_candidate", "candidate", id, body, "key"), partial)
    assert outcome.verdict is Verdict.INVALID
    assert hidden in outcome.reason
    assert sent(running, since) == []


def test_nulls_where_lists_are_promised_are_empty_lists(one: Greenhouse, running: Running, make: Make) -> None:
    id = make()
    seen = fresh(one, id)
    nulls = Fresh(seen.row, {**seen.raw, "tags": None, "custom_fields": None})
    body = {"custom": {"tieline_person_id": "x"}, "add": {"tags": ["x"]}}
    assert one.send(Write("update_candidate", "candidate", id, body, "key"), nulls).verdict is Verdict.APPLIED
    assert fresh(one, id).raw["tags"] == ["x"]


def test_an_application_is_opened_and_its_source_set(one: Greenhouse, running: Running, source: str) -> None:
    created = one.send(creation({"first_name": "Ade", "last_name": "Later"}, {"prospect": True}), None).created
    job = next(row["id"] for row in running.state("greenhouse", "jobs") if row["status"] == "open")
    body = {"candidate_id": int(created["candidate"]), "job_id": str(job), "source_id": None}
    outcome = one.send(Write("create_application", "application", "", body, "key"), None)
    assert outcome.verdict is Verdict.APPLIED
    id = outcome.created["application"]
    assert fresh(one, id, "application").raw["source_id"] is None
    write = Write("set_source", "application", id, {"source_id": source}, "key")
    assert one.send(write, fresh(one, id, "application")).verdict is Verdict.APPLIED
    assert str(fresh(one, id, "application").raw["source_id"]) == source
    since = mark(running)
    assert one.send(write, fresh(one, id, "application")).verdict is Verdict.APPLIED
    assert sent(running, since) == []


def test_a_note_is_private_and_carries_the_marker(one: Greenhouse, make: Make) -> None:
    id = make()
    body = {"candidate_id": id, "text": "Met at an event.\n[tieline:k-42]"}
    outcome = one.send(Write("create_note", "note", "", body, "k-42"), None)
    assert outcome.verdict is Verdict.APPLIED
    note = fresh(one, outcome.created["note"], "note")
    assert note.raw["visibility"] == "privately_visible"
    assert note.raw["type"] == "NOTE"
    assert b'"marker":"k-42"' in note.row.payload


@pytest.mark.parametrize("position", ["read", "write"])
def test_a_note_is_known_in_both_spellings_of_its_visibility(
    one: Greenhouse, running: Running, make: Make, position: str
) -> None:
    running.switches("greenhouse", note_visibility_answer=position)
    body = {"candidate_id": make(), "text": "[tieline:k]"}
    assert one.send(Write("create_note", "note", "", body, "k"), None).created["note"]


@pytest.mark.parametrize(("name", "value"), POSITIONS, ids=str)
def test_every_write_comes_through_in_every_position_of_every_switch(
    one: Greenhouse, running: Running, job: str, source: str, name: str, value: object
) -> None:
    running.switches("greenhouse", **{name: value})
    body = {"first_name": "Ade", "last_name": f"Position {next(numbers)}"}
    created = one.send(creation(body, {"prospect": True}), None)
    assert created.verdict is Verdict.APPLIED
    id = created.created["candidate"]
    outcomes = [
        one.send(Write("create_application", "application", "", {"candidate_id": id, "job_id": job}, "k"), None),
        one.send(Write("create_note", "note", "", {"candidate_id": id, "text": "[tieline:k]"}, "k"), None),
    ]
    if (name, value) != ("service_user_admin", False):  # without its reads nothing is updated
        outcomes.append(update(one, id, custom={"tieline_person_id": "p"}, add={"tags": ["Go"]}))
    application = outcomes[0].created["application"]
    outcomes.append(one.send(Write("set_source", "application", application, {"source_id": source}, "k"), None))
    assert [outcome.verdict for outcome in outcomes] == [Verdict.APPLIED] * len(outcomes)


@pytest.mark.parametrize(
    ("rule", "verdict", "applied"),
    [
        ({"kind": "lost_reply"}, Verdict.UNKNOWN, True),
        ({"kind": "refused"}, Verdict.UNKNOWN, False),
        ({"kind": "server_error", "status": 500}, Verdict.UNKNOWN, False),
        ({"kind": "server_error", "status": 502, "applied": True}, Verdict.UNKNOWN, True),
        ({"kind": "cut_body"}, Verdict.UNKNOWN, True),
        ({"kind": "malformed"}, Verdict.UNKNOWN, True),
        ({"kind": "html"}, Verdict.UNKNOWN, True),
    ],
    ids=lambda part: str(part.get("kind")) if isinstance(part, dict) else "",
)
def test_a_create_that_may_have_happened_is_sent_once_and_unknown(
    one: Greenhouse, running: Running, make: Make, rule: dict[str, Any], verdict: Verdict, applied: bool
) -> None:
    id, since = make(), mark(running)
    running.faults("greenhouse", {**rule, "method": "POST", "path": "/v3/notes"})
    outcome = one.send(Write("create_note", "note", "", {"candidate_id": id, "text": "[tieline:k]"}, "k"), None)
    assert outcome.verdict is verdict
    assert len(sent(running, since)) == 1
    assert len(one.find("note", owner=id)) == int(applied)


def test_an_update_is_known_by_its_status_even_when_its_answer_is_spoilt(
    one: Greenhouse, running: Running, make: Make
) -> None:
    id = make()
    running.faults("greenhouse", {"kind": "malformed", "method": "PATCH"})
    assert update(one, id, set={"title": "Director"}).verdict is Verdict.APPLIED
    assert fresh(one, id).raw["title"] == "Director"


def test_a_token_that_dies_before_a_write_is_replaced_and_the_write_made_once(
    one: Greenhouse, running: Running, make: Make
) -> None:
    id, since = make(), mark(running)
    running.faults("greenhouse", {"kind": "revoked_token", "path": "/v3/notes"})
    outcome = one.send(Write("create_note", "note", "", {"candidate_id": id, "text": "[tieline:k]"}, "k"), None)
    assert outcome.verdict is Verdict.APPLIED
    assert [entry["status"] for entry in sent(running, since)] == [401, 201]


def test_a_credential_without_scopes_halts_before_anything_is_written(one: Greenhouse, running: Running) -> None:
    since = mark(running)
    running.switches("greenhouse", missing_scopes="all")
    outcome = one.send(creation({"first_name": "Ade", "last_name": "x"}, {"prospect": True}), None)
    assert outcome.verdict is Verdict.HALT
    assert "tick them" in outcome.reason
    assert sent(running, since) == []


@pytest.mark.parametrize(
    ("verb", "scope"),
    [("create_note", "harvest:notes:create"), ("create_application", "harvest:applications:create")],
)
def test_a_missing_scope_halts_and_is_named(
    one: Greenhouse, running: Running, make: Make, job: str, verb: str, scope: str
) -> None:
    id = make()
    running.switches("greenhouse", missing_scopes=scope)
    outcome = one.send(Write(verb, "x", "", {"candidate_id": id, "job_id": job, "text": "t"}, "k"), None)
    assert (outcome.verdict, outcome.status) == (Verdict.HALT, 403)
    assert scope in outcome.reason


def test_a_second_application_on_a_job_is_a_dead_letter_where_it_is_refused(
    one: Greenhouse, running: Running, make: Make, job: str
) -> None:
    running.switches("greenhouse", second_application="refused")
    body = {"candidate_id": make(), "job_id": job}
    outcome = one.send(Write("create_application", "application", "", body, "k"), None)
    assert outcome.verdict is Verdict.INVALID


@pytest.mark.parametrize(
    "write",
    [
        Write("add_to_pool", "candidate", "1", {"pool": "2"}, "k"),
        Write("reject", "application", "1", {}, "k"),
    ],
    ids=lambda write: write.verb,
)
def test_what_cannot_be_done_is_said_and_not_tried(one: Greenhouse, write: Write) -> None:
    assert one.send(write, None).verdict is Verdict.INVALID
    assert one.requests() == 0


@pytest.mark.parametrize(
    "write",
    [
        Write("set_source", "application", "1", {}, "k"),
        Write("set_source", "application", "x", {"source_id": "1"}, "k"),
        Write("create_note", "note", "", {"candidate_id": "x", "text": "secret-canary"}, "k"),
        Write("update_candidate", "candidate", "1", {"add": {"nonsense": ["x"]}}, "k"),
    ],
    ids=lambda write: write.verb,
)
def test_a_write_that_cannot_be_built_halts_and_sends_nothing(one: Greenhouse, make: Make, write: Write) -> None:
    seen = fresh(one, make())
    before = one.requests()
    outcome = one.send(write, Fresh(seen.row, {**seen.raw, "nonsense": []}))
    assert outcome.verdict is Verdict.HALT
    assert "canary" not in outcome.reason
    assert one.requests() == before


def test_missing_custom_fields_are_created_under_the_wanted_key() -> None:
    with start("greenhouse", people=5, seed=1, defined_fields=False) as empty:
        one = Greenhouse("ats", Settings(**empty.credentials["greenhouse"]), MemoryBudget(100_000))
        wanted = [
            WantedField("tieline_person_id"),
            WantedField("tieline_first_touch_at", "date"),
            WantedField("tieline_crm_url", "url"),
            WantedField("tieline_engagement", "long_text"),
            WantedField("tieline_flag", "boolean"),
        ]
        assert [one.create_field(field).severity.value for field in wanted] == ["ok"] * len(wanted)
        made = {row["name_key"]: row["value_type"] for row in empty.state("greenhouse", "custom_fields")}
        assert (
            made.items()
            >= {
                "tieline_person_id": "short_text",
                "tieline_first_touch_at": "date",
                "tieline_crm_url": "url",
                "tieline_engagement": "long_text",
                "tieline_flag": "yes_no",
            }.items()
        )
        again = one.create_field(wanted[0])
        assert again.severity.value == "error"
        assert "by hand" in again.mend
        assert one.create_field(WantedField("Oddly Named", "text")).severity.value == "warning"
        assert one.create_field(WantedField("tieline_choice", "hologram")).severity.value == "warning"
        one.close()
