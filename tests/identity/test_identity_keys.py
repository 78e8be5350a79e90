"""The strong keys of a record, and the known lies that are none."""

from __future__ import annotations

import pytest

from identity.keys import email_key, keys, phone_key


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("Ada@Example.org", "ada@example.org"),
        ("ada+jobs@example.org", "ada@example.org"),
        ("ada.love.lace+x@gmail.com", "adalovelace@gmail.com"),
        ("adalovelace@googlemail.com", "adalovelace@gmail.com"),
        ("ada.lovelace@example.org", "ada.lovelace@example.org"),
        ("+odd@example.org", "+odd@example.org"),
        ("info@example.org", None),
        ("jobs@example.org", None),
        ("HR@example.org", None),
        ("hr-2@example.org", None),
        ("human.resources@example.org", None),
        ("recruiting+ada@example.org", None),
        ("talent@example.org", None),
        ("no-reply@example.org", None),
        ("noreply-123@example.org", None),
        ("none@none.com", None),
        ("unknown@example.org", None),
        ("test@test.com", None),
        ("test@example.org", "test@example.org"),
        ("123+ada@users.noreply.github.com", None),
        ("no address", None),
        ("@example.org", None),
        ("ada@localhost", None),
        ("", None),
    ],
)
def test_an_address_becomes_a_key_or_none(address, key):
    assert email_key(address) == key


@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("+15555550100", "+15555550100"),
        ("+442079460123", "+442079460123"),
        ("+15555555555", None),
        ("+10000000000", None),
        ("+15551234567", None),
        ("020 7946 0123", None),  # no country: it would be somebody else's elsewhere
        ("+1234", None),
        (None, None),
    ],
)
def test_a_number_becomes_a_key_or_none(number, key):
    assert phone_key(number) == key


def test_all_keys_of_a_record(record):
    candidate = record(
        "crm/7",
        "Ada|Lovelace",
        emails=["ada@example.org", "ADA@example.org", "jobs@example.org"],
        phones=["+442079460123", "0123"],
        linkedin="ada-lovelace",
        links=["github.com/Ada", "example.org/ada"],
        crossrefs=[("ats", "12"), ("Workable", "9")],
        values={"person_id": "p0001"},
    )
    assert [f"{key.kind}:{key.value}" for key in keys(candidate, {"ats": "greenhouse"})] == [
        "crossref:Workable/9",
        "crossref:crm/7",
        "crossref:greenhouse/12",
        "crossref:person/p0001",
        "email:ada@example.org",
        "github:ada",
        "linkedin:ada-lovelace",
        "phone:+442079460123",
    ]


def test_an_anonymised_record_has_only_its_own_name(record):
    candidate = record("ats/1", "Ada|Lovelace", emails=["ada@example.org"], anonymised=True)
    assert [key.value for key in keys(candidate)] == ["ats/1"]


@pytest.mark.parametrize("handle", ["in", "feed", "company"])
def test_a_linkedin_page_that_is_nobodys_is_no_key(record, handle):
    assert [key.kind for key in keys(record("ats/1", linkedin=handle))] == ["crossref"]


def test_a_repository_on_github_is_no_account(record):
    assert [key.kind for key in keys(record("ats/1", links=["github.com/ada/engine"]))] == ["crossref"]
