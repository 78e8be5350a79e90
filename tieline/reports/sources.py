"""The source report: where applicants and hires really came from, beside what the ATS says."""

from __future__ import annotations

from collections import Counter

from mapping.model import Outcome
from tieline.reports.attribution import Attributed, attributed, overview
from tieline.reports.model import Cell, Chart, Figure, Report, Table
from tieline.reports.reading import Reading


def make(reading: Reading) -> Report:
    """Source of hire from the ledger of touchpoints, and by the ATS's own word."""
    rows = [one for view, _ in reading.people() for one in attributed(view, reading.settings.policies)]
    hires = [one for one in rows if one.outcome is Outcome.HIRED]
    wrong = sum(one.standing == "overwritten" for one in hires)
    return Report(
        name="sources",
        title="Sources",
        about="Where applicants and hires first came from, by the ledger of touchpoints, beside what the ATS says.",
        made=f"{reading.now:%Y-%m-%d %H:%M} UTC",
        figures=(
            Figure("Applications", f"{len(rows):,}"),
            Figure("Hires", f"{len(hires):,}"),
            Figure(
                "Hires whose ATS source says otherwise",
                f"{wrong:,}",
                "than the first touch",
                "look" if wrong else "good",
            ),
        ),
        charts=(overview(rows), _hires(hires)),
        tables=(_by_source(rows), _main(rows)),
    )


def _hires(hires: list[Attributed]) -> Chart:
    data: list[dict[str, Cell]] = []
    touched, said = Counter(one.first_touch for one in hires), Counter(one.ats_source for one in hires)
    for name in sorted(touched | said, key=lambda one: -(touched[one] + said[one]))[:10]:
        data += [
            {"label": name, "part": "hires by first touch", "count": touched[name]},
            {"label": name, "part": "hires by ATS source", "count": said[name]},
        ]
    return Chart("hires", "Hires: first touch beside ATS source", data, ("hires by first touch", "hires by ATS source"))


def _by_source(rows: list[Attributed]) -> Table:
    counts = Counter((one.first_touch, one.ats_source) for one in rows)
    hires = Counter((one.first_touch, one.ats_source) for one in rows if one.outcome is Outcome.HIRED)
    cells = [(touch, said, n, hires[touch, said]) for (touch, said), n in counts.most_common()]
    return Table("pairs", "First touch and ATS source", ("first touch", "ATS source", "applications", "hires"), cells)


def _main(rows: list[Attributed]) -> Table:
    cells: list[tuple[Cell, ...]] = [
        (
            o.person,
            o.application,
            o.first_touch,
            o.channel,
            o.campaign,
            o.first_touch_at,
            o.ats_source,
            o.outcome.value,
            o.standing,
        )
        for o in rows
    ]
    columns = (
        "person",
        "application",
        "first touch",
        "channel",
        "campaign",
        "when",
        "ATS source",
        "outcome",
        "standing",
    )
    return Table("applications", "Applications", columns, cells, main=True)
