"""Speaking: what is compared, in which order things leave, and what becomes of each of the five verdicts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from connectors.kit.contract import Ref
from sync.reading import keep
from tests.sync.small_vendor import Act, SmallVendor, Verdict, Write
from tests.sync.small_world import ATS, CRM, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Ada and Bob in both systems, tied and quiet."""
    world = World(tmp_path / "state.db")
    world.both(["Ada", "Bob"])
    world.sync()
    return world


def states(world: World) -> list[tuple[str, str, str | None]]:
    """Verb, state and reason of every change that is not done."""
    rows = world.store.changes(["open", "sent", "in_doubt", "applied", "dead", "raced", "cancelled"])
    return [(row.verb, row.state, row.reason) for row in rows]


def updates(vendor: SmallVendor, field: str) -> list[Any]:
    """The values of a field in the writes to a vendor."""
    fields = [write.body["fields"] for write in vendor.writes if write.verb == "update_candidate"]
    return [changed[field][1] for changed in fields if field in changed]


def test_an_edit_travels_once_and_does_not_come_back(world: World) -> None:
    world.crm.edit("c-Ada", title="Engineer")
    world.sync()
    assert world.ats.candidate("a-Ada")["title"] == "Engineer"
    world.assert_quiet()
    assert (updates(world.ats, "title"), updates(world.crm, "title")) == (["Engineer"], [])


def test_only_what_changed_is_sent(world: World) -> None:
    world.crm.edit("c-Ada", title="Engineer")
    world.sync()
    assert world.ats.writes[-1].body == {"fields": {"title": (None, "Engineer")}}


def test_what_somebody_did_by_hand_meanwhile_needs_no_request(world: World) -> None:
    world.crm.edit("c-Ada", title="Engineer")
    world.engine.pull()
    world.engine.resolve()
    plan = world.engine.plan()
    world.ats.edit("a-Ada", title="Engineer")
    before = world.writes()
    result = world.engine.apply_plan(plan)
    assert world.writes() == before
    assert result.outcome in ("done", "partial")
    world.assert_quiet()


def test_an_edit_between_reading_and_writing_is_not_overwritten(world: World) -> None:
    world.crm.edit("c-Ada", title="Engineer")
    hurried: list[str] = []

    def somebody_is_faster(write: Write) -> None:
        hurried.append(write.id)

    fresh = world.ats.fresh

    def read_after_an_edit(object: str, ids: Any) -> Any:
        if not hurried:
            hurried.append("edited")
            world.ats.edit("a-Ada", title="Professor")
        return fresh(object, ids)

    world.ats.says_total = True
    world.ats.fresh = read_after_an_edit  # type: ignore[method-assign]
    world.sync()
    assert (world.ats.candidate("a-Ada")["title"], world.crm.candidate("c-Ada")["title"]) == ("Professor", "Professor")
    world.assert_quiet()


def test_a_withdrawal_leaves_before_anything_else_in_any_system(world: World) -> None:
    order: list[tuple[str, str]] = []
    for vendor in (world.ats, world.crm):
        vendor.before = lambda write, name=vendor.system: order.append((name, sorted(write.body["fields"])[0]))
    world.crm.edit("c-Bob", title="Designer", company="Acme")
    world.ats.edit("a-Ada", do_not_contact=True, title="Engineer")
    world.sync()
    assert order[0] == (CRM, "do_not_contact")
    assert world.crm.candidate("c-Ada")["do_not_contact"] is True


def test_an_invalid_change_is_a_dead_letter_and_delays_nobody(world: World) -> None:
    world.crm.edit("c-Ada", title="Engineer")
    world.crm.edit("c-Bob", title="Designer")
    world.ats.script.append(Act(Verdict.INVALID, reason="title is too long"))
    result = world.sync()
    assert (result.outcome, result.failed) == ("partial", 1)
    assert states(world) == [("update_candidate", "dead", "title is too long")]
    assert sorted(str(one["values"].get("title")) for one in world.ats.objects["candidate"].values()) in (
        ["Designer", "None"],
        ["Engineer", "None"],
    )
    assert world.sync().planned == 0  # a dead letter is not tried again by itself


def test_a_dead_letter_that_is_replayed_is_sent(world: World) -> None:
    world.crm.edit("c-Ada", title="Engineer")
    world.ats.script.append(Act(Verdict.INVALID))
    world.sync()
    assert world.store.retry(None) == 1
    world.sync()
    assert world.ats.candidate("a-Ada")["title"] == "Engineer"
    world.assert_quiet()


def test_what_was_not_sent_is_sent_later(world: World) -> None:
    world.crm.edit("c-Ada", title="Engineer")
    world.ats.script.append(Act(Verdict.NOT_SENT, reason="too many requests"))
    assert world.sync().outcome == "done"
    assert updates(world.ats, "title") == ["Engineer", "Engineer"]
    assert world.ats.candidate("a-Ada")["title"] == "Engineer"


def test_what_is_never_sent_ends_the_run_with_a_sentence_and_stays_open(world: World) -> None:
    world.crm.edit("c-Ada", title="Engineer")
    world.ats.script.extend(Act(Verdict.NOT_SENT) for _ in range(4))
    result = world.sync()
    assert result.outcome == "partial"
    assert result.sentences == ["1 changes are still to be sent: the next sync goes on with them"]
    assert world.sync().outcome == "done"
    world.assert_quiet()


