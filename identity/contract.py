"""What identity offers the engine. Pure decisions over candidates and an index of keys.

A decision carries its evidence: every key and comparison with its weight for and against, in words a recruiter
can read. The same text is shown by `tieline why`, the review queue, the journal and the report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, Protocol

from connectors.kit.contract import Ref
from mapping.model import Candidate


class Key(NamedTuple):
    """A strong identifier in its normal form: kind is email, phone, linkedin, github or crossref."""

    kind: str
    value: str


class Evidence(NamedTuple):
    """One thing that speaks for (positive weight, in bits) or against, and how to say it. The text names kinds of
    facts and records, and may hold personal data: it is shown to people, never logged."""

    what: str
    weight: float
    text: str


class Decision(NamedTuple):
    """What identity says of one record: it is `person` (link), it may be (review, with the other record), or
    nobody we know (new)."""

    verdict: Literal["link", "review", "new"]
    person: str | None
    other: Ref | None
    score: float
    rule: str
    evidence: tuple[Evidence, ...]


class Neighbour(NamedTuple):
    """A record that shares at least one key, with the person it belongs to."""

    candidate: Candidate
    person: str


class Index(Protocol):
    """The keys already known, answered by the state within the transaction that stores the new record."""

    def neighbours(self, keys: Sequence[Key], but: Ref) -> Sequence[Neighbour]:
        """Records of any system that share a key with this one, most keys first, at most 50."""

    def carriers(self, keys: Sequence[Key]) -> Mapping[Key, int]:
        """How many different people carry each key: a shared key is worth what its population says."""

    def forbidden(self, ref: Ref) -> frozenset[str]:
        """Persons this record must never be linked to (cannot-link, for ever)."""
