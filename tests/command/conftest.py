"""The command as people run it: a folder, a tieline.toml for a running sandbox, and `tieline ...` in this process."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from connectors.sandbox.launch import Running, start
from tieline import init
from tieline.command import main


class Ended(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Tieline = Callable[..., Ended]


@pytest.fixture(scope="module")
def vendors() -> Iterator[Running]:
    with start(people=60, seed=5) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path, vendors: Running, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with a tieline.toml that points at the sandbox."""
    monkeypatch.chdir(tmp_path)
    kinds = vendors.kinds
    text = init.render(kinds[0], kinds[1], vendors.credentials) + "\n[policies.writing]\nhold_seconds = 1\n"
    (tmp_path / "tieline.toml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def tieline(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Tieline:
    def run(*words: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["tieline", *words])
        capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
        seen = capsys.readouterr()
        return Ended(code, seen.out, seen.err)

    return run
