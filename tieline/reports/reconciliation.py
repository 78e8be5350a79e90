"""The reconciliation report: who matches, which fields agree, what differs and why, and how fresh it all is."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field

from connectors.kit.contract import Ref
from mapping import fields
from mapping.model import Value
from sync.changes import Decided
from sync.policies.standing import archived, silent
from sync.settings import Policies
from sync.view import PersonView, Side
from tieline.plan_view import words
from tieline.reports.attribution import Attributed, attributed, overview
from tieline.reports.model import Cell, Chart, Figure, Report, Table
from tieline.reports.reading import Reading

_BOTH, _ATS_ONLY, _CRM_ONLY = "in both", "ATS only", "CRM only"
WITHHELD = "not shown"  # in place of the values of people of whom nothing is told across


@dataclass
class Tally:
    """Everything counted in one walk over the people."""

    where: Counter[str] = field(default_factory=Counter)
    why: Counter[tuple[str, str]] = field(default_factory=Counter)
    agree: Counter[str] = field(default_factory=Counter)
    differ: Counter[str] = field(default_factory=Counter)
    one_side: Counter[str] = field(default_factory=Counter)
    drifted: int = 0
    people: list[tuple[Cell, ...]] = field(default_factory=list)
    differences: list[tuple[Cell, ...]] = field(default_factory=list)
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    touched: list[Attributed] = field(default_factory=list)
    silent: set[str] = field(default_factory=set)


def make(reading: Reading) -> Report:
    """Walk over everybody once and lay out what was found."""
    waiting = {ref for row in reading.store.reviews() for ref in (row.a, row.b)}
    tally = Tally()
    for view, decided in reading.people():
        _count(tally, view, decided, reading.settings.policies, in_review=_in_review(view, waiting))
    return Report(
        name="reconciliation",
        title="Reconciliation",
        about=f"How far {reading.ats} and {reading.crm} tell the same story.",
        made=f"{reading.now:%Y-%m-%d %H:%M} UTC",
        figures=_figures(tally, reading),
        charts=_charts(tally),
        tables=_tables(tally, reading),
    )


def _count(tally: Tally, view: PersonView, decided: Decided, policies: Policies, *, in_review: bool) -> None:
    where = _where(view)
    if where is None:
        return
    why = "" if where == _BOTH else _why_alone(view, in_review=in_review)
    if silent(view):
        tally.silent.add(view.person)
    tally.where[where] += 1
    tally.why[where, why] += 1
    differing = _fields(tally, view, decided, policies) if where == _BOTH else []
    open_changes = len(decided.changes)
    tally.drifted += bool(open_changes) and where == _BOTH
    tally.people.append((view.person, _id(view.ats), _id(view.crm), where, why, ", ".join(differing), open_changes))
    _outcome(tally, view, decided)
    if view.ats.candidate is not None and view.ats.applications:
        tally.touched.extend(attributed(view, policies))


def _where(view: PersonView) -> str | None:
    ats, crm = view.ats.candidate is not None, view.crm.candidate is not None
    return {(True, True): _BOTH, (True, False): _ATS_ONLY, (False, True): _CRM_ONLY}.get((ats, crm))


def _why_alone(view: PersonView, *, in_review: bool) -> str:
    other = view.crm if view.ats.candidate is not None else view.ats
    if in_review:
        return "waits in the review queue"
    if other.gone:
        return f"the record in {other.system} was deleted or is hidden"
    apart = kept_apart(view)
    if apart:
        return apart
    return f"no record in {other.system} shares an identifier"


def kept_apart(view: PersonView) -> str:
    """Why nothing at all is written about a person, where that is so."""
    if archived(view):
        return "archived contact: left as it is"
    return silent(view) or ""


def _in_review(view: PersonView, waiting: set[Ref]) -> bool:
    return any(side.ref in waiting for side in (view.ats, view.crm))


def _fields(tally: Tally, view: PersonView, decided: Decided, policies: Policies) -> list[str]:
    """Compare the shared fields; returns the names of those that differ."""
    planned = {(change.system, one.field) for change in decided.changes for one in change.fields}
    differing = []
    for name in fields.PROFILE:
        owner = policies.owner(name)
        if owner == "none" or name not in view.ats.values or name not in view.crm.values:
            continue
        ats, crm = view.ats.values[name], view.crm.values[name]
        if ats == crm:
            tally.agree[name] += 1
            continue
        differing.append(name)
        tally.differ[name] += 1
        pending = any((side.system, name) in planned for side in (view.ats, view.crm))
        shown = (WITHHELD, WITHHELD) if view.person in tally.silent else (words(ats), words(crm))
        tally.differences.append((view.person, name, *shown, owner, _why_differs(view, name, pending)))
    return differing


def _why_differs(view: PersonView, name: str, pending: bool) -> str:
    if pending:
        return "the next sync writes it"
    for side in (view.ats, view.crm):
        if name in side.catalog.capabilities.read_only:
            return f"{side.system} does not take this field"
        if name in side.catalog.capabilities.add_only:
            return f"{side.system} lets values be added, not removed"
        if name not in side.catalog.writable:
            return f"{side.system} cannot hold this field"
    return kept_apart(view) or "nothing is planned: see `tieline why`"


def _outcome(tally: Tally, view: PersonView, decided: Decided) -> None:
    """Whether the last disposition of the ATS stands in the CRM."""
    if view.crm.candidate is None or not view.ats.applications:
        return
    stands: Value = view.crm.values.get(fields.LAST_OUTCOME)
    wanted = [one for change in decided.changes for one in change.fields if one.field == fields.LAST_OUTCOME]
    if wanted:
        tally.outcomes[words(wanted[0].after), "waiting"] += 1
    elif stands:
        tally.outcomes[words(stands), "fed back"] += 1


def _id(side: Side) -> str | None:
    return side.ref.id if side.ref is not None and side.candidate is not None else None


def _figures(tally: Tally, reading: Reading) -> tuple[Figure, ...]:
    both, agree, differ = tally.where[_BOTH], tally.agree.total(), tally.differ.total()
    drift = round(tally.drifted / both * 10_000) if both else 0
    share = f"{agree / (agree + differ):.1%}" if agree + differ else "-"
    conflicts, reviews, dead = len(reading.store.conflicts()), len(reading.store.reviews()), len(reading.dead)
    quarantined = len(reading.store.quarantined())
    return (
        Figure("People in both systems", f"{both:,}", f"of {tally.where.total():,} in all"),
        Figure(
            "Shared fields that agree",
            share,
            f"{agree:,} of {agree + differ:,} compared",
            "good" if not differ else "look",
        ),
        Figure("Drift", f"{drift:,}", "pairs with something to write, per 10,000", "good" if not drift else "look"),
        Figure("Conflicts", f"{conflicts:,}", "both sides changed one field; the loser is kept below", "plain"),
        Figure("To review", f"{reviews:,}", "pairs that may be one person", "look" if reviews else "good"),
        Figure("Failed writes", f"{dead:,}", "dead letters, each with its reason", "bad" if dead else "good"),
        Figure(
            "Unreadable records",
            f"{quarantined:,}",
            "in quarantine, each with its reason",
            "look" if quarantined else "good",
        ),
        Figure(
            "Outcomes fed back",
            f"{sum(n for (_, s), n in tally.outcomes.items() if s == 'fed back'):,}",
            "from ATS to CRM",
        ),
    )


def _charts(tally: Tally) -> tuple[Chart, ...]:
    where: list[dict[str, Cell]] = [
        {"label": name, "part": "people", "count": tally.where[name]} for name in (_BOTH, _ATS_ONLY, _CRM_ONLY)
    ]
    agreement: list[dict[str, Cell]] = [
        {"label": name.replace("_", " "), "part": part, "count": counted[name]}
        for name in fields.PROFILE
        for part, counted in (("agree", tally.agree), ("differ", tally.differ))
        if tally.agree[name] + tally.differ[name]
    ]
    outcomes: list[dict[str, Cell]] = [
        {"label": outcome, "part": part, "count": count} for (outcome, part), count in sorted(tally.outcomes.items())
    ]
    return (
        Chart("where", "Where people are", where),
        Chart("agreement", "Shared fields, people in both", agreement, ("agree", "differ")),
        Chart("outcomes", "Dispositions in the CRM", outcomes, ("fed back", "waiting")),
        overview(tally.touched),
    )


def _tables(tally: Tally, reading: Reading) -> tuple[Table, ...]:
    policies = reading.settings.policies
    names = [name for name in fields.PROFILE if tally.agree[name] + tally.differ[name]]
    return (
        Table(
            "fields",
            "Fields",
            ("field", "owner", "agree", "differ"),
            [(name, policies.owner(name), tally.agree[name], tally.differ[name]) for name in names],
            "Shared profile fields of people in both systems.",
        ),
        Table(
            "unmatched",
            "Why people are in one system only",
            ("where", "why", "people"),
            [(where, why, n) for (where, why), n in sorted(tally.why.items()) if why],
        ),
        Table(
            "differences",
            "Differences",
            ("person", "field", reading.ats, reading.crm, "owner", "why"),
            tally.differences,
            "Every shared field that does not agree now.",
        ),
        _conflicts(reading, tally),
        _overwritten(tally),
        _failures(reading),
        _freshness(reading),
        Table(
            "people",
            "People",
            ("person", reading.ats, reading.crm, "where", "why", "differing fields", "changes to come"),
            tally.people,
            main=True,
        ),
    )


def _conflicts(reading: Reading, tally: Tally) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            one.person,
            one.field,
            WITHHELD if one.person in tally.silent else _read(one.kept),
            one.kept_from,
            WITHHELD if one.person in tally.silent else _read(one.lost),
            one.lost_from,
            one.rule,
            _minute(one.at),
        )
        for one in reading.store.conflicts()
    ]
    columns = ("person", "field", "kept", "from", "lost", "from (lost)", "rule", "when")
    return Table("conflicts", "Conflicts", columns, rows, "Both sides changed a field since they last agreed.")


def _overwritten(tally: Tally) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (one.person, one.application, one.first_touch, one.first_touch_at, one.ats_source, one.standing)
        for one in tally.touched
        if one.standing != "agrees"
    ]
    columns = ("person", "application", "first touch", "when", "ATS source", "how it stands")
    note = "Applications whose source in the ATS tells another story than the first touch."
    return Table("first_touch", "First touch against ATS source", columns, rows, note)


def _failures(reading: Reading) -> Table:
    rows: list[tuple[Cell, ...]] = [(f"write {one.id}", one.system, one.verb, one.reason) for one in reading.dead]
    rows += [(ref.id, ref.system, f"{ref.object} in quarantine", why) for ref, why in reading.store.quarantined()]
    return Table("failures", "What did not work", ("what", "system", "kind", "because"), rows)


def _freshness(reading: Reading) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for system in (reading.ats, reading.crm):
        for one in reading.store.streams(system):
            rows.append(
                (system, one.object, one.rows, _minute(one.completed), _minute(one.watermark), _minute(one.swept))
            )
    columns = ("system", "stream", "rows", "read whole at", "newest change seen", "every id compared at")
    return Table(
        "freshness", "Freshness", columns, rows, "Times in UTC; the newest change is in the vendor's own time."
    )


def _read(stored: str) -> str:
    value = json.loads(stored)
    return words(tuple(value) if isinstance(value, list) else value)


def _minute(time: str | None) -> str | None:
    return time[:16].replace("T", " ") if time else None
