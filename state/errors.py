"""What can go wrong with the state, ordered by what the caller does next.

StateError          stop, and show the sentence: it says how to mend it
  LeaseHeld         another run is working: wait for it, or try again later
  LeaseLost         another run has taken over: stop at once, commit nothing
  Refused           a constraint or trigger of the schema said no: a bug of ours, and nothing was written
"""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, IntegrityError


class StateError(Exception):
    """The state cannot be used as asked; the message is one sentence without any person's data."""


class LeaseHeld(StateError):  # noqa: N818 - said as it is
    """Another holder has the writer's lease. `holder` is its name, `seconds` how long its lease still runs."""

    def __init__(self, holder: str, seconds: float) -> None:
        super().__init__(f"another run is at work ({holder}): wait until it ends, or {seconds:.0f} s if it has died")
        self.holder = holder
        self.seconds = seconds


class LeaseLost(StateError):  # noqa: N818 - said as it is
    """Somebody else holds the lease now: nothing that this holder still wants to commit is accepted."""

    def __init__(self) -> None:
        super().__init__("another run has taken over the state: this one stops and commits nothing more")


class Refused(StateError):  # noqa: N818 - said as it is
    """The schema refused a statement. The message is the trigger's own sentence or SQLite's naming of columns."""


_SENTENCES = {
    "database is locked": "the state is locked by another program: wait until it ends and run this again",
    "readonly": "the state file or its folder cannot be written: give yourself the right to write there",
    "not a database": "the state file is not a SQLite database: name another file in [state] url",
    "malformed": "the state file is damaged: restore it from a backup, then run `tieline sync --full`",
    "is full": "the disk is full: make room and run this again, nothing was half written",
    "disk I/O": "the disk of the state file failed to answer: check it and run this again",
    "unable to open": "the state file cannot be opened: check that its folder exists and can be written",
}


def sentence(error: DBAPIError | Exception) -> StateError:
    """The state's own error for a driver's error; neither carries a bound value."""
    original = error.orig if isinstance(error, DBAPIError) else error
    text = str(original)
    if isinstance(error, IntegrityError):
        return Refused(text)
    for part, told in _SENTENCES.items():
        if part in text:
            return StateError(told)
    return StateError(f"the state refused a statement ({text})")
