"""People as the policies see them: gathered from the state in batches, both mappers' readings beside what we remember.

Reads only. A person with a record that cannot be read is left out and told, because what cannot be read is not known
to be gone: an application nobody can see would be made a second time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import NamedTuple

import structlog

from connectors.kit.contract import Ref, Row
from mapping.contract import Mapper, Unreadable
from mapping.model import Application, Profile, Touchpoint, Value
from state.rows import EffectRow, FirstTouchRow, LinkRow
from state.store import Store
from state.times import moment
from sync.changes import Change, Notice, Verb
from sync.context import System
from sync.view import Catalog, Effect, FirstTouch, PersonView, Side

log = structlog.get_logger(__name__)

BATCH = 200  # people gathered by one round of queries
CACHED = 10_000  # profiles kept while nothing of them changes; bounds the memory of a run over everybody


class Party(NamedTuple):
    """One system as the views need it."""

    name: str
    mapper: Mapper
    catalog: Catalog


def party(system: System) -> Party:
    """A system of the run with its reference tables as they are now: made again after every pull."""
    mapper, connector = system.mapper, system.connector
    catalog = Catalog(
        system=system.name,
        role=system.role,
        capabilities=connector.capabilities,
        writable=mapper.writable(),
        jobs=mapper.jobs(),
        pools=mapper.pools(),
        sources=mapper.sources(),
        kind=connector.kind,
    )
    return Party(system.name, mapper, catalog)


class Profiles:
    """Profiles by record, read again only when the record or something that hangs on it has changed. Made anew when
    the reference tables change, for the same row may then mean something else."""

    def __init__(self) -> None:
        self._held: OrderedDict[tuple[str, str], tuple[tuple[bytes, ...], Profile]] = OrderedDict()

    def read(self, party: Party, row: Row, children: Sequence[Row]) -> Profile:
        """The mapper's reading. Raises `Unreadable`."""
        key, state = (party.name, row.id), (row.hash, *(child.hash for child in children))
        held = self._held.get(key)
        if held is not None and held[0] == state:
            self._held.move_to_end(key)
            return held[1]
        profile = party.mapper.profile(row, children)
        self._held[key] = (state, profile)
        if len(self._held) > CACHED:
            self._held.popitem(last=False)
        return profile


@dataclass(frozen=True, slots=True)
class _Batch:
    """Everything the state knows of some people, by person, and their rows, by system and record."""

    links: Mapping[str, Sequence[LinkRow]]
    base: Mapping[str, Mapping[str, Mapping[str, Value]]]
    sent: Mapping[str, Mapping[str, Mapping[str, tuple[Value, ...]]]]
    effects: Mapping[str, Sequence[EffectRow]]
    first: Mapping[str, FirstTouchRow]
    dead: Mapping[str, frozenset[str]]
    under_way: Mapping[str, frozenset[str]]
    rows: Mapping[str, Mapping[str, Row]]
    children: Mapping[str, Mapping[str, Sequence[Row]]]
    unreadable: Mapping[str, Mapping[str, Sequence[Ref]]]


