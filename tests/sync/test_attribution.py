"""First-touch attribution: projected, repaired, and written as a source where config says so."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.kit.contract import Capabilities, Ref
from mapping import fields
from sync.changes import Verb
from sync.decide import decide
from sync.settings import Policies
from sync.view import FirstTouch, PersonView
from tests.sync.policy_world import (
    ATS,
    CRM,
    application,
    ats_catalog,
    carried_out,
    days,
    first,
    hire,
    kinds,
    linked,
    named,
    rejected,
    touch,
    written,
)

DEFAULTS = Policies()
NOTELESS = {"handoff": {"note": False}}


def sourced(source: str | None = "Careers page", source_id: str | None = "s2", **given: Any) -> PersonView:
    """A person first met through LinkedIn who applied later, with this source in the ATS."""
    touched = given.pop("first_touch", first("LinkedIn"))
    one = given.pop("one", application)(source=source, source_id=source_id)
    return linked(ats_side={"applications": (one,), **given.pop("ats_side", {})}, first_touch=touched, **given)


def test_the_first_touch_is_shown_in_both_systems() -> None:
    decided = decide(linked(first_touch=first("LinkedIn", campaign="Spring")), DEFAULTS)
    told = {
        fields.FIRST_TOUCH_SOURCE: "LinkedIn",
        fields.FIRST_TOUCH_CAMPAIGN: "Spring",
        fields.FIRST_TOUCH_AT: "2025-11-21",
    }
    assert told.items() <= written(decided, ATS).items()
    assert told.items() <= written(decided, CRM).items()


def test_a_touch_without_a_label_is_named_after_its_channel() -> None:
    decided = decide(linked(first_touch=first(None, channel="event")), DEFAULTS)
    assert written(decided, CRM)[fields.FIRST_TOUCH_SOURCE] == "Event"


def test_an_overwritten_projection_is_repaired_and_told() -> None:
    view = linked(first_touch=first("LinkedIn"))
    shown = carried_out(view, decide(view, DEFAULTS))
    overwritten = linked(
        {**shown.ats.values, fields.FIRST_TOUCH_SOURCE: "Careers page"},
        dict(shown.crm.values),
        ats_side={"base": shown.ats.base},
        crm_side={"base": shown.crm.base},
        first_touch=first("LinkedIn"),
    )
    decided = decide(overwritten, DEFAULTS)
    assert written(decided, ATS) == {fields.FIRST_TOUCH_SOURCE: "LinkedIn"}
    assert kinds(decided) == {"projection_repaired"}


def test_our_own_unconfirmed_write_is_not_called_overwritten() -> None:
    view = linked(
        {fields.FIRST_TOUCH_SOURCE: "Conference"},
        first_touch=first("LinkedIn"),
        ats_side={
            "base": {fields.FIRST_TOUCH_SOURCE: "Referral"},
            "sent": {fields.FIRST_TOUCH_SOURCE: ("Conference",)},
        },
    )
    assert "projection_repaired" not in kinds(decide(view, DEFAULTS))


SOURCES: list[tuple[str, str, dict[str, Any], str | None, bool]] = [
    # why, policy, what the application says, source written, told
    ("observe only tells", "observe", {}, None, True),
    ("fill writes over a generic source", "fill", {}, "s1", True),
    ("fill writes into an empty one", "fill", {"source": None, "source_id": None}, "s1", False),
    ("fill leaves what says something", "fill", {"source": "Referral", "source_id": "s5"}, None, True),
    ("enforce writes over everything", "enforce", {"source": "Referral", "source_id": "s5"}, "s1", True),
    ("what agrees is left alone", "enforce", {"source": "LinkedIn", "source_id": "s1"}, None, False),
    ("what agrees by name is left alone", "enforce", {"source": "linkedin", "source_id": "s1b"}, None, False),
    ("a hire is frozen", "enforce", {"one": hire}, None, True),
    ("a frozen first touch too", "enforce", {"first_touch": first("LinkedIn", frozen=True)}, None, True),
    ("a closed one is mended", "fill", {"one": rejected}, "s1", True),
    ("touched after applying", "enforce", {"first_touch": first("LinkedIn", at=days(1))}, None, False),
    ("the first touch was an application",
     "enforce", {"first_touch": FirstTouch(touch("LinkedIn", ref=Ref(ATS, "application", "a0")))}, None, False),
    ("no first touch", "enforce", {"first_touch": None}, None, False),
]  # fmt: skip


@pytest.mark.parametrize(("why", "policy", "given", "written_source", "told"), SOURCES, ids=[r[0] for r in SOURCES])
def test_the_source_of_an_application(
    why: str, policy: Any, given: dict[str, Any], written_source: str | None, told: bool
) -> None:
    decided = decide(sourced(**given), Policies(attribution={"source": policy}, **NOTELESS))
    changes = named(decided, Verb.SET_SOURCE)
    assert [one.source for one in changes] == ([written_source] if written_source else [])
    assert ("source_overwritten" in kinds(decided)) is told
    if changes:
        assert (changes[0].target, changes[0].system) == ("a1", ATS)
        assert changes[0].source_before == given.get("source_id", "s2")


NOT_OURS: list[tuple[str, Any]] = [
    ("a confidential job", application(job="secret", source_id="s2", source="Careers page")),
    ("a prospect", application(prospect=True, source_id="s2", source="Careers page")),
    ("another record's", application(candidate="other", source_id="s2", source="Careers page")),
]


@pytest.mark.parametrize(("why", "one"), NOT_OURS, ids=[row[0] for row in NOT_OURS])
def test_the_source_is_not_written_for(why: str, one: Any) -> None:
    view = linked(ats_side={"applications": (one,)}, first_touch=first("LinkedIn"))
    assert named(decide(view, Policies(attribution={"source": "enforce"})), Verb.SET_SOURCE) == []


def test_a_label_without_a_source_is_told_and_never_guessed() -> None:
    decided = decide(sourced(first_touch=first("Unheard of")), DEFAULTS)
    assert named(decided, Verb.SET_SOURCE) == []
    assert [one.subject for one in decided.notices if one.kind == "unmapped_source"] == ["Unheard of"]


def test_the_source_configured_for_handoffs_is_as_good_as_the_first_touchs() -> None:
    policies = Policies(handoff={"source": "Referral"}, attribution={"source": "enforce"})
    decided = decide(sourced("Referral", "s5"), policies)
    assert named(decided, Verb.SET_SOURCE) == []
    assert "source_overwritten" not in kinds(decided)


def test_a_vendor_that_cannot_change_a_source_is_told_of() -> None:
    can = Capabilities(verbs=frozenset(Verb) - {Verb.SET_SOURCE}, notes=True)
    decided = decide(sourced(ats_side={"catalog": ats_catalog(capabilities=can)}), DEFAULTS)
    assert named(decided, Verb.SET_SOURCE) == []
    assert "unsupported" in kinds(decided)


def test_switched_off_nothing_is_projected_or_told() -> None:
    decided = decide(sourced(), Policies(attribution={"enabled": False}))
    assert named(decided, Verb.SET_SOURCE) == []
    assert fields.FIRST_TOUCH_SOURCE not in written(decided, ATS)
    assert decided.notices == ()
