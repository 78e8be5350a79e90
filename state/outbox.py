"""The outbox: decided changes, what was said, and what came of it.

A change is committed here before any request leaves; once tried it is immutable; a write that may have happened
holds back everything later for the same person and system until it is settled.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from state.connection import Connected, listed, sql
from state.errors import Refused
from state.rows import ChangeDraft, ChangeRow

_CHANGE = (
    "SELECT change.id, key, run, person, system, verb, target, content, priority, because, state, tries, reason,"
    " created_id, at, sent_at, settled FROM change"
)
# A merged person's changes under way hold back the person it was merged into.
_UNDER_WAY = (
    "SELECT DISTINCT ifnull(person.merged_into, person.id) AS person, change.system AS system FROM change"
    " JOIN person ON person.id = change.person WHERE change.state IN ('sent', 'in_doubt', 'applied')"
)
_FIRST = (
    "SELECT id AS number, row_number() OVER (PARTITION BY person ORDER BY priority, id) AS place FROM change"
    " WHERE state = 'open' AND system = :system"
)
_NOT_BUSY = (
    "JOIN first ON first.number = change.id AND first.place = 1"
    " WHERE NOT EXISTS (SELECT 1 FROM busy WHERE busy.person = change.person AND busy.system = change.system)"
    " ORDER BY priority, change.id LIMIT :limit"
)


class Outbox(Connected):
    """Changes and the sent ledger."""

    def put_changes(self, run: int, changes: Sequence[ChangeDraft], planned: Iterable[str] = ()) -> list[int]:
        """Decide: store the changes and return their ids, in order.

        Open changes of the same people and systems that are not decided again are cancelled; so are all open ones
        of the people in `planned`, who were looked at and may need nothing. A change that is open already under
        the same key is the same decision and keeps its id.
        """
        with self.transaction():
            everything = frozenset(planned)
            waiting = self._waiting(everything.union(one.person for one in changes))
            known = {(person, system, key): number for person, system, key, number in waiting}
            ids = []
            for one in changes:
                number = known.get((one.person, one.system, one.key))
                ids.append(self._insert(run, one) if number is None else number)
            concerned = {(one.person, one.system) for one in changes}
            kept = frozenset(ids)
            for person, system, _, number in waiting:
                if number not in kept and (person in everything or (person, system) in concerned):
                    self._cancel(number)
        return ids

    def sendable(self, system: str, limit: int) -> list[ChangeRow]:
        """Changes that may be sent to a system now: the lowest priority first, then the oldest; at most one of a
        person, and none of a person with a change under way there."""
        rows = self._all(
            sql("WITH busy AS (", _UNDER_WAY, "), first AS (", _FIRST, ")", _CHANGE, _NOT_BUSY),
            {"system": system, "limit": limit},
        )
        return [ChangeRow(*row) for row in rows]

    def mark_sent(self, entries: Sequence[tuple[int, Sequence[tuple[str, str]]]], now: float) -> None:
        """Write down what is about to be said: each change becomes `sent`, one more try, and its values (field,
        JSON) go into the sent ledger, all in one commit before any request leaves. `now` is seconds since the
        epoch. Raises `Refused` when one of them is not open any more."""
        with self.transaction():
            for number, values in entries:
                row = self._first(
                    "UPDATE change SET state = 'sent', tries = tries + 1, sent_at = :now, reason = NULL"
                    " WHERE id = :id AND state = 'open' RETURNING person, system",
                    {"id": number, "now": now},
                )
                if row is None:
                    raise Refused(f"change {number} is not open, so it cannot be sent")
                if values:
                    self._run(
                        "INSERT INTO sent (person, system, field, value, change) VALUES (?, ?, ?, ?, ?)"
                        " ON CONFLICT (person, system, field, value) DO UPDATE SET change = excluded.change",
                        [(row[0], row[1], field, value, number) for field, value in values],
                    )

    def settle(
        self, id: int, state: str, *, reason: str | None = None, created_id: str | None = None, now: str
    ) -> None:
        """Write down a verdict. `state`: open (certainly not sent: may be tried again), in_doubt, applied (said yes,
        not yet read back), done, dead, raced, cancelled. `created_id` is the native id a create brought.

        The sent ledger follows: a change that certainly did not happen takes its values back out, and a change
        that is done also clears older ones of the same fields, because from here on the base tells what is ours:
        move it (`set_base`) in the same transaction. A change that was in doubt and is given up leaves its values
        in the ledger: it may still be applied late.
        """
        with self.transaction():
            before = self._first("SELECT state, system FROM change WHERE id = :id", {"id": id})
            if before is None:
                raise Refused(f"there is no change {id}")
            self._run(
                "UPDATE change SET state = :state, reason = :reason, created_id = ifnull(:created_id, created_id),"
                " settled = CASE WHEN :state IN ('done', 'dead', 'raced', 'cancelled') THEN :now END WHERE id = :id",
                {"id": id, "state": state, "reason": reason, "created_id": created_id, "now": now},
            )
            if state == "done":
                self._run(_CLEAR_DONE, {"id": id, "system": before[1]})
            elif before[0] == "sent" and state in ("open", "dead", "raced", "cancelled"):
                self._run("DELETE FROM sent WHERE change = :id", {"id": id})

    def changes(self, states: Iterable[str], system: str | None = None) -> list[ChangeRow]:
        """All changes in these states, oldest first."""
        rows = self._all(
            sql(
                _CHANGE,
                "WHERE state IN (SELECT value FROM json_each(:states))"
                " AND (:system IS NULL OR system = :system) ORDER BY change.id",
            ),
            {"states": listed(states), "system": system},
        )
        return [ChangeRow(*row) for row in rows]

    def change(self, id: int) -> ChangeRow | None:
        """One change."""
        row = self._first(sql(_CHANGE, "WHERE id = :id"), {"id": id})
        return None if row is None else ChangeRow(*row)

    def person_changes(self, person: str) -> list[ChangeRow]:
        """Every change ever decided for a person, under this id or one merged into it, oldest first."""
        rows = self._all(
            sql(
                _CHANGE,
                "WHERE person IN (SELECT id FROM person WHERE id = :person OR merged_into = :person)"
                " ORDER BY change.id",
            ),
            {"person": person},
        )
        return [ChangeRow(*row) for row in rows]

    def dead_letters(self) -> list[ChangeRow]:
        """Changes that failed for good, with the reason."""
        return self.changes(["dead"])

    def retry(self, ids: Iterable[int] | None) -> int:
        """Try dead letters again (all of them when `ids` is None): each is cancelled and copied into a new open
        change. Returns how many. People who were planned anew since then may get a fresher change instead."""
        wanted = None if ids is None else set(ids)
        chosen = [one for one in self.dead_letters() if wanted is None or one.id in wanted]
        with self.transaction():
            for one in chosen:
                self._run(_COPY, {"id": one.id, "now": self._now()})
                self._run(
                    "UPDATE change SET state = 'cancelled', settled = :now WHERE id = :id",
                    {"id": one.id, "now": self._now()},
                )
        return len(chosen)

    def dead_keys(self, persons: Sequence[str]) -> dict[str, frozenset[str]]:
        """The keys of dead letters by person: the same change is not planned again. Everybody has an entry."""
        rows = self._all(
            "SELECT ifnull(person.merged_into, person.id), change.key FROM change"
            " JOIN person ON person.id = change.person WHERE change.state = 'dead'"
            " AND ifnull(person.merged_into, person.id) IN (SELECT value FROM json_each(:persons))",
            {"persons": listed(persons)},
        )
        return _grouped(persons, rows)

    def under_way(self, persons: Sequence[str]) -> dict[str, frozenset[str]]:
        """The systems in which a change of a person is sent and not settled. Everybody has an entry."""
        rows = self._all(
            sql(
                "SELECT person, system FROM (",
                _UNDER_WAY,
                ") WHERE person IN (SELECT value FROM json_each(:persons))",
            ),
            {"persons": listed(persons)},
        )
        return _grouped(persons, rows)

    def _waiting(self, persons: Iterable[str]) -> Sequence[Any]:
        return self._all(
            "SELECT person, system, key, id FROM change WHERE state = 'open'"
            " AND person IN (SELECT value FROM json_each(:persons)) ORDER BY id",
            {"persons": listed(persons)},
        )

    def _insert(self, run: int, one: ChangeDraft) -> int:
        values: dict[str, Any] = {**one._asdict(), "run": run, "now": self._now()}
        return int(
            self._value(
                "INSERT INTO change (key, run, person, system, verb, target, content, priority, because, at)"
                " VALUES (:key, :run, :person, :system, :verb, :target, :content, :priority, :because, :now)"
                " RETURNING id",
                values,
            )
        )

    def _cancel(self, id: int) -> None:
        self._run(
            "UPDATE change SET state = 'cancelled', reason = 'not wanted any more', settled = :now WHERE id = :id",
            {"id": id, "now": self._now()},
        )


# The values of the change that is done, and older ones of its fields whose fate is known. The ledger is asked whose
# they are: the person may have been merged since.
_CLEAR_DONE = """
DELETE FROM sent WHERE system = :system
AND (person, field) IN (SELECT person, field FROM sent WHERE change = :id)
AND (change = :id OR NOT EXISTS (
  SELECT 1 FROM change AS other WHERE other.id = sent.change AND other.state IN ('sent', 'in_doubt', 'applied')))
"""

# A change that was planned again meanwhile under the same key is not doubled.
_COPY = """
INSERT INTO change (key, run, person, system, verb, target, content, priority, because, at)
SELECT change.key, change.run, ifnull(person.merged_into, person.id), change.system, change.verb, change.target,
  change.content, change.priority, change.because, :now
FROM change JOIN person ON person.id = change.person WHERE change.id = :id
AND NOT EXISTS (SELECT 1 FROM change AS other WHERE other.key = change.key AND other.person = change.person
  AND other.system = change.system AND other.state = 'open')
"""


def _grouped(persons: Sequence[str], rows: Iterable[Sequence[str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {person: set() for person in persons}
    for row in rows:
        found[row[0]].add(row[1])
    return {person: frozenset(values) for person, values in found.items()}
