"""Joining two people, keeping two records apart for ever, and the review queue."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.kit.contract import Ref
from state.connection import listed, sql
from state.objects import CANDIDATE
from state.people import People
from state.rows import ReviewRow

_REVIEW = "SELECT id, system_a, id_a, system_b, id_b, score, evidence, state, by, at, answered FROM review"


class Merging(People):
    """Decisions about pairs."""

    def merge_people(self, loser: str, winner: str, now: str) -> None:
        """Make `loser` an alias of `winner`: links, base, ledger and effects move, the earlier first touch stays,
        open changes of the loser are cancelled, and the winner is planned again. A change of the loser that is
        under way is settled under its old name and keeps the winner waiting.

        Where the winner has a main record in a system, its own base there is kept.
        """
        with self.transaction():
            loser, winner = self.alias(loser), self.alias(winner)
            if loser == winner:
                return
            pair = {"loser": loser, "winner": winner, "now": now}
            for statement in _MERGE:
                self._run(statement, pair)
            systems = self._all("SELECT DISTINCT system FROM link WHERE person = :winner", pair)
            for row in systems:
                self._settle_main(winner, row[0])
            self._merge_first_touch(loser, winner)
            self.mark_dirty([winner])

    def _merge_first_touch(self, loser: str, winner: str) -> None:
        pair = {"loser": loser, "winner": winner}
        self._run(
            "INSERT INTO first_touch (person, at, channel, source, campaign, system, object, id, frozen)"
            " SELECT :winner, at, channel, source, campaign, system, object, id, frozen FROM first_touch"
            " WHERE person = :loser"
            " ON CONFLICT (person) DO UPDATE SET at = excluded.at, channel = excluded.channel,"
            " source = excluded.source, campaign = excluded.campaign, system = excluded.system,"
            " object = excluded.object, id = excluded.id, frozen = excluded.frozen"
            " WHERE excluded.at < first_touch.at AND first_touch.frozen IS NULL",
            pair,
        )

    def separate(self, ref: Ref, person: str) -> None:
        """Take a record away from the person it is linked to, to give it to `person`, who is to be linked next. What
        was said to the record and done to it goes along when it was the one written to."""
        with self.transaction():
            main = self._value(
                "SELECT main FROM link WHERE system = :system AND id = :id", {"system": ref.system, "id": ref.id}
            )
            before = self.unlink(ref)
            if not main:
                return
            pair = {"before": before, "person": person, "system": ref.system}
            self._run("UPDATE OR REPLACE sent SET person = :person WHERE person = :before AND system = :system", pair)
            self._run("UPDATE OR REPLACE effect SET person = :person WHERE person = :before AND system = :system", pair)

    def cannot_link(self, a: Ref, b: Ref, by: str, now: str) -> None:
        """These two records are different people, for ever; an open question about them is moot."""
        first, second = sorted((a, b))
        pair = {
            "system_a": first.system, "id_a": first.id, "system_b": second.system, "id_b": second.id,
            "by": by, "now": now,
        }  # fmt: skip
        with self.transaction():
            self._run(
                "INSERT OR IGNORE INTO cannot_link (system_a, id_a, system_b, id_b, by, at)"
                " VALUES (:system_a, :id_a, :system_b, :id_b, :by, :now)",
                pair,
            )
            self._run(
                "UPDATE review SET state = 'moot', answered = :now WHERE state = 'open' AND system_a = :system_a"
                " AND id_a = :id_a AND system_b = :system_b AND id_b = :id_b",
                pair,
            )

    def never_linked(self, ref: Ref) -> frozenset[Ref]:
        """The records that this one must never share a person with."""
        rows = self._all(
            "SELECT system_b, id_b FROM cannot_link WHERE system_a = :system AND id_a = :id"
            " UNION SELECT system_a, id_a FROM cannot_link WHERE system_b = :system AND id_b = :id",
            {"system": ref.system, "id": ref.id},
        )
        return frozenset(Ref(row[0], CANDIDATE, row[1]) for row in rows)

    def put_review(self, a: Ref, b: Ref, score: float, evidence: str, now: str) -> int:
        """Ask whether two records are the same person, and return the question's number. A question that is open
        takes the new evidence; one that was answered stays answered; one that became moot is asked again."""
        first, second = sorted((a, b))
        pair = {
            "system_a": first.system, "id_a": first.id, "system_b": second.system, "id_b": second.id,
            "score": score, "evidence": evidence, "now": now,
        }  # fmt: skip
        with self.transaction():
            self._run(
                "INSERT INTO review (system_a, id_a, system_b, id_b, score, evidence, at)"
                " VALUES (:system_a, :id_a, :system_b, :id_b, :score, :evidence, :now)"
                " ON CONFLICT (system_a, id_a, system_b, id_b) DO UPDATE SET score = excluded.score,"
                " evidence = excluded.evidence, state = 'open', answered = NULL"
                " WHERE review.state IN ('open', 'moot')",
                pair,
            )
            number = self._value(
                "SELECT id FROM review WHERE system_a = :system_a AND id_a = :id_a"
                " AND system_b = :system_b AND id_b = :id_b",
                pair,
            )
        return int(number)

    def questions_about(self, ref: Ref) -> list[ReviewRow]:
        """The open questions that concern a record."""
        rows = self._all(
            sql(
                _REVIEW,
                "WHERE state = 'open' AND ((system_a = :system AND id_a = :id)"
                " OR (system_b = :system AND id_b = :id)) ORDER BY id",
            ),
            {"system": ref.system, "id": ref.id},
        )
        return [_review(*row) for row in rows]

    def in_question(self, persons: Sequence[str]) -> frozenset[str]:
        """Those of these people of whom a record waits for a reviewer's answer: they may turn out to be somebody
        known, so nothing new should be created for them until then."""
        rows = self._all(
            "SELECT DISTINCT link.person FROM link JOIN review ON review.state = 'open'"
            " AND ((review.system_a = link.system AND review.id_a = link.id)"
            " OR (review.system_b = link.system AND review.id_b = link.id))"
            " WHERE link.person IN (SELECT value FROM json_each(:persons))",
            {"persons": listed(persons)},
        )
        return frozenset(row[0] for row in rows)

    def reviews(self, state: str = "open") -> list[ReviewRow]:
        """The questions in one state, the surest first."""
        rows = self._all(sql(_REVIEW, "WHERE state = :state ORDER BY score DESC, id"), {"state": state})
        return [_review(*row) for row in rows]

    def review(self, id: int) -> ReviewRow | None:
        """One question."""
        row = self._first(sql(_REVIEW, "WHERE id = :id"), {"id": id})
        return None if row is None else _review(*row)

    def answer_review(self, id: int, state: str, by: str, now: str) -> None:
        """Close a question: accepted, rejected or moot. Only an open one can be answered."""
        with self.transaction():
            self._run(
                "UPDATE review SET state = :state, by = :by, answered = :now WHERE id = :id AND state = 'open'",
                {"id": id, "state": state, "by": by, "now": now},
            )


# In this order. The winner's own rows stay where both have one; a moved main gives way to the winner's main.
_MERGE = (
    "UPDATE change SET state = 'cancelled', settled = :now, reason = 'the person was merged into another'"
    " WHERE person = :loser AND state = 'open'",
    "DELETE FROM base WHERE person = :loser"
    " AND system IN (SELECT system FROM link WHERE person = :winner AND main = 1)",
    "UPDATE OR IGNORE base SET person = :winner WHERE person = :loser",
    "DELETE FROM base WHERE person = :loser",
    "UPDATE OR IGNORE sent SET person = :winner WHERE person = :loser",
    "DELETE FROM sent WHERE person = :loser",
    "UPDATE OR IGNORE effect SET person = :winner WHERE person = :loser",
    "DELETE FROM effect WHERE person = :loser",
    "UPDATE link SET main = 0 WHERE person = :loser"
    " AND system IN (SELECT system FROM link WHERE person = :winner AND main = 1)",
    "UPDATE link SET person = :winner WHERE person = :loser",
    "UPDATE person SET merged_into = :winner WHERE merged_into = :loser",
    "UPDATE person SET merged_into = :winner, dirty = 0, due = NULL WHERE id = :loser",
)


def _review(
    id: int, system_a: str, id_a: str, system_b: str, id_b: str, score: float, evidence: str, state: str,
    by: str | None, at: str, answered: str | None,
) -> ReviewRow:  # fmt: skip
    a, b = Ref(system_a, CANDIDATE, id_a), Ref(system_b, CANDIDATE, id_b)
    return ReviewRow(id, a, b, score, evidence, state, by, at, answered)
