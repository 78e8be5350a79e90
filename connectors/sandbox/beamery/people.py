"""What people do in Beamery's own pages: recruiters who source, contacts who answer, admins who tidy up.

Who is meant is said by `contact` (id) or `email`; a vacancy, stage, pool, tag, campaign or custom field by id or name,
without regard to case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from connectors.sandbox.beamery.account import Account, Contact, Definition, Fingerprint
from connectors.sandbox.beamery.bodies import Writer, stored
from connectors.sandbox.beamery.errors import RefusedError
from connectors.sandbox.beamery.filling import activity_row
from connectors.sandbox.beamery.listing import Lister
from connectors.sandbox.clock import seconds_of, stamp
from connectors.sandbox.kernel import ActError, Json

Given = Mapping[str, Json]
KINDS = ("sent", "opened", "clicked", "replied", "bounced", "note", "form", "event")
_HEARD = ("replied", "form", "event")
CONSENT, CONSENT_DATE, CONSENT_EXPIRY = "Sourcing consent", "Sourcing consent date", "Sourcing consent expiry"


class People:
    """The acts, by name."""

    def __init__(self, account: Account, writer: Writer, lister: Lister, now: Callable[[], float]) -> None:
        self._account = account
        self._writer = writer
        self._lister = lister
        self._now = now
        self._acts: Mapping[str, tuple[Callable[[Given], Json], str]] = {
            "create_contact": (self._create, "add a contact: profile keys as POST /v1/contact takes them; source"),
            "edit": (self._edit, "change profile keys: values (an object; arrays whole)"),
            "add_to_vacancy": (self._place, "put on a vacancy: vacancy, stage (the first open one when left out)"),
            "move_on_vacancy": (self._place, "move on a vacancy: vacancy, stage"),
            "remove_from_vacancy": (self._displace, "take off a vacancy: vacancy"),
            "engage": (self._engage, "an engagement: kind, campaign, when, channel"),
            "grant_consent": (lambda given: self._consent(given, "Yes"), "consent to sourcing: when, expires"),
            "withdraw_consent": (lambda given: self._consent(given, "No"), "withdraw consent: when"),
            "set_do_not_contact": (self._ban, "the do-not-contact flag: value (default true)"),
            "merge": (self._merge, "merge contacts: winner, loser (ids)"),
            "archive": (self._archive, "archive, or bring back: on (default true)"),
            "delete": (self._delete, "delete, archived or not"),
            "anonymise": (self._anonymise, "erase; a fingerprint keeps the person from coming back"),
            "add_to_pool": (lambda given: self._pool(given, True), "put into a pool: pool"),
            "remove_from_pool": (lambda given: self._pool(given, False), "take out of a pool: pool"),
            "tag": (lambda given: self._tag(given, True), "tag: tag (made if need be)"),
            "untag": (lambda given: self._tag(given, False), "untag: tag"),
            "set_custom_field": (self._custom, "set a custom field: field, value (a select's label; null clears)"),
            "empty": (self._empty, "let the side look empty: on (default true); false brings all back"),
            "shrink": (self._shrink, "hide a share of the contacts: share (0 brings all back)"),
        }

    def lines(self) -> dict[str, str]:
        """The acts and what they take."""
        return {name: line for name, (_, line) in self._acts.items()}

    def act(self, action: str, given: Given) -> Json:
        """Do it. Raises `ActError`."""
        if action not in self._acts:
            raise ActError(f"there is no act {action!r}; there are {', '.join(self._acts)}")
        try:
            return self._acts[action][0](given)
        except RefusedError as refused:
            raise ActError(refused.message) from None

    # ------------------------------------------------------------------ who and what

    def _who(self, given: Given, key: str = "contact") -> Contact:
        if key in given:
            found = self._account.contacts.get(str(given[key]))
        elif "email" in given:
            ids = self._account.by_email.get(str(given["email"]).lower(), set())
            found = min((self._account.contacts[id] for id in ids), key=lambda one: one.n, default=None)
        else:
            raise ActError(f"say who: {key} or email")
        if found is None:
            raise ActError("there is no such contact")
        return found

    def _named(self, given: Given, key: str, known: Mapping[str, str]) -> str:
        wanted = str(given.get(key, ""))
        found = next((id for id, name in known.items() if wanted in (id, name) or name.lower() == wanted.lower()), None)
        if not wanted or found is None:
            raise ActError(f"there is no such {key}")
        return found

    def _vacancy(self, given: Given) -> dict[str, Any]:
        titles = {id: row["title"] for id, row in self._account.vacancies.items()}
        return self._account.vacancies[self._named(given, "vacancy", titles)]

    def _when(self, given: Given, key: str = "when") -> float:
        return seconds_of(str(given[key])) if given.get(key) else self._now()

    def _changed(self, contact: Contact, change: Callable[[], None]) -> Json:
        """Carry out a change with the indexes in order, and move the updated time."""
        self._account.open(contact)
        try:
            change()
        finally:
            self._account.close(contact, self._now())
        return {"id": contact.id}

    # ------------------------------------------------------------------ profile

    def _create(self, given: Given) -> Json:
        body = {key: value for key, value in given.items() if key != "source"}
        self._writer.check(body)
        now, n = self._now(), self._account.new_number("contact")
        contact = Contact(n, self._account.contact_id(n), now, now, mails_since=now)
        self._writer.write(contact, body, now, fresh=True)
        for mail in contact.emails:
            mail["source"] = str(given.get("source", "manual"))
        self._account.add(contact)
        return {"id": contact.id}

    def _edit(self, given: Given) -> Json:
        values = given.get("values")
        if not isinstance(values, dict) or not values:
            raise ActError("say what to change: values")
        contact, body = self._who(given), self._writer.check(values)
        return self._changed(contact, lambda: self._writer.write(contact, body, self._now(), fresh=True))

    def _custom(self, given: Given) -> Json:
        contact = self._who(given)
        names = {id: field.name for id, field in self._account.fields.items()}
        field = self._account.fields[self._named(given, "field", names)]
        value = stored(field, _as_option(field, given.get("value")))
        return self._changed(contact, lambda: self._hold(contact, field, value))

    def _hold(self, contact: Contact, field: Definition, value: Json) -> None:
        held = {**contact.custom, field.id: value}
        contact.custom = {id: one for id, one in held.items() if one is not None}

    # ------------------------------------------------------------------ vacancies

    def _place(self, given: Given) -> Json:
        contact, vacancy = self._who(given), self._vacancy(given)
        stages = {stage["id"]: stage["name"] for stage in vacancy["stages"]}
        stage = self._named(given, "stage", stages) if given.get("stage") else next(iter(stages))
        kept = [place for place in contact.vacancies if place[0] != vacancy["id"]]

        def change() -> None:
            contact.vacancies = [*kept, (vacancy["id"], stage)]

        return self._changed(contact, change)

    def _displace(self, given: Given) -> Json:
        contact, vacancy = self._who(given), self._vacancy(given)

        def change() -> None:
            contact.vacancies = [place for place in contact.vacancies if place[0] != vacancy["id"]]

        return self._changed(contact, change)

    # ------------------------------------------------------------------ engagement and consent

    def _engage(self, given: Given) -> Json:
        contact, kind, at = self._who(given), str(given.get("kind", "")), self._when(given)
        if kind not in KINDS:
            raise ActError(f"kind is one of {', '.join(KINDS)}")
        account = self._account
        campaign = self._named(given, "campaign", account.campaigns) if given.get("campaign") else None
        channel = str(given.get("channel") or (kind if kind in ("form", "event") else "email"))
        row = activity_row(account.new_id("activity"), contact.id, kind, channel, campaign,
                           account.campaigns.get(campaign or ""), at, None)  # fmt: skip
        account.activities.setdefault(contact.id, []).append(row)

        def change() -> None:
            if kind == "sent":
                contact.last_contact = max(contact.last_contact or 0.0, at)
            elif kind in _HEARD:
                contact.last_heard = max(contact.last_heard or 0.0, at)

        return {**self._changed(contact, change), "activity": row["id"]}

    def _consent(self, given: Given, answer: str) -> Json:
        contact, at = self._who(given), self._when(given)
        fields = {name: self._account.field_named(name) for name in (CONSENT, CONSENT_DATE, CONSENT_EXPIRY)}
        says, dated, expiry = fields.values()
        if says is None or dated is None:
            raise ActError("the tenant has no consent fields")

        def change() -> None:
            self._hold(contact, says, _as_option(says, answer))
            self._hold(contact, dated, stamp(at))
            if expiry is not None:
                self._hold(contact, expiry, stamp(self._when(given, "expires")) if given.get("expires") else None)

        return self._changed(contact, change)

    def _ban(self, given: Given) -> Json:
        contact = self._who(given)

        def change() -> None:
            contact.do_not_contact = bool(given.get("value", True))

        return self._changed(contact, change)

    # ------------------------------------------------------------------ pools and tags

    def _pool(self, given: Given, present: bool) -> Json:
        contact = self._who(given)
        pool = self._named(given, "pool", {id: row["name"] for id, row in self._account.pools.items()})
        rest = [one for one in contact.pools if one != pool]

        def change() -> None:
            contact.pools = [*rest, pool] if present else rest

        return self._changed(contact, change)

    def _tag(self, given: Given, present: bool) -> Json:
        contact, label = self._who(given), str(given.get("tag", ""))
        if present and label and self._account.tag_named(label) is None:
            self._account.tags[self._account.new_id("global_tag")] = label
        tag = self._named(given, "tag", self._account.tags)
        rest = [one for one in contact.tags if one != tag]

        def change() -> None:
            contact.tags = [*rest, tag] if present else rest

        return self._changed(contact, change)

    # ------------------------------------------------------------------ lives and ends of records

    def _archive(self, given: Given) -> Json:
        contact = self._who(given)

        def change() -> None:
            contact.archived = bool(given.get("on", True))

        return self._changed(contact, change)

    def _delete(self, given: Given) -> Json:
        contact = self._who(given)
        self._account.remove(contact)
        return {"id": contact.id}

    def _merge(self, given: Given) -> Json:
        winner, loser = self._who(given, "winner"), self._who(given, "loser")
        if winner is loser:
            raise ActError("a contact cannot be merged into itself")
        account = self._account
        moved = account.activities.get(loser.id, [])
        account.remove(loser)
        account.activities.setdefault(winner.id, []).extend({**row, "contactId": winner.id} for row in moved)
        account.merged[loser.id] = winner.id
        for id, into in account.merged.items():
            if into == loser.id:
                account.merged[id] = winner.id
        return self._changed(winner, lambda: _take_over(winner, loser))

    def _anonymise(self, given: Given) -> Json:
        contact = self._who(given)
        mark = Fingerprint(frozenset(contact.addresses()), frozenset(contact.social()))
        self._account.fingerprints.append(mark)
        self._account.activities.pop(contact.id, None)
        blank = Contact(contact.n, contact.id, contact.created, contact.updated, anonymised=True)

        def change() -> None:
            for name in Contact.__slots__:
                setattr(contact, name, getattr(blank, name))

        return self._changed(contact, change)

    # ------------------------------------------------------------------ outages

    def _empty(self, given: Given) -> Json:
        self._lister.empty = bool(given.get("on", True))
        return {"empty": self._lister.empty}

    def _shrink(self, given: Given) -> Json:
        self._lister.shrunk = float(given.get("share", 0.0))
        return {"hidden": sum(not self._lister.shows(one) for one in self._account.contacts.values())}


def _as_option(field: Definition, value: Json) -> Json:
    """People choose labels; the field keeps the options' ids."""
    by_label = {label.lower(): id for id, label in field.options.items()}
    if field.type == "single-select" and isinstance(value, str):
        return by_label.get(value.lower(), value)
    if field.type == "multi-select" and isinstance(value, list):
        return [by_label.get(str(one).lower(), one) for one in value]
    return value


