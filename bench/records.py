"""A deterministic corpus of Greenhouse-like v3 candidates, some 2.7 kB of nested JSON each, in descending id order.

    python -m bench.records 100000 bench/run/cand-100000

writes PATH.bin (records joined by commas) and PATH.idx (offsets as little-endian uint64). All people are invented.
"""

from __future__ import annotations

import array
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

GIVEN = "Ada Mina Ines Kofi Søren Łucja Zoë Amara Tomás Yuki Noor Ivo Leila Björn Chidi Anaïs 美咲 Олена".split()
FAMILY = "Okonkwo Vance Lindqvist Sampleton Nowak Ferreira Haddad Iversen Adeyemi Kato Müller O'Neil García 王".split()
COMPANIES = ["Brightwater Labs", "Example Rail Ltd", "Sample Foods", "Northwind GmbH", "Lumen & Sons", "Quarry Nine"]
TITLES = ["Staff Data Engineer", "Account Executive", "Nurse Practitioner", "Warehouse Associate", "Product Manager"]
CITIES = ["Leeds, UK", "Utrecht, Netherlands", "Austin, TX, USA", "São Paulo, Brazil", "Osaka, Japan"]
TAGS = ["Python", "Go", "Relocate", "Alumni", "Campus 2024", "Remote", "Speaker"]
START = datetime(2019, 1, 1, tzinfo=UTC)
FIELDS = 14  # custom fields a record carries


def stamp(moment: datetime) -> str:
    """A vendor's time: ISO-8601 in UTC with milliseconds."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def record(n: int, chance: random.Random) -> dict[str, Any]:
    """The n-th candidate."""
    given, family = chance.choice(GIVEN), chance.choice(FAMILY)
    created = START + timedelta(minutes=37 * n)
    mail = f"{given}.{family}.{n}".lower().replace("'", "")
    return {
        "id": 60_000_000_002 + n * 1000,
        "created_at": stamp(created),
        "updated_at": stamp(created + timedelta(minutes=5)),
        "first_name": given,
        "last_name": family,
        "preferred_name": None,
        "company": chance.choice(COMPANIES),
        "title": chance.choice(TITLES),
        "last_activity_at": stamp(created + timedelta(days=3)),
        "private": False,
        "can_email": chance.random() < 0.95,
        "time_zone": "Eastern Time (US & Canada)",
        "tags": chance.sample(TAGS, chance.randrange(4)),
        "linked_user_ids": [],
        "phone_numbers": [{"value": f"+1 555 01{chance.randrange(100):02d}", "type": "mobile"}],
        "addresses": [{"value": f"{chance.randrange(1, 999)} Main Street\n{chance.choice(CITIES)}", "type": "home"}],
        "email_addresses": [
            {"value": f"{mail}@example.com", "type": "personal"},
            {"value": f"{mail}@work.example.org", "type": "work"},
        ],
        "website_addresses": [{"value": f"https://{chance.getrandbits(32):08x}.example.net", "type": "personal"}],
        "social_media_addresses": [{"value": f"https://www.linkedin.com/in/{mail.replace('.', '-')}"}],
        "custom_fields": {
            f"field_number_{k}": {
                "name": f"Field number {k}",
                "type": "short_text",
                "value": f"{chance.getrandbits(128):032x} {chance.choice(TITLES)}",
            }
            for k in range(FIELDS)
        },
    }


def write(count: int, path: Path, seed: int = 42) -> None:
    """Write the corpus, newest id first, as the vendor lists it."""
    chance = random.Random(seed)
    offsets, position = array.array("Q", [0]), 0
    made = [msgspec.json.encode(record(n, chance)) + b"," for n in range(count)]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".bin").open("wb") as out:
        for one in reversed(made):
            out.write(one)
            position += len(one)
            offsets.append(position)
    with path.with_suffix(".idx").open("wb") as index:
        offsets.tofile(index)
    print(f"{count} records, {position / count:.0f} bytes each")


if __name__ == "__main__":
    write(int(sys.argv[1]), Path(sys.argv[2]))
