"""Logging: JSON lines on stderr, and only keys from an allow-list, so that no value can slip through.

Refs, field names, counts and verdicts are logged; e-mails, phones, names and tokens never are, at any level.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED = frozenset(
    {
        "event", "level", "timestamp", "run", "system", "object", "id", "person", "change", "verb", "verdict", "status",
        "field", "fields", "count", "rows", "changed", "quarantined", "seconds", "wait", "attempt", "reason", "phase",
        "round", "error", "method", "path", "host", "fence", "state", "reference", "survivor",
    }
)  # fmt: skip


def only_allowed(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every key that is not on the list; a deny-list would miss the next one."""
    return {key: value for key, value in event.items() if key in ALLOWED}


def quiet() -> None:
    """Warnings only, where nobody has asked for anything else."""
    if not structlog.is_configured():
        configure(verbose=False)


def configure(verbose: bool) -> None:
    """Set up logging for a command: warnings only, or everything with --verbose. httpx logs whole URLs at INFO,
    so its loggers are raised to WARNING whatever is asked."""
    level = logging.INFO if verbose else logging.WARNING
    for name in ("httpx", "httpcore", "sqlalchemy"):
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_allowed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # the stderr of the moment
        cache_logger_on_first_use=False,
    )
