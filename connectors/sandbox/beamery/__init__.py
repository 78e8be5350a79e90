"""A stand-in for Beamery's public API ("Frontier"), as faithful as public material of November 2026 allows.

Beamery shows the public no full reference. What is documented, or seen in its customers' public code, is served as
such; where sources disagree or are silent, a switch (options.py) has every reading. Nothing here sends anything.
"""

from __future__ import annotations

from connectors.sandbox.beamery.options import LIMITS
from connectors.sandbox.beamery.vendor import Beamery
from connectors.sandbox.kernel import Setup, Vendor

KIND_OF_SYSTEM = "crm"

__all__ = ["KIND_OF_SYSTEM", "LIMITS", "build"]


def build(setup: Setup) -> Vendor:
    """One tenant, filled from the world when there is one."""
    return Beamery(setup)
