"""`tieline failures` and `tieline retry`: what did not work, why, and trying it again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from state.rows import ChangeRow
from state.store import Store
from tieline.errors import CommandError, Exit
from tieline.opening import opened_store
from tieline.terminal import console, print_json, table


def show(config: Path, *, as_json: bool) -> Exit:
    """Dead letters, writes in doubt, and records in quarantine."""
    with opened_store(config) as (_, store):
        dead = store.dead_letters()
        doubt = store.changes(("in_doubt", "sent"))
        unreadable = store.quarantined()
        if as_json:
            print_json(
                {
                    "dead_letters": [_plain(one) for one in dead],
                    "in_doubt": [_plain(one) for one in doubt],
                    "quarantined": [
                        {"system": r.system, "object": r.object, "id": r.id, "reason": w} for r, w in unreadable
                    ],
                }
            )
            return Exit.DONE
    out = console()
    _changes("Dead letters: refused for good", dead)
    _changes("In doubt: the next sync settles them by reading", doubt)
    if unreadable:
        rows = [(ref.system, ref.object, ref.id, why) for ref, why in unreadable]
        out.print(
            table("Quarantine: records that cannot be read", ("system", "object", "id", "because"), rows, wide=True)
        )
    if not (dead or doubt or unreadable):
        out.print("Nothing has failed.")
    elif dead:
        out.print(
            "Next: mend the cause, then `tieline retry` (all) or `tieline retry N`, and `tieline sync`.", markup=False
        )
    return Exit.DONE


def retry(config: Path, ids: Sequence[int]) -> Exit:
    """Put dead letters back into the outbox."""
    with opened_store(config) as (_, store):
        known = {one.id for one in store.dead_letters()}
        unknown = [id for id in ids if id not in known]
        if unknown:
            raise CommandError(f"{unknown[0]} is no dead letter; `tieline failures` lists them", Exit.USAGE)
        count = _retry(store, ids)
    console().print(f"{count} put back. Next: `tieline sync`." if count else "There are no dead letters.", markup=False)
    return Exit.DONE


def _retry(store: Store, ids: Sequence[int]) -> int:
    with store.transaction():
        return store.retry(list(ids) or None)


def _changes(title: str, rows: Sequence[ChangeRow]) -> None:
    if rows:
        cells = [
            (one.id, one.system, one.person, one.verb.replace("_", " "), one.tries, one.reason or "-") for one in rows
        ]
        console().print(table(title, ("number", "system", "person", "what", "tries", "because"), cells, wide=True))


def _plain(one: ChangeRow) -> dict[str, object]:
    return {
        "id": one.id,
        "system": one.system,
        "person": one.person,
        "verb": one.verb,
        "target": one.target,
        "tries": one.tries,
        "because": one.because,
        "reason": one.reason,
        "at": one.at,
    }
