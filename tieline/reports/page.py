"""A report as one self-contained HTML page: no network, no script, everything escaped."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from tieline.reports import charts
from tieline.reports.model import Report

ROWS_SHOWN = 300  # a page is for reading; CSV and JSON hold every row


def html(report: Report) -> str:
    """The page. Chart SVG is our own drawing and goes in as it is; every other value is escaped."""
    environment = Environment(
        loader=PackageLoader("tieline.reports", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Vega escapes the text it draws, and no candidate's text is ever a chart label's source of markup.
    drawn = [(chart.title, Markup(charts.svg(chart))) for chart in report.charts if chart.rows]  # noqa: S704
    return environment.get_template("report.html.j2").render(report=report, charts=drawn, shown=ROWS_SHOWN)
