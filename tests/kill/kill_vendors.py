"""The sandbox pair in a process of its own, and what both vendors hold, told without ids and times that differ from
run to run."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections.abc import Callable
from typing import Any

import httpx

ATS, CRM = "greenhouse", "beamery"
Json = Any
_PERSON = re.compile(r"\b[0-9a-f]{20}\b")
_TIME = re.compile(
    r"\d{4}-\d\d-\d\dT(?!00:00:00\.000Z)[\d:.]+Z"
)  # the world's times hang on when it was made; dates do not
_MARKER = re.compile(r"\[tieline:[^]]*\]")
_CONTACT = re.compile(r"(contacts/)([0-9a-f-]{36})")
_CANDIDATE = re.compile(r"(people/)(\d+)")


class Vendors:
    """Both stand-ins, served by a forked process until `stop`. The forking process must have no threads."""

    def __init__(self, people: int, seed: int) -> None:
        reader, writer = os.pipe()
        parent = os.getpid()
        self._child = forked(lambda: _serve(people, seed, writer, parent))
        os.close(writer)
        with os.fdopen(reader, encoding="utf-8") as told:
            self.credentials: dict[str, dict[str, str]] = json.loads(told.readline())
        self._http = httpx.Client(timeout=30, trust_env=False)
        self._roots = {kind: one["base_url"] for kind, one in self.credentials.items()}

    def act(self, system: str, action: str, **params: Json) -> Json:
        """Let a person act in a system."""
        url = f"{_root(self._roots[system])}/_sandbox/act"
        answer = self._http.post(url, json={"action": action, **params})
        answer.raise_for_status()
        return answer.json()

    def rows(self, system: str, collection: str) -> list[dict[str, Json]]:
        """Everything in one collection."""
        found: list[dict[str, Json]] = self._get(system, f"state/{collection}")
        return found

    def writes(self) -> int:
        """How many writes both vendors have taken over their APIs."""
        return sum(int(self._get(system, "health")["writes"]) for system in (ATS, CRM))

    def told(self) -> dict[str, list[str]]:
        """What both vendors hold about people, one sorted text per thing."""
        return {**_ats(self), **_crm(self)}

    def stop(self) -> None:
        """End the process of the stand-ins."""
        self._http.close()
        os.kill(self._child, signal.SIGKILL)
        os.waitpid(self._child, 0)

    def _get(self, system: str, what: str) -> Json:
        answer = self._http.get(f"{_root(self._roots[system])}/_sandbox/{what}")
        answer.raise_for_status()
        return answer.json()


def forked(work: Callable[[], object]) -> int:
    """Run `work` in a forked process that never returns here; its process id."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    finally:
        os._exit(code)


def _serve(people: int, seed: int, writer: int, parent: int) -> None:
    from connectors.sandbox.launch import start

    with start(people=people, seed=seed, limits="fast") as running:
        with os.fdopen(writer, "w", encoding="utf-8") as told:
            told.write(json.dumps(running.credentials) + "\n")
        while os.getppid() == parent:  # also when the trial ends badly
            time.sleep(0.5)


def _root(base: str) -> str:
    url = httpx.URL(base)
    return f"{url.scheme}://{url.netloc.decode()}"


def _ats(vendors: Vendors) -> dict[str, list[str]]:
    people = {one["id"]: one for one in vendors.rows(ATS, "candidates")}
    names = {id: _name(one["first_name"], one["last_name"], one["email_addresses"]) for id, one in people.items()}
    contacts = {one["id"]: _contact_name(one) for one in vendors.rows(CRM, "contacts")}
    tags = vendors.rows(ATS, "applied_candidate_tags")
    notes = vendors.rows(ATS, "notes")
    return {
        "candidates": sorted(_text(_candidate(one), contacts) for one in people.values()),
        "tags": sorted(_text([names[one["candidate_id"]], one["candidate_tag_id"]]) for one in tags),
        "applications": sorted(
            _text([names[one["candidate_id"]], *(one[key] for key in ("job_id", "status", "source_id", "prospect"))])
            for one in vendors.rows(ATS, "applications")
        ),
        # What a note tells of hangs on the moment it is written at; that there is one, and whose, does not.
        "notes": sorted(_text([names[one["candidate_id"]], _MARKER.findall(one["body"])]) for one in notes),
    }


def _candidate(one: dict[str, Json]) -> Json:
    kept = {key: one[key] for key in ("first_name", "last_name", "company", "title", "private", "can_email")}
    for key in ("phone_numbers", "addresses", "email_addresses", "website_addresses", "social_media_addresses"):
        kept[key] = sorted(str(entry["value"]) for entry in one[key])
    kept["custom_fields"] = {name: held["value"] for name, held in one["custom_fields"].items()}
    return kept


def _crm(vendors: Vendors) -> dict[str, list[str]]:
    names = {
        str(one["id"]): _name(one["first_name"], one["last_name"], one["email_addresses"])
        for one in vendors.rows(ATS, "candidates")
    }
    return {"contacts": sorted(_text(_contact(one), names) for one in vendors.rows(CRM, "contacts"))}


def _contact(one: dict[str, Json]) -> Json:
    kept = {key: one.get(key) for key in ("firstName", "lastName", "doNotContact", "archived", "status")}
    for key in ("emails", "phoneNumbers", "links", "globalTags", "lists", "vacancies", "customFields"):
        kept[key] = sorted(_bare(entry) for entry in one.get(key) or [])
    return kept


def _bare(entry: Json) -> str:
    """One entry of a contact's list, without the ids and times the vendor makes."""
    if not isinstance(entry, dict):
        return str(entry)
    kept = {key: value for key, value in entry.items() if key not in _MADE and not key.endswith("At")}
    if entry.get("service") or str(entry.get("id", "")).partition("-")[0] in ("em", "ph", "li"):
        kept = {"value": entry["value"]}
    return _masked(json.dumps(kept, sort_keys=True))


_MADE = frozenset({"createdBy", "updatedBy", "addedBy", "history", "source"})


def _contact_name(one: dict[str, Json]) -> str:
    return _name(one.get("firstName"), one.get("lastName"), one.get("emails") or [])


def _name(given: Json, family: Json, emails: list[dict[str, Json]]) -> str:
    first = min((str(one["value"]).lower() for one in emails), default="")
    return f"{given} {family} <{first}>"


def _text(value: Json, names: dict[str, str] | None = None) -> str:
    """JSON in which our person ids and the other side's record ids are replaced by what they stand for."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    known = names or {}
    for pattern in (_CONTACT, _CANDIDATE):
        text = pattern.sub(lambda found: found[1] + known.get(found[2], found[2]), text)
    return _masked(text)


def _masked(text: str) -> str:
    return _TIME.sub("<time>", _PERSON.sub("<person>", text))
