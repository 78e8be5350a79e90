"""First touch against what the ATS says, application by application: shared by two reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mapping.model import Application, Outcome
from sync.policies.attribution import overwritten
from sync.policies.standing import visible
from sync.settings import Policies
from sync.view import FirstTouch, PersonView
from tieline.reports.model import Cell, Chart

OTHER = "other first touches"
_SHOWN = 8


class Attributed(NamedTuple):
    """One application with the person's first touch. `standing`: agrees, overwritten (the ATS says another source
    though somebody reached the person earlier), unknown (no touch is on record)."""

    person: str
    application: str
    first_touch: str
    channel: str
    first_touch_at: str
    campaign: str
    ats_source: str
    outcome: Outcome
    standing: str


def attributed(view: PersonView, policies: Policies) -> Iterator[Attributed]:
    """The visible applications of one person; those on confidential jobs are left out."""
    for application in visible(view):
        touch = view.first_touch
        yield Attributed(
            person=view.person,
            application=application.ref.id,
            first_touch=_label(touch),
            channel=touch.touchpoint.channel if touch else "unknown",
            first_touch_at=touch.touchpoint.at.strftime("%Y-%m-%d") if touch else "",
            campaign=(touch.touchpoint.campaign or "") if touch else "",
            ats_source=application.source or "none",
            outcome=application.outcome,
            standing=_standing(view, policies, application),
        )


def overview(rows: Sequence[Attributed]) -> Chart:
    """First touches, most frequent first, each split by whether the ATS tells the same."""
    totals = Counter(one.first_touch for one in rows)
    kept = {name for name, _ in totals.most_common(_SHOWN)}
    counts = Counter((one.first_touch if one.first_touch in kept else OTHER, one.standing) for one in rows)
    order = [name for name, _ in totals.most_common(_SHOWN)] + [OTHER]
    data: list[dict[str, Cell]] = [
        {"label": name, "part": part, "count": counts[name, part]}
        for name in order
        for part in ("agrees", "overwritten", "unknown")
        if counts[name, part]
    ]
    return Chart(
        "first_touch", "First touch, and whether the ATS source agrees", data, ("agrees", "overwritten", "unknown")
    )


def _label(touch: FirstTouch | None) -> str:
    return (touch.touchpoint.source or touch.touchpoint.channel) if touch else "unknown"


def _standing(view: PersonView, policies: Policies, application: Application) -> str:
    if view.first_touch is None:
        return "unknown"
    return "overwritten" if overwritten(view, policies, application) else "agrees"
