"""Whether two names can be one person's: case, diacritics, order, particles, initials, nicknames, small slips.

Missing is not disagreement: a name that is not there is UNKNOWN. The comparison is symmetric, and says in words what
it rests on, because a recruiter reads it.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from enum import IntEnum
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from rapidfuzz.distance import JaroWinkler

from mapping.model import Candidate

SLIP = 0.92  # Jaro-Winkler similarity from which two words of four letters or more may be one, misspelt

_TITLES = frozenset(
    (
        "dr", "mr", "mrs", "ms", "mx", "miss", "prof", "professor", "ing", "dipl", "mag", "sir", "herr", "frau", "phd",
        "mba", "md", "msc", "bsc", "esq",
    )
)  # fmt: skip
_GENERATIONS = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "ii", "iii": "iii", "iv": "iv"}
_PARTICLES = frozenset(
    (
        "al", "ap", "ben", "bin", "da", "das", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el", "ibn",
        "la", "las", "le", "los", "san", "ten", "ter", "van", "von", "y", "zu", "zum", "zur",
    )
)  # fmt: skip
_BREAKS = re.compile(r"[\s\-\u2010-\u2015.,;/()\"_+&]+")  # not marks: Devanagari writes its vowels with them
_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "æ": "ae", "œ": "oe", "ħ": "h"}
    # Cyrillic, in the commonest transliteration; other spellings are left to the comparison of slips.
    | dict(zip("абвгдезийклмнопрстуфыэіґ", "abvgdeziyklmnoprstufyeig", strict=True))
    | {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": "", "ю": "yu", "я": "ya"}
    | {"ё": "e", "ї": "yi", "є": "ye"}
    # Greek.
    | dict(zip("αβγδεζηικλμνξοπρσςτυω", "avgdeziiklmnxoprsstyo", strict=True))
    | {"θ": "th", "φ": "f", "χ": "ch", "ψ": "ps"}
)
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})


class Level(IntEnum):
    """How well two names go together, from contradiction to agreement."""

    DIFFERENT = 0
    FAMILY_ONLY = 1  # same family name, another given name: relatives, couples, father and son
    GIVEN_ONLY = 2  # same given name, another family name: marriage, or two people
    UNKNOWN = 3  # a name is missing: nothing can be said
    CLOSE = 4  # an initial, a nickname, a slip, a part left out
    SAME = 5

    @property
    def contradicts(self) -> bool:
        """True when the names speak against one person."""
        return self < Level.UNKNOWN

    @property
    def agrees(self) -> bool:
        """True when the names speak for one person."""
        return self > Level.UNKNOWN


class Name(NamedTuple):
    """A name cut into comparable words. `generation` is jr, sr, ii ... or ''."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    generation: str


def name_of(candidate: Candidate) -> Name:
    """The name of a candidate, from its parts, or from the full name where there are none."""
    return read(candidate.given_name, candidate.family_name, candidate.full_name)


@lru_cache(16_384)
def read(given: str | None, family: str | None, full: str | None = None) -> Name:
    """Cut a name into words. Of a full name alone, "Family, Given" is turned; otherwise the last word, with the
    particles before it, is the family name."""
    if not given and not family and full:
        given, family = _split(full)
    first, generation = _words(given)
    last, other = _words(family)
    return Name(tuple(first), tuple(last), generation or other)


def compare(a: Name, b: Name) -> Level:
    """How well two names go together; the order of the arguments and of the words does not matter."""
    if a.generation and b.generation and a.generation != b.generation:
        return Level.FAMILY_ONLY
    straight = _level(_given(a.given, b.given), _family(a.family, b.family))
    if straight is Level.SAME:
        return straight
    # Some forms ask for the family name first: the words are the same and stand the other way round.
    turned = _level(_given(a.given, b.family), _given(a.family, b.given))
    return Level.SAME if turned is Level.SAME else straight


def generation_unsure(a: Name, b: Name) -> bool:
    """True when only one of two names says junior or senior: the other may be the father's, or the son's."""
    return bool(a.generation) != bool(b.generation)


def _level(given: Level, family: Level) -> Level:
    """The whole name's level from those of its halves."""
    if Level.UNKNOWN in (given, family):
        other = max(given, family) if given is not family else Level.UNKNOWN
        return Level.CLOSE if other.agrees else min(given, family)
    if given.agrees and family.agrees:
        return min(given, family)
    if family.agrees:
        return Level.FAMILY_ONLY
    return Level.GIVEN_ONLY if given is Level.SAME else Level.DIFFERENT


