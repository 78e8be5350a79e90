"""Beamery, through its public API ("Frontier"): how to speak to it. What its records mean is in `mapping.beamery`.

What is peculiar here, each point with its test: two log-ins, neither of them RFC 6749; three list envelopes and two
spellings of every time; singular paths for writes and plural ones for lists; offset paging over lists that move; a
rate limit that belongs to the whole company; no tombstone, no idempotency key, no webhook, and most endpoints beyond
contacts undocumented. Sources: Beamery's API overview and help pages as read 2026-11-22; docs/beamery.md has the rest.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Any

import msgspec

from connectors import _beamery_access as access
from connectors import _beamery_shapes as shapes
from connectors._beamery_access import INIT, Settings
from connectors._beamery_learning import Learning
from connectors._beamery_lists import Place, Walk
from connectors._beamery_writes import Writer
from connectors.kit import checks
from connectors.kit.auth import TokenSource
from connectors.kit.contract import (
    Budget,
    Capabilities,
    Finding,
    Fresh,
    Outcome,
    Page,
    Row,
    Severity,
    Stream,
    VendorError,
    Verdict,
    WantedField,
    Window,
    Write,
)
from connectors.kit.fingerprint import Cutter, utc
from connectors.kit.http import VendorClient

__all__ = ["CAPABILITIES", "INIT", "KIND", "STREAMS", "Beamery", "Settings", "open_connector"]

KIND = "beamery"
PER_PAGE = 100  # the documented maximum
THREADS = 4  # contacts are read one by one
PEEKED = 5  # pages of contacts looked through where a tenant shows no definitions of custom fields
ABSENT = frozenset({403, 404, 405})

# Protected, or nobody's business here; refused before anything is sent, whatever asks for it.
REFUSED = re.compile(r"/(?:eeo|demographic|diversity|note|attachment|message|document|form-response|salary)")

CAPABILITIES = Capabilities(
    verbs=frozenset({"create_candidate", "update_candidate", "add_to_pool", "remove_from_pool"}),
    add_only=frozenset({"phones"}),
    marker=True,
    notes=False,
    pools_removable=True,
    hides_empty=True,
    overlap_minutes=35,
    facts=(
        "The rate limit of 40 requests a second is the company's, shared with its other integrations.",
        "There is no bulk write: one request for each contact.",
        "Phone numbers can be added, not removed.",
        "Vacancies come from the ATS; nobody is put on a vacancy from here.",
        "Notes and engagement history have no documented API; last contact and last heard from are read.",
        "There is no webhook and no list of deleted contacts; a daily comparison of ids finds who is gone.",
        "An anonymised contact cannot be added again: such a create is refused for good.",
        "Custom fields may have to be created by an administrator.",
    ),
)

STREAMS = (
    Stream("custom_field", reference=True, required=False, scope="custom fields: read"),
    Stream("tag", reference=True, required=False, scope="global tags: read"),
    Stream("user", reference=True, required=False, scope="users: read"),
    Stream("pool", reference=True, scope="pools: read"),
    Stream("job", reference=True, scope="vacancies: read"),
    Stream("candidate", scope="contacts: read and write"),
)
ACTIVITIES = Stream("activity", owner_object="candidate", required=False, scope="activities: read")
_PATHS = {
    "custom_field": "/custom-fields",
    "tag": "/global-tags",
    "user": "/users",
    "pool": "/pools",
    "job": "/vacancies",
    "candidate": "/contacts",
}
_ID = re.compile(r"[\w-]+", re.ASCII)
_TYPES = {"date": "date", "boolean": "single-select"}


def open_connector(system: str, settings: Settings, budget: Budget) -> Beamery:
    """One account. Nothing is sent until it is asked for something."""
    return Beamery(system, settings, budget)


class Beamery:
    """A connector in the sense of `connectors.kit.contract.Connector`."""

    kind = KIND

    def __init__(self, system: str, settings: Settings, budget: Budget) -> None:
        self.system = system
        self.capabilities = dataclasses.replace(CAPABILITIES, overlap_minutes=settings.overlap_minutes)
        self._settings = settings
        pace = access.pace(settings.rate_share, budget)
        self._client = VendorClient(
            system, f"{settings.base_url}/v1", budget, refused=REFUSED, pace=pace, mend=access.mend
        )
        self._client.tokens = TokenSource(partial(access.mint, settings, self._client))
        self._learning = Learning()
        allowed = shapes.Allowed(settings.custom_fields)
        found = {
            **shapes.SHAPES,
            "candidate": shapes.contact_shape(allowed, self._learning.notice, self._learning.notice_tag),
            "custom_field": shapes.definition_shape(allowed),
        }
        self._cutters = {name: Cutter(shape) for name, shape in found.items()}
        self._plural: bool | None = None  # contacts are read by id at /contacts instead of /contact
        self._peeked = False
        self._numbered = False
        self._writer = Writer(
            self._client, self._one, self._holders, self._dictionary, lambda: self._learning.any_field
        )

    # ------------------------------------------------------------------ reading

    def streams(self) -> Sequence[Stream]:
        """Reference tables first, parents before children."""
        return (*STREAMS, ACTIVITIES) if self._settings.activities else STREAMS

    def now(self) -> datetime:
        """The vendor's clock."""
        return self._client.now()

    def requests(self) -> int:
        """How many requests have been sent."""
        return self._client.requests()

    def close(self) -> None:
        """Give back sockets and threads."""
        self._client.close()

    def pages(self, stream: Stream, window: Window | None) -> Iterator[Page]:
        """A stream, whole or by the vendor's time of the last change. An optional list that this tenant does not
        offer raises a `VendorError` that does not halt; custom fields are then learned from contacts."""
        try:
            if stream.object == "activity":
                yield from self._activities(window)
            elif stream.object == "custom_field":
                yield from self._definitions()
            else:
                yield from self._walk(stream.object, window).pages()
        except VendorError as error:
            error.halt = error.halt and (stream.required or error.status not in ABSENT)
            raise

    def _walk(self, object: str, window: Window | None = None) -> Walk:
        """A reading of a list; contacts in the order of their creation, which updates do not disturb."""
        contacts = object == "candidate"
        fixed: dict[str, str | int] = {}
        if contacts:
            fixed |= {"sort_field": "createdAt", "sort_order": "asc"}
        if contacts and window is not None and window.since is not None:
            fixed |= {"updated_at": utc(window.since.isoformat()), "updated_at_op": "gte"}

        def ask(place: Place) -> shapes.Batch:
            params = {**fixed}
            if place.since:
                params |= {"created_at": place.since, "created_at_op": "gte"}
            return self._page(object, _PATHS[object], params, offset=place.offset)

        return Walk(ask, sliced=contacts, what=_PATHS[object].strip("/"), system=self.system)

    def _page(
        self, object: str, path: str, params: Mapping[str, str | int], *, offset: int = 0, limit: int = PER_PAGE
    ) -> shapes.Batch:
        """One page of a list; numbered once an answer has shown that this tenant numbers its pages."""
        decode = partial(shapes.batch, cutter=self._cutters[object])
        if self._numbered:
            place = {"page": offset // PER_PAGE + 1, "per_page": PER_PAGE}
        else:
            place = {"offset": offset, "limit": limit}
        asked = tuple({**params, **place}.items())
        found: shapes.Batch = self._client.read(path, asked, what=path.strip("/"), decode=decode).value
        self._numbered = self._numbered or found.numbered
        return found

    def _definitions(self) -> Iterator[Page]:
        """The tenant's custom fields; where it does not list them, as far as contacts tell of them."""
        try:
            yield from self._walk("custom_field").pages()
        except VendorError as error:
            if error.status not in ABSENT:
                raise
            self._peek()
            learned = [self._cutters["custom_field"].one(one) for one in self._learning.definitions()]
            rows = [row for row in learned if isinstance(row, Row)]
            if not rows:
                raise
            yield Page(rows, (), last=True)

    def _peek(self) -> None:
        """Look through some contacts, once: the first ones and the last."""
        if self._peeked:
            return
        self._peeked = True
        total = self.total("candidate") or 0
        first = range(0, min(total, 3 * PER_PAGE), PER_PAGE)
        last = range(max(0, total - 2 * PER_PAGE), total, PER_PAGE)
        for offset in sorted({*first, *last})[:PEEKED]:
            order = {"sort_field": "createdAt", "sort_order": "asc"}
            self._page("candidate", _PATHS["candidate"], order, offset=offset)

    def _activities(self, window: Window | None) -> Iterator[Page]:
        """The engagement of every contact that changed; one request for each contact."""
        with ThreadPoolExecutor(THREADS, thread_name_prefix="activity") as pool:
            for page in self._walk("candidate", window).pages():
                found = list(pool.map(self._activities_of, [row.id for row in page.rows]))
                rows = [row for one in found for row in one.rows]
                yield Page(rows, [bad for one in found for bad in one.unreadable], page.last)

    def _activities_of(self, contact: str) -> shapes.Batch:
        """All activities of one contact, page by page; rows that do not name their contact are given it."""
        path = f"/contact/{contact}/activities"
        walk = Walk(
            lambda place: self._page("activity", path, {}, offset=place.offset),
            sliced=False,
            what="activities",
            system=self.system,
        )
        pages = list(walk.pages())
        rows = [row if row.owner else row._replace(owner=contact) for page in pages for row in page.whole()]
        return shapes.Batch(rows, [bad for page in pages for bad in page.unreadable])

    def fresh(self, object: str, ids: Sequence[str]) -> Mapping[str, Fresh]:
        """Contacts as they are now, one request each, a few at a time."""
        if object != "candidate":
            raise VendorError(f"{self.system}: {object}s cannot be read by id")
        wanted = [one for one in dict.fromkeys(ids) if one]
        with ThreadPoolExecutor(THREADS, thread_name_prefix="contact") as pool:
            found = pool.map(self._one, wanted)
            return {native: one for native, one in zip(wanted, found, strict=True) if one is not None}

    def _one(self, native: str) -> Fresh | None:
        """One contact now, at whichever path this tenant has; None when it is gone, hidden, or merged into another."""
        if not _ID.fullmatch(native):
            return None  # it cannot be one of this vendor's
        for plural in (False, True) if self._plural is None else (self._plural,):
            path = f"/{'contacts' if plural else 'contact'}/{native}"
            try:
                raw = self._client.read(path, what="contact", decode=_object).value
            except VendorError as error:
                # A merged contact may answer with a redirect to the one it went into; it is gone all the same.
                if error.status in (301, 302, 307, 308, 404, 405, 410):
                    continue
                raise
            self._plural = plural
            found = self._cutters["candidate"].fresh(raw)
            return found if found and found.row.id == native and not raw.get("mergedInto") else None
        return None

    def find(self, object: str, *, email: str = "", owner: str = "") -> Sequence[Row]:
        """Contacts by e-mail: which spellings the vendor's filter covers is not documented, so each is looked at.
        Activities by contact."""
        if object == "activity" and owner:
            return self._activities_of(owner).rows
        return self._holders(email) if object == "candidate" and email else ()

    def _holders(self, email: str) -> Sequence[Row]:
        found = self._page("candidate", _PATHS["candidate"], {"email": email})
        return [row for row in found.rows if _has_email(row, email)]

    def total(self, object: str) -> int | None:
        """How many contacts the vendor says it holds."""
        if object != "candidate":
            return None
        return self._page("candidate", _PATHS["candidate"], {}, limit=1).total

    # ------------------------------------------------------------------ writing

    def send(self, write: Write, fresh: Fresh | None) -> Outcome:
        """Carry one write; every end it can come to has a verdict."""
        if write.verb not in self.capabilities.verbs:
            return Outcome(Verdict.INVALID, f"{self.system}: Beamery takes no {write.verb}")
        try:
            outcome = self._writer.send(write, fresh)
        except VendorError as error:
            # Raised by reads that come before the request: nothing has been sent.
            return Outcome(Verdict.HALT if error.halt else Verdict.NOT_SENT, str(error), error.status)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            return Outcome(Verdict.HALT, f"{self.system}: a {write.verb} could not be built ({type(error).__name__})")
        if outcome.reason and not outcome.reason.startswith(self.system):
            return dataclasses.replace(outcome, reason=f"{self.system}: {outcome.reason}")
        return outcome

    def _dictionary(self) -> Mapping[str, Any]:
        """Folded label -> tag, from the tenant's dictionary and from the contacts seen."""
        found = dict(self._learning.tags())
        try:
            for page in self._walk("tag").pages():
                for row in page.rows:
                    tag = msgspec.json.decode(row.payload)
                    label = tag.get("value") or tag.get("name")
                    if isinstance(label, str):
                        found[label.strip().casefold()] = {"id": row.id, "value": label}
        except VendorError as error:
            if error.status not in ABSENT:
                raise
        return found

    # ------------------------------------------------------------------ setting up

    def check(self) -> Sequence[Finding]:
        """Try the credential, each list, the clock and the rate limit."""
        return list(self._check())

    def _check(self) -> Iterator[Finding]:
        try:
            if self._client.tokens:
                self._client.tokens.get()
        except VendorError as error:
            yield access.refused_login(self.system, self._settings.base_url, error)
            return
        yield Finding(self.system, "credential", Severity.OK, "is accepted")
        yield from checks.lists(self.system, STREAMS, self._probe)
        yield from checks.clock(self._client)
        yield Finding(self.system, "rate limit", Severity.OK, access.pace_told(self._settings.rate_share))

    def _probe(self, stream: Stream) -> None:
        self._page(stream.object, _PATHS[stream.object], {}, limit=1)

    def create_field(self, field: WantedField) -> Finding:
        """Create a custom field where the tenant lets an integration do that; else say what to ask for."""
        kind = _TYPES.get(field.type, "text")
        body: dict[str, Any] = {"displayName": field.key, "type": kind, "entity": "contact"}
        if kind == "single-select":
            body["options"] = [{"value": "Yes"}, {"value": "No"}]
        written = self._client.write("POST", _PATHS["custom_field"], body, what="custom-fields")
        if written.verdict is Verdict.APPLIED:
            return Finding(self.system, field.key, Severity.OK, "the custom field was created")
        mend = f"ask a Beamery administrator to create a contact custom field named {field.key!r} of type {kind}"
        return Finding(self.system, field.key, Severity.ERROR, written.reason or "it could not be created", mend)


def _object(body: bytes) -> dict[str, Any]:
    """One contact, bare or in an envelope. Raises ValueError when it is neither."""
    answer = msgspec.json.decode(body)
    inner = answer.get("contact", answer.get("data", answer)) if isinstance(answer, dict) else None
    if not isinstance(inner, dict) or "id" not in inner:
        raise ValueError("the answer is not a contact")
    return inner


def _has_email(row: Row, email: str) -> bool:
    wanted = email.strip().casefold()
    contact = msgspec.json.decode(row.payload)
    held = [contact.get("primaryEmail"), *(_value(one) for one in contact.get("emails") or ())]
    return any(isinstance(one, str) and one.strip().casefold() == wanted for one in held)


def _value(item: Any) -> Any:
    return item.get("value") if isinstance(item, dict) else item
