"""From decisions to the outbox: what a run wants is committed, with its reasons, before any request leaves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

import structlog

from mapping.model import Outcome, Value
from state.ledgers import encode
from state.rows import ChangeDraft, ConflictDraft, NoticeDraft
from sync.changes import Bases, Change, Conflict, Decided, Notice, Verb
from sync.context import Context
from sync.decide import decide
from sync.policies import ownership
from sync.view import PersonView
from sync.views import Views

log = structlog.get_logger(__name__)

BATCH = 200  # people whose decisions are committed together


class Planned(NamedTuple):
    """One person as decided, and whether a hire freezes the first touch."""

    decided: Decided
    hired: bool


def planned(ctx: Context, views: Views, persons: Iterable[str]) -> Iterator[Planned]:
    """What should be different about each of these people. Writes nothing. Somebody whom a mistake of ours stops is
    left out and told, and stays to be planned."""
    for done, view in enumerate(views.build(persons), 1):
        hired = any(one.outcome is Outcome.HIRED for one in view.ats.applications)
        try:
            decided = decide(_frozen(view) if hired else view, ctx.policies)
        except Exception as error:  # noqa: BLE001 - the fence around one person: everybody else goes on
            log.error("decide.unexpected", person=view.person, run=ctx.run, error=type(error).__name__)
            detail = f"an unexpected {type(error).__name__} stopped the decision about this person"
            views.notices.append(Notice(kind="unexpected", subject=view.person, system="", detail=detail))
            continue
        yield Planned(decided, hired)
        if done % BATCH == 0:
            ctx.progress("deciding", done, None)
            ctx.beat()


def _frozen(view: PersonView) -> PersonView:
    """A hire freezes the first touch before anything is decided, so that what is decided now is what would be decided
    again after an interruption, when the freeze is on record."""
    if view.first_touch is None:
        return view
    return replace(view, first_touch=replace(view.first_touch, frozen=True))


def commit(ctx: Context, people: Iterable[Planned]) -> int:
    """Put everything decided into the state, in batches of people; returns how many changes wait to be sent. Older
    open changes of these people are replaced, and the people are clean."""
    waiting = iter(people)
    changes = 0
    while batch := list(islice(waiting, BATCH)):
        with ctx.store.transaction():
            drafts = [draft(change) for one in batch for change in one.decided.changes]
            everybody = [one.decided.person for one in batch]
            held = ctx.store.base(everybody)
            ctx.store.put_changes(ctx.run, drafts, everybody)
            ctx.store.put_conflicts(ctx.run, _conflicts(batch), ctx.now())
            ctx.store.put_notices(ctx.run, _notices(batch), ctx.now())
            for one in batch:
                _remember(ctx, one)
                _hold_direction(ctx, one.decided, held[one.decided.person])
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


def _hold_direction(ctx: Context, decided: Decided, base: Bases) -> None:
    """Let a value that has won stay the winner. Which of two records is newer was asked once; our own writes make a
    record newer, and a run that is interrupted decides again. With the losing value as the base of both sides the
    winner counts as the one who changed it, until somebody really changes the other."""
    for change in decided.changes:
        for one in change.fields:
            if change.verb is not Verb.UPDATE_CANDIDATE or one.policy != ownership.POLICY or not one.origin:
                continue
            if isinstance(one.before, tuple) or isinstance(one.after, tuple):
                continue
            legs = [base.get(system, {}) for system in (change.system, one.origin)]
            if all(one.field in leg for leg in legs) and legs[0][one.field] == one.before:
                continue
            for system in (change.system, one.origin):
                ctx.store.set_base(decided.person, system, {one.field: one.before}, ctx.now())


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
