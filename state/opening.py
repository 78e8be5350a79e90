"""From what stands in tieline.toml to an open SQLite file, or one sentence that says what to mend."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path

from sqlalchemy import NullPool, create_engine
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, OperationalError

from state.errors import StateError, sentence

BUSY_SECONDS = 10.0  # how long a statement waits for another program's transaction


def locate(path_or_url: str) -> Path:
    """The file a setting names: `sqlite:///relative.db`, `sqlite:////absolute.db` or a plain path."""
    scheme, separator, rest = path_or_url.partition("://")
    if not separator:
        scheme, rest = "sqlite", f"/{path_or_url}"
    if scheme.startswith("postgres"):
        raise StateError('this version keeps its state in SQLite: set [state] url = "sqlite:///tieline.db"')
    if scheme not in ("sqlite", "sqlite+pysqlite"):
        raise StateError('the state\'s address is not understood: set [state] url = "sqlite:///tieline.db"')
    name = rest.removeprefix("/")
    if name in ("", ":memory:"):
        raise StateError('the state needs a file, to survive a restart: set [state] url = "sqlite:///tieline.db"')
    return Path(name)


def ready(path: Path) -> None:
    """Make sure that the file can be opened and written, and that nobody else can read it (mode 0600)."""
    folder = path.parent
    if not folder.is_dir():
        raise StateError(f"the folder {folder} of the state file does not exist: create it, or change [state] url")
    if path.is_dir():
        raise StateError(f"{path} is a folder, and the state needs a file: change [state] url")
    if not os.access(folder, os.W_OK | os.X_OK) or (path.exists() and not os.access(path, os.R_OK | os.W_OK)):
        raise StateError(f"{path} or its folder cannot be written: give yourself the right to write there")
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except OSError as exc:
        raise StateError(f"{path} cannot be opened or protected: check who owns it and its folder") from exc


def connect(path: Path, *, synchronous: str = "FULL", busy: float = BUSY_SECONDS, threads: bool = False) -> Connection:
    """A connection in WAL mode that begins no transaction by itself and never shows bound values in its errors.

    `synchronous` FULL survives a power cut after every commit; `threads` allows use from several threads, which
    must then take turns.
    """

    def creator() -> sqlite3.Connection:
        return sqlite3.connect(path, timeout=busy, isolation_level=None, check_same_thread=not threads)

    engine = create_engine("sqlite+pysqlite://", creator=creator, poolclass=NullPool, hide_parameters=True)
    try:
        connection = engine.connect()
        # The page size counts for a fresh file only: payloads of one or two kilobytes fill eight better than four.
        connection.exec_driver_sql("PRAGMA page_size = 8192")
        _into_wal(connection, time.monotonic() + busy)
        for pragma in (f"synchronous = {synchronous}", "foreign_keys = ON"):
            connection.exec_driver_sql(f"PRAGMA {pragma}")
    except DBAPIError as exc:
        raise sentence(exc) from exc
    return connection


def _into_wal(connection: Connection, deadline: float) -> None:
    """Switch a file to WAL mode. SQLite does not wait here by itself when several processes open a fresh file."""
    while True:
        try:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            return
        except OperationalError as exc:
            if "locked" not in str(exc.orig) or time.monotonic() >= deadline:
                raise
        time.sleep(0.02)
