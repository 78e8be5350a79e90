"""`tieline connectors`: what each vendor can and cannot do, as its connector declares it."""

from __future__ import annotations

from connectors.kit import registry
from connectors.kit.contract import Capabilities
from tieline.errors import Exit
from tieline.terminal import console, print_json, table


def run(*, as_json: bool) -> Exit:
    """Print the declared capabilities of every vendor there is."""
    declared = {kind: registry.load(kind).CAPABILITIES for kind in registry.kinds()}
    if as_json:
        print_json({kind: _plain(one) for kind, one in declared.items()})
        return Exit.DONE
    for kind, one in declared.items():
        rows = [(name.replace("_", " "), value) for name, value in _words(one).items()]
        console().print(table(kind, ("what", "how it stands"), rows, wide=True))
        for fact in one.facts:
            console().print(f"  - {fact}", markup=False)
        console().print()
    return Exit.DONE


def _plain(one: Capabilities) -> dict[str, object]:
    return {
        "verbs": sorted(one.verbs),
        "add_only": sorted(one.add_only),
        "read_only": sorted(one.read_only),
        "marker": one.marker,
        "notes": one.notes,
        "pools_removable": one.pools_removable,
        "hides_empty": one.hides_empty,
        "facts": list(one.facts),
    }


def _words(one: Capabilities) -> dict[str, str]:
    def yes(value: bool) -> str:
        return "yes" if value else "no"

    return {
        "writes": ", ".join(sorted(one.verbs)).replace("_", " "),
        "can be added to, not removed from": ", ".join(sorted(one.add_only)) or "nothing",
        "shown, not taken": ", ".join(sorted(one.read_only)) or "nothing",
        "carries our marker": yes(one.marker),
        "takes private notes": yes(one.notes),
        "lets people out of pools": yes(one.pools_removable),
        "shows empty custom fields": yes(not one.hides_empty),
    }
