"""Prefect's surroundings, set before Prefect is imported: analytics off, a prepared home, patience at start-up.

An ephemeral server migrates its database when it starts, and on an empty home that outlasts its start-up time-out;
so the database is migrated first. A home that has a server of its own (PREFECT_API_URL) is left alone.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

DEFAULTS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    # Nothing of ours may travel through Prefect's results: they are pickles on a disk we do not guard.
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
}


def prepare() -> None:
    """Set the defaults that are not set yet, and migrate an ephemeral server's database once. Raises
    `subprocess.CalledProcessError` when Prefect cannot prepare its own home."""
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    if os.environ.get("PREFECT_API_URL") or _database().exists():
        return
    command = [sys.executable, "-m", "prefect", "server", "database", "upgrade", "--yes"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own interpreter, fixed words


def _database() -> Path:
    return Path(os.environ.get("PREFECT_HOME", "~/.prefect")).expanduser() / "prefect.db"
