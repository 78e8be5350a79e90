"""What a Beamery contact tells of the past: where the person came from, who was in touch when, and consent.

The public API shows no engagement history, so a contact alone yields at most three touchpoints: how it came into
being, the last time it was written to, and the last time it was heard from. Where a tenant shows activities, each of
them is one more. References only, never content.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from connectors.kit.contract import Ref
from mapping import normalise
from mapping.beamery_custom import Fields
from mapping.beamery_payload import Activity, Contact, CustomValue
from mapping.contract import ConsentField
from mapping.model import FLAG_EVIDENCE, Channel, Consent, Touchpoint
from mapping.vendor import Words

# Custom fields in which customers keep where a contact came from, by display name in lower case.
SOURCE_FIELDS = ("original source", "source")
CAMPAIGN_FIELDS = ("original campaign", "source campaign", "campaign")
CONSENT_WORD = "consent"

# `emails[].source`: how the address came in. What another system or we brought in is no engagement of the person.
_ORIGINS: dict[str, tuple[str, Channel, str]] = {
    "form": ("form", "form", "Form"),
    "event": ("event", "event", "Event"),
    "referral": ("referral", "referral", "Referral"),
}
_MACHINES = frozenset({"integration", "api", "import", "spreadsheet", "migration", "ats"})
_KINDS: dict[Channel, str] = {"form": "form", "event": "event", "referral": "referral", "campaign": "campaign"}

# Activity type -> (direction, whether it brings the person in or is theirs)
_ACTIVITIES: dict[str, tuple[str, bool]] = {
    "form": ("in", True),
    "event": ("in", True),
    "replied": ("in", True),
    "clicked": ("in", True),
    "opened": ("in", False),
    "sent": ("out", False),
    "bounced": ("out", False),
    "note": ("out", False),
}
_CHANNELS: dict[str, Channel] = {"email": "email", "form": "form", "event": "event", "social": "social"}


def touchpoints(
    system: str,
    contact: Contact,
    activities: Sequence[Activity],
    custom: Fields,
    words: Words,
    created: datetime | None,
) -> tuple[Touchpoint, ...]:
    """Every touchpoint that one contact and its activities show, oldest first."""
    found = [*_origin(system, contact, custom, words, created), *_contacts(system, contact, created)]
    found.extend(filter(None, (_activity(system, one) for one in activities)))
    return tuple(sorted(found, key=lambda one: (one.at, one.ref)))


def _origin(
    system: str, contact: Contact, custom: Fields, words: Words, created: datetime | None
) -> Iterable[Touchpoint]:
    """How the contact came into being. Its label is the tenant's own Source field where there is one."""
    if created is None:
        return
    origin = _email_source(contact)
    kind, channel, label = _ORIGINS.get(origin, ("sourced", "sourced", "Sourced"))
    told = _first_label(SOURCE_FIELDS, contact.custom, custom)
    if told:
        known = words.channel(told)
        channel = known if known and known != "other" else channel
        kind, label = _KINDS.get(channel, kind), told
    yield Touchpoint(
        ref=Ref(system, "touchpoint", f"{contact.id}:created"),
        kind=kind,
        channel=channel,
        at=created,
        source=label,
        campaign=_first_label(CAMPAIGN_FIELDS, contact.custom, custom),
        qualifies=bool(told) or origin not in _MACHINES,
    )


def _email_source(contact: Contact) -> str:
    """How the primary address came in, else the first that says so."""
    primary = (contact.primary_email or "").casefold()
    ranked = sorted(contact.emails, key=lambda one: (one.value or "").casefold() != primary)
    return next((one.source.strip().casefold() for one in ranked if one.source), "")


def _first_label(names: Sequence[str], held: Sequence[CustomValue], custom: Fields) -> str | None:
    return next((label for name in names if (label := custom.text(name, held))), None)


def _contacts(system: str, contact: Contact, created: datetime | None) -> Iterable[Touchpoint]:
    """The last message to and from the person. The time is part of the id: each is a touchpoint of its own, and a
    later one does not move an earlier one. What brought the contact in is told by its origin, with a better label."""
    for name, at, inward in (("out", contact.last_contact, False), ("in", contact.last_heard, True)):
        if at is not None and at != created:
            yield Touchpoint(
                ref=Ref(system, "touchpoint", f"{contact.id}:{name}:{at.isoformat()}"),
                kind="heard from" if inward else "contacted",
                channel="other",
                at=at,
                direction="in" if inward else "out",
                qualifies=inward,
            )


