"""The disposition report: how applications ended, why, how far they came, and whether the CRM knows."""

from __future__ import annotations

from collections import Counter

from mapping import fields
from mapping.model import Application, Milestone, Outcome
from sync.policies.standing import visible
from sync.view import PersonView
from tieline.reports.model import Cell, Chart, Figure, Report, Table
from tieline.reports.reading import Reading


def make(reading: Reading) -> Report:
    """Every closed application of the ATS, and what the CRM shows for its person."""
    rows = [row for view, _ in reading.people() for row in _closed(view, reading)]
    outcomes = Counter(str(row[3]) for row in rows)
    silver = sum(row[8] == "yes" for row in rows)
    return Report(
        name="dispositions",
        title="Dispositions",
        about="How applications ended, how far they came, and whether the CRM shows it.",
        made=f"{reading.now:%Y-%m-%d %H:%M} UTC",
        figures=(
            Figure("Closed applications", f"{len(rows):,}"),
            *(Figure(name.capitalize(), f"{count:,}") for name, count in outcomes.most_common()),
            Figure("Of silver medalists", f"{silver:,}", "tagged in the CRM"),
        ),
        charts=(_by_milestone(rows),),
        tables=(_reasons(rows), _main(rows)),
    )


def _closed(view: PersonView, reading: Reading) -> list[tuple[Cell, ...]]:
    tag = reading.settings.policies.disposition.silver_tag.casefold()
    tags = view.crm.values.get(fields.TAGS) or ()
    silver = isinstance(tags, tuple) and any(one.casefold() == tag for one in tags)
    return [_row(view, one, silver=silver) for one in visible(view) if one.outcome is not Outcome.OPEN]


def _row(view: PersonView, one: Application, *, silver: bool) -> tuple[Cell, ...]:
    job = view.ats.catalog.jobs.get(one.job or "")
    shown = view.crm.values.get(fields.LAST_OUTCOME) if view.crm.candidate else None
    return (
        view.person,
        one.ref.id,
        job.title if job else None,
        one.outcome.value,
        one.reason,
        one.reason_type.value if one.reason_type else None,
        one.reached.value,
        one.closed.strftime("%Y-%m-%d") if one.closed else None,
        "yes" if silver else "no",
        str(shown) if shown else ("not in the CRM" if view.crm.candidate is None else "nothing yet"),
    )


def _by_milestone(rows: list[tuple[Cell, ...]]) -> Chart:
    counts = Counter((str(row[6]), str(row[3])) for row in rows)
    outcomes = tuple(one.value for one in (Outcome.HIRED, Outcome.REJECTED, Outcome.WITHDRAWN))
    data: list[dict[str, Cell]] = [
        {"label": milestone.value, "part": outcome, "count": counts[milestone.value, outcome]}
        for milestone in Milestone
        for outcome in outcomes
        if counts[milestone.value, outcome]
    ]
    return Chart("milestones", "Furthest milestone of closed applications", data, outcomes)


def _reasons(rows: list[tuple[Cell, ...]]) -> Table:
    counts = Counter((row[4] or "no reason given", row[5] or "-", row[3]) for row in rows)
    cells: list[tuple[Cell, ...]] = [(*key, n) for key, n in counts.most_common()]
    return Table("reasons", "Reasons", ("reason", "type", "outcome", "applications"), cells)


def _main(rows: list[tuple[Cell, ...]]) -> Table:
    columns = (
        "person",
        "application",
        "job",
        "outcome",
        "reason",
        "type",
        "reached",
        "closed",
        "silver medalist",
        "CRM shows",
    )
    return Table("applications", "Closed applications", columns, rows, main=True)
