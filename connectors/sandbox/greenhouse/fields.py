"""Custom fields: their definitions, what values they take, and how an object's values are told.

Rows keep {name_key: value}; the API tells {name_key: {name, type, value}} for every active field of that kind of
object, null where nothing is set, and takes [{name_key or custom_field_id, value}].
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from connectors.sandbox.greenhouse.answers import unprocessable
from connectors.sandbox.greenhouse.rows import Row
from connectors.sandbox.greenhouse.tables import Store
from connectors.sandbox.kernel import Json
from connectors.sandbox.switches import Switches

_TEXTS = frozenset({"short_text", "long_text", "url", "rich_text"})
FIELD_TYPES = frozenset({"candidate", "application", "job", "offer", "opening", "user_attribute", "rejection_question"})
VALUE_TYPES = _TEXTS - {"rich_text"} | frozenset(
    {
        "yes_no", "single_select", "multi_select", "currency", "date", "number", "user", "currency_range",
        "number_range",
    }
)  # fmt: skip
# The objects that carry values, and which fields they carry.
CARRIERS = {"candidates": "candidate", "applications": "application", "jobs": "job", "openings": "opening",
            "users": "user_attribute"}  # fmt: skip


class Fields:
    """The definitions of one account."""

    def __init__(self, store: Store, switches: Switches) -> None:
        self._store = store
        self._switches = switches
        self._shown: dict[str, list[Row]] = {}

    def changed(self) -> None:
        """Definitions, options or the switch changed: everything that carries values is told anew."""
        self._shown.clear()
        for name in CARRIERS:
            self._store[name].forget_encoded()

    def tell(self, name: str, row: Row) -> dict[str, Row]:
        """The custom_fields of a row, as the API tells them."""
        values: Mapping[str, Json] = row["custom_fields"]
        return {
            field["name_key"]: {
                "name": field["name"],
                "type": field["value_type"],
                "value": values.get(field["name_key"]),
            }
            for field in self._of(CARRIERS[name])
        }

    def _of(self, field_type: str) -> list[Row]:
        if field_type not in self._shown:
            hidden = self._switches["private_fields"] == "hidden"
            self._shown[field_type] = [
                row
                for row in self._store["custom_fields"].rows.values()
                if row["field_type"] == field_type and row["active"] and not (hidden and row["private"])
            ]
        return self._shown[field_type]

    def find(self, field_type: str, *, key: str = "", number: int | None = None) -> Row | None:
        """A definition by name_key or id, whether shown or not."""
        for row in self._store["custom_fields"].rows.values():
            if row["field_type"] == field_type and (row["id"] == number if number else row["name_key"] == key):
                return row
        return None

    def take(self, field_type: str, given: Json) -> dict[str, Json]:
        """What a request writes, checked. Raises `Refused` (422): unknown fields and values that do not fit."""
        if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
            raise unprocessable({"custom_fields": "is not an array of objects"})
        values: dict[str, Json] = {}
        for item in given:
            key, number = item.get("name_key", ""), item.get("custom_field_id")
            field = self.find(field_type, key=key, number=number) if key or number else None
            if field is None or not field["active"]:
                raise unprocessable({"custom_fields": f"`{key or number}` is not a custom field of this object"})
            if "value" not in item:
                raise unprocessable({"custom_fields": f"`{field['name_key']}` has no value"})
            value = self.checked(field, item["value"])
            if value is not None:
                values[field["name_key"]] = value
        return values

    def checked(self, field: Row, value: Json) -> Json:
        """The value as it will be kept; null and empty clear it. Raises `Refused` (422)."""
        if value is None or value in ("", []):
            return None
        kind = field["value_type"]
        if kind in ("single_select", "multi_select"):
            labels = value if kind == "multi_select" else [value]
            self._check_labels(field, labels)
        elif not _fits(kind, value):
            raise unprocessable({"custom_fields": f"the value of `{field['name_key']}` is not a {kind}"})
        return value

    def _check_labels(self, field: Row, labels: Json) -> None:
        options = self._store["custom_field_options"].find("custom_field_id", field["id"])
        known = {option["name"] for option in options if option["active"]}
        if not isinstance(labels, list) or not all(isinstance(label, str) and label in known for label in labels):
            raise unprocessable({"custom_fields": f"`{field['name_key']}` has no such option"})

    def define(self, values: Mapping[str, Any], options: list[Mapping[str, Any]]) -> Row:
        """A new field. Its name_key is made from its name, once and for all."""
        key = re.sub(r"[^a-z0-9]+", "_", values["name"].lower()).strip("_")
        if self.find(values["field_type"], key=key) is not None:
            raise unprocessable({"name": "has already been taken"})
        order = sum(
            1 for row in self._store["custom_fields"].rows.values() if row["field_type"] == values["field_type"]
        )
        row = self._store.create("custom_fields", {"sort_order": order, **values, "name_key": key})
        for place, option in enumerate(options):
            self.add_option(row["id"], {"sort_order": place, **option})
        self.changed()
        return row

    def add_option(self, field: int, values: Mapping[str, Any]) -> Row:
        """One more option of a select field."""
        held = self._store["custom_field_options"].find("custom_field_id", field)
        if any(option["name"] == values["name"] and option["active"] for option in held):
            raise unprocessable({"name": "has already been taken"})
        row = self._store.create("custom_field_options", {"sort_order": len(held), **values, "custom_field_id": field})
        self.changed()
        return row


def _fits(kind: str, value: Json) -> bool:
    if kind in _TEXTS:
        return isinstance(value, str)
    if kind == "yes_no":
        return isinstance(value, bool)
    if kind == "date":
        return _is_date(value)
    if kind in ("number", "user"):
        return isinstance(value, int | float) and not isinstance(value, bool)
    keys = {
        "currency": {"amount", "currency_code"},
        "currency_range": {"min_amount", "max_amount", "currency_code"},
        "number_range": {"min_value", "max_value"},
    }.get(kind)
    return keys is not None and isinstance(value, dict) and value.keys() == keys


def _is_date(value: Json) -> bool:
    try:
        return isinstance(value, str) and len(value) == 10 and date.fromisoformat(value) is not None
    except ValueError:
        return False
