"""What reports are made from: the state, read through the same views and policies as a sync, asking no vendor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property

from connectors.kit.contract import Ref
from mapping.contract import Unreadable
from mapping.model import Value
from state.rows import ChangeRow
from state.store import Store
from sync.changes import Decided
from sync.decide import decide
from sync.pull import learn
from sync.view import PersonView
from sync.views import Party, Views, party
from tieline.opening import open_system
from tieline.settings import Settings, SystemSettings


class Reading:
    """The state behind a report; `people` walks everybody, or some."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.settings = settings
        self.store = store
        self.now = datetime.now(UTC)
        self._parties = {one.name: self._party(one) for one in settings.systems}
        self._views = Views(store, self._parties[self.ats], self._parties[self.crm], now=self.now)

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

    def candidate_values(self, ref: Ref) -> Mapping[str, Value]:
        """What one record says, whoever it belongs to; nothing when it is gone or cannot be read."""
        row = self.store.row(ref)
        if row is None or ref.system not in self._parties:
            return {}
        try:
            return self._parties[ref.system].mapper.profile(row, ()).candidate.values
        except Unreadable:
            return {}

    @cached_property
    def dead(self) -> list[ChangeRow]:
        """Dead letters."""
        return self.store.dead_letters()

    def _party(self, settings: SystemSettings) -> Party:
        system = open_system(settings, self.store)
        system.connector.close()  # only what it declares is needed
        learn(self.store, system)
        return party(system)