def _take_over(winner: Contact, loser: Contact) -> None:
    """Collections are joined, gaps filled, the winner's own values kept."""
    for name in ("emails", "phones", "links"):
        held = {str(item["value"]).lower() for item in getattr(winner, name)}
        setattr(winner, name, [*getattr(winner, name),
                               *(one for one in getattr(loser,
                                   name) if str(one["value"]).lower() not in held)])  # fmt: skip
    for name in ("tags", "pools", "skills", "languages"):
        setattr(winner, name, list(dict.fromkeys([*getattr(winner, name), *getattr(loser, name)])))
    on = {vacancy for vacancy, _ in winner.vacancies}
    winner.vacancies = [*winner.vacancies, *(place for place in loser.vacancies if place[0] not in on)]
    winner.custom = {**loser.custom, **winner.custom}
    for name in ("first", "last", "middle", "primary", "headline", "summary", "location", "assigned", "sourced_by"):
        if getattr(winner, name) is None:
            setattr(winner, name, getattr(loser, name))
    for name in ("experience", "education"):
        if not getattr(winner, name):
            setattr(winner, name, getattr(loser, name))
    winner.ats_id = winner.ats_id or loser.ats_id
    winner.do_not_contact = winner.do_not_contact or loser.do_not_contact
    winner.last_contact = max(winner.last_contact or 0.0, loser.last_contact or 0.0) or None
    winner.last_heard = max(winner.last_heard or 0.0, loser.last_heard or 0.0) or None
