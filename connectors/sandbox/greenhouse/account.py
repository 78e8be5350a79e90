"""One Greenhouse account as Harvest v3 shows it: routes, then the token, the budget, the scope, the rows.

The order matters and was measured: an unknown route is 404 even without a token, and a 401 says nothing of limits.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from connectors.sandbox.greenhouse.account_parts import Parts, Subject
from connectors.sandbox.greenhouse.answers import Refused, forbidden, not_found, unauthorized
from connectors.sandbox.greenhouse.filling import Filling, fill_empty
from connectors.sandbox.greenhouse.options import API_WINDOW, SWITCHES
from connectors.sandbox.greenhouse.people import Outage, People
from connectors.sandbox.greenhouse.reading import Reader
from connectors.sandbox.greenhouse.rows import RESOURCES, Row
from connectors.sandbox.greenhouse.tables import Store
from connectors.sandbox.greenhouse.tokens import Session, Tokens
from connectors.sandbox.greenhouse.writing import Writes
from connectors.sandbox.kernel import Answer, Json, Request, Router, Setup, decode
from connectors.sandbox.rates import FixedWindow, Taken
from connectors.sandbox.switches import Switches

# method, path below /v3, name, scope below harvest:
_WRITES = (
    ("POST", "candidates", "create_candidate", "candidates:create"),
    ("PATCH", "candidates/{}", "update_candidate", "candidates:update"),
    ("DELETE", "candidates/{}", "delete_candidate", "candidates:destroy"),
    ("POST", "candidates/{}/merge", "merge_candidate", "candidates:merge"),
    ("PATCH", "candidates/{}/anonymize", "anonymize_candidate", "candidates:anonymize"),
    ("POST", "applications", "create_application", "applications:create"),
    ("PATCH", "applications/{}", "update_application", "applications:update"),
    ("DELETE", "applications/{}", "delete_application", "applications:destroy"),
    ("POST", "applications/{}/move", "move_application", "applications:move"),
    ("POST", "applications/{}/reject", "reject_application", "applications:reject"),
    ("POST", "applications/{}/unreject", "unreject_application", "applications:unreject"),
    ("POST", "applications/{}/hire", "hire_application", "applications:hire"),
    ("POST", "applications/{}/convert_to_candidate", "convert_application", "applications:convert_to_candidate"),
    ("PATCH", "rejection_details/{}", "update_rejection_detail", "rejection_details:update"),
    ("POST", "notes", "create_note", "notes:create"),
    ("POST", "candidate_tags", "create_tag", "candidate_tags:create"),
    ("DELETE", "candidate_tags/{}", "delete_tag", "candidate_tags:destroy"),
    ("POST", "applied_candidate_tags", "apply_tag", "applied_candidate_tags:create"),
    ("DELETE", "applied_candidate_tags/{}", "unapply_tag", "applied_candidate_tags:destroy"),
    ("POST", "custom_fields", "create_custom_field", "custom_fields:create"),
    ("PATCH", "custom_fields/{}", "update_custom_field", "custom_fields:update"),
    ("POST", "custom_field_options", "create_option", "custom_field_options:create"),
)
_OF_CANDIDATE = frozenset(
    {
        "applications", "notes", "attachments", "applied_candidate_tags", "eeoc", "candidate_educations",
        "candidate_employments",
    }
)  # fmt: skip
_OF_APPLICATION = frozenset({"application_stages", "rejection_details", "prospect_details", "demographic_answers"})
_STUB = "You do not have permission to view this candidate."


class Account:
    """A Greenhouse customer's account; a `Vendor` of the kernel."""

    kind = "greenhouse"

    def __init__(self, setup: Setup) -> None:
        self._clock = setup.clock
        self.switches = Switches(SWITCHES, setup.switches)
        self._parts = Parts(Store(setup.clock), self.switches)
        self._store = self._parts.store
        self._reader = Reader(self._store, self.switches)
        self._truth: Json = None
        self._service_user = self._fill(setup)
        self._tokens = Tokens(setup.clock, self.switches, setup.limits["token"], setup.seed, self._is_user)
        self._window = FixedWindow(setup.limits["api"], API_WINDOW, setup.clock)
        self._random = random.Random(f"requests:{setup.seed}")  # noqa: S311 -- ids of requests
        self._outage = Outage(setup.seed)
        self._people = People(self._parts, self._outage, self._tokens.revoke)
        self._writes = Writes(self._parts).by_name
        self._scopes = {name: resource.scope for name, resource in RESOURCES.items()}
        self._router = self._routes()
        self._shown_with: tuple[Any, ...] = ()

    def _fill(self, setup: Setup) -> int:
        if setup.world is None:
            service, self._reader.default_reasons = fill_empty(self._store, defined_fields=setup.defined_fields)
        else:
            filling = Filling(self._store, setup.world, defined_fields=setup.defined_fields)
            filling.run()
            service, self._reader.default_reasons = filling.service_user, filling.default_reasons
            self._truth = setup.world.truth.plain()
        self._reader.service_users = {service}
        return service

    def _routes(self) -> Router:
        router = Router()
        for name in RESOURCES:
            router.add("GET", f"/v3/{name}", name)
        router.add("GET", "/v3/rejection_reasons/{}", "rejection_reason")
        self._scopes["rejection_reason"] = self._scopes["rejection_reasons"]
        for method, path, name, scope in _WRITES:
            router.add(method, f"/v3/{path}", name)
            self._scopes[name] = f"harvest:{scope}"
        return router

    # ------------------------------------------------------------------ the kernel's side

    def is_write(self, method: str, path: str) -> bool:
        """Everything but reading and minting a token."""
        return method != "GET" and path != "/token"

    def credentials(self, base: str) -> Mapping[str, str]:
        """As they stand in tieline.toml."""
        return {
            "base_url": base,
            "token_url": f"{base}/token",
            "client_id": self._tokens.client_id,
            "client_secret": self._tokens.client_secret,
        }

    def act(self, action: str, params: Mapping[str, Json]) -> Json:
        """Raises `ActError`."""
        return self._people.act(action, dict(params))

    def actions(self) -> Mapping[str, str]:
        """The acts and what they take."""
        return self._people.lines()

    def collections(self) -> Sequence[str]:
        """Every list, and `mails`: what would have been sent to candidates."""
        return [*RESOURCES, "mails"]

    def state(self, collection: str) -> Json:
        """Every row of a list as the API would tell it to somebody who may see everything."""
        if collection == "mails":
            return self._parts.applications.mails
        self._refresh()
        table = self._store[collection]
        return [table.shown(number) for number in table.ids]

    def truth(self) -> Json:
        """What the account was filled with."""
        return self._truth

    # ------------------------------------------------------------------ requests

    def answer(self, request: Request) -> Answer:
        """One request, from route to rows."""
        if request.path == "/token":
            return self._tokens.answer(request) if request.method == "POST" else not_found().answer
        route = self._router.find(request.method, request.path)
        if route is None:
            return self._dressed(not_found().answer, None)
        session = self._session(request)
        if session is None:
            return self._dressed(unauthorized().answer, None)
        taken = self._window.take()
        if not taken.allowed:
            return self._limited(taken, 0)
        request_id = f"{self._random.getrandbits(128):032x}"
        self._refresh()
        try:
            answer = self._do(request, route.name, route.ids, self._subject(session), request_id)
        except Refused as refused:
            answer = refused.answer
        return self._dressed(answer, taken, request_id)

    def too_many(self, request: Request, seconds: float) -> Answer:  # noqa: ARG002 -- the kernel's word
        """The 429 of an exhausted window; without `seconds` it really is, until it turns."""
        taken = self._window.take() if seconds else self._window.exhaust()
        return self._limited(taken._replace(remaining=0), seconds)

    def _session(self, request: Request) -> Session | None:
        authorization = request.headers.get("authorization", "")
        if request.fault == "revoked_token":
            self._tokens.revoke(authorization)
        return self._tokens.session(authorization)

    def _is_user(self, sub: str) -> bool:
        return sub.isdigit() and int(sub) in self._store["users"]

    def _subject(self, session: Session) -> Subject:
        if not session.sub:
            return Subject(self._service_user, self.switches["service_user_admin"])
        user = self._store["users"][int(session.sub)]
        return Subject(user["id"], user["site_admin"])

    def _do(self, request: Request, name: str, ids: tuple[str, ...], subject: Subject, request_id: str) -> Answer:
        scope = self._scopes[name]
        if scope in self.switches["missing_scopes"].split(","):
            raise forbidden(f"The access token does not have the required scope: {scope}")
        if name in self._writes:
            return self._writes[name](request, subject, *ids)
        if not subject.site_admin and self.switches["non_admin"] == "forbidden":
            raise forbidden("The user does not have permission to access this resource.")
        if name == "rejection_reason":
            return self._one_reason(ids[0])
        answer = self._reader.answer(name, request, request_id, self._hides(name))
        if not subject.site_admin or self._outage.empty or request.fault == "empty":
            return Answer(200, b"[]", {"Link": ""})
        return self._stubbed(name, answer)

    def _one_reason(self, number: str) -> Answer:
        table = self._store["rejection_reasons"]
        if not number.isdigit() or int(number) not in table:
            raise not_found()
        return Answer(200, table.shown(int(number)))

    # ------------------------------------------------------------------ what is seen

    def _refresh(self) -> None:
        """Rows are kept as encoded; a switch may have changed how they are told."""
        now = (self.switches["shows_job_stage"], self.switches["private_fields"])
        if now != self._shown_with:
            self._parts.fields.changed()
            self._shown_with = now

    def _hides(self, name: str) -> Callable[[Row], bool] | None:
        """Whether a row is kept from the subject; None when nothing is."""
        private = self.switches["private_candidates"] == "hidden"
        jobs = self.switches["confidential_jobs"] == "hidden"
        if not (private or jobs or self._outage.gone):
            return None
        if name == "candidates":
            return lambda row: self._hidden_candidate(row["id"], private)
        if name in ("jobs", "job_interview_stages", "openings"):
            column = "id" if name == "jobs" else "job_id"
            return lambda row: jobs and self._confidential(row[column])
        if name in _OF_CANDIDATE:
            return lambda row: self._hidden_child(row, private, jobs)
        if name in _OF_APPLICATION:
            applications = self._store["applications"]
            return lambda row: self._hidden_child(applications[row["application_id"]], private, jobs)
        return None

    def _hidden_candidate(self, number: int, private: bool) -> bool:
        row = self._store["candidates"].rows.get(number)
        return row is None or number in self._outage.gone or (private and row["private"])

    def _hidden_child(self, row: Row, private: bool, jobs: bool) -> bool:
        if row["candidate_id"] is not None and self._hidden_candidate(row["candidate_id"], private):
            return True
        return jobs and self._confidential(row.get("job_id"))

    def _confidential(self, job: int | None) -> bool:
        return job is not None and self._store["jobs"][job]["confidential"]

    def _stubbed(self, name: str, answer: Answer) -> Answer:
        """The other shape a candidate's row is published with: an id and a message."""
        if name != "candidates" or self.switches["private_candidates"] != "stub":
            return answer
        rows = [{"id": r["id"], "message": _STUB} if r.get("private") else r for r in decode(answer.encoded())]
        return Answer(answer.status, rows, answer.headers)

    # ------------------------------------------------------------------ headers

    def _limited(self, taken: Taken, seconds: float) -> Answer:
        wait = math.ceil(seconds or taken.until_turn)
        answer = Answer(429, {"message": "Rate limit exceeded"}, {"Retry-After": str(wait)})
        return self._dressed(answer, taken)

    def _dressed(self, answer: Answer, taken: Taken | None, request_id: str = "") -> Answer:
        """With the headers every answer carries. Reset is always 30 s ahead, whenever the window really turns."""
        headers = {
            "Content-Type": "application/json;charset=utf-8",
            "Vary": "Accept,Accept-Encoding",
            "Cache-Control": "max-age=0, private, must-revalidate",
            "X-Request-Id": request_id or f"{self._random.getrandbits(128):032x}",
            **answer.headers,
        }
        body = answer.encoded()
        if answer.status == 204:
            del headers["Content-Type"]
        else:
            headers["Etag"] = f'W/"{blake2b(body, digest_size=16).hexdigest()}"'
        if taken is not None:
            headers["X-Ratelimit-Limit"] = str(taken.limit)
            headers["X-Ratelimit-Remaining"] = str(taken.remaining)
            headers["X-Ratelimit-Reset"] = str(int(self._clock.now()) + API_WINDOW)
        return Answer(answer.status, body, headers, answer.applied)
