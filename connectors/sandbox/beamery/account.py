"""What one Beamery account holds, indexed so that no request has to sort or search.

`Contact` keeps a contact as people think of it; how it is spelled over the API is `render.py`'s business. Contacts
stay in order of creation and in order of change at all times; e-mail addresses and social links are indexed.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from typing import Any

from connectors.sandbox.invented.ids import native_id

Json = Any
COMPANY_ID = "5c0f1a2b3c4d5e6f70819203"
USER_ROLES = ["Sourcing Admin"]


@dataclass(slots=True)
class Contact:
    """One contact. `emails`, `phones`, `links`: objects with id, value, type; `vacancies`: (vacancy id, stage id);
    `custom`: field id -> value as stored (an option's id, ISO time, text); `mails_since`: when the addresses last
    changed, for search that lags. Times are seconds since 1970."""

    n: int
    id: str
    created: float
    updated: float
    first: str | None = None
    last: str | None = None
    middle: str | None = None
    primary: str | None = None
    emails: list[dict[str, Json]] = field(default_factory=list)
    phones: list[dict[str, Json]] = field(default_factory=list)
    links: list[dict[str, Json]] = field(default_factory=list)
    headline: str | None = None
    summary: str | None = None
    location: dict[str, Json] | None = None
    experience: list[dict[str, Json]] = field(default_factory=list)
    education: list[dict[str, Json]] = field(default_factory=list)
    skills: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    pools: list[str] = field(default_factory=list)
    vacancies: list[tuple[str, str]] = field(default_factory=list)
    status: str = "Lead"
    assigned: str | None = None
    sourced_by: str | None = None
    custom: dict[str, Json] = field(default_factory=dict)
    ats_id: str = ""
    last_contact: float | None = None
    last_heard: float | None = None
    archived: bool = False
    do_not_contact: bool = False
    anonymised: bool = False
    mails_since: float = 0.0
    encoded: bytes | None = None

    def social(self) -> list[str]:
        """Links as dedupe compares them."""
        return [plain_link(link["value"]) for link in self.links]

    def addresses(self) -> list[str]:
        """Every address, in lower case."""
        found = {str(mail["value"]).lower() for mail in self.emails}
        if self.primary:
            found.add(self.primary.lower())
        return sorted(found)


@dataclass(slots=True)
class Definition:
    """A custom field. `options`: option id -> label."""

    id: str
    name: str
    type: str
    options: dict[str, str]
    folder: str
    created: float


@dataclass(slots=True)
class Fingerprint:
    """What is kept of an anonymised person, so that nobody brings them back."""

    emails: frozenset[str]
    links: frozenset[str]


def plain_link(value: str) -> str:
    """A link without scheme, www, query and trailing slash, in lower case."""
    text = value.strip().lower().partition("?")[0]
    for head in ("https://", "http://", "www."):
        text = text.removeprefix(head)
    return text.rstrip("/")


class Account:
    """All objects of a tenant. `version` moves with every change to a contact."""

    def __init__(self) -> None:
        self.contacts: dict[str, Contact] = {}
        self.by_creation: list[tuple[float, int, str]] = []
        self.by_change: list[tuple[float, int, str]] = []
        self.by_email: dict[str, set[str]] = {}
        self.by_link: dict[str, set[str]] = {}
        self.merged: dict[str, str] = {}
        self.fingerprints: list[Fingerprint] = []
        self.vacancies: dict[str, dict[str, Json]] = {}
        self.pools: dict[str, dict[str, Json]] = {}
        self.tags: dict[str, str] = {}
        self.fields: dict[str, Definition] = {}
        self.users: dict[str, dict[str, Json]] = {}
        self.campaigns: dict[str, str] = {}
        self.activities: dict[str, list[dict[str, Json]]] = {}
        self.version = 0
        self._next = {
            "contact": 0,
            "item": 0,
            "crm_field": 0,
            "crm_option": 0,
            "pool": 0,
            "global_tag": 0,
            "activity": 0,
        }

    # ------------------------------------------------------------------ ids

    def reserve(self, kind: str, count: int) -> None:
        """Ids below `count` are taken."""
        self._next[kind] = max(self._next[kind], count)

    def new_id(self, kind: str) -> str:
        """The next id of a kind."""
        n = self.new_number(kind)
        return native_id(kind, n)

    def new_number(self, kind: str) -> int:
        """The next number of a kind."""
        n = self._next[kind]
        self._next[kind] = n + 1
        return n

    @staticmethod
    def contact_id(n: int) -> str:
        """The id of the n-th contact."""
        return native_id("contact", n)

    def item_id(self, prefix: str) -> str:
        """The id of an address, a number or a link within a contact."""
        return f"{prefix}-{self.new_number('item')}"

    # ------------------------------------------------------------------ contacts

    def add(self, contact: Contact) -> None:
        """Take a new contact in."""
        self.contacts[contact.id] = contact
        insort(self.by_creation, (contact.created, contact.n, contact.id))
        insort(self.by_change, (contact.updated, contact.n, contact.id))
        self._index(contact)
        self.version += 1

    def remove(self, contact: Contact) -> None:
        """Forget a contact; its id is never given again."""
        del self.contacts[contact.id]
        _drop(self.by_creation, (contact.created, contact.n, contact.id))
        _drop(self.by_change, (contact.updated, contact.n, contact.id))
        self._unindex(contact)
        self.activities.pop(contact.id, None)
        self.version += 1

    def open(self, contact: Contact) -> None:
        """Before a contact is changed: take it out of the indexes. `close` puts it back."""
        _drop(self.by_change, (contact.updated, contact.n, contact.id))
        self._unindex(contact)

    def close(self, contact: Contact, now: float, *, bump: bool = True) -> None:
        """After a contact was changed: index it again and move its updated time, never backwards."""
        if bump:
            contact.updated = max(contact.updated, now)
        contact.encoded = None
        insort(self.by_change, (contact.updated, contact.n, contact.id))
        self._index(contact)
        self.version += 1

    def _index(self, contact: Contact) -> None:
        for mail in contact.addresses():
            self.by_email.setdefault(mail, set()).add(contact.id)
        for link in contact.social():
            self.by_link.setdefault(link, set()).add(contact.id)

    def _unindex(self, contact: Contact) -> None:
        for index, keys in ((self.by_email, contact.addresses()), (self.by_link, contact.social())):
            for key in keys:
                found = index.get(key)
                if found is not None:
                    found.discard(contact.id)
                    if not found:
                        del index[key]

    def twins(self, emails: list[str], links: list[str]) -> list[Contact]:
        """Contacts with one of these addresses or social links, oldest first."""
        ids = {id for mail in emails for id in self.by_email.get(mail.lower(), ())}
        ids |= {id for link in links for id in self.by_link.get(plain_link(link), ())}
        return sorted((self.contacts[id] for id in ids), key=lambda contact: (contact.created, contact.n))

    def is_forgotten(self, emails: list[str], links: list[str]) -> bool:
        """Whether these belong to somebody who was anonymised."""
        mails, places = {mail.lower() for mail in emails}, {plain_link(link) for link in links}
        return any(mails & mark.emails or places & mark.links for mark in self.fingerprints)

    def field_named(self, name: str) -> Definition | None:
        """A custom field by its display name."""
        return next((one for one in self.fields.values() if one.name.lower() == name.lower()), None)

    def tag_named(self, name: str) -> str | None:
        """The id of a tag by its label."""
        return next((id for id, label in self.tags.items() if label.lower() == name.lower()), None)


def _drop(ordered: list[tuple[float, int, str]], entry: tuple[float, int, str]) -> None:
    at = bisect_left(ordered, entry)
    if at < len(ordered) and ordered[at] == entry:
        del ordered[at]
