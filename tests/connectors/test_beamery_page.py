"""docs/beamery.md says what the code does."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors._beamery_access import ENVIRONMENTS
from connectors.beamery import Settings
from mapping.beamery import PROFILE_PAGE
from mapping.beamery_custom import DEFAULTS
from mapping.beamery_history import CAMPAIGN_FIELDS, SOURCE_FIELDS

PAGE = " ".join((Path(__file__).parents[2] / "docs" / "beamery.md").read_text(encoding="utf-8").split())


@pytest.mark.parametrize("key", Settings.model_fields)
def test_every_setting_is_explained(key: str) -> None:
    assert f"`{key}`" in PAGE


@pytest.mark.parametrize("name", [one.key for one in DEFAULTS])
def test_every_custom_field_is_listed(name: str) -> None:
    table = PAGE.partition("| display name |")[2].partition("## What is read")[0]
    assert name in table


@pytest.mark.parametrize("name", [*SOURCE_FIELDS, *CAMPAIGN_FIELDS, *ENVIRONMENTS, PROFILE_PAGE])
def test_every_name_that_is_looked_for_is_told(name: str) -> None:
    assert name in PAGE or name.capitalize() in PAGE
