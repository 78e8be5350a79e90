"""What every report is made of: figures, charts and tables, before anybody decides how to show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

Cell = str | int | float | None


class Figure(NamedTuple):
    """One number worth a glance. `tone` says how to read it: good, look, bad or plain."""

    label: str
    value: str
    note: str = ""
    tone: Literal["good", "look", "bad", "plain"] = "plain"


class Table(NamedTuple):
    """Rows for people and for files. `main` marks the one that CSV and Parquet hold: one row per thing reported."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
    note: str = ""
    main: bool = False


class Chart(NamedTuple):
    """A bar chart: one row per bar part, with the keys `label`, `part` and `count`."""

    name: str
    title: str
    rows: Sequence[Mapping[str, Cell]]
    order: tuple[str, ...] = ()  # of the parts, which fixes their colours


class Report(NamedTuple):
    """One report, complete. `made` is an ISO time; `about` one sentence on what it shows."""

    name: str
    title: str
    about: str
    made: str
    figures: tuple[Figure, ...]
    charts: tuple[Chart, ...]
    tables: tuple[Table, ...]

    @property
    def main(self) -> Table:
        """The table that a CSV or Parquet file holds."""
        return next(table for table in self.tables if table.main)
