"""The flows: when the engine runs, and a window to watch it from. Each calls one function of sync/ and no more.

No correctness rests on Prefect: nothing is retried, cached or persisted by it, and a flow that dies is picked up by
the next run of any kind, from the state. Parameters are a path and switches, never data about people.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import flow

from tieline.opening import opened
from tieline.reports import files, reconciliation
from tieline.reports.reading import Reading
from tieline.reports.write import save

CONFIG = "tieline.toml"


@flow(name="tieline-pull", retries=0, persist_result=False)
def pull(config: str = CONFIG, full: bool = False) -> dict[str, int]:
    """Read both sides into the state; rows read, by system."""
    with opened(Path(config), show_progress=False) as (_, engine):
        return dict(engine.pull(full=full).rows)


@flow(name="tieline-resolve", retries=0, persist_result=False)
def resolve(config: str = CONFIG) -> None:
    """Decide who is who among the records that changed."""
    with opened(Path(config), show_progress=False) as (_, engine):
        engine.resolve()


@flow(name="tieline-handoff", retries=0, persist_result=False)
def handoff(config: str = CONFIG) -> dict[str, Any]:
    """The cycle with the handoff policy alone, beside ownership and consent."""
    return _cycle(config, "handoff")


@flow(name="tieline-disposition", retries=0, persist_result=False)
def disposition(config: str = CONFIG) -> dict[str, Any]:
    """The cycle with disposition feedback alone, beside ownership and consent."""
    return _cycle(config, "disposition")


@flow(name="tieline-attribution", retries=0, persist_result=False)
def attribution(config: str = CONFIG) -> dict[str, Any]:
    """The cycle with first-touch attribution alone, beside ownership and consent."""
    return _cycle(config, "attribution")


@flow(name="tieline-reconcile", retries=0, persist_result=False)
def reconcile(config: str = CONFIG) -> str:
    """Compare every id, then write the reconciliation report as JSON; returns its path."""
    with opened(Path(config), show_progress=False) as (settings, engine):
        engine.pull(full=True)
        engine.resolve()
        report = reconciliation.make(Reading(settings, engine.store))
        path = settings.report_folder / "reconciliation.json"
        save(path, files.to_json(report))
        return str(path)


@flow(name="tieline-cycle", retries=0, persist_result=False)
def cycle(config: str = CONFIG, full: bool = False) -> dict[str, Any]:
    """The full cycle: pull, resolve, plan, apply, until both sides agree. Counts only, as `sync --json`."""
    return _cycle(config, full=full)


FLOWS = {
    one.name.removeprefix("tieline-"): one
    for one in (pull, resolve, handoff, disposition, attribution, reconcile, cycle)
}


class RunFailed(RuntimeError):  # noqa: N818 - said as it is
    """The run did not end well; the message is the engine's own sentence, so that Prefect shows it red."""


def _cycle(config: str, *policies: str, full: bool = False) -> dict[str, Any]:
    with opened(Path(config), show_progress=False, only=policies) as (_, engine):
        result = engine.sync(full=full)
    if result.outcome != "done":
        raise RunFailed("; ".join(result.sentences) or f"the run ended {result.outcome}")
    return dict(result.document())