class Views:
    """Builds the views of one run. `notices` holds what was met on the way: people left out, and why."""

    def __init__(
        self, store: Store, ats: Party, crm: Party, *, now: datetime, profiles: Profiles | None = None
    ) -> None:
        self.notices: list[Notice] = []
        self._store = store
        self._ats, self._crm = Party(*ats), Party(*crm)
        self._now = now
        self._profiles = profiles if profiles is not None else Profiles()

    def build(self, persons: Iterable[str]) -> Iterator[PersonView]:
        """The views of these people, in their order; those who cannot be read are left out and told."""
        asked = frozenset(ref for one in self._store.reviews("open") for ref in (one.a, one.b))
        waiting = iter(persons)
        while some := list(islice(waiting, BATCH)):
            batch = self._gather(some)
            for person in some:
                view = self._view(person, batch, asked)
                if view is not None:
                    yield view

    def _gather(self, persons: Sequence[str]) -> _Batch:
        store = self._store
        links = store.links_many(persons)
        ids: dict[str, list[str]] = {self._ats.name: [], self._crm.name: []}
        for own in links.values():
            for link in own:
                if link.live and link.system in ids:
                    ids[link.system].append(link.id)
        return _Batch(
            links=links,
            base=store.base(persons),
            sent=store.sent(persons),
            effects=store.effects(persons),
            first=store.first_touches(persons),
            dead=store.dead_keys(persons),
            under_way=store.under_way(persons),
            rows={system: store.candidates(system, some) for system, some in ids.items()},
            children={system: store.children(system, some) for system, some in ids.items()},
            unreadable={system: store.unreadable(system, some) for system, some in ids.items()},
        )

    def _view(self, person: str, batch: _Batch, asked: frozenset[Ref]) -> PersonView | None:
        """One person; nothing when a record of theirs cannot be read. The fence around one person is here."""
        try:
            ats = self._side(person, self._ats, batch)
            crm = self._side(person, self._crm, batch)
            if ats is not None and crm is not None:
                return self._whole(person, ats, crm, batch, asked)
        except Exception as error:  # noqa: BLE001 - one person's records must not stop everybody else
            log.error("views.unexpected", person=person, error=type(error).__name__)
            self._tell(person, "", f"an unexpected {type(error).__name__} met the records of this person")
        return None

    def _whole(self, person: str, ats: Side, crm: Side, batch: _Batch, asked: frozenset[Ref]) -> PersonView:
        links = batch.links[person]
        first = batch.first.get(person)
        return PersonView(
            person=person,
            now=self._now,
            ats=ats,
            crm=crm,
            first_touch=_first_touch(first) if first else None,
            effects=tuple(Effect(one.system, one.kind, one.target, one.cause) for one in batch.effects[person]),
            dead=batch.dead[person],
            under_way=batch.under_way[person],
            tombstoned=any(link.state == "erased" for link in links),
            in_review=any(link.ref in asked for link in links),
        )

    def _side(self, person: str, party: Party, batch: _Batch) -> Side | None:
        """One system's half; nothing when one of its records cannot be read."""
        links = [link for link in batch.links[person] if link.system == party.name]
        live = [link for link in links if link.live]
        if not live:
            return Side(catalog=party.catalog, gone=bool(links))
        found: list[Profile] = []
        for link in live:
            profile = self._profile(person, party, link, batch)
            if profile is None:
                return None
            found.append(profile)
        main, *others = found
        # A duplicate that is private is not spoken of; neither is what remains of an anonymised one.
        told = (main, *(one for one in others if not one.candidate.private and not one.candidate.anonymised))
        applications = tuple(one for profile in told for one in profile.applications)
        return Side(
            catalog=party.catalog,
            ref=main.candidate.ref,
            candidate=main.candidate,
            others=tuple(one.candidate.ref for one in others),
            applications=applications,
            touchpoints=tuple(one for profile in told for one in profile.touchpoints),
            consents=tuple(one for profile in told for one in profile.consents),
            markers=frozenset(one for profile in told for one in profile.markers),
            base=batch.base[person].get(party.name, {}),
            sent=batch.sent[person].get(party.name, {}),
            link=party.mapper.link(main.candidate.ref.id),
            former_jobs=self._former_jobs(person, party, applications, batch),
        )

    def _profile(self, person: str, party: Party, link: LinkRow, batch: _Batch) -> Profile | None:
        aside = batch.unreadable[party.name].get(link.id, ())
        if aside:
            self._tell(person, party.name, f"{aside[0].object} {aside[0].id} cannot be read: see the quarantine")
            return None
        try:
            return self._profiles.read(party, batch.rows[party.name][link.id], batch.children[party.name][link.id])
        except Unreadable as error:
            self._tell(person, party.name, f"candidate {link.id} cannot be read: {error}")
            return None

    def _former_jobs(
        self, person: str, party: Party, applications: Sequence[Application], batch: _Batch
    ) -> frozenset[str]:
        """Jobs that we put the person on and that show no application any more: somebody deleted it. Looked up only
        for contacts who are on a vacancy, for whom alone it matters."""
        if party is not self._ats or not self._on_vacancy(person, batch):
            return frozenset()
        made = set()
        for row in self._store.person_changes(person):
            if row.system == party.name and row.state == "done" and row.verb in _PUT_ON_JOB:
                made.add(Change.model_validate_json(row.content).job)
        return frozenset(job for job in made if job) - {one.job for one in applications if one.job}

    def _on_vacancy(self, person: str, batch: _Batch) -> bool:
        for link in batch.links[person]:
            if link.system == self._crm.name and link.live:
                profile = self._profile(person, self._crm, link, batch)
                if profile is not None and any(one.live for one in profile.applications):
                    return True
        return False

    def _tell(self, person: str, system: str, detail: str) -> None:
        notice = Notice(kind="unreadable", subject=person, system=system, detail=detail)
        if notice not in self.notices:
            self.notices.append(notice)


_PUT_ON_JOB = frozenset({Verb.CREATE_APPLICATION.value, Verb.CREATE_CANDIDATE.value})


def _first_touch(row: FirstTouchRow) -> FirstTouch:
    touch = Touchpoint(
        ref=Ref(row.system, row.object, row.id),
        kind=row.object,
        channel=row.channel,  # pydantic holds it to the closed set
        at=moment(row.at),
        source=row.source,
        campaign=row.campaign,
    )
    return FirstTouch(touch, frozen=row.frozen is not None)
