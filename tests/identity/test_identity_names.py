"""Which names can be one person's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.names import Level, compare, generation_unsure, name_of, read

S, C, U, G, F, D = Level.SAME, Level.CLOSE, Level.UNKNOWN, Level.GIVEN_ONLY, Level.FAMILY_ONLY, Level.DIFFERENT

# Two names, "given|family" or in full, and how they go together.
PAIRS = [
    ("Ada|Lovelace", "Ada|Lovelace", S),
    ("ADA|LOVELACE", "ada|lovelace", S),
    ("Ada|Lovelace", "Ada Lovelace", S),
    ("Ada|Lovelace", "Lovelace, Ada", S),
    ("Ada|Lovelace", "Lovelace|Ada", S),  # a form that asks for the family name first
    ("José|Núñez", "Jose|Nunez", S),
    ("Jürgen|Müller", "Juergen|Mueller", S),
    ("Jürgen|Müller", "Jurgen|Muller", S),
    ("Søren|Ågård", "Soren|Aagaard", S),
    ("Łukasz|Żuk", "Lukasz|Zuk", S),
    ("Weiß|Strauß", "Weiss|Strauss", S),
    ("İbrahim|Yıldız", "Ibrahim|Yildiz", S),
    ("Анна|Петрова", "Anna|Petrova", S),
    ("Νίκος|Παπάς", "Nikos|Papas", S),
    ("राहुल|शर्मा", "राहुल|शर्मा", S),
    ("王|芳", "王|芳", S),
    ("王|芳", "李|娜", D),
    ("Jean-Paul|Roux", "Jean Paul|Roux", S),
    ("Jean-Paul|Roux", "Jeanpaul|Roux", S),
    ("Seán|O'Brien", "Sean|OBrien", S),
    ("Seán|O’Brien", "Sean|O'Brien", S),
    ("Jan|van der Berg", "Jan|Berg", S),
    ("Jan|van der Berg", "Jan|Vanderberg", S),
    ("Jan van der Berg", "Jan|van der Berg", S),
    ("Dr. Ada|Lovelace", "Ada|Lovelace PhD", S),
    ("Ada|Lovelace", "Ada B.|Lovelace", S),
    ("Ada Beatrice|Lovelace", "Ada C.|Lovelace", C),
    ("A.|Lovelace", "Ada|Lovelace", C),
    ("Ada|L.", "Ada|Lovelace", C),
    ("Ada|Lovelace", "Ada", C),
    ("Ada|Lovelace", "|Lovelace", C),
    ("Ada|Lovelace", "Bob", D),
    ("Bob|Smith", "Robert|Smith", C),
    ("Bob|Smith", "Rob|Smith", C),
    ("Kate|Jones", "Katherine|Jones", C),
    ("Gabriela Ann|Ross", "Ann|Ross", C),  # known by a middle name
    ("Ada|Lovelaec", "Ada|Lovelace", C),
    ("Micheal|Stone", "Michael|Stone", C),
    ("María|García López", "María|García", C),
    ("Anna|Weber-Kurz", "Anna|Weber", C),
    ("Anna|Weber", "Anna|Kurz", G),  # a married name, or somebody else
    ("Luis|Ruiz", "Ana|Ruiz", F),
    ("Jana|Novák", "Dora|Novák", F),
    ("John|Hale Jr.", "John|Hale Sr", F),
    ("John|Hale Jr.", "John|Hale", S),
    ("John|Hale III", "John|Hale II", F),
    ("Ada|Lovelace", "Grace|Hopper", D),
    ("A.|Lovelace", "Bea|Hopper", D),
    ("A.|Lovelace", "Ada|Hopper", D),  # an initial and another family name say nothing for it
    ("", "Ada|Lovelace", U),
    ("", "", U),
    ("Mr.|", "Ada|Lovelace", U),
]


def parse(name: str):
    given, bar, family = name.partition("|")
    return read(given or None, family or None) if bar else read(None, None, name or None)


@pytest.mark.parametrize(("a", "b", "level"), PAIRS)
def test_how_two_names_go_together(a, b, level):
    assert compare(parse(a), parse(b)) is level
    assert compare(parse(b), parse(a)) is level


def test_agreement_and_contradiction_leave_the_unknown_between_them():
    assert [level for level in Level if level.contradicts] == [D, F, G]
    assert [level for level in Level if level.agrees] == [C, S]


@pytest.mark.parametrize(
    ("a", "b", "unsure"),
    [("John|Hale Jr", "John|Hale", True), ("John|Hale Jr", "John|Hale Sr", False), ("John|Hale", "John|Hale", False)],
)
def test_a_generation_that_only_one_names_leaves_a_doubt(a, b, unsure):
    assert generation_unsure(parse(a), parse(b)) is unsure


def test_a_candidates_full_name_counts_only_without_its_parts(record):
    parts = record("ats/1", "Ada|Lovelace").model_copy(update={"full_name": "Somebody Else"})
    assert name_of(parts) == parse("Ada|Lovelace")
    assert name_of(record("ats/1", "Lovelace, Ada")) == parse("Ada|Lovelace")


@pytest.mark.parametrize(("full", "given", "family"), [
    ("Ada Lovelace", ("ada",), ("lovelace",)),
    ("Jan van der Berg", ("jan",), ("van", "der", "berg")),
    ("John Hale, Jr.", ("john",), ("hale",)),
    ("John Hale Jr", ("john",), ("hale",)),
    ("Madonna", ("madonna",), ()),
    ("Berg, Jan van der", ("jan", "van", "der"), ("berg",)),
])  # fmt: skip
def test_a_full_name_is_cut_into_its_parts(full, given, family):
    name = read(None, None, full)
    assert (name.given, name.family) == (given, family)


NAMES = st.text(alphabet="aAbéüßłо |.-'Jr", max_size=12)


@given(NAMES, NAMES)
def test_the_comparison_is_symmetric_whatever_stands_there(a, b):
    assert compare(parse(a), parse(b)) is compare(parse(b), parse(a))


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_name_never_contradicts_itself(given_name, family):
    name = read(given_name, family)
    assert not compare(name, name).contradicts
