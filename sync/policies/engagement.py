"""What the CRM knows of a person's history, said to the ATS's recruiters: one line, and one private note.

Both are made of dates, kinds, pools and campaigns only, never of anything anybody wrote; both are the same for the
same data, whatever the day. Of a person who has withdrawn consent nothing is told but that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from mapping.model import Application, Touchpoint
from sync.policies import consent, sources
from sync.policies.standing import EPOCH, job_title
from sync.settings import Policies
from sync.view import PersonView

MAX_LINE = 250  # characters: what the shortest text field of a vendor keeps
NAMED = 5  # pools or campaigns named before the rest is counted
WITHDRAWN = "Do not contact: consent to outreach is withdrawn"


def line(view: PersonView, policies: Policies) -> str | None:
    """The engagement in one line, or nothing where the CRM knows of none."""
    if consent.state(view, policies) == "withdrawn":
        return WITHDRAWN
    parts = [_met(view), *_last(view), _counted(view)]  # no pools: our own changes would change the line
    said = "; ".join(part for part in parts if part)
    if not said:
        return None
    return said if len(said) <= MAX_LINE else said[: MAX_LINE - 1].rstrip() + "…"


def note(view: PersonView) -> str:
    """The whole note, marker included."""
    parts = [_met(view), *_last(view), _counted(view), _pools(view), _campaigns(view), *_vacancies(view)]
    lines = [f"Engagement before and beside this application, from {view.crm.system}:"]
    lines += [f"- {part}" for part in parts if part]
    if len(lines) == 1:
        lines.append("- known there, without any recorded touchpoint")
    if view.crm.link:
        lines.append(f"Record: {view.crm.link}")
    lines.append(f"[tieline:{view.person}]")
    return "\n".join(lines)


def _met(view: PersonView) -> str | None:
    if view.first_touch is None:
        return None
    touch = view.first_touch.touchpoint
    campaign = f", {touch.campaign}" if touch.campaign else ""
    return f"First met {_day(touch)} ({sources.label(touch)}{campaign})"


def _last(view: PersonView) -> Iterable[str]:
    for direction, words in (("out", "last contacted"), ("in", "last heard from")):
        days = [one for one in view.crm.touchpoints if one.direction == direction]
        if days:
            yield f"{words} {_day(max(days, key=lambda one: one.at))}"


def _counted(view: PersonView) -> str | None:
    """Touchpoints by kind, most first."""
    kinds = Counter(one.kind for one in view.crm.touchpoints)
    told = sorted(kinds.items(), key=lambda item: (-item[1], item[0]))
    return "touchpoints: " + ", ".join(f"{number} {kind}" for kind, number in told) if told else None


def _pools(view: PersonView) -> str | None:
    if view.crm.candidate is None:
        return None
    pools = view.crm.catalog.pools
    return _listed("in pools", (pools[id].name for id in view.crm.candidate.pools if id in pools))


def _campaigns(view: PersonView) -> str | None:
    return _listed("campaigns", (one.campaign for one in view.crm.touchpoints if one.campaign))


def _vacancies(view: PersonView) -> Iterable[str]:
    """Where the person stands in the CRM's own pipelines."""
    for one in sorted(view.crm.applications, key=_order):
        title = job_title(view.crm, one)
        if one.live and title:
            yield f"on vacancy {title}" + (f", stage {one.stage}" if one.stage else "")


def _order(one: Application) -> tuple[str, str]:
    return ((one.applied or EPOCH).isoformat(), one.ref.id)


def _listed(words: str, names: Iterable[str]) -> str | None:
    known = sorted(set(names))
    if not known:
        return None
    rest = f" and {len(known) - NAMED} more" if len(known) > NAMED else ""
    return f"{words}: {', '.join(known[:NAMED])}{rest}"


def _day(touch: Touchpoint) -> str:
    return touch.at.date().isoformat()
