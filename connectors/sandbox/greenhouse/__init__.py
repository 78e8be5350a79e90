"""A stand-in for Greenhouse: Harvest v3 over HTTP, as faithful as public facts of November 2026 allow.

It serves the lists and takes the writes that a sync needs. Where nobody outside Greenhouse is sure, a switch
(options.py) has both settings. It never sends anything to anybody; what Greenhouse would have sent is in `mails`.
"""

from __future__ import annotations

from connectors.sandbox.greenhouse.account import Account
from connectors.sandbox.greenhouse.options import LIMITS
from connectors.sandbox.kernel import Setup, Vendor

KIND_OF_SYSTEM = "ats"

__all__ = ["KIND_OF_SYSTEM", "LIMITS", "build"]


def build(setup: Setup) -> Vendor:
    """One account, filled from the world when there is one."""
    return Account(setup)
