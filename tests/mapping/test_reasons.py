"""Rejection reasons to types."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping.model import ReasonType
from mapping.normalise import fold
from mapping.reasons import TYPE_KEYS, reason_type

COMPANY, CANDIDATE, NEUTRAL, BLOCKING = (
    ReasonType.COMPANY,
    ReasonType.CANDIDATE,
    ReasonType.NEUTRAL,
    ReasonType.BLOCKING,
)


@pytest.mark.parametrize(
    ("label", "key", "wanted"),
    [
        ("Lacking skill(s)/qualification(s)", "WE_REJECTED_THEM", COMPANY),
        ("Accepted another offer", "THEY_REJECTED_US", CANDIDATE),
        ("Other", "NONE_SPECIFIED", NEUTRAL),
        ("Anything", "SECURITY_CONCERN", BLOCKING),
        ("Position closed", "WE_REJECTED_THEM", COMPANY),  # the vendor's own type goes before words
        ("Failed background check", "WE_REJECTED_THEM", BLOCKING),  # but not before words that bar
        ("Background check failed", None, BLOCKING),
        ("Fraudulent application", "NONE_SPECIFIED", BLOCKING),
        ("DO NOT HIRE", None, BLOCKING),
        ("Not eligible for rehire", None, BLOCKING),
        ("Withdrew before background check", None, CANDIDATE),
        ("Candidate declined", None, CANDIDATE),
        ("Offer declined", None, CANDIDATE),
        ("Rejected by Candidate", None, CANDIDATE),
        ("No longer interested", None, CANDIDATE),
        ("Rejected by Company", None, COMPANY),
        ("Lacks experience", None, COMPANY),
        ("Hired another candidate", None, COMPANY),
        ("Requisition cancelled", None, NEUTRAL),
        ("Other", None, NEUTRAL),
        ("Security clearance needed", None, None),
        ("Zweifel", None, None),
        ("Zweifel", "A_NEW_KEY", None),
        (None, None, None),
    ],
)
def test_reasons_have_the_type_their_words_and_their_vendor_say(label, key, wanted):
    assert reason_type(label, key) is wanted


def test_config_by_label_or_by_id_goes_before_everything():
    overrides = {fold("failed Background  check"): NEUTRAL, fold("4002901002"): CANDIDATE}
    assert reason_type("Failed background check", "SECURITY_CONCERN", overrides=overrides) is NEUTRAL
    assert reason_type("Lacking skills", "WE_REJECTED_THEM", id="4002901002", overrides=overrides) is CANDIDATE
    assert reason_type(None, None, id="4002901002", overrides=overrides) is CANDIDATE


@given(label=st.none() | st.text(max_size=60), key=st.none() | st.sampled_from([*TYPE_KEYS, "", "NEW"]))
def test_every_reason_has_an_answer(label, key):
    assert reason_type(label, key) in (None, *ReasonType)
