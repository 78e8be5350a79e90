"""Opening the state: made when there is none, checked when there is, and one helpful sentence for every mistake."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from state.connection import Connected
from state.opening import connect, locate
from state.schema import SCHEMA, Schema, migrations, statements
from state.store import StateError, Store


def test_a_fresh_state_has_the_newest_version_and_is_private(path):
    with Store.open(str(path)) as store:
        assert store.get_meta("schema_version") == str(1 + len(migrations()))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_state_that_others_could_read_is_made_private(path):
    Store.open(str(path)).close()
    path.chmod(0o644)
    Store.open(str(path)).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_was_kept_is_there_when_opened_again(path):
    with Store.open(str(path)) as store:
        store.set_meta("tenant:ats", "acme")
    with Store.open(f"sqlite:///{path}") as store:
        assert store.get_meta("tenant:ats") == "acme"


def test_the_file_survives_a_power_cut_and_keeps_its_references(store):
    assert store._value("PRAGMA journal_mode") == "wal"
    assert store._value("PRAGMA synchronous") == 2  # FULL
    assert store._value("PRAGMA foreign_keys") == 1


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("sqlite:///tieline.db", Path("tieline.db")),
        ("sqlite:////var/lib/tieline.db", Path("/var/lib/tieline.db")),
        ("sqlite+pysqlite:///tieline.db", Path("tieline.db")),
        ("/var/lib/tieline.db", Path("/var/lib/tieline.db")),
        ("tieline.db", Path("tieline.db")),
    ],
)
def test_a_setting_names_a_file(setting, expected):
    assert locate(setting) == expected


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("postgresql://localhost/tieline", "this version keeps its state in SQLite"),
        ("postgresql+psycopg://localhost/tieline", "this version keeps its state in SQLite"),
        ("mysql://localhost/tieline", "address is not understood"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("", "needs a file"),
    ],
)
def test_an_address_that_cannot_be_used_is_told_with_a_way_out(setting, told):
    with pytest.raises(StateError, match=told) as error:
        Store.open(setting)
    assert "[state] url" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(StateError, match=r"missing of the state file does not exist: create it"):
        Store.open(str(tmp_path / "missing" / "tieline.db"))


def test_a_folder_is_no_state(tmp_path):
    with pytest.raises(StateError, match="is a folder"):
        Store.open(str(tmp_path))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_told(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(StateError, match="cannot be written"):
        Store.open(str(tmp_path / "tieline.db"))


def test_a_folder_that_denies_writing_is_told_to_root_as_well(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(StateError, match="give yourself the right to write"):
        Store.open(str(tmp_path / "tieline.db"))


def test_a_file_that_is_no_database_is_told_and_left_alone(path):
    path.write_text("not a database " * 100)
    with pytest.raises(StateError, match="is not a SQLite database"):
        Store.open(str(path))
    assert path.read_text().startswith("not a database")


def test_a_database_of_another_program_is_told_and_left_alone(path):
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE songs (title TEXT)")
    with pytest.raises(StateError, match="belongs to another program"):
        Store.open(str(path))
    with sqlite3.connect(path) as other:
        assert [row[0] for row in other.execute("SELECT name FROM sqlite_master")] == ["songs"]


def test_another_programs_meta_table_does_not_deceive(path):
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE meta (key TEXT, value TEXT)")
    with pytest.raises(StateError, match="belongs to another program"):
        Store.open(str(path))


def test_a_state_of_a_newer_program_is_not_touched(path):
    with Store.open(str(path)) as store:
        store.set_meta("schema_version", "999")
    with pytest.raises(StateError, match=r"newer Tieline \(schema 999"):
        Store.open(str(path))


def test_a_damaged_state_is_found_at_the_first_opening_of_a_day(path, clock):
    with Store.open(str(path), clock=clock) as store:
        with store.transaction():
            for number in range(2000):
                store.set_meta(f"key{number}", "x" * 50)
        store.set_meta("checked", "2026-01-01")
        store._run("PRAGMA wal_checkpoint(TRUNCATE)")
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2 : len(raw) // 2 + 8192] = b"\xff" * 8192
    path.write_bytes(raw)
    with pytest.raises(StateError, match="damaged: restore it from a backup"):
        Store.open(str(path))


def test_the_whole_file_is_read_once_a_day_and_after_a_death(path, clock):
    def checked() -> str | None:
        with Store.open(str(path), clock=clock) as store:
            return store.get_meta("checked")

    first = checked()
    clock.at += 86_400
    assert checked() > first
    with Store.open(str(path), clock=clock) as store:
        store.set_meta("checked", "2000-01-01")
        store.start_run("died")
    assert checked() != "2000-01-01"


def test_a_fresh_file_can_be_opened_by_several_processes_at_once(path):
    """They agree on who makes the tables, and nobody fails."""
    script = f"from state.store import Store; Store.open({str(path)!r}).close()"
    opening = [subprocess.Popen([sys.executable, "-c", script]) for _ in range(4)]
    assert [one.wait(timeout=60) for one in opening] == [0, 0, 0, 0]


def test_a_locked_state_is_told_when_something_must_be_written(store, path, again):
    other = again()
    with store.transaction(), pytest.raises(StateError, match="locked by another program: wait"):
        other.set_meta("a", "b")
    other.set_meta("a", "b")
    assert store.get_meta("a") == "b"


def test_readers_are_not_held_up_by_a_writer(store, again):
    store.set_meta("a", "before")
    other = again()
    with store.transaction():
        store.set_meta("a", "after")
        assert other.get_meta("a") == "before"
    assert other.get_meta("a") == "after"


# Migrations.


def prepared(path: Path, schema: Path, folder: Path) -> Connected:
    path.touch()
    connection = connect(path)
    opened = Schema(connection)
    opened.prepare(schema, folder)
    return opened


@pytest.fixture
def versions(tmp_path):
    """A schema of version 1, and beside it one of version 3 with the two steps that lead there."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    old = tmp_path / "old.sql"
    old.write_text("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;\n")
    new = tmp_path / "new.sql"
    new.write_text(old.read_text() + "CREATE TABLE two (a TEXT) STRICT;\nCREATE INDEX two_a ON two(a);\n")
    (folder / "0002_second_table.sql").write_text("CREATE TABLE two (a TEXT) STRICT;\n")
    (folder / "0003_index.sql").write_text("-- faster\nCREATE INDEX two_a ON two(a);\n")
    return old, new, folder


