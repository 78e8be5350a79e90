"""A report as a file for machines: CSV, JSON, Parquet. One writer each, and the only ones there are."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from tieline.errors import CommandError, Exit
from tieline.reports.model import Cell, Report

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def to_csv(report: Report) -> bytes:
    """The report's main table. Text that a spreadsheet would run as a formula gets a leading apostrophe; numbers
    are written from typed cells."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(report.main.columns)
    writer.writerows([defused(cell) for cell in row] for row in report.main.rows)
    return out.getvalue().encode("utf-8-sig")  # the mark makes spreadsheets read UTF-8


def defused(cell: Cell) -> Cell:
    """A cell that no spreadsheet executes: OWASP's list, on the cell and on every line inside it, after leading
    white space of any kind."""
    if not isinstance(cell, str):
        return cell
    risky = any(line.lstrip().startswith(_DANGEROUS) for line in cell.splitlines()) or cell.startswith(_DANGEROUS)
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
        [dict(zip(table.columns, row, strict=True)) for row in table.rows], infer_schema_length=None
    )
    out = io.BytesIO()
    frame.write_parquet(out)
    return out.getvalue()
