"""The flows are thin: a parameter or two in, one call, counts out; and what goes wrong is one sentence."""

from __future__ import annotations

import ast
import inspect
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from prefect.client.schemas.objects import State

from flows import __main__ as command
from flows import home, serving, work
from sync.cycle import Result
from tieline.errors import CommandError

WANTED: dict[str, list[tuple[Any, ...]]] = {
    "pull": [("open", ()), ("pull", {"full": False})],
    "resolve": [("open", ()), ("resolve", {})],
    "handoff": [("open", ("handoff",)), ("sync", {})],
    "disposition": [("open", ("disposition",)), ("sync", {})],
    "attribution": [("open", ("attribution",)), ("sync", {})],
    "reconcile": [("open", ()), ("reconciled", {})],
    "cycle": [("open", ()), ("sync", {"full": False})],
}


class FakeEngine:
    """Writes down what it is asked for."""

    def __init__(self, calls: list[tuple[Any, ...]], result: Result) -> None:
        self._calls = calls
        self._result = result

    def __getattr__(self, name: str) -> Any:
        def call(**options: Any) -> Any:
            self._calls.append((name, options))
            if name == "pull":
                return SimpleNamespace(rows={"ats": 1, "crm": 2})
            return SimpleNamespace(records=3) if name == "resolve" else self._result

        return call


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    return watch(monkeypatch, Result(1))


def watch(monkeypatch: pytest.MonkeyPatch, result: Result) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []

    @contextmanager
    def opened(config: Path, *, show_progress: bool = True, only: tuple[str, ...] = ()) -> Iterator[Any]:
        assert isinstance(config, Path)
        assert not show_progress
        found.append(("open", tuple(only)))
        yield SimpleNamespace(), FakeEngine(found, result)

    def reconciled(_settings: Any, _engine: Any) -> Path:
        found.append(("reconciled", {}))
        return Path("reports/reconciliation.json")

    monkeypatch.setattr(work, "opened", opened)
    monkeypatch.setattr(work.write, "reconciled", reconciled)
    return found


@pytest.mark.parametrize("name", WANTED)
def test_a_flow_makes_one_call(calls: list[tuple[Any, ...]], name: str) -> None:
    made = work.FLOWS[name].fn(config="tieline.toml")
    assert calls == WANTED[name]
    assert made


def test_there_are_no_other_flows_and_the_command_knows_them_all() -> None:
    assert work.FLOWS.keys() == WANTED.keys() == set(command.NAMES)


@pytest.mark.parametrize("name", WANTED)
def test_a_flow_holds_no_decision_of_its_own(name: str) -> None:
    """One `with`, one `return` in it, and nothing that chooses, repeats or catches."""
    [function] = ast.parse(inspect.getsource(inspect.unwrap(work.FLOWS[name].fn))).body
    assert isinstance(function, ast.FunctionDef)
    docstring, block = function.body
    assert isinstance(docstring, ast.Expr)
    assert isinstance(block, ast.With)
    [answer] = block.body
    assert isinstance(answer, ast.Return)
    busy = (ast.If, ast.For, ast.While, ast.Try, ast.BoolOp, ast.Lambda, ast.comprehension)
    assert not [node for node in ast.walk(function) if isinstance(node, busy)]


@pytest.mark.parametrize("name", WANTED)
def test_prefect_neither_retries_nor_keeps_anything_of_a_flow(name: str) -> None:
    flow = work.FLOWS[name]
    assert (flow.retries, flow.persist_result, flow.isasync) == (0, False, False)
    assert flow.on_failure_hooks == []


@pytest.mark.parametrize("name", WANTED)
def test_parameters_are_a_path_and_a_switch_and_hold_no_secret(name: str) -> None:
    parameters = inspect.signature(work.FLOWS[name].fn).parameters
    assert parameters.keys() <= {"config", "full"}
    assert [one.default for one in parameters.values()] == ["tieline.toml", False][: len(parameters)]


