"""A flow on a real Prefect server of its own, started in an empty home."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from connectors.sandbox.launch import Running, start
from tests.journeys.journey_command import tieline
from tests.journeys.journey_pair import config_text

ROOT = Path(__file__).parents[2]


def flow(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`python -m flows ...` with a home in this folder and no server anywhere."""
    keep = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return subprocess.run(
        [sys.executable, "-m", "flows", *words, "--config", str(folder / "tieline.toml")],
        cwd=ROOT, env={**keep, "PREFECT_HOME": str(folder / "prefect")}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def writes(vendors: Running) -> int:
    return sum(len(vendors.log(kind, writes=True)) for kind in vendors.kinds)


def everything(folder: Path) -> bytes:
    """What Prefect keeps of us."""
    return b"".join(one.read_bytes() for one in sorted((folder / "prefect").rglob("*")) if one.is_file())


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_cycle_in_an_empty_home_leaves_nothing_to_do_and_tells_prefect_nothing(tmp_path: Path) -> None:
    with start(people=20, seed=7) as vendors:
        (tmp_path / "tieline.toml").write_text(config_text(vendors), encoding="utf-8")
        ended = flow(tmp_path, "cycle")
        assert ended.returncode == 0, ended.stderr
        assert "Finished in state Completed()" in ended.stderr
        done = writes(vendors)
        assert done > 0
        again = tieline(tmp_path / "tieline.toml", "sync", "--json")
        assert (again.code, writes(vendors)) == (0, done)
        kept = everything(tmp_path)
        assert b"tieline-cycle" in kept
        for secret in (one["client_secret"] for one in vendors.credentials.values()):
            assert secret.encode() not in kept
        for row in vendors.state("crm", "contacts"):
            assert (row["primaryEmail"] or "no address").encode() not in kept
        assert not (tmp_path / "prefect" / "storage").exists()

        text = (tmp_path / "tieline.toml").read_text(encoding="utf-8")
        (tmp_path / "tieline.toml").write_text(
            text.replace(vendors.credentials["beamery"]["client_secret"], "wrong"), encoding="utf-8"
        )
        failed = flow(tmp_path, "cycle")
        assert failed.returncode == 1
        assert "Traceback" not in failed.stderr
        [line] = [one for one in failed.stderr.splitlines() if one.startswith("flows: ")]
        assert "beamery: no token" in line
        assert 'Finished in state Failed("beamery: no token' in failed.stderr
