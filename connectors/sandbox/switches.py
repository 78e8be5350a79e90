"""Switches: the points on which nobody outside the vendor is sure. A connector must pass on every setting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Switch:
    """One disputed point: its settings (empty `choices`: any value of the default's type) and what it decides."""

    name: str
    default: Any
    choices: tuple[Any, ...]
    about: str


class SwitchError(ValueError):
    """A name nobody declared, or a value that is not among the choices."""


class Switches:
    """The declared switches of one stand-in and how they are set now."""

    def __init__(self, declared: Iterable[Switch], values: Mapping[str, Any] | None = None) -> None:
        self.declared = {switch.name: switch for switch in declared}
        self._values = {name: switch.default for name, switch in self.declared.items()}
        self.set(values or {})

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def set(self, values: Mapping[str, Any]) -> None:
        """Set several, or none when one of them is wrong."""
        for name, value in values.items():
            switch = self.declared.get(name)
            if switch is None:
                raise SwitchError(f"there is no switch {name!r}; there are {', '.join(self.declared)}")
            if switch.choices and value not in switch.choices:
                raise SwitchError(f"switch {name!r} takes one of {switch.choices}, not {value!r}")
            if not switch.choices and not _alike(value, switch.default):
                raise SwitchError(f"switch {name!r} takes a value like {switch.default!r}, not {value!r}")
        self._values.update(values)

    def plain(self) -> list[dict[str, Any]]:
        """As JSON, for `GET /_sandbox/switches`."""
        return [
            {"name": s.name, "value": self._values[s.name], "choices": list(s.choices), "about": s.about}
            for s in self.declared.values()
        ]


def _alike(value: Any, default: Any) -> bool:
    """A whole number will do where seconds are meant; True and False are no numbers."""
    if isinstance(default, float):
        return type(value) in (int, float)
    return type(value) is type(default)
