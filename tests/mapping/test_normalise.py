"""One spelling for each value, and the same one however often it is asked for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping import normalise

ANYTHING = (
    st.text(max_size=40)
    | st.emails()
    | st.from_regex(r"[0-9+() x./-]{0,20}", fullmatch=True)
    | st.from_regex(r"(https?://)?(www\.|de\.)?(linkedin\.com/in/|Ex\.com/)[a-z%0-9A-Zé/?#]{0,12}", fullmatch=True)
)


@pytest.mark.parametrize(
    "rule",
    [
        normalise.text,
        normalise.fold,
        normalise.email,
        normalise.phone,
        normalise.link,
        normalise.linkedin,
        normalise.date,
    ],
    ids=lambda rule: rule.__name__,
)
@given(value=ANYTHING)
def test_what_comes_out_goes_in_again_unchanged(rule, value):
    """Our own write read back must compare equal, or every run would write again."""
    out = rule(value)
    if out is not None and rule is not normalise.linkedin:
        assert rule(out) == out
    if out is not None and rule is normalise.linkedin:
        assert rule(f"linkedin.com/in/{out}") == out


@given(value=st.text(max_size=60))
def test_text_is_stripped_and_never_empty(value):
    out = normalise.text(value)
    assert out is None or (out and out == out.strip())


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (" Ada.Byron@Example.COM ", "ada.byron@example.com"),
        ("mailto:ada@example.org", "ada@example.org"),
        ("ada+jobs@example.net", "ada+jobs@example.net"),  # what is the same address is for identity to say
        ("né@exämple.com", "né@exämple.com"),
        ("ada@brightwater.example", "ada@brightwater.example"),
        ("ada@localhost", None),
        ("ada example.com", None),
        ("ada@@example.com", None),
        ("   ", None),
        (None, None),
    ],
)
def test_emails_are_lower_case_or_left_out(given, wanted):
    assert normalise.email(given) == wanted


def test_an_unreadable_email_is_explained_without_being_repeated():
    for value in ("canary.person", "canary@@example.com", " "):
        reason = normalise.unreadable_email(value)
        assert reason
        assert "canary" not in reason


@pytest.mark.parametrize(
    ("given", "region", "wanted"),
    [
        ("+1 (202) 555-0142", "US", "+12025550142"),
        ("202.555.0142 ext. 7", "US", "+12025550142"),
        ("020 7946 0123", "GB", "+442079460123"),
        ("+44 20 7946 0123", "US", "+442079460123"),
        ("0044 7700 900123", "US", "+447700900123"),  # dialled with 00, whatever the region's own prefix is
        ("00 44 20 7946 0123", "GB", "+442079460123"),
        ("0012345", "US", "0012345"),
        ("555-0100", "US", "5550100"),  # no area code: the digits, not somebody else's number
        ("+1 555 0100", "US", "15550100"),
        ("555-0100", "GB", "5550100"),
        ("07700 900123", "GB", "+447700900123"),
        ("٠٢٠ ٧٩٤٦ ٠١٢٣", "GB", "+442079460123"),
        ("call the front desk", "US", None),
        ("", "US", None),
        (None, "US", None),
    ],
)
def test_phones_are_e164_where_readable_and_digits_where_not(given, region, wanted):
    assert normalise.phone(given, region) == wanted


@pytest.mark.parametrize(
    ("given", "handle"),
    [
        ("https://www.linkedin.com/in/Mina-OV-Example/", "mina-ov-example"),
        ("http://de.linkedin.com/in/jos%C3%A9-x/en?trk=profile", "josé-x"),
        ("uk.linkedin.com/in/ada", "ada"),
        ("linkedin.com/in/ada/details/experience/", "ada"),
        ("https://www.linkedin.com/mwlite/in/ada", "ada"),
        ("https://www.linkedin.com/in/ada#about", "ada"),
        (
            "https://www.linkedin.com/in/ACoAAB1cDeFgHiJkLmNoPqRsTuVwXyZ0123456",
            "ACoAAB1cDeFgHiJkLmNoPqRsTuVwXyZ0123456",
        ),
        ("https://www.linkedin.com/in/", None),
        ("https://www.linkedin.com/company/acme", None),
        ("https://www.linkedin.com/pub/ada-byron/1/2b/3c4", None),
        ("https://www.linkedin.com/sales/people/ACwAAA", None),
        ("https://notlinkedin.com/in/ada", None),
        ("https://linkedin.com.evil.example/in/ada", None),
        ("ada", None),
    ],
)
def test_linkedin_handles_are_found_in_every_spelling_and_nowhere_else(given, handle):
    assert normalise.linkedin(given) == handle


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("https://www.linkedin.com/in/Ada-B/?trk=x", "linkedin.com/in/ada-b"),
        ("https://GitHub.com/Ada/", "github.com/ada"),
        ("github.com/ada/Engine", "github.com/ada/Engine"),
        ("HTTP://WWW.Example.COM/Portfolio/", "example.com/Portfolio"),
        ("example.com/a?b=C", "example.com/a?b=C"),
        ("https://example.com", "example.com"),
        ("javascript:alert(1)", None),
        ("ftp://example.com/cv", None),
        ("https://user:pass@example.com/", None),
        ("two words.example", None),
        ("@ada", None),
        ("", None),
    ],
)
def test_links_lose_their_dress_and_keep_their_path(given, wanted):
    assert normalise.link(given) == wanted


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("2026-11-18T09:05:44.031Z", datetime(2026, 11, 18, 9, 5, 44, 31000, UTC)),
        ("2026-11-18T09:05:44+02:00", datetime(2026, 11, 18, 7, 5, 44, tzinfo=UTC)),
        ("2026-11-18T09:05:44", datetime(2026, 11, 18, 9, 5, 44, tzinfo=UTC)),
        ("2026-11-18", datetime(2026, 11, 18, tzinfo=UTC)),
        ("", None),
        (None, None),
    ],
)
def test_times_are_aware_utc(given, wanted):
    assert normalise.moment(given) == wanted


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("2026-11-18", "2026-11-18"),
        ("2026-11-18T00:00:00.000Z", "2026-11-18"),
        ("2026-11-18T23:30:00-08:00", "2026-11-18"),  # GOTCHAS 45: a date is not moved into another zone
        ("18/11/2026", None),
        ("2026-02-30", None),
        (None, None),
    ],
)
def test_dates_stay_the_dates_they_were(given, wanted):
    assert normalise.date(given) == wanted


@pytest.mark.parametrize(
    ("full", "given", "family"),
    [
        ("Ada Byron", "Ada", "Byron"),
        ("Byron, Ada", "Ada", "Byron"),
        ("Anna Maria van der Berg", "Anna Maria", "van der Berg"),
        ("Van Morrison", "Van", "Morrison"),
        ("Cher", "Cher", None),
    ],
)
def test_a_full_name_is_split_only_where_there_are_no_parts(full, given, family):
    assert normalise.names(None, None, full)[:2] == (given, family)
    assert normalise.names("Augusta", None, full)[:2] == ("Augusta", None)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (True, True),
        (False, False),
        (" Yes ", True),
        ("opted  out", False),
        ("Withdrawn", False),
        ("maybe", None),
        (None, None),
        (1, None),
        (["Yes"], None),
    ],
)
def test_yes_and_no_are_understood_and_nothing_else_is(said, meant):
    assert normalise.truth(said) is meant
