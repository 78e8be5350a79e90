"""Every key that is logged anywhere passes the log's allow-list: what is dropped in silence helps nobody."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tieline.log import ALLOWED

ROOT = Path(__file__).parents[2]
PACKAGES = ("connectors", "flows", "identity", "mapping", "state", "sync", "tieline")
LEVELS = frozenset({"debug", "info", "warning", "error", "exception"})


def logged() -> Iterator[tuple[str, str]]:
    """Every (place, key) of a call like `log.info("event", key=...)`."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                    continue
                if node.func.attr in LEVELS and isinstance(node.func.value, ast.Name) and node.func.value.id == "log":
                    place = f"{path.relative_to(ROOT)}:{node.lineno}"
                    yield from ((place, word.arg or "**") for word in node.keywords)


def test_every_key_that_is_logged_is_on_the_allow_list() -> None:
    found = list(logged())
    assert len(found) > 20
    assert [(place, key) for place, key in found if key not in ALLOWED] == []
