"""The side channel /_sandbox/: how tests, the demo and people look into a stand-in and act in it.

It is no part of any vendor: no credential, no rate limit, nothing in the vendor's log. Answers are JSON.

    GET    /_sandbox/health
    GET    /_sandbox/log?since=N&writes=1&actor=api|person
    GET    /_sandbox/state            the names of the collections
    GET    /_sandbox/state/<name>     everything in one, hidden rows too
    POST   /_sandbox/act              {"action": name, ...parameters}; GET lists the acts
    GET    /_sandbox/faults  · POST a rule or a list of rules · DELETE clears them
    GET    /_sandbox/switches · POST {"name": value, ...}
    GET    /_sandbox/credentials
    GET    /_sandbox/truth
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.sandbox.clock import stamp
from connectors.sandbox.faults import FaultError
from connectors.sandbox.kernel import ActError, Answer, Json, Request, Router, encode
from connectors.sandbox.switches import SwitchError

if TYPE_CHECKING:
    from connectors.sandbox.kernel import Sandbox

_ROUTES = (
    ("GET", "/_sandbox/health", "health"),
    ("GET", "/_sandbox/log", "log"),
    ("GET", "/_sandbox/state", "collections"),
    ("GET", "/_sandbox/state/{}", "state"),
    ("GET", "/_sandbox/act", "actions"),
    ("POST", "/_sandbox/act", "act"),
    ("GET", "/_sandbox/faults", "faults"),
    ("POST", "/_sandbox/faults", "add_faults"),
    ("DELETE", "/_sandbox/faults", "clear_faults"),
    ("GET", "/_sandbox/switches", "switches"),
    ("POST", "/_sandbox/switches", "set_switches"),
    ("GET", "/_sandbox/credentials", "credentials"),
    ("GET", "/_sandbox/truth", "truth"),
)
_JSON = {"content-type": "application/json"}


class Side:
    """Answers the side channel of one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._box = sandbox
        self._router = Router()
        for method, pattern, name in _ROUTES:
            self._router.add(method, pattern, name)

    def answer(self, request: Request) -> Answer:
        """Never raises: a mistake of the caller is a 400 that says which."""
        route = self._router.find(request.method, request.path)
        if route is None:
            return Answer(404, {"error": "the side channel has no such address"}, _JSON)
        try:
            found = getattr(self, f"_{route.name}")(request, *route.ids)
        except (ActError, FaultError, SwitchError, ValueError) as error:
            return Answer(400, {"error": str(error)}, _JSON)
        return Answer(200, encode(found), _JSON)  # null has a body too

    def _health(self, _request: Request) -> Json:
        log = self._box.log
        return {
            "kind": self._box.vendor.kind,
            "status": "ok",
            "now": stamp(self._box.clock.now()),
            "requests": log.requests,
            "writes": log.writes,
        }

    def _log(self, request: Request) -> Json:
        """With `writes=1` and no actor: the writes that came over the API, which is what a quiet sync is judged by."""
        query = dict(request.pairs())
        writes = query.get("writes", "0") not in ("0", "")
        actor = query.get("actor", "api" if writes else "")
        entries = self._box.log.entries(writes=writes, since=int(query.get("since", "0")), actor=actor)
        return [entry.plain() for entry in entries]

    def _collections(self, _request: Request) -> Json:
        return list(self._box.vendor.collections())

    def _state(self, _request: Request, name: str) -> Json:
        try:
            return self._box.vendor.state(name)
        except KeyError:
            raise ValueError(f"there is no collection {name!r}") from None

    def _actions(self, _request: Request) -> Json:
        return {"shift_clock": "move the stand-in's clock: seconds", **self._box.vendor.actions()}

    def _act(self, request: Request) -> Json:
        params = request.json()
        if not isinstance(params, dict) or not isinstance(params.get("action"), str):
            raise ActError('an act is an object with "action" and its parameters')
        action = params.pop("action")
        if action == "shift_clock":
            self._box.clock.shift(float(params.get("seconds", 0)))
            return {"now": stamp(self._box.clock.now())}
        found = self._box.vendor.act(action, params)
        entry = self._box.log.add(self._box.clock.now(), "ACT", action, actor="person", write=True)
        entry.applied, entry.status, entry.body = True, 200, params
        return found

    def _faults(self, _request: Request) -> Json:
        return self._box.faults.plain()

    def _add_faults(self, request: Request) -> Json:
        rules = request.json()
        for rule in rules if isinstance(rules, list) else [rules]:
            if not isinstance(rule, dict):
                raise FaultError("a fault is an object")
            self._box.faults.add(**rule)
        return self._box.faults.plain()

    def _clear_faults(self, _request: Request) -> Json:
        self._box.faults.clear()
        return []

    def _switches(self, _request: Request) -> Json:
        return self._box.vendor.switches.plain()

    def _set_switches(self, request: Request) -> Json:
        values = request.json()
        if not isinstance(values, dict):
            raise SwitchError("switches are set by an object of names and values")
        self._box.vendor.switches.set(values)
        return self._box.vendor.switches.plain()

    def _credentials(self, request: Request) -> Json:
        return dict(self._box.vendor.credentials(request.base))

    def _truth(self, _request: Request) -> Json:
        return self._box.vendor.truth()
