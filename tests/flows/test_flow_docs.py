"""The page about flows and the examples in deploy/ say what the program does."""

from __future__ import annotations

import configparser
import importlib
import inspect
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows import home, serving
from flows.__main__ import NAMES
from tieline.command import app

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "flows.md").read_text(encoding="utf-8")
DEPLOY = ROOT / "deploy"


@pytest.mark.parametrize("name", NAMES)
def test_every_flow_is_on_the_page(name: str) -> None:
    assert f"| `{name}` |" in PAGE


def test_every_setting_of_prefects_is_on_the_page() -> None:
    told = dict(re.findall(r"^\| `([A-Z_]+)` \| `?([^`|]*?)`? \|$", PAGE, re.MULTILINE))
    assert told == {name: value or "empty" for name, value in home.DEFAULTS.items()}


def commands(text: str) -> list[list[str]]:
    """The words after `tieline` in every line that runs it, ours or on a path."""
    found = re.findall(
        r"(?:^|[ /=])tieline ((?:check|plan|sync|retry|failures|report|pull)\b[^\n`&>|#]*)", text, re.MULTILINE
    )
    return [shlex.split(one) for one in found]


@pytest.mark.parametrize("path", sorted(DEPLOY.iterdir()), ids=lambda path: path.name)
def test_commands_in_the_examples_exist_with_their_options(path: Path) -> None:
    known = {one.name or one.callback.__name__: one.callback for one in app.registered_commands if one.callback}
    for name, *words in commands(path.read_text(encoding="utf-8")):
        options = {word[2:].replace("-", "_") for word in words if word.startswith("--")}
        taken = set(inspect.signature(known[name]).parameters)
        assert {"as_json" if one == "json" else one for one in options} <= taken, (name, options)


def unit(name: str) -> configparser.ConfigParser:
    found = configparser.ConfigParser(interpolation=None, strict=True)
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read_string((DEPLOY / name).read_text(encoding="utf-8"))
    return found


def test_the_timer_starts_a_sync_of_a_user_without_rights() -> None:
    service = unit("tieline.service")["Service"]
    assert shlex.split(service["ExecStart"])[:2] == ["/opt/tieline/.venv/bin/tieline", "sync"]
    assert (service["Type"], service["User"], service["NoNewPrivileges"]) == ("oneshot", "tieline", "true")
    assert not re.search(r"secret\s*=|SECRET=\S", (DEPLOY / "tieline.service").read_text(encoding="utf-8"))
    assert "OnUnitInactiveSec" in unit("tieline.timer")["Timer"]


def test_the_deployments_are_the_schedules_that_serve_makes() -> None:
    told: dict[str, Any] = yaml.safe_load((DEPLOY / "prefect.yaml").read_text(encoding="utf-8"))
    made = serving.deployments("/etc/tieline/tieline.toml", 10)
    assert [one["name"] for one in told["deployments"]] == [one.name for one in made]
    for given, own in zip(told["deployments"], made, strict=True):
        module, _, name = given["entrypoint"].rpartition(".")
        flow = getattr(importlib.import_module(module), name)
        assert given["entrypoint"] == own.entrypoint
        assert given["parameters"] == own.parameters
        assert given["parameters"].keys() <= inspect.signature(flow.fn).parameters.keys()
        assert given["concurrency_limit"]["limit"] == own.concurrency_limit
    assert told["deployments"][1]["schedules"][0]["cron"] == serving.NIGHTLY
    assert told["deployments"][0]["schedules"][0]["interval"] == 600
