"""`serve_forever` is what `tieline sandbox` runs: it tells where it is, and takes that back when it ends."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

PROGRAM = """
from connectors.sandbox.launch import serve_forever
serve_forever("greenhouse", people=10, seed=2, ready=lambda running: print("ready", running.ats_url, flush=True))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_address_file_is_there_while_it_serves_and_gone_afterwards(tmp_path, number):
    root = Path(__file__).parents[2]
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], cwd=tmp_path, stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": str(root)}
    )
    try:
        url = program.stdout.readline().split()[1]
        told = tmp_path / ".tieline" / "sandbox.json"
        assert told.stat().st_mode & 0o777 == 0o600
        secret = json.loads(told.read_text())["greenhouse"]
        assert secret["base_url"] == url
        form = {"grant_type": "client_credentials"}
        minted = httpx.post(
            secret["token_url"], data=form, auth=(secret["client_id"], secret["client_secret"]), trust_env=False
        )
        header = {"Authorization": f"Bearer {minted.json()['access_token']}"}
        rows = httpx.get(f"{url}/v3/candidates", headers=header, trust_env=False)
        assert len(rows.json()) > 0
    finally:
        program.send_signal(number)
        assert program.wait(20) == 0
    assert not told.exists()
