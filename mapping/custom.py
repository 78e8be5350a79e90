"""Custom fields as canonical fields: which are wanted, which are there, which can be written, and a value both ways.

The names come from a vendor's defaults with the config laid over them; what is there comes from the vendor's list of
definitions. A mapper only says how its definitions and its records look; nothing here knows a vendor.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from connectors.kit.contract import Json, WantedField
from mapping import fields, normalise
from mapping.contract import CustomField, MappingConfig, Unmapped
from mapping.model import Milestone, Value

# Projections whose words are ours: a select offers them in its own spelling, and they read back in ours.
VOCABULARY: Mapping[str, tuple[str, ...]] = {
    fields.ATS_STATUS: ("Applied", "Prospect", "Hired", "Rejected", "Withdrawn"),
    fields.LAST_OUTCOME: ("Hired", "Rejected", "Withdrawn"),
    fields.MILESTONE_REACHED: tuple(step.value.capitalize() for step in Milestone),
}

CROSSREF = "crossref:"  # a custom field tied to `crossref:<role or kind>` holds the other side's id

# Which kinds of definition can take a canonical field of a type. Kinds are our words for the vendor's value types.
_TAKES: Mapping[str, frozenset[str]] = {
    "text": frozenset(["text", "long_text", "url", "select"]),
    "long_text": frozenset(["long_text", "text"]),
    "url": frozenset(["url", "text", "long_text"]),
    "date": frozenset(["date", "text", "long_text"]),
    "boolean": frozenset(["boolean"]),
    "select": frozenset(["select", "text", "long_text"]),
    "multi_select": frozenset(["multi_select"]),
    "number": frozenset(["number", "text", "long_text"]),
}

UNUSABLE = frozenset(["other", "private"])


class Option(NamedTuple):
    """One choice of a select field; an inactive one may still stand in records."""

    id: str
    label: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class Definition:
    """A custom field as the vendor has it. `kind` is text, long_text, url, date, boolean, select, multi_select or
    number; `other` for what cannot be compared and `private` for what the vendor protects: neither is ever read."""

    key: str
    id: str
    kind: str
    options: tuple[Option, ...] = ()

    def option(self, label: str) -> Option | None:
        """The one active choice with this label: exactly, else regardless of case if that leaves only one."""
        active = [one for one in self.options if one.active]
        exact = [one for one in active if one.label == label]
        found = exact or [one for one in active if one.label.casefold() == label.casefold()]
        return found[0] if len(found) == 1 else None


class Encoded(NamedTuple):
    """A value ready for a write: the field's key and id, and the value, or the choices taken of a select."""

    key: str
    id: str
    value: Json
    options: tuple[Option, ...] = ()


def configured(defaults: Iterable[CustomField], given: Iterable[CustomField]) -> dict[str, CustomField]:
    """The default custom fields with what config says laid over them, by canonical name."""
    return {one.field: one for one in (*defaults, *given)}


