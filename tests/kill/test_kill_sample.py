"""A few deaths by SIGKILL in every run of the suite; `python -m tests.kill --points 200` dies at many."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_process_that_is_killed_doubles_nothing_and_loses_nothing() -> None:
    command = [sys.executable, "-m", "tests.kill", "--points", "12", "--people", "14", "--seed", "5"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=110, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    totals = [line.split() for line in done.stdout.splitlines() if line.startswith("all ")]
    assert len(totals) == 2
    for _, tried, died, doubled, lost, restless, _ in totals:
        assert (tried, doubled, lost, restless) == (died, "0", "0", "0")
        assert int(died) >= 4
