"""Who is who: every candidate record that changed is read, tied to a person with evidence, and its touchpoints kept.

A record that cannot be read is set aside with the reason and stops nobody else. A batch of records is one commit, so
that a record is either looked at with all that follows from it, or still waiting.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import structlog

from connectors.kit.contract import Page, Ref, Row
from connectors.kit.contract import Unreadable as Aside
from identity.contract import Decision, Evidence, Index
from identity.keys import CROSSREF, keys
from identity.resolve import evidence_json
from identity.resolve import resolve as place
from mapping import fields
from mapping.contract import Unreadable
from mapping.model import Candidate, Profile, Touchpoint
from state.errors import StateError
from state.rows import FirstTouchRow, TouchpointRow
from state.times import iso
from sync.context import CANDIDATE, Context, validator
from sync.settle import Claim, claim, claimed, claims
from sync.views import Profiles, party

log = structlog.get_logger(__name__)

BATCH = 200  # records looked at in one commit
LOADED = 20_000  # candidates kept for comparison; bounds the memory of a first import


@dataclass(slots=True)
class ResolveStats:
    """What became of the records looked at."""

    records: int = 0
    new: int = 0
    linked: int = 0
    merged: int = 0
    quarantined: int = 0


def resolve(ctx: Context, profiles: Profiles | None = None) -> ResolveStats:
    """Look at every candidate record that is waiting. What was read for it is kept in `profiles`."""
    return _Resolver(ctx, profiles if profiles is not None else Profiles()).run()


class _Resolver:
    """One pass over the waiting records."""

    def __init__(self, ctx: Context, profiles: Profiles) -> None:
        self.ctx = ctx
        self.store = ctx.store
        self.profiles = profiles
        self.parties = {system.name: party(system) for system in ctx.systems}
        self.stats = ResolveStats()
        self.loaded: dict[Ref, Candidate | None] = {}
        self.index: Index = ctx.store.index(self._load)
        self.waiting: dict[str, list[Claim]] = {}
        self.again: set[Ref] = set()  # records whose standing changed with that of another one
        # What a stored cross-reference may call the systems: by part, by vendor.
        self.systems = {word: one.name for one in ctx.systems for word in (one.role, one.connector.kind)}

    def run(self) -> ResolveStats:
        """Batch by batch, until none is waiting."""
        self.waiting = claims(self.ctx)
        while refs := self.store.dirty_records(BATCH):
            if len(self.loaded) > LOADED:
                self.loaded.clear()
            with self.store.transaction():
                self._batch(refs)
            self.stats.records += len(refs)
            self.ctx.progress("finding out who is who", self.stats.records, None)
            self.ctx.beat()
        return self.stats

    def _batch(self, refs: Sequence[Ref]) -> None:
        for system in self.ctx.systems:
            ids = [ref.id for ref in refs if ref.system == system.name]
            rows = self.store.candidates(system.name, ids)
            children = self.store.children(system.name, ids)
            for id in ids:
                ref = Ref(system.name, CANDIDATE, id)
                touched = id not in rows or self._record(ref, rows[id], children[id])
                self._concern(ref, touched=touched)
                self.store.clean_record(ref)
        for ref in refs:
            if ref.system not in self.ctx.by_name:  # of a system that is no longer configured
                self.store.clean_record(ref)

    def _record(self, ref: Ref, row: Row, children: Sequence[Row]) -> bool:
        """Look at one record; whether its person's touchpoints may have changed."""
        try:
            profile = self.profiles.read(self.parties[ref.system], row, children)
            self.loaded[ref] = profile.candidate
            told = self.store.put_touchpoints(_rows(profile))
            return self._person(ref, profile.candidate) or told > 0
        except StateError:
            raise
        except Unreadable as error:
            self._aside(ref, str(error))
        except Exception as error:  # noqa: BLE001 - the fence around one record: everybody else goes on
            log.error("resolve.unexpected", system=ref.system, id=ref.id, error=type(error).__name__)
            self._aside(ref, f"unexpected {type(error).__name__} (run {self.ctx.run})")
        return False

    def _person(self, ref: Ref, candidate: Candidate) -> bool:
        """Tie the record to its person; whether it is tied to another one than before."""
        own = self.store.person_of(ref)
        if own is None:
            if not self._ours(ref, candidate):
                self._place(ref, candidate, own)
            return True
        if ref not in self.again and self._nothing_new(ref, candidate, own):
            return False
        self.again.discard(ref)
        self._place(ref, candidate, own)
        return self.store.person_of(ref) != own

    def _nothing_new(self, ref: Ref, candidate: Candidate, own: str) -> bool:
        """Whether the keys are those of before, or differ only in what says what is known: our own id of the person,
        and their other records."""
        now = keys(candidate, self.systems)
        changed = {*now} ^ {*self.store.keys_of(ref)}
        if changed:
            links = self.store.links(own)
            known = {(CROSSREF, f"person/{own}"), *((CROSSREF, f"{link.system}/{link.id}") for link in links)}
            if not changed <= known:
                return False
            self.store.put_keys(ref, now)
        return True

    def _ours(self, ref: Ref, candidate: Candidate) -> bool:
        """Whether this new arrival is one that we made: a create in doubt, or a record that carries our marker."""
        found = claimed(candidate, self.waiting.get(ref.system, ()))
        marked = "" if found else self._marked(ref, candidate)
        if not found and not marked:
            return False
        self.store.put_keys(ref, keys(candidate, self.systems))
        if found:
            claim(self.ctx, found, ref.id)
            self.waiting[ref.system].remove(found)
            return True
        evidence = Evidence("marker", 20.0, f"The record in {ref.system} carries our id of this person")
        self._link(ref, Decision("link", marked, None, 20.0, "marker", (evidence,)), marked)
        return True

    def _place(self, ref: Ref, candidate: Candidate, own: str | None) -> None:
        """Let identity decide whose record this is."""
        found = place(
            self.store, candidate, self.index, new_id=self.ctx.new_id, now=self.ctx.now(), systems=self.systems
        )
        self.again |= found.again
        if found.person == own:
            return
        self._journal(ref, found.decision, found.person)
        if own is not None:
            self.stats.merged += 1
        elif found.decision.verdict == "link":
            self.stats.linked += 1
        else:
            self.stats.new += 1

    def _marked(self, ref: Ref, candidate: Candidate) -> str:
        """The person this record's marker names: one we know, who has no record of their own in this system."""
        mark = candidate.values.get(fields.PERSON_ID)
        if not isinstance(mark, str):
            return ""
        person = self.store.alias(mark)
        links = self.store.links(person)
        taken = any(link.system == ref.system and link.live for link in links)
        return "" if not links or taken or person in self.index.forbidden(ref) else person

    def _link(self, ref: Ref, decision: Decision, person: str) -> None:
        self.store.link(
            ref,
            person,
            rule=decision.rule,
            score=decision.score,
            evidence=evidence_json(decision.evidence),
            by="rule",
            now=self.ctx.now(),
        )
        self._journal(ref, decision, person)

    def _journal(self, ref: Ref, decision: Decision, person: str) -> None:
        detail = {"record": ref.id, "rule": decision.rule, "verdict": decision.verdict}
        self.store.journal(self.ctx.run, person, ref.system, "linked", detail, self.ctx.now())

    def _concern(self, ref: Ref, *, touched: bool) -> None:
        """The person must be planned; and what the touchpoints say now, where they may say something else."""
        person = self.store.person_of(ref)
        if person is None:
            return
        self.store.mark_dirty([person])
        if not touched:
            return
        for one in self.store.touchpoints_of(self.store.links(person)):
            if one.qualifies:
                self.store.set_first_touch(_first(person, one))
                return

    def _aside(self, ref: Ref, reason: str) -> None:
        """Quarantine: kept with its reason, looked at again when it changes."""
        self.stats.quarantined += 1
        page = Page((), (Aside(CANDIDATE, ref.id, reason),), last=False)
        validate = validator(self.ctx.by_name[ref.system].mapper)
        self.store.store_page(ref.system, page, CANDIDATE, run=self.ctx.run, validate=validate, until=None)

    def _load(self, ref: Ref) -> Candidate | None:
        """A candidate for comparison, once per batch."""
        if ref not in self.loaded:
            self.loaded[ref] = self._read(ref)
        return self.loaded[ref]

    def _read(self, ref: Ref) -> Candidate | None:
        system = self.ctx.by_name.get(ref.system)
        row = self.store.row(ref)
        if system is None or row is None:
            return None
        try:
            return system.mapper.profile(row, ()).candidate
        except Unreadable:
            return None


def _rows(profile: Profile) -> Iterable[TouchpointRow]:
    return (_touchpoint(profile.candidate.ref.id, one) for one in profile.touchpoints)


def _touchpoint(candidate: str, one: Touchpoint) -> TouchpointRow:
    return TouchpointRow(
        *one.ref[:2], one.ref.id, candidate, one.kind, one.channel, iso(one.at), one.direction, one.source,
        one.campaign, one.qualifies,
    )  # fmt: skip


def _first(person: str, one: TouchpointRow) -> FirstTouchRow:
    return FirstTouchRow(person, one.at, one.channel, one.source, one.campaign, one.system, one.object, one.id)