def test_a_system_that_shuts_its_door_is_not_asked_again(world: World) -> None:
    world.crm.edit("c-Ada", title="Engineer")
    world.crm.edit("c-Bob", title="Designer")
    world.ats.script.extend([Act(Verdict.HALT, reason="the token was revoked")] * 2)
    result = world.sync()
    assert (result.outcome, result.sentences[0]) == ("failed", "ats: the token was revoked")
    assert len(updates(world.ats, "title")) == 1
    world.ats.script.clear()
    assert world.sync().outcome == "done"
    world.assert_quiet()


def test_a_change_a_vendor_always_calls_overtaken_becomes_a_dead_letter(world: World) -> None:
    world.crm.edit("c-Ada", title="Engineer")
    world.ats.script.extend(Act(Verdict.RACED, reason="conflict") for _ in range(9))
    result = world.sync()
    assert (result.failed, len(updates(world.ats, "title"))) == (1, 3)
    assert states(world)[-1][1:] == ("dead", "refused as overtaken 3 times: conflict")


def test_a_value_a_vendor_accepts_and_does_not_keep_is_sent_twice_and_no_more(world: World) -> None:
    world.ats.forgetful = frozenset({"title"})
    world.crm.edit("c-Ada", title="Engineer")
    for _ in range(4):
        world.sync()
    assert len(updates(world.ats, "title")) <= 2
    assert "not_kept" in {one.kind for one in world.store.notices()}


def test_a_mistake_of_ours_about_one_person_is_their_dead_letter_with_a_reference(world: World) -> None:
    world.crm.edit("c-Ada", title="Engineer")
    world.crm.edit("c-Bob", title="Designer")
    mapper = world.ctx.ats.mapper
    make = mapper.update_candidate

    def stumble(id: str, changed: Any, key: str) -> Write:
        if id == "a-Ada":
            raise ZeroDivisionError("ada@example.com")
        return make(id, changed, key)

    mapper.update_candidate = stumble  # type: ignore[method-assign]
    result = world.sync()
    assert (result.failed, world.ats.candidate("a-Bob")["title"]) == (1, "Designer")
    reason = states(world)[-1][2]
    assert reason is not None
    assert reason.startswith("unexpected ZeroDivisionError (reference ")
    assert "@" not in reason


def test_a_worker_that_breaks_leaves_its_change_in_doubt_and_reading_settles_it(world: World) -> None:
    world.crm.edit("c-Ada", title="Engineer")
    broken: list[Write] = []

    def break_once(write: Write) -> None:
        if not broken:
            broken.append(write)
            raise RuntimeError("socket")

    world.ats.before = break_once
    world.sync()
    assert world.ats.candidate("a-Ada")["title"] == "Engineer"
    world.assert_quiet()


def test_every_write_has_its_reason_and_its_journal_line(world: World) -> None:
    world.contact("c-Cyd", "Cyd")
    world.on_vacancy("c-Cyd")
    world.sync()
    rows = world.store.changes(["done"])
    assert len(rows) >= world.writes()
    for row in rows:
        assert row.because
        events = [one.event for one in world.store.person_journal(row.person)]
        assert "change_done" in events


def test_a_person_who_says_no_between_plan_and_write_is_not_created_in_the_crm(world: World) -> None:
    world.policies.handoff.create_contacts = "always"
    world.open()
    world.applicant("a-Eve", "Eve")
    world.ats.put("application", "app-eve", candidate_id="a-Eve", job="j1", state="open")
    world.crm.edit("c-Ada", title="Engineer")

    def withdraw_while_the_ats_is_written_to(phase: str, done: int, total: int | None) -> None:
        if phase == "writing to ats" and not world.ats.candidate("a-Eve").get("do_not_contact"):
            assert [row.verb for row in world.store.changes(["open"], CRM)] == ["create_candidate"]
            world.ats.edit("a-Eve", do_not_contact=True)
            keep(world.ctx, world.ctx.ats, [world.ats.fresh("candidate", ["a-Eve"])["a-Eve"].row])

    world.ctx.progress = withdraw_while_the_ats_is_written_to
    world.sync()
    assert world.ats.candidate("a-Eve")["do_not_contact"] is True
    assert [write.verb for write in world.crm.writes if write.verb == "create_candidate"] == []


def test_what_we_created_belongs_to_its_person_whatever_the_vendor_keeps_of_it(world: World) -> None:
    world.ats.forgetful = frozenset({"person_id", "emails"})
    world.contact("c-Cyd", "Cyd")
    world.on_vacancy("c-Cyd")
    world.sync()
    [made] = [id for id in world.ats.objects["candidate"] if id.startswith("ats-new")]
    owners = {world.store.person_of(Ref(system, "candidate", id)) for system, id in ((ATS, made), (CRM, "c-Cyd"))}
    assert len(owners) == 1
    assert world.store.links(owners.pop() or "")[0].rule == "created"


def test_our_own_write_does_not_make_a_record_the_newer_one(tmp_path: Path) -> None:
    world = World(tmp_path / "first.db")
    world.applicant("a-Ada", title="Clerk")
    world.contact("c-Ada", title="Engineer", do_not_contact=True)
    # The withdrawal goes out and makes the ATS's record newer; the rest is put off, and decided again.
    world.ats.script.extend([Act(Verdict.APPLIED, applied=True), Act(Verdict.NOT_SENT)])
    world.crm.script.append(Act(Verdict.NOT_SENT))
    world.sync()
    assert world.ats.candidate("a-Ada")["do_not_contact"] is True
    assert (world.ats.candidate("a-Ada")["title"], world.crm.candidate("c-Ada")["title"]) == ("Engineer", "Engineer")
    world.assert_quiet()
