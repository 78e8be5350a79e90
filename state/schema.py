"""The schema of the state: found, applied to a fresh file, and brought up to date by numbered migrations.

`state.db.sql` always describes the newest version. A file `state/migrations/0002_<what>.sql` brings a database of
version 1 to version 2, and so on; each runs in one transaction together with the new version number.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from state.connection import Connected
from state.errors import StateError

SCHEMA = Path(__file__).resolve().parent.parent / "state.db.sql"  # beside the packages, installed or checked out
MIGRATIONS = Path(__file__).resolve().parent / "migrations"
_NAME = re.compile(r"(\d{4})_\w+\.sql")
_DIED = "SELECT EXISTS (SELECT 1 FROM run WHERE id = (SELECT max(id) FROM run) AND ended IS NULL)"


class Migration(NamedTuple):
    """One step: the version it leads to, and its file."""

    version: int
    path: Path


def migrations(folder: Path = MIGRATIONS) -> tuple[Migration, ...]:
    """The steps after version 1, in order. A gap or a double number is a mistake of ours and raises `StateError`."""
    found = sorted(
        Migration(int(match[1]), path) for path in folder.glob("*.sql") if (match := _NAME.fullmatch(path.name))
    )
    if [step.version for step in found] != list(range(2, 2 + len(found))):
        raise StateError("this installation is incomplete, its migrations have gaps: install it again")
    return tuple(found)


def statements(script: str) -> Iterator[str]:
    """The statements of a script, one by one, so that they can share a transaction; triggers stay whole."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
    if any(line.strip() and not line.lstrip().startswith("--") for line in pending.splitlines()):
        raise StateError("this installation is incomplete, its schema ends within a statement: install it again")


class Schema(Connected):
    """Brings a freshly opened database to the newest version."""

    def prepare(self, schema: Path = SCHEMA, folder: Path = MIGRATIONS) -> None:
        """Apply the schema to an empty database, or check and migrate one that is ours.

        Raises `StateError` when it belongs to another program, is damaged, or is newer than this program.
        """
        steps = migrations(folder)
        newest = steps[-1].version if steps else 1
        if not self._tables() and self._apply(schema, newest):
            return
        self._check_ours()
        self._check_whole()
        self._migrate(steps, newest)

    def _apply(self, schema: Path, newest: int) -> bool:
        """Make the tables of an empty database; False when another process was faster."""
        with self._atomic(fenced=False):
            if self._tables():
                return False
            for statement in statements(schema.read_text(encoding="utf-8")):
                self._run(statement)
            self._set("schema_version", str(newest))
            self._set("checked", self._today())
        return True

    def _tables(self) -> frozenset[str]:
        found = self._all("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        return frozenset(row[0] for row in found)

    def _check_ours(self) -> None:
        """Nothing is written into a file before this has been asked."""
        if "meta" not in self._tables() or self._version() is None:
            raise StateError("the state file belongs to another program: name another file in [state] url")

    def _check_whole(self) -> None:
        """Read the whole file once a day, and after a run that did not come to its end: it costs time by size."""
        if self._value("SELECT value FROM meta WHERE key = 'checked'") == self._today() and not self._died():
            return
        if self._value("PRAGMA quick_check(1)") != "ok":
            raise StateError("the state file is damaged: restore it from a backup, then run `tieline sync --full`")
        with self._atomic(fenced=False):
            self._set("checked", self._today())

    def _died(self) -> bool:
        return "run" in self._tables() and bool(self._value(_DIED))

    def _today(self) -> str:
        return self._now()[:10]

    def _version(self) -> int | None:
        """The schema's version as the file says; None when the file is not ours."""
        value = self._value("SELECT value FROM meta WHERE key = 'schema_version'")
        return int(value) if str(value).isdecimal() else None

    def _set(self, key: str, value: str) -> None:
        self._run(
            "INSERT INTO meta (key, value) VALUES (:key, :value)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            {"key": key, "value": value},
        )

    def _migrate(self, steps: tuple[Migration, ...], newest: int) -> None:
        version = self._version() or 0
        if version > newest:
            raise StateError(
                f"the state was written by a newer Tieline (schema {version}, this one knows {newest}):"
                " install the newer version"
            )
        for step in steps:
            with self._atomic(fenced=False):
                if (self._version() or 0) >= step.version:  # done already, perhaps by another process just now
                    continue
                for statement in statements(step.path.read_text(encoding="utf-8")):
                    self._run(statement)
                self._set("schema_version", str(step.version))
