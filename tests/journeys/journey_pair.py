"""Two stand-ins with Tieline between them: people act in the vendors' pages, Tieline syncs, and what came of it is
read from the vendors' own state and logs, never from Tieline's tables."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from connectors.sandbox.launch import Running, start
from sync.cycle import Result
from sync.engine import Engine
from tieline import init, log
from tieline.opening import opened

Json = Any
Switches = Mapping[str, Mapping[str, Json]]

_GIVEN = ("Odalys", "Bertrand", "Kirsi", "Tavish", "Merewen", "Zoltan", "Ilinca", "Rashad", "Solvei", "Quentin")
_FIRST = ("Bracken", "Thorn", "Wester", "Ald", "Crane", "Holm", "Ravens", "Silver", "Under", "Pepper")
_LAST = ("ridge", "wick", "mere", "holt", "combe", "stead", "leigh", "garth", "thwaite", "burn")


class Human(NamedTuple):
    """Somebody invented whom neither system knows yet."""

    given: str
    family: str
    email: str


def humans() -> Iterator[Human]:
    """People who share neither a name nor an address, one after another."""
    for n in range(1000):
        given, family = _GIVEN[n % 10], _FIRST[n // 10 % 10] + _LAST[(n + n // 10) % 10] + ("x" * (n // 100))
        yield Human(given, family, f"{given}.{family}@mail.example.com".lower())


class Pair:
    """The pair, seen from outside."""

    def __init__(self, vendors: Running, folder: Path, engine: Engine) -> None:
        self.vendors = vendors
        self.folder = folder
        self.engine = engine
        self._people = humans()
        self._marks = {"ats": 0, "crm": 0}
        self.lag = 0.0  # seconds until a vendor lists what is new
        self.endings = {"done"}  # how a sync may end; a tenant that refuses something for good ends some in part

    # ---- who and where ----

    def human(self) -> Human:
        """The next stranger."""
        return next(self._people)

    def jobs(self, *, confidential: bool = False) -> list[dict[str, Json]]:
        """The open jobs of the ATS that a vacancy carries the id of."""
        carried = self._carried()
        return [
            one
            for one in self.vendors.state("ats", "jobs")
            if one["status"] == "open" and one["confidential"] is confidential and str(one["id"]) in carried
        ]

    def job(self, *, confidential: bool = False) -> dict[str, Json]:
        """The first of them."""
        return self.jobs(confidential=confidential)[0]

    def vacancy(self, job: Mapping[str, Json]) -> str:
        """The CRM's vacancy for a job."""
        return self._carried()[str(job["id"])]

    def _carried(self) -> dict[str, str]:
        tied = (
            (one["integrations"].get(self.vendors.kinds[0]), one["id"])
            for one in self.vendors.state("crm", "vacancies")
        )
        return {str(job["id"]): id for job, id in tied if job}

    def contact(self, who: Human, *, met: str = "", campaign: str = "", **more: Json) -> str:
        """Add a contact; `met` is what the tenant's own source field says."""
        id: str = self.vendors.act(
            "crm",
            "create_contact",
            firstName=who.given,
            lastName=who.family,
            emails=[who.email],
            source="event",
            **more,
        )["id"]
        for field, value in (("Original source", met), ("Original campaign", campaign)):
            if value:
                self.vendors.act("crm", "set_custom_field", contact=id, field=field, value=value)
        return id

    def applies(self, who: Human, job: Mapping[str, Json], *, source: str = "Careers page", **more: Json) -> Json:
        """Let somebody apply by themselves; returns the ids of candidate and application."""
        return self.vendors.act(
            "ats", "apply", email=who.email, job=job["id"], first_name=who.given, last_name=who.family, source=source,
            **more,
        )  # fmt: skip

    def tied(self, *, met: str = "", **more: Json) -> tuple[Human, str, Json]:
        """A contact who has applied, synced: who, the contact's id, the ids of candidate and application."""
        who = self.human()
        contact = self.contact(who, met=met, **more)
        ids = self.applies(who, self.job())
        self.sync()
        return who, contact, ids

    # ---- syncing ----

    def sync(self, **options: Json) -> Result:
        """One sync, which must end well."""
        result = self.engine.sync(**options)
        assert result.outcome in self.endings, (result.outcome, result.sentences)
        return result

    def settle(self) -> None:
        """Sync twice: the second one writes nothing, by the vendors' own logs."""
        self.sync()
        if self.lag:
            time.sleep(self.lag)
            self.sync()
        self.quiet()

    def quiet(self) -> None:
        """One more sync plans nothing and writes nothing, by the vendors' own logs."""
        before = {role: len(self.vendors.log(role, writes=True)) for role in ("ats", "crm")}
        result = self.sync()
        after = {role: len(self.vendors.log(role, writes=True)) for role in ("ats", "crm")}
        assert (result.planned, after) == (0, before)

    def mark(self) -> None:
        """Forget the writes so far: `written` tells those that come now."""
        for role in self._marks:
            self._marks[role] = max((one["number"] for one in self.vendors.log(role)), default=0)

    def written(self, role: str, path: str = "") -> list[dict[str, Json]]:
        """What came over a vendor's API since the mark, those whose path holds `path`."""
        found = self.vendors.log(role, writes=True, since=self._marks[role])
        return [one for one in found if path in one["path"]]

    # ---- what the ATS holds ----

    def candidates(self, email: str) -> list[dict[str, Json]]:
        """The candidates with an address."""
        return [
            one
            for one in self.vendors.state("ats", "candidates")
            if email in [mail["value"].lower() for mail in one["email_addresses"]]
        ]

    def candidate(self, who: Human | int) -> dict[str, Json]:
        """The one candidate of this address or id."""
        if isinstance(who, Human):
            [found] = self.candidates(who.email)
        else:
            [found] = [one for one in self.vendors.state("ats", "candidates") if one["id"] == who]
        return found

    def custom(self, candidate: Mapping[str, Json]) -> dict[str, Json]:
        """A candidate's custom fields by name_key, those that hold something."""
        fields = candidate["custom_fields"]
        return {key: one["value"] for key, one in fields.items() if one["value"] not in (None, "")}

    def applications(self, candidate: Mapping[str, Json]) -> list[dict[str, Json]]:
        """A candidate's applications."""
        return [one for one in self.vendors.state("ats", "applications") if one["candidate_id"] == candidate["id"]]

    def source(self, application: Mapping[str, Json] | int) -> str | None:
        """The name of an application's source."""
        if isinstance(application, int):
            [application] = [one for one in self.vendors.state("ats", "applications") if one["id"] == application]
        names = {one["id"]: str(one["name"]) for one in self.vendors.state("ats", "sources")}
        return names.get(application["source_id"])

    def notes(self, candidate: Mapping[str, Json]) -> list[dict[str, Json]]:
        """A candidate's notes."""
        return [one for one in self.vendors.state("ats", "notes") if one["candidate_id"] == candidate["id"]]

    # ---- what the CRM holds ----

    def person(self, contact: str) -> dict[str, Json]:
        """A contact."""
        [found] = [one for one in self.vendors.state("crm", "contacts") if one["id"] == contact]
        return found

    def contacts(self, email: str) -> list[dict[str, Json]]:
        """The contacts with an address."""
        return [
            one
            for one in self.vendors.state("crm", "contacts")
            if email in [mail["value"].lower() for mail in one["emails"]]
        ]

    def shown(self, contact: str) -> dict[str, Json]:
        """A contact's custom fields by display name, options as labels, those that hold something."""
        options = {
            option["id"]: option["value"]
            for field in self.vendors.state("crm", "customFields")
            for option in field.get("options") or ()
        }
        names = {one["id"]: one["displayName"] for one in self.vendors.state("crm", "customFields")}
        held = self.person(contact)["customFields"]
        return {names[one["id"]]: options.get(str(one["value"]), one["value"]) for one in held if one["value"]}

    def tags(self, contact: str) -> set[str]:
        """A contact's tags."""
        return {one["value"] for one in self.person(contact)["globalTags"]}

    def pools(self, contact: str) -> set[str]:
        """The names of the pools a contact is in."""
        return {one["name"] for one in self.person(contact)["lists"]}