VERSION = "SELECT value FROM meta WHERE key = 'schema_version'"


def shape(opened) -> set[str]:
    return {row[0] for row in opened._all("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")}


def test_an_older_state_is_brought_to_the_newest_version(tmp_path, versions):
    old, new, folder = versions
    empty = tmp_path / "none"
    empty.mkdir()
    first = prepared(tmp_path / "a.db", old, empty)
    assert first._value(VERSION) == "1"
    migrated = prepared(tmp_path / "a.db", new, folder)
    fresh = prepared(tmp_path / "b.db", new, folder)
    assert shape(migrated) == shape(fresh) == {"meta", "two", "two_a"}
    assert migrated._value(VERSION) == fresh._value(VERSION) == "3"


def test_a_migration_happens_once(tmp_path, versions):
    old, new, folder = versions
    empty = tmp_path / "none"
    empty.mkdir()
    prepared(tmp_path / "a.db", old, empty)
    prepared(tmp_path / "a.db", new, folder)
    prepared(tmp_path / "a.db", new, folder)  # would fail: the table is there


def test_a_migration_that_fails_leaves_the_state_as_it_was(tmp_path, versions):
    old, new, folder = versions
    empty = tmp_path / "none"
    empty.mkdir()
    prepared(tmp_path / "a.db", old, empty)
    (folder / "0003_index.sql").write_text("CREATE TABLE three (a TEXT) STRICT;\nCREATE INDEX broken ON nothing(a);\n")
    with pytest.raises(StateError):
        prepared(tmp_path / "a.db", new, folder)
    left = Connected(connect(tmp_path / "a.db"))
    assert shape(left) == {"meta", "two"}
    assert left._value(VERSION) == "2"


def test_a_gap_in_the_migrations_is_a_broken_installation(versions):
    _, _, folder = versions
    (folder / "0002_second_table.sql").unlink()
    with pytest.raises(StateError, match="install it again"):
        migrations(folder)


def test_the_schema_is_split_into_whole_statements():
    """Triggers hold semicolons of their own."""
    found = list(statements(SCHEMA.read_text(encoding="utf-8")))
    assert all(sqlite3.complete_statement(one) for one in found)
    assert sum("CREATE TRIGGER" in one for one in found) == sum("RAISE(ABORT" in one for one in found)


def test_a_schema_that_was_cut_off_is_noticed():
    with pytest.raises(StateError, match="ends within a statement"):
        list(statements("CREATE TABLE a (b TEXT);\nCREATE TABLE c (d"))
