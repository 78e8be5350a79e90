"""What is kept of Beamery's objects, and how its lists are wrapped.

Deny by default: free text (summary, notes), people's details of users, what changes by itself (lastActivity, counts)
and every custom field that nobody asked for are cut away before anything is stored. Arrays whose order means nothing
are sorted, so that a vendor's change of mood is not taken for a change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET

from connectors.kit.contract import Json, Row, Unreadable
from connectors.kit.fingerprint import Cutter, Shape

_CREATED, _UPDATED = ("createdTime", "createdAt"), ("updatedTime", "updatedAt")  # both spellings are in use
_ITEMS: Mapping[str, tuple[str, ...]] = {
    "emails": ("value", "type", "source"),
    "phoneNumbers": ("value", "type"),
    "links": ("value",),
    "experience": ("organisationName", "role", "startDate", "endDate", "current"),
    "globalTags": ("id", "value"),
    "lists": ("id", "name"),
    "vacancies": (
        "id", "vacancyId", "value", "title", "name", "stage", "rejectionReason",
        "addedAt", "createdAt", "createdTime", "updatedAt", "updatedTime",
    ),
    "consents": ("statementId", "id", "state", "purpose", "givenAt", "expiresAt"),
}  # fmt: skip
_UNORDERED = ("globalTags", "lists", "customFields")
_OBJECTS: Mapping[str, tuple[str, ...]] = {
    "location": ("address", "city", "country"),
    "primaryExperience": ("organisationName", "role"),
    "status": ("value",),
}
_CONTACT = (
    "id", "firstName", "lastName", "fullName", "primaryEmail", "headline", "integrations", "archived", "customFields",
    "doNotContact", "do_not_contact", "dnc", "anonymised", "anonymized", "isAnonymised", "isAnonymized", "mergedInto",
    "lastContact", "lastHeardFrom", *_ITEMS, *_OBJECTS,
)  # fmt: skip


class Allowed:
    """Which custom fields may be kept: by id or display name, or by a part of it written `~part`."""

    def __init__(self, wanted: Iterable[str]) -> None:
        folded = [one.strip().casefold() for one in wanted]
        self._exact = {one for one in folded if one and not one.startswith("~")}
        self._parts = tuple(one[1:] for one in folded if len(one) > 1 and one.startswith("~"))

    def __call__(self, native: Json, name: Json) -> bool:
        """True for a field that was asked for."""
        label = name.strip().casefold() if isinstance(name, str) else ""
        if label in self._exact or (isinstance(native, str) and native.casefold() in self._exact):
            return True
        return any(part in label for part in self._parts)


Notice = Callable[[Mapping[str, Json]], None]


def contact_shape(allowed: Allowed, notice: Notice, notice_tag: Callable[[Json], None]) -> Shape:
    """A contact; `notice` is told of every custom field it carries, before the unwanted ones are cut away, and
    `notice_tag` of every tag."""

    def cut(record: Any) -> None:
        for name, keys in _ITEMS.items():
            _trim(record, name, keys)
        for name, keys in _OBJECTS.items():
            value = getattr(record, name)
            if isinstance(value, dict):
                setattr(record, name, _only(value, keys))
        held = record.customFields
        if isinstance(held, list):
            record.customFields = [_only(one, ("id", "displayName", "value", "displayValue")) for one in held
                                   if isinstance(one, dict) and _seen(one, allowed, notice)]  # fmt: skip
        _foreign_ids(record)
        for tag in record.globalTags if isinstance(record.globalTags, list) else ():
            notice_tag(tag)
        for name in _UNORDERED:
            value = getattr(record, name)
            if isinstance(value, list):
                setattr(record, name, sorted(value, key=msgspec.json.encode))

    return Shape("candidate", _CONTACT, cut=cut, created=_CREATED, updated=_UPDATED)


def _seen(one: Mapping[str, Json], allowed: Allowed, notice: Notice) -> bool:
    kept = allowed(one.get("id"), one.get("displayName"))
    notice(one if kept else {})  # of a field that is not ours, nothing is learned but that there is one
    return kept


def definition_shape(allowed: Allowed) -> Shape:
    """A custom field's definition; choices only of those that are kept."""

    def cut(record: Any) -> None:
        if not allowed(record.id, record.displayName if record.displayName is not UNSET else record.name):
            record.options = UNSET
        _trim(record, "options", ("id", "value", "label", "name", "displayName"))

    return Shape(
        "custom_field",
        ("id", "displayName", "name", "type", "entity", "options"),
        cut=cut,
        created=_CREATED,
        updated=_UPDATED,
    )


