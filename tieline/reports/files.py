"""A report as a file for machines: CSV, JSON, Parquet. One writer each, and the only ones there are."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

from tieline.errors import CommandError, Exit
from tieline.reports.model import Cell, Report

# OWASP's list with its double-byte variants, after any white space and marks that show nothing, on any line.
_DANGEROUS = re.compile(r"^[\s\u200b-\u200f\u2060\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]")
_BREAKS = ("\t", "\r", "\n")


def to_csv(report: Report) -> bytes:
    """The report's main table. Text that a spreadsheet would run as a formula gets a leading apostrophe; text is
    quoted, so that no separator of another locale cuts a formula loose; numbers are written from typed cells."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(report.main.columns)
    writer.writerows([defused(cell) for cell in row] for row in report.main.rows)
    return out.getvalue().encode("utf-8-sig")  # the mark makes spreadsheets read UTF-8


def defused(cell: Cell) -> Cell:
    """A cell that no spreadsheet executes; nothing is taken away. Whoever reads the file back takes one apostrophe
    off where the rest would get one, and has the text as it was: what looks defused already gets another."""
    if not isinstance(cell, str):
        return cell
    bare = cell.lstrip("'")
    risky = bare.startswith(_BREAKS) or any(_DANGEROUS.match(line) for line in bare.splitlines())
    return "'" + cell if risky else cell


def to_json(report: Report) -> bytes:
    """Everything the report holds, tables as lists of objects."""
    document: dict[str, Any] = {
        "report": report.name,
        "title": report.title,
        "made": report.made,
        "figures": [figure._asdict() for figure in report.figures],
        "tables": {
            table.name: [dict(zip(table.columns, row, strict=True)) for row in table.rows] for table in report.tables
        },
    }
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


def to_parquet(report: Report) -> bytes:
    """The report's main table as Parquet; needs the extra `parquet`."""
    try:
        import polars
    except ImportError:
        raise CommandError("Parquet needs an extra: pip install 'tieline[parquet]'", Exit.USAGE) from None
    table = report.main
    frame = polars.DataFrame(
        list(table.rows), schema=list(table.columns), orient="row", infer_schema_length=None, strict=False
    )
    out = io.BytesIO()
    # A column that holds nothing yet is text: a reader finds the same columns in every file.
    frame.with_columns(polars.col(polars.Null).cast(polars.String)).write_parquet(out)
    return out.getvalue()
