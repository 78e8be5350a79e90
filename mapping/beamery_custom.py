"""Beamery's custom fields: found by display name or id; choices between option id and label, dates and times of day.

Ids belong to one tenant, so config speaks of display names and the ids are learned from the definitions, or from
the contacts where a tenant shows no definitions. Everything that is not Beamery's is in `mapping.custom`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connectors.kit.contract import Json, WantedField
from mapping import custom, fields, normalise
from mapping.beamery_payload import CustomValue, Definition
from mapping.contract import CustomField, MappingConfig, Unmapped, Unsupported
from mapping.model import Value

DEFAULTS = (
    CustomField(key="Tieline person", field=fields.PERSON_ID),
    CustomField(key="ATS link", field=fields.ATS_LINK, type="url"),
    CustomField(key="ATS status", field=fields.ATS_STATUS),
    CustomField(key="ATS stage", field=fields.ATS_STAGE),
    CustomField(key="ATS job", field=fields.ATS_JOB),
    CustomField(key="Last outcome", field=fields.LAST_OUTCOME),
    CustomField(key="Outcome reason", field=fields.OUTCOME_REASON),
    CustomField(key="Outcome date", field=fields.OUTCOME_DATE, type="date"),
    CustomField(key="Milestone reached", field=fields.MILESTONE_REACHED),
    CustomField(key="First touch source", field=fields.FIRST_TOUCH_SOURCE),
    CustomField(key="First touch campaign", field=fields.FIRST_TOUCH_CAMPAIGN),
    CustomField(key="First touch date", field=fields.FIRST_TOUCH_AT, type="date"),
)

# The help pages name four types; what a tenant calls them is told by these parts of the word.
_KINDS = (
    ("multi", "multi_select"),
    ("select", "select"),
    ("dropdown", "select"),
    ("date", "date"),
    ("bool", "boolean"),
    ("checkbox", "boolean"),
    ("number", "number"),
)


class Fields:
    """The tenant's custom fields, and how to read and write the values in them."""

    def __init__(self, config: MappingConfig) -> None:
        self._wanted = custom.configured(DEFAULTS, config.custom_fields)
        self._common = custom.CustomFields(DEFAULTS, config)
        self._by_id: dict[str, Definition] = {}
        self._by_name: dict[str, Definition] = {}

    def learn(self, definitions: Sequence[Definition]) -> None:
        """Replace what is known by these definitions."""
        self._by_id = {one.id: one for one in definitions}
        self._by_name = {_fold(one.name): one for one in definitions if one.name}
        matched = ((field, self.find(field.key, field.id)) for field in self._wanted.values())
        self._common.define(_definition(field.key, found) for field, found in matched if found)

    def all(self) -> Sequence[Definition]:
        """Every definition known."""
        return tuple(self._by_id.values())

    def find(self, key: str, native: str = "") -> Definition | None:
        """The definition with this id, else with this display name in any case; `key` may be an id too."""
        return self._by_id.get(native) or self._by_id.get(key) or self._by_name.get(_fold(key))

    # ------------------------------------------------------------------ what is there

    def configured(self, name: str) -> bool:
        """True for canonical names that live in a custom field."""
        return name in self._wanted

    def kept(self) -> Sequence[str]:
        """Keys and ids of ours, of configured ones, and of those that consent is read from."""
        return sorted({*self._common.kept(), *(one.id for one in self._wanted.values() if one.id)})

    def wanted(self) -> Sequence[WantedField]:
        """The fields Tieline writes to."""
        return self._common.wanted()

    def missing(self) -> Sequence[WantedField]:
        """Those of `wanted` that the tenant does not have, as far as it lets us see."""
        return self._common.missing()

    def writable(self) -> frozenset[str]:
        """Canonical names that can be written."""
        return self._common.writable()

    def unmapped(self) -> Sequence[Unmapped]:
        """Fields that cannot be used as configured, and our words that a select has no option for."""
        return self._common.unmapped()

    # ------------------------------------------------------------------ reading

    def held(self, key: str, values: Sequence[CustomValue], native: str = "") -> CustomValue | None:
        """What a contact holds in this field, whether or not its definition is known."""
        known = self.find(key, native)
        ids = {native, key, known.id if known else ""} - {""}
        return next((one for one in values if one.id in ids or (one.name and _fold(one.name) == _fold(key))), None)

    def shown(self, key: str, one: CustomValue) -> Json:
        """A value as people see it: labels for option ids; empty is None."""
        if one.value in (None, "", []):
            return None
        if isinstance(one.value, list):
            return [self._label(key, one, item) for item in one.value if item is not None]
        return one.value if isinstance(one.value, bool) else self._label(key, one, one.value)

    def text(self, key: str, values: Sequence[CustomValue]) -> str | None:
        """What people read in this field, as one text."""
        one = self.held(key, values)
        shown = self.shown(key, one) if one else None
        items = shown if isinstance(shown, list) else [shown]
        return ", ".join(text for item in items if item is not None and (text := normalise.text(str(item)))) or None

    def _label(self, key: str, one: CustomValue, item: Json) -> str:
        known = self.find(key, one.id or "")
        option = next((choice for choice in known.options if choice.id == item), None) if known else None
        if option and option.label:
            return option.label
        is_date = known is not None and _kind(known) == "date"
        if isinstance(one.label, str) and one.label and not isinstance(one.value, list) and not is_date:
            return one.label
        return str(item)

    def values(self, held: Sequence[CustomValue]) -> dict[str, Value]:
        """Canonical values of everything configured that can be seen on a contact."""
        raw: dict[str, Json] = {}
        for field in self._wanted.values():
            one = self.held(field.key, held, field.id)
            if one is not None:
                raw[field.key] = self.shown(field.key, one)
        return self._common.read(raw, hides_empty=True)

    def crossrefs(self, held: Sequence[CustomValue]) -> Mapping[str, str]:
        """The other side's ids kept in custom fields."""
        raw = {f.key: self.shown(f.key, one) for f in self._wanted.values() if (one := self.held(f.key, held, f.id))}
        return dict(self._common.crossrefs(raw))

    # ------------------------------------------------------------------ writing

    def write(self, name: str, value: Value) -> tuple[str, Json]:
        """(custom field id, vendor value; null clears). Raises `Unsupported` when the field is not there or has no
        such option."""
        field = self._wanted[name]
        found = self._common.encode(name, value)
        if found is None or not found.id or not self._common.accepts(name, value):
            why = "it has no such option" if self.find(field.key, field.id) else "it does not exist in this tenant"
            raise Unsupported(f"custom field {field.key!r} cannot take this value: {why}")
        if found.options:
            ids = [option.id for option in found.options]
            return found.id, ids if isinstance(found.value, list) else ids[0]
        known = self.find(field.key, field.id)
        return found.id, dated(found.value) if known and _kind(known) == "date" else found.value


def dated(value: Json) -> Json:
    """A day as the API takes it: the midnight that begins it, in UTC."""
    return f"{value}T00:00:00.000Z" if isinstance(value, str) and normalise.date(value) == value else value


def _fold(name: str | None) -> str:
    return (name or "").strip().casefold()


def _kind(known: Definition) -> str:
    word = (known.type or "").casefold()
    found = next((kind for part, kind in _KINDS if part in word), "")
    return found or ("select" if known.options else "text")


def _definition(key: str, known: Definition) -> custom.Definition:
    """A definition in the words of `mapping.custom`, under the key that config gave it."""
    options = (custom.Option(one.id, one.label.strip()) for one in known.options if one.label)
    return custom.Definition(key=key, id=known.id, kind=_kind(known), options=tuple(options))
