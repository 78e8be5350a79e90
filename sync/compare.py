"""How a change stands against what a vendor shows now: not yet done, already done, or overtaken. Pure.

The same comparison decides before a write (does it still apply?), after it (was it kept?), and when a write is in
doubt (did it arrive?). Values are compared as canonical values, sets element by element without regard to case.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import assert_never

from mapping.model import Application, Outcome, Profile, Value
from sync.changes import Change, FieldChange, Verb, elements

_MARKER = re.compile(r"\[tieline:([^\]\s]+)\]")
_HIDDEN = object()  # a field that cannot be seen equals nothing, not even empty


class Standing(StrEnum):
    """Where a change stands against what is read."""

    BEFORE = "before"  # as it was when this was decided: still to be done
    AFTER = "after"  # as it is wanted: nothing to do any more
    MOVED = "moved"  # something else: somebody was faster, decide again
    GONE = "gone"  # what was to be written to is not there


def standing(change: Change, profile: Profile) -> Standing:
    """How `change` stands against its candidate as read. Not for creates of candidates: those stand nowhere."""
    match change.verb:
        case Verb.UPDATE_CANDIDATE:
            return _fields(change, profile.candidate.values)
        case Verb.SET_SOURCE:
            return _source(change, profile)
        case Verb.ADD_TO_POOL:
            return Standing.AFTER if change.pool in profile.candidate.pools else Standing.BEFORE
        case Verb.REMOVE_FROM_POOL:
            return Standing.BEFORE if change.pool in profile.candidate.pools else Standing.AFTER
        case Verb.CREATE_APPLICATION:
            return Standing.AFTER if open_on(profile, change.job) else Standing.BEFORE
        case Verb.CREATE_NOTE:
            return Standing.AFTER if marker(change) in profile.markers else Standing.BEFORE
        case Verb.CREATE_CANDIDATE:
            return Standing.BEFORE
        case _:
            assert_never(change.verb)


def remaining(change: Change, values: Mapping[str, Value]) -> tuple[FieldChange, ...]:
    """The fields that do not show what is wanted yet."""
    return tuple(one for one in change.fields if not same(values.get(one.field, _HIDDEN), one.after))


def lost(change: Change, values: Mapping[str, Value]) -> tuple[FieldChange, ...]:
    """The fields that, after the write, do not show what it carried. Of a set only the elements it added or took
    away count: others may come and go at any time."""
    return tuple(one for one in change.fields if not _kept(one, values.get(one.field, _HIDDEN)))


def open_on(profile: Profile, job: str | None) -> Application | None:
    """The candidate's open application on a job, if there is one."""
    for one in profile.applications:
        if one.job == job and one.outcome is Outcome.OPEN and one.live:
            return one
    return None


def marker(change: Change) -> str:
    """The key our own note carries in its text; the change's key when the text has none."""
    found = _MARKER.search(change.note or "")
    return found.group(1) if found else change.key


def same(found: object, wanted: Value) -> bool:
    """Equality of canonical values; of sets, of their elements."""
    if isinstance(found, tuple) and isinstance(wanted, tuple):
        return elements(found).keys() == elements(wanted).keys()
    return found == wanted


def _fields(change: Change, values: Mapping[str, Value]) -> Standing:
    left = remaining(change, values)
    if not left:
        return Standing.AFTER
    as_before = all(same(values.get(one.field, _HIDDEN), one.before) for one in left)
    return Standing.BEFORE if as_before else Standing.MOVED


def _source(change: Change, profile: Profile) -> Standing:
    for one in profile.applications:
        if one.ref.id == change.target:
            if one.source_id == change.source:
                return Standing.AFTER
            return Standing.BEFORE if one.source_id == change.source_before else Standing.MOVED
    return Standing.GONE


def _kept(one: FieldChange, found: object) -> bool:
    if not isinstance(one.before, tuple) and not isinstance(one.after, tuple):
        return found == one.after
    if found is not None and not isinstance(found, tuple):
        return False
    before, after, now = elements(one.before), elements(one.after), elements(found)
    added, removed = after.keys() - before.keys(), before.keys() - after.keys()
    return added <= now.keys() and not removed & now.keys()