@pytest.mark.parametrize("outcome", ["failed", "partial", "held"])
@pytest.mark.parametrize("name", ["cycle", "handoff", "disposition", "attribution"])
def test_a_run_that_does_not_end_well_is_a_failed_flow_with_its_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, outcome: Any
) -> None:
    watch(monkeypatch, Result(1, outcome=outcome, sentences=["crm: it is not there"]))
    state = work.FLOWS[name].fn(config="tieline.toml")
    assert isinstance(state, State)
    assert state.is_failed()
    assert state.message == "crm: it is not there"


def test_a_mistake_in_the_configuration_is_a_failed_flow_with_one_sentence(tmp_path: Path) -> None:
    state = work.cycle.fn(config=str(tmp_path / "none.toml"))
    assert isinstance(state, State)
    assert state.is_failed()
    assert state.message is not None
    assert "tieline init" in state.message
    assert "\n" not in state.message


def test_a_mistake_of_ours_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(work, "opened", broken)
    with pytest.raises(ZeroDivisionError):
        work.cycle.fn()


# ---- the home ----


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """An environment without any Prefect setting, and what is started in it."""
    for name in (*home.DEFAULTS, "PREFECT_API_URL", "PREFECT_SERVER_DATABASE_CONNECTION_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
    started: list[list[str]] = []

    def run(words: list[str], **_: Any) -> subprocess.CompletedProcess[bytes]:
        started.append(words[1:])
        (tmp_path / "prefect").mkdir(exist_ok=True)
        (tmp_path / "prefect" / "prefect.db").touch()
        return subprocess.CompletedProcess(words, 0)

    monkeypatch.setattr(subprocess, "run", run)
    return started


def test_an_empty_home_is_prepared_once(bare: list[list[str]]) -> None:
    home.prepare()
    home.prepare()
    assert bare == [["-m", "prefect", "server", "database", "upgrade", "--yes"]]


@pytest.mark.parametrize("name", ["PREFECT_API_URL", "PREFECT_SERVER_DATABASE_CONNECTION_URL"])
def test_a_server_of_somebodys_own_is_left_alone(
    bare: list[list[str]], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:4200/api")
    home.prepare()
    assert bare == []


def test_analytics_and_results_are_off_unless_somebody_said_otherwise(
    bare: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:

    monkeypatch.setenv("DO_NOT_TRACK", "0")
    home.settle()
    assert os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert os.environ["PREFECT_RESULTS_PERSIST_BY_DEFAULT"] == "false"
    assert os.environ["DO_NOT_TRACK"] == "0"
    for name in home.DEFAULTS:  # settled in this process too, for whatever comes after this test
        monkeypatch.delenv(name)


def test_a_home_that_cannot_be_prepared_is_one_sentence(bare: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", lambda words, **_: subprocess.CompletedProcess(words, 1))
    with pytest.raises(CommandError, match="could not prepare its home"):
        home.prepare()


# ---- on a schedule ----


def test_both_schedules_name_their_flow_by_module_and_carry_a_path_only() -> None:
    often, nightly = serving.deployments("/etc/tieline/tieline.toml", 10)
    assert (often.entrypoint, nightly.entrypoint) == ("flows.work.cycle", "flows.work.reconcile")
    for one in (often, nightly):
        assert one.parameters == {"config": "/etc/tieline/tieline.toml"}
        assert one.concurrency_limit == 1
        assert len(one.schedules or ()) == 1


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["serve"], 2, "prefect server start"),
        (["serve", "--every", "0"], 2, "--every"),
        (["handoff", "--full"], 2, "--full"),
        (["nothing"], 2, "invalid choice"),
    ],
)
def test_a_mistake_on_the_command_line_is_told(
    bare: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    code: int,
    told: str,
) -> None:
    monkeypatch.setattr(sys, "argv", ["flows", *words])
    with pytest.raises(SystemExit) as ended:
        command.main()
    assert ended.value.code == code
    assert told in capsys.readouterr().err
