"""Which person a record is: crafted pairs with every trap that keys are known to set."""

from __future__ import annotations

import pytest

from connectors.kit.contract import Ref
from identity.decide import conclude, decide, look, questions
from identity.keys import keys
from identity.pairs import population, weigh

MAIL, OTHER_MAIL = "ada@example.org", "lovelace@example.com"
PHONE = "+442079460123"


def of(**parts):
    """The parts of a record."""
    return parts


# (trap, one record, the other, verdict, rule). Both directions are tried.
PAIRS = [
    # E-mail.
    ("plain", of(name="Ada|Lovelace", emails=[MAIL]), of(name="Ada|Lovelace", emails=[MAIL]), "link", "email"),
    ("case", of(name="Ada|Lovelace", emails=["ADA@Example.org"]), of(name="ada|lovelace", emails=[MAIL]),
     "link", "email"),
    ("plus-addressing", of(name="Ada|Lovelace", emails=["ada+acme@example.org"]),
     of(name="Ada|Lovelace", emails=[MAIL]), "link", "email"),
    ("gmail dots", of(name="Ada|Lovelace", emails=["a.da@gmail.com"]),
     of(name="Ada|Lovelace", emails=["ada@googlemail.com"]), "link", "email"),
    ("diacritics", of(name="José|Núñez", emails=[MAIL]), of(name="Jose|Nunez", emails=[MAIL]), "link", "email"),
    ("nickname", of(name="Bob|Smith", emails=[MAIL]), of(name="Robert|Smith", emails=[MAIL]), "link", "email"),
    ("initial", of(name="A.|Lovelace", emails=[MAIL]), of(name="Ada|Lovelace", emails=[MAIL]), "link", "email"),
    ("swapped names", of(name="Lovelace|Ada", emails=[MAIL]), of(name="Ada|Lovelace", emails=[MAIL]),
     "link", "email"),
    ("no name on one side", of(emails=[MAIL]), of(name="Ada|Lovelace", emails=[MAIL]), "link", "email"),
    ("second address", of(name="Ada|Lovelace", emails=[OTHER_MAIL, MAIL]),
     of(name="Ada|Lovelace", emails=[MAIL]), "link", "email"),
    ("recycled e-mail", of(name="Ada|Lovelace", emails=[MAIL]), of(name="Grace|Hopper", emails=[MAIL]),
     "review", "email-name"),
    ("assistant's address", of(name="Ada|Lovelace", emails=[MAIL]), of(name="Charles|Babbage", emails=[MAIL]),
     "review", "email-name"),
    ("couple sharing an address", of(name="Ana|Ruiz", emails=[MAIL]), of(name="Luis|Ruiz", emails=[MAIL]),
     "review", "email-name"),
    ("father and son sharing an address", of(name="John|Hale Sr.", emails=[MAIL]),
     of(name="John|Hale Jr.", emails=[MAIL]), "review", "email-name"),
    ("married name, one key", of(name="Anna|Weber", emails=[MAIL]), of(name="Anna|Kurz", emails=[MAIL]),
     "review", "email-name"),
    ("married name, two keys", of(name="Anna|Weber", emails=[MAIL], phones=[PHONE]),
     of(name="Anna|Kurz", emails=[MAIL], phones=[PHONE]), "link", "email"),
    ("double name", of(name="Anna|Weber-Kurz", emails=[MAIL]), of(name="Anna|Weber", emails=[MAIL]),
     "link", "email"),
    ("desk address", of(name="Ada|Lovelace", emails=["jobs@example.org"]),
     of(name="Ada|Lovelace", emails=["jobs@example.org"]), "new", "new"),
    # LinkedIn and GitHub.
    ("LinkedIn", of(name="Ada|Lovelace", linkedin="ada"), of(name="Ada|Lovelace", linkedin="ada"),
     "link", "linkedin"),
    ("wrong LinkedIn", of(name="Ada|Lovelace", linkedin="ada"), of(name="Grace|Hopper", linkedin="ada"),
     "review", "linkedin-name"),
    ("GitHub", of(name="Ada|Lovelace", links=["github.com/ada"]), of(name="A.|Lovelace", links=["github.com/ada"]),
     "link", "github"),
    # Phone.
    ("phone and whole name", of(name="Ada|Lovelace", phones=[PHONE]), of(name="Ada|Lovelace", phones=[PHONE]),
     "link", "phone"),
    ("family phone", of(name="Ana|Ruiz", phones=[PHONE]), of(name="Luis|Ruiz", phones=[PHONE]), "new", "new"),
    ("twins", of(name="Jana|Novák", phones=[PHONE]), of(name="Dana|Novák", phones=[PHONE]), "new", "new"),
    ("father and son, one says junior", of(name="John|Hale", phones=[PHONE]),
     of(name="John|Hale Jr.", phones=[PHONE]), "review", "phone"),
    ("father and son, both say it", of(name="John|Hale Sr.", phones=[PHONE]),
     of(name="John|Hale Jr.", phones=[PHONE]), "new", "new"),
    ("a nickname is too little for a phone", of(name="Bob|Smith", phones=[PHONE]),
     of(name="Robert|Smith", phones=[PHONE]), "review", "phone"),
    ("a slip is too little for a phone", of(name="Micheal|Stone", phones=[PHONE]),
     of(name="Michael|Stone", phones=[PHONE]), "review", "phone"),
    ("same phone and name, other LinkedIn", of(name="John|Hale", phones=[PHONE], linkedin="john-hale"),
     of(name="John|Hale", phones=[PHONE], linkedin="john-hale-2"), "review", "phone"),
    ("phone without any name", of(phones=[PHONE]), of(name="Ada|Lovelace", phones=[PHONE]), "new", "new"),
    ("reception's phone", of(name="Ada|Lovelace", phones=[PHONE]), of(name="Grace|Hopper", phones=[PHONE]),
     "new", "new"),
    # Cross-references.
    ("crossref", of(name="Ada|Lovelace", crossrefs=[("ats", "1")]), of(name="Ada|Lovelace"), "link", "crossref"),
    ("crossref, no names", of(crossrefs=[("ats", "1")]), of(), "link", "crossref"),
    ("crossref, other name", of(name="Grace|Hopper", crossrefs=[("ats", "1")]), of(name="Ada|Lovelace"),
     "review", "crossref-name"),
    ("our own id on both", of(name="Ada|Lovelace", values={"person_id": "p1"}),
     of(name="Ada|Lovelace", values={"person_id": "p1"}), "link", "crossref"),
    # Nothing shared.
    ("namesakes", of(name="Ada|Lovelace", emails=[MAIL]), of(name="Ada|Lovelace", emails=[OTHER_MAIL]),
     "new", "new"),
    ("anonymised", of(name="Ada|Lovelace", emails=[MAIL], anonymised=True),
     of(name="Ada|Lovelace", emails=[MAIL]), "new", "new"),
    ("archived with keys", of(name="Ada|Lovelace", emails=[MAIL], archived=True),
     of(name="Ada|Lovelace", emails=[MAIL]), "link", "email"),
    ("archived without keys", of(name="Ada|Lovelace", archived=True), of(name="Ada|Lovelace", emails=[MAIL]),
     "new", "new"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "verdict", "rule"), [p[1:] for p in PAIRS], ids=[p[0] for p in PAIRS])
