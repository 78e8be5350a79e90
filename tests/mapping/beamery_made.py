"""Rows as the Beamery connector would hand them in: small payloads in the shapes of the three APIs, people invented."""

from __future__ import annotations

import json
from typing import Any

from connectors.kit.contract import Row
from mapping.beamery import Mapper
from mapping.contract import MappingConfig

CREATED, UPDATED = "2026-01-05T08:00:00.000Z", "2026-06-01T09:30:00.000Z"
PERSON_FIELD, STATUS_FIELD, DATE_FIELD = "f-person", "f-status", "f-outcome-date"
CONSENT, CONSENT_DATE, CONSENT_EXPIRY = "f-consent", "f-consent-date", "f-consent-expiry"
YES, NO = "o-yes", "o-no"

DEFINITIONS: list[dict[str, Any]] = [
    {"id": PERSON_FIELD, "displayName": "Tieline person", "type": "text"},
    {"id": "f-link", "displayName": "ATS link", "type": "text"},
    {
        "id": STATUS_FIELD,
        "displayName": "ats STATUS",
        "type": "single-select",
        "options": [
            {"id": f"o-{word}", "value": word.upper()}
            for word in ("Applied", "Prospect", "Hired", "Rejected", "Withdrawn")
        ],
    },
    {
        "id": "f-outcome",
        "displayName": "Last outcome",
        "type": "single-select",
        "options": [{"id": "o-h", "value": "Hired"}, {"id": "o-r", "value": "Rejected"}],
    },
    {"id": DATE_FIELD, "displayName": "Outcome date", "type": "date"},
    {"id": "f-source", "displayName": "Original source", "type": "text"},
    {
        "id": CONSENT,
        "displayName": "Sourcing consent",
        "type": "single-select",
        "options": [{"id": YES, "value": "Yes"}, {"id": NO, "value": "No"}],
    },
    {"id": CONSENT_DATE, "displayName": "Sourcing consent date", "type": "date"},
    {"id": CONSENT_EXPIRY, "displayName": "Sourcing consent expiry", "type": "date"},
]
VACANCIES: list[dict[str, Any]] = [
    {
        "id": "v-1",
        "title": "Bridge Engineer",
        "status": "open",
        "displayKey": "REQ-7-4001",
        "integrations": {"greenhouse": {"id": "4001"}},
        "stages": [
            {"id": "s-1", "name": "Prospect", "type": "open"},
            {"id": "s-2", "name": "Onsite interview", "type": "open"},
            {"id": "s-3", "name": "Parked", "type": "closed"},
            {"id": "s-4", "name": "Rejected by Candidate", "type": "closed"},
        ],
    },
    {"id": "v-2", "title": "Tunnel Planner", "published": False},
    {"id": "v-3", "title": "Surveyor", "status": "open"},
    {"id": "v-4", "title": "Surveyor", "status": "closed"},
]


def row(object: str, payload: dict[str, Any], owner: str = "") -> Row:
    """A row with this payload."""
    return Row(object, str(payload["id"]), b"hash", json.dumps(payload).encode(), owner, CREATED, UPDATED)


def contact(**over: Any) -> dict[str, Any]:
    """A contact as the API shows it today."""
    return {
        "id": "c-1",
        "firstName": "Mina",
        "lastName": "Okafor",
        "fullName": "Mina Okafor",
        "primaryEmail": "Mina.Okafor@example.com",
        "emails": [
            {"value": "mina@work.example.org", "type": "work", "source": "manual"},
            {"value": "mina.okafor@example.com", "type": "primary", "source": "form"},
        ],
        "phoneNumbers": [{"value": "020 7946 0123", "type": "mobile"}],
        "links": [{"value": "https://uk.linkedin.com/in/Mina-Okafor/"}, {"value": "https://mina.example.net/cv/"}],
        "headline": "Builds bridges",
        "location": {"address": "Leeds, UK", "city": "Leeds", "country": "United Kingdom"},
        "experience": [
            {"organisationName": "Former Ltd", "role": "Trainee", "endDate": "2020-01-01", "current": False},
            {"organisationName": "Arch & Span", "role": "Engineer", "current": True},
        ],
        "globalTags": [{"id": "t-1", "value": "Bridges"}],
        "lists": [{"id": "p-1", "name": "Civil"}],
        "vacancies": [],
        "customFields": [],
        "integrations": {"greenhouse": {"id": "880011"}},
        "archived": False,
        "doNotContact": False,
    } | over


def custom(native: str, name: str, value: Any, shown: Any = None) -> dict[str, Any]:
    """A custom field as a contact holds it."""
    return {"id": native, "displayName": name, "value": value, "displayValue": value if shown is None else shown}


def mapper(**config: Any) -> Mapper:
    """A mapper that has learned the tenant's tables."""
    made = Mapper("crm", MappingConfig(default_region="GB", **config))
    made.learn("custom_field", [row("custom_field", one) for one in DEFINITIONS])
    made.learn("job", [row("job", one) for one in VACANCIES])
    made.learn("pool", [row("pool", {"id": "p-1", "name": "Civil", "type": "talent"})])
    made.learn("tag", [row("tag", {"id": "t-1", "value": "Bridges"}), row("tag", {"id": "t-2", "value": "Alumni"})])
    return made
