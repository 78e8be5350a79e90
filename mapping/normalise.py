"""One spelling for each value: the canonical form that equality, identity and the ledger compare.

Every function is pure and idempotent: what comes out goes in again unchanged. A value that cannot be read comes out
as `None`, never as a guess; `unreadable_*` says why in words that do not repeat it.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from datetime import date as calendar_date
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import phonenumbers
from email_validator import EmailNotValidError, validate_email

_CACHE = 65_536
_FULL_LENGTH = 9  # digits that a number without a country code must have, unless the number plan knows it
_DIALLED_PLUS = re.compile(r"^[\s(]*00[\s)]*(?=[1-9])")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u200b\u2060\ufeff]")
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_LINKEDIN = re.compile(
    r"^(?:[a-z0-9-]+\.)*linkedin\.com/(?:mwlite/|m/)?in/([^/?#\s]+)",
    re.IGNORECASE,
)
# LinkedIn's opaque member ids stand where a handle stands, and are the only ones whose case matters.
_MEMBER_ID = re.compile(r"^A[CE][A-Za-z0-9]AA[A-Za-z0-9_-]{20,}$")
_GITHUB = re.compile(r"^(?:www\.)?github\.com/([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))/?$", re.IGNORECASE)
_PARTICLES = frozenset(
    [
        "al", "ap", "ben", "bin", "da", "das", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el",
        "ibn", "la", "le", "ten", "ter", "van", "von", "zu",
    ]
)  # fmt: skip
_YES = frozenset(
    ["yes", "y", "true", "1", "on", "granted", "opt in", "opted in", "opt-in", "opted-in", "consented", "given"]
)
_NO = frozenset(
    ["no", "n", "false", "0", "off", "withdrawn", "opt out", "opted out", "opt-out", "opted-out", "declined", "refused"]
)


class Names(NamedTuple):
    """A person's name in parts; a part nobody gave and nobody can tell is None."""

    given: str | None
    family: str | None
    full: str | None


def text(value: str | None) -> str | None:
    """Stripped, composed (NFC), without control characters; empty is None. Inner spacing stays as written."""
    if value is None:
        return None
    # Dropping characters can bring combining marks together, so composing comes after it.
    return unicodedata.normalize("NFC", _CONTROL.sub("", value)).strip() or None


