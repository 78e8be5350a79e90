"""Injected faults: what goes wrong, for which requests, how often. Seeded, so that a run can be had again.

A rule looks at the method and the path, counts the requests it fits, and fires from the `nth` on, `count` times,
with `probability`. The first rule that fires decides. What the kinds mean:

- `too_many`: 429 as the vendor words it; the request is not looked at. With `seconds` only this request is refused,
  with that promise; without, the vendor's window is used up and nothing gets through until it turns
- `server_error`: `status` (default 503) instead of an answer; with `applied` the write is done first
- `lost_reply`: the request is done, then the connection is closed without an answer
- `refused`: the connection is closed before anything is done
- `late_apply`: the caller gets `status` (default 504; 0: silence until it gives up), and the request is done
  `seconds` later
- `slow`: the answer waits `seconds`
- `cut_body`: the answer stops half way
- `malformed`: JSON that does not parse; `html`: a page of HTML with status 200
- `expired_cursor`, `revoked_token`, `empty`: left to the vendor, who knows how these look
"""

from __future__ import annotations

import random
import re
from dataclasses import asdict, dataclass, field, fields
from typing import Any

KINDS = frozenset(
    {
        "too_many", "server_error", "lost_reply", "refused", "late_apply", "slow", "cut_body", "malformed", "html",
        "expired_cursor", "revoked_token", "empty",
    }
)  # fmt: skip
BY_VENDOR = frozenset({"expired_cursor", "revoked_token", "empty"})


class FaultError(ValueError):
    """A rule that could not be read."""


@dataclass(slots=True)
class Fault:
    """One rule. `method` empty: any; `path`: a regular expression searched in the path; `count` 0: for ever."""

    kind: str
    method: str = ""
    path: str = ""
    nth: int = 1
    count: int = 1
    probability: float = 1.0
    seconds: float = 0.0
    status: int | None = None
    applied: bool = False
    seen: int = 0
    hits: int = 0
    _pattern: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse what would never fire, or never make sense."""
        if self.kind not in KINDS:
            raise FaultError(f"there is no fault {self.kind!r}; there are {', '.join(sorted(KINDS))}")
        try:
            self._pattern = re.compile(self.path)
        except re.error as error:
            raise FaultError(f"the path of a fault is no regular expression: {error}") from error

    def fits(self, method: str, path: str) -> bool:
        """Whether the rule is about such requests at all."""
        return (not self.method or self.method == method) and self._pattern.search(path) is not None

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return {name: value for name, value in asdict(self).items() if not name.startswith("_")}


_SETTABLE = frozenset(f.name for f in fields(Fault) if f.init) - {"seen", "hits"}


class Faults:
    """The rules in force, in the order they were added."""

    def __init__(self, seed: int = 0) -> None:
        self._rules: list[Fault] = []
        self._random = random.Random(seed)  # noqa: S311 -- faults, not secrets

    def add(self, **rule: Any) -> Fault:
        """Add a rule. Raises `FaultError`."""
        unknown = rule.keys() - _SETTABLE
        if unknown or "kind" not in rule:
            raise FaultError(f"a fault has a kind and may have {', '.join(sorted(_SETTABLE))}")
        fault = Fault(**rule)
        self._rules.append(fault)
        return fault

    def clear(self) -> None:
        """Everything works again."""
        self._rules.clear()

    def pick(self, method: str, path: str) -> Fault | None:
        """The fault that befalls this request, if any. Every rule that fits counts it."""
        picked: Fault | None = None
        for rule in self._rules:
            if not rule.fits(method, path):
                continue
            rule.seen += 1
            if picked is None and self._fires(rule):
                rule.hits += 1
                picked = rule
        return picked

    def _fires(self, rule: Fault) -> bool:
        if rule.seen < rule.nth or (rule.count and rule.hits >= rule.count):
            return False
        return rule.probability >= 1 or self._random.random() < rule.probability

    def plain(self) -> list[dict[str, Any]]:
        """As JSON, with how often each was seen and fired."""
        return [rule.plain() for rule in self._rules]
