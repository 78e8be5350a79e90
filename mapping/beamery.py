"""What Beamery's records mean, both ways: contacts to profiles, canonical changes to the connector's writes.

Pure: no clock, no I/O. The reference tables it is told (`learn`) give ids their names. A body for the connector has
`set` (vendor keys; `experience` holds only the parts of the current employment that change), `add` and `remove`
(items of collections, which the connector merges into what it reads just before writing), `custom` (custom field id
-> value, null to clear) and `stamp` (date field id -> the field whose change it dates; the connector has the clock).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from connectors.kit.contract import Ref, Row, WantedField, Write
from mapping import beamery_history as history
from mapping import beamery_payload as payload
from mapping import beamery_profile as profile
from mapping import fields, normalise, vendor
from mapping.beamery_custom import Fields
from mapping.beamery_payload import Contact, Definition
from mapping.beamery_vacancies import Vacancies
from mapping.contract import ConsentField, MappingConfig, Unmapped, Unreadable, Unsupported
from mapping.model import Candidate, Job, Phone, Pool, Profile, Value

T = TypeVar("T")

# Assumed: the address of a profile page is not documented. `profile_url` in the config replaces it.
PROFILE_PAGE = "https://app.beamery.com/contacts/{id}"

_SCALARS = {fields.GIVEN_NAME: "firstName", fields.FAMILY_NAME: "lastName"}
_EMPLOYMENT = {fields.COMPANY: "organisationName", fields.TITLE: "role"}
Body = dict[str, dict[str, Any]]


class Mapper:
    """Beamery's mapper (see `mapping.contract.Mapper`)."""

    def __init__(self, system: str, config: MappingConfig) -> None:
        self.system = system
        self._config = config
        self._words = vendor.Words(config)
        self._custom = Fields(config)
        self._vacancies = Vacancies(system, self._words)
        self._pools: dict[str, Pool] = {}
        self._tags: dict[str, str] = {}

    # ------------------------------------------------------------------ reference tables

    def learn(self, object: str, rows: Sequence[Row]) -> None:
        """Take in a reference table; rows that cannot be read are in quarantine and are left out here."""
        if object == "custom_field":
            self._custom.learn(_readable(rows, payload.read_definition))
        elif object == "job":
            self._vacancies.learn(_readable(rows, payload.read_vacancy))
        elif object == "pool":
            self._pools = {one.id: self._pool(one) for one in _readable(rows, payload.read_pool)}
        elif object == "tag":
            tags = _readable(rows, payload.read_tag)
            self._tags = {one.id: label for one in tags if one.id and (label := normalise.text(one.value))}

    def _pool(self, row: payload.PoolRow) -> Pool:
        return Pool(ref=Ref(self.system, "pool", row.id), name=normalise.text(row.name) or "", type=row.type or "")

    def jobs(self) -> Mapping[str, Job]:
        """Vacancies by id."""
        return self._vacancies.jobs

    def pools(self) -> Mapping[str, Pool]:
        """Talent pools by id."""
        return self._pools

    def sources(self) -> Mapping[str, str]:
        """Empty: a contact's origin is a custom field of the tenant's, not an object."""
        return {}

    def kept(self) -> Sequence[str]:
        """Custom fields that may be kept: ours, the configured ones, consent, and where a contact came from."""
        consent = () if self._config.consent else (f"~{history.CONSENT_WORD}",)
        return [*self._custom.kept(), *consent, *history.SOURCE_FIELDS, *history.CAMPAIGN_FIELDS]

    def writable(self) -> frozenset[str]:
        """The profile, do-not-contact, and every projection whose custom field is there and takes our words."""
        return frozenset({*fields.PROFILE, fields.DO_NOT_CONTACT, fields.BLOCKED, *self._custom.writable()})

    def wanted(self) -> Sequence[WantedField]:
        """Custom fields the projections need."""
        return self._custom.wanted()

    def missing(self) -> Sequence[WantedField]:
        """Those of `wanted` that the tenant does not have, as far as it lets us see."""
        return self._custom.missing()

    def unmapped(self) -> Sequence[Unmapped]:
        """Fields that cannot be used as configured, and origins of contacts that belong to no channel we know."""
        return [*self._custom.unmapped(), *self._words.unmapped()]

    def link(self, id: str) -> str | None:
        """The contact's page."""
        return vendor.profile_page(self._config.profile_url or PROFILE_PAGE, id)

    # ------------------------------------------------------------------ reading

    def validate(self, row: Row) -> None:
        """Read the whole row by its model. Raises `Unreadable`."""
        read = payload.READERS.get(row.object)
        if read is None:
            raise Unreadable(f"{row.object}: no such object in this vendor")
        read(row)

    def profile(self, candidate: Row, children: Sequence[Row]) -> Profile:
        """Everything about one contact. An activity that cannot be read is in quarantine and left out."""
        contact = payload.read_contact(candidate)
        activities = _readable([row for row in children if row.object == "activity"], payload.read_activity)
        created = _moment(candidate.created, "createdTime")
        consents = history.consents(self.system, contact, self._config.consent, self._custom)
        blocked = _blocked(contact, {one.state for one in consents if one.purpose == "outreach"})
        values = self._values(contact)
        if blocked is not None:
            values[fields.DO_NOT_CONTACT] = blocked
        if contact.has("do_not_contact"):
            values[fields.BLOCKED] = contact.do_not_contact
        touchpoints = history.touchpoints(self.system, contact, activities, self._custom, self._words, created)
        return Profile(
            candidate=self._candidate(candidate, contact, values, blocked),
            applications=self._vacancies.applications(contact),
            touchpoints=touchpoints,
            consents=consents,
        )

    def _candidate(self, row: Row, contact: Contact, values: dict[str, Value], blocked: bool | None) -> Candidate:
        names = normalise.names(contact.first_name, contact.last_name, contact.full_name)
        links = profile.as_tuple(values.get(fields.LINKS))
        region = self._config.default_region
        return Candidate(
            ref=Ref(self.system, "candidate", contact.id),
            given_name=names.given,
            family_name=names.family,
            full_name=names.full,
            emails=profile.emails(contact),
            phones=tuple(
                Phone(value=one.value, e164=normalise.e164(one.value, region), type=one.type or "")
                for one in contact.phones
                if one.value
            ),
            linkedin=next((found for found in map(normalise.linkedin, links) if found), None),
            links=links,
            company=profile.as_text(values.get(fields.COMPANY)),
            title=profile.as_text(values.get(fields.TITLE)),
            location=profile.as_text(values.get(fields.LOCATION)),
            tags=profile.as_tuple(values.get(fields.TAGS)),
            pools=self._pools_of(contact),
            do_not_contact=blocked,
            anonymised=bool(contact.anonymised),
            archived=bool(contact.archived),
            crossrefs=tuple(sorted({**self._custom.crossrefs(contact.custom), **(contact.integrations or {})}.items())),
            created=_moment(row.created, "createdTime"),
            updated=_moment(row.updated, "updatedTime"),
            values=values,
        )

    def _pools_of(self, contact: Contact) -> tuple[str, ...]:
        """Native ids; a list that is only named counts where one pool has that name."""
        by_name = {pool.name.casefold(): id for id, pool in self._pools.items()}
        ids = (one.id or by_name.get((one.value or "").casefold(), one.value) for one in contact.lists)
        return tuple(sorted({id for id in ids if id}))

    def _values(self, contact: Contact) -> dict[str, Value]:
        """Every comparable field that can be seen; the custom ones where the tenant has the field."""
        found = profile.values(contact, self._config.default_region, self._tags)
        if contact.has("custom"):
            found.update(self._custom.values(contact.custom))
        return found

    # ------------------------------------------------------------------ writing (the signatures are the protocol's)

    def create_candidate(self, values: Mapping[str, Value], job: str | None, source: str | None, key: str) -> Write:  # noqa: ARG002
        """A new contact. Vacancies belong to the ATS and there is no source object: both are left out. A custom
        field that cannot be resolved does not stop a person from being created; the next update reports it."""
        body = _body()
        for name in sorted(values):
            if values[name] in (None, ()):
                continue
            if self._custom.configured(name):
                self._custom_field(body, name, values[name])
            else:
                self._profile_field(body, name, None, values[name])
        created: dict[str, Any] = dict(body["set"])
        for collection, items in body["add"].items():
            created[collection] = list(items)
        if "experience" in created:
            created["experience"] = [{**created["experience"], "current": True}]
        if created.get("emails"):
            created["primaryEmail"] = created["emails"][0]
        content = {"set": created, "custom": body["custom"], "stamp": body["stamp"], "application": None}
        return Write("create_candidate", "candidate", "", content, key)

    def update_candidate(self, id: str, fields: Mapping[str, tuple[Value, Value]], key: str) -> Write:
        """Change some fields. A custom field that cannot take its value is left out while others can be written;
        when nothing else is left, it is the error. Raises `Unsupported`."""
        body = _body()
        refused = ""
        for name in sorted(fields):
            before, after = fields[name]
            if self._custom.configured(name):
                refused = self._custom_field(body, name, after) or refused
            else:
                self._profile_field(body, name, before, after)
        if refused and not any(body.values()):
            raise Unsupported(refused)
        return Write("update_candidate", "candidate", id, body, key)

    def _profile_field(self, body: Body, name: str, before: Value, after: Value) -> None:
        if name in _SCALARS:
            body["set"][_SCALARS[name]] = after
        elif name in profile.COLLECTIONS:
            collection = profile.COLLECTIONS[name]
            new, old = set(profile.as_tuple(after)), set(profile.as_tuple(before))
            for part, items in (("add", new - old), ("remove", old - new)):
                if items:
                    body[part][collection] = [profile.spell(collection, item) for item in sorted(items)]
        elif name in _EMPLOYMENT:
            body["set"].setdefault("experience", {})[_EMPLOYMENT[name]] = after
        elif name == fields.LOCATION:
            body["set"]["location"] = profile.place(after)
        elif name == fields.DO_NOT_CONTACT:
            self._contact_ban(body, after)
        elif name == fields.BLOCKED:
            body["set"].setdefault("doNotContact", bool(after))
        else:
            raise Unsupported(f"field {name}: it cannot be written to a contact")

    def _custom_field(self, body: Body, name: str, value: Value) -> str:
        """Put a custom field into the body; why it cannot be, or empty."""
        try:
            native, encoded = self._custom.write(name, value)
        except Unsupported as error:
            return str(error)
        body["custom"][native] = encoded
        return ""

    def _contact_ban(self, body: Body, banned: Value) -> None:
        """Forbid outreach: the flag, and the No of every outreach consent field with its date. Lifting the ban
        touches the flag only: a consent is given by the person and by nobody else."""
        body["set"]["doNotContact"] = bool(banned)
        if not banned:
            return
        for consent in history.consent_fields(self._config.consent, self._custom, ()):
            known = self._custom.find(consent.field)
            if known is None or consent.purpose != "outreach":
                continue
            refusal = _refusal(known)
            if refusal is None:
                continue
            body["custom"][known.id] = refusal
            self._stamp(body, consent, known.id)

    def _stamp(self, body: Body, consent: ConsentField, changed: str) -> None:
        date = self._custom.find(consent.date_field) if consent.date_field else None
        if date is not None:
            body["stamp"][date.id] = changed

    def create_application(self, candidate: str, job: str, source: str | None, key: str) -> Write:  # noqa: ARG002
        """Not a thing Beamery offers to integrations; the connector does not declare it."""
        raise Unsupported("vacancies: this vendor takes no applications from an integration")

    def set_source(self, application: str, source: str, key: str) -> Write:  # noqa: ARG002
        """Not a thing Beamery has."""
        raise Unsupported("source: this vendor has no source on an application")

    def create_note(self, candidate: str, text: str, key: str) -> Write:  # noqa: ARG002
        """Not a thing Beamery offers to integrations."""
        raise Unsupported("notes: this vendor takes no notes from an integration")

    def pool(self, candidate: str, pool: str, *, add: bool, key: str) -> Write:
        """Put a contact into a pool, or take it out."""
        verb = "add_to_pool" if add else "remove_from_pool"
        return Write(verb, "candidate", candidate, {"pool": pool}, key)


def _body() -> Body:
    return {"set": {}, "add": {}, "remove": {}, "custom": {}, "stamp": {}}


def _readable(rows: Sequence[Row], read: Callable[[Row], T]) -> list[T]:
    """The rows that can be read: the others are in quarantine already, with their reasons."""
    found: list[T] = []
    for row in rows:
        try:
            found.append(read(row))
        except Unreadable:
            continue
    return found


def _moment(value: str, name: str) -> datetime | None:
    try:
        return normalise.moment(value)
    except ValueError:
        raise Unreadable(f"{name}: not a time") from None


def _blocked(contact: Contact, outreach: set[str]) -> bool | None:
    """Whether outreach is forbidden; None when nothing that would tell can be seen."""
    if contact.do_not_contact or "withdrawn" in outreach:
        return True
    return False if contact.do_not_contact is not None or outreach else None


def _refusal(known: Definition) -> Any:
    """How a consent field says no: its option for it, false, or the word; None when it has no such option."""
    kind = (known.type or "").casefold()
    if known.options or "select" in kind:
        return next((one.id for one in known.options if normalise.truth(one.label) is False), None)
    return False if "bool" in kind or "checkbox" in kind else "No"
