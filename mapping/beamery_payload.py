"""The shapes of Beamery's objects, as its three generations of API tell them, read into one.

Contacts come with `emails` as objects, as plain strings, or in the oldest form `{keys, values}`; times are called
`createdTime` or `createdAt`; a location is an object or a string. All of it ends in these models. A key that is
missing stays missing (`model_fields_set` tells), because a permission may hide it; null is empty. Whatever is of
a type that nobody expects is an error that names the field and never its content.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AliasChoices, AwareDatetime, BeforeValidator, ConfigDict, Field

from mapping import normalise, vendor
from mapping.vendor import Id


def _text(value: Any) -> Any:
    """Ids and labels are strings for us; some tenants send numbers."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value


def _moment(value: Any) -> Any:
    """Times without an offset are UTC, as everything the API sends; the empty string is no time."""
    return normalise.moment(value) if isinstance(value, str) else value


def _items(value: Any) -> Any:
    """A list of objects, whichever way it was told: objects, plain strings, or `{keys: [...], values: {...}}`."""
    if value is None:
        return []
    if isinstance(value, dict) and isinstance(value.get("values"), dict):
        keyed = value["values"]
        value = [keyed[key] for key in value.get("keys") or keyed if key in keyed]
    if not isinstance(value, list):
        return value
    return [{"value": item} if isinstance(item, str | int) else item for item in value if item is not None]


def _labelled(value: Any) -> Any:
    """An object with a label, or the label alone."""
    return {"value": value} if isinstance(value, str) else value


def _place(value: Any) -> Any:
    """The oldest form of a location is one string."""
    return {"address": value} if isinstance(value, str) else value


def _foreign_ids(value: Any) -> Any:
    """`integrations.<ats>.id`, or `integrations.<ats>` being the id itself; an empty one is none."""
    if not isinstance(value, dict):
        return value
    ids = {name: one.get("id") if isinstance(one, dict) else one for name, one in value.items()}
    return {name: str(one) for name, one in ids.items() if one not in (None, "")}


def _workflow(value: Any) -> Any:
    """A vacancy's stages: a list, or the oldest form `{entities: {stages: {id: stage}}}`."""
    if isinstance(value, dict):
        entities = value.get("entities")
        stages = entities.get("stages") if isinstance(entities, dict) else None
        return list(stages.values()) if isinstance(stages, dict) else []
    return value or []


Text = Annotated[str | None, BeforeValidator(_text)]
Moment = Annotated[AwareDatetime | None, BeforeValidator(_moment)]


class Payload(vendor.Payload):
    """Base: frozen, and able to tell a key that was missing."""

    model_config = ConfigDict(frozen=True)

    def has(self, name: str) -> bool:
        """True when the vendor sent this key at all, empty or not."""
        return name in self.model_fields_set


class Item(Payload):
    """An e-mail address, a phone number, a link or a tag."""

    id: Text = None
    value: Text = Field(default=None, validation_alias=AliasChoices("value", "name"))
    type: Text = None
    source: Text = None


class Place(Payload):
    """Where a contact lives; a write replaces the whole of it."""

    address: Text = None
    city: Text = None
    country: Text = None


class Work(Payload):
    """One employment."""

    organisation: Text = Field(default=None, validation_alias=AliasChoices("organisationName", "organizationName"))
    role: Text = None
    end: Text = Field(default=None, validation_alias="endDate")
    current: bool | None = None


class Stage(Payload):
    """A stage of a vacancy: within a contact its label is `value`, within the vacancy `name`."""

    id: Text = None
    value: Text = Field(default=None, validation_alias=AliasChoices("value", "name"))
    type: Text = None


Items = Annotated[list[Item], BeforeValidator(_items)]


class Membership(Payload):
    """A contact's place on a vacancy; in the oldest form only the vacancy's title is told."""

    id: Text = Field(default=None, validation_alias=AliasChoices("vacancyId", "id"))
    title: Text = Field(default=None, validation_alias=AliasChoices("value", "title", "name"))
    stage: Annotated[Stage | None, BeforeValidator(_labelled)] = None
    reason: Text = Field(default=None, validation_alias="rejectionReason")
    added: Moment = Field(default=None, validation_alias=AliasChoices("addedAt", "createdAt", "createdTime"))
    updated: Moment = Field(default=None, validation_alias=AliasChoices("updatedAt", "updatedTime"))


class CustomValue(Payload):
    """What a contact holds in a custom field. For a select, `value` is the option's id and `label` its name."""

    id: Text = None
    name: Text = Field(default=None, validation_alias="displayName")
    value: str | bool | int | float | list[Any] | None = None
    label: str | bool | int | float | list[Any] | None = Field(default=None, validation_alias="displayValue")


