"""A whole run: settle what was left, read both sides, find out who is who, decide, write, until nothing is left to do.

One run at a time holds the lease. Whatever happens, what is known is committed as it becomes known, so that the next
run picks up where this one stopped.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import structlog

from sync.apply import apply
from sync.context import Context
from sync.guards import held, withdrawal
from sync.outbox import Planned, commit, draft, planned, tell
from sync.pull import PullStats, pull
from sync.resolve import ResolveStats, resolve
from sync.settle import recover, settle_creates, settle_updates, waiting_until
from sync.sweep import due, follow_moves, outage, sweep
from sync.verdicts import ApplyStats
from sync.views import Profiles, Views, party

log = structlog.get_logger(__name__)

IMPORTED = "imported"  # meta: the time when the first run ended well
NAP = 1.0  # seconds slept at once while a hold is waited for
RunOutcome = Literal["done", "failed", "partial", "held"]


@dataclass(slots=True)
class Result:
    """What came of a run, in numbers and sentences."""

    run: int
    outcome: RunOutcome = "done"
    sentences: list[str] = field(default_factory=list)
    pulled: dict[str, int] = field(default_factory=dict)
    requests: dict[str, int] = field(default_factory=dict)
    people: int = 0
    linked: int = 0
    review: int = 0
    planned: int = 0
    applied: int = 0
    failed: int = 0
    held: int = 0
    seconds: float = 0.0
    allowance: str = ""  # why a large run was let through

    def document(self) -> dict[str, Any]:
        """The line that `sync --json` ends with (DESIGN section 8), and why, where something went wrong."""
        return {
            "run": self.run,
            "outcome": self.outcome,
            "pulled": self.pulled,
            "requests": self.requests,
            "people": self.people,
            "linked": self.linked,
            "review": self.review,
            "planned": self.planned,
            "applied": self.applied,
            "failed": self.failed,
            "held": self.held,
            "seconds": round(self.seconds, 3),
            "sentences": self.sentences,
        }


class Cycle:
    """One run over both systems, within a lease and a run that are open already."""

    def __init__(self, ctx: Context, result: Result, *, full: bool, yes: bool) -> None:
        self.ctx = ctx
        self.result = result
        self.full = full
        self.yes = yes
        self.applied = ApplyStats()
        self.pulled = PullStats()
        self.resolved = ResolveStats()
        self.profiles = Profiles()
        self.first = ctx.store.get_meta(IMPORTED) is None

    @property
    def allowance(self) -> str:
        """Why a large run is let through, when it is."""
        if self.yes:
            return "--yes"
        return "first import" if self.first else ""

    def run(self) -> None:
        """Round after round, then once more for what is in doubt when its hold has passed."""
        recover(self.ctx)
        if self._rounds(first=True) and self._wait():
            self._rounds(first=False)
        self._conclude()

    def _rounds(self, *, first: bool) -> bool:
        """Rounds until one plans nothing; False when the run cannot go on."""
        for number in range(self.ctx.policies.writing.rounds):
            self.read(whole=first and number == 0)
            if self.ctx.stopped or self._holding():
                return False
            count = self._decide()
            holding = self._holding()
            if not count and (holding or not self._sendable()):
                return not holding
            self._add(apply(self.ctx, only_urgent=holding))
            if holding or self.ctx.stopped:
                return False
        return True

    def read(self, *, whole: bool) -> None:
        """Settle, read, resolve. `whole` reads the reference tables too, and every id when that is due. When a side
        looks like an outage the run is held, and nobody is marked as gone."""
        ctx = self.ctx
        settle_updates(ctx, self.applied)
        listed = due(ctx) if whole else ()
        stats = pull(ctx, full=self.full and whole, tables=whole, whole=listed)
        self.pulled.add(stats)
        if whole:
            self.profiles = Profiles()
            self._guard_outage(stats)
        if self._holding():
            return
        follow_moves(ctx)
        self._resolve()
        settle_creates(ctx, self.applied, stats.began)
        self._resolve()

    def _resolve(self) -> None:
        found = resolve(self.ctx, self.profiles)
        for name in ("records", "new", "linked", "merged", "quarantined"):
            setattr(self.resolved, name, getattr(self.resolved, name) + getattr(found, name))

    def _guard_outage(self, stats: PullStats) -> None:
        allowance = "--yes" if self.yes else ""
        sentence = outage(self.ctx, allowance=allowance) or sweep(self.ctx, stats, allowance=allowance)
        if sentence:
            self.result.outcome = "held"
            self.result.sentences.append(sentence)

    def views(self) -> Views:
        """The views of this moment."""
        ats, crm = (party(system) for system in self.ctx.systems)
        return Views(self.ctx.store, ats, crm, now=self.ctx.clock(), profiles=self.profiles)

    def _decide(self) -> int:
        """Decide about everybody who is waiting, and fill the outbox; returns how many changes that are."""
        ctx = self.ctx
        views = self.views()
        waiting = planned(ctx, views, ctx.store.dirty_people(ctx.now()))
        if self.allowance:
            count = commit(ctx, waiting)
            self.result.allowance = self.allowance if count else self.result.allowance
        else:
            changing: list[Planned] = []
            commit(ctx, _quiet(waiting, changing))
            count = self._guarded(changing)
        tell(ctx, views.notices)
        self.result.planned += count
        return count

    def _guarded(self, changing: list[Planned]) -> int:
        """Commit the changes unless a guard holds them; withdrawals are held by nothing."""
        changes = [change for one in changing for change in one.decided.changes]
        sentence = held(changes, self.ctx.store.linked_count(), self.ctx.policies.guards, self.allowance)
        if not sentence:
            return commit(self.ctx, changing)
        urgent = [change for change in changes if withdrawal(change)]
        self.ctx.store.put_changes(self.ctx.run, [draft(change) for change in urgent])
        self.result.outcome = "held"
        self.result.held = len(changes) - len(urgent)
        self.result.sentences.append(sentence)
        return len(urgent)

    def _holding(self) -> bool:
        return self.result.outcome == "held"

    def _sendable(self) -> bool:
        return any(self.ctx.store.sendable(system.name, 1) for system in self.ctx.systems)

    def _wait(self) -> bool:
        """Wait until the youngest hold has passed; False when nothing is in doubt."""
        ctx = self.ctx
        until = waiting_until(ctx)
        if until is None:
            return False
        total = max(0.0, until - ctx.seconds())
        while (left := until - ctx.seconds()) >= 0:
            ctx.progress("waiting for writes in doubt", int(total - left), int(total))
            ctx.sleep(min(NAP, left + 0.01))
            ctx.beat()
        return True

    def _add(self, stats: ApplyStats) -> None:
        self.applied.done += stats.done
        self.applied.sent += stats.sent
        self.applied.raced += stats.raced
        self.applied.dead += stats.dead
        self.applied.cancelled += stats.cancelled
        self.applied.in_doubt += stats.in_doubt
        self.applied.put_back += stats.put_back
        self.applied.moved.extend(stats.moved)

    def _conclude(self) -> None:
        """The outcome, and a sentence for whatever is left."""
        ctx, result = self.ctx, self.result
        result.applied, result.failed = self.applied.done, self.applied.dead
        result.pulled = dict(self.pulled.rows)
        for system, sentence in ctx.stopped.items():
            result.outcome = "failed"
            result.sentences.append(sentence if system in sentence else f"{system}: {sentence}")
        left = len(ctx.store.changes(["open"])) if result.outcome != "held" else 0
        doubtful = len(ctx.store.changes(["sent", "in_doubt", "applied"]))
        if left:
            result.sentences.append(f"{left} changes are still to be sent: the next sync goes on with them")
        if doubtful:
            result.sentences.append(f"{doubtful} writes are in doubt: the next sync settles them by reading")
        if result.failed:
            result.sentences.append(f"{result.failed} changes failed for good: see `tieline failures`")
        if result.outcome == "done" and (left or doubtful or result.failed):
            result.outcome = "partial"
        if self.first and result.outcome in ("done", "partial"):
            ctx.store.set_meta(IMPORTED, ctx.now())


def _quiet(people: Any, changing: list[Planned]) -> Any:
    """Pass on those who need nothing, and lay the others aside until all are counted."""
    for one in people:
        if one.decided.changes:
            changing.append(one)
        else:
            yield one
