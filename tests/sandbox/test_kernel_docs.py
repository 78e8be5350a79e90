"""docs/sandbox.md names everything that can be set, injected and done."""

from pathlib import Path

import pytest

from connectors.sandbox import beamery, greenhouse
from connectors.sandbox.clock import VirtualClock
from connectors.sandbox.faults import KINDS
from connectors.sandbox.kernel import Setup
from connectors.sandbox.side import _ROUTES

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")
VENDORS = {
    module: module.build(Setup(VirtualClock(1_800_000_000.0), limits=module.LIMITS["fast"]))
    for module in (greenhouse, beamery)
}


def section(kind):
    _, _, after = PAGE.partition(f"\n## {kind.capitalize()}\n")
    return after.partition("\n## ")[0]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_fault_is_in_the_page(kind):
    assert f"| `{kind}` |" in PAGE


@pytest.mark.parametrize("vendor", VENDORS.values(), ids=lambda vendor: vendor.kind)
def test_every_switch_is_in_the_page_with_its_settings(vendor):
    for switch in vendor.switches.declared.values():
        (line,) = [line for line in section(vendor.kind).splitlines() if line.startswith(f"| `{switch.name}` | ")
                   and switch.about[:20].replace("<", "&lt;") in line]  # fmt: skip
        assert all(
            f"`{str(choice).lower() if isinstance(choice, bool) else choice}`" in line for choice in switch.choices
        )


@pytest.mark.parametrize("vendor", VENDORS.values(), ids=lambda vendor: vendor.kind)
def test_every_act_is_in_the_page(vendor):
    missing = [name for name in vendor.actions() if f"\n| `{name}` |" not in section(vendor.kind)]
    assert missing == []


@pytest.mark.parametrize("address", sorted({path.split("/{}")[0] for _, path, _ in _ROUTES}))
def test_every_address_of_the_side_channel_is_in_the_page(address):
    assert address in PAGE
