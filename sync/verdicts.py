"""Writing down what came of a change, always with its journal line, and always on the one deciding thread."""

from __future__ import annotations

from dataclasses import dataclass, field

import structlog

from connectors.kit.contract import Outcome, Verdict
from state.rows import ChangeRow
from sync.changes import Change, Verb
from sync.context import Context, candidate_ref

log = structlog.get_logger(__name__)

RACED_LIMIT = 3  # a vendor that refuses the same change this often in one run as overtaken will not take it at all
_UNEXPECTED = "unexpected"


@dataclass(slots=True)
class ApplyStats:
    """What came of the changes of a run."""

    done: int = 0
    sent: int = 0  # requests that left, whatever came of them
    raced: int = 0
    dead: int = 0
    cancelled: int = 0
    in_doubt: int = 0
    put_back: int = 0  # certainly not sent: still open
    moved: list[str] = field(default_factory=list)  # keys of the changes that had moved, for `tieline apply`


def settle(ctx: Context, row: ChangeRow, state: str, reason: str, *, created_id: str | None = None) -> None:
    """Settle a change one way or another, put it on record, and have its person planned again."""
    with ctx.store.transaction():
        ctx.store.settle(row.id, state, reason=reason or None, created_id=created_id, now=ctx.now())
        ctx.store.mark_dirty([ctx.store.alias(row.person)])
        detail = {"change": row.id, "verb": row.verb, "target": created_id or row.target, "reason": reason}
        ctx.store.journal(ctx.run, row.person, row.system, f"change_{state}", detail, ctx.now())
    log.info("change", id=row.id, system=row.system, verb=row.verb, state=state, reason=reason)


def take_verdict(ctx: Context, row: ChangeRow, outcome: Outcome, stats: ApplyStats) -> None:
    """Commit the verdict of one request."""
    stats.sent += outcome.verdict not in (Verdict.NOT_SENT, Verdict.HALT)
    match outcome.verdict:
        case Verdict.APPLIED:
            _applied(ctx, row, outcome)
        case Verdict.RACED:
            _raced(ctx, row, outcome, stats)
        case Verdict.INVALID:
            stats.dead += 1
            settle(ctx, row, "dead", outcome.reason or "the system refused it")
        case Verdict.UNKNOWN:
            stats.in_doubt += 1
            settle(ctx, row, "in_doubt", outcome.reason or "no answer came back")
        case Verdict.NOT_SENT:
            stats.put_back += 1
            settle(ctx, row, "open", outcome.reason or "it could not be sent")
        case Verdict.HALT:
            stats.put_back += 1
            settle(ctx, row, "open", outcome.reason or "the system let us do nothing")
            ctx.stop(row.system, outcome.reason or "the system refused our credential")


def unexpected(ctx: Context, row: ChangeRow, error: Exception, stats: ApplyStats) -> None:
    """One person's change met a mistake of ours before anything was sent: a dead letter with a reference, and
    everybody else goes on."""
    stats.dead += 1
    settle(ctx, row, "dead", reference(ctx, row, error))


def reference(ctx: Context, row: ChangeRow, error: Exception) -> str:
    """Log a mistake of ours by its class, and say where to find it. Its text may hold personal data and stays out."""
    number = f"{ctx.run}-{row.id}"
    log.error("change.unexpected", reference=number, error=type(error).__name__, verb=row.verb, system=row.system)
    return f"{_UNEXPECTED} {type(error).__name__} (reference {number})"


def _applied(ctx: Context, row: ChangeRow, outcome: Outcome) -> None:
    """The vendor said yes. A new candidate belongs to its person in this very commit, before any pull can meet it."""
    verb = Verb(row.verb)
    created = outcome.created.get(_CREATED.get(verb, ""), "")
    if verb is Verb.CREATE_CANDIDATE and not created:
        settle(ctx, row, "in_doubt", "the system said yes and did not name what it created")
        return
    with ctx.store.transaction():
        settle(ctx, row, "applied", "", created_id=created or None)
        if verb is Verb.CREATE_CANDIDATE:
            link_created(ctx, row, created)


def link_created(ctx: Context, row: ChangeRow, created: str) -> None:
    """Tie the record a create brought to the person it was made for."""
    ctx.store.link(
        candidate_ref(row.system, created),
        ctx.store.alias(row.person),
        rule="created",
        score=0.0,
        evidence='[{"what":"created","weight":0,"text":"Tieline created this record for this person"}]',
        by="rule",
        now=ctx.now(),
    )


def _raced(ctx: Context, row: ChangeRow, outcome: Outcome, stats: ApplyStats) -> None:
    earlier = [
        one for one in ctx.store.person_changes(ctx.store.alias(row.person))
        if one.key == row.key and one.run == ctx.run and one.state == "raced"
    ]  # fmt: skip
    if len(earlier) + 1 >= RACED_LIMIT:
        stats.dead += 1
        settle(ctx, row, "dead", f"refused as overtaken {RACED_LIMIT} times: {outcome.reason}")
        return
    stats.raced += 1
    stats.moved.append(row.key)
    settle(ctx, row, "raced", outcome.reason or "overtaken")


def content(row: ChangeRow) -> Change:
    """The change of a row of the outbox."""
    return Change.model_validate_json(row.content)


_CREATED = {
    Verb.CREATE_CANDIDATE: "candidate",
    Verb.CREATE_APPLICATION: "application",
    Verb.CREATE_NOTE: "note",
}
