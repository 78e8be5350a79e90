"""The people themselves: who they really are, before any system has heard of them, and the traps among them."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import TypeVar

from connectors.sandbox.invented.names import CULTURES, Culture, Name, fold
from connectors.sandbox.invented.places import FIELDS, PLACES, WORK, Company, Phones, Place, companies

T = TypeVar("T")

_PRIVATE_HOSTS = ("mail.example.com", "inbox.example.org", "post.example.net", "home.example.com", "web.example.org")
_NAMESAKE, _SPOUSE, _SWITCHBOARD = 0.012, 0.012, 0.02


class Dice:
    """One seeded source of chance, with the few throws that a world needs."""

    def __init__(self, seed: int | str) -> None:
        self.source = Random(seed)  # noqa: S311 (a world, not a secret)
        self.throw = self.source.random

    def of(self, choices: Sequence[T]) -> T:
        """Any one of them, each as likely."""
        return choices[int(self.throw() * len(choices))]

    def odds(self, choices: Sequence[T], steps: Sequence[float]) -> T:
        """One of them; `steps` are running totals that end at 1."""
        return choices[min(bisect(steps, self.throw()), len(choices) - 1)]

    def between(self, low: float, high: float) -> float:
        """A number in the range."""
        return low + (high - low) * self.throw()

    def count(self, low: int, high: int) -> int:
        """A whole number, both ends possible."""
        return low + int(self.throw() * (high - low + 1))


@dataclass(slots=True)
class Human:
    """One invented person. Empty strings stand for what somebody does not have.

    `maiden` is the family name before a marriage; `company` and `level` are today's, `earlier` the employer before.
    """

    n: int
    culture: Culture
    given: Name
    family: Name
    maiden: Name | None
    place: Place
    mail: str
    second_mail: str
    work_mail: str
    phone: str
    old_phone: str
    handle: str
    homepage: str
    field: str
    level: int
    company: Company
    earlier: Company

    @property
    def title(self) -> str:
        """What the person is today."""
        return WORK[self.field][0][self.level]

    @property
    def earlier_title(self) -> str:
        """What the person was before."""
        return WORK[self.field][0][max(self.level - 1, 0)]


class Crowd:
    """Makes people one by one, so that no two strangers share an address, a number or a handle, except where a
    trap wants it. `traps` collects who shares what."""

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self.phones = Phones()
        self.companies = companies(self.phones)
        self.people: list[Human] = []
        self.namesakes: list[tuple[int, int]] = []
        self.families: list[tuple[int, int]] = []
        self.switchboards: dict[str, list[int]] = {}
        self._taken: dict[str, int] = {}
        total = sum(culture.weight for culture in CULTURES)
        self._steps = list(accumulate(culture.weight / total for culture in CULTURES))
        self._hosts = {culture.code: culture.places.split() for culture in CULTURES}

    def add(self) -> Human:
        """The next person."""
        n, chance = len(self.people), self.dice.throw()
        other = self.dice.of(self.people) if n > 10 else None
        if other is not None and chance < _NAMESAKE:
            human = self._make(n, other.culture, other.given, other.family)
            self.namesakes.append((other.n, n))
        elif other is not None and other.phone and chance < _NAMESAKE + _SPOUSE:
            human = self._make(n, other.culture, self._given(other.culture), other.family)
            human.place, human.phone, human.old_phone = other.place, other.phone, ""
            self.families.append((other.n, n))
        else:
            culture = self.dice.odds(CULTURES, self._steps)
            human = self._make(n, culture, self._given(culture), self.dice.of(culture.family))
        if self.dice.throw() < _SWITCHBOARD:
            self._give_switchboard(human)
        self.people.append(human)
        return human

    def _give_switchboard(self, human: Human) -> None:
        """At a handful of employers, so that several people end up on the same number."""
        company = self.companies[self.dice.count(0, 5)]
        human.company, human.phone, human.old_phone = company, company.switchboard, ""
        self.switchboards.setdefault(company.switchboard, []).append(human.n)

    def _given(self, culture: Culture) -> Name:
        return self.dice.of(culture.male if self.dice.throw() < 0.5 else culture.female)

    def _make(self, n: int, culture: Culture, given: Name, family: Name) -> Human:
        dice = self.dice
        place = dice.of(PLACES[dice.of(self._hosts[culture.code])])
        company, earlier = dice.of(self.companies), dice.of(self.companies)
        first, last = _letters(given.latin), _letters(family.latin)
        maiden = dice.of(culture.family) if given in culture.female and dice.throw() < 0.06 else None
        phone = (self.phones.take(place.code) or "") if dice.throw() < 0.8 else ""
        handle = self._unique(f"{first}-{last}-{dice.count(0x1000, 0xFFFF):x}") if dice.throw() < 0.55 else ""
        field = dice.of(FIELDS)
        return Human(
            n, culture, given, family, maiden if maiden != family else None, place,
            mail=self._mail(first, last, dice.of(_PRIVATE_HOSTS)),
            second_mail=self._mail(first[:1] + last, str(dice.count(1, 99)), dice.of(_PRIVATE_HOSTS)),
            work_mail=self._mail(first, last, company.domain),
            phone=phone,
            old_phone=(self.phones.take(place.code) or "") if phone and dice.throw() < 0.12 else "",
            handle=handle,
            homepage=f"https://{first}{last}{n}.example.net" if dice.throw() < 0.08 else "",
            field=field, level=dice.count(0, 3), company=company, earlier=earlier,
        )  # fmt: skip

    def _mail(self, first: str, last: str, host: str) -> str:
        local, at = (
            self.dice.of((f"{first}.{last}", f"{first}{last}", f"{first}_{last}", f"{last}.{first}")),
            "@" + host,
        )
        return self._unique(local, at) + at

    def _unique(self, word: str, context: str = "") -> str:
        """The word, or the word with the first number that makes it nobody else's."""
        taken, chosen = self._taken, word
        if word + context in taken:
            number = taken[word + context] + 1
            while f"{word}{number}{context}" in taken:
                number += 1
            taken[word + context] = number
            chosen = f"{word}{number}"
        taken[chosen + context] = 1
        return chosen


_LETTERED: dict[str, str] = {}


def _letters(latin: str) -> str:
    """A name as it stands in an address: plain lower-case ASCII letters."""
    found = _LETTERED.get(latin)
    if found is None:
        found = _LETTERED[latin] = "".join(c for c in fold(latin).lower() if "a" <= c <= "z")
    return found
