"""Charts as SVG text, drawn by Vega-Lite inside this process: no browser, no network."""

from __future__ import annotations

import altair as alt
import vl_convert

from tieline.reports.model import Chart

COLOURS = ("#2f6f4f", "#c98a1b", "#b3432f", "#4a6fa5", "#7a6c9d", "#8a8f98")
_BAR = 22  # pixels a bar, gap included
_WIDTH = 430
_LABELS = 150  # pixels kept for labels, so that none is cut off


def svg(chart: Chart) -> str:
    """A horizontal, stacked bar chart, one line a label, in the order given."""
    labels = list(dict.fromkeys(str(row["label"]) for row in chart.rows))
    parts = list(chart.order) or list(dict.fromkeys(str(row["part"]) for row in chart.rows))
    drawn = (
        alt.Chart(alt.InlineData(values=[dict(row) for row in chart.rows]))
        .mark_bar(cornerRadius=2)
        .encode(
            y=alt.Y(
                "label:N",
                sort=labels,
                title=None,
                axis=alt.Axis(labelLimit=180, minExtent=_LABELS, ticks=False, domain=False),
            ),
            x=alt.X("count:Q", title=None, axis=alt.Axis(grid=True, tickMinStep=1, format="d", gridColor="#e6e6e1")),
            color=alt.Color(
                "part:N",
                sort=parts,
                scale=alt.Scale(domain=parts, range=list(COLOURS[: len(parts)])),
                legend=alt.Legend(orient="top", title=None) if len(parts) > 1 else None,
            ),
            order=alt.Order("rank:Q"),
        )
        .transform_calculate(rank=f"indexof({parts!r}, datum.part)")
        .properties(width=_WIDTH, height=max(2, len(labels)) * _BAR)
        .configure_view(stroke=None)
        .configure_axis(labelFontSize=12)
        .configure_legend(labelFontSize=12)
        .configure(font="sans-serif", background="transparent", padding={"left": 24, "right": 8, "top": 4, "bottom": 4})
    )
    return str(vl_convert.vegalite_to_svg(drawn.to_dict(), vl_version="6_4"))
