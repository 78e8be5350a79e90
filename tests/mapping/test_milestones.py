"""Stage labels to milestones: what the words say, and silence where they say nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping.milestones import milestone
from mapping.model import Milestone
from mapping.normalise import fold

TABLE = {
    Milestone.APPLIED: ["Application Review", "New", "Applied", "New Applicants", "Resume Review", "In Review"],
    Milestone.SCREENED: [
        "Phone Screen",
        "Preliminary Phone Screen",
        "Recruiter Screen",
        "Recruiter Phone Interview",
        "Pre-Screen",
        "Intro call",
        "Take Home Test",
        "Take-home assignment",
        "Assessment",
        "Hiring Manager Screen",
        "Hiring Manager Review",
        "Technical screening",
    ],
    Milestone.INTERVIEWED: [
        "Technical Interview",
        "Phone Interview",
        "Interview",
        "Hiring Manager Interview",
        "Panel Interview",
        "First Round",
        "System design",
        "Leadership interview",
    ],
    Milestone.FINAL: [
        "Face to Face",
        "Onsite",
        "On-site",
        "Virtual onsite",
        "Final Round",
        "Final Interview",
        "Executive Interview",
        "CEO chat",
        "Reference Check",
        "Background Check",
        "Background screen",
        "Hiring Manager Onsite",
        "In-person interview",
    ],
    Milestone.OFFER: ["Offer", "Offer Extended", "Verbal offer", "Offer declined", "Hiring manager offer call"],
    Milestone.HIRED: ["Hired", "Onboarding", "New hire paperwork"],
}
UNKNOWN = [
    "Chemistry Check",
    "Hold",
    "Prospect",
    "Sourced",
    "Rejected",
    "Not hired",
    "Do not hire",
    "Ready for hire",
    "Pre-onsite",
    "Schedule onsite",
    "Interview to be scheduled",
    "Awaiting offer",
    "Entretien",
    "",
    "🙂",
]


@pytest.mark.parametrize(("label", "wanted"), [(label, one) for one, labels in TABLE.items() for label in labels])
def test_labels_say_their_milestone(label, wanted):
    assert milestone(label) is wanted


@pytest.mark.parametrize("label", UNKNOWN)
def test_a_label_that_says_nothing_is_never_guessed(label):
    assert milestone(label) is None


@given(label=st.text(max_size=60))
def test_every_text_has_an_answer(label):
    assert milestone(label) in (None, *Milestone)


@given(label=st.sampled_from([label for labels in TABLE.values() for label in labels]), data=st.data())
def test_case_and_spacing_do_not_matter(label, data):
    case = data.draw(st.sampled_from([str.upper, str.lower, str.title, str.swapcase]))
    space = data.draw(st.sampled_from([" ", "  ", "\t", " - ", "\u00a0", "_"]))
    spelled = space + case(label).replace(" ", space) + space
    assert milestone(spelled) is milestone(label)


@given(label=st.text(min_size=1, max_size=30), wanted=st.sampled_from(list(Milestone)))
def test_config_goes_before_every_keyword(label, wanted):
    assert milestone(label, {fold(label): wanted}) is wanted
