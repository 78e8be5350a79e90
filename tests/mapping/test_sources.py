"""Source labels to channels."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping.model import Channel
from mapping.normalise import fold
from mapping.sources import channel


@pytest.mark.parametrize(
    ("label", "group", "wanted"),
    [
        ("Careers page", "Company marketing", "website"),
        ("Jobs page on your website", None, "website"),
        ("Indeed", "Third-party boards", "website"),
        ("LinkedIn", "Third-party boards", "social"),
        ("LinkedIn (Prospecting)", "Prospecting", "sourced"),
        ("Referral", "Referral", "referral"),
        ("Agency: Harbor Talent", "Agencies", "agency"),
        ("Harbor Talent", "Agencies", "agency"),  # a proper name: the vendor's group says it
        ("Beamery", "Prospecting", "sourced"),
        ("University fair", "Attend events", "event"),
        ("Talent community form", None, "form"),
        ("Spring newsletter", None, "campaign"),
        ("Email", None, "email"),
        ("Internal applicant", "Other", "application"),
        ("Other", "Other", "other"),
        ("Zorp", "Zarp", None),
        ("Zorp", None, None),
        ("", "Prospecting", None),
        (None, None, None),
    ],
)
def test_sources_belong_to_the_channel_their_words_say(label, group, wanted):
    assert channel(label, group) == wanted


def test_config_goes_before_words_and_groups():
    assert channel("  zorp ", "Agencies", {fold("Zorp"): "campaign"}) == "campaign"
    assert channel("Referral", "Referral", {fold("REFERRAL"): "event"}) == "event"


@given(label=st.text(max_size=60), group=st.none() | st.text(max_size=20))
def test_every_source_has_an_answer(label, group):
    assert channel(label, group) in (None, *get_args(Channel))
