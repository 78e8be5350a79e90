"""Our words for what a record can be, and which of them hang on which: the way from a child to its candidate.

Objects that are not named here (jobs, reasons, sources, custom fields ...) belong to nobody: when one changes,
the engine plans everybody again (`Store.mark_all_dirty`).
"""

from __future__ import annotations

from collections.abc import Mapping

CANDIDATE = "candidate"
APPLICATION = "application"

OWNERS: Mapping[str, str] = {
    APPLICATION: CANDIDATE,
    "note": CANDIDATE,
    "activity": CANDIDATE,
    "application_stage": APPLICATION,
    "rejection": APPLICATION,
    "prospect": APPLICATION,
}


def owned_by(kind: str) -> tuple[str, ...]:
    """The objects whose `Row.owner` names an object of this kind."""
    return tuple(child for child, owner in OWNERS.items() if owner == kind)
