"""What Greenhouse says about one candidate's profile.

Traps that shape this page: a key that is missing was hidden by a permission and is not empty; `private` is what rows
say and `is_private` what writes take; a row without the usual keys stands for a person we may not see; "Anonymized"
with the candidate's id as family name is what remains of an erased one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from connectors.kit.contract import Json, Ref
from mapping import fields, normalise
from mapping.custom import CustomFields
from mapping.greenhouse_rows import CandidateRow, Typed
from mapping.model import Candidate, Email, Phone, Value

# Greenhouse requires both names; this stands for one that is not known, and is read back as none.
NAMELESS = "-"


@dataclass(slots=True)
class Contacts:
    """Ways to reach a person, each once, by its canonical form; and why others were left out."""

    emails: dict[str, Email] = field(default_factory=dict)
    phones: dict[str, Phone] = field(default_factory=dict)
    links: dict[str, None] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)


def candidate(system: str, one: CandidateRow, pools: Sequence[str], custom: CustomFields, region: str) -> Candidate:
    """The canonical candidate of a row; what the row does not show is absent from `values`."""
    raw = custom_map(one)
    contacts = _contacts(one, region)
    given, family = _name(one.first_name), _name(one.last_name)
    anonymised = one.first_name == "Anonymized" and one.last_name == one.id
    values = _values(one, contacts, anonymised=anonymised) | custom.read(raw)
    tags = values.get(fields.TAGS)
    return Candidate(
        ref=Ref(system, "candidate", one.id),
        given_name=None if anonymised else given,
        family_name=None if anonymised else family,
        full_name=None if anonymised else normalise.names(given, family).full,
        emails=tuple(contacts.emails.values()),
        phones=tuple(contacts.phones.values()),
        linkedin=next((handle for link in contacts.links if (handle := normalise.linkedin(link))), None),
        links=tuple(contacts.links),
        company=normalise.text(one.company),
        title=normalise.text(one.title),
        location=_location(one.addresses or ()),
        tags=tags if isinstance(tags, tuple) else (),
        pools=tuple(pools),
        private=bool(one.private) or _is_stub(one),
        do_not_contact=None if one.can_email is None else not one.can_email,
        anonymised=anonymised,
        crossrefs=custom.crossrefs(raw),
        created=normalise.moment(one.created_at),
        updated=normalise.moment(one.updated_at),
        unread=tuple(contacts.unread),
        values=values,
    )


def custom_map(one: CandidateRow) -> dict[str, Json] | None:
    """The custom fields by name_key, or None when the row does not show them."""
    if one.custom_fields is None:
        return None
    return {key: entry.value if entry else None for key, entry in one.custom_fields.items()}


def _is_stub(one: CandidateRow) -> bool:
    """True for a row without names and addresses: what is shown of a person whom we may not see is private."""
    return not {"first_name", "last_name", "email_addresses"} & one.model_fields_set


def _name(value: str | None) -> str | None:
    name = normalise.text(value)
    return None if name == NAMELESS else name


def _values(one: CandidateRow, contacts: Contacts, *, anonymised: bool) -> dict[str, Value]:
    """The shared profile fields that the row shows."""
    seen = one.model_fields_set
    values: dict[str, Value] = {}
    if not anonymised:
        if "first_name" in seen:
            values[fields.GIVEN_NAME] = _name(one.first_name)
        if "last_name" in seen:
            values[fields.FAMILY_NAME] = _name(one.last_name)
    if "email_addresses" in seen:
        values[fields.EMAILS] = _set(contacts.emails)
    if "phone_numbers" in seen:
        values[fields.PHONES] = _set(contacts.phones)
    if {"website_addresses", "social_media_addresses"} <= seen:
        values[fields.LINKS] = _set(contacts.links)
    if "company" in seen:
        values[fields.COMPANY] = normalise.text(one.company)
    if "title" in seen:
        values[fields.TITLE] = normalise.text(one.title)
    if "addresses" in seen:
        values[fields.LOCATION] = _location(one.addresses or ())
    if "tags" in seen:
        values[fields.TAGS] = _set(normalise.text(tag) for tag in one.tags or ())
    if one.can_email is not None:
        values[fields.DO_NOT_CONTACT] = not one.can_email
    return values


def _set(items: Iterable[str | None]) -> tuple[str, ...] | None:
    return tuple(sorted({item for item in items if item})) or None


def _contacts(one: CandidateRow, region: str) -> Contacts:
    """E-mails, phones and links in the row's order, and why some were left out."""
    found = Contacts()
    for email in _given(one.email_addresses):
        if normal := normalise.email(email.value):
            found.emails.setdefault(normal, Email(value=_text(email), normal=normal, type=email.type or ""))
        else:
            found.unread.append(normalise.unreadable_email(email.value))
    for phone in _given(one.phone_numbers):
        if number := normalise.phone(phone.value, region):
            e164 = number if number.startswith("+") else None
            found.phones.setdefault(number, Phone(value=_text(phone), e164=e164, type=phone.type or ""))
        else:
            found.unread.append("a phone number has no digits")
    for address in (*_given(one.social_media_addresses), *_given(one.website_addresses)):
        if link := normalise.link(address.value):
            found.links.setdefault(link)
        else:
            found.unread.append("a link is not a web address")
    return found


def _given(items: Sequence[Typed] | None) -> Iterable[Typed]:
    return (item for item in items or () if normalise.text(item.value))


def _text(item: Typed) -> str:
    return normalise.text(item.value) or ""


def _location(addresses: Sequence[Typed]) -> str | None:
    """The newest home address, else the newest of all. We write as home and a new one is appended, so that what
    was written is what is read back."""
    given = [address for address in addresses if normalise.text(address.value)]
    homes = [address for address in given if address.type == "home"]
    return normalise.text((homes or given)[-1].value) if given else None
