"""Contacts over the API: read one, create, change, replace, delete, and their activities."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from connectors.sandbox.beamery.account import Account, Contact
from connectors.sandbox.beamery.bodies import Writer, strings
from connectors.sandbox.beamery.errors import RefusedError
from connectors.sandbox.beamery.listing import Lister, envelope, plain_list
from connectors.sandbox.beamery.render import Renderer
from connectors.sandbox.clock import seconds_of
from connectors.sandbox.kernel import Answer, Json, Request
from connectors.sandbox.switches import Switches

_WHOLE: dict[str, Json] = {
    "firstName": None, "lastName": None, "middleNames": None, "headline": None, "summary": None, "primaryEmail": None,
    "emails": [], "phoneNumbers": [], "links": [], "location": None, "experience": [], "education": [], "skills": [],
    "globalTags": [], "customFields": [], "assignedTo": None, "sourcedBy": None, "doNotContact": False,
}  # fmt: skip


def body_of(request: Request) -> Json:
    """The JSON body. Raises `RefusedError` as the real API words it."""
    try:
        return request.json()
    except ValueError:
        raise RefusedError(400, f"Unexpected token in JSON at position {len(request.body)}") from None


class Contacts:
    """The contact endpoints."""

    def __init__(
        self, account: Account, switches: Switches, lister: Lister, renderer: Renderer, now: Callable[[], float]
    ) -> None:
        self._account = account
        self._switches = switches
        self._lister = lister
        self._renderer = renderer
        self._now = now
        self._writer = Writer(account, switches)

    # ------------------------------------------------------------------ reading

    def listed(self, request: Request) -> Answer:
        """GET /v1/contacts. Unknown parameters are ignored."""
        contacts, total, page = self._lister.choose(dict(request.pairs()))
        if request.fault == "empty":
            contacts, total = [], 0
        return Answer(
            200, envelope("contacts", self._renderer.encoded(contacts), total, page, self._switches["envelope"])
        )

    def one(self, request: Request, id: str) -> Answer:
        """GET /v1/contact/{id}."""
        if id in self._account.merged:
            return self._merged(request, id)
        return Answer(200, self._renderer.encoded([self._visible(id)])[0])

    def _merged(self, request: Request, id: str) -> Answer:
        winner = self._account.merged[id]
        if self._switches["merged_id"] == "301":
            return Answer(301, None, {"location": f"{request.base}/v1/contact/{winner}"})
        if self._switches["merged_id"] == "mergedInto":
            return Answer(200, {"id": id, "mergedInto": winner})
        raise RefusedError(404, "Contact not found")

    def _visible(self, id: str) -> Contact:
        contact = self._account.contacts.get(id)
        if contact is None or self._lister.empty:
            raise RefusedError(404, "Contact not found")
        if contact.anonymised and self._switches["anonymised_contacts"] == "gone":
            raise RefusedError(404, "Contact not found")
        return contact

    def activities(self, request: Request, id: str) -> Answer:
        """GET /v1/contact/{id}/activities, where a tenant has it: `since` and `type` narrow it down."""
        if not self._switches["activities"]:
            raise RefusedError(404, "Not Found")
        query = dict(request.pairs())
        rows = self._account.activities.get(self._visible(id).id, [])
        if query.get("type"):
            rows = [row for row in rows if row["type"] == query["type"]]
        if query.get("since"):
            try:
                since = seconds_of(query["since"])
            except ValueError:
                raise RefusedError(400, "since must be an ISO 8601 date-time") from None
            rows = [row for row in rows if seconds_of(row["occurredAt"]) >= since]
        return Answer(200, plain_list("activities", rows, query, self._switches))

    # ------------------------------------------------------------------ writing

    def create(self, request: Request) -> Answer:
        """POST /v1/contact. An e-mail address or social link that is known is treated as `create_dedupe` has it;
        one that belonged to an anonymised person is refused for good."""
        body = self._writer.check(body_of(request))
        emails, links = strings(body, "emails"), strings(body, "links")
        emails = [*emails, body["primaryEmail"]] if body.get("primaryEmail") else emails
        if self._account.is_forgotten(emails, links):
            raise RefusedError(409, "Contact was anonymised and cannot be re-added")
        twins = self._account.twins(emails, links) if self._switches["create_dedupe"] != "duplicate" else []
        if twins and self._switches["create_dedupe"] == "conflict":
            raise RefusedError(409, "Contact already exists")
        contact = self._enrich(twins[0], body) if twins else self._new(body)
        return Answer(self._switches["create_status"], {"id": contact.id})

    def _new(self, body: Mapping[str, Json]) -> Contact:
        now, n = self._now(), self._account.new_number("contact")
        contact = Contact(n, self._account.contact_id(n), now, now, mails_since=now)
        self._writer.write(contact, body, now, fresh=True)
        self._account.add(contact)
        return contact

    def _enrich(self, contact: Contact, body: Mapping[str, Json]) -> Contact:
        """A profile that arrives for a known contact: arrays are added to, scalars overwritten."""
        now, account = self._now(), self._account
        merged = dict(body)
        if merged.get("primaryEmail"):
            merged["emails"] = [*(merged.get("emails") or ()), merged["primaryEmail"]]
        for key, held in (("emails", contact.emails), ("phoneNumbers", contact.phones), ("links", contact.links)):
            if merged.get(key):
                merged[key] = [*(item["value"] for item in held), *merged[key]]
        if merged.get("globalTags"):
            merged["globalTags"] = [*({"id": id} for id in contact.tags), *merged["globalTags"]]
        if merged.get("customFields"):
            kept = ({"id": id, "value": value} for id, value in contact.custom.items())
            merged["customFields"] = [*kept, *merged["customFields"]]
        merged = {key: value for key, value in merged.items() if value not in (None, [], "")}
        merged.pop("primaryEmail", None)
        account.open(contact)
        self._writer.write(contact, merged, now, fresh=True)
        account.close(contact, now)
        return contact

    def change(self, request: Request, id: str) -> Answer:
        """PATCH /v1/contact/{id}: what is left out is kept."""
        return self._write(id, self._writer.check(body_of(request)), fresh=False)

    def replace(self, request: Request, id: str) -> Answer:
        """PUT /v1/contact/{id}: what is left out is cleared."""
        return self._write(id, {**_WHOLE, **self._writer.check(body_of(request))}, fresh=True)

    def _write(self, id: str, body: Mapping[str, Json], *, fresh: bool) -> Answer:
        contact, account, now = self._visible(id), self._account, self._now()
        if body.get("id", id) != id:
            raise RefusedError(400, "the id in the body is not the id in the path")
        if contact.anonymised:
            raise RefusedError(409, "Contact was anonymised")
        before = self._renderer.contact(contact)
        account.open(contact)
        self._writer.write(contact, body, now, fresh=fresh)
        changed = self._renderer.contact(contact) != before
        account.close(contact, now, bump=changed or self._switches["same_value_bumps"])
        if self._switches["patch_answer"] == "empty":
            return Answer(204)
        if self._switches["patch_answer"] == "full":
            return Answer(200, self._renderer.encoded([contact])[0])
        return Answer(200, {"id": id})

    def delete(self, _request: Request, id: str) -> Answer:
        """DELETE /v1/contact/{id}."""
        if self._switches["delete"] == "refused":
            raise RefusedError(403, "Forbidden: API user lacks permission")
        contact = self._visible(id)
        if self._switches["delete"] == "archived_only" and not contact.archived:
            raise RefusedError(409, "Only archived contacts can be deleted")
        self._account.remove(contact)
        return Answer(204)
