"""Places, fictional telephone ranges, invented companies and schools, and what people do for a living.

Telephone ranges are those the numbering authorities keep out of use for films and books: 555-0100 to 0199 in North
America, Ofcom's drama numbers, ARCEP's, the Bundesnetzagentur's and ACMA's fictitious ones. Addresses are at
example.com, .org and .net (RFC 2606).
"""

from __future__ import annotations

from random import Random
from typing import NamedTuple


class Place(NamedTuple):
    """A town as a profile names it; `also` is another spelling in use."""

    city: str
    region: str
    country: str
    code: str
    also: str


def _words(text: str) -> list[str]:
    return text.split()


def _places(code: str, country: str, text: str) -> tuple[Place, ...]:
    found = []
    for line in text.split("|"):
        city, region, *also = line.split(";")
        found.append(Place(city, region, country, code, also[0] if also else city))
    return tuple(found)


PLACES: dict[str, tuple[Place, ...]] = {
    "us": _places(
        "US", "United States",
        "New York;NY;NYC|Chicago;IL|San Francisco;CA;San Francisco Bay Area|Austin;TX|Boston;MA;Greater Boston|"
        "Seattle;WA|"
        "Denver;CO|Atlanta;GA|Raleigh;NC|Portland;OR|Columbus;OH|Minneapolis;MN",
    ),
    "uk": _places(
        "GB", "United Kingdom",
        "London;England;Greater London|Manchester;England|Leeds;England|Bristol;England|Glasgow;Scotland|"
        "Cardiff;Wales|"
        "Sheffield;England|Birmingham;England",
    ),
    "de": _places("DE", "Germany",
        "Berlin;Berlin|München;Bayern;Munich|Köln;NRW;Cologne|Hamburg;Hamburg|Leipzig;Sachsen"),
    "fr": _places("FR", "France",
        "Paris;Île-de-France|Lyon;Rhône|Nantes;Loire|Besançon;Doubs;Besancon|Toulouse;Occitanie"),
    "es": _places("ES", "Spain",
        "Madrid;Madrid|Barcelona;Catalunya|Málaga;Andalucía;Malaga|Sevilla;Andalucía;Seville"),
    "pl": _places("PL", "Poland",
        "Warszawa;Mazowieckie;Warsaw|Kraków;Małopolskie;Krakow|Wrocław;Dolnośląskie;Wroclaw"),
    "tr": _places("TR", "Türkiye", "İstanbul;İstanbul;Istanbul|Ankara;Ankara|İzmir;İzmir;Izmir"),
    "in": _places("IN", "India", "Bengaluru;KA;Bangalore|Hyderabad;TG|Mumbai;MH;Bombay|Pune;MH|Chennai;TN"),
    "cn": _places("CN", "China", "Shanghai;SH;上海|Beijing;BJ;北京|Shenzhen;GD;深圳"),
    "kr": _places("KR", "South Korea", "Seoul;Seoul;서울|Busan;Busan"),
    "jp": _places("JP", "Japan", "Tōkyō;Tokyo;Tokyo|Ōsaka;Osaka;Osaka"),
    "gr": _places("GR", "Greece", "Athens;Attica;Αθήνα|Thessaloniki;Macedonia"),
    "ae": _places("AE", "United Arab Emirates", "Dubai;Dubai;دبي|Abu Dhabi;Abu Dhabi"),
    "vn": _places("VN", "Vietnam", "Hà Nội;HN;Hanoi|Hồ Chí Minh;HCM;Ho Chi Minh City"),
    "se": _places("SE", "Sweden", "Göteborg;Västra Götaland;Gothenburg|Stockholm;Stockholm|Malmö;Skåne;Malmo"),
}  # fmt: skip

_NPA = _words(
    "201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231 234 239 240 248 "
    "251 252 253 "
    "254 256 260 262 267 269 270 276 281 301 302 303 304 305 307 308 309 310 312 313 314 315 316 317 318 319 "
    "320 321 323 "
    "325 330 334 336 337 339 347 351 352 360 361 386 401 402 404 405 406 407 408 409 410 412 413 414 415 417 "
    "419 423 424 "
    "425 432 434 435 440 443 469 478 479 480 484 501 502 503 504 505 507 508 509 510 512 513 515 516 517 518 "
    "520 530 540 "
    "541 551 559 561 562 563 570 571 573 574 580 585 586 601 602 603 605 606 607 608 609 610 612 614 615 616 "
    "617 618 619"
)
# Blocks of (prefix after +, how many digits follow, from, how many numbers).
_BLOCKS: dict[str, list[tuple[str, int, int, int]]] = {
    "US": [(f"1{npa}555", 4, 100, 100) for npa in _NPA],
    "GB": [("447700900", 3, 0, 1000), ("442079460", 3, 0, 1000), ("441632960", 3, 0, 1000)]
    + [(f"44{area}4960", 3, 0, 1000) for area in _words("113 114 115 116 117 118 121 131 141 151 161")],
    "DE": [("493023125", 3, 0, 1000), ("496990009", 3, 0, 1000), ("494066969", 3, 0, 1000), ("498999998", 3, 0, 1000)],
    "FR": [(f"33{head}", 4, 0, 10_000) for head in ("63998", "19900", "26191", "35301", "46571", "53649")],
    "AU": [
        (f"61{area}", 4, 0, 10_000) for area in ("25550", "35550", "75550", "85550", "27010", "37010", "77010", "87010")
    ],
}
_REGIONS = tuple(_BLOCKS)


