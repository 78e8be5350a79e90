"""Strings that must never leave the system they were put in, each of its own."""

from __future__ import annotations


class Canaries:
    """Hands them out and remembers every one. A search for `CANARY-` finds any that got away."""

    def __init__(self) -> None:
        self.all: list[str] = []

    def next(self, kind: str) -> str:
        """`CANARY-EEO-12`: kind is EEO, PRIVATE or NOTE."""
        made = f"CANARY-{kind}-{len(self.all)}"
        self.all.append(made)
        return made
