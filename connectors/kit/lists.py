"""A vendor's list as a connector declares it: what we call it, where it is, what is kept of a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from connectors.kit.contract import Stream
from connectors.kit.fingerprint import Cut, Shape

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Listing:
    """One list: our stream, the vendor's path, the shape of a row; `ask` are parameters that make the list show what
    it hides by default, where the vendor takes them; `by_owner` is the filter that names the parent."""

    stream: Stream
    path: str
    shape: Shape
    ask: Sequence[tuple[str, str]] = ()
    by_owner: str = ""


def listing(
    object: str,
    path: str,
    scope: str,
    allow: str,
    *,
    owner: str = "",
    owner_object: str = "",
    by_owner: str = "",
    reference: bool = False,
    required: bool = True,
    ask: Sequence[tuple[str, str]] = (),
    cut: Cut | None = None,
    also: Sequence[str] = (),
) -> Listing:
    """Declare a list. `allow` are the kept keys, separated by spaces; `owner` is the key with the parent's id."""
    shape = Shape(object, tuple(allow.split()), owner, cut=cut, also=also)
    return Listing(Stream(object, owner_object, reference, required, scope), path, shape, ask, by_owner)


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of at most `size`."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
