"""docs/mapping.md says what the mappers do."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import get_args

import pytest

from mapping import beamery_custom, fields, greenhouse, vendor
from mapping.contract import CustomField, MappingConfig
from mapping.model import Channel, Milestone, ReasonType
from mapping.normalise import truth
from mapping.vendor import Words
from tests.mapping.greenhouse_made import candidate, candidate_payload, definition, mapper, profile

PAGE = (Path(__file__).parents[2] / "docs" / "mapping.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("|")]
FIELDS = {row[0].strip("`"): row for row in ROWS if len(row) == 4 and row[0].startswith("`")}
EXAMPLES = [tomllib.loads(block) for block in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)]
CONFIGS = [
    (kind, MappingConfig.model_validate(system["mapping"]))
    for example in EXAMPLES
    for kind, system in example["systems"].items()
]


def section(title: str) -> str:
    return re.split(r"^##+ ", PAGE.partition(f"# {title}\n")[2], flags=re.MULTILINE)[0]


@pytest.mark.parametrize("field", [*fields.PROFILE, fields.DO_NOT_CONTACT, *fields.PROJECTIONS])
def test_every_canonical_field_is_in_the_table(field):
    assert field in FIELDS


def test_the_table_names_no_field_that_is_not_one():
    assert set(FIELDS) == {*fields.PROFILE, fields.DO_NOT_CONTACT, *fields.PROJECTIONS}


@pytest.mark.parametrize(
    ("column", "defaults"),
    [(1, greenhouse.DEFAULTS), (2, beamery_custom.DEFAULTS)],
    ids=["greenhouse", "beamery"],
)
def test_every_projection_names_its_custom_field(column, defaults):
    there = {one.field: one for one in defaults}
    for field in fields.PROJECTIONS:
        said = FIELDS[field][column]
        if field not in there:
            assert said == "-", field
            continue
        assert said.replace("`", "").partition(" (")[0] == there[field].key
        assert ("(date)" in said) == (there[field].type == "date"), field


def test_there_are_examples_for_everything_that_can_be_configured():
    used = {key for example in EXAMPLES for system in example["systems"].values() for key in system["mapping"]}
    assert used == set(MappingConfig.model_fields)


@pytest.mark.parametrize(("kind", "config"), CONFIGS, ids=lambda one: one if isinstance(one, str) else "")
def test_every_example_makes_a_mapper(kind, config):
    assert vendor.load(kind).Mapper(kind, config).kept()


def test_every_word_of_the_examples_does_what_it_says():
    for _, config in CONFIGS:
        words = Words(config)
        for label, milestone in config.stages.items():
            assert Words(MappingConfig()).milestone(label) is None, f"{label} needs no example"
            assert words.milestone(label.upper()) is milestone
        for label, type in config.reasons.items():
            assert words.reason_type(label, "NONE_SPECIFIED") is type
        for label, channel in config.sources.items():
            assert Words(MappingConfig()).channel(label) is None, f"{label} needs no example"
            assert words.channel(label) == channel


def test_the_stages_of_the_table_are_what_they_are_said_to_be():
    table = {
        row[0].strip("`"): row[1] for row in ROWS if row[0].strip("`") in set(map(str, Milestone)) and len(row) == 2
    }
    assert set(table) == set(Milestone)
    words = Words(MappingConfig())
    for milestone, labels in table.items():
        for label in labels.split(", "):
            assert words.milestone(label) == milestone, label
    for label in re.findall(r"\*([A-Z][A-Za-z ]+)\*", section("Stages")):
        assert words.milestone(label) is None, label


def test_words_of_a_bar_are_blocking():
    words = Words(MappingConfig())
    said = re.findall(r"\*([a-z ]+)\*", section("Rejection reasons"))
    assert said
    for label in said:
        assert words.reason_type(label) is ReasonType.BLOCKING


def test_every_choice_is_named():
    for choices, title in ((get_args(Channel), "Sources"), (list(ReasonType), "Rejection reasons")):
        for choice in choices:
            assert f"`{choice}`" in section(title)
    for type in ("text", "long_text", "url", "date", "boolean", "select", "multi_select", "number"):
        assert f"`{type}`" in section("Custom fields")
    for key in CustomField.model_fields:
        assert f"| `{key}` |" in section("Custom fields")


def test_a_field_of_its_own_has_an_owner_in_the_example():
    owned = {name for example in EXAMPLES for name in example.get("ownership", {})}
    ours = {*fields.PROFILE, *fields.PROJECTIONS}
    shared = {one.field for _, config in CONFIGS for one in config.custom_fields if ":" not in one.field} - ours
    assert shared == owned


def test_a_configured_field_is_used_as_the_example_says():
    config = next(one for kind, one in CONFIGS if kind == "greenhouse" and len(one.custom_fields) == 2)
    made = mapper(config, [definition("candidate_uuid"), definition("notice_period")])
    held = {"candidate_uuid": {"value": "p-1"}, "notice_period": {"value": "3 months"}}
    values = candidate(made, candidate_payload(custom_fields=held)).values
    assert (values[fields.PERSON_ID], values["notice_period"]) == ("p-1", "3 months")
    assert "tieline_person_id" not in made.kept()


def test_the_other_sides_id_is_read_as_the_example_says():
    config = next(one for _, one in CONFIGS if any(f.field.startswith("crossref:") for f in one.custom_fields))
    told = profile(made=mapper(config), custom_fields={"crm_contact_id": {"value": "c-9"}})
    assert told.candidate.crossrefs == (("crm", "c-9"),)


def test_the_words_of_consent_are_understood():
    said = re.search(r"Yes, (.*?) mean yes; (.*?) mean no;", section("Consent").replace("\n", " "))
    assert said
    for words, meant in zip(said.groups(), (True, False), strict=True):
        for word in re.split(r", | and ", words):
            assert truth(word) is meant, word
