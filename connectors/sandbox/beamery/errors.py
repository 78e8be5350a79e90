"""A request that Beamery refuses: `{code, message}`, as its public clients have seen it on a 400."""

from __future__ import annotations

from collections.abc import Mapping


class RefusedError(Exception):
    """What the caller is told."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers or {}

    def body(self) -> dict[str, object]:
        """The body of the answer."""
        return {"code": self.status, "message": self.message}
