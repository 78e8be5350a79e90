"""Reading a request's body: which keys a write takes and what they must be. Everything else is a 422."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from connectors.sandbox.clock import seconds_of
from connectors.sandbox.greenhouse.answers import unprocessable
from connectors.sandbox.kernel import Json, Request

Check = Callable[[str, Json], Json]
_TYPES: Mapping[str, tuple[str, ...]] = {
    "phone_numbers": ("home", "work", "mobile", "skype", "other"),
    "addresses": ("home", "work", "other"),
    "email_addresses": ("personal", "work", "other"),
    "website_addresses": ("personal", "company", "portfolio", "blog", "other"),
}


def read(request: Request, allowed: Mapping[str, Check], required: Sequence[str] = ()) -> dict[str, Json]:
    """The body with every key checked. Raises `Refused` (422)."""
    try:
        body = request.json()
    except ValueError:
        raise unprocessable("The request body is not valid JSON.") from None
    body = {} if body is None else body
    if not isinstance(body, dict):
        raise unprocessable("The request body must be an object.")
    return check(body, allowed, required)


def check(body: Mapping[str, Json], allowed: Mapping[str, Check], required: Sequence[str] = ()) -> dict[str, Json]:
    """The same for a body, or a part of one, that has been read."""
    errors: list[Json] = [{name: "is missing"} for name in required if name not in body]
    errors += [{name: "is not a known key"} for name in body if name not in allowed]
    if errors:
        raise unprocessable(*errors)
    return {name: allowed[name](name, value) for name, value in body.items()}


def text(name: str, value: Json) -> Json:
    """A text that may not be empty."""
    if not isinstance(value, str) or not value.strip():
        raise unprocessable({name: "can't be blank"})
    return value


def clearable(name: str, value: Json) -> Json:
    """A text; the empty one clears, null is refused."""
    if not isinstance(value, str):
        raise unprocessable({name: f"{'null' if value is None else value!r} is not a string"})
    return value or None


def flag(name: str, value: Json) -> Json:
    """true or false."""
    if not isinstance(value, bool):
        raise unprocessable({name: "is not a boolean"})
    return value


def number(name: str, value: Json) -> Json:
    """An id: a JSON integer."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise unprocessable({name: "is not an integer"})
    return value


def numbers(name: str, value: Json) -> Json:
    """An array of ids."""
    if not isinstance(value, list):
        raise unprocessable({name: "is not an array"})
    return [number(name, item) for item in value]


def texts(name: str, value: Json) -> Json:
    """An array of texts."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise unprocessable({name: "is not an array of strings"})
    return value


def moment(name: str, value: Json) -> Json:
    """A date-time; a date alone is refused."""
    try:
        seconds_of(value)
    except (ValueError, TypeError, AttributeError):
        raise unprocessable({name: "is not a date-time"}) from None
    return value


def anything(_name: str, value: Json) -> Json:
    """Checked elsewhere."""
    return value


def mapping(name: str, value: Json) -> Json:
    """An object."""
    if not isinstance(value, dict):
        raise unprocessable({name: "is not an object"})
    return value


def one_of(*words: str) -> Check:
    """One of a closed vocabulary."""

    def checked(name: str, value: Json) -> Json:
        if value not in words:
            raise unprocessable({name: f"is not one of: {', '.join(words)}"})
        return value

    return checked


def typed(name: str, value: Json) -> Json:
    """A collection of {value, type}; replaces the one held."""
    if not isinstance(value, list):
        raise unprocessable({name: "is not an array"})
    return [_item(name, item, ("value", "type")) for item in value]


def untyped(name: str, value: Json) -> Json:
    """A collection of {value}."""
    if not isinstance(value, list):
        raise unprocessable({name: "is not an array"})
    return [_item(name, item, ("value",)) for item in value]


def _item(name: str, item: Json, keys: Sequence[str]) -> dict[str, Json]:
    if not isinstance(item, dict) or item.keys() != set(keys):
        raise unprocessable({name: f"every item has {' and '.join(keys)}, nothing else"})
    value = text(name, item["value"])
    if name == "email_addresses" and ("@" not in value or " " in value):
        raise unprocessable({name: "is not an e-mail address"})
    if "type" in item and item["type"] not in _TYPES[name]:
        raise unprocessable({name: f"type is not one of: {', '.join(_TYPES[name])}"})
    return dict(item)
