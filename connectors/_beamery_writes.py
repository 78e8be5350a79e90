"""Carrying writes to Beamery: the route that works, the tag dictionary, and what an answer is worth.

Both singular and plural paths are in use. A 404 on one of them may mean the route or the object, so the other is
tried only where the object is known to exist, or where there is none yet; what works is remembered. An answer is
believed as far as its status goes and no further: contents are read.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from connectors import _beamery_bodies as bodies
from connectors.kit.contract import Fresh, Json, Outcome, VendorError, Verdict, Write
from connectors.kit.fingerprint import utc
from connectors.kit.http import VendorClient, Written

_NO_ROUTE = frozenset({404, 405})
_CONFLICT = 409
Read = Callable[[str], Fresh | None]  # one contact, now
Holders = Callable[[str], Sequence[Any]]  # the contacts with this e-mail


class Writer:
    """The writes of one account. Safe to use from several threads."""

    def __init__(
        self,
        client: VendorClient,
        read: Read,
        holders: Holders,
        dictionary: Callable[[], Mapping[str, Json]],
        shown: Callable[[], bool],
    ) -> None:
        """`read` reads one contact, `holders` lists those with an e-mail, `dictionary` the tags (folded label ->
        tag), `shown` says whether any contact has shown custom fields."""
        self._client = client
        self._read = read
        self._holders = holders
        self._dictionary = dictionary
        self._shown = shown
        self._lock = threading.Lock()
        self._routes: dict[str, int] = {}
        self._tags: dict[str, Json] | None = None
        self._phones_replaced: bool | None = None  # None: not yet known what a PATCH does to phone numbers

    def send(self, write: Write, fresh: Fresh | None) -> Outcome:
        """Carry one write. Raises `VendorError` only where nothing has been sent."""
        if write.verb == "create_candidate":
            return self._create(write)
        held = fresh or self._read(write.id)
        if held is None:
            return Outcome(Verdict.RACED, "the contact is not there any more", 404)
        if write.verb == "update_candidate":
            return self._update(write, held.raw)
        pool = str(write.body["pool"])
        return self._add(write.id, pool) if write.verb == "add_to_pool" else self._remove(write.id, pool, held.raw)

    # ------------------------------------------------------------------ contacts

    def _create(self, write: Write) -> Outcome:
        body = bodies.created(write.body, utc(self._client.now().isoformat()), self._tag)
        written = self._tagless(body, self._post)
        if written.status == _CONFLICT:
            return self._refused(body)
        if written.verdict is Verdict.RACED:
            return Outcome(Verdict.HALT, "this tenant takes no new contacts at either path", written.status)
        if written.verdict is not Verdict.APPLIED:
            return _outcome(written)
        native = _created_id(written.body)
        if not native:
            return Outcome(Verdict.UNKNOWN, "the answer to a new contact does not say which it is", written.status)
        return Outcome(Verdict.APPLIED, "", written.status, {"candidate": native})

    def _refused(self, body: Mapping[str, Json]) -> Outcome:
        """A conflict is either somebody who is there already, which planning again will find, or somebody who was
        anonymised and must not come back. Bodies of errors are not documented: looking tells."""
        email = body.get("primaryEmail")
        if isinstance(email, str) and self._holders(email):
            return Outcome(Verdict.RACED, "a contact with this address exists already", _CONFLICT)
        reason = (
            "the vendor refuses this contact: it was anonymised and cannot be added again, or somebody whom it does not"
            " show has the same address or link"
        )
        return Outcome(Verdict.INVALID, reason, _CONFLICT)

    def _update(self, write: Write, raw: Mapping[str, Json]) -> Outcome:
        try:
            now = utc(self._client.now().isoformat())
            content = bodies.patched(raw, write.body, now, self._tag, shown=self._shown())
        except bodies.Hidden:
            return Outcome(Verdict.INVALID, "custom fields are not shown to this API user, so none can be written")
        if not content:
            return Outcome(Verdict.APPLIED, "nothing was left to change")
        if "phoneNumbers" in content and self._phones_replaced:
            content["phoneNumbers"] = bodies.phones(raw, write.body)
        written = self._tagless(content, lambda one: self._patch(write.id, one))
        if written.status == _CONFLICT:
            return Outcome(Verdict.INVALID, "the vendor refuses to change this contact: it was anonymised", _CONFLICT)
        if written.verdict is Verdict.APPLIED and "phoneNumbers" in content and self._phones_replaced is None:
            return self._check_phones(write, raw)
        return _outcome(written)

    def _check_phones(self, write: Write, before: Mapping[str, Json]) -> Outcome:
        """Look once whether a PATCH adds phone numbers, as a customer found, or replaces them; put lost ones back."""
        try:
            after = self._read(write.id)
        except VendorError as error:
            return Outcome(Verdict.UNKNOWN, f"phone numbers could not be read back: {error}", error.status)
        if after is None:
            return Outcome(Verdict.UNKNOWN, "the contact is gone since its phone numbers were written")
        if not bodies.listed(before.get("phoneNumbers")):
            return Outcome(Verdict.APPLIED)  # nothing was there to be lost: still not known
        self._phones_replaced = bodies.lost_phones(before, after.raw)
        if not self._phones_replaced:
            return Outcome(Verdict.APPLIED)
        return _outcome(self._patch(write.id, {"phoneNumbers": bodies.phones(before, write.body)}))

    def _tagless(self, content: dict[str, Json], send: Callable[[dict[str, Json]], Written]) -> Written:
        """Send, and once more without tags that the dictionary does not have, if those may be what was refused: a
        400 has changed nothing. What is left out is found missing by whoever reads the contact next."""
        written = send(content)
        known = [one for one in content.get("globalTags", ()) if one.get("id")]
        if written.verdict is not Verdict.INVALID or len(known) == len(content.get("globalTags", ())):
            return written
        rest = {key: value for key, value in content.items() if key != "globalTags"}
        if not rest:
            reason = "the tag is not in the tenant's dictionary and cannot be added: ask an administrator to add it"
            return written._replace(reason=reason)
        return send(rest)

    def _post(self, content: Mapping[str, Json]) -> Written:
        return self._routed("create", "POST", ("/contact", "/contacts"), content, what="contact")

    def _patch(self, native: str, content: Mapping[str, Json]) -> Written:
        paths = (f"/contact/{_safe(native)}", f"/contacts/{_safe(native)}")
        return self._routed("contact", "PATCH", paths, {"id": native, **content}, what="contact")

    # ------------------------------------------------------------------ pools

    def _add(self, native: str, pool: str) -> Outcome:
        paths = (f"/pool/{_safe(pool)}/contacts", f"/pools/{_safe(pool)}/contacts")
        return _outcome(self._routed("pool", "PUT", paths, {"contactIds": [native]}, what="pool"))

    def _remove(self, native: str, pool: str, raw: Mapping[str, Json]) -> Outcome:
        """By the first way that takes the contact out. Nothing is documented; each way is checked by reading until
        one has worked. The body-only DELETE comes last: a proxy that drops its body would empty the pool."""
        if not bodies.in_pool(raw, pool):
            return Outcome(Verdict.APPLIED, "the contact is not in the pool")
        one = {"contactIds": [native]}
        without = {"id": native, "lists": bodies.pools(raw, pool)}
        of_pool, me = f"{_safe(pool)}/contacts", _safe(native)
        ways: tuple[tuple[str, str, Mapping[str, Json]], ...] = (
            ("DELETE", f"/pool/{of_pool}/{me}", one),
            ("DELETE", f"/pools/{of_pool}/{me}", one),
            ("PATCH", f"/contact/{me}", without),
            ("PATCH", f"/contacts/{me}", without),
            ("DELETE", f"/pool/{of_pool}", one),
            ("DELETE", f"/pools/{of_pool}", one),
        )
        known = self._routes.get("unpool")
        for at, (method, path, body) in enumerate(ways):
            if known is not None and at != known:
                continue
            written = self._client.write(method, path, body, what="pool")
            if written.verdict is Verdict.APPLIED:
                if known is not None or self._is_out(native, pool):
                    self._routes["unpool"] = at
                    return _outcome(written)
            elif written.status not in (*_NO_ROUTE, 400, 422):
                return _outcome(written)
        if known is not None:
            return Outcome(Verdict.RACED, "the pool or the contact is not there any more", 404)
        return Outcome(Verdict.INVALID, "no way of taking a contact out of a pool works in this tenant")

    def _is_out(self, native: str, pool: str) -> bool:
        try:
            now = self._read(native)
        except VendorError:
            return True  # accepted, and cannot be looked at: whoever reads it next will tell
        return now is None or not bodies.in_pool(now.raw, pool)

    # ------------------------------------------------------------------ tags and routes

    def _tag(self, label: str) -> Json:
        """The tag of the tenant's dictionary, made where it is missing; its bare label where that is not allowed."""
        with self._lock:
            if self._tags is None:
                self._tags = dict(self._dictionary())
            key = label.strip().casefold()
            if key not in self._tags:
                self._tags[key] = self._new_tag(label)
            return self._tags[key]

    def _new_tag(self, label: str) -> Json:
        written = self._client.write("POST", "/global-tags", {"value": label}, what="tag")
        native = _created_id(written.body) if written.verdict is Verdict.APPLIED else ""
        if native:
            return {"id": native, "value": label}
        if written.verdict in (Verdict.APPLIED, Verdict.UNKNOWN):
            found = self._dictionary().get(label.strip().casefold())
            if found:
                return found
        return {"value": label}

    def _routed(self, name: str, method: str, paths: tuple[str, str], body: Json, *, what: str) -> Written:
        """Send to the path that is known to work; else to the first, and to the second if that is no route."""
        known = self._routes.get(name)
        if known is not None:
            return self._client.write(method, paths[known], body, what=what)
        first = self._client.write(method, paths[0], body, what=what)
        if first.status not in _NO_ROUTE:
            if first.verdict is Verdict.APPLIED:
                self._routes[name] = 0
            return first
        second = self._client.write(method, paths[1], body, what=what)
        if second.verdict is Verdict.APPLIED:
            self._routes[name] = 1
        return first if second.status in _NO_ROUTE else second


def _safe(native: str) -> str:
    return quote(native, safe="")


def _outcome(written: Written) -> Outcome:
    return Outcome(written.verdict, written.reason, written.status)


def _created_id(body: bytes) -> str:
    """The id in the answer to a create, bare or within an envelope; empty when it cannot be read."""
    try:
        answer = msgspec.json.decode(body)
    except (msgspec.MsgspecError, RecursionError):
        return ""
    if not isinstance(answer, dict) or answer.get("success") is False:
        return ""
    inner = (answer, answer.get("contact"), answer.get("data"), answer.get("globalTag"), answer.get("tag"))
    found = (one.get("id") for one in inner if isinstance(one, dict))
    return next((str(one) for one in found if isinstance(one, str | int) and not isinstance(one, bool) and one), "")