def config_text(vendors: Running, *, source: str = "fill", more: str = "") -> str:
    """A tieline.toml for the pair: `source` as the attribution policy has it, `more` tables at the end."""
    text = init.render(*vendors.kinds, vendors.credentials)
    text = text.replace('source = "fill"', f'source = "{source}"')
    return f"{text}\n[policies.writing]\nhold_seconds = 1\n{more}"


@contextmanager
def tied_pair(
    folder: Path, *, people: int = 40, seed: int = 7, switches: Switches | None = None, source: str = "fill",
    more: str = "", settings: Mapping[str, Mapping[str, Json]] | None = None, refuses: bool = False,
) -> Iterator[Pair]:  # fmt: skip
    """A pair whose first sync is over. `settings` are keys of a system's table, by kind; None takes one out.
    `refuses`: the tenant refuses some of our writes for good."""
    log.configure(verbose=False)
    with start(people=people, seed=seed, switches=switches) as vendors:
        text = config_text(vendors, source=source, more=more)
        for kind, keys in (settings or {}).items():
            text = _with_keys(text, kind, keys)
        (folder / "tieline.toml").write_text(text, encoding="utf-8")
        with opened(folder / "tieline.toml", show_progress=False) as (_, engine):
            pair = Pair(vendors, folder, engine)
            pair.endings |= {"partial"} if refuses else set()
            pair.settle()
            yield pair


def _with_keys(text: str, kind: str, keys: Mapping[str, Json]) -> str:
    """The configuration with some keys of a system's table set or, by None, taken out."""
    head, table, rest = text.partition(f"[systems.{kind}]\n")
    own, blank, rest = rest.partition("\n\n")
    lines = [line for line in own.splitlines() if line.partition(" ")[0] not in keys]
    lines += [f"{key} = {json.dumps(value)}" for key, value in keys.items() if value is not None]
    return head + table + "\n".join(lines) + blank + rest