class Phones:
    """Hands out fictional numbers in E.164, none twice; when every range is used up it has none left."""

    def __init__(self) -> None:
        self._used = dict.fromkeys(_REGIONS, 0)
        self._size = {region: sum(block[3] for block in blocks) for region, blocks in _BLOCKS.items()}

    def take(self, country: str) -> str | None:
        """A number of the country, or of the first that still has some."""
        for region in (country, *_REGIONS):
            if region in self._size and self._used[region] < self._size[region]:
                self._used[region] += 1
                return self._number(region, self._used[region] - 1)
        return None

    def _number(self, region: str, index: int) -> str:
        """Spread over the blocks, so that neighbours in a list do not look like neighbours."""
        blocks = _BLOCKS[region]
        if region == "US":
            block, offset = blocks[index % len(blocks)], index // len(blocks)
        else:
            at = 0
            while index >= blocks[at][3]:
                index -= blocks[at][3]
                at += 1
            block = blocks[at]
            offset = index * 617 % block[3]  # 617 is prime to every block size
        return f"+{block[0]}{block[2] + offset:0{block[1]}d}"


def spelled(phone: str, random: Random) -> str:
    """The number as somebody might type it; readable with or without knowing the country."""
    way = random.random()
    if phone.startswith("+1") and len(phone) == 12:
        area, exchange, line = phone[2:5], phone[5:8], phone[8:]
        if way < 0.35:
            return f"({area}) {exchange}-{line}"
        if way < 0.55:
            return f"+1 {area}-{exchange}-{line}"
        if way < 0.65:
            return f"{area}.{exchange}.{line}"
        return phone
    if way < 0.4:
        return f"{phone[:3]} {phone[3:5]} {phone[5:]}"
    return "00" + phone[1:] if way < 0.43 and phone.startswith("+4") else phone


_COMPANY_A = _words(
    "Alder Amber Arbor Beacon Birch Bramble Bright Cedar Cobalt Copper Coral Crescent Dapple Ember Fable Fern "
    "Garnet Harbor "
    "Hazel Indigo Juniper Kestrel Lantern Larch Linden Lumen Marble Meadow Nimbus Northwind Opal Osprey Pebble "
    "Pine Quarry "
    "Raven Rowan Saffron Sparrow Tamarind Thistle Umber Velvet Willow Zephyr"
)
_COMPANY_B = _words(
    "Analytics Bank Biotech Care Energy Foods Freight Games Health Labs Logistics Media Motors Rail Robotics Systems"
)


class Company(NamedTuple):
    """An invented employer, the domain of its addresses, and its switchboard."""

    name: str
    domain: str
    switchboard: str


def companies(phones: Phones) -> tuple[Company, ...]:
    """All of them; every switchboard is a fictional number that no person has."""
    made = []
    for i, first in enumerate(_COMPANY_A):
        for j in range(5):
            second = _COMPANY_B[(i * 5 + j * 3) % len(_COMPANY_B)]
            domain = f"{first}-{second}.example.{('com', 'org', 'net')[j % 3]}".lower()
            made.append(Company(f"{first} {second}", domain, phones.take("US") or ""))
    return tuple(made)


SCHOOLS = (
    "University of Nowhere", "Northmoor Institute of Technology", "Hochschule Musterstadt", "Université de Valombre",
    "Universidad del Valle Alto", "Saltmarsh College", "Eastmere University", "Kingsferry Polytechnic",
    "Instytut Techniczny w Przykładowie", "Lakeview School of Business",
)  # fmt: skip
DEGREES = ("BSc", "BA", "MSc", "MA", "PhD", "MBA", "Diplom")

# Field of work -> titles from junior to senior, skills.
WORK: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Data": (
        ("Data Analyst", "Data Engineer", "Senior Data Engineer", "Staff Data Engineer"),
        ("sql", "python", "airflow", "dbt"),
    ),
    "Engineering": (
        ("Software Engineer", "Backend Engineer", "Senior Backend Engineer", "Engineering Manager"),
        ("go", "java", "kubernetes", "postgres"),
    ),
    "Design": (
        ("UX Designer", "Product Designer", "Senior Product Designer", "Design Lead"),
        ("figma", "research", "prototyping"),
    ),
    "Product": (
        ("Product Analyst", "Product Manager", "Senior Product Manager", "Group Product Manager"),
        ("roadmaps", "discovery"),
    ),
    "Sales": (
        ("Sales Development Rep", "Account Executive", "Senior Account Executive", "Head of Sales"),
        ("negotiation", "crm"),
    ),
    "People": (
        ("HR Coordinator", "Recruiter", "Senior Recruiter", "HR Business Partner"),
        ("sourcing", "interviewing"),
    ),
    "Finance": (
        ("Accountant", "Financial Analyst", "Senior Financial Analyst", "Finance Manager"),
        ("excel", "ifrs", "modelling"),
    ),
    "Operations": (
        ("Support Specialist", "Operations Analyst", "Operations Manager", "Head of Operations"),
        ("logistics", "lean"),
    ),
}  # fmt: skip
FIELDS = tuple(WORK)
LANGUAGES = {
    "us": "English",
    "uk": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "pl": "Polish",
    "jp": "Japanese",
}
