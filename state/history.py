"""What happened: runs, the journal of each person, conflicts, notices, tombstones, and a few settings of the state."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from state.connection import Connected, listed, sql
from state.rows import ConflictDraft, ConflictRow, JournalRow, NoticeDraft, NoticeRow, RunRow

_RUN = "SELECT id, command, started, ended, outcome, stats, allowance FROM run"


class History(Connected):
    """Runs and what they left on record."""

    def get_meta(self, key: str) -> str | None:
        """A setting of the state: schema_version, tenant:<system>, imported:<system>, policy_hash, ..."""
        found: str | None = self._value("SELECT value FROM meta WHERE key = :key", {"key": key})
        return found

    def set_meta(self, key: str, value: str) -> None:
        """Change a setting of the state."""
        with self.transaction():
            self._run(
                "INSERT INTO meta (key, value) VALUES (:key, :value)"
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                {"key": key, "value": value},
            )

    def start_run(self, command: str) -> int:
        """Put a run on record and return its number."""
        with self.transaction():
            number = self._value(
                "INSERT INTO run (command, started) VALUES (:command, :now) RETURNING id",
                {"command": command, "now": self._now()},
            )
        return int(number)

    def end_run(self, run: int, outcome: str, stats: Mapping[str, Any], allowance: str | None = None) -> None:
        """Close a run: outcome is done, failed, partial or held; `allowance` says why a large one was let through."""
        with self.transaction():
            self._run(
                "UPDATE run SET ended = :now, outcome = :outcome, stats = :stats, allowance = :allowance"
                " WHERE id = :id",
                {
                    "id": run, "now": self._now(), "outcome": outcome, "stats": _json(stats), "allowance": allowance,
                },
            )  # fmt: skip

    def runs(self, limit: int) -> list[RunRow]:
        """The last runs, newest first."""
        return [RunRow(*row) for row in self._all(sql(_RUN, "ORDER BY id DESC LIMIT :limit"), {"limit": limit})]

    def journal(
        self, run: int, person: str | None, system: str | None, event: str, detail: Mapping[str, Any], now: str
    ) -> None:
        """Put an event on record. `detail` names refs and fields, never values."""
        with self.transaction():
            self._run(
                "INSERT INTO journal (run, person, system, event, detail, at)"
                " VALUES (:run, :person, :system, :event, :detail, :now)",
                {
                    "run": run, "person": person, "system": system, "event": event, "detail": _json(detail), "now": now,
                },
            )  # fmt: skip

    def person_journal(self, person: str) -> list[JournalRow]:
        """Everything on record about a person, also under ids that were merged into this one, oldest first."""
        rows = self._all(
            "SELECT id, run, person, system, event, detail, at FROM journal"
            " WHERE person IN (SELECT :person UNION SELECT id FROM person WHERE merged_into = :person) ORDER BY id",
            {"person": person},
        )
        return [JournalRow(*row) for row in rows]

    def put_conflicts(self, run: int, conflicts: Iterable[ConflictDraft], now: str | None = None) -> int:
        """Keep the losers of conflicts for ever; returns how many are new. The same conflict is kept once."""
        with self.transaction():
            return sum(
                self._run(
                    "INSERT OR IGNORE INTO conflict (run, person, field, kept, kept_from, lost, lost_from, rule, at)"
                    " VALUES (:run, :person, :field, :kept, :kept_from, :lost, :lost_from, :rule, :now)",
                    {**one._asdict(), "run": run, "now": now or self._now()},
                ).rowcount
                for one in conflicts
            )

    def conflicts(self) -> list[ConflictRow]:
        """All conflicts, oldest first."""
        rows = self._all(
            "SELECT id, run, person, field, kept, kept_from, lost, lost_from, rule, at FROM conflict ORDER BY id"
        )
        return [ConflictRow(*row) for row in rows]

    def put_notices(self, run: int, notices: Iterable[NoticeDraft], now: str | None = None) -> int:
        """Keep what policies noticed, and returns how many are new; one seen before only learns its last run."""
        new = 0
        with self.transaction():
            for one in notices:
                values = {**one._asdict(), "run": run, "now": now or self._now()}
                known = self._run(
                    "UPDATE notice SET last_run = :run WHERE kind = :kind AND subject = :subject"
                    " AND system = :system AND detail = :detail",
                    values,
                ).rowcount
                if known:
                    continue
                new += 1
                self._run(
                    "INSERT INTO notice (kind, subject, system, detail, first_run, last_run, at)"
                    " VALUES (:kind, :subject, :system, :detail, :run, :run, :now)",
                    values,
                )
        return new

    def notices(self, since_run: int = 0) -> list[NoticeRow]:
        """Notices last seen in `since_run` or later, in a fixed order."""
        rows = self._all(
            "SELECT kind, subject, system, detail, first_run, last_run, at FROM notice WHERE last_run >= :since"
            " ORDER BY kind, system, subject, detail",
            {"since": since_run},
        )
        return [NoticeRow(*row) for row in rows]

    def put_tombstones(self, key_hashes: Iterable[str], reason: str, now: str) -> None:
        """Remember keyed hashes of an erased person's identifiers. Whoever hashes keeps the pepper elsewhere."""
        with self.transaction():
            for one in key_hashes:
                self._run(
                    "INSERT OR IGNORE INTO tombstone (key_hash, at, reason) VALUES (:hash, :now, :reason)",
                    {"hash": one, "now": now, "reason": reason},
                )

    def tombstones(self, key_hashes: Sequence[str]) -> frozenset[str]:
        """Those of these hashes that belong to an erased person."""
        rows = self._all(
            "SELECT key_hash FROM tombstone WHERE key_hash IN (SELECT value FROM json_each(:hashes))",
            {"hashes": listed(key_hashes)},
        )
        return frozenset(row[0] for row in rows)


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
