"""A mistake of the user is one line that says what, where and how to mend it, with the documented exit code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from connectors.sandbox.launch import Running
from tests.command.conftest import Ended, Tieline


def change(folder: Path, old: str, new: str) -> None:
    """Edit the configuration; the old text must be there."""
    file = folder / "tieline.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def one_line(ended: Ended) -> str:
    """The one line on stderr; a traceback has more."""
    assert ended.err.count("\n") == 1, ended.err
    assert ended.err.startswith("tieline: ")
    return ended.err


def test_no_configuration_says_how_to_make_one(tmp_path: Path, tieline: Tieline) -> None:
    ended = tieline("sync", "--config", str(tmp_path / "none.toml"))
    assert ended.code == 2
    assert "tieline init" in one_line(ended)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("max_changes", "max_changs", "max_changs"),
        ('kind = "greenhouse"', 'kind = "grenhouse"', "greenhouse"),
        ('role = "crm"', 'role = "ats"', "exactly one"),
        ("[state]", "[stat]", "stat"),
        ("max_share = 0.10", "max_share = 7", "max_share"),
        ("client_id", "clientid", "clientid"),
        ("[state]", "[state", "TOML"),
        ('source = "fill"', 'source = "maybe"', "source"),
        ("hold_seconds = 1", 'hold_seconds = "long"', "hold_seconds"),
    ],
)
def test_a_typo_in_the_configuration_is_named(folder: Path, tieline: Tieline, old: str, new: str, told: str) -> None:
    change(folder, old, new)
    ended = tieline("sync")
    assert ended.code == 2
    assert told in one_line(ended)


def test_a_secret_that_is_not_set_is_named_and_not_printed(folder: Path, tieline: Tieline, vendors: Running) -> None:
    secret = vendors.credentials["greenhouse"]["client_secret"]
    change(folder, secret, "${NO_SUCH_SECRET_HERE}")
    ended = tieline("check")
    assert ended.code == 2
    assert "NO_SUCH_SECRET_HERE" in one_line(ended)


@pytest.mark.parametrize("kind", ["greenhouse", "beamery"])
def test_a_wrong_secret_fails_in_one_line(folder: Path, tieline: Tieline, vendors: Running, kind: str) -> None:
    change(folder, vendors.credentials[kind]["client_secret"], "wrong-and-never-printed")
    ended = tieline("sync")
    assert ended.code == 1
    shown = ended.out + ended.err
    assert kind in shown
    assert "Traceback" not in shown
    assert "wrong-and-never-printed" not in shown
    checked = tieline("check")
    assert checked.code == 1
    assert "wrong-and-never-printed" not in checked.out + checked.err


def test_a_dead_host_fails_in_one_line(folder: Path, tieline: Tieline, vendors: Running) -> None:
    change(folder, vendors.credentials["beamery"]["base_url"], "http://127.0.0.1:9")
    ended = tieline("sync", "--json")
    assert ended.code == 1
    assert any("beamery" in sentence for sentence in ended.json["sentences"])
    assert "Traceback" not in ended.err


def test_malformed_json_from_a_vendor_fails_in_one_sentence(folder: Path, tieline: Tieline, vendors: Running) -> None:
    vendors.faults("beamery", {"kind": "malformed", "path": "/v1/contacts", "count": 0})
    try:
        ended = tieline("sync", "--json")
    finally:
        vendors.faults("beamery")
    assert ended.code == 1
    assert len(ended.json["sentences"]) == 1
    assert "Traceback" not in ended.err


def test_an_unknown_person_is_told(folder: Path, tieline: Tieline) -> None:
    ended = tieline("person", "nobody@example.org")
    assert ended.code == 1
    assert "nobody is found" in one_line(ended)


def test_a_file_that_is_no_plan_is_refused(folder: Path, tieline: Tieline) -> None:
    (folder / "plan.json").write_text("{}", encoding="utf-8")
    ended = tieline("apply", "plan.json")
    assert ended.code == 2
    assert "tieline plan --out" in one_line(ended)


def test_a_state_that_is_no_database_is_refused(folder: Path, tieline: Tieline) -> None:
    (folder / "tieline.db").write_text("this is a text file, not a database, and long enough to be read as one" * 20)
    ended = tieline("failures")
    assert ended.code == 1
    assert "not a SQLite database" in one_line(ended)


def test_help_answers_at_once_and_the_engine_does_not_know_prefect() -> None:
    shown = subprocess.run([sys.executable, "-m", "tieline", "--help"], capture_output=True, text=True, check=True)
    assert "reconciliation" not in shown.stderr
    code = "import sys, sync.engine, tieline.sync; sys.exit('prefect' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    light = "import sys, tieline.command; sys.exit(any(m in sys.modules for m in ('httpx', 'pydantic', 'sqlalchemy')))"
    assert subprocess.run([sys.executable, "-c", light], check=False).returncode == 0
