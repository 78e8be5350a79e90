"""Who is who, as it stands: people, the records that belong to them, their keys, and what must never be joined.

Identity decides; this only keeps what was decided, with its evidence, so that every decision can be undone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from connectors.kit.contract import Ref
from state.connection import listed, sql
from state.mains import Mains
from state.objects import CANDIDATE
from state.rows import LinkRow

_LINKS = (
    "SELECT link.system, link.id, link.person, link.main, link.rule, link.score, link.evidence, link.by, link.at,"
    " ifnull(record.state, 'missing') FROM link LEFT JOIN record"
    " ON record.system = link.system AND record.object = 'candidate' AND record.id = link.id"
    " WHERE link.person IN (SELECT value FROM json_each(:persons))"
    " ORDER BY link.person, link.main DESC, link.system, link.id"
)
_CARRYING = (
    "FROM json_each(:keys) AS wanted JOIN identity_key"
    " ON identity_key.kind = json_extract(wanted.value, '$[0]')"
    " AND identity_key.value = json_extract(wanted.value, '$[1]')"
    " JOIN link ON link.system = identity_key.system AND link.id = identity_key.id"
)


class People(Mains):
    """People and their links."""

    def new_person(self, id: str, now: str) -> str:
        """Bring a person into being; it is dirty from the start. The id is ours and never changes."""
        with self.transaction():
            self._run("INSERT INTO person (id, created) VALUES (:id, :now)", {"id": id, "now": now})
        return id

    def alias(self, person: str) -> str:
        """The person this id stands for today: itself, or the one it was merged into."""
        now = self._value("SELECT merged_into FROM person WHERE id = :id", {"id": person})
        return person if now is None else str(now)

    def link(self, ref: Ref, person: str, *, rule: str, score: float, evidence: str, by: str, now: str) -> None:
        """Say that a candidate record is this person; a link it had to somebody else is undone. `evidence` is a
        JSON list of {what, weight, text}; `by` is rule, reviewer or vendor. Everybody concerned becomes dirty.

        The first live record that a person has in a system is the main one there.
        """
        with self.transaction():
            person = self.alias(person)
            before = self.person_of(ref)
            if before is not None and before != person:
                self.unlink(ref)
            self._run(
                "INSERT INTO link (system, id, person, main, rule, score, evidence, by, at)"
                " VALUES (:system, :id, :person, 0, :rule, :score, :evidence, :by, :now)"
                " ON CONFLICT (system, id) DO UPDATE SET rule = excluded.rule, score = excluded.score,"
                " evidence = excluded.evidence, by = excluded.by, at = excluded.at",
                {
                    "system": ref.system, "id": ref.id, "person": person, "rule": rule, "score": score,
                    "evidence": evidence, "by": by, "now": now,
                },
            )  # fmt: skip
            self._settle_main(person, ref.system)
            self.mark_dirty([person])

    def unlink(self, ref: Ref) -> str | None:
        """Undo a record's link and return the person it was. When it was the main record of its system, the base
        is forgotten: the two sides that agreed on it are no longer one person's."""
        with self.transaction():
            row = self._first(
                "DELETE FROM link WHERE system = :system AND id = :id RETURNING person, main",
                {"system": ref.system, "id": ref.id},
            )
            if row is None:
                return None
            if row[1]:
                self._run("DELETE FROM base WHERE person = :person", {"person": row[0]})
            self._settle_main(row[0], ref.system)
            self.mark_dirty([row[0]])
        return str(row[0])

    def person_of(self, ref: Ref) -> str | None:
        """The person a candidate record is linked to."""
        found: str | None = self._value(
            "SELECT person FROM link WHERE system = :system AND id = :id", {"system": ref.system, "id": ref.id}
        )
        return found

    def links(self, person: str) -> list[LinkRow]:
        """The records of one person: main ones first, then in a fixed order."""
        return self.links_many([person])[person]

    def links_many(self, persons: Sequence[str]) -> dict[str, list[LinkRow]]:
        """The records of several people; everybody asked for has an entry."""
        found: dict[str, list[LinkRow]] = {person: [] for person in persons}
        rows = self._all(
            _LINKS,
            {"persons": listed(found)},
        )
        for row in rows:
            one = LinkRow(*row)
            found[one.person].append(one._replace(main=bool(one.main)))
        return found

    def put_keys(self, ref: Ref, keys: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        """Replace a record's identity keys (kind, value); returns those that came or went."""
        where = {"system": ref.system, "id": ref.id}
        new = frozenset((kind, value) for kind, value in keys)
        with self.transaction():
            old = frozenset(
                (row[0], row[1])
                for row in self._all("SELECT kind, value FROM identity_key WHERE system = :system AND id = :id", where)
            )
            for kind, value in sorted(old - new):
                self._run(
                    "DELETE FROM identity_key WHERE kind = :kind AND value = :value AND system = :system AND id = :id",
                    {**where, "kind": kind, "value": value},
                )
            if new - old:
                self._run(
                    "INSERT INTO identity_key (kind, value, system, id) VALUES (?, ?, ?, ?)",
                    [(kind, value, ref.system, ref.id) for kind, value in sorted(new - old)],
                )
        return old ^ new

    def keys_of(self, ref: Ref) -> list[tuple[str, str]]:
        """A record's identity keys."""
        rows = self._all(
            "SELECT kind, value FROM identity_key WHERE system = :system AND id = :id ORDER BY kind, value",
            {"system": ref.system, "id": ref.id},
        )
        return [(row[0], row[1]) for row in rows]

    def sharing(self, keys: Iterable[tuple[str, str]]) -> list[Ref]:
        """All candidate records that carry any of these keys, in a fixed order."""
        rows = self._all(
            "SELECT DISTINCT identity_key.system, identity_key.id FROM json_each(:keys) AS wanted"
            " JOIN identity_key ON identity_key.kind = json_extract(wanted.value, '$[0]')"
            " AND identity_key.value = json_extract(wanted.value, '$[1]') ORDER BY 1, 2",
            {"keys": listed(sorted(keys))},
        )
        return [Ref(row[0], CANDIDATE, row[1]) for row in rows]

    def linked_by(self, keys: Iterable[tuple[str, str]], but: Ref, limit: int) -> list[tuple[Ref, str]]:
        """Linked records other than `but` that carry any of these keys, with their person: those that share most
        keys first, then in a fixed order."""
        rows = self._all(
            sql(
                "SELECT link.system, link.id, link.person",
                _CARRYING,
                "WHERE (link.system, link.id) <> (:system, :id) GROUP BY link.system, link.id"
                " ORDER BY count(*) DESC, link.system, link.id LIMIT :limit",
            ),
            {"keys": listed(sorted(keys)), "system": but.system, "id": but.id, "limit": limit},
        )
        return [(Ref(row[0], CANDIDATE, row[1]), row[2]) for row in rows]

    def carried_by(self, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
        """How many different people carry each of these keys."""
        rows = self._all(
            sql(
                "SELECT identity_key.kind, identity_key.value, count(DISTINCT link.person)",
                _CARRYING,
                "GROUP BY identity_key.kind, identity_key.value",
            ),
            {"keys": listed(sorted(keys))},
        )
        return {(row[0], row[1]): row[2] for row in rows}

    def untouched(self, person: str) -> bool:
        """True while nothing was decided, agreed or written for a person: who they are can still be thought over
        without undoing anything anywhere."""
        return not self._value(
            "SELECT EXISTS (SELECT 1 FROM base WHERE person = :person)"
            " OR EXISTS (SELECT 1 FROM change WHERE person = :person)"
            " OR EXISTS (SELECT 1 FROM person WHERE merged_into = :person"
            " AND EXISTS (SELECT 1 FROM change WHERE change.person = person.id))",
            {"person": person},
        )

    # What must be planned, and how many there are.

    def dirty_people(self, now: str) -> list[str]:
        """People who must be planned: something changed, or a policy wanted to look again by now."""
        rows = self._all(
            "SELECT id FROM person WHERE dirty = 1 AND merged_into IS NULL"
            " UNION SELECT id FROM person WHERE due IS NOT NULL AND due <= :now AND merged_into IS NULL ORDER BY 1",
            {"now": now},
        )
        return [row[0] for row in rows]

    def mark_dirty(self, persons: Iterable[str]) -> None:
        """These people must be planned again."""
        with self.transaction():
            self._run(
                "UPDATE person SET dirty = 1 WHERE dirty = 0 AND id IN (SELECT value FROM json_each(:persons))",
                {"persons": listed(persons)},
            )

    def mark_all_dirty(self) -> None:
        """Everybody must be planned again: the policies or a reference table changed."""
        with self.transaction():
            self._run("UPDATE person SET dirty = 1 WHERE dirty = 0 AND merged_into IS NULL")

    def clean_person(self, person: str, due: str | None) -> None:
        """This person was planned; `due` is when to look again though nothing changes."""
        with self.transaction():
            self._run("UPDATE person SET dirty = 0, due = :due WHERE id = :id", {"id": person, "due": due})

    def all_people(self) -> list[str]:
        """Everybody, in a fixed order; those merged into another are left out."""
        return [row[0] for row in self._all("SELECT id FROM person WHERE merged_into IS NULL ORDER BY id")]

    def people_count(self) -> int:
        """How many people there are; those merged into another do not count."""
        return int(self._value("SELECT count(*) FROM person WHERE merged_into IS NULL"))

    def linked_count(self) -> int:
        """How many people have a live record in more than one system."""
        return int(
            self._value(
                "SELECT count(*) FROM (SELECT link.person FROM link JOIN record ON record.system = link.system"
                " AND record.object = 'candidate' AND record.id = link.id WHERE record.state IN ('live', 'quarantined')"
                " GROUP BY link.person HAVING count(DISTINCT link.system) > 1)"
            )
        )

    def find_people(self, query: str, limit: int = 20) -> list[str]:
        """People by our id (also a merged one), a native id, an e-mail address, or words of the record's text; the
        first of these that finds anybody decides."""
        query = query.strip()
        if not query:
            return []
        words = [f"%{_escaped(word)}%" for word in query.split()]
        for search in (_BY_ID, _BY_NATIVE_ID, _BY_EMAIL, _BY_WORDS):
            rows = self._all(search, {"query": query, "lower": query.lower(), "words": listed(words), "limit": limit})
            if rows:
                return [row[0] for row in rows]
        return []


_BY_ID = "SELECT ifnull(merged_into, id) FROM person WHERE id = :query LIMIT :limit"
_BY_NATIVE_ID = "SELECT DISTINCT person FROM link WHERE id = :query ORDER BY person LIMIT :limit"
_BY_EMAIL = (
    "SELECT DISTINCT link.person FROM identity_key JOIN link USING (system, id)"
    " WHERE identity_key.kind = 'email' AND identity_key.value = :lower ORDER BY link.person LIMIT :limit"
)
_BY_WORDS = (
    "SELECT DISTINCT link.person FROM link JOIN record ON record.system = link.system"
    " AND record.object = 'candidate' AND record.id = link.id"
    " WHERE NOT EXISTS (SELECT 1 FROM json_each(:words) AS word"
    " WHERE record.payload NOT LIKE word.value ESCAPE '\\') ORDER BY link.person LIMIT :limit"
)


def _escaped(word: str) -> str:
    """A word for LIKE in which nothing is a wildcard."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