def _vacancy(record: Any) -> None:
    stages = record.stages
    if isinstance(stages, dict):
        entities = stages.get("entities")
        held = entities.get("stages") if isinstance(entities, dict) else None
        stages = list(held.values()) if isinstance(held, dict) else []
    if isinstance(stages, list):
        record.stages = stages
        _trim(record, "stages", ("id", "name", "value", "type", "order"))
    _foreign_ids(record)


def _foreign_ids(record: Any) -> None:
    """Of the other systems' data, the ids."""
    if isinstance(record.integrations, dict):
        held = record.integrations.items()
        record.integrations = {name: _only(one, ("id",)) if isinstance(one, dict) else one for name, one in held}


SHAPES: Mapping[str, Shape] = {
    "job": Shape(
        "job",
        (
            "id", "title", "status", "published", "displayKey", "display_key", "requisitionId", "requisition", "stages",
            "integrations",
        ),
        cut=_vacancy,
        created=_CREATED, updated=_UPDATED,
    ),
    "pool": Shape("pool", ("id", "name", "type"), created=_CREATED, updated=_UPDATED),
    "tag": Shape("tag", ("id", "value", "name"), created=_CREATED, updated=_UPDATED),
    "user": Shape("user", ("id",), created=_CREATED, updated=_UPDATED),
    "activity": Shape(
        "activity",
        ("id", "contactId", "type", "channel", "campaignId", "campaignName", "occurredAt"),
        "contactId",
        created=("occurredAt", "createdAt", "createdTime"),
        updated=("updatedAt", "updatedTime", "occurredAt"),
    ),
}  # fmt: skip


def _trim(record: Any, name: str, keys: Sequence[str]) -> None:
    """Cut every object of a collection; the oldest form `{keys, values}` becomes a list, plain strings stay."""
    value = getattr(record, name)
    if isinstance(value, dict) and isinstance(value.get("values"), dict):
        held = value["values"]
        order = value.get("keys")
        value = [held[key] for key in (order if isinstance(order, list) else held) if key in held]
    if isinstance(value, list):
        setattr(record, name, [_only(one, keys) if isinstance(one, dict) else one for one in value])


def _only(value: Mapping[str, Json], keys: Sequence[str]) -> dict[str, Json]:
    return {key: value[key] for key in keys if key in value}


class Batch(NamedTuple):
    """One page of a list: its rows, how many the list holds in all, whether it goes on, where the vendor says, and
    whether its pages are numbered, as they were in the oldest form."""

    rows: Sequence[Row]
    unreadable: Sequence[Unreadable] = ()
    total: int | None = None
    more: bool | None = None
    numbered: bool = False

    @property
    def size(self) -> int:
        """Rows received: what the next offset is counted from."""
        return len(self.rows) + len(self.unreadable)


class _Paging(msgspec.Struct):
    total: int | None = None
    hasMore: bool | None = None  # noqa: N815 - the vendor's word


_NAMES = (
    "contacts", "vacancies", "pools", "customFields", "custom_fields", "globalTags", "global_tags", "tags", "users",
    "activities", "data",
)  # fmt: skip
_Envelope = msgspec.defstruct(
    "_Envelope",
    [
        *((name, msgspec.Raw | msgspec.UnsetType, UNSET) for name in _NAMES),
        ("total_count", int | None, None),
        ("totalCount", int | None, None),
        ("pagination", _Paging | None, None),
        ("success", bool | None, None),
    ],
)


def batch(body: bytes, cutter: Cutter) -> Batch:
    """Read one page in any of the three envelopes, or as a bare array. Raises ValueError when it is none of them."""
    if body.lstrip()[:1] == b"[":
        return Batch(*cutter.page(body))
    envelope: Any = msgspec.json.decode(body, type=_Envelope)
    found = [value for name in _NAMES if (value := getattr(envelope, name)) is not UNSET]
    if envelope.success is False or len(found) != 1:
        raise ValueError("the answer is not a list")
    paging = envelope.pagination or _Paging()
    totals = (envelope.total_count, envelope.totalCount, paging.total)
    total = next((one for one in totals if one is not None), None)
    return Batch(*cutter.page(bytes(found[0])), total, paging.hasMore, envelope.totalCount is not None)
