"""The flows: when the engine runs, and a window to watch it from. Each calls one function and no more.

No correctness rests on Prefect: nothing is retried, cached or persisted by it, and a flow that dies is picked up by
the next run of any kind, from the state. Parameters are a path and switches, never data about people or secrets.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Failed

from sync.cycle import Result
from tieline.errors import CommandError
from tieline.opening import opened
from tieline.reports import write

CONFIG = "tieline.toml"
Given = ParamSpec("Given")
Made = TypeVar("Made")


def told(work: Callable[Given, Made]) -> Callable[Given, Made | State[Any]]:
    """A run that did not end well is a failed flow with one sentence, and no traceback beside it: those are for
    mistakes of ours."""

    @wraps(work)
    def run(*args: Given.args, **kwargs: Given.kwargs) -> Made | State[Any]:
        try:
            return work(*args, **kwargs)
        except CommandError as error:
            return Failed(message=str(error))

    return run


@flow(name="tieline-pull", retries=0, persist_result=False)
@told
def pull(config: str = CONFIG, full: bool = False) -> dict[str, int]:
    """Read both sides into the state; rows read, by system."""
    with opened(Path(config), show_progress=False) as (_, engine):
        return dict(engine.pull(full=full).rows)


@flow(name="tieline-resolve", retries=0, persist_result=False)
@told
def resolve(config: str = CONFIG) -> int:
    """Decide who is who among the records that changed; how many those were."""
    with opened(Path(config), show_progress=False) as (_, engine):
        return engine.resolve().records


@flow(name="tieline-handoff", retries=0, persist_result=False)
@told
def handoff(config: str = CONFIG) -> dict[str, Any]:
    """The cycle with the handoff policy alone, beside ownership and consent."""
    with opened(Path(config), show_progress=False, only=("handoff",)) as (_, engine):
        return well(engine.sync())


@flow(name="tieline-disposition", retries=0, persist_result=False)
@told
def disposition(config: str = CONFIG) -> dict[str, Any]:
    """The cycle with disposition feedback alone, beside ownership and consent."""
    with opened(Path(config), show_progress=False, only=("disposition",)) as (_, engine):
        return well(engine.sync())


@flow(name="tieline-attribution", retries=0, persist_result=False)
@told
def attribution(config: str = CONFIG) -> dict[str, Any]:
    """The cycle with first-touch attribution alone, beside ownership and consent."""
    with opened(Path(config), show_progress=False, only=("attribution",)) as (_, engine):
        return well(engine.sync())


@flow(name="tieline-reconcile", retries=0, persist_result=False)
@told
def reconcile(config: str = CONFIG) -> str:
    """Compare every id, then write the reconciliation report as JSON; returns its path."""
    with opened(Path(config), show_progress=False) as (settings, engine):
        return str(write.reconciled(settings, engine))


@flow(name="tieline-cycle", retries=0, persist_result=False)
@told
def cycle(config: str = CONFIG, full: bool = False) -> dict[str, Any]:
    """The full cycle: pull, resolve, plan, apply, until both sides agree. Counts only, as `sync --json`."""
    with opened(Path(config), show_progress=False) as (_, engine):
        return well(engine.sync(full=full))


FLOWS = {
    one.name.removeprefix("tieline-"): one
    for one in (pull, resolve, handoff, disposition, attribution, reconcile, cycle)
}


def well(result: Result) -> dict[str, Any]:
    """What a run that ended well counted. Raises `CommandError` with the engine's own words for any other, so that
    Prefect shows it red: a run held by a guard and one with dead letters wait for a person too."""
    if result.outcome != "done":
        raise CommandError("; ".join(result.sentences) or f"the run ended {result.outcome}")
    return dict(result.document())
