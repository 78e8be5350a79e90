"""Reading what the systems said: rows by object, by id, and by the candidate they belong to."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

from connectors.kit.contract import Ref, Row
from state.connection import Connected, listed, sql
from state.objects import CANDIDATE, owned_by

_ROWS = (
    "SELECT object, id, hash, payload, owner, created, updated FROM record WHERE system = :system AND state = 'live'"
)

# CROSS JOIN is SQLite's word for "in this order": owner by owner, by the partial index that `owner <> ''` opens.
_OWNED = """
SELECT record.object, record.id, hash, payload, owner, created, updated FROM json_each(:owners) AS one
CROSS JOIN json_each(:kinds) AS kind
CROSS JOIN record ON record.system = :system AND record.object = kind.value AND record.owner = one.value
WHERE record.owner <> '' AND record.state = 'live' ORDER BY record.object, record.id
"""


class Reading(Connected):
    """Looking up records. Only live ones are handed out, except where a method says so."""

    def rows(self, system: str, object: str) -> list[Row]:
        """All live rows of one object, by id. Meant for reference tables; of candidates ask `ids` first."""
        found = self._all(
            sql(_ROWS, "AND object = :object ORDER BY id"),
            {"system": system, "object": object},
        )
        return [_row(*cells) for cells in found]

    def row(self, ref: Ref) -> Row | None:
        """One live row."""
        cells = self._first(
            sql(_ROWS, "AND object = :object AND id = :id"),
            {"system": ref.system, "object": ref.object, "id": ref.id},
        )
        return None if cells is None else _row(*cells)

    def record_state(self, ref: Ref) -> str | None:
        """live, missing, deleted, erased or quarantined; None for a record that was never seen."""
        state: str | None = self._value(
            "SELECT state FROM record WHERE system = :system AND object = :object AND id = :id",
            {"system": ref.system, "object": ref.object, "id": ref.id},
        )
        return state

    def candidates(self, system: str, ids: Iterable[str]) -> dict[str, Row]:
        """The live candidate rows of these ids."""
        found = self._all(
            sql(_ROWS, "AND object = 'candidate' AND id IN (SELECT value FROM json_each(:ids))"),
            {"system": system, "ids": listed(ids)},
        )
        return {cells[1]: _row(*cells) for cells in found}

    def children(self, system: str, ids: Sequence[str]) -> dict[str, list[Row]]:
        """All live rows that belong to these candidates, directly or through an application, in a fixed order.
        Every id asked for has an entry."""
        gathered: dict[str, list[Row]] = {one: [] for one in ids}
        level = {CANDIDATE: {one: one for one in gathered}}
        while level:
            below: dict[str, dict[str, str]] = {}
            for parent, candidates in level.items():
                for row in self._owned(system, parent, candidates):
                    candidate = candidates[row.owner]
                    gathered[candidate].append(row)
                    if owned_by(row.object):
                        below.setdefault(row.object, {})[row.id] = candidate
            level = below
        return gathered

    def unreadable(self, system: str, ids: Sequence[str]) -> dict[str, list[Ref]]:
        """Quarantined records among these candidates and what belongs to them, by candidate; candidates without
        any are left out. What cannot be read is not known to be gone: such a person is better left alone."""
        found: dict[str, list[Ref]] = {}
        for row in self._all(_QUARANTINED, {"system": system, "ids": listed(ids)}):
            found.setdefault(row[0], []).append(Ref(system, row[1], row[2]))
        return found

    def ids(self, system: str, object: str) -> list[str]:
        """The ids of all live or quarantined records of one object: everything the system is known to show."""
        found = self._all(
            "SELECT id FROM record WHERE system = :system AND object = :object"
            " AND state IN ('live', 'quarantined') ORDER BY id",
            {"system": system, "object": object},
        )
        return [row[0] for row in found]

    def sample_ids(self, system: str, object: str, n: int, seed: int) -> list[str]:
        """At most `n` of `ids`, drawn by `seed`: the same state and seed give the same sample."""
        everything = self.ids(system, object)
        if len(everything) <= n:
            return everything
        return sorted(random.Random(seed).sample(everything, n))  # noqa: S311 - a sample, not a secret

    def counts(self) -> dict[tuple[str, str, str], int]:
        """How many records there are, by (system, object, state)."""
        found = self._all(
            "SELECT system, object, state, count(*) FROM record GROUP BY system, object, state ORDER BY 1, 2, 3"
        )
        return {(row[0], row[1], row[2]): row[3] for row in found}

    def quarantined(self, limit: int = 100) -> list[tuple[Ref, str]]:
        """Records kept aside, with the reason."""
        found = self._all(
            "SELECT system, object, id, reason FROM record WHERE state = 'quarantined'"
            " ORDER BY system, object, id LIMIT :limit",
            {"limit": limit},
        )
        return [(Ref(row[0], row[1], row[2]), row[3] or "") for row in found]

    def _owned(self, system: str, parent: str, owners: Iterable[str]) -> list[Row]:
        kinds = owned_by(parent)
        if not kinds:
            return []
        found = self._all(_OWNED, {"system": system, "kinds": listed(kinds), "owners": listed(owners)})
        return [_row(*cells) for cells in found]


# From the few that are quarantined upwards, by the partial index that `state <> 'live'` opens.
_QUARANTINED = """
WITH aside AS (
  SELECT CASE WHEN record.object = 'candidate' THEN record.id WHEN application.id IS NULL THEN record.owner
    ELSE application.owner END AS candidate, record.object AS object, record.id AS id
  FROM record INDEXED BY record_state
  LEFT JOIN record AS application ON record.object IN ('application_stage', 'rejection', 'prospect')
    AND application.system = record.system AND application.object = 'application' AND application.id = record.owner
  WHERE record.state <> 'live' AND record.state = 'quarantined' AND record.system = :system
    AND record.object IN ('candidate', 'application', 'note', 'activity', 'application_stage', 'rejection', 'prospect'))
SELECT candidate, object, id FROM aside WHERE candidate IN (SELECT value FROM json_each(:ids)) ORDER BY 1, 2, 3
"""


def _row(object: str, id: str, hash: bytes, payload: str, owner: str, created: str, updated: str) -> Row:
    return Row(object, id, hash, payload.encode(), owner, created, updated)
