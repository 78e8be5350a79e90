"""`tieline review`: pairs that may be one person, side by side with the evidence; and linking by hand."""

from __future__ import annotations

import getpass
import json
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from connectors.kit.contract import Ref
from identity import review as decisions
from mapping import fields
from state.rows import ReviewRow
from state.store import Store
from tieline.errors import CommandError, Exit
from tieline.opening import opened_store
from tieline.plan_view import words
from tieline.reports.reading import Reading
from tieline.terminal import console, print_json, table

_SHOWN = (
    fields.GIVEN_NAME,
    fields.FAMILY_NAME,
    fields.EMAILS,
    fields.PHONES,
    fields.LINKS,
    fields.COMPANY,
    fields.TITLE,
)
_LIMIT = 10  # pairs shown at once; --json has all


def show(config: Path, *, as_json: bool) -> Exit:
    """The open questions, most certain first."""
    with opened_store(config) as (settings, store):
        reading = Reading(settings, store)
        questions = sorted(store.reviews(), key=lambda one: (-one.score, one.id))
        shown = questions if as_json else questions[:_LIMIT]
        pairs = [_pair(reading, store, one) for one in shown]
    if as_json:
        print_json({"reviews": pairs})
        return Exit.DONE
    out = console()
    for one in pairs:
        title = f"{one['id']}: {one['a']['ref']} and {one['b']['ref']}, score {one['score']:.1f}"
        rows = [(name.replace("_", " "), one["a"]["values"][name], one["b"]["values"][name]) for name in _SHOWN]
        out.print(table(title, ("", one["a"]["ref"], one["b"]["ref"]), rows, wide=True))
        for evidence in one["evidence"]:
            out.print(f"  {evidence['weight']:+5.1f}  {evidence['text']}", markup=False)
        out.print()
    if len(questions) > _LIMIT:
        out.print(f"{len(questions) - _LIMIT} more; `tieline review --json` shows all.", markup=False)
    if questions:
        out.print("Next: `tieline review accept N` or `tieline review reject N`, then `tieline sync`.", markup=False)
    else:
        out.print("Nothing waits for review.")
    return Exit.DONE


def answer(config: Path, id: int, *, accept: bool) -> Exit:
    """Take a reviewer's answer."""
    with opened_store(config) as (_, store):
        try:
            if accept:
                person = decisions.accept(store, id, by=_who(), now=_now())
            else:
                decisions.reject(store, id, by=_who(), now=_now(), new_id=_new_id)
        except decisions.ReviewError as error:
            raise CommandError(str(error), Exit.USAGE) from None
    said = f"They are one person now, {person}." if accept else "They stay two people, for ever."
    console().print(f"{said} Next: `tieline sync`.", markup=False)
    return Exit.DONE


def link(config: Path, a: str, b: str) -> Exit:
    """Join two records by hand."""
    with opened_store(config) as (_, store):
        try:
            person = decisions.link(store, _ref(a), _ref(b), by=_who(), now=_now())
        except decisions.ReviewError as error:
            raise CommandError(str(error), Exit.USAGE) from None
    console().print(f"One person now, {person}. Next: `tieline sync`.", markup=False)
    return Exit.DONE


def unlink(config: Path, record: str) -> Exit:
    """Take a record out of its person."""
    with opened_store(config) as (_, store):
        try:
            person = decisions.unlink(store, _ref(record), by=_who(), now=_now(), new_id=_new_id)
        except decisions.ReviewError as error:
            raise CommandError(str(error), Exit.USAGE) from None
    console().print(f"{record} is a person of its own now, {person}. Next: `tieline sync`.", markup=False)
    return Exit.DONE


def _pair(reading: Reading, store: Store, one: ReviewRow) -> dict[str, Any]:
    return {
        "id": one.id,
        "score": one.score,
        "a": _half(reading, store, one.a),
        "b": _half(reading, store, one.b),
        "evidence": json.loads(one.evidence),
    }


def _half(reading: Reading, store: Store, ref: Ref) -> dict[str, Any]:
    values = reading.candidate_values(ref)
    person = store.person_of(ref)
    return {"ref": f"{ref.system}:{ref.id}", "person": person, "values": {n: words(values.get(n)) for n in _SHOWN}}


def _ref(text: str) -> Ref:
    system, colon, id = text.partition(":")
    if not (system and colon and id):
        raise CommandError(f"{text!r} is not SYSTEM:ID, such as greenhouse:60200127002", Exit.USAGE)
    return Ref(system, "candidate", id)


def _who() -> str:
    return getpass.getuser()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _new_id() -> str:
    return uuid.uuid4().hex[:20]
