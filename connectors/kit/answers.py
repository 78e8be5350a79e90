"""Reading the small answers: tokens, new ids, complaints. Nothing here raises, and nothing repeats a body."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from connectors.kit.contract import Json


def list_of(body: bytes) -> list[Any]:
    """A bare JSON array; raises ValueError when it is none, so that a read is tried again."""
    return msgspec.json.decode(body, type=list[Any])


def object_of(body: bytes) -> Mapping[str, Any]:
    """The JSON object in a body; an empty one when there is none."""
    try:
        value = msgspec.json.decode(body)
    except (msgspec.MsgspecError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def new_ids(body: bytes, main: str, others: Sequence[str] = ()) -> dict[str, str]:
    """Ids of what a create brought into being, by object word: from `{main: {id}, other: {id}}`, or from the bare
    object, which is then the `main` one."""
    answer = object_of(body)
    ids = {name: _id(answer.get(name)) for name in (main, *others)}
    if not ids[main]:
        ids[main] = _id(answer)
    return {name: id for name, id in ids.items() if id}


def named(keys: Iterable[str], body: bytes) -> str:
    """Which of the keys that we sent a complaint names. The vendor's own words are not repeated: they may hold what
    we sent."""
    return ", ".join(key for key in sorted(keys) if key.encode() in body)


def whole_number(text: object) -> int | None:
    """A number in a header or a setting; None when there is none."""
    return int(text) if isinstance(text, str) and text.isascii() and text.strip().isdigit() else None


def numbers(body: Mapping[str, Json]) -> dict[str, Json]:
    """The body with native ids as numbers, for vendors whose ids are: keys that end in _id or _ids."""
    return {key: _number(key, value) for key, value in body.items()}


def _number(key: str, value: Json) -> Json:
    if key.endswith("_id") and isinstance(value, str):
        return int(value)
    if key.endswith("_ids") and isinstance(value, list | tuple):
        return [int(one) for one in value]
    return value


def jwt_claims(token: str) -> Mapping[str, Any]:
    """What a token says of itself, unverified: it is ours, and only looked at to tell people about it."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        return object_of(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError):
        return {}


def _id(value: object) -> str:
    native = value.get("id") if isinstance(value, dict) else None
    return str(native) if isinstance(native, int | str) and not isinstance(native, bool) else ""
