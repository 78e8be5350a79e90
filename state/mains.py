"""Which of several records of one person in one system is the main one: the one that is written to."""

from __future__ import annotations

from collections.abc import Iterable

from state.connection import Connected, listed


class Mains(Connected):
    """Keeps `link.main` on a live record wherever there is one."""

    def _settle_mains(self, system: str, ids: Iterable[str]) -> None:
        """Look again at the main records of the people behind these candidates."""
        people = self._all(
            "SELECT DISTINCT person FROM link WHERE system = :system AND id IN (SELECT value FROM json_each(:ids))",
            {"system": system, "ids": listed(ids)},
        )
        for row in people:
            self._settle_main(row[0], system)

    def _settle_main(self, person: str, system: str) -> None:
        """The main record stays as long as it is live; else the live record that was linked first takes its
        place, and the base, which told of the old one, is forgotten."""
        rows = self._all(
            "SELECT link.id, link.main, ifnull(record.state, 'missing') IN ('live', 'quarantined') AS live FROM link"
            " LEFT JOIN record ON record.system = link.system AND record.object = 'candidate' AND record.id = link.id"
            " WHERE link.person = :person AND link.system = :system"
            " ORDER BY live DESC, link.main DESC, link.at, link.id",
            {"person": person, "system": system},
        )
        if not rows or rows[0][1]:
            return
        where = {"person": person, "system": system, "id": rows[0][0]}
        had_main = any(row[1] for row in rows)
        self._run("UPDATE link SET main = 0 WHERE person = :person AND system = :system AND main = 1", where)
        self._run("UPDATE link SET main = 1 WHERE system = :system AND id = :id", where)
        if had_main:
            self._run("DELETE FROM base WHERE person = :person", {"person": person})
