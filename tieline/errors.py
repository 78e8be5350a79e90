"""How a command fails: one sentence to the person who must act, and an exit code that a scheduler can read."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of every command (DESIGN section 8)."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    PARTIAL = 3  # done in part: there are dead letters, or a plan file had moved changes
    HELD = 4  # held by a guard: look, then run again with --yes


class CommandError(Exception):
    """Ends a command with one line on stderr: what is wrong, where, and what to do next."""

    def __init__(self, message: str, exit: Exit = Exit.FAILED) -> None:
        super().__init__(message)
        self.exit = exit
