"""The profile fields of a contact in their canonical form, and how each goes back in Beamery's spelling."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mapping import fields, normalise
from mapping.beamery_payload import Contact, Work
from mapping.model import Email, Value

COLLECTIONS = {
    fields.EMAILS: "emails",
    fields.PHONES: "phoneNumbers",
    fields.LINKS: "links",
    fields.TAGS: "globalTags",
}


def values(contact: Contact, region: str, tags: Mapping[str, str]) -> dict[str, Value]:
    """Every profile field that can be seen. A key the vendor did not send is absent, not empty."""
    readers: tuple[tuple[tuple[str, ...], str, Callable[[], Value]], ...] = (
        (("first_name",), fields.GIVEN_NAME, lambda: normalise.text(contact.first_name)),
        (("last_name",), fields.FAMILY_NAME, lambda: normalise.text(contact.last_name)),
        (("emails", "primary_email"), fields.EMAILS, lambda: as_set(one.normal for one in emails(contact))),
        (("phones",), fields.PHONES, lambda: as_set(normalise.phone(one.value, region) for one in contact.phones)),
        (("links",), fields.LINKS, lambda: as_set(normalise.link(one.value) for one in contact.links)),
        (("location",), fields.LOCATION, lambda: location(contact)),
        (("tags",), fields.TAGS, lambda: tag_labels(contact, tags)),
        (("experience", "primary_experience"), fields.COMPANY, lambda: company(contact)),
        (("experience", "primary_experience", "headline"), fields.TITLE, lambda: title(contact)),
    )
    return {name: reader() for keys, name, reader in readers if any(contact.has(key) for key in keys)}


def as_set(items: Iterable[str | None]) -> Value:
    """A set in canonical form: sorted, without repeats; empty is None."""
    return tuple(sorted({item for item in items if item})) or None


def as_tuple(value: Value) -> tuple[str, ...]:
    """The members of a canonical set."""
    if isinstance(value, tuple):
        return value
    return (value,) if isinstance(value, str) else ()


def as_text(value: Value) -> str | None:
    """A canonical scalar as text."""
    return value if isinstance(value, str) else None


def emails(contact: Contact) -> tuple[Email, ...]:
    """The addresses, the primary one first; it may be told on its own only."""
    found: dict[str, Email] = {}
    primary = normalise.email(contact.primary_email)
    if primary and contact.primary_email:
        found[primary] = Email(value=contact.primary_email, normal=primary, type="primary")
    for one in contact.emails:
        normal = normalise.email(one.value)
        if normal and one.value:
            kind = "primary" if normal == primary else one.type or ""
            found[normal] = Email(value=one.value, normal=normal, type=kind)
    return tuple(found.values())


def location(contact: Contact) -> str | None:
    """The address, else city and country."""
    place = contact.location
    if place is None:
        return None
    parts = (normalise.text(place.city), normalise.text(place.country))
    return normalise.text(place.address) or ", ".join(part for part in parts if part) or None


def tag_labels(contact: Contact, known: Mapping[str, str]) -> Value:
    """Labels as written; a tag told by id only is looked up."""
    return as_set(normalise.text(one.value or known.get(one.id or "")) for one in contact.tags)


def employment(contact: Contact) -> Work | None:
    """The current employment: the one said to be, else the first without an end, else what Beamery calls primary."""
    said = next((one for one in contact.experience if one.current), None)
    if said is not None:
        return said
    unsaid = next((one for one in contact.experience if one.current is None and not one.end), None)
    return unsaid or contact.primary_experience


def company(contact: Contact) -> str | None:
    """The current employer."""
    work = employment(contact)
    return normalise.text(work.organisation) if work else None


def title(contact: Contact) -> str | None:
    """The current role, else the headline."""
    work = employment(contact)
    return (normalise.text(work.role) if work else None) or normalise.text(contact.headline)


def spell(collection: str, item: str) -> str:
    """A canonical item as Beamery takes it: links with their scheme."""
    if collection != "links":
        return item
    return f"https://www.{item}" if item.startswith("linkedin.com/") else f"https://{item}"


def place(value: Value) -> dict[str, Any] | None:
    """A location to write. `City, Country` names the city too; a longer or numbered address does not say which
    of its parts that is."""
    text = as_text(value)
    if text is None:
        return None
    parts = [part.strip() for part in text.split(",")]
    simple = len(parts) <= 2 and not any(ch.isdigit() for ch in text)
    return {"address": text, "city": parts[0]} if simple else {"address": text}