def _activity(system: str, one: Activity) -> Touchpoint | None:
    if one.at is None:
        return None
    kind = (one.type or "").casefold()
    direction, qualifies = _ACTIVITIES.get(kind, ("out", False))
    return Touchpoint(
        ref=Ref(system, "activity", one.id),
        kind=kind or "activity",
        channel=_CHANNELS.get(kind) or _CHANNELS.get((one.channel or "").casefold(), "other"),
        at=one.at,
        direction="in" if direction == "in" else "out",
        campaign=normalise.text(one.campaign),
        qualifies=qualifies,
    )


def consent_fields(given: Sequence[ConsentField], custom: Fields, held: Sequence[CustomValue]) -> list[ConsentField]:
    """The configured consent fields; without any, those whose display name says consent and which are yes or no."""
    if given:
        return list(given)
    names = {one.name.strip(): one.type or "" for one in custom.all() if one.name}
    names.update((one.name.strip(), "") for one in held if one.name and one.name.strip() not in names)
    saying = {name: kind for name, kind in names.items() if CONSENT_WORD in name.casefold()}
    dates = {name for name, kind in saying.items() if "date" in kind.casefold() or _is_date(name)}
    found = []
    for name in sorted(saying.keys() - dates):
        date = next((one for one in sorted(dates) if _belongs(one, name, ("date",))), "")
        found.append(ConsentField(purpose=_purpose(name), field=name, date_field=date))
    return found


def _is_date(name: str) -> bool:
    return name.casefold().rstrip().endswith((" date", " expiry", " expires", " expiry date"))


def _belongs(name: str, field: str, endings: tuple[str, ...]) -> bool:
    rest = name.casefold().removeprefix(field.casefold()).strip()
    return name.casefold().startswith(field.casefold()) and rest in endings


def _purpose(name: str) -> str:
    """Marketing is its own purpose; whatever else a recruiting CRM asks consent for is being written to."""
    return "marketing" if "marketing" in name.casefold() else "outreach"


def consents(system: str, contact: Contact, given: Sequence[ConsentField], custom: Fields) -> tuple[Consent, ...]:
    """Every statement this contact carries: custom fields, native statements where shown, and do-not-contact."""
    found = [_from_field(system, contact, one, custom) for one in consent_fields(given, custom, contact.custom)]
    found += [
        Consent(
            purpose="marketing" if "marketing" in (one.purpose or one.id or "").casefold() else "outreach",
            state=_state(normalise.truth((one.state or "").replace("_", " "))),
            at=one.given,
            expires=one.expires,
            system=system,
            evidence=f"consent statement {one.id or ''}".strip(),
        )
        for one in contact.consents
    ]
    if contact.do_not_contact:
        found.append(Consent(state="withdrawn", system=system, evidence=FLAG_EVIDENCE))
    return tuple(one for one in found if one is not None)


def _from_field(system: str, contact: Contact, field: ConsentField, custom: Fields) -> Consent | None:
    one = custom.held(field.field, contact.custom)
    if one is None and (not contact.has("custom") or custom.find(field.field) is None):
        return None
    answer = custom.text(field.field, contact.custom)
    return Consent(
        purpose=field.purpose,
        state=_state(normalise.truth(answer)),
        at=_moment(field.date_field, contact, custom),
        expires=_expiry(field.field, contact, custom),
        system=system,
        evidence=f"custom field {field.field}",
    )


def _state(answer: bool | None) -> Literal["granted", "withdrawn", "unknown"]:
    if answer is None:
        return "unknown"
    return "granted" if answer else "withdrawn"


def _expiry(field: str, contact: Contact, custom: Fields) -> datetime | None:
    for ending in ("expiry", "expires", "expiry date"):
        if found := _moment(f"{field} {ending}", contact, custom):
            return found
    return None


def _moment(name: str, contact: Contact, custom: Fields) -> datetime | None:
    one = custom.held(name, contact.custom) if name else None
    if one is None or not isinstance(one.value, str):
        return None
    try:
        return normalise.moment(one.value.strip())
    except ValueError:
        return None
