"""The bodies of Beamery's writes: what a contact holds now, merged with what should change. Pure.

What a PATCH does to an array is documented for none of them, so each is sent in the way that is right whichever it
is: custom fields, e-mails, links, tags and experience whole, read just before and merged here; phone numbers only as
far as they are new, because a PATCH adds them. An empty array of custom fields would blank them all: never sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from connectors.kit import merging
from connectors.kit.contract import Json

Tags = Callable[[str], Json]  # a label -> {id, value}, or {value} where the dictionary cannot be had
Contact = Mapping[str, Json]

_NOT_WORD = re.compile(r"[\W_]+")
_BANS = ("doNotContact", "do_not_contact", "dnc")  # the first is what is written where none is shown
_EMPTY: tuple[Json, ...] = (None, "", [])
_SAME: Mapping[str, merging.Same] = {
    "emails": merging.same_text,
    "links": merging.same_link,
    "phoneNumbers": merging.same_phone,
    "globalTags": merging.same_text,
}


def created(body: Mapping[str, Any], now: str, tag: Tags) -> dict[str, Json]:
    """The body of a new contact. `now` is the vendor's time, for statements that carry a date."""
    content = {key: value for key, value in body["set"].items() if value is not None}
    if "globalTags" in content:
        content["globalTags"] = [tag(label) for label in content["globalTags"]]
    custom = {native: value for native, value in body.get("custom", {}).items() if value is not None}
    custom.update({date: now for date, field in body.get("stamp", {}).items() if field in custom})
    if custom:
        content["customFields"] = [{"id": native, "value": value} for native, value in custom.items()]
    return content


class Hidden(Exception):  # noqa: N818 - what it says of the custom fields is its name
    """Custom fields are to be written and cannot be seen: the whole array cannot be told without losing them."""


def patched(raw: Contact, body: Mapping[str, Any], now: str, tag: Tags, *, shown: bool) -> dict[str, Json]:
    """What a PATCH has to carry so that the contact becomes as wanted; empty when it is already. `shown`: this
    tenant shows custom fields at all, so that a contact without any has none. Raises `Hidden`."""
    if body.get("custom") and "customFields" not in raw and not shown:
        raise Hidden
    content: dict[str, Json] = {}
    for key, value in body.get("set", {}).items():
        if key == "location":
            content.update(_location(raw.get("location"), value))
        elif key == "experience":
            content.update(_experience(raw, value))
        elif key == "doNotContact":
            name = next((one for one in _BANS if one in raw), key)
            if bool(raw.get(name)) is not value:
                content[name] = value
        elif raw.get(key) != value:
            content[key] = value
    for name in _SAME:
        content.update(_collection(raw, name, body, tag))
    content.update(_custom_fields(raw.get("customFields"), body, now))
    return content


def listed(value: Json) -> list[Json]:
    """A collection as a list, whichever way it was told."""
    if isinstance(value, dict) and isinstance(value.get("values"), dict):
        held = value["values"]
        order = value.get("keys")
        return [held[key] for key in (order if isinstance(order, list) else held) if key in held]
    return list(value) if isinstance(value, list) else []


def texts(value: Json) -> list[str]:
    """What the items of a collection say."""
    return [text for item in listed(value) if (text := merging.text_of(item))]


def phones(raw: Contact, body: Mapping[str, Any]) -> list[str]:
    """Every number the contact should have: those it has, then the new ones."""
    add = body.get("add", {}).get("phoneNumbers", ())
    return [merging.text_of(one) for one in merging.merged(texts(raw.get("phoneNumbers")), add, (), merging.same_phone)]


def lost_phones(before: Contact, after: Contact) -> bool:
    """Whether a number that was there before a write is gone after it: the vendor replaced instead of adding."""
    left = texts(after.get("phoneNumbers"))
    return any(not any(merging.same_phone(one, other) for other in left) for one in texts(before.get("phoneNumbers")))


