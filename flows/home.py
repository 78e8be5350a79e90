"""Prefect's surroundings, set before Prefect is imported: analytics off, a prepared home, patience at start-up.

An ephemeral server migrates its database when it starts, and on an empty home that outlasts its start-up time-out;
so the database is migrated first. Whoever has a server of their own (PREFECT_API_URL), or a database of their own
for it, prepares it themselves.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tieline.errors import CommandError

DEFAULTS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    # Nothing of ours may travel through Prefect's results: they are pickles on a disk we do not guard.
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    # Nor through its logs: ours go to stderr and nowhere else.
    "PREFECT_LOGGING_LOG_PRINTS": "false",
    "PREFECT_LOGGING_EXTRA_LOGGERS": "",
}
SERVER = "PREFECT_API_URL"
_ELSEWHERE = (SERVER, "PREFECT_SERVER_DATABASE_CONNECTION_URL", "PREFECT_API_DATABASE_CONNECTION_URL")


def settle() -> None:
    """Set the defaults that nobody has set; what is in the environment already is left alone."""
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)


def prepare() -> None:
    """`settle`, and migrate an ephemeral server's database once. Raises `CommandError` when Prefect cannot."""
    settle()
    if any(os.environ.get(name) for name in _ELSEWHERE) or _database().exists():
        return
    command = [sys.executable, "-m", "prefect", "server", "database", "upgrade", "--yes"]
    ended = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own interpreter, fixed words
    if ended.returncode:
        home = _database().parent
        raise CommandError(
            f"Prefect could not prepare its home {home}: run `prefect server database upgrade --yes` to see why, "
            f"or name a server of yours in {SERVER}"
        )


def _database() -> Path:
    return Path(os.environ.get("PREFECT_HOME", "~/.prefect")).expanduser() / "prefect.db"
