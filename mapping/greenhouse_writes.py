"""Canonical changes in Greenhouse's shape: the bodies that the connector sends.

Harvest replaces every collection and the whole custom_fields array on PATCH, so an update says what to add and what to
remove, and the connector merges that into what it reads just before. Keys and vocabularies: harvestdocs.greenhouse.io,
post_v3-candidates and patch_v3-candidates-id, read 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from connectors.kit.contract import Json, Write
from mapping import fields, normalise
from mapping.contract import Unsupported
from mapping.custom import CustomFields
from mapping.greenhouse_candidate import NAMELESS
from mapping.model import Value

SCALARS = {
    fields.GIVEN_NAME: "first_name",
    fields.FAMILY_NAME: "last_name",
    fields.COMPANY: "company",
    fields.TITLE: "title",
}
_NAMES = frozenset([fields.GIVEN_NAME, fields.FAMILY_NAME])
SOCIAL, WEB = "social_media_addresses", "website_addresses"
_SOCIAL_HOSTS = frozenset(
    [
        "linkedin.com", "twitter.com", "x.com", "github.com", "gitlab.com", "facebook.com", "instagram.com",
        "xing.com", "youtube.com", "medium.com", "stackoverflow.com", "bsky.app", "mastodon.social",
        "behance.net", "dribbble.com",
    ]
)  # fmt: skip
_PERSONAL_HOSTS = frozenset(
    [
        "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com",
        "icloud.com", "me.com", "mac.com", "aol.com", "gmx.de", "gmx.net", "web.de", "proton.me",
        "protonmail.com", "fastmail.com",
    ]
)  # fmt: skip
PROFILE = frozenset([*SCALARS, fields.EMAILS, fields.PHONES, fields.LINKS, fields.LOCATION, fields.TAGS])
WRITABLE = PROFILE | {fields.DO_NOT_CONTACT}


def create_candidate(
    values: Mapping[str, Value], job: str | None, source: str | None, key: str, custom: CustomFields
) -> Write:
    """A candidate with its first application. Without a job it is a prospect: a candidate with neither would be
    seen by nobody. Values that a custom field does not take are left for an update, which says so."""
    body: dict[str, Json] = {"first_name": NAMELESS, "last_name": NAMELESS}
    for name, value in values.items():
        if value is None:
            continue
        if name in SCALARS:
            body[SCALARS[name]] = value
        elif name == fields.DO_NOT_CONTACT:
            body["can_email"] = not value
        else:
            for collection, item in _items(name, _elements(value)):
                body.setdefault(collection, []).append(item)
    application: dict[str, Json] = {"prospect": True} if job is None else {"job_id": number(job)}
    if source:
        application["source_id"] = number(source)
    coded = {
        name: found for name, value in values.items() if value is not None and (found := custom.encode(name, value))
    }
    content = {
        "set": body,
        "custom": {one.key: one.value for one in coded.values()},
        "application": application,
    }
    return Write("create_candidate", "candidate", "", content, key)


def update_candidate(id: str, changes: Mapping[str, tuple[Value, Value]], key: str, custom: CustomFields) -> Write:
    """Only what changes. Raises `Unsupported` when nothing of it can be written."""
    body: dict[str, dict[str, Json]] = {"set": {}, "add": {}, "remove": {}, "custom": {}}
    for name, (before, after) in changes.items():
        if before == after:
            continue
        if name in SCALARS:
            # An empty string clears a scalar, null does not; the names cannot be cleared.
            body["set"][SCALARS[name]] = after or (NAMELESS if name in _NAMES else "")
        elif name == fields.DO_NOT_CONTACT:
            if after is not None:
                body["set"]["can_email"] = not after
        elif name in PROFILE:
            _travel(body, name, _elements(before), _elements(after))
            if name == fields.LOCATION and after:
                # The wanted address may stand there already, as another one than the newest home address.
                body["remove"].setdefault("addresses", []).append(after)
        elif found := custom.encode(name, after):
            body["custom"][found.key] = found.value
    if not any(body.values()):
        raise Unsupported(f"no field of this change can be written: {', '.join(sorted(changes))}")
    return Write("update_candidate", "candidate", id, body, key)


def create_application(candidate: str, job: str, source: str | None, key: str) -> Write:
    """An existing candidate on a job, on its first stage."""
    body = {"candidate_id": number(candidate), "job_id": number(job)}
    return Write("create_application", "application", "", body | ({"source_id": number(source)} if source else {}), key)


def set_source(application: str, source: str, key: str) -> Write:
    """Another source for one application; each application has its own."""
    return Write("set_source", "application", application, {"source_id": number(source)}, key)


def create_note(candidate: str, text: str, key: str) -> Write:
    """One private note: notes can be neither edited nor deleted, so that it is written once."""
    return Write("create_note", "note", "", {"candidate_id": number(candidate), "text": text}, key)


def number(id: str) -> int | str:
    """Ids travel as numbers; they pass 2^32, which a Python integer does not mind."""
    return int(id) if id.isascii() and id.isdigit() else id


def _elements(value: Value) -> Sequence[str]:
    if isinstance(value, tuple):
        return value
    return (value,) if isinstance(value, str) else ()


def _travel(body: dict[str, dict[str, Json]], name: str, before: Sequence[str], after: Sequence[str]) -> None:
    """What is new goes into `add` in the vendor's shape, what is gone into `remove` by canonical value. A link may
    stand in either of its collections, and spelled with percent signs where the canonical one has letters."""
    for collection, item in _items(name, [one for one in after if one not in before]):
        body["add"].setdefault(collection, []).append(item)
    for gone in (one for one in before if one not in after):
        spellings = dict.fromkeys((gone, quote(gone, safe="/?&=#:+%~.-_"))) if name == fields.LINKS else (gone,)
        for collection in (SOCIAL, WEB) if name == fields.LINKS else (_collection(name, gone),):
            body["remove"].setdefault(collection, []).extend(spellings)


def _collection(name: str, value: str) -> str:
    match name:
        case fields.EMAILS:
            return "email_addresses"
        case fields.PHONES:
            return "phone_numbers"
        case fields.LOCATION:
            return "addresses"
        case fields.LINKS:
            return SOCIAL if normalise.host(value) in _SOCIAL_HOSTS else WEB
        case _:
            return "tags"


def _items(name: str, values: Sequence[str]) -> Sequence[tuple[str, Json]]:
    """(collection, item) for each element of a set field, with a type from the documented words."""
    if name not in PROFILE:
        return ()
    return [(_collection(name, value), _item(name, value)) for value in values]


def _item(name: str, value: str) -> Json:
    match name:
        case fields.EMAILS:
            return {"value": value, "type": "personal" if value.rpartition("@")[2] in _PERSONAL_HOSTS else "other"}
        case fields.PHONES:
            return {"value": value, "type": "mobile" if normalise.phone_is_mobile(value) else "other"}
        case fields.LOCATION:
            return {"value": value, "type": "home"}
        case fields.LINKS if _collection(name, value) == SOCIAL:
            return {"value": f"https://{value}"}
        case fields.LINKS:
            return {"value": f"https://{value}", "type": "other"}
        case _:
            return value
