"""The schema file is the authority: the typed rows equal it, and each of its invariants refuses what it must."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy.dialects import sqlite

from state import tables
from state.rows import ConflictDraft, EffectRow, FirstTouchRow, TouchpointRow
from state.schema import SCHEMA
from state.store import Refused, Store

NOW = "2026-03-01T12:00:00.000000Z"
# How SQLAlchemy spells a Python type for SQLite -> the STRICT type that holds it.
TYPES = {"VARCHAR": "TEXT", "INTEGER": "INTEGER", "FLOAT": "REAL", "BLOB": "BLOB", "BOOLEAN": "INTEGER"}


def names(store: Store, kind: str) -> set[str]:
    rows = store._all("SELECT name FROM sqlite_master WHERE type = ? AND name NOT LIKE 'sqlite_%'", (kind,))
    return {row[0] for row in rows}


def test_there_is_a_typed_row_for_every_table(store):
    assert {table.__tablename__ for table in tables.ALL} == names(store, "table")


@pytest.mark.parametrize("table", tables.ALL, ids=lambda table: table.__tablename__)
def test_typed_rows_equal_the_schema(store, table):
    """Column names in order, types, nullability and primary key."""
    applied = [
        (name, type, bool(notnull) or bool(key), key)
        for _, name, type, notnull, _, key in store._all(f"PRAGMA table_info({table.__tablename__})")
    ]
    key = [column.name for column in table.__table__.primary_key]
    typed = [
        (
            column.name,
            TYPES[column.type.compile(dialect=sqlite.dialect())],
            not column.nullable,
            key.index(column.name) + 1 if column.name in key else 0,
        )
        for column in table.__table__.columns
    ]
    assert typed == applied


def test_every_table_is_strict(store):
    assert {row[1] for row in store._all("PRAGMA table_list") if row[0] == "main" and not row[5]} <= {
        "sqlite_schema",
    }


def hire(world, at: str = "2026-01-02T00:00:00.000000Z") -> str:
    person = world.person("p")
    world.store.set_first_touch(FirstTouchRow(person, at, "event", "Fair", None, "crm", "activity", "a1"))
    return person


def settled_change(world) -> int:
    change = world.change(world.person("p"))
    world.store.settle(change, "done", now=NOW)
    return change


def watermark_back(world):
    world.page(world.row("job", "1", updated="2026-02-01T00:00:00Z"), last=True)
    world.sql("UPDATE stream SET watermark = '2026-01-01T00:00:00.000000Z'")


def person_deleted(world):
    world.person("p")
    world.sql("DELETE FROM person")


def cannot_link_deleted(world):
    world.store.cannot_link(world.candidate("1"), world.candidate("2"), "ana", NOW)
    world.sql("DELETE FROM cannot_link")


def tried_change_rewritten(world):
    change = world.change(world.person("p"))
    world.store.mark_sent([(change, [])], 1.0)
    world.sql("UPDATE change SET content = '{\"other\": 1}'")


def change_deleted(world):
    world.change(world.person("p"))
    world.sql("DELETE FROM change")


def settled_change_reopened(world):
    settled_change(world)
    world.sql("UPDATE change SET state = 'open'")


def touchpoint_deleted(world):
    row = TouchpointRow("crm", "activity", "1", "c1", "reply", "email", NOW, "in", None, None, True)
    world.store.put_touchpoints([row])
    world.sql("DELETE FROM touchpoint")


def first_touch_later(world):
    hire(world)
    world.sql("UPDATE first_touch SET at = '2026-02-02T00:00:00.000000Z'")


def first_touch_swapped_at_the_same_time(world):
    hire(world)
    world.sql("UPDATE first_touch SET source = 'Careers page', id = 'a2'")


def frozen_first_touch_moved(world):
    world.store.freeze_first_touch(hire(world), NOW)
    world.sql("UPDATE first_touch SET at = '2025-01-02T00:00:00.000000Z'")


def first_touch_deleted(world):
    hire(world)
    world.sql("DELETE FROM first_touch")


TRIGGERS: dict[str, tuple[Callable, str]] = {
    "stream_watermark_only_rises": (watermark_back, "a watermark never moves back"),
    "person_is_for_ever": (person_deleted, "a person is merged, never deleted"),
    "cannot_link_is_for_ever": (cannot_link_deleted, "cannot-link is kept for ever"),
    "change_tried_is_immutable": (tried_change_rewritten, "a change once tried is immutable"),
    "change_is_kept": (change_deleted, "every write keeps its reason on record"),
    "change_settled_is_final": (settled_change_reopened, "a settled change is final"),
    "touchpoint_is_appended_only": (touchpoint_deleted, "append-only"),
    "first_touch_only_moves_earlier": (first_touch_later, "only ever moves earlier"),
    "first_touch_changes_only_with_an_earlier_time": (first_touch_swapped_at_the_same_time, "only by an earlier one"),
    "first_touch_frozen_at_hire": (frozen_first_touch_moved, "frozen at hire"),
    "first_touch_is_for_ever": (first_touch_deleted, "kept for ever"),
}


def test_every_trigger_is_provoked_below(store):
    assert names(store, "trigger") == set(TRIGGERS)


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_trigger_refuses(world, trigger):
    provoke, told = TRIGGERS[trigger]
    with pytest.raises(Refused, match=told):
        provoke(world)


def sent_twice(world):
    person = world.person("p")
    first, second = world.store.put_changes(world.run, [world.draft(person), world.draft(person, key="k2")])
    world.sql("UPDATE change SET state = 'sent' WHERE id IN (?, ?)", first, second)


def two_mains(world):
    world.person("p", world.candidate("1"), world.candidate("2"))
    world.sql("UPDATE link SET main = 1")


INSERT_RECORD = (
    "INSERT INTO record (system, object, id, hash, payload, owner, created, updated, seen, state)"
    " VALUES ('ats', 'job', '1', ?, '{}', '', '', '', 1, ?)"
)
INSERT_PAIR = (
    "INSERT INTO cannot_link (system_a, id_a, system_b, id_b, by, at) VALUES ('crm', '1', 'ats', '1', 'ana', 'now')"
)
INSERT_REVIEW = (
    "INSERT INTO review (system_a, id_a, system_b, id_b, score, evidence, at, state)"
    " VALUES (?, '1', ?, '1', 1.0, '[]', 'now', ?)"
)
INSERT_LINK = (
    "INSERT INTO link (system, id, person, main, rule, score, evidence, by, at)"
    " VALUES ('ats', '1', ?, ?, 'r', 1.0, '[]', 'rule', 'now')"
)
INSERT_CHANGE = (
    "INSERT INTO change (key, run, person, system, verb, target, content, priority, because, at, state)"
    " VALUES ('k', 1, ?, 'ats', 'v', '', '{}', 5, ?, 'now', ?)"
)

# What a CHECK refuses, by the column it stands on: one entry for each CHECK of the schema.
CHECKS: dict[str, tuple[str, tuple]] = {
    "budget.capacity": ("INSERT INTO budget (credential, capacity, seconds) VALUES ('c', 0, 1.0)", ()),
    "budget.seconds": ("INSERT INTO budget (credential, capacity, seconds) VALUES ('c', 1, 0.0)", ()),
    "record.state": (INSERT_RECORD, (b"h", "lost")),
    "person.merged_into": ("INSERT INTO person (id, merged_into, created) VALUES ('q', 'q', 'now')", ()),
    "person.dirty": ("INSERT INTO person (id, created, dirty) VALUES ('q', 'now', 2)", ()),
    "link.main": (INSERT_LINK, ("p", 2)),
    "cannot_link order": (INSERT_PAIR, ()),
    "review.state": (INSERT_REVIEW, ("ats", "crm", "maybe")),
    "review order": (INSERT_REVIEW, ("crm", "ats", "open")),
    "change.because": (INSERT_CHANGE, ("p", "", "open")),
    "change.state": (INSERT_CHANGE, ("p", "why", "lost")),
    "effect.kind": (
        "INSERT INTO effect (person, system, kind, target, cause, change, at)"
        " VALUES ('p', 'crm', 'painted', 't', 'c', 1, 'now')",
        (),
    ),
}


def test_every_check_is_provoked_below():
    schema = re.sub(r"--.*", "", SCHEMA.read_text(encoding="utf-8"))
    assert len(re.findall(r"\bCHECK\b", schema)) == len(CHECKS)


@pytest.mark.parametrize("check", CHECKS)
def test_check_refuses(world, check):
    world.change(world.person("p"))
    statement, parameters = CHECKS[check]
    with pytest.raises(Refused, match="CHECK constraint failed"):
        world.sql(statement, *parameters)


FOREIGN = {
    ("budget_slot", "credential"): "INSERT INTO budget_slot (credential, at) VALUES ('nobody', 1.0)",
    ("person", "merged_into"): "INSERT INTO person (id, merged_into, created) VALUES ('q', 'nobody', 'now')",
    ("link", "person"): INSERT_LINK.replace("?, ?", "'nobody', 1"),
    ("base", "person"): "INSERT INTO base (person, system, field, value, at) VALUES ('nobody', 'a', 'f', '1', 'now')",
    ("change", "person"): INSERT_CHANGE.replace("?", "'nobody'", 1).replace("?", "'why'", 1).replace("?", "'open'", 1),
    ("sent", "change"): "INSERT INTO sent (person, system, field, value, change) VALUES ('p', 'a', 'f', '1', 99)",
    ("effect", "person"): "INSERT INTO effect VALUES ('nobody', 'crm', 'tagged', 't', 'c', 1, 'now')",
    ("effect", "change"): "INSERT INTO effect VALUES ('p', 'crm', 'tagged', 't', 'c', 99, 'now')",
    ("conflict", "person"): (
        "INSERT INTO conflict (run, person, field, kept, kept_from, lost, lost_from, rule, at)"
        " VALUES (1, 'nobody', 'f', '1', 'ats', '2', 'crm', 'newest', 'now')"
    ),
    ("first_touch", "person"): (
        "INSERT INTO first_touch (person, at, channel, system, object, id)"
        " VALUES ('nobody', 'now', 'event', 'crm', 'activity', '1')"
    ),
}


def test_every_foreign_key_is_provoked_below(store):
    keys = {
        (table, row[3]) for table in names(store, "table") for row in store._all(f"PRAGMA foreign_key_list({table})")
    }
    assert keys == set(FOREIGN)


@pytest.mark.parametrize("key", FOREIGN, ids="-".join)
def test_foreign_key_refuses(world, key):
    world.change(world.person("p"))
    with pytest.raises(Refused, match="FOREIGN KEY constraint failed"):
        world.sql(FOREIGN[key])


UNIQUE: dict[str, Callable] = {"change_one_under_way": sent_twice, "link_one_main": two_mains}


def test_every_unique_index_is_provoked_below(store):
    rows = store._all("SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE 'CREATE UNIQUE%'")
    assert {row[0] for row in rows} == set(UNIQUE)


@pytest.mark.parametrize("index", UNIQUE)
def test_unique_index_refuses(world, index):
    with pytest.raises(Refused, match="UNIQUE constraint failed"):
        UNIQUE[index](world)


def test_a_question_is_asked_once_and_a_conflict_is_kept_once(world):
    """The two tables with a number of their own still know their natural key."""
    world.sql(INSERT_REVIEW, "ats", "crm", "open")
    with pytest.raises(Refused, match="UNIQUE constraint failed: review"):
        world.sql(INSERT_REVIEW, "ats", "crm", "open")
    conflict = ConflictDraft(world.person("p"), "title", '"A"', "ats", '"B"', "crm", "newest")
    assert world.store.put_conflicts(world.run, [conflict, conflict], NOW) == 1
    assert len(world.store.conflicts()) == 1


def test_values_of_the_wrong_type_are_refused(world):
    with pytest.raises(Refused, match="cannot store TEXT value in BLOB column"):
        world.sql(INSERT_RECORD, "text", "live")


def test_refusals_never_repeat_a_value(world):
    """What the driver says goes into logs; what it was about to store does not."""
    world.change(world.person("p"))
    with pytest.raises(Refused) as refused:
        world.sql(
            "INSERT INTO effect (person, system, kind, target, cause, change, at)"
            " VALUES (?, 'crm', ?, 't', 'c', 1, '')",
            "p",
            "ada@example.org",
        )
    chain = f"{refused.value} {refused.value.__cause__!r} {refused.value.__cause__}"
    assert "ada@example.org" not in chain


def test_an_effect_is_remembered_once_with_its_newest_cause(world):
    person = world.person("p")
    change = world.change(person)
    for cause in ("application 1", "application 2"):
        world.store.put_effect(EffectRow(person, "crm", "tagged", "Silver medalist", cause, change, NOW))
    assert [one.cause for one in world.store.effects([person])[person]] == ["application 2"]
    world.store.drop_effect(person, "crm", "tagged", "Silver medalist")
    assert world.store.effects([person]) == {person: ()}
