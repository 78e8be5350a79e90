"""What all mappers share: finding them, reading payloads silently, putting words into ours."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from connectors.kit.contract import Row
from mapping import vendor
from mapping.contract import MappingConfig, Unreadable
from mapping.model import Milestone, ReasonType
from mapping.vendor import Id, Payload, Words, profile_page, reader


class Thing(Payload):
    id: Id
    label: str | None = None
    counts: dict[str, int] | None = None


read_thing = reader("thing", Thing)


def row(payload: object) -> Row:
    return Row("thing", "1", b"", json.dumps(payload).encode(), "", "", "")


def test_a_kind_is_found_by_its_name():
    assert vendor.load("greenhouse").Mapper("ats", MappingConfig()).system == "ats"


@pytest.mark.parametrize("kind", ["nobody", "normalise", "vendor", "os", "../greenhouse", "greenhouse.x", ""])
def test_what_is_no_vendor_is_said_so(kind):
    with pytest.raises(LookupError, match="no mapping for the kind"):
        vendor.load(kind)


@pytest.mark.parametrize(("given", "id"), [(6409476002, "6409476002"), ("a1", "a1"), (" a1 ", "a1")])
def test_ids_are_text_however_long_they_are(given, id):
    assert read_thing(row({"id": given})).id == id


@pytest.mark.parametrize("given", [None, True, 1.5, "", "  ", [], {}])
def test_what_is_no_id_is_unreadable(given):
    with pytest.raises(Unreadable, match=r"thing: cannot be read at id"):
        read_thing(row({"id": given}))


def test_new_keys_are_ignored_and_missing_ones_are_told_from_null():
    assert "label" not in read_thing(row({"id": 1, "brand_new": {}})).model_fields_set
    assert "label" in read_thing(row({"id": 1, "label": None})).model_fields_set


def test_a_reason_names_places_and_never_content():
    broken = {"id": 1, "label": ["canary@example.com"], "counts": {"a": "canary", "b": "canary", "c": "canary"}}
    with pytest.raises(Unreadable) as caught:
        read_thing(row(broken))
    said = str(caught.value)
    assert "label (string_type)" in said
    assert "and 1 more" in said
    assert "canary" not in said
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b"null", b"\xff"])
def test_what_is_no_object_is_unreadable(payload):
    with pytest.raises(Unreadable):
        read_thing(Row("thing", "1", b"", payload, "", "", ""))


def test_words_are_read_with_the_config_laid_over_and_the_rest_is_remembered():
    words = Words(
        MappingConfig(
            stages={"Chemistry Check": Milestone.FINAL},
            reasons={"77": ReasonType.BLOCKING},
            sources={"Zorp": "event"},
        )
    )
    assert words.milestone("chemistry  CHECK") is Milestone.FINAL
    assert words.reason_type("Zweifel", id="77") is ReasonType.BLOCKING
    assert words.channel("zorp") == "event"
    assert words.unmapped() == ()
    assert words.milestone("Hold") is None
    assert words.reason_type("Zweifel") is None
    assert words.channel("Unheard") is None
    assert words.milestone("Also unheard", report=False) is None
    assert words.milestone(None) is None
    assert [(one.kind, one.label) for one in words.unmapped()] == [
        ("reason", "Zweifel"),
        ("source", "Unheard"),
        ("stage", "Hold"),
    ]
    words.forget("stage")
    assert [one.kind for one in words.unmapped()] == ["reason", "source"]


@pytest.mark.parametrize(
    "typo",
    [{"stages": {"Onsite": "finale"}}, {"sources": {"Zorp": "smoke signals"}}, {"reasons": {"X": "no"}}, {"stage": {}}],
)
def test_a_typo_in_the_config_is_an_error(typo):
    with pytest.raises(ValidationError):
        MappingConfig.model_validate(typo)


def test_the_profile_page_carries_the_id_safely():
    assert profile_page("https://example.com/people/{id}", "a/b?c") == "https://example.com/people/a%2Fb%3Fc"
