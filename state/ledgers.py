"""What both sides agreed on, what we said, what we did, and how people came to us.

Base, sent ledger and effects let a policy tell a user's edit from our own; the ledger of touchpoints is only ever
added to, and the first touch only ever moves earlier.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mapping.model import Value
from state.connection import Connected, listed, sql
from state.rows import EffectRow, FirstTouchRow, LinkRow, TouchpointRow

_FIRST = "SELECT person, at, channel, source, campaign, system, object, id, frozen FROM first_touch"
_TOUCHPOINTS_OF = (
    "SELECT touchpoint.system, touchpoint.object, touchpoint.id, touchpoint.candidate, kind, channel, at, direction,"
    " source, campaign, qualifies FROM touchpoint"
    " JOIN json_each(:links) AS link ON touchpoint.system = json_extract(link.value, '$[0]')"
    " AND touchpoint.candidate = json_extract(link.value, '$[1]')"
    " ORDER BY at, touchpoint.system, touchpoint.object, touchpoint.id"
)
# Counted by key: the ledger is long, and a page of it is short.
_KNOWN_TOUCHES = (
    "SELECT count(*) FROM json_each(:asked) AS asked JOIN touchpoint"
    " ON touchpoint.system = json_extract(asked.value, '$[0]')"
    " AND touchpoint.object = json_extract(asked.value, '$[1]') AND touchpoint.id = json_extract(asked.value, '$[2]')"
)


def encode(value: Value) -> str:
    """A canonical value as JSON text, always the same for the same value."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def decode(text: str) -> Value:
    """The canonical value of a JSON text: lists are tuples."""
    value = json.loads(text)
    return tuple(value) if isinstance(value, list) else value


