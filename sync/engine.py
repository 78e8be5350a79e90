"""The engine: what the command and the flows call. It holds the state, both systems and the policies, takes the lease
for everything that writes, and puts every run on record."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime

from connectors.kit.contract import VendorError
from state.errors import StateError
from state.lease import this_process
from state.store import Store
from sync.apply import apply
from sync.changes import Plan
from sync.context import CANDIDATE, Context, ProgressCall, System, candidate_ref, silent, validator
from sync.cycle import Cycle, Result, RunOutcome
from sync.guards import held
from sync.outbox import draft, planned
from sync.plan import build, moved
from sync.pull import PullStats, learn, pull
from sync.resolve import ResolveStats, resolve
from sync.settings import Policies
from sync.settle import recover
from sync.sweep import outage, sweep

CONFIG = "config_hash"  # meta: fingerprint of the policies and mappings that everybody was last planned with


class Engine:
    """One pair of systems, tied together. `clock`, `sleep` and `new_id` are the outside world; `fingerprint` is the
    rest of the configuration that decides (the mappings): when it or the policies change, everybody is looked at
    again. `lease_seconds` is how long a run that stopped moving keeps others out."""

    def __init__(
        self,
        store: Store,
        ats: System,
        crm: System,
        policies: Policies,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
        new_id: Callable[[], str],
        progress: ProgressCall = silent,
        fingerprint: str = "",
        lease_seconds: float = 600.0,
    ) -> None:
        self.store = store
        self.ctx = Context(store, ats, crm, policies, clock, sleep, new_id, progress, lease_seconds)
        self._policies = policies
        self._fingerprint = fingerprint
        self._learned = False

    def pull(self, *, full: bool = False, only: str | None = None) -> PullStats:
        """Read both systems, or one; with `full` everything, comparing every id. Raises `VendorError` when a system
        could not be read, after the other one was."""
        with self._run("pull") as result:
            stats = pull(self.ctx, full=full, only=only)
            if full and not self.ctx.stopped:
                sentence = outage(self.ctx, allowance="") or sweep(self.ctx, stats, allowance="")
                result.outcome = "held" if sentence else "done"
                result.sentences.extend([sentence] if sentence else [])
            result.pulled = dict(stats.rows)
            self._fail(result)
        if result.sentences:
            raise VendorError(result.sentences[0])
        return stats

    def resolve(self) -> ResolveStats:
        """Find out who is who among the records that changed."""
        with self._run("resolve"):
            return resolve(self.ctx)

    def plan(self, persons: Sequence[str] | None = None, *, full: bool = False) -> Plan:
        """What a sync would write and why, for these people, for everybody with `full`, else for those something
        changed about. Writes nothing to anybody and nothing to the outbox."""
        self._ready()
        if full and persons is None:
            self.store.mark_all_dirty()
        return self._plan(persons)

    def apply_plan(self, wanted: Plan) -> Result:
        """Write exactly these changes; what would be decided differently today is refused and told."""
        with self._run("apply") as result:
            cycle = self._cycle(result, full=False, yes=False)
            recover(self.ctx)
            cycle.read(whole=True)
            if not self.ctx.stopped and result.outcome != "held":
                self._write(wanted, result)
            self._fail(result)
        return result

    def sync(self, *, full: bool = False, max_changes: int | None = None, yes: bool = False) -> Result:
        """Pull, resolve, plan, apply, until both sides agree. `max_changes` holds a run that would touch more people;
        `yes` lets a held one through."""
        if max_changes is not None:
            guards = self._policies.guards.model_copy(update={"max_changes": max_changes, "max_share": 0.0})
            self.ctx.policies = self._policies.model_copy(update={"guards": guards})
        try:
            with self._run("sync") as result:
                self._cycle(result, full=full, yes=yes).run()
        finally:
            self.ctx.policies = self._policies
        return result

    def _cycle(self, result: Result, *, full: bool, yes: bool) -> Cycle:
        return Cycle(self.ctx, result, full=full, yes=yes)

    def _plan(self, persons: Sequence[str] | None) -> Plan:
        cycle = self._cycle(Result(self.ctx.run), full=False, yes=False)
        views = cycle.views()
        chosen = list(persons) if persons is not None else self.store.dirty_people(self.ctx.now())
        decided = [one.decided for one in planned(self.ctx, views, chosen)]
        changes = [change for one in decided for change in one.changes]
        sentence = held(changes, self.store.linked_count(), self.ctx.policies.guards, cycle.allowance)
        made = build(decided, ats=self.ctx.ats.name, crm=self.ctx.crm.name, made=self.ctx.now(), held=sentence or "")
        return made.model_copy(update={"notices": (*made.notices, *views.notices)})

    def _write(self, wanted: Plan, result: Result) -> None:
        """Put what has not moved into the outbox and send it."""
        persons = sorted({self.store.alias(change.person) for change in wanted.changes})
        refused = {one.change.key: one.why for one in moved(wanted, self._plan(persons))}
        fit = [change for change in wanted.changes if change.key not in refused]
        self.store.put_changes(self.ctx.run, [draft(change) for change in fit])
        stats = apply(self.ctx)
        result.planned, result.applied, result.failed = len(wanted.changes), stats.done, stats.dead
        for change in wanted.changes:
            if change.key in refused:
                what = change.verb.value.replace("_", " ")
                result.sentences.append(
                    f"{what} of {change.person} in {change.system} has moved: {refused[change.key]}"
                )
        if refused or stats.dead or stats.raced or stats.in_doubt or stats.put_back:
            result.outcome = "partial"
        if stats.raced:
            result.sentences.append(f"{stats.raced} changes were overtaken while this ran: plan again")
        if stats.in_doubt:
            result.sentences.append(f"{stats.in_doubt} writes are in doubt: the next sync settles them by reading")

    def _fail(self, result: Result) -> None:
        for system, sentence in self.ctx.stopped.items():
            result.outcome = "failed"
            result.sentences.append(sentence if system in sentence else f"{system}: {sentence}")

    @contextmanager
    def _run(self, command: str) -> Iterator[Result]:
        """The lease, a run on record, and its end whatever happens."""
        ctx, store = self.ctx, self.store
        store.take_lease(this_process(), ctx.lease_seconds)
        ctx.leased, ctx.renewed = True, ctx.seconds()
        began = ctx.seconds()
        asked = {system.name: system.connector.requests() for system in ctx.systems}
        result = Result(0, "failed")
        try:
            ctx.stopped = {}
            result.run = ctx.run = store.start_run(command)
            self._ready()
            result.outcome = "done"
            yield result
        except BaseException:
            result.outcome = "failed"
            raise
        finally:
            result.seconds = ctx.seconds() - began
            result.requests = {one.name: one.connector.requests() - asked[one.name] for one in ctx.systems}
            with suppress(StateError):  # what went wrong before is the better story
                self._on_record(result)
            ctx.run, ctx.leased = 0, False
            store.release_lease()

    def _on_record(self, result: Result) -> None:
        result.people, result.linked = self.store.people_count(), self.store.linked_count()
        result.review = len(self.store.reviews("open"))
        self.store.end_run(result.run, result.outcome, result.document(), result.allowance or None)

    def _ready(self) -> None:
        """Teach the mappers what the state knows, and look at everybody again when the configuration changed."""
        if not self._learned:
            for system in self.ctx.systems:
                learn(self.store, system)
            self._learned = True
        told = f"{self._policies.model_dump_json()}\n{self._fingerprint}"
        now = hashlib.blake2b(told.encode(), digest_size=16).hexdigest()
        if self.store.get_meta(CONFIG) == now:
            return
        with self.store.transaction():
            for system in self.ctx.systems:
                self.store.revalidate(system.name, validator(system.mapper), self.ctx.run)
                for one in self.store.ids(system.name, CANDIDATE):
                    self.store.mark_record_dirty(candidate_ref(system.name, one))
            self.store.mark_all_dirty()
            self.store.set_meta(CONFIG, now)


__all__ = ["Engine", "PullStats", "Result", "RunOutcome", "System"]
