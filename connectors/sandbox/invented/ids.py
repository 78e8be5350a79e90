"""The ids that vendors give, known before any vendor has been filled."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple
from uuid import UUID

# Greenhouse ids are integers above 2^32 whose last three digits name the silo (FACTS, section 3).
ATS_BASE: Mapping[str, int] = {
    "candidate": 60_200_000, "application": 90_100_000, "application_stage": 95_500_000, "job": 6_400_000,
    "job_stage": 11_900_000, "rejection_detail": 67_100_000, "rejection_reason": 4_002_900, "source": 4_010_200,
    "referrer": 51_002_000, "candidate_tag": 7_300_000, "applied_candidate_tag": 7_400_000,
    "prospect_detail": 66_100_000,
    "prospect_pool": 5_310_000, "prospect_pool_stage": 5_320_000, "custom_field": 8_800_000,
    "custom_field_option": 8_900_000, "user": 4_280_000, "note": 81_000_000, "eeoc": 9_100_000, "opening": 9_700_000,
    "attachment": 9_800_000,
}  # fmt: skip
SILO = 2
_HEX = {"global_tag": 32, "crm_user": 20}  # the rest of the CRM's ids are UUIDs


@lru_cache(maxsize=400_000)
def native_id(kind: str, n: int) -> str:
    """The id a vendor gives to the n-th record of a kind. The ATS's kinds are those of `ATS_BASE` (decimal
    digits, rising with n); every other kind is the CRM's (UUID, 32 or 20 hexadecimal digits)."""
    base = ATS_BASE.get(kind)
    if base is not None:
        return str((base + n) * 1000 + SILO)
    digest = blake2b(f"{kind}:{n}".encode(), digest_size=16)
    length = _HEX.get(kind)
    if length is not None:
        return digest.hexdigest()[:length]
    return str(UUID(bytes=digest.digest(), version=4))


Typed = tuple[str, str]  # (value, the vendor's type word)


class FieldOption(NamedTuple):
    """A choice of a select field."""

    n: int
    name: str


@contextmanager
def many_objects(count: int = 0) -> Iterator[None]:
    """Make a great many objects that all stay: the cycle collector would look through them again and again. A
    `count` beyond tens of thousands keeps it from ever looking at them later either, which would stop a server for
    a second at a time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if count > 20_000:
            gc.freeze()
        if collecting:
            gc.enable()
