"""Which vendors there are: every module that lies directly in `connectors/` is one, and nothing else lists them."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

import connectors


class UnknownKind(ValueError):  # noqa: N818 - named for what happened
    """No connector of this kind; the message names those there are."""


def kinds() -> tuple[str, ...]:
    """The kinds of system that can be connected, sorted."""
    found = pkgutil.iter_modules(connectors.__path__)
    return tuple(sorted(module.name for module in found if not module.ispkg and not module.name.startswith("_")))


def load(kind: str) -> ModuleType:
    """The module of one vendor, with `Settings`, `INIT` and `open_connector`. Raises `UnknownKind`."""
    if kind not in kinds():
        raise UnknownKind(f"There is no connector of kind {kind!r}; use one of: {', '.join(kinds())}.")
    return importlib.import_module(f"connectors.{kind}")
