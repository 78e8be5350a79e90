"""What every vendor's mapper needs and none should write again: finding the mapper of a kind, reading payloads into
models without repeating what is in them, and putting a vendor's words into ours. Nothing here knows a vendor.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Annotated, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, BeforeValidator, ConfigDict, TypeAdapter, ValidationError

from connectors.kit.contract import Row
from mapping import milestones, normalise, reasons, sources
from mapping.contract import MappingConfig, Unmapped, Unreadable
from mapping.model import Channel, Milestone, ReasonType

T = TypeVar("T")
P = TypeVar("P", bound=BaseModel)


def load(kind: str) -> ModuleType:
    """The module with the mapper of a vendor kind. Raises LookupError in one sentence when there is none."""
    unknown = LookupError(f"there is no mapping for the kind {kind!r}")
    if not kind.isidentifier():
        raise unknown
    try:
        module = importlib.import_module(f"mapping.{kind}")
    except ModuleNotFoundError as error:
        if error.name != f"mapping.{kind}":
            raise
        raise unknown from None
    if not hasattr(module, "Mapper"):
        raise unknown
    return module


# --- payloads -------------------------------------------------------------------------------------------------------


def _id(value: object) -> str:
    """Native ids are numbers at some vendors and text at others; for us they are text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise ValueError("an id must be a whole number or text")


Id = Annotated[str, BeforeValidator(_id)]


class Payload(BaseModel):
    """Base of all models of vendor payloads: unknown keys are ignored, errors never repeat the input, and
    `model_fields_set` tells a key that was missing from one that was null."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)


def reader(object: str, model: type[P]) -> Callable[[Row], P]:
    """A function that reads a row's payload into `model`, raising `Unreadable` with places and rules, no values."""
    adapter = TypeAdapter(model)

    def read(row: Row) -> P:
        try:
            return adapter.validate_json(row.payload)
        except ValidationError as error:
            raise Unreadable(f"{object}: {_summary(error)}") from None

    return read


def _summary(error: ValidationError) -> str:
    """The first three mistakes, as place and rule. Keys of maps are names of fields, never values."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    said = [f"{'.'.join(str(part) for part in one['loc']) or 'payload'} ({one['type']})" for one in found[:3]]
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    return "cannot be read at " + ", ".join(said) + more


def profile_page(template: str, id: str) -> str:
    """The page a recruiter opens for a record; `{id}` in the template is its native id."""
    return template.replace("{id}", quote(id, safe=""))


# --- words ----------------------------------------------------------------------------------------------------------


class Words:
    """A vendor's stages, reasons and sources in our words, with the config laid over the keywords. What nothing
    covers is remembered for `tieline check`."""

    def __init__(self, config: MappingConfig) -> None:
        self._stages = {normalise.fold(label): one for label, one in config.stages.items()}
        self._reasons = {normalise.fold(label): one for label, one in config.reasons.items()}
        self._sources = {normalise.fold(label): one for label, one in config.sources.items()}
        self._unmapped: set[tuple[str, str]] = set()

    def milestone(self, label: str | None, *, report: bool = True) -> Milestone | None:
        """The milestone of a stage's label."""
        return self._known("stage", label, milestones.milestone(label, self._stages), report)

    def reason_type(
        self, label: str | None, key: str | None = None, *, id: str | None = None, report: bool = True
    ) -> ReasonType | None:
        """The type of a reason by its label, the vendor's type key, or an override by native id."""
        return self._known("reason", label, reasons.reason_type(label, key, id=id, overrides=self._reasons), report)

    def channel(self, label: str | None, group: str | None = None, *, report: bool = True) -> Channel | None:
        """The channel of a source's label, or of the vendor's group of sources."""
        return self._known("source", label, sources.channel(label, group, self._sources), report)

    def forget(self, kind: str) -> None:
        """Forget what was met of a kind, because its table is read anew."""
        self._unmapped = {one for one in self._unmapped if one[0] != kind}

    def unmapped(self) -> Sequence[Unmapped]:
        """Every word met that no rule covers, in order."""
        return tuple(Unmapped(kind=kind, label=label) for kind, label in sorted(self._unmapped))

    def _known(self, kind: str, label: str | None, found: T | None, report: bool) -> T | None:
        if found is None and label and report:
            self._unmapped.add((kind, label))
        return found