def _collection(raw: Contact, name: str, body: Mapping[str, Any], tag: Tags) -> dict[str, Json]:
    add, remove = body.get("add", {}).get(name, ()), body.get("remove", {}).get(name, ())
    if not add and not remove:
        return {}
    same = _SAME[name]
    now = texts(raw.get(name))
    new = [one for one in add if not any(same(one, other) for other in now)]
    if name == "phoneNumbers":
        return {name: new} if new else {}
    if name == "globalTags":
        wanted: list[Json] = merging.merged(listed(raw.get(name)), [tag(label) for label in new], remove, same)
        changed = bool(new) or len(wanted) != len(listed(raw.get(name)))
    else:
        wanted = merging.merged(now, new, remove, same)
        changed = wanted != now
    if not changed:
        return {}
    content = {name: wanted}
    primary = raw.get("primaryEmail")
    if name == "emails" and isinstance(primary, str) and wanted and not any(same(primary, one) for one in wanted):
        content["primaryEmail"] = wanted[0]
    return content


def _location(now: Json, wanted: Json) -> dict[str, Json]:
    """A write replaces the whole location: a longer address is never given up for a part of itself, nor any for
    nothing, and city and country stay as far as the new address names them."""
    held = {"address": now} if isinstance(now, str) else now if isinstance(now, dict) else {}
    address = wanted.get("address") if isinstance(wanted, dict) else None
    if not isinstance(address, str) or not address:
        return {}
    told = held.get("address") or ", ".join(str(held[key]) for key in ("city", "country") if held.get(key))
    if _words(address) in _words(str(told)):
        return {}
    kept = {
        key: held[key]
        for key in ("city", "country")
        if isinstance(held.get(key), str) and held[key].casefold() in address.casefold()
    }
    return {"location": {**wanted, **kept}}


def _words(text: str) -> str:
    """Text as words between spaces, so that a part is only found where whole words are the same."""
    return f" {' '.join(_NOT_WORD.sub(' ', text.casefold()).split())} "


def _experience(raw: Contact, wanted: Mapping[str, Json]) -> dict[str, Json]:
    """The whole employment history with its current entry changed; `primaryExperience` cannot be written."""
    held = [dict(one) for one in listed(raw.get("experience")) if isinstance(one, dict)]
    at = next((n for n, one in enumerate(held) if one.get("current") is True), None)
    if at is None:
        open_ended = (n for n, one in enumerate(held) if one.get("current") is None and not one.get("endDate"))
        at = next(open_ended, None)
    if at is None:
        primary = raw.get("primaryExperience")
        first = {key: primary.get(key) for key in ("organisationName", "role")} if isinstance(primary, dict) else {}
        held.insert(0, {**first, "current": True})
        at = 0
    entry = held[at]
    if all(entry.get(key) == value for key, value in wanted.items()):
        return {}
    entry.update(wanted)
    if not entry.get("organisationName") and not entry.get("role"):
        entry["current"] = False
    return {"experience": held}


def _custom_fields(now: Json, body: Mapping[str, Any], when: str) -> dict[str, Json]:
    """The whole array, ours laid over what is there; nothing when nothing would change."""
    held = [one for one in listed(now) if isinstance(one, dict)]
    values = {one["id"]: one.get("value") for one in held if one.get("id")}
    wanted = dict(body.get("custom", {}))
    for date, field in body.get("stamp", {}).items():
        if field in wanted and wanted[field] != values.get(field):
            wanted[date] = when
    if all(_same_value(values.get(native), value) for native, value in wanted.items()):
        return {}
    merged: list[Json] = [_entry(one, wanted) for one in held]
    merged += [{"id": native, "value": value} for native, value in wanted.items() if native not in values]
    return {"customFields": merged}


def _entry(one: Mapping[str, Json], wanted: Mapping[str, Json]) -> dict[str, Json]:
    """One entry as it is sent back. One that is told without its id (the oldest form) goes back by its name."""
    native = one.get("id")
    if not native:
        return {"displayName": one.get("displayName"), "value": one.get("value")}
    return {"id": native, "value": wanted.get(native, one.get("value"))}


def _same_value(one: Json, other: Json) -> bool:
    return one == other or (one in _EMPTY and other in _EMPTY)


def pools(raw: Contact, but: str) -> Sequence[dict[str, Json]]:
    """The pools of a contact without one, by id."""
    ids = (one.get("id") if isinstance(one, dict) else one for one in listed(raw.get("lists")))
    return [{"id": one} for one in ids if isinstance(one, str) and one != but]


def in_pool(raw: Contact, pool: str) -> bool:
    """Whether a contact is in a pool."""
    return any((one.get("id") if isinstance(one, dict) else one) == pool for one in listed(raw.get("lists")))
