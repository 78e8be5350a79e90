"""How Harvest v3 words its refusals. Bodies as measured in 2026 where somebody measured them, else inferred.

Measured: 401, 404, the 422 entries for cursors and per_page, the token endpoint's. Inferred: 403 and 429 bodies,
the wording of the other 422 entries (some are strings, some objects naming the field: both kinds occur).
"""

from __future__ import annotations

from collections.abc import Sequence

from connectors.sandbox.kernel import Answer, Json

UNAUTHORIZED = "Token could not be decoded. Please ensure your token is from a trusted source."
CURSOR_ALONE = "When passing a cursor, do not include other query params."
CURSOR_DEAD = "The cursor is invalid or has expired."
BOTH_DATES = "created_at and updated_at can not be used together."


class Refused(Exception):  # noqa: N818 -- an answer, not an error of ours
    """Ends the work on a request with an answer."""

    def __init__(self, status: int, message: str, errors: Sequence[Json] = ()) -> None:
        super().__init__(message)
        body: dict[str, Json] = {"message": message}
        if errors:
            body["errors"] = list(errors)
        self.answer = Answer(status, body)


def unauthorized() -> Refused:
    """401: no bearer, or one that is not (or no longer) good."""
    return Refused(401, "Unauthorized", [UNAUTHORIZED])


def forbidden(why: str) -> Refused:
    """403: a scope is missing, or the subject lacks the permission."""
    return Refused(403, "Forbidden", [why])


def not_found() -> Refused:
    """404: an unknown route, or nothing of that id."""
    return Refused(404, "Resource not found")


def unprocessable(*errors: Json) -> Refused:
    """422, with strings or with objects naming a field."""
    return Refused(422, "Unprocessable Content", errors)
