"""What happens to candidates, whoever causes it: the API and the people in front of the screen end here.

Nothing here checks a request; it keeps the account consistent: tags with their applied rows, children with their
parents, times of change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from connectors.sandbox.greenhouse.applications import Applications
from connectors.sandbox.greenhouse.rows import Row
from connectors.sandbox.greenhouse.tables import Store
from connectors.sandbox.switches import Switches

COLLECTIONS = ("phone_numbers", "addresses", "email_addresses", "website_addresses", "social_media_addresses")
_CHILDREN_OF_CANDIDATE = (
    "notes", "attachments", "applied_candidate_tags", "candidate_educations", "candidate_employments",
)  # fmt: skip
_CLEARED_BY: Mapping[str, Mapping[str, Any]] = {
    "email_addresses": {"email_addresses": []},
    "phone_numbers": {"phone_numbers": []},
    "addresses": {"addresses": []},
    "websites": {"website_addresses": []},
    "social_media_links": {"social_media_addresses": []},
    "current_company": {"company": None},
    "current_title": {"title": None},
    "custom_candidate_fields": {"custom_fields": {}},
}


class Candidates:
    """Everything that can befall a candidate."""

    def __init__(self, store: Store, switches: Switches, applications: Applications) -> None:
        self._store = store
        self._switches = switches
        self._applications = applications

    def by_email(self, address: str) -> list[Row]:
        """Those who have an address, oldest first."""
        return self._store["candidates"].find("email", address.lower())

    def create(self, values: Mapping[str, Any]) -> Row:
        """A new candidate. `values` are columns, checked."""
        now = self._store.now()
        tags = values.get("tags", [])
        row = self._store.create("candidates", {**values, "tags": [], "last_activity_at": now})
        self.set_tags(row["id"], tags)
        return row

    def edit(self, number: int, values: Mapping[str, Any]) -> Row:
        """Write columns as they are given: collections and custom fields whole. Always moves updated_at."""
        if "tags" in values:
            self.set_tags(number, values["tags"])
        plain = {name: value for name, value in values.items() if name != "tags"}
        return self._store.change("candidates", number, **plain, last_activity_at=self._store.now())

    def touch(self, number: int) -> None:
        """Something of the candidate's changed, not the candidate: whether updated_at moves is disputed."""
        if number not in self._store["candidates"]:
            return
        now = self._store.now()
        if self._switches["child_bumps_parent"]:
            self._store.change("candidates", number, last_activity_at=now)
        else:
            self._store["candidates"].update(number, {"last_activity_at": now})

    def tag_named(self, name: str) -> Row:
        """The tag of that very spelling; made when there is none."""
        for tag in self._store["candidate_tags"].rows.values():
            if tag["name"] == name:
                return tag
        return self._store.create("candidate_tags", {"name": name})

    def set_tags(self, number: int, names: Iterable[str]) -> None:
        """Make these the tags: rows are applied and taken away to fit."""
        wanted = list(dict.fromkeys(names))
        applied = self._store["applied_candidate_tags"]
        tags = self._store["candidate_tags"]
        held = {tags[row["candidate_tag_id"]]["name"]: row["id"] for row in applied.find("candidate_id", number)}
        for name in held.keys() - set(wanted):
            applied.delete(held[name])
        for name in wanted:
            if name not in held:
                tag = self.tag_named(name)
                self._store.create("applied_candidate_tags", {"candidate_id": number, "candidate_tag_id": tag["id"]})
        self._store["candidates"].update(number, {"tags": wanted})

    def apply_tag(self, number: int, tag: int) -> Row:
        """One tag more."""
        row = self._store.create("applied_candidate_tags", {"candidate_id": number, "candidate_tag_id": tag})
        names = self._store["candidates"][number]["tags"]
        name = self._store["candidate_tags"][tag]["name"]
        self._store["candidates"].update(number, {"tags": [*names, name]})
        self.touch(number)
        return row

    def remove_tag(self, applied: int) -> None:
        """One tag less."""
        row = self._store["applied_candidate_tags"][applied]
        name = self._store["candidate_tags"][row["candidate_tag_id"]]["name"]
        names = [held for held in self._store["candidates"][row["candidate_id"]]["tags"] if held != name]
        self._store["applied_candidate_tags"].delete(applied)
        self._store["candidates"].update(row["candidate_id"], {"tags": names})
        self.touch(row["candidate_id"])

    def delete_tag(self, tag: int) -> None:
        """The tag itself: nobody has it any more."""
        for row in self._store["applied_candidate_tags"].find("candidate_tag_id", tag):
            self.remove_tag(row["id"])
        self._store["candidate_tags"].delete(tag)

    def add_note(self, number: int, values: Mapping[str, Any]) -> Row:
        """A note. There is no way to change or delete one."""
        body = values["body"]
        row = self._store.create("notes", {"body_with_tags": body, **values, "candidate_id": number})
        self.touch(number)
        return row

    def delete(self, number: int) -> None:
        """With all applications and everything else; no trace remains."""
        for application in self._store["applications"].find("candidate_id", number):
            self._applications.delete(application["id"])
        for name in _CHILDREN_OF_CANDIDATE:
            for row in self._store[name].find("candidate_id", number):
                self._store[name].delete(row["id"])
        self._store["candidates"].delete(number)

    def merge(self, winner: int, loser: int) -> Row:
        """The loser's id vanishes. Its applications keep theirs under the winner, except that of two on the same
        job one is destroyed; what the winner lacks is taken over."""
        kept, lost = self._store["candidates"][winner], self._store["candidates"][loser]
        jobs = {row["job_id"] for row in self._store["applications"].find("candidate_id", winner)} - {None}
        for application in self._store["applications"].find("candidate_id", loser):
            if application["job_id"] in jobs:
                self._applications.delete(application["id"])
            else:
                self._store.change("applications", application["id"], candidate_id=winner)
                for row in self._store["eeoc"].find("application_id", application["id"]):
                    self._store["eeoc"].update(row["id"], {"candidate_id": winner})
        for name in ("notes", "attachments"):
            for row in self._store[name].find("candidate_id", loser):
                self._store.change(name, row["id"], candidate_id=winner)
        values = _union(kept, lost)
        self.delete(loser)
        return self.edit(winner, values)

    def anonymise(self, number: int, fields: Sequence[str]) -> Row:
        """Erase the named kinds of data. Not to be undone."""
        values: dict[str, Any] = {}
        for name in fields:
            values.update(_CLEARED_BY.get(name, {}))
        if "full_name" in fields:
            values.update(first_name="Anonymized", last_name=str(number), preferred_name=None)
        if "tags" in fields:
            values["tags"] = []
        for name, table in (("notes", "notes"), ("attachments", "attachments")):
            if name in fields:
                for row in self._store[table].find("candidate_id", number):
                    self._store[table].delete(row["id"])
        for application in self._store["applications"].find("candidate_id", number):
            changes: dict[str, Any] = {"source_id": None} if "source" in fields else {}
            if "application_questions" in fields:
                changes["answers"] = []
            if changes:
                self._store.change("applications", application["id"], **changes)
        return self.edit(number, values)


def _union(kept: Row, lost: Row) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: kept[name] or lost[name] for name in ("preferred_name", "company", "title", "time_zone")
    }
    for name in COLLECTIONS:
        held = {item["value"].lower() for item in kept[name]}
        values[name] = [*kept[name], *(item for item in lost[name] if item["value"].lower() not in held)]
    values["tags"] = [*kept["tags"], *(tag for tag in lost["tags"] if tag not in kept["tags"])]
    values["custom_fields"] = {**lost["custom_fields"], **kept["custom_fields"]}
    return values
