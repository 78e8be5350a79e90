"""The keys already known, for identity: who shares one, how many people carry it, who is out of the question."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from connectors.kit.contract import Ref
from identity.contract import Key, Neighbour
from mapping.model import Candidate
from state.merging import Merging

MOST = 50  # neighbours looked at; a key that more records share says little anyhow


class StoreIndex:
    """`identity.contract.Index` over the store. `load` turns a reference into the candidate it stands for, or None
    when it cannot be read; it is called for neighbours only."""

    def __init__(self, store: Merging, load: Callable[[Ref], Candidate | None]) -> None:
        self._store = store
        self._load = load

    def neighbours(self, keys: Sequence[Key], but: Ref) -> Sequence[Neighbour]:
        """Linked records that share a key, most shared keys first, then in a fixed order; at most 50."""
        rows = self._store.linked_by(keys, but, MOST)
        loaded = ((self._load(ref), person) for ref, person in rows)
        return [Neighbour(candidate, person) for candidate, person in loaded if candidate is not None]

    def carriers(self, keys: Sequence[Key]) -> Mapping[Key, int]:
        """How many different people carry each key; a key that nobody carries counts 0."""
        counted = self._store.carried_by(keys)
        return {key: counted.get((key.kind, key.value), 0) for key in keys}

    def forbidden(self, ref: Ref) -> frozenset[str]:
        """People of whom a record is kept apart from this one for ever."""
        people = (self._store.person_of(other) for other in self._store.never_linked(ref))
        return frozenset(person for person in people if person is not None)


class Indexed(Merging):
    """The store's side of the index."""

    def index(self, load: Callable[[Ref], Candidate | None]) -> StoreIndex:
        """The index that identity asks while it decides."""
        return StoreIndex(self, load)
