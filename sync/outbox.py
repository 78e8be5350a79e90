"""From decisions to the outbox: what a run wants is committed, with its reasons, before any request leaves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import structlog

from mapping.model import Outcome, Value
from state.ledgers import encode
from state.rows import ChangeDraft, ConflictDraft, NoticeDraft
from sync.changes import Change, Conflict, Decided, Notice
from sync.context import Context
from sync.decide import decide
from sync.view import PersonView
from sync.views import Views

log = structlog.get_logger(__name__)

BATCH = 200  # people whose decisions are committed together


class Planned:
    """One person as decided, with the hire that freezes the first touch, if there is one."""

    __slots__ = ("decided", "hired")

    def __init__(self, view: PersonView, decided: Decided) -> None:
        self.decided = decided
        self.hired = any(one.outcome is Outcome.HIRED for one in view.ats.applications)


def planned(ctx: Context, views: Views, persons: Iterable[str]) -> Iterator[Planned]:
    """What should be different about each of these people. Writes nothing. Somebody whom a mistake of ours stops is
    left out and told, and stays to be planned."""
    for done, view in enumerate(views.build(persons), 1):
        try:
            decided = decide(view, ctx.policies)
        except Exception as error:  # noqa: BLE001 - the fence around one person: everybody else goes on
            log.error("decide.unexpected", person=view.person, run=ctx.run, error=type(error).__name__)
            detail = f"an unexpected {type(error).__name__} stopped the decision about this person"
            views.notices.append(Notice(kind="unexpected", subject=view.person, system="", detail=detail))
            continue
        yield Planned(view, decided)
        if done % BATCH == 0:
            ctx.progress("deciding", done, None)
            ctx.beat()


def commit(ctx: Context, people: Iterable[Planned]) -> int:
    """Put everything decided into the state, in batches of people; returns how many changes wait to be sent. Older
    open changes of these people are replaced, and the people are clean."""
    waiting = iter(people)
    changes = 0
    while batch := list(islice(waiting, BATCH)):
        with ctx.store.transaction():
            drafts = [draft(change) for one in batch for change in one.decided.changes]
            everybody = [one.decided.person for one in batch]
            ctx.store.put_changes(ctx.run, drafts, everybody)
            ctx.store.put_conflicts(ctx.run, _conflicts(batch), ctx.now())
            ctx.store.put_notices(ctx.run, _notices(batch), ctx.now())
            for one in batch:
                _remember(ctx, one)
        changes += len(drafts)
        ctx.beat()
    return changes


def tell(ctx: Context, notices: Iterable[Notice]) -> None:
    """Keep notices that belong to no decision."""
    drafts = [_notice(one) for one in notices]
    if drafts:
        ctx.store.put_notices(ctx.run, drafts, ctx.now())


def _remember(ctx: Context, one: Planned) -> None:
    """What follows from a decision without writing to anybody."""
    decided, now = one.decided, ctx.now()
    agreed: dict[str, dict[str, Value]] = {}
    for system, field, value in decided.agreed:
        agreed.setdefault(system, {})[field] = value
    for system, values in agreed.items():
        ctx.store.set_base(decided.person, system, values, now)
    for system, kind, target in decided.forgotten:
        ctx.store.drop_effect(decided.person, system, kind, target)
    if one.hired:
        ctx.store.freeze_first_touch(decided.person, now)
    ctx.store.clean_person(decided.person, decided.due)


def draft(change: Change) -> ChangeDraft:
    """A change as the outbox keeps it."""
    return ChangeDraft(
        key=change.key,
        person=change.person,
        system=change.system,
        verb=change.verb.value,
        target=change.target,
        content=change.model_dump_json(),
        priority=change.priority,
        because=change.because,
    )


def _conflicts(batch: Iterable[Planned]) -> list[ConflictDraft]:
    return [_conflict(conflict) for one in batch for conflict in one.decided.conflicts]


def _conflict(one: Conflict) -> ConflictDraft:
    return ConflictDraft(
        one.person, one.field, encode(one.kept), one.kept_from, encode(one.lost), one.lost_from, one.rule
    )


def _notices(batch: Iterable[Planned]) -> list[NoticeDraft]:
    return [_notice(notice) for one in batch for notice in one.decided.notices]


def _notice(one: Notice) -> NoticeDraft:
    return NoticeDraft(one.kind, one.subject, one.system, one.detail)
