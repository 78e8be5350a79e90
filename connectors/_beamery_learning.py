"""What contacts give away of their tenant: custom fields and tags, for tenants that show no definitions of them."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.kit.contract import Json

_TIME = re.compile(r"\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?")


@dataclass
class _Learned:
    """One custom field as far as contacts told of it."""

    name: str
    type: str = ""
    options: dict[str, str] = field(default_factory=dict)


class Learning:
    """Collects from every contact that is read. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._fields: dict[str, _Learned] = {}
        self._tags: dict[str, Json] = {}
        self.any_field = False  # whether any contact has shown a custom field, ours or not

    def tags(self) -> Mapping[str, Json]:
        """Folded label -> tag."""
        with self._lock:
            return dict(self._tags)

    def notice(self, one: Mapping[str, Json]) -> None:
        """Take in one custom field of a contact; an empty one stands for one that is not kept."""
        self.any_field = True
        native, name = one.get("id"), one.get("displayName")
        if not isinstance(native, str) or not native or not isinstance(name, str):
            return
        known = self._fields.get(native)
        if known is None:
            with self._lock:
                known = self._fields.setdefault(native, _Learned(name))
        if one.get("value") not in (None, "", []):
            self._values(known, one)

    def notice_tag(self, one: Json) -> None:
        """Take in one tag of a contact."""
        if isinstance(one, dict) and isinstance(one.get("id"), str) and isinstance(one.get("value"), str):
            key = one["value"].strip().casefold()
            if key not in self._tags:
                with self._lock:
                    self._tags[key] = {"id": one["id"], "value": one["value"]}

    def _values(self, known: _Learned, one: Mapping[str, Json]) -> None:
        """A shown label that is not the value makes the value an option's id; a time makes it a date."""
        value, label = one["value"], one.get("displayValue")
        if isinstance(value, bool):
            known.type = known.type or "boolean"
        elif isinstance(value, str) and _TIME.fullmatch(value):
            known.type = known.type or "date"
        elif isinstance(value, str) and isinstance(label, str) and label.strip() not in ("", value.strip()):
            known.type = "single-select"
            with self._lock:
                known.options[value] = label
        elif isinstance(value, list):
            known.type = "multi-select"

    def definitions(self) -> list[dict[str, Any]]:
        """What the list of definitions would say, as far as it is known."""
        with self._lock:
            return [
                {
                    "id": native,
                    "displayName": one.name,
                    "type": one.type or "text",
                    "options": [{"id": id, "value": label} for id, label in sorted(one.options.items())],
                }
                for native, one in sorted(self._fields.items())
            ]
