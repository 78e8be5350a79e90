"""`tieline report`: make a report from the state alone and write it; no vendor is asked."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from sync.engine import Engine
from tieline.errors import CommandError, Exit
from tieline.opening import opened_store
from tieline.reports import consent, dispositions, files, page, reconciliation, sources
from tieline.reports.model import Report
from tieline.reports.reading import Reading
from tieline.settings import Settings
from tieline.terminal import console

REPORTS: dict[str, Callable[[Reading], Report]] = {
    "reconciliation": reconciliation.make,
    "sources": sources.make,
    "dispositions": dispositions.make,
    "consent": consent.make,
}
WRITERS: dict[str, Callable[[Report], bytes]] = {
    "html": lambda report: page.html(report).encode(),
    "csv": files.to_csv,
    "json": files.to_json,
    "parquet": files.to_parquet,
}


def run(config: Path, *, name: str, format: str, out: Path | None) -> Exit:
    """Make the report and write it to `out`, to stdout for `-`, or into the configured folder."""
    with opened_store(config) as (settings, store):
        report = REPORTS[name](Reading(settings, store))
    content = WRITERS[format](report)
    if out == Path("-"):
        sys.stdout.buffer.write(content)
        return Exit.DONE
    path = out or settings.report_folder / f"{name}.{format}"
    save(path, content)
    console().print(f"Wrote {path}", markup=False, soft_wrap=True)
    return Exit.DONE


def reconciled(settings: Settings, engine: Engine) -> Path:
    """Compare every id, find out who is who, and write the reconciliation report as JSON into the configured folder;
    returns its path."""
    engine.pull(full=True)
    engine.resolve()
    path = settings.report_folder / "reconciliation.json"
    save(path, files.to_json(reconciliation.make(Reading(settings, engine.store))))
    return path


def save(path: Path, content: bytes) -> None:
    """Write a report file, readable by its owner only: it holds people's data."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o600)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}") from None