def _given(a: tuple[str, ...], b: tuple[str, ...]) -> Level:
    if not a or not b:
        return Level.UNKNOWN
    if _joined(a) & _joined(b):
        return Level.SAME
    first = _word(a[0], b[0])
    if first is Level.SAME:
        # "John A." and "John B." may still be one; "John" and "John A." are.
        return Level.CLOSE if a[1:] and b[1:] and _word(a[1], b[1]) is Level.DIFFERENT else Level.SAME
    if first is Level.CLOSE or nicknamed(a[0], b[0]):
        return Level.CLOSE
    # Known by a middle name.
    return Level.CLOSE if a[0] in b[1:] or b[0] in a[1:] else Level.DIFFERENT


def _family(a: tuple[str, ...], b: tuple[str, ...]) -> Level:
    if not a or not b:
        return Level.UNKNOWN
    if _joined(a) & _joined(b):
        return Level.SAME
    bare_a, bare_b = _bare(a), _bare(b)
    if _joined(bare_a) & _joined(bare_b):
        return Level.SAME
    if len(bare_a) == len(bare_b) == 1:
        return _word(bare_a[0], bare_b[0])
    # A double name of which one half is used, as is usual in Spanish, or a name added by marriage.
    shared = any(_spellings(one) & _spellings(other) for one in bare_a for other in bare_b if len(one) > 1)
    return Level.CLOSE if shared else Level.DIFFERENT


def _word(a: str, b: str) -> Level:
    if _spellings(a) & _spellings(b):
        return Level.SAME
    short, long = sorted((_folded(a), _folded(b)), key=len)
    if len(short) == 1:
        return Level.CLOSE if long.startswith(short) else Level.DIFFERENT
    if len(short) >= 4 and JaroWinkler.similarity(short, long) >= SLIP:
        return Level.CLOSE
    return Level.DIFFERENT


def nicknamed(a: str, b: str) -> bool:
    """True when one given name is a nickname of the other, or both are of a third."""
    first, second = _formal(_folded(a)), _formal(_folded(b))
    return bool(first & second)


def _formal(name: str) -> frozenset[str]:
    """A given name and every name it is a nickname of."""
    return _nicknames().get(name, frozenset()) | {name}


@lru_cache(1)
def _nicknames() -> dict[str, frozenset[str]]:
    """Nickname -> the given names it stands for. English; see NOTICE for where the table comes from."""
    found: dict[str, set[str]] = {}
    with resources.files("identity").joinpath("nicknames.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            for nickname in row["nicknames"].split():
                found.setdefault(nickname, set()).add(row["given"])
    return {nickname: frozenset(names) for nickname, names in found.items()}


def _joined(words: tuple[str, ...]) -> frozenset[str]:
    """All spellings of words run together: Jean-Paul is Jeanpaul, van der Berg is Vanderberg."""
    return _spellings("".join(words))


def _bare(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in _PARTICLES) or words


@lru_cache(65_536)
def _spellings(word: str) -> frozenset[str]:
    """A word without diacritics, and with umlauts spelt out: Müller is Muller and Mueller."""
    return frozenset((_folded(word), _folded(word.translate(_SPELT_OUT))))


@lru_cache(65_536)
def _folded(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.translate(_LETTERS))
    return "".join(ch for ch in decomposed if not unicodedata.combining(ch)).translate(_LETTERS)


def _words(part: str | None) -> tuple[list[str], str]:
    """The words of a part of a name, composed and in lower case, without titles; and a generation."""
    lower = unicodedata.normalize("NFC", (part or "").casefold()).replace("'", "").replace("’", "")
    words, generation = [], ""
    for word in _BREAKS.split(lower):
        if word in _GENERATIONS:
            generation = _GENERATIONS[word]
        elif word and word not in _TITLES:
            words.append(word)
    return words, generation


def _split(full: str) -> tuple[str, str]:
    before, comma, after = full.partition(",")
    if comma and before.strip() and after.strip() and after.strip(" .").casefold() not in _GENERATIONS:
        return after, before
    words = full.replace(",", " ").split()
    tail: list[str] = []
    while len(words) > 1 and words[-1].strip(".").casefold() in {*_GENERATIONS, *_TITLES}:
        tail.insert(0, words.pop())
    cut = len(words) - 1
    while cut > 1 and words[cut - 1].casefold() in _PARTICLES:
        cut -= 1
    if cut < 1:
        return " ".join([*words, *tail]), ""
    return " ".join(words[:cut]), " ".join([*words[cut:], *tail])
