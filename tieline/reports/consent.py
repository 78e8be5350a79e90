"""The consent report: what people said, where it stands in each system, and where it has not arrived yet."""

from __future__ import annotations

from collections import Counter

from mapping import fields
from sync.changes import Decided
from sync.view import PersonView, Side
from tieline.reports.model import Cell, Chart, Figure, Report, Table
from tieline.reports.reading import Reading

_ORDER = ("withdrawn", "expired", "granted", "unknown")  # the most restrictive first: it wins


def make(reading: Reading) -> Report:
    """One row a person: every system's statement, the one that wins, and whether it has travelled."""
    rows = [_row(view, decided) for view, decided in reading.people() if _known(view)]
    states = Counter(str(row[1]) for row in rows)
    waiting = sum(row[6] == "waiting" for row in rows)
    return Report(
        name="consent",
        title="Consent",
        about="The most restrictive statement wins and travels both ways; unknown is not granted.",
        made=f"{reading.now:%Y-%m-%d %H:%M} UTC",
        figures=(
            *(Figure(name.capitalize(), f"{states[name]:,}") for name in _ORDER),
            Figure("Withdrawals not yet everywhere", f"{waiting:,}", "", "bad" if waiting else "good"),
        ),
        charts=(
            Chart(
                "states", "Consent to outreach", [{"label": n, "part": "people", "count": states[n]} for n in _ORDER]
            ),
        ),
        tables=(_table(rows, reading),),
    )


def _known(view: PersonView) -> bool:
    return view.ats.candidate is not None or view.crm.candidate is not None


def _row(view: PersonView, decided: Decided) -> tuple[Cell, ...]:
    said = [one for side in (view.ats, view.crm) for one in side.consents]
    forbidden = any(side.values.get(fields.DO_NOT_CONTACT) is True for side in (view.ats, view.crm))
    state = next((name for name in _ORDER if any(one.state == name for one in said)), "unknown")
    if forbidden:
        state = "withdrawn"
    when = max((one.at for one in said if one.at and one.state == state), default=None)
    waiting = any(one.field == fields.DO_NOT_CONTACT for change in decided.changes for one in change.fields)
    return (
        view.person,
        state,
        when.strftime("%Y-%m-%d") if when else None,
        ", ".join(sorted({one.evidence for one in said if one.evidence})),
        _stands(view.ats),
        _stands(view.crm),
        "waiting" if waiting else "agrees",
    )


def _stands(side: Side) -> str:
    if side.candidate is None:
        return "-"
    forbidden = side.values.get(fields.DO_NOT_CONTACT)
    return "cannot be seen" if fields.DO_NOT_CONTACT not in side.values else "do not contact" if forbidden else "open"


def _table(rows: list[tuple[Cell, ...]], reading: Reading) -> Table:
    columns = ("person", "consent", "since", "evidence", reading.ats, reading.crm, "propagation")
    return Table("people", "People", columns, rows, main=True)
