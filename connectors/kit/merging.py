"""Read, merge, write whole: for the lists that a vendor replaces as they are sent.

Items are compared by what they mean, not by how somebody typed them, so that a value known in canonical form finds
the item it came from, and nothing is added that is there already.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from connectors.kit.contract import Json

Same = Callable[[str, str], bool]
_EMPTY: tuple[Json, ...] = (None, "", [], (), {})
_NOT_DIGITS = re.compile(r"\D+")
_SCHEME = re.compile(r"^(?:https?://)?(?:www\.)?", re.IGNORECASE)
_LINKEDIN = re.compile(r"^(?:[a-z]{2,3}\.)?linkedin\.com/(?:in|pub)/([^/?#]+)")
_ENOUGH_DIGITS = 7  # of a number without its country code, to be taken for the one that has it


class Hidden(Exception):  # noqa: N818 - named for what happened
    """The vendor does not show what would have to be written whole; the message is its key."""


def same_text(one: str, other: str) -> bool:
    """Equal but for spaces at the ends and letter case."""
    return one.strip().casefold() == other.strip().casefold()


def exactly(one: str, other: str) -> bool:
    """Equal as written."""
    return one == other


def same_phone(one: str, other: str) -> bool:
    """Equal digits; or one of them is the other without its country code, the trunk zero left aside."""
    a, b = _NOT_DIGITS.sub("", one).lstrip("0"), _NOT_DIGITS.sub("", other).lstrip("0")
    if a == b:
        return bool(a) or one.strip() == other.strip()
    short, long = sorted((a, b), key=len)
    return len(short) >= _ENOUGH_DIGITS and long.endswith(short) and len(long) - len(short) <= 3


def same_link(one: str, other: str) -> bool:
    """Equal but for the scheme, www. and a trailing slash; LinkedIn profiles by their handle."""
    return _link(one) == _link(other)


def _link(text: str) -> str:
    plain = _SCHEME.sub("", text.strip()).rstrip("/").casefold()
    handle = _LINKEDIN.match(plain)
    return f"linkedin.com/in/{handle[1]}" if handle else plain


def text_of(item: Json) -> str:
    """What an item of a list says: itself, or its `value`."""
    value = item.get("value") if isinstance(item, dict) else item
    return value if isinstance(value, str) else ""


def merged(current: Sequence[Json], add: Sequence[Json], remove: Sequence[Json], same: Same) -> list[Json]:
    """The list as it must be sent: what is there and stays, untouched and in its order, then what is new."""
    gone = [text_of(item) for item in remove]
    kept = [item for item in current if not any(same(text_of(item), value) for value in gone)]
    for item in add:
        if not any(same(text_of(item), text_of(other)) for other in kept):
            kept.append(item)
    return kept


def same_value(one: Json, other: Json) -> bool:
    """Equal, where all spellings of empty are."""
    return one == other or (one in _EMPTY and other in _EMPTY)


def changed(
    asked: Mapping[str, Json], raw: Mapping[str, Json], read_as: Mapping[str, str], empty: Json
) -> dict[str, Json]:
    """The scalars that differ from what the vendor holds; None travels as `empty`. `read_as` maps the keys of writes
    to those of reads where they differ. A key that the vendor does not show is sent."""
    sent: dict[str, Json] = {}
    for key, value in asked.items():
        shown = read_as.get(key, key)
        if shown not in raw or not same_value(raw[shown], value):
            sent[key] = empty if value is None else value
    return sent


def whole_lists(
    add: Mapping[str, Sequence[Json]],
    remove: Mapping[str, Sequence[Json]],
    raw: Mapping[str, Json],
    same: Mapping[str, Same],
) -> dict[str, Json]:
    """The lists that change, whole. Raises `Hidden` for one that the vendor does not show: written without what is
    in it, it would be wiped."""
    sent: dict[str, Json] = {}
    for name in sorted({*add, *remove}):
        if name not in raw:
            raise Hidden(name)
        current = list(raw[name] or ())
        whole = merged(current, add.get(name, ()), remove.get(name, ()), same[name])
        if whole != current:
            sent[name] = whole
    return sent


def whole_values(custom: Mapping[str, Json], told: Mapping[str, Json]) -> dict[str, Json]:
    """All custom values by key, those of archived fields too, with the changes laid over them; nothing when nothing
    changes. One that is emptied is there as None, so that it is emptied whether the vendor merges or replaces."""
    changes = {key: value for key, value in custom.items() if not same_value(told.get(key), value)}
    if not changes:
        return {}
    kept = {key: value for key, value in told.items() if not same_value(value, None)}
    return {**kept, **changes}