class Ledgers(Connected):
    """Base, sent ledger, effects, touchpoints and first touches. Methods that take several people answer for
    everybody asked for."""

    def base(self, persons: Sequence[str]) -> dict[str, dict[str, dict[str, Value]]]:
        """The values both sides last agreed on: person -> system -> field -> value."""
        found: dict[str, dict[str, dict[str, Value]]] = {person: {} for person in persons}
        rows = self._all(
            "SELECT person, system, field, value FROM base WHERE person IN (SELECT value FROM json_each(:persons))",
            {"persons": listed(persons)},
        )
        for person, system, field, value in rows:
            found[person].setdefault(system, {})[field] = decode(value)
        return found

    def set_base(self, person: str, system: str, values: Mapping[str, Value], now: str) -> None:
        """Move the base of some fields to what the vendor gave back when read."""
        if not values:
            return
        with self.transaction():
            self._run(
                "INSERT INTO base (person, system, field, value, at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (person, system, field) DO UPDATE SET value = excluded.value, at = excluded.at"
                " WHERE base.value <> excluded.value",
                [(person, system, field, encode(value), now) for field, value in sorted(values.items())],
            )

    def sent(self, persons: Sequence[str]) -> dict[str, dict[str, dict[str, tuple[Value, ...]]]]:
        """Values we may have written and not confirmed: person -> system -> field -> values."""
        found: dict[str, dict[str, dict[str, tuple[Value, ...]]]] = {person: {} for person in persons}
        rows = self._all(
            "SELECT person, system, field, value FROM sent WHERE person IN (SELECT value FROM json_each(:persons))"
            " ORDER BY person, system, field, change",
            {"persons": listed(persons)},
        )
        for person, system, field, value in rows:
            fields = found[person].setdefault(system, {})
            fields[field] = (*fields.get(field, ()), decode(value))
        return found

    def effects(self, persons: Sequence[str]) -> dict[str, tuple[EffectRow, ...]]:
        """What was done for these people and may have to be undone."""
        found: dict[str, tuple[EffectRow, ...]] = dict.fromkeys(persons, ())
        rows = self._all(
            "SELECT person, system, kind, target, cause, change, at FROM effect"
            " WHERE person IN (SELECT value FROM json_each(:persons)) ORDER BY person, system, kind, target",
            {"persons": listed(persons)},
        )
        for row in rows:
            found[row[0]] = (*found[row[0]], EffectRow(*row))
        return found

    def put_effect(self, effect: EffectRow) -> None:
        """Remember an effect; the newest cause of the same one counts."""
        with self.transaction():
            self._run(
                "INSERT INTO effect (person, system, kind, target, cause, change, at)"
                " VALUES (:person, :system, :kind, :target, :cause, :change, :at)"
                " ON CONFLICT (person, system, kind, target) DO UPDATE"
                " SET cause = excluded.cause, change = excluded.change, at = excluded.at",
                effect._asdict(),
            )

    def drop_effect(self, person: str, system: str, kind: str, target: str) -> None:
        """Forget an effect that was undone."""
        with self.transaction():
            self._run(
                "DELETE FROM effect WHERE person = :person AND system = :system AND kind = :kind AND target = :target",
                {"person": person, "system": system, "kind": kind, "target": target},
            )

    def put_touchpoints(self, rows: Iterable[TouchpointRow]) -> int:
        """Add to the ledger and return how many were new. One that is known keeps everything it said, for a vendor
        that overwrites a source must not rewrite history; it follows its candidate when a vendor merges two."""
        with self.transaction():
            values = [(*row[:-1], int(row.qualifies)) for row in rows]
            asked = {value[:3] for value in values}
            known = self._value(_KNOWN_TOUCHES, {"asked": listed(sorted(asked))}) if values else 0
            if values:
                self._run(
                    "INSERT INTO touchpoint (system, object, id, candidate, kind, channel, at, direction, source,"
                    " campaign, qualifies) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                    " ON CONFLICT (system, object, id) DO UPDATE SET candidate = excluded.candidate"
                    " WHERE candidate <> excluded.candidate",
                    values,
                )
            return len(asked) - int(known)

    def touchpoints_of(self, links: Iterable[LinkRow]) -> list[TouchpointRow]:
        """The touchpoints told by these records, earliest first."""
        rows = self._all(
            _TOUCHPOINTS_OF,
            {"links": listed((link.system, link.id) for link in links)},
        )
        return [_touchpoint(row) for row in rows]

    def first_touches(self, persons: Sequence[str]) -> dict[str, FirstTouchRow]:
        """The first touches known; people without one are left out."""
        rows = self._all(
            sql(_FIRST, "WHERE person IN (SELECT value FROM json_each(:persons))"), {"persons": listed(persons)}
        )
        return {row[0]: FirstTouchRow(*row) for row in rows}

    def set_first_touch(self, touch: FirstTouchRow) -> bool:
        """Take this first touch if there is none, or if it is earlier and no hire has frozen the one there is.
        Returns whether it was taken."""
        with self.transaction():
            taken = self._run(
                "INSERT INTO first_touch (person, at, channel, source, campaign, system, object, id)"
                " VALUES (:person, :at, :channel, :source, :campaign, :system, :object, :id)"
                " ON CONFLICT (person) DO UPDATE SET at = excluded.at, channel = excluded.channel,"
                " source = excluded.source, campaign = excluded.campaign, system = excluded.system,"
                " object = excluded.object, id = excluded.id"
                " WHERE excluded.at < first_touch.at AND first_touch.frozen IS NULL",
                touch._asdict(),
            )
        return taken.rowcount == 1

    def freeze_first_touch(self, person: str, at: str) -> bool:
        """A hire freezes the first touch; returns whether it was not frozen before."""
        with self.transaction():
            frozen = self._run(
                "UPDATE first_touch SET frozen = :at WHERE person = :person AND frozen IS NULL",
                {"person": person, "at": at},
            )
        return frozen.rowcount == 1


def _touchpoint(row: Sequence[Any]) -> TouchpointRow:
    return TouchpointRow(*row)._replace(qualifies=bool(row[-1]))
