"""The core journey on tenants of every kind: wherever the vendors' pages, customers' code and older APIs disagree or
are silent, the same things must come of it.

By default a few invented tenants, which together have every setting that touches writing; every setting alone is
tried by the slow test.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.sandbox.beamery.options import SWITCHES as BEAMERY
from connectors.sandbox.greenhouse.options import SWITCHES as GREENHOUSE
from tests.journeys.journey_core import core
from tests.journeys.journey_pair import tied_pair

Tenant = dict[str, dict[str, Any]]


def walk(folder: Path, tenant: Tenant) -> None:
    """The core journey for one tenant."""
    beamery = tenant.get("beamery", {})
    settings: dict[str, dict[str, Any]] = {}
    if beamery.get("activities"):
        settings["beamery"] = {"activities": True}
    with tied_pair(folder, people=20, switches=tenant, settings=settings) as pair:
        core(
            pair,
            leaves_pools=beamery.get("pool_removal") != "none",
            flag=beamery.get("do_not_contact", "writable") == "writable",
        )


def alone() -> Iterator[tuple[str, str, Any]]:
    """Every choice of every switch that is not its default."""
    for kind, switches in (("greenhouse", GREENHOUSE), ("beamery", BEAMERY)):
        for switch in switches:
            yield from ((kind, switch.name, choice) for choice in switch.choices if choice != switch.default)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "name", "choice"), list(alone()))
def test_the_core_journey_on_every_setting_alone(tmp_path: Path, kind: str, name: str, choice: Any) -> None:
    walk(tmp_path, {kind: {name: choice}})
