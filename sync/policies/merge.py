"""The three-way merge of one shared field: what each side holds, what it held when both last agreed, and what we may
have written there. Pure and small, because everything that must not be lost goes through it.

A side whose value is in the sent ledger holds our own words and no user's opinion. At a first meeting nothing is
ever blanked. Of a set under `union`, every element is decided for itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import msgspec

from mapping.fields import Owner
from mapping.model import Value
from sync.changes import as_set, elements

NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of one field. `agreed` is False where no base is known, which differs from a base of None; `sent`
    holds values we may have written and not confirmed; `updated` is the whole record's vendor time."""

    value: Value
    agreed: bool = False
    base: Value = None
    sent: tuple[Value, ...] = ()
    updated: datetime | None = None


class Standing(StrEnum):
    """What a leg's value is: never agreed on, as agreed, our own unconfirmed write, or a user's edit."""

    NEW = "new"
    SAME = "same"
    OURS = "ours"
    EDITED = "edited"


@dataclass(frozen=True, slots=True)
class Loss:
    """A value that lost: kept for the report. `from_ats` says whose it was."""

    from_ats: bool
    rule: str


@dataclass(frozen=True, slots=True)
class Merged:
    """What both sides should hold, why, whether a value lost, whether a follower's edit is put back, and the base
    both sides have now (`None` in a pair's place: it stays as it is)."""

    ats: Value
    crm: Value
    because: str = ""
    loss: Loss | None = None
    put_back: bool = False
    base: tuple[Value, Value] | None = None


def same(one: Value, other: Value) -> bool:
    """Equality as the merge sees it: elements of a set are the same in any case."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return elements(one).keys() == elements(other).keys()
    return one == other


def standing(leg: Leg) -> Standing:
    """Whose value this is. Being the base wins over being in the ledger: a confirmed value is agreed."""
    if leg.agreed and same(leg.value, leg.base):
        return Standing.SAME
    if any(same(leg.value, value) for value in leg.sent):
        return Standing.OURS
    return Standing.EDITED if leg.agreed else Standing.NEW


def newer_is_ats(ats: Leg, crm: Leg) -> bool:
    """Whose record is newer. Of two equally new ones the fuller value wins, so that no side is preferred."""
    one, other = ats.updated or NEVER, crm.updated or NEVER
    if one != other:
        return one > other
    return _fullness(ats.value) >= _fullness(crm.value)


def merge(ats: Leg, crm: Leg, owner: Owner) -> Merged:
    """Both sides' values after ownership. A field nobody owns is left alone."""
    if owner == "none":
        return Merged(ats.value, crm.value)
    if owner == "union":
        return _union(ats, crm)
    if same(ats.value, crm.value):
        return Merged(ats.value, crm.value, base=_equal_base(ats, crm))
    if not (ats.agreed and crm.agreed):
        return _first_meeting(ats, crm, owner)
    return _newest(ats, crm) if owner == "newest" else _owned(ats, crm, owner)


def _equal_base(ats: Leg, crm: Leg) -> tuple[Value, Value] | None:
    """Equal values become the base; two empty fields that never met need none."""
    if ats.value is None and crm.value is None and not (ats.agreed or crm.agreed):
        return None
    return ats.value, crm.value


def _first_meeting(ats: Leg, crm: Leg, owner: Owner) -> Merged:
    if ats.value is None or crm.value is None:
        filled = ats.value if crm.value is None else crm.value
        return Merged(filled, filled, "empty at the first meeting, filled from the other side")
    ats_ours, crm_ours = standing(ats) is Standing.OURS, standing(crm) is Standing.OURS
    if ats_ours != crm_ours:
        return _to_both(ats, crm, crm_ours, "our own unconfirmed value follows the other side")
    if owner == "newest":
        won, because = newer_is_ats(ats, crm), "first meeting: the newer record wins"
    else:
        won, because = owner == "ats", f"first meeting: the {owner.upper()} owns this field"
    return _to_both(ats, crm, won, because, loss=None if ats_ours else Loss(not won, "first meeting"))