def test_crafted_pairs_across_two_systems(record, index, one, other, verdict, rule):
    crm, ats = record("crm/7", **one), record("ats/1", **other)
    for asking, known in ((crm, ats), (ats, crm)):
        decision = decide(asking, index(known))
        assert (decision.verdict, decision.rule) == (verdict, rule)
        assert (decision.other == known.ref) is (verdict != "new")


# (what, one record, the other, verdict, rule) within one system: the duplicates that are only found when sure.
DUPLICATES = [
    ("e-mail and name", of(name="Ada|Lovelace", emails=[MAIL]), of(name="Ada|Lovelace", emails=[MAIL]),
     "link", "duplicate-email"),
    ("e-mail and nickname", of(name="Bob|Smith", emails=[MAIL]), of(name="Robert|Smith", emails=[MAIL]),
     "review", "duplicate-email"),
    ("phone and name", of(name="Ada|Lovelace", phones=[PHONE]), of(name="Ada|Lovelace", phones=[PHONE]),
     "review", "duplicate-phone"),
    ("e-mail, other name", of(name="Ada|Lovelace", emails=[MAIL]), of(name="Grace|Hopper", emails=[MAIL]),
     "review", "email-name"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "verdict", "rule"), [p[1:] for p in DUPLICATES], ids=[p[0] for p in DUPLICATES]
)
def test_crafted_pairs_within_one_system(record, index, one, other, verdict, rule):
    decision = decide(record("ats/2", **one), index(record("ats/1", **other)))
    assert (decision.verdict, decision.rule) == (verdict, rule)


