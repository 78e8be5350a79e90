"""The small collections over the API: vacancies, pools and their people, tags, custom fields, users."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from connectors.sandbox.beamery.account import Account, Definition
from connectors.sandbox.beamery.contacts import body_of
from connectors.sandbox.beamery.errors import RefusedError
from connectors.sandbox.beamery.filling import pool_row
from connectors.sandbox.beamery.listing import plain_list
from connectors.sandbox.beamery.render import definition
from connectors.sandbox.kernel import Answer, Json, Request
from connectors.sandbox.switches import Switches

_TYPES = ("text", "date", "single-select", "multi-select")


class Tables:
    """Their endpoints."""

    def __init__(self, account: Account, switches: Switches, now: Callable[[], float]) -> None:
        self._account = account
        self._switches = switches
        self._now = now
        self._counted: tuple[int, Counter[str]] = (-1, Counter())

    # ------------------------------------------------------------------ reading

    def rows(self, name: str) -> Sequence[Json]:
        """Everything in a collection, as the API shows it."""
        account = self._account
        if name in ("vacancies", "pools"):
            counts = self._counts()
            held = account.vacancies if name == "vacancies" else account.pools
            return [{**row, "contactCount": counts[id]} for id, row in held.items()]
        if name == "globalTags":
            return [{"id": id, "value": label} for id, label in account.tags.items()]
        if name == "customFields":
            return [definition(field) for field in account.fields.values()]
        return list(account.users.values())

    def _counts(self) -> Counter[str]:
        """How many people are in each pool and on each vacancy; counted anew only after a change."""
        if self._counted[0] != self._account.version:
            found: Counter[str] = Counter()
            for one in self._account.contacts.values():
                found.update(one.pools)
                found.update(id for id, _ in one.vacancies)
            self._counted = (self._account.version, found)
        return self._counted[1]

    def _listed(self, request: Request, name: str) -> Answer:
        query = dict(request.pairs())
        rows = self.rows(name)
        if name == "vacancies" and query.get("status"):
            rows = [row for row in rows if row["status"] == query["status"]]
        return Answer(200, plain_list(name, rows, query, self._switches))

    def _one(self, name: str, id: str, word: str) -> Answer:
        row = next((row for row in self.rows(name) if row["id"] == id), None)
        if row is None:
            raise RefusedError(404, f"{word} not found")
        return Answer(200, row)

    def vacancies(self, request: Request) -> Answer:
        """GET /v1/vacancies; `status` narrows it down."""
        return self._listed(request, "vacancies")

    def vacancy(self, _request: Request, id: str) -> Answer:
        """GET /v1/vacancy/{id}."""
        return self._one("vacancies", id, "Vacancy")

    def pools(self, request: Request) -> Answer:
        """GET /v1/pools."""
        return self._listed(request, "pools")

    def pool(self, _request: Request, id: str) -> Answer:
        """GET /v1/pool/{id}."""
        return self._one("pools", id, "Pool")

    def tags(self, request: Request) -> Answer:
        """GET /v1/global-tags."""
        return self._listed(request, "globalTags")

    def users(self, request: Request) -> Answer:
        """GET /v1/users."""
        return self._listed(request, "users")

    def fields(self, request: Request) -> Answer:
        """GET /v1/custom-fields, where it exists; a role sees only its own."""
        if self._switches["custom_field_list"] == "missing":
            raise RefusedError(404, "Not Found")
        hidden = {name.strip() for name in self._switches["hidden_fields"].split(",")}
        rows = [row for row in self.rows("customFields") if row["displayName"] not in hidden]
        return Answer(200, plain_list("customFields", rows, dict(request.pairs()), self._switches))

    # ------------------------------------------------------------------ writing

    def _object(self, request: Request) -> dict[str, Json]:
        body = body_of(request)
        if not isinstance(body, dict):
            raise RefusedError(400, "the body must be an object")
        return body

    def create_field(self, request: Request) -> Answer:
        """POST /v1/custom-fields: only where an integration may."""
        body = self._allowed(request, "custom_field_create", "displayName")
        name, kind = str(body["displayName"]), body.get("type", "text")
        if kind not in _TYPES:
            raise RefusedError(400, f"type must be one of {', '.join(_TYPES)}")
        if self._account.field_named(name):
            raise RefusedError(409, "Custom field already exists")
        labels = [item.get("value") if isinstance(item, dict) else item for item in body.get("options") or ()]
        options = {self._account.new_id("crm_option"): str(label) for label in labels}
        field = Definition(
            self._account.new_id("crm_field"), name, kind, options, body.get("folder") or "", self._now()
        )
        self._account.fields[field.id] = field
        return Answer(201, definition(field))

    def create_pool(self, request: Request) -> Answer:
        """POST /v1/pool: only where an integration may."""
        body = self._allowed(request, "pool_create", "name")
        id = self._account.new_id("pool")
        row = pool_row(id, str(body["name"]), str(body.get("type") or "talent"), self._now())
        self._account.pools[id] = row
        return Answer(201, {"id": id})

    def create_tag(self, request: Request) -> Answer:
        """POST /v1/global-tags: only where an integration may."""
        body = self._allowed(request, "tag_create", "value")
        if self._account.tag_named(str(body["value"])):
            raise RefusedError(409, "Tag already exists")
        id = self._account.new_id("global_tag")
        self._account.tags[id] = str(body["value"])
        return Answer(201, {"id": id, "value": body["value"]})

    def _allowed(self, request: Request, switch: str, needed: str) -> dict[str, Json]:
        if self._switches[switch] == "refused":
            raise RefusedError(403, "Forbidden: API user lacks permission")
        body = self._object(request)
        if not body.get(needed):
            raise RefusedError(400, f"{needed} is required")
        return body

    # ------------------------------------------------------------------ people in pools

    def add_people(self, request: Request, pool: str) -> Answer:
        """PUT /v1/pool/{id}/contacts {contactIds}: adds; who is in stays in."""
        for id in self._people(pool, self._object(request)):
            self.join(id, pool)
        return Answer(200, {"id": pool})

    def remove_one(self, _request: Request, pool: str, contact: str) -> Answer:
        """DELETE /v1/pool/{id}/contacts/{contactId}."""
        self._removal("one")
        for id in self._people(pool, {"contactIds": [contact]}):
            self.leave(id, pool)
        return Answer(204)

    def remove_people(self, request: Request, pool: str) -> Answer:
        """DELETE /v1/pool/{id}/contacts with {contactIds}."""
        self._removal("body")
        for id in self._people(pool, self._object(request)):
            self.leave(id, pool)
        return Answer(204)

    def _removal(self, way: str) -> None:
        if self._switches["pool_removal"] not in (way, "all"):
            raise RefusedError(404, "Not Found")

    def _people(self, pool: str, body: Mapping[str, Json]) -> list[str]:
        """Nobody is moved unless everybody named can be."""
        if pool not in self._account.pools:
            raise RefusedError(404, "Pool not found")
        ids = body.get("contactIds")
        if not isinstance(ids, list) or not ids:
            raise RefusedError(400, "contactIds must be an array of ids")
        if any(id not in self._account.contacts or self._account.contacts[id].anonymised for id in ids):
            raise RefusedError(404, "Contact not found")
        return ids

    def join(self, contact: str, pool: str) -> None:
        """Put a contact into a pool; the contact's updated time moves only when that changes something."""
        self._set(contact, pool, present=True)

    def leave(self, contact: str, pool: str) -> None:
        """Take a contact out of a pool."""
        self._set(contact, pool, present=False)

    def _set(self, id: str, pool: str, *, present: bool) -> None:
        contact = self._account.contacts[id]
        if (pool in contact.pools) == present:
            return
        self._account.open(contact)
        contact.pools = [*contact.pools, pool] if present else [one for one in contact.pools if one != pool]
        self._account.close(contact, self._now())
