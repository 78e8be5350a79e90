"""How a plan and the outcome of a run look to a person: before, after and because, per person and system."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from mapping.model import Value
from sync.changes import Change, Plan, Verb
from sync.cycle import Result
from tieline.terminal import console, safe, table

LONG = 60  # changes shown before the rest is only counted; --json and --out have all of them
_VERBS = {
    Verb.CREATE_CANDIDATE: "create candidate",
    Verb.UPDATE_CANDIDATE: "update",
    Verb.CREATE_APPLICATION: "put on job",
    Verb.SET_SOURCE: "set source",
    Verb.ADD_TO_POOL: "add to pool",
    Verb.REMOVE_FROM_POOL: "take out of pool",
    Verb.CREATE_NOTE: "write private note",
}


def show(plan: Plan, *, wrote: Path | None = None) -> None:
    """The plan as a table, its totals, what was noticed, and what to do next."""
    out = console()
    if plan.changes:
        rows = [row for change in plan.changes[:LONG] for row in _rows(change)]
        out.print(table("", ("person", "system", "what", "before", "after", "because"), rows, wide=True))
        if len(plan.changes) > LONG:
            out.print(
                f"... and {len(plan.changes) - LONG} more changes: `tieline plan --json` shows them all", markup=False
            )
        out.print(_totals(plan))
    _notices(plan)
    if plan.held:
        out.print(f"A sync would be held: {plan.held}", markup=False)
    people = len({change.person for change in plan.changes})
    out.print(f"{len(plan.changes)} changes for {people} of {plan.people} people. Nothing was written.")
    if wrote:
        out.print(f"Wrote {wrote}. Next: `tieline apply {wrote}`.", markup=False)
    elif plan.changes:
        out.print(
            "Next: `tieline sync`, or `tieline plan --out plan.json` and `tieline apply plan.json`.", markup=False
        )


def _rows(change: Change) -> list[tuple[str, str, str, str, str, str]]:
    what = _VERBS[change.verb]
    if change.fields and change.verb is Verb.UPDATE_CANDIDATE:
        return [
            (
                change.person,
                change.system,
                one.field.replace("_", " "),
                words(one.before),
                words(one.after),
                one.because,
            )
            for one in change.fields
        ]
    return [(change.person, change.system, what, *_extent(change), change.because)]


def _extent(change: Change) -> tuple[str, str]:
    """Before and after of a change that is not an update of fields."""
    match change.verb:
        case Verb.SET_SOURCE:
            return (change.source_before or "-", change.source or "-")
        case Verb.ADD_TO_POOL:
            return ("-", change.pool or "")
        case Verb.REMOVE_FROM_POOL:
            return (change.pool or "", "-")
        case Verb.CREATE_NOTE:
            return ("-", change.note or "")
        case Verb.CREATE_APPLICATION:
            return ("-", f"job {change.job}")
        case _:
            return ("-", ", ".join(f"{one.field} = {words(one.after)}" for one in change.fields))


def words(value: Value) -> str:
    """A canonical value as people read it."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, tuple) else value


def _totals(plan: Plan) -> object:
    counts = Counter((change.system, _VERBS[change.verb]) for change in plan.changes)
    rows = [(system, what, count) for (system, what), count in sorted(counts.items())]
    return table("In all", ("system", "what", "changes"), rows)


def _notices(plan: Plan) -> None:
    if not plan.notices:
        return
    counts = Counter((notice.kind, notice.system) for notice in plan.notices)
    first = {(notice.kind, notice.system): notice.detail for notice in reversed(plan.notices)}
    rows = [(kind.replace("_", " "), system, n, first[kind, system]) for (kind, system), n in sorted(counts.items())]
    console().print(table("Noticed, not written", ("what", "system", "times", "for instance"), rows, wide=True))


def show_result(result: Result) -> None:
    """What came of a run, in a few lines, with the next step when something is left to do."""
    out = console()
    one = result.document()
    read = " and ".join(f"{count:,} rows from {name}" for name, count in one["pulled"].items())
    asked = " and ".join(f"{count:,} to {name}" for name, count in one["requests"].items())
    out.print(f"Run {one['run']}: read {read or 'nothing'}; requests: {asked}; {one['seconds']:.1f} s.", markup=False)
    out.print(
        f"{one['people']} people, {one['linked']} in both systems, {one['review']} pairs to review. "
        f"{one['planned']} changes planned, {one['applied']} applied, {one['failed']} failed, {one['held']} held."
    )
    for sentence in result.sentences:
        out.print(safe(sentence), markup=False)
    if one["failed"]:
        out.print("Next: `tieline failures` shows each with its reason; `tieline retry` tries again.", markup=False)
    if result.outcome == "held":
        out.print("Next: `tieline plan`, and when it is what you want, `tieline sync --yes`.", markup=False)
