"""What reports are made from: the state, read through the same views and policies as a sync, asking no vendor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property

from connectors.kit import registry
from mapping import vendor
from state.rows import ChangeRow
from state.store import Store
from sync.changes import Decided
from sync.decide import decide
from sync.reference import learn_stored
from sync.view import Catalog, PersonView
from sync.views import Views, catalog
from tieline.settings import Settings, SystemSettings


class Reading:
    """The state behind a report. `views` and `decided` walk everybody once."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.settings = settings
        self.store = store
        self.now = datetime.now(UTC)
        self._views = Views(store, self._half(settings.ats), self._half(settings.crm), now=self.now)

    @property
    def ats(self) -> str:
        """The ATS's name in tieline.toml."""
        return self.settings.ats.name

    @property
    def crm(self) -> str:
        """The CRM's name in tieline.toml."""
        return self.settings.crm.name

    def people(self, persons: Sequence[str] | None = None) -> Iterator[tuple[PersonView, Decided]]:
        """Everybody, or some, with what the policies would still change now: drift, when nothing is under way."""
        for view in self._views.build(self.store.all_people() if persons is None else persons):
            yield view, decide(view, self.settings.policies)

    @cached_property
    def dead(self) -> list[ChangeRow]:
        """Dead letters."""
        return self.store.dead_letters()

    def _half(self, settings: SystemSettings) -> Catalog:
        mapper = vendor.load(settings.kind).Mapper(settings.name, settings.mapping)
        learn_stored(self.store, settings.name, mapper)
        return catalog(settings.name, settings.role, mapper, registry.load(settings.kind).CAPABILITIES)
