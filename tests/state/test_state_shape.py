"""How the state is built: bound values only, no heavy imports, and found by an installed wheel."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import state
from state.store import Store

PACKAGE = Path(state.__file__).parent
ROOT = PACKAGE.parent
RUNNERS = {"_run", "_all", "_first", "_value"}


def constants(tree: ast.Module) -> set[str]:
    """Names of a module bound to literal text."""
    found = set()
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant | ast.Tuple):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return found


def is_fixed(node: ast.expr, names: set[str]) -> bool:
    """True for text that no value can become part of."""
    match node:
        case ast.Constant(value=str()):
            return True
        case ast.Name(id=name):
            return name in names
        case ast.Call(func=ast.Name(id="sql"), args=parts):
            return all(is_fixed(part, names) for part in parts)
    return False


def loose_statements(source: str) -> list[int]:
    """Lines on which a statement is run whose text is not fixed."""
    tree = ast.parse(source)
    names = constants(tree)
    loops = {
        loop.target.id
        for loop in ast.walk(tree)
        if isinstance(loop, ast.For) and isinstance(loop.target, ast.Name) and is_tuple(loop.iter, names)
    }
    own = {  # the runners hand on what they were given
        id(node)
        for runner in ast.walk(tree)
        if isinstance(runner, ast.FunctionDef) and runner.name in RUNNERS
        for node in ast.walk(runner)
    }
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and id(node) not in own
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in RUNNERS
        and not is_fixed(node.args[0], names | loops)
    ]


def is_tuple(node: ast.expr, names: set[str]) -> bool:
    if isinstance(node, ast.Tuple):
        return all(is_fixed(part, names) for part in node.elts)
    return isinstance(node, ast.Name) and node.id in names


# The schema and its migrations are run from their files, statement by statement.
FILES = [path for path in sorted(PACKAGE.glob("*.py")) if path.name != "schema.py"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_value_becomes_part_of_a_statement(path):
    assert loose_statements(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        "self._run(f'SELECT {name}')",
        "self._all('SELECT ' + name)",
        "self._value('SELECT %s' % name)",
        "self._first(sql('SELECT', name))",
        "self._first(build(name))",
    ],
)
def test_the_check_above_sees_a_value_in_a_statement(line):
    assert loose_statements(line) == [1]


def test_hostile_text_is_only_text(world):
    """Names that would be statements, wildcards or JSON come back as they went in and harm nothing."""
    hostile = 'Robert\'); DROP TABLE record;--"],["%_\\'
    ref = world.candidate(hostile, payload='{"name": "x"}')
    world.store.put_keys(ref, [("email", hostile)])
    world.person(hostile, ref)
    assert world.store.links(hostile)[0].id == hostile
    assert world.store.carried_by([("email", hostile)]) == {("email", hostile): 1}
    assert world.store.candidates("ats", [hostile])[hostile].id == hostile
    assert world.store.find_people(hostile) == [hostile]


def test_opening_the_state_imports_no_table_models():
    """SQLModel costs a fifth of a second; only those who want typed rows pay for it."""
    script = "import sys, state.store; print('sqlmodel' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "False"


def test_a_store_stays_in_its_thread(store):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool, pytest.raises(Exception, match="thread"):
        pool.submit(store.get_meta, "schema_version").result()


BUILD = """
import sys, tomllib
from setuptools import Distribution
given = tomllib.load(open("pyproject.toml", "rb"))["tool"]["setuptools"]
made = {"script_name": "setup.py", "packages": given["packages"], "package_data": given["package-data"]}
build = Distribution(made).get_command_obj("build_py")
build.build_lib = sys.argv[1]
build.ensure_finalized()
build.run()
"""
OPEN = """
import sys
sys.path[:] = ["."] + [path for path in sys.path if path not in ("", sys.argv[1])]
import state.schema, state.store, identity.names
store = state.store.Store.open("s.db")
print(state.schema.SCHEMA.parent.name, store.get_meta("schema_version"), identity.names.nicknamed("bob", "robert"))
"""


def test_an_installed_package_finds_its_schema_and_its_tables(tmp_path):
    """Built as setuptools builds a wheel's content, and opened by a process that cannot see the checkout."""
    site = tmp_path / "site"
    built = subprocess.run(
        [sys.executable, "-c", BUILD, str(site)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stderr
    done = subprocess.run(
        [sys.executable, "-c", OPEN, str(ROOT)], cwd=site, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["site", "1", "True"]


def test_every_public_method_of_the_store_says_what_it_guarantees():
    methods = [name for name in dir(Store) if not name.startswith("_") and callable(getattr(Store, name))]
    assert [name for name in methods if not (getattr(Store, name).__doc__ or "").strip()] == []


def plan(store: Store, statement: str, **values: str) -> str:
    return " | ".join(row[3] for row in store._all(f"EXPLAIN QUERY PLAN {statement}", values))


def test_what_is_asked_for_every_person_never_scans_the_records(store):
    """At a hundred thousand candidates a scan for each batch would be the whole run."""
    from state import people, reading

    lists = {"ids": "[]", "owners": "[]", "kinds": "[]", "keys": "[]", "persons": "[]", "system": "ats"}
    carried = f"SELECT link.person {people._CARRYING}"
    for statement in (reading._OWNED, reading._QUARANTINED, people._LINKS, carried):
        told = plan(store, statement, **{name: lists[name] for name in lists if f":{name}" in statement})
        assert not re.search(r"SCAN (record|link|person|identity_key)\b", told), told
        assert "record_owner (system=? AND object=?)" not in told
    assert "record_owner (system=? AND object=? AND owner=?)" in plan(
        store, reading._OWNED, owners="[]", kinds="[]", system="ats"
    )