def strangers(record, count: int, **keys):
    """People with nothing in common but the given keys."""
    names = ["Grace|Hopper", "Charles|Babbage", "Mary|Somerville", "Luigi|Menabrea", "Sophie|Germain"]
    return [record(f"ats/{n}", names[n], **keys) for n in range(count)]


@pytest.mark.parametrize(
    ("name", "others", "verdict", "rule"),
    [
        ("Ada|Lovelace", 0, "link", "email"),
        ("Ada|Lovelace", 2, "link", "email"),  # an address that three people use is still somebody's
        ("Ada|Lovelace", 3, "review", "shared-keys"),  # an agency's mailbox: the same name is not enough
        ("Emmy|Noether", 3, "new", "new"),
    ],
)
def test_an_agencys_mailbox_decides_nothing(record, index, name, others, verdict, rule):
    mailbox = "submissions@agency.example.com"
    known = [record("crm/7", "Ada|Lovelace", emails=[mailbox]), *strangers(record, others, emails=[mailbox])]
    decision = decide(record("ats/9", name, emails=[mailbox]), index(*known))
    assert (decision.verdict, decision.rule) == (verdict, rule)


def test_a_second_key_makes_up_for_an_agencys_mailbox(record, index):
    mailbox = "submissions@agency.example.com"
    ada = record("crm/7", "Ada|Lovelace", emails=[mailbox], linkedin="ada")
    known = [ada, *strangers(record, 4, emails=[mailbox])]
    decision = decide(record("ats/9", "Ada|Lovelace", emails=[mailbox], linkedin="ada"), index(*known))
    assert (decision.verdict, decision.rule, decision.person) == ("link", "linkedin", "crm/7")


@pytest.mark.parametrize(("others", "verdict"), [(0, "link"), (1, "link"), (2, "review"), (3, "review"), (4, "review")])
def test_a_switchboard_is_not_a_persons_phone(record, index, others, verdict):
    known = [record("crm/7", "Ada|Lovelace", phones=[PHONE]), *strangers(record, others, phones=[PHONE])]
    assert decide(record("ats/9", "Ada|Lovelace", phones=[PHONE]), index(*known)).verdict == verdict


def test_many_applications_of_one_person_do_not_make_an_address_shared(record, index):
    known = [record(f"crm/{n}", "Ada|Lovelace", emails=[MAIL]) for n in range(6)]
    persons = {f"crm/{n}": "p" for n in range(6)}
    decision = decide(record("ats/9", "Ada|Lovelace", emails=[MAIL]), index(*known, persons=persons))
    assert (decision.verdict, decision.person) == ("link", "p")


