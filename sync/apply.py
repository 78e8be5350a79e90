"""Speaking: the open changes of the outbox leave, urgent ones of every system first, and each ends in a verdict.

Decisions and commits happen on this one thread; the workers only carry requests. What is about to be said is written
down, in one commit, before the first request of a batch leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial
from typing import TypeVar

import structlog

from connectors.kit.contract import Outcome, Row, VendorError, Verdict, Write
from state.errors import StateError
from state.ledgers import encode
from state.rows import ChangeRow
from sync.confirm import confirm
from sync.context import Context, System
from sync.prepare import Sending, decide, ledger, load, prepare
from sync.reading import keep
from sync.sweep import vanished
from sync.verdicts import ApplyStats, reference, settle, take_verdict, unexpected

log = structlog.get_logger(__name__)
T = TypeVar("T")

BATCH = 50  # changes read, sent and confirmed together: what a vendor reads in one request
URGENT = 0  # the priority of withdrawals: nothing else of the cycle leaves before these, in any system


def apply(ctx: Context, *, only_urgent: bool = False) -> ApplyStats:
    """Send everything that is open and can be sent, once; with `only_urgent` nothing but withdrawals. What certainly
    was not sent stays open for the next round; what may have been sent stays in doubt."""
    applier = _Applier(ctx)
    with ThreadPoolExecutor(ctx.policies.writing.workers, thread_name_prefix="tieline-write") as pool:
        for urgent in (True,) if only_urgent else (True, False):
            for system in ctx.systems:
                applier.drain(system, pool, urgent=urgent)
    return applier.stats


class _Applier:
    """One pass over the outbox."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.stats = ApplyStats()
        self.skipped: set[int] = set()  # changes that cannot go on in this pass
        self.shut: set[str] = set()  # systems that shut the door on a worker a moment ago
        self.passed = 0

    def drain(self, system: System, pool: ThreadPoolExecutor, *, urgent: bool) -> None:
        """Send batch after batch until nothing is left that may leave now."""
        while self.ctx.working(system.name):
            rows = self._next(system, urgent=urgent)
            if not rows:
                return
            try:
                self._batch(system, rows, pool)
            except VendorError as error:
                log.warning("apply.stopped", system=system.name, status=error.status)
                self.ctx.stop(system.name, error)
            self.passed += len(rows)
            self.ctx.progress(f"writing to {system.name}", self.passed, None)
            self.ctx.beat()

    def _next(self, system: System, *, urgent: bool) -> list[ChangeRow]:
        found = self.ctx.store.sendable(system.name, BATCH + len(self.skipped))
        fit = [one for one in found if one.id not in self.skipped and (one.priority <= URGENT or not urgent)]
        return fit[:BATCH]

    def _batch(self, system: System, rows: Sequence[ChangeRow], pool: ThreadPoolExecutor) -> None:
        """Read, decide, write down, send, read back: one batch of changes of different people."""
        loaded = (self._fenced(row, partial(load, self.ctx, row)) for row in rows)
        sendings = [one for one in loaded if one is not None]
        looked = prepare(self.ctx, system, sendings, pool)
        self._decide(system, sendings, looked)
        leaving = [one for one in sendings if one.next == "send" and one.write is not None]
        self._write_down(leaving)
        self._send(system, leaving, pool)
        gone = sorted({one.candidate for one in sendings if one.gone})
        if gone:
            vanished(self.ctx, system, gone)
        mine = {one.row.id for one in sendings}
        applied = [row for row in self.ctx.store.changes(["applied"], system.name) if row.id in mine]
        confirm(self.ctx, system, applied, self.stats)

    def _fenced(self, row: ChangeRow, work: Callable[[], T]) -> T | None:
        """Do one person's part; a mistake of ours in it is that person's dead letter and nobody else's."""
        try:
            return work()
        except (VendorError, StateError):
            raise
        except Exception as error:  # noqa: BLE001 - the fence around one person: everybody else goes on
            unexpected(self.ctx, row, error, self.stats)
            return None

    def _decide(self, system: System, sendings: Sequence[Sending], looked: Sequence[Row]) -> None:
        """Store what was read, decide about each change, and settle those that do not leave."""
        with self.ctx.store.transaction():
            keep(self.ctx, system, looked)
        for one in sendings:
            if one.next == "send":
                self._fenced(one.row, partial(decide, self.ctx, system, one))
            self._settle_unsent(one)

    def _settle_unsent(self, one: Sending) -> None:
        match one.next:
            case "wait":
                self.skipped.add(one.row.id)
            case "after":
                with self.ctx.store.transaction():
                    settle(self.ctx, one.row, "applied", one.reason)
            case "raced":
                self.stats.raced += 1
                self.stats.moved.append(one.row.key)
                settle(self.ctx, one.row, "raced", one.reason)
            case "dead":
                self.stats.dead += 1
                settle(self.ctx, one.row, "dead", one.reason)
            case "cancelled":
                self.stats.cancelled += 1
                settle(self.ctx, one.row, "cancelled", one.reason)
            case _:
                pass

    def _write_down(self, leaving: Sequence[Sending]) -> None:
        entries = [(one.row.id, [(name, encode(value)) for name, value in ledger(one)]) for one in leaving]
        if entries:
            self.ctx.store.mark_sent(entries, self.ctx.seconds())

    def _send(self, system: System, leaving: Sequence[Sending], pool: ThreadPoolExecutor) -> None:
        """Let the workers carry the requests, and commit each verdict as it comes."""
        carried: dict[Future[Outcome], Sending] = {}
        for one in leaving:
            if one.write is not None:
                carried[pool.submit(self._carry, system, one.write, one)] = one
        waiting = set(carried)
        while waiting:
            answered, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            with self.ctx.store.transaction():  # one commit for the answers that are here: a commit waits for the disk
                for future in sorted(answered, key=lambda one: carried[one].row.id):
                    self._take(carried[future].row, future)
            self.ctx.beat()

    def _take(self, row: ChangeRow, future: Future[Outcome]) -> None:
        error = future.exception()
        outcome = future.result() if error is None else self._mistake(row, error)
        take_verdict(self.ctx, row, outcome, self.stats)
        if outcome.verdict in (Verdict.NOT_SENT, Verdict.HALT):
            self.skipped.add(row.id)

    def _mistake(self, row: ChangeRow, error: BaseException) -> Outcome:
        """A worker that broke may have spoken before: in doubt."""
        if not isinstance(error, Exception):
            raise error
        return Outcome(Verdict.UNKNOWN, reference(self.ctx, row, error))

    def _carry(self, system: System, write: Write, one: Sending) -> Outcome:
        """On a worker: one request. A system that has just shut its door is not asked again."""
        if system.name in self.shut:
            return Outcome(Verdict.NOT_SENT, "the system was stopped before this was sent")
        outcome = system.connector.send(write, one.fresh)
        if outcome.verdict is Verdict.HALT:
            self.shut.add(system.name)
        return outcome
