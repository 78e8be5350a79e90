"""Reads what a write carries: each key checked and put into a contact the way its switch says.

A key that is absent is kept; what is refused is refused whole, before anything has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from connectors.sandbox.beamery.account import Account, Contact, Definition, plain_link
from connectors.sandbox.beamery.errors import RefusedError
from connectors.sandbox.beamery.filling import link_row
from connectors.sandbox.clock import seconds_of, stamp
from connectors.sandbox.switches import Switches

Json = Any
_STRINGS = {
    "firstName": "first", "lastName": "last", "middleNames": "middle", "headline": "headline", "summary": "summary",
}  # fmt: skip
_READ_ONLY = frozenset(
    {"lists", "vacancies", "integrations", "createdTime", "updatedTime", "createdAt", "updatedAt", "lastContact",
     "lastHeardFrom", "lastActivity", "companyId", "fullName", "archived", "anonymised"}
)  # fmt: skip


class Writer:
    """Puts bodies into contacts. `fresh`: the contact is new or is being written whole (PUT), so that arrays are
    taken as they come, whatever a PATCH would do with them."""

    def __init__(self, account: Account, switches: Switches) -> None:
        self._account = account
        self._switches = switches

    def check(self, body: Json) -> dict[str, Json]:
        """The body, if it can be written at all. Raises `RefusedError`."""
        if not isinstance(body, dict):
            raise RefusedError(400, "the body must be an object")
        if "primaryExperience" in body:
            raise RefusedError(400, "primaryExperience is read-only")
        read_only = _READ_ONLY - {"lists"} if self._takes_lists() else _READ_ONLY
        if self._switches["read_only_keys"] == "refused" and (wrong := read_only & body.keys()):
            raise RefusedError(400, f"{min(wrong)} is read-only")
        for key in _STRINGS.keys() | {"primaryEmail"}:
            if key in body and not isinstance(body[key], str | None):
                raise RefusedError(400, f"{key} must be a string")
        for key in ("emails", "phoneNumbers", "links"):
            strings(body, key)
        for key in ("experience", "education"):
            _objects(body, key)
        for user in ("assignedTo", "sourcedBy"):
            if body.get(user) is not None and body[user] not in self._account.users:
                raise RefusedError(400, f"{user} is not a user")
        self._checked_tags(body)
        self._checked_custom(body)
        self._checked_lists(body)
        _location(body)
        return body

    def write(self, contact: Contact, body: Mapping[str, Json], now: float, *, fresh: bool) -> None:
        """Put a checked body into a contact that is open for change."""
        for key, name in _STRINGS.items():
            if key in body:
                setattr(contact, name, body[key] or None)
        self._mails(contact, body, now, replace=fresh or self._switches["emails_patch"] == "replace")
        self._list(contact, "phones", body.get("phoneNumbers"), self._phone, _digits,
                   replace=fresh or self._switches["phones_patch"] == "replace")  # fmt: skip
        self._list(contact, "links", body.get("links"), self._link, plain_link,
                   replace=fresh or self._switches["links_patch"] == "replace")  # fmt: skip
        self._tags(contact, body, replace=fresh or self._switches["tags_patch"] == "replace")
        self._custom(contact, body, replace=fresh or self._switches["customfields_patch"] == "replace")
        self._rest(contact, body)

    def _rest(self, contact: Contact, body: Mapping[str, Json]) -> None:
        account = self._account
        if "location" in body:
            place = body["location"]
            contact.location = {"id": account.item_id("loc"), "address": None, "city": None, **place} if place else None
        for key, prefix in (("experience", "ex"), ("education", "ed")):
            if key in body:
                setattr(contact, key, [{"id": account.item_id(prefix), **item} for item in body[key] or ()])
        if "lists" in body and self._takes_lists():
            contact.pools = self._checked_lists(body)
        if "skills" in body:
            contact.skills = [str(skill) for skill in body["skills"] or ()]
        if "doNotContact" in body and self._switches["do_not_contact"] == "writable":
            contact.do_not_contact = bool(body["doNotContact"])
        contact.assigned = body.get("assignedTo", contact.assigned)
        contact.sourced_by = body.get("sourcedBy", contact.sourced_by)

    # ------------------------------------------------------------------ collections

    def _mails(self, contact: Contact, body: Mapping[str, Json], now: float, *, replace: bool) -> None:
        before = contact.addresses()
        if body.get("emails") is not None or (replace and "emails" in body):
            self._list(contact, "emails", body["emails"] or [], self._mail, str.lower, replace=replace)
        primary = body.get("primaryEmail")
        if primary:
            contact.primary = primary
            if primary.lower() not in [str(mail["value"]).lower() for mail in contact.emails]:
                contact.emails.insert(0, self._mail(primary))
        held = {str(mail["value"]).lower() for mail in contact.emails}
        if (contact.primary or "").lower() not in held:
            contact.primary = contact.emails[0]["value"] if contact.emails else None
        if contact.addresses() != before:
            contact.mails_since = now

    def _list(
        self, contact: Contact, name: str, values: Sequence[str] | None, make: Callable[[str], dict[str, Json]],
        same: Callable[[str], str], *, replace: bool,
    ) -> None:  # fmt: skip
        """Replace a collection or add to it; what stays keeps its id and type."""
        if values is None:
            return
        held = {same(item["value"]): item for item in getattr(contact, name)}
        wanted = {same(value): value for value in values}
        kept = [] if replace else [item for key, item in held.items() if key not in wanted]
        setattr(contact, name, kept + [held.get(key) or make(value) for key, value in wanted.items()])

    def _mail(self, value: str) -> dict[str, Json]:
        return {"id": self._account.item_id("em"), "value": value, "type": "home", "source": "api"}

    def _phone(self, value: str) -> dict[str, Json]:
        return {"id": self._account.item_id("ph"), "value": value, "type": "mobile"}

    def _link(self, value: str) -> dict[str, Json]:
        return link_row(self._account.item_id("li"), value)

    # ------------------------------------------------------------------ tags

    def _checked_tags(self, body: Mapping[str, Json]) -> list[str]:
        """Tags by id, or by label where no id is given; the dictionary belongs to the tenant."""
        found = []
        for item in _objects(body, "globalTags"):
            id = item.get("id") or self._account.tag_named(str(item.get("value", "")))
            if id not in self._account.tags:
                raise RefusedError(400, "globalTags: there is no such tag")
            found.append(str(id))
        return found

    def _tags(self, contact: Contact, body: Mapping[str, Json], *, replace: bool) -> None:
        if "globalTags" not in body:
            return
        wanted = self._checked_tags(body)
        contact.tags = list(dict.fromkeys(wanted if replace else [*contact.tags, *wanted]))

    # ------------------------------------------------------------------ pools

    def _takes_lists(self) -> bool:
        return self._switches["pool_removal"] in ("patch_lists", "all")

    def _checked_lists(self, body: Mapping[str, Json]) -> list[str]:
        """Pools by id, where a contact's lists can be written at all."""
        if not self._takes_lists():
            return []
        ids = [str(item.get("id")) for item in _objects(body, "lists")]
        if any(id not in self._account.pools for id in ids):
            raise RefusedError(400, "lists: there is no such pool")
        return list(dict.fromkeys(ids))

    # ------------------------------------------------------------------ custom fields

    def _checked_custom(self, body: Mapping[str, Json]) -> dict[str, Json]:
        found = {}
        for item in _objects(body, "customFields"):
            field = self._account.fields.get(str(item.get("id")))
            if field is None:
                raise RefusedError(400, "customFields: there is no such field")
            found[field.id] = stored(field, item.get("value"))
        return found

    def _custom(self, contact: Contact, body: Mapping[str, Json], *, replace: bool) -> None:
        """An empty array blanks everything, on every setting: public clients say so."""
        if "customFields" not in body:
            return
        wanted = self._checked_custom(body)
        held = {} if replace or not wanted else dict(contact.custom)
        held.update(wanted)
        contact.custom = {id: value for id, value in held.items() if value is not None}