def test_a_record_that_fits_two_people_is_a_question(record, index):
    known = [record("crm/7", "Ada|Lovelace", emails=[MAIL]), record("crm/8", "Ada|Lovelace", emails=[OTHER_MAIL])]
    asking = record("ats/9", "Ada|Lovelace", emails=[MAIL, OTHER_MAIL])
    decision = decide(asking, index(*known))
    assert (decision.verdict, decision.rule) == ("review", "bridge")
    same = {"crm/7": "p", "crm/8": "p"}
    assert decide(asking, index(*known, persons=same)).verdict == "link"


def test_what_was_told_apart_is_not_even_asked(record, index):
    known = record("crm/7", "Ada|Lovelace", emails=[MAIL], crossrefs=[("ats", "9")])
    asking = record("ats/9", "Ada|Lovelace", emails=[MAIL])
    assert decide(asking, index(known, forbidden=["crm/7"])).verdict == "new"


def test_a_record_at_home_is_not_asked_about_a_contradiction(record, index):
    """A wrong LinkedIn address pasted into a record whose e-mail says who it is."""
    known = [record("crm/7", "Ada|Lovelace", emails=[MAIL]), record("crm/8", "Grace|Hopper", linkedin="grace")]
    matches = look(record("ats/9", "Ada|Lovelace", emails=[MAIL], linkedin="grace"), index(*known)).matches
    decision = conclude(matches)
    assert (decision.verdict, decision.person) == ("link", "crm/7")
    assert len(matches) == 2
    assert questions(matches, decision) == ()


def test_the_evidence_says_every_key_and_the_names_in_words(record, index):
    known = record("crm/7", "Ada|Lovelace", emails=[MAIL], phones=[PHONE])
    decision = decide(record("ats/9", "Ada|Lovelace", emails=[MAIL], phones=[PHONE]), index(known))
    assert [(one.what, one.weight > 0) for one in decision.evidence] == [
        ("email", True),
        ("phone", True),
        ("names", True),
    ]
    assert "both have the same e-mail address" in [one.text for one in decision.evidence]
    assert decision.score == sum(one.weight for one in decision.evidence)


def test_more_agreement_scores_higher(record, index):
    def score(**given) -> float:
        known = record("crm/7", "Ada|Lovelace", **given)
        return decide(record("ats/9", "Ada|Lovelace", **given), index(known)).score

    assert score(phones=[PHONE]) < score(emails=[MAIL]) < score(emails=[MAIL], phones=[PHONE])


def test_a_stored_reference_may_name_the_role_or_the_vendor(record, index):
    crm, ats = record("crm/7", crossrefs=[("Greenhouse", "1")]), record("ats/1")
    systems = {"greenhouse": "ats"}
    assert decide(ats, index(record("crm/7", crossrefs=[("ats", "1")])), systems).verdict == "link"
    shared = set(keys(crm, systems)) & set(keys(ats, systems))
    assert [key.value for key in shared] == ["ats/1"]


def test_weighing_is_symmetric(record):
    one = record("crm/7", "Anna|Weber", emails=[MAIL], linkedin="anna", phones=[PHONE])
    other = record("ats/1", "Anna|Kurz", emails=[MAIL], linkedin="anna-kurz", phones=[PHONE])
    shared = sorted(set(keys(one)) & set(keys(other)))
    there, back = weigh(one, other, shared, {}), weigh(other, one, shared, {})
    assert there == back


def test_people_behind_a_key_are_counted_by_their_names(record):
    from identity.names import name_of

    cards = [record(f"ats/{n}", name) for n, name in enumerate(["Ada|Lovelace", "A.|Lovelace", "Grace|Hopper", ""])]
    key = keys(record("ats/9", emails=[MAIL]))[-1]
    carried = [(name_of(card), frozenset([key])) for card in cards]
    assert population([key], carried) == population([key], carried[::-1]) == {key: 2}


def test_references_are_returned_as_they_are(record, index):
    decision = decide(record("ats/9", emails=[MAIL]), index(record("crm/7", emails=[MAIL])))
    assert decision.other == Ref("crm", "candidate", "7")
