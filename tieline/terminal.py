"""What a person at a terminal sees: tables, progress on long work (none when not a terminal), one JSON document.

Text that comes from vendors is shown with its control characters escaped, and never read as markup.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from sync.context import ProgressCall


def console() -> Console:
    """The console for people, on stdout."""
    return Console(highlight=False, soft_wrap=False)


def safe(text: object) -> str:
    """Vendor text with control characters made visible, so that no name can steer a terminal."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in str(text))


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]], *, wide: bool = False) -> Table:
    """A table of plain text cells; `wide` lets long cells fold instead of being cut."""
    made = Table(title=title or None, title_justify="left", title_style="bold", header_style="bold", pad_edge=False)
    for name in columns:
        made.add_column(name, overflow="fold" if wide else "ellipsis")
    for row in rows:
        made.add_row(*(Text(safe(cell)) for cell in row))
    return made


def print_json(document: Any) -> None:
    """One JSON document on stdout, and nothing else there."""
    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False, default=str) + "\n")


@contextmanager
def progress(enabled: bool = True) -> Iterator[ProgressCall]:
    """A progress line on stderr while the block runs; silent when stderr is not a terminal."""
    if not (enabled and sys.stderr.isatty()):
        yield lambda phase, done, total: None  # noqa: ARG005 - the silent form takes the same words
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("", total=None)

        def show(phase: str, done: int, total: int | None) -> None:
            shown.update(task, description=phase, completed=done, total=total)

        yield show