def _owned(ats: Leg, crm: Leg, owner: Owner) -> Merged:
    """The owner's value goes across; an edit on the other side is put back."""
    lead, follower = (ats, crm) if owner == "ats" else (crm, ats)
    lead_is, follower_is = standing(lead), standing(follower)
    if lead_is is Standing.SAME and follower_is is Standing.SAME:
        return Merged(ats.value, crm.value)
    edited = follower_is is Standing.EDITED
    because = f"the {owner.upper()} owns this field: " + ("the edit is put back" if edited else "its value changed")
    both = edited and lead_is is Standing.EDITED
    loss = Loss(owner != "ats", f"the {owner.upper()} owns this field") if both else None
    return _to_both(ats, crm, owner == "ats", because, loss=loss, put_back=edited)


def _newest(ats: Leg, crm: Leg) -> Merged:
    """The side a user changed wins; where both did, the newer record."""
    ats_is, crm_is = standing(ats), standing(crm)
    if ats_is is Standing.SAME and crm_is is Standing.SAME:
        return Merged(ats.value, crm.value)  # agreed, each in its vendor's own spelling
    if ats_is is Standing.EDITED and crm_is is Standing.EDITED:
        won = newer_is_ats(ats, crm)
        because = "changed on both sides: the newer record wins"
        return _to_both(ats, crm, won, because, loss=Loss(not won, "newest"))
    if ats_is is Standing.OURS and crm_is is Standing.OURS:
        return _to_both(ats, crm, newer_is_ats(ats, crm), "both values are our own: the newer record wins")
    if Standing.EDITED in (ats_is, crm_is):
        return _to_both(ats, crm, ats_is is Standing.EDITED, "changed on the other side")
    return _to_both(ats, crm, crm_is is Standing.OURS, "our own unconfirmed value follows the other side")


def _to_both(
    ats: Leg, crm: Leg, won: bool, because: str, *, loss: Loss | None = None, put_back: bool = False
) -> Merged:
    """The value of one side for both: the ATS's when `won`."""
    value = ats.value if won else crm.value
    return Merged(value, value, because, loss=loss, put_back=put_back)


def _union(ats: Leg, crm: Leg) -> Merged:
    """Every element for itself: what was added or removed on one side travels; added on one and removed on the
    other, it stays. The ledger is not asked: it cannot tell our part of a set from the part that was there."""
    met = ats.agreed and crm.agreed
    in_ats, in_crm = elements(ats.value), elements(crm.value)
    base_ats, base_crm = (elements(ats.base), elements(crm.base)) if met else ({}, {})
    want_ats, want_crm = dict(in_ats), dict(in_crm)
    now_ats, now_crm = dict(base_ats), dict(base_crm)
    for key in sorted(in_ats.keys() | in_crm.keys() | base_ats.keys() | base_crm.keys()):
        a, c = key in in_ats, key in in_crm
        if a == c:
            _stand(now_ats, key, in_ats.get(key))
            _stand(now_crm, key, in_crm.get(key))
            continue
        ats_changed, crm_changed = a != (key in base_ats), c != (key in base_crm)
        if ats_changed or crm_changed:
            # Exactly one side changed: its presence counts. Both: the element stays.
            present = a if not crm_changed else c if not ats_changed else True
            spelled = in_ats.get(key) or in_crm.get(key)
            _stand(want_ats, key, spelled if present else None)
            _stand(want_crm, key, spelled if present else None)
    base = as_set(now_ats), as_set(now_crm)
    because = "added or removed on the other side" if met else "first meeting: both sides' entries together"
    return Merged(as_set(want_ats), as_set(want_crm), because, base=base if met or any(base) else None)


def _stand(found: dict[str, str], key: str, spelled: str | None) -> None:
    """Let an element be in a set as spelled, or not be in it."""
    if spelled is None:
        found.pop(key, None)
    else:
        found[key] = spelled


def _fullness(value: Value) -> tuple[bool, int, bytes]:
    text = msgspec.json.encode(value)
    return value is not None, len(text), text