@lru_cache(_CACHE)
def fold(value: str) -> str:
    """How labels are compared: compatibility forms folded, case folded, anything but letters and digits a space."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", value).casefold())
    return " ".join("".join(ch if ch.isalnum() else " " for ch in folded).split())


def phrases(*phrases: str) -> re.Pattern[str]:
    """Whole words or phrases to look for in a folded label; each may be a small pattern of its own."""
    return re.compile("|".join(one if one.startswith("^") else rf"\b(?:{one})\b" for one in phrases))


@lru_cache(_CACHE)
def email(value: str | None) -> str | None:
    """The address in lower case, or None. Nothing is looked up: this is about form, not delivery."""
    stripped = (text(value) or "").removeprefix("mailto:")
    if not stripped:
        return None
    try:
        found = validate_email(stripped, check_deliverability=False, globally_deliverable=False, test_environment=True)
    except EmailNotValidError:
        return None
    normal = unicodedata.normalize("NFC", found.normalized.lower())
    return normal if "." in found.domain else None


def unreadable_email(value: str | None) -> str:
    """Why `email` gave None, without the value."""
    if not text(value):
        return "an e-mail address is empty"
    return "an e-mail address is not well formed" if "@" in (value or "") else "an e-mail address has no @"


@lru_cache(_CACHE)
def e164(value: str, region: str) -> str | None:
    """The number in E.164, read as dialled in `region` (ISO 3166-1 alpha-2) when it has no country code. A leading
    00 is the plus sign of most of the world, also where it is not dialled so: no national number begins with it."""
    read = _e164(value, region)
    if read or not _DIALLED_PLUS.match(value):
        return read
    return _e164(_DIALLED_PLUS.sub("+", value), region)


def _e164(value: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return None
    # A local number without its area code can be "possible" too, and its E.164 form would be somebody else's.
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    full = "+" in value or len(str(number.national_number)) >= _FULL_LENGTH or phonenumbers.is_valid_number(number)
    if not full:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(_CACHE)
def phone(value: str | None, region: str = "US") -> str | None:
    """E.164 where it can be read, else the digits as given, else None."""
    given = text(value)
    if given is None:
        return None
    read = e164(given, region)
    digits = "".join(str(unicodedata.digit(ch)) for ch in given if ch.isdecimal())
    return read or (e164(digits, region) if digits else None) or digits or None


def phone_is_mobile(value: str) -> bool:
    """True when the number plan says mobile and nothing else."""
    try:
        number = phonenumbers.parse(value, None)
    except phonenumbers.NumberParseException:
        return False
    return bool(phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE)


def _bare(value: str) -> str:
    """Without scheme and leading www., so that it begins with the host."""
    bare = _SCHEME.sub("", value)
    while bare[:4].lower() == "www.":
        bare = bare[4:]
    return bare


@lru_cache(_CACHE)
def linkedin(value: str | None) -> str | None:
    """The LinkedIn handle of a profile address (any country host, percent-encoding, trailing parts), or None.
    Old /pub/ addresses and Sales Navigator have no handle."""
    given = text(value)
    found = _LINKEDIN.match(_bare(given)) if given else None
    if not found:
        return None
    handle = text(unquote(found[1])) or ""
    if not handle or re.search(r"[\s/?#%\ufffd]", handle):
        return None
    return handle if _MEMBER_ID.match(handle) else unicodedata.normalize("NFC", handle.lower())


@lru_cache(_CACHE)
def link(value: str | None) -> str | None:
    """An address without scheme, www. and trailing slash; the host in lower case, the path as written.
    LinkedIn profiles become linkedin.com/in/<handle>, GitHub accounts github.com/<account>."""
    given = text(value)
    if given is None or re.search(r"\s", given):
        return None
    if handle := linkedin(given):
        return f"linkedin.com/in/{handle}"
    if (scheme := _SCHEME.match(given)) and scheme[0].lower() not in ("http://", "https://"):
        return None
    bare = _bare(given)
    if account := _GITHUB.match(bare):
        return f"github.com/{account[1].lower()}"
    try:
        parts = urlsplit("//" + bare)
    except ValueError:
        return None
    host = parts.netloc.lower()
    if "." not in host or "@" in host:
        return None
    return (host + bare[len(parts.netloc) :]).rstrip("/#?") or None


def host(canonical: str) -> str:
    """The host of a canonical link."""
    return canonical.partition("/")[0]


def moment(value: str | datetime | None) -> datetime | None:
    """An ISO-8601 time as aware UTC; one without an offset is UTC already. Raises ValueError when it is no time."""
    if value is None or value == "":
        return None
    read = datetime.fromisoformat(value) if isinstance(value, str) else value
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def date(value: str | None) -> str | None:
    """YYYY-MM-DD of a date or of a time, as written: a date has no zone and is never moved into one."""
    given = text(value)
    if given is None:
        return None
    try:
        return calendar_date.fromisoformat(given[:10]).isoformat()
    except ValueError:
        return None


def truth(value: object) -> bool | None:
    """What a yes/no field says, as a boolean or as one of the usual words; None when it says neither."""
    if isinstance(value, bool):
        return value
    if not isinstance(value, str):
        return None
    word = " ".join(value.split()).casefold()
    if word in _YES:
        return True
    return False if word in _NO else None


def names(given: str | None, family: str | None, full: str | None = None) -> Names:
    """The parts as given; only where there is neither part is the full name split."""
    first, last, whole = text(given), text(family), text(full)
    if whole is None:
        whole = " ".join(part for part in (first, last) if part) or None
    if first is None and last is None and whole is not None:
        first, last = split_name(whole)
    return Names(first, last, whole)


def split_name(full: str) -> tuple[str | None, str | None]:
    """Given and family name of a full one: "Family, Given", else the last word with the particles before it.
    One word alone is taken as the given name: nobody can tell."""
    before, comma, after = full.partition(",")
    if comma and text(before) and text(after):
        return text(after), text(before)
    words = full.replace(",", " ").split()
    if len(words) < 2:
        return (words[0] if words else None), None
    cut = len(words) - 1
    while cut > 1 and words[cut - 1].lower() in _PARTICLES:
        cut -= 1
    return " ".join(words[:cut]), " ".join(words[cut:])
