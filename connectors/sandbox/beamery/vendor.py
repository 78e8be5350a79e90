"""The account as the kernel sees it: routes, credentials and the rate limit around the endpoints."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

from connectors.sandbox.beamery.account import Account
from connectors.sandbox.beamery.bodies import Writer
from connectors.sandbox.beamery.contacts import Contacts
from connectors.sandbox.beamery.errors import RefusedError
from connectors.sandbox.beamery.filling import fill
from connectors.sandbox.beamery.listing import Lister
from connectors.sandbox.beamery.options import LIMITS, SWITCHES
from connectors.sandbox.beamery.people import People
from connectors.sandbox.beamery.render import Renderer
from connectors.sandbox.beamery.tables import Tables
from connectors.sandbox.beamery.tokens import CLIENT_ID, CLIENT_SECRET, PASSWORD, USERNAME, Tokens
from connectors.sandbox.kernel import ActError, Answer, Json, Request, Router, Setup
from connectors.sandbox.rates import FixedWindow, Taken
from connectors.sandbox.switches import Switches

_LOGIN = "/v1/oauth/token"
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# Both numbers of every noun are served: customers' code says /contact, the pages say /contacts.
_ROUTES = (
    ("GET", ("contacts", "contact"), "", "contacts.listed"),
    ("POST", ("contact", "contacts"), "", "contacts.create"),
    ("GET", ("contact", "contacts"), "/{}", "contacts.one"),
    ("PATCH", ("contact", "contacts"), "/{}", "contacts.change"),
    ("PUT", ("contact", "contacts"), "/{}", "contacts.replace"),
    ("DELETE", ("contact", "contacts"), "/{}", "contacts.delete"),
    ("GET", ("contact", "contacts"), "/{}/activities", "contacts.activities"),
    ("GET", ("vacancies", "vacancy"), "", "tables.vacancies"),
    ("GET", ("vacancies", "vacancy"), "/{}", "tables.vacancy"),
    ("GET", ("pools", "pool"), "", "tables.pools"),
    ("POST", ("pool", "pools"), "", "tables.create_pool"),
    ("GET", ("pools", "pool"), "/{}", "tables.pool"),
    ("PUT", ("pool", "pools"), "/{}/contacts", "tables.add_people"),
    ("DELETE", ("pool", "pools"), "/{}/contacts", "tables.remove_people"),
    ("DELETE", ("pool", "pools"), "/{}/contacts/{}", "tables.remove_one"),
    ("GET", ("global-tags", "global-tag"), "", "tables.tags"),
    ("POST", ("global-tags", "global-tag"), "", "tables.create_tag"),
    ("GET", ("custom-fields", "custom-field"), "", "tables.fields"),
    ("POST", ("custom-fields", "custom-field"), "", "tables.create_field"),
    ("GET", ("users", "user"), "", "tables.users"),
)


class Beamery:
    """One tenant. See `connectors.sandbox.kernel.Vendor`."""

    kind = "beamery"

    def __init__(self, setup: Setup) -> None:
        self.switches = Switches(SWITCHES, setup.switches)
        self.account = Account()
        now, world = setup.clock.now, setup.world
        fill(self.account, world, defined_fields=setup.defined_fields, ats_kind=self.switches["ats_kind"], now=now())
        limits = {**LIMITS["real"], **setup.limits}
        self._window = FixedWindow(limits["api"], 1, setup.clock)
        self._login_window = FixedWindow(limits["auth"], 1, setup.clock)
        self._tokens = Tokens(self.switches, now, setup.seed)
        self._truth = world.truth if world is not None else None
        lister, renderer = Lister(self.account, self.switches, now), Renderer(self.account, self.switches)
        self._renderer = renderer
        self._contacts = Contacts(self.account, self.switches, lister, renderer, now)
        self._tables = Tables(self.account, self.switches, now)
        self._people = People(self.account, Writer(self.account, self.switches), lister, now)
        self._router, self._calls = self._routes()

    def _routes(self) -> tuple[Router, dict[str, Callable[..., Answer]]]:
        router, calls = Router(), {}
        parts = {"contacts": self._contacts, "tables": self._tables}
        for method, nouns, rest, name in _ROUTES:
            part, _, call = name.partition(".")
            calls[name] = getattr(parts[part], call)
            for noun in nouns:
                router.add(method, f"/v1/{noun}{rest}", name)
        return router, calls

    # ------------------------------------------------------------------ answering

    def is_write(self, method: str, path: str) -> bool:
        """Anything but reading and logging in."""
        return method in _WRITES and path != _LOGIN

    def answer(self, request: Request) -> Answer:
        """Budget first, then the credential, then the route."""
        login = request.path in (_LOGIN, "/v1/auth")
        taken = self._login_window.take() if login else self._take()
        if not taken.allowed:
            return self._refused(RefusedError(429, "Too Many Requests"), taken)
        try:
            answer = self._log_in(request) if login else self._call(request)
        except RefusedError as refused:
            return self._refused(refused, taken)
        headers = {**_rate_headers(taken), **answer.headers}
        if answer.body is not None:
            headers["content-type"] = "application/json; charset=utf-8"
        answer.headers = headers
        return answer

    def _take(self) -> Taken:
        """The company's limit is shared: what its other integrations send is gone before we come."""
        taken = self._window.take()
        others = self.switches["others_per_second"]
        return taken._replace(allowed=taken.allowed and taken.remaining >= others,
                              remaining=max(taken.remaining - others, 0))  # fmt: skip

    def _refused(self, refused: RefusedError, taken: Taken) -> Answer:
        headers = {**_rate_headers(taken), "content-type": "application/json; charset=utf-8", **refused.headers}
        return Answer(refused.status, refused.body(), headers, applied=False)

    def _log_in(self, request: Request) -> Answer:
        if (request.method, request.path) == ("POST", _LOGIN):
            return Answer(200, self._tokens.by_client(request))
        if (request.method, request.path) == ("GET", "/v1/auth"):
            return Answer(200, self._tokens.by_password(request.headers))
        raise RefusedError(405, "Method Not Allowed")

    def _call(self, request: Request) -> Answer:
        token = self._tokens.check(request.headers)
        if request.fault == "revoked_token":
            self._tokens.revoke(token)
            raise RefusedError(401, "Unauthorized")
        route = self._router.find(request.method, request.path)
        if route is None:
            known = self._router.knows(request.path)
            raise RefusedError(405, "Method Not Allowed") if known else RefusedError(404, "Not Found")
        return self._calls[route.name](request, *route.ids)

    def too_many(self, request: Request, seconds: float) -> Answer:
        """429 as Beamery says it: no Retry-After, the reset in seconds from now. Without `seconds` the window really
        is used up: nothing gets through until it turns."""
        login = request.path in (_LOGIN, "/v1/auth")
        window = self._login_window if login else self._window
        taken = window.take() if seconds else window.exhaust()
        refused = RefusedError(429, "Too Many Requests")
        return self._refused(refused, taken._replace(remaining=0, until_turn=seconds or taken.until_turn))

    # ------------------------------------------------------------------ looking in

    def act(self, action: str, params: Mapping[str, Json]) -> Json:
        """What a person does. Raises `ActError`."""
        if action == "revoke_tokens":
            return {"revoked": self._tokens.revoke()}
        try:
            return self._people.act(action, params)
        except (TypeError, AttributeError) as error:
            raise ActError(f"{action}: the parameters are not of the right kind") from error

    def actions(self) -> Mapping[str, str]:
        """The acts and what they take."""
        return {**self._people.lines(), "revoke_tokens": "kill every token that is out"}

    def collections(self) -> Sequence[str]:
        """What `state` takes."""
        return ("contacts", "vacancies", "pools", "globalTags", "customFields", "users", "activities", "campaigns",
                "merged", "fingerprints")  # fmt: skip

    def state(self, collection: str) -> Json:
        """Everything in a collection, whatever the API would hide. Raises KeyError."""
        account = self.account
        if collection == "contacts":
            return [self._renderer.contact(one) for one in account.contacts.values()]
        if collection == "activities":
            return [row for rows in account.activities.values() for row in rows]
        if collection == "campaigns":
            return [{"id": id, "name": name} for id, name in account.campaigns.items()]
        if collection == "merged":
            return [{"id": id, "mergedInto": winner} for id, winner in account.merged.items()]
        if collection == "fingerprints":
            return [{key: sorted(value) for key, value in asdict(mark).items()} for mark in account.fingerprints]
        if collection in self.collections():
            return self._tables.rows(collection)
        raise KeyError(collection)

    def credentials(self, base: str) -> Mapping[str, str]:
        """Both log-ins."""
        return {
            "base_url": base,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "username": USERNAME,
            "password": PASSWORD,
        }

    def truth(self) -> Json:
        """The truth about the world it was filled from."""
        return self._truth.plain() if self._truth is not None else None


def _rate_headers(taken: Taken) -> dict[str, str]:
    """As documented, in the third draft's spelling: the reset is in seconds from now."""
    return {
        "x-ratelimit-limit": f"{taken.limit};w=1",
        "x-ratelimit-remaining": str(taken.remaining),
        "x-ratelimit-reset": str(max(math.ceil(taken.until_turn), 1)),
    }
