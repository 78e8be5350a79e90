"""Beamery's custom fields: found by display name or id; options between id and label, dates between time and day.

Ids belong to one tenant, so config speaks of display names and the ids are learned from the definitions, or from
the contacts where a tenant shows no definitions. A label without an option is reported and never guessed.
"""

from __future__ import annotations

from collections.abc import Sequence

from connectors.kit.contract import Json
from mapping import fields, normalise
from mapping.beamery_payload import CustomValue, Definition
from mapping.contract import CustomField, Unmapped, Unreadable
from mapping.model import Milestone, Value

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

# Projections whose words are ours: a select field has to offer all of them before it can be written.
_OUTCOMES = ("Hired", "Rejected", "Withdrawn")
VOCABULARY = {
    fields.ATS_STATUS: ("Applied", "Prospect", *_OUTCOMES),
    fields.LAST_OUTCOME: _OUTCOMES,
    fields.MILESTONE_REACHED: tuple(step.value.capitalize() for step in Milestone),
}


def configured(given: Sequence[CustomField]) -> dict[str, CustomField]:
    """The default projections with what config says laid over them, by canonical name."""
    return {one.field: one for one in (*DEFAULTS, *given)}


class Book:
    """The tenant's custom fields, and how to read and write the values in them."""

    def __init__(self) -> None:
        self._by_id: dict[str, Definition] = {}
        self._by_name: dict[str, Definition] = {}

    def learn(self, definitions: Sequence[Definition]) -> None:
        """Replace what is known by these definitions."""
        self._by_id = {one.id: one for one in definitions}
        self._by_name = {one.name.strip().casefold(): one for one in definitions if one.name}

    def all(self) -> Sequence[Definition]:
        """Every definition known."""
        return tuple(self._by_id.values())

    def find(self, key: str, id: str = "") -> Definition | None:
        """The definition with this id, or with this display name (or id) in any case."""
        return self._by_id.get(id) or self._by_id.get(key) or self._by_name.get(key.strip().casefold())

    def value_of(self, key: str, held: Sequence[CustomValue], id: str = "") -> CustomValue | None:
        """What a contact holds in this field, whether or not its definition is known."""
        known = self.find(key, id)
        ids = {id, key, known.id if known else ""} - {""}
        name = key.strip().casefold()
        for one in held:
            if one.id in ids or (one.name and one.name.strip().casefold() == name):
                return one
        return None

    def label(self, key: str, one: CustomValue) -> str | None:
        """What a person reads in this field: an option's label, or the text."""
        labels = [text for text in (self._shown(key, one, item) for item in _listed(one.value)) if text]
        return ", ".join(labels) or None

    def _shown(self, key: str, one: CustomValue, item: Json) -> str | None:
        known = self.find(key, one.id or "")
        option = next((o for o in known.options if o.id == item), None) if known else None
        if option and option.label:
            return option.label.strip()
        if isinstance(one.label, str) and not isinstance(one.value, list):
            return one.label.strip()
        return item.strip() if isinstance(item, str) else str(item)

    def read(self, field: CustomField, held: Sequence[CustomValue]) -> tuple[bool, Value]:
        """(can be seen, canonical value) of a configured field for one contact."""
        one = self.value_of(field.key, held, field.id)
        known = self.find(field.key, field.id)
        if one is None or one.value in (None, "", []):
            return one is not None or known is not None or bool(field.id), None
        if field.type == "boolean":
            return True, normalise.truth(one.value if isinstance(one.value, bool) else self.label(field.key, one))
        if field.field in fields.DATES or field.type == "date":
            label = self.label(field.key, one)
            return True, (normalise.date(one.value) if isinstance(one.value, str) else None) or label
        label = self.label(field.key, one)
        words = {word.casefold(): word for word in VOCABULARY.get(field.field, ())}
        return True, words.get(label.casefold(), label) if label else None

    def writable(self, field: CustomField) -> bool:
        """True when the field is there, may be written, and has an option for each of our words it may carry."""
        if field.direction == "read" or not (field.id or self.find(field.key)):
            return False
        return not self.unmapped(field)

    def unmapped(self, field: CustomField) -> list[Unmapped]:
        """Our words that a select field has no option for."""
        known = self.find(field.key, field.id)
        if known is None or not _chooses(known):
            return []
        offered = {option.label.strip().casefold() for option in known.options if option.label}
        words = VOCABULARY.get(field.field, ())
        return [Unmapped(kind="field", label=f"{field.key}: {w}") for w in words if w.casefold() not in offered]

    def write(self, field: CustomField, value: Value) -> tuple[str, Json]:
        """(custom field id, vendor value). Raises `Unreadable` when the field or the option is not there."""
        known = self.find(field.key, field.id)
        native = known.id if known else field.id
        if not native:
            raise Unreadable(f"custom field {field.key!r}: it does not exist in this tenant")
        return native, self.encode(field, known, value)

    def encode(self, field: CustomField, known: Definition | None, value: Value) -> Json:
        """A canonical value in the vendor's shape; clearing is null."""
        if value is None or isinstance(value, bool):
            return value
        if known is not None and _chooses(known):
            chosen = [self.option(known, label, field) for label in _listed(value)]
            return chosen if _multiple(known) else chosen[0]
        text = ", ".join(value) if isinstance(value, tuple) else value
        is_date = "date" in (known.type or "").casefold() if known else field.type == "date"
        return f"{text}T00:00:00.000Z" if is_date and normalise.date(text) == text else text

    def option(self, known: Definition, label: str, field: CustomField) -> str:
        """The id of the option with this label. Case does not matter for our own words, which are read back as
        ours; any other label has to be the option's own, or it would be written again and again."""
        exact = {option.label.strip(): option.id for option in known.options if option.label}
        if label in exact:
            return exact[label]
        if field.field in VOCABULARY:
            folded = {text.casefold(): native for text, native in exact.items()}
            if label.casefold() in folded:
                return folded[label.casefold()]
        raise Unreadable(f"custom field {field.key!r}: it has no option for this label")


def _listed(value: Json) -> list[Json]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _chooses(known: Definition) -> bool:
    return bool(known.options) or "select" in (known.type or "").casefold()


def _multiple(known: Definition) -> bool:
    return "multi" in (known.type or "").casefold()
