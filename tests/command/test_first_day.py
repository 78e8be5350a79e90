"""A first day: init, check, plan, sync, sync; and the plan in a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.sandbox.launch import Running, start
from tests.command.conftest import Tieline


@pytest.fixture
def vendors() -> Iterator[Running]:
    """A world of its own for every test here: they write into it."""
    with start(people=60, seed=5) as running:
        yield running


def writes(vendors: Running) -> int:
    """Writes that came over the vendors' APIs, by their own logs."""
    return sum(len(vendors.log(kind, writes=True)) for kind in vendors.kinds)


def test_check_finds_nothing_to_mend_and_plan_writes_nothing(folder: Path, tieline: Tieline, vendors: Running) -> None:
    checked = tieline("check", "--json")
    assert checked.code == 0, checked.out
    assert checked.json["ok"] is True
    planned = tieline("plan", "--json")
    assert planned.code == 0
    assert planned.json["changes"]
    assert all(change["because"] for change in planned.json["changes"])
    assert writes(vendors) == 0


def test_the_second_sync_plans_and_writes_nothing(folder: Path, tieline: Tieline, vendors: Running) -> None:
    first = tieline("sync", "--json")
    assert first.code == 0, first.err
    assert first.json["planned"] == first.json["applied"] > 0
    assert {"run", "pulled", "requests", "people", "linked", "review", "failed", "held", "seconds"} <= set(first.json)
    before = writes(vendors)
    second = tieline("sync", "--json")
    assert (second.code, second.json["planned"], second.json["applied"]) == (0, 0, 0)
    assert writes(vendors) == before


def test_a_plan_in_a_file_is_applied_exactly(folder: Path, tieline: Tieline, vendors: Running) -> None:
    assert tieline("plan", "--out", "plan.json").code == 0
    wanted = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    done = tieline("apply", "plan.json", "--json")
    assert done.code == 0, done.out + done.err
    assert done.json["applied"] == len(wanted["changes"])


def test_a_plan_that_has_moved_says_what_moved(folder: Path, tieline: Tieline, vendors: Running) -> None:
    assert tieline("plan", "--out", "plan.json").code == 0
    wanted = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    crm = vendors.kinds[1]
    moved = next(c for c in wanted["changes"] if c["system"] == crm and c["verb"] == "update_candidate")
    vendors.act(crm, "delete", contact=moved["target"])
    ended = tieline("apply", "plan.json", "--json")
    assert ended.code == 3
    assert 0 < ended.json["applied"] < len(wanted["changes"])
    assert any(moved["person"] in sentence for sentence in ended.json["sentences"])


def test_a_mass_change_is_held_until_somebody_says_yes(folder: Path, tieline: Tieline, vendors: Running) -> None:
    assert tieline("sync", "--json").code == 0
    ats = vendors.kinds[0]
    people = [one for one in vendors.state(ats, "candidates") if not one["private"]][:30]
    for one in people:
        vendors.act(ats, "edit", candidate=one["id"], values={"title": f"Renamed {one['id']}"})
    before = writes(vendors)
    held = tieline("sync", "--json", "--max-changes", "2")
    assert held.code == 4
    assert held.json["held"] > 2
    assert writes(vendors) == before
    assert tieline("sync", "--json", "--max-changes", "2", "--yes").code == 0
    assert writes(vendors) > before


def test_an_empty_side_is_an_outage_and_no_deletion(folder: Path, tieline: Tieline, vendors: Running) -> None:
    assert tieline("sync", "--json").code == 0
    crm = vendors.kinds[1]
    before = writes(vendors)
    vendors.act(crm, "empty")
    held = tieline("sync", "--json", "--full")
    assert held.code == 4, held.out
    assert writes(vendors) == before
    vendors.act(crm, "empty", on=False)
    again = tieline("sync", "--json")
    assert (again.code, again.json["planned"]) == (0, 0)


def test_missing_custom_fields_are_found_and_mended(
    tmp_path: Path, tieline: Tieline, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tieline import init

    monkeypatch.chdir(tmp_path)
    with start(people=30, seed=5, defined_fields=False) as bare:
        (tmp_path / "tieline.toml").write_text(init.render(*bare.kinds, bare.credentials), encoding="utf-8")
        found = tieline("check", "--json")
        missing = [one for one in found.json["findings"] if one["subject"].startswith("custom field")]
        assert {"custom field tieline_person_id", "custom field ATS status"} <= {one["subject"] for one in missing}
        assert all("--fix" in one["mend"] for one in missing)
        tieline("check", "--fix")
        left = [one["subject"] for one in tieline("check", "--json").json["findings"] if one["fixable"]]
        assert "custom field tieline_person_id" not in left
