"""From a vendor's page to rows: cut to the allow-list, put into canonical form, hashed. The hot path of a pull.

Two fingerprints, the cheap one first. `Cutter.glance` reads of each record only its id and times, and takes a `raw`
fingerprint of its bytes as they came: some 7 microseconds for 3 kB. Cutting costs several times that and happens to
rows whose `raw` is new; validation and mapping only to rows whose `hash`, that of the cut row, is new. The hash does
not depend on the order of keys, nor on the signatures in presigned links, which are new on every reading. Keys that a
vendor did not send stay missing, null stays null, and a key that is not in the allow-list is never decoded into
anything that lives on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from importlib.metadata import version
from operator import attrgetter
from typing import Any

import msgspec
from msgspec import UNSET

from connectors.kit.contract import Fresh, LazyRow, Row, Unreadable

Cut = Callable[[Any], None]

# A link that carries its own permission: the query is the permission, the rest is the name.
_PRESIGNED = re.compile(
    rb'(https?://[^"\\\s?#]*)\?(?=[^"\\\s]*?(?:X-Amz-|X-Goog-|Signature=|[?&;]sig=|Key-Pair-Id=|Expires=))[^"\\\s]*',
    re.IGNORECASE,
)
_encode = msgspec.json.Encoder(order="sorted").encode
_split = msgspec.json.Decoder(list[msgspec.Raw]).decode
# What our own code does to a record may change with any release; raise the number when it changes between two.
_CODE = (1, version("tieline"))
_VANISHING = "message"  # in place of the usual fields: a record that may be named and not seen


@dataclass(frozen=True, slots=True)
class Shape:
    """What is kept of one kind of object.

    `object` is our word; `allow` the keys that are kept; `owner` the key with the parent's id; `created` and
    `updated` the keys with the vendor's times (at least one each; other spellings are tried in turn); `cut` changes a
    record in place before it is hashed (nested allow-lists, text replaced by a marker); `also` are keys that `cut`
    needs to see and that are not kept; `config` tells what `cut` goes by beside the record, so that a record is cut
    again when that has changed.
    """

    object: str
    allow: Sequence[str]
    owner: str = ""
    created: Sequence[str] = ("created_at",)
    updated: Sequence[str] = ("updated_at",)
    id: str = "id"
    cut: Cut | None = None
    also: Sequence[str] = ()
    config: Callable[[], Sequence[str]] = tuple


class Cutter:
    """Cuts the records of one shape. Safe to use from several threads."""

    def __init__(self, shape: Shape, secret: str = "") -> None:
        """`secret` is something the state does not hold: raw fingerprints cover what is not kept too, and keyed with
        it they cannot be used to try out what that might have been."""
        self.shape = shape
        self._secret = blake2b(secret.encode()).digest()
        names = {*shape.allow, *shape.also, *shape.created, *shape.updated, shape.id, _VANISHING} | {shape.owner} - {""}
        self._stray = tuple(sorted(names - set(shape.allow)))  # decoded, and taken away before hashing
        # One call in C for what every row needs; other spellings of the times are looked at when these are not there.
        self._columns = attrgetter(shape.id, shape.owner or shape.id, shape.created[0], shape.updated[0])
        self._may_vanish = _VANISHING not in shape.allow
        self.struct = msgspec.defstruct(
            f"Cut_{shape.object}", [(name, Any, UNSET) for name in sorted(names)], gc=False, rename=None
        )
        self._list = msgspec.json.Decoder(list[self.struct])  # type: ignore[name-defined]
        self._one = msgspec.json.Decoder(self.struct)
        head = {shape.id, *shape.created, *shape.updated} | ({_VANISHING} if self._may_vanish else set())
        self._heads = msgspec.json.Decoder(
            list[msgspec.defstruct(f"Head_{shape.object}", [(name, Any, UNSET) for name in sorted(head)], gc=False)]  # type: ignore[misc]
        )
        self._head = attrgetter(shape.id, shape.created[0], shape.updated[0])

    def page(self, body: bytes) -> tuple[list[Row], list[Unreadable]]:
        """Cut a bare JSON array. A row that cannot be read is named and set aside; ValueError only when the array as
        a whole is none."""
        try:
            return self.rows(self._list.decode(body))
        except (msgspec.MsgspecError, RecursionError):
            # One record may be at fault. The standard library reads what msgspec refuses, slower and record by record.
            records = json.loads(body, strict=False)
            if not isinstance(records, list):
                raise ValueError("the answer is not a list") from None
            return self._one_by_one(records)

    def glance(self, body: bytes) -> tuple[Sequence[Row | LazyRow], list[Unreadable]]:
        """As `page`, but rows are cut when somebody asks for more than their heads. A record that is found to be
        unreadable only then says so in `LazyRow.cut`."""
        try:
            records, heads = _split(body), self._heads.decode(body)
        except (msgspec.MsgspecError, RecursionError):
            return self.page(body)
        key, object = self._key(), self.shape.object
        rows: list[Row | LazyRow] = []
        bad: list[Unreadable] = []
        for head, record in zip(heads, records, strict=True):
            native, created, updated = self._head(head)
            plain = (type(native) is int or type(native) is str) and native != ""
            if plain and not (self._may_vanish and head.message is not UNSET):
                created = utc(created) or _time(head, self.shape.created[1:])
                updated = utc(updated) or _time(head, self.shape.updated[1:])
                raw = blake2b(record, digest_size=16, key=key).digest()
                rows.append(LazyRow(object, str(native), created, updated, raw, self._late, record))
                continue
            row = self._late("", record)
            (rows if isinstance(row, Row) else bad).append(row)  # type: ignore[arg-type]
        return rows, bad

    def _late(self, id: str, record: msgspec.Raw) -> Row | Unreadable:
        """Cut one record of a page that was split; what is wrong with it costs nothing but itself."""
        try:
            return self._row(self._one.decode(record))
        except (ValueError, msgspec.MsgspecError, RecursionError):
            pass
        try:
            rows, bad = self._one_by_one([json.loads(bytes(record), strict=False)])
        except (ValueError, RecursionError) as error:
            return Unreadable(self.shape.object, id, f"the record cannot be read ({type(error).__name__})")
        return (rows or bad)[0]

    def _key(self) -> bytes:
        """What raw fingerprints are keyed with: all that decides what is kept of a record."""
        one = self.shape
        kept = (one.object, one.allow, one.owner, one.created, one.updated, one.id, one.also)
        told = repr([_CODE, [part if isinstance(part, str) else list(part) for part in (*kept, one.config())]])
        return blake2b(told.encode(), key=self._secret).digest()

    def rows(self, records: Sequence[Any]) -> tuple[list[Row], list[Unreadable]]:
        """Cut records that are decoded already, as `struct`s."""
        rows: list[Row] = []
        bad: list[Unreadable] = []
        for record in records:
            row = self._row(record)
            if type(row) is Row:
                rows.append(row)
            else:
                bad.append(row)  # type: ignore[arg-type]
        return rows, bad

    def one(self, raw: Mapping[str, Any]) -> Row | Unreadable:
        """Cut one record that was decoded as a plain dict. Raises ValueError when it is none."""
        return self._row(self._one.decode(msgspec.json.encode(raw)))

    def fresh(self, raw: Mapping[str, Any]) -> Fresh | None:
        """One record just read, with its raw form beside the cut one; None when it cannot be named."""
        row = self.one(raw)
        return Fresh(row, raw) if isinstance(row, Row) else None

    def _one_by_one(self, records: Sequence[Any]) -> tuple[list[Row], list[Unreadable]]:
        rows: list[Row] = []
        bad: list[Unreadable] = []
        for raw in records:
            try:
                row = self.one(raw)
            except (ValueError, RecursionError) as error:
                native = raw.get(self.shape.id, "") if isinstance(raw, dict) else ""
                id = str(native) if isinstance(native, int | str) else ""
                row = Unreadable(self.shape.object, id, f"the record cannot be read ({type(error).__name__})")
            (rows if isinstance(row, Row) else bad).append(row)  # type: ignore[arg-type]
        return rows, bad

    def _row(self, record: Any) -> Row | Unreadable:
        shape = self.shape
        native, owner, created, updated = self._columns(record)
        if (type(native) is not int and type(native) is not str) or native == "":
            return Unreadable(shape.object, "", "the record has no id")
        if self._may_vanish and record.message is not UNSET and self._empty(record):
            return Unreadable(shape.object, str(native), "the vendor shows a notice in place of this record")
        created = utc(created) or _time(record, shape.created[1:])
        updated = utc(updated) or _time(record, shape.updated[1:])
        if shape.cut is not None:
            shape.cut(record)
        for name in self._stray:
            setattr(record, name, UNSET)
        payload = _encode(record)
        if b"?" in payload:
            payload = _PRESIGNED.sub(rb"\1", payload)
        parent = "" if not shape.owner or owner is UNSET or owner is None else str(owner)
        digest = blake2b(payload, digest_size=16).digest()
        return Row(shape.object, str(native), digest, payload, parent, created, updated)

    def _empty(self, record: Any) -> bool:
        """True when nothing but names and times was sent."""
        plain = {self.shape.id, self.shape.owner, *self.shape.created, *self.shape.updated}
        return all(getattr(record, name) is UNSET for name in self.shape.allow if name not in plain)


def utc(value: object) -> str:
    """A vendor's time as ISO-8601 in UTC with milliseconds and Z, so that text compares like time; empty when there
    is none that can be read. A time without a zone is taken for UTC."""
    if not isinstance(value, str) or not value:
        return ""
    if len(value) == 24 and value[23] == "Z" and value[10] == "T":
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return ""
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _time(record: Any, names: Sequence[str]) -> str:
    for name in names:
        found = utc(getattr(record, name))
        if found:
            return found
    return ""
