"""How Beamery's objects look over the API, on every setting of the switches about reading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from connectors.sandbox.beamery.account import COMPANY_ID, Account, Contact, Definition
from connectors.sandbox.clock import stamp
from connectors.sandbox.kernel import Json, encode
from connectors.sandbox.switches import Switches


class Style(NamedTuple):
    """The settings that a contact's spelling depends on."""

    created: str
    updated: str
    seconds: bool
    legacy: bool
    titles_only: bool
    no_flag: bool
    ats_kind: str
    hidden: frozenset[str]


class Renderer:
    """Spells contacts, and keeps what it has spelled until the contact or the style changes."""

    def __init__(self, account: Account, switches: Switches) -> None:
        self._account = account
        self._switches = switches
        self._style = self._current()

    def _current(self) -> Style:
        at = self._switches["times"] == "createdAt"
        hidden = self._switches["hidden_fields"]
        return Style(
            "createdAt" if at else "createdTime",
            "updatedAt" if at else "updatedTime",
            self._switches["time_precision"] == "seconds",
            self._switches["contact_shape"] == "legacy",
            self._switches["vacancy_ids"] == "title_only",
            self._switches["do_not_contact"] == "absent",
            self._switches["ats_kind"],
            frozenset(name.strip() for name in hidden.split(",") if name.strip()),
        )

    def encoded(self, contacts: Sequence[Contact]) -> list[bytes]:
        """Contacts as JSON, each from memory where it can be."""
        style = self._current()
        if style != self._style:
            self._style = style
            for contact in self._account.contacts.values():
                contact.encoded = None
        found = []
        for contact in contacts:
            if contact.encoded is None:
                contact.encoded = encode(self.contact(contact, style))
            found.append(contact.encoded)
        return found

    def contact(self, contact: Contact, style: Style | None = None) -> dict[str, Json]:
        """One contact. Without a style: everything, in the plainest spelling, for people who look in."""
        shown = style or Style("createdTime", "updatedTime", False, False, False, False, "greenhouse", frozenset())
        if contact.anonymised:
            return self._stub(contact, shown)
        row = self._profile(contact) | self._relations(contact, shown)
        row["lastContact"] = time_of(contact.last_contact, shown)
        row["lastHeardFrom"] = time_of(contact.last_heard, shown)
        row["lastActivity"] = time_of(contact.updated, shown)
        row["archived"] = contact.archived
        if not shown.no_flag:
            row["doNotContact"] = contact.do_not_contact
        row[shown.created] = time_of(contact.created, shown)
        row[shown.updated] = time_of(contact.updated, shown)
        if shown.legacy:
            _make_old(row)
        for name in shown.hidden & row.keys():
            del row[name]
        return row

    def _stub(self, contact: Contact, style: Style) -> dict[str, Json]:
        return {
            "id": contact.id, "companyId": COMPANY_ID, "firstName": None, "lastName": None, "emails": [],
            "anonymised": True, style.created: time_of(contact.created, style),
            style.updated: time_of(contact.updated, style),
        }  # fmt: skip

    def _profile(self, contact: Contact) -> dict[str, Json]:
        full = " ".join(part for part in (contact.first, contact.middle, contact.last) if part)
        current = next((job for job in contact.experience if job.get("current")), None)
        head = current or (contact.experience[0] if contact.experience else None)
        return {
            "id": contact.id, "companyId": COMPANY_ID, "firstName": contact.first, "lastName": contact.last,
            "middleNames": contact.middle, "fullName": full or None, "primaryEmail": contact.primary,
            "emails": contact.emails, "phoneNumbers": contact.phones, "links": contact.links,
            "headline": contact.headline, "summary": contact.summary, "location": contact.location,
            "experience": contact.experience,
            "primaryExperience": {key: head.get(key) for key in ("organisationName", "role")} if head else None,
            "education": contact.education, "skills": contact.skills,
            "languages": [{"value": language} for language in contact.languages],
        }  # fmt: skip

    def _relations(self, contact: Contact, style: Style) -> dict[str, Json]:
        account = self._account
        return {
            "globalTags": [{"id": id, "value": account.tags[id]} for id in contact.tags if id in account.tags],
            "lists": [{"id": id, "name": account.pools[id]["name"]} for id in contact.pools if id in account.pools],
            "status": {"id": "st-" + contact.status.lower().replace(" ", "-"), "value": contact.status},
            "assignedTo": contact.assigned,
            "sourcedBy": contact.sourced_by,
            "vacancies": [self._place(*place, style) for place in contact.vacancies],
            "customFields": [
                _custom(account.fields[id], value)
                for id, value in contact.custom.items()
                if id in account.fields and account.fields[id].name not in style.hidden
            ],
            "integrations": {style.ats_kind: {"id": contact.ats_id}} if contact.ats_id else {},
        }

    def _place(self, vacancy_id: str, stage_id: str, style: Style) -> dict[str, Json]:
        vacancy = self._account.vacancies[vacancy_id]
        label = next((stage["name"] for stage in vacancy["stages"] if stage["id"] == stage_id), None)
        if style.titles_only:
            return {"value": vacancy["title"], "priority": "high", "stage": {"value": label}}
        stage = {"id": stage_id, "value": label}
        return {"id": vacancy_id, "value": vacancy["title"], "priority": "high", "stage": stage}


def time_of(moment: float | None, style: Style) -> str | None:
    """A time as the style prints it."""
    if moment is None:
        return None
    return stamp(float(int(moment))) if style.seconds else stamp(moment)


def definition(field: Definition) -> dict[str, Json]:
    """A custom field's definition."""
    row: dict[str, Json] = {
        "id": field.id, "displayName": field.name, "type": field.type, "entity": "contact", "folder": field.folder,
        "permissions": ["all"],
    }  # fmt: skip
    if field.type.endswith("select"):
        row["options"] = [{"id": id, "value": label} for id, label in field.options.items()]
    return row


def _custom(field: Definition, value: Any) -> dict[str, Json]:
    """A held value; a select holds option ids and shows their labels, a date shows its day."""
    shown: Json = value
    if field.type == "single-select":
        shown = field.options.get(value)
    elif field.type == "multi-select":
        shown = [field.options.get(one) for one in value]
    elif field.type == "date":
        shown = str(value)[:10]
    return {"id": field.id, "displayName": field.name, "value": value, "displayValue": shown}


def _make_old(row: dict[str, Json]) -> None:
    """The shape of the API of 2018: keyed e-mails and links, a place in one line."""
    for key in ("emails", "links"):
        keys = [f"k{n}" for n in range(len(row[key]))]
        row[key] = {"keys": keys, "values": {k: {"value": one["value"]} for k, one in zip(keys, row[key], strict=True)}}
    if row["location"] is not None:
        row["location"] = row["location"].get("address")