class CustomFields:
    """The custom fields of one system: what is wanted, what is there, what can be written, and both directions."""

    def __init__(self, defaults: Iterable[CustomField], config: MappingConfig) -> None:
        self._fields = configured(defaults, config.custom_fields)
        self._consent = tuple(config.consent)
        self._definitions: dict[str, Definition] | None = None

    def define(self, definitions: Iterable[Definition]) -> None:
        """Replace what is known of the vendor's definitions."""
        self._definitions = {one.key: one for one in definitions}

    def definition(self, field: str) -> Definition | None:
        """The vendor's definition behind a canonical name; one with an id in config counts where none is listed."""
        one = self._fields.get(field)
        if one is None:
            return None
        found = (self._definitions or {}).get(one.key)
        return found or (Definition(one.key, one.id, one.type) if one.id else None)

    def kept(self) -> Sequence[str]:
        """Every key whose value may be stored: ours, configured ones, and those consent is read from."""
        keys = {one.key for one in self._fields.values()}
        keys |= {key for one in self._consent for key in (one.field, one.date_field) if key}
        return sorted(keys)

    def wanted(self) -> Sequence[WantedField]:
        """The fields Tieline writes to, whether they are there or not."""
        return tuple(WantedField(one.key, one.type) for one in self._fields.values() if one.direction != "read")

    def missing(self) -> Sequence[WantedField]:
        """Those of `wanted` that the vendor does not have."""
        there = {one.key for one in self._fields.values() if self.definition(one.field)}
        return tuple(one for one in self.wanted() if one.key not in there)

    def writable(self) -> frozenset[str]:
        """Canonical names that can be written: there, meant to be written, and of a kind that takes the type."""
        return frozenset(name for name in self._fields if not name.startswith(CROSSREF) and self._takes(name))

    def accepts(self, field: str, value: Value) -> bool:
        """Whether `encode` has something to send."""
        return self.encode(field, value) is not None

    def encode(self, field: str, value: Value) -> Encoded | None:
        """The value as the vendor's field takes it. None when it does not, or when it would not come back as it went
        in (a label that is spelled otherwise, a list into a text) and be written again and again."""
        found = self._encode(field, value)
        return found if found is not None and self._decode(field, found.value) == value else None

    def read(self, raw: Mapping[str, Json] | None, *, hides_empty: bool = False) -> dict[str, Value]:
        """Canonical values of a record's custom fields, `raw` by key with labels for choices.

        None means that the whole map could not be seen. A projection whose field exists and is not in the map is
        empty; a shared field that is not in the map could not be seen, and is absent, unless the vendor shows no
        empty fields at all (`hides_empty`, see the capability of that name): then it counts as empty too.
        """
        values: dict[str, Value] = {}
        if raw is None:
            return values
        for name, one in self._fields.items():
            if name.startswith(CROSSREF) or (self._definitions is not None and self.definition(name) is None):
                continue
            found = self.definition(name)
            if found is not None and found.kind in UNUSABLE:
                continue
            if one.key in raw:
                value = raw[one.key]
                if not isinstance(value, dict):  # currencies and ranges have no canonical form
                    values[name] = self._decode(name, value)
            elif found is not None and (hides_empty or name in fields.PROJECTIONS):
                values[name] = None
        return values

    def crossrefs(self, raw: Mapping[str, Json] | None) -> tuple[tuple[str, str], ...]:
        """The other side's ids kept in custom fields: (role or kind, native id)."""
        found = []
        for name, one in self._fields.items():
            value = (raw or {}).get(one.key) if name.startswith(CROSSREF) else None
            if isinstance(value, str | int) and not isinstance(value, bool) and (native := normalise.text(str(value))):
                found.append((name.removeprefix(CROSSREF), native))
        return tuple(sorted(found))

    def unmapped(self) -> Sequence[Unmapped]:
        """Configured fields that cannot be used: not there though only read, of a kind that does not take the
        type, or a select that lacks one of our words."""
        if self._definitions is None:
            return ()
        labels: list[str] = []
        for name, one in self._fields.items():
            found = self.definition(name)
            if found is None:
                labels += [one.key] if one.direction == "read" else []
            elif found.kind in UNUSABLE or (one.direction != "read" and found.kind not in _kinds(one.type)):
                labels.append(f"{one.key} ({found.kind})")
            elif found.kind == "select":
                labels += [f"{one.key}: {word}" for word in VOCABULARY.get(name, ()) if not found.option(word)]
        return tuple(Unmapped(kind="field", label=label) for label in labels)

    def _encode(self, field: str, value: Value) -> Encoded | None:
        found = self.definition(field)
        if found is None or not self._takes(field):
            return None
        if value is None:
            return Encoded(found.key, found.id, None)
        if found.kind in ("select", "multi_select"):
            labels = value if isinstance(value, tuple) else (str(value),)
            options = [found.option(label) for label in labels]
            taken = tuple(one for one in options if one)
            if len(taken) != len(labels) or (found.kind == "select" and len(taken) != 1):
                return None
            names = [one.label for one in taken]
            return Encoded(found.key, found.id, names if found.kind == "multi_select" else names[0], taken)
        plain = _plain(found.kind, value)
        return None if plain is None else Encoded(found.key, found.id, plain)

    def _takes(self, field: str) -> bool:
        one, found = self._fields[field], self.definition(field)
        if found is None or one.direction == "read" or found.kind not in _kinds(one.type):
            return False
        return found.kind != "select" or all(found.option(word) for word in VOCABULARY.get(field, ()))

    def _decode(self, field: str, value: Json) -> Value:
        """One value in its canonical form."""
        if isinstance(value, bool):
            return value
        if isinstance(value, list):
            return tuple(sorted({text for item in value if (text := normalise.text(str(item)))})) or None
        text = None if value is None else normalise.text(str(value))
        if text is None:
            return None
        one = self._fields[field]
        if one.type == "boolean":
            return normalise.truth(text)
        if field in fields.DATES or one.type == "date":
            return normalise.date(text) or text
        words = {word.casefold(): word for word in VOCABULARY.get(field, ())}
        return words.get(text.casefold(), text)


def _kinds(type: str) -> frozenset[str]:
    return _TAKES.get(type, frozenset())


def _plain(kind: str, value: Value) -> Json:
    """A canonical scalar in a field that is no select; None when its kind does not take it."""
    if kind == "boolean":
        return value if isinstance(value, bool) else None
    if not isinstance(value, str):
        return None
    if kind == "number":
        try:
            return int(value)
        except ValueError:
            return None
    return value if kind != "date" or normalise.date(value) == value else None
