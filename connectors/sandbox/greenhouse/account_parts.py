"""What an account is put together from, so that its writes and its people share it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from connectors.sandbox.greenhouse.applications import Applications
from connectors.sandbox.greenhouse.candidates import Candidates
from connectors.sandbox.greenhouse.fields import CARRIERS, Fields
from connectors.sandbox.greenhouse.rows import Row
from connectors.sandbox.greenhouse.tables import Store
from connectors.sandbox.switches import Switches

_NEWER_KEYS = ("job_interview_stage_id", "rejection_reason_id")  # on applications since summer 2026


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a token acts as."""

    user: int
    site_admin: bool


class Parts:
    """The store and everything that changes it."""

    def __init__(self, store: Store, switches: Switches) -> None:
        self.store = store
        self.switches = switches
        self.fields = Fields(store, switches)
        self.applications = Applications(store, switches)
        self.candidates = Candidates(store, switches, self.applications)
        for name in CARRIERS:
            store[name].show_with(partial(self._tell, name))

    def shown(self, name: str, number: int) -> Row:
        """A row as the API tells it."""
        return self.store[name].shown(number)

    def _tell(self, name: str, row: Row) -> Row:
        if row["custom_fields"] is None:
            return row
        told = {**row, "custom_fields": self.fields.tell(name, row)}
        if name == "applications" and not self.switches["shows_job_stage"]:
            for key in _NEWER_KEYS:
                del told[key]
        return told
