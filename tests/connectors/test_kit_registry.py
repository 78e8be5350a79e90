"""Vendors are found, not listed."""

from __future__ import annotations

import pytest

from connectors.kit import registry


def test_every_public_module_of_the_package_is_a_vendor_with_the_three_names() -> None:
    assert "greenhouse" in registry.kinds()
    assert not {"kit", "sandbox"} & set(registry.kinds())
    for kind in registry.kinds():
        module = registry.load(kind)
        assert module.Settings.model_config["extra"] == "forbid"
        assert all(key.name in module.Settings.model_fields for key in module.INIT)
        assert callable(module.open_connector)
        assert module.CAPABILITIES.verbs


@pytest.mark.parametrize("kind", ["kit", "sandbox", "nobody", "", "kit.http", "_greenhouse_lists"])
def test_what_is_no_vendor_is_refused_with_the_names_of_those_there_are(kind: str) -> None:
    with pytest.raises(registry.UnknownKind, match="greenhouse"):
        registry.load(kind)