def stored(field: Definition, value: Json) -> Json:
    """A value as the field keeps it, None for empty. Raises `RefusedError`: a select takes option ids, never labels."""
    if value in (None, "", []):
        return None
    if field.type == "multi-select":
        if not isinstance(value, list) or any(one not in field.options for one in value):
            raise RefusedError(400, f"customFields: {field.name} takes the ids of its options")
        return value
    if not isinstance(value, str):
        raise RefusedError(400, f"customFields: {field.name} takes a string")
    if field.type == "single-select" and value not in field.options:
        raise RefusedError(400, f"customFields: {field.name} takes the id of one of its options")
    return _date(field, value) if field.type == "date" else value


def _date(field: Definition, value: str) -> str:
    """Kept as a date-time, whichever way it came."""
    try:
        return stamp(seconds_of(value if "T" in value else value + "T00:00:00Z"))
    except ValueError:
        raise RefusedError(400, f"customFields: {field.name} takes an ISO 8601 date") from None


def strings(body: Mapping[str, Json], key: str) -> list[str]:
    """A list of strings; absent or null is none. Raises `RefusedError`."""
    value = body.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise RefusedError(400, f"{key} must be an array of strings")
    return value


def _objects(body: Mapping[str, Json], key: str) -> list[dict[str, Json]]:
    value = body.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise RefusedError(400, f"{key} must be an array of objects")
    return value


def _location(body: Mapping[str, Json]) -> None:
    if body.get("location") is not None and not isinstance(body["location"], dict):
        raise RefusedError(400, "location must be an object")


def _digits(phone: str) -> str:
    return "".join(letter for letter in phone if letter.isdigit()) or phone