class Statement(Payload):
    """A native consent statement, where a tenant's API shows them."""

    id: Text = Field(default=None, validation_alias=AliasChoices("statementId", "id"))
    state: Text = None
    given: Moment = Field(default=None, validation_alias=AliasChoices("givenAt", "date"))
    expires: Moment = Field(default=None, validation_alias="expiresAt")
    purpose: Text = None


class Contact(Payload):
    """A contact, cut to the connector's allow-list."""

    id: Id
    first_name: Text = Field(default=None, validation_alias="firstName")
    last_name: Text = Field(default=None, validation_alias="lastName")
    full_name: Text = Field(default=None, validation_alias="fullName")
    primary_email: Text = Field(default=None, validation_alias="primaryEmail")
    emails: Items = Field(default=[])
    phones: Items = Field(default=[], validation_alias="phoneNumbers")
    links: Items = Field(default=[])
    headline: Text = None
    location: Annotated[Place | None, BeforeValidator(_place)] = None
    experience: Annotated[list[Work], BeforeValidator(lambda value: value or [])] = Field(default=[])
    primary_experience: Work | None = Field(default=None, validation_alias="primaryExperience")
    tags: Items = Field(default=[], validation_alias="globalTags")
    lists: Items = Field(default=[])
    status: Annotated[Stage | None, BeforeValidator(_labelled)] = None
    vacancies: Annotated[list[Membership], BeforeValidator(lambda value: value or [])] = Field(default=[])
    custom: Annotated[list[CustomValue], BeforeValidator(lambda value: value or [])] = Field(
        default=[], validation_alias="customFields"
    )
    integrations: Annotated[dict[str, str] | None, BeforeValidator(_foreign_ids)] = None
    consents: Annotated[list[Statement], BeforeValidator(lambda value: value or [])] = Field(default=[])
    last_contact: Moment = Field(default=None, validation_alias="lastContact")
    last_heard: Moment = Field(default=None, validation_alias="lastHeardFrom")
    archived: bool | None = None
    do_not_contact: bool | None = Field(
        default=None, validation_alias=AliasChoices("doNotContact", "do_not_contact", "do-not-contact", "dnc")
    )
    anonymised: bool | None = Field(
        default=None,
        validation_alias=AliasChoices("anonymised", "anonymized", "isAnonymised", "isAnonymized"),
    )


class Vacancy(Payload):
    """A job as the CRM knows it, usually brought there by Beamery's own ATS connector."""

    id: Id
    title: Text = None
    status: Text = None
    published: bool | None = None
    display_key: Text = Field(
        default=None, validation_alias=AliasChoices("displayKey", "display_key", "requisitionId", "requisition")
    )
    stages: Annotated[list[Stage], BeforeValidator(_workflow)] = Field(default=[])
    integrations: Annotated[dict[str, str] | None, BeforeValidator(_foreign_ids)] = None


class PoolRow(Payload):
    """A talent pool."""

    id: Id
    name: Text = None
    type: Text = None


class Option(Payload):
    """One choice of a select field."""

    id: Id
    label: Text = Field(default=None, validation_alias=AliasChoices("value", "label", "name", "displayName"))


class Definition(Payload):
    """A custom field of the tenant; ids differ between a tenant's sandbox and its production."""

    id: Id
    name: Text = Field(default=None, validation_alias=AliasChoices("displayName", "name"))
    type: Text = None
    options: Annotated[list[Option], BeforeValidator(lambda value: value or [])] = Field(default=[])


class Activity(Payload):
    """One entry of a contact's engagement history, where a tenant's API shows it."""

    id: Id
    contact: Id = Field(validation_alias="contactId")
    type: Text = None
    channel: Text = None
    campaign: Text = Field(default=None, validation_alias=AliasChoices("campaignName", "campaignId"))
    at: Moment = Field(default=None, validation_alias=AliasChoices("occurredAt", "createdAt", "createdTime"))


class UserRow(Payload):
    """A user: only the id matters."""

    id: Id


read_contact = vendor.reader("candidate", Contact)
read_vacancy = vendor.reader("job", Vacancy)
read_pool = vendor.reader("pool", PoolRow)
read_definition = vendor.reader("custom_field", Definition)
read_tag = vendor.reader("tag", Item)
read_user = vendor.reader("user", UserRow)
read_activity = vendor.reader("activity", Activity)
READERS = {
    "candidate": read_contact,
    "job": read_vacancy,
    "pool": read_pool,
    "custom_field": read_definition,
    "tag": read_tag,
    "user": read_user,
    "activity": read_activity,
}
