"""The CRM's pools after an outcome: in for silver medalists, out for hires, and back exactly as it was."""

from __future__ import annotations

from mapping.model import Application
from sync.changes import Change, EffectNote, Verb
from sync.policies import consent
from sync.policies.proposal import Proposal
from sync.policies.silver import POOLED, UNPOOLED, effect_of
from sync.policies.standing import hired
from sync.settings import Policies
from sync.view import PersonView

POLICY = "disposition"
EMPLOYEE = "employee"
EVERY = "*"


def silver_pool(found: Proposal, view: PersonView, policies: Policies, won: Application | None) -> None:
    """Put a silver medalist into the pool, once for each application that made them one; take them out when that no
    longer holds and it was us who put them there."""
    inside = _pools(view)
    if won is not None and policies.disposition.silver_pool:
        pool = _named(view, policies.disposition.silver_pool)
        if pool is None:
            detail = f"{view.crm.system} has no such pool: make one, or name another as silver_pool"
            found.notice("unmapped_pool", policies.disposition.silver_pool, view.crm.system, detail)
            return
        known = effect_of(view, POOLED, pool)
        fresh = known is None or known.cause != won.ref.id
        if fresh and pool not in inside and effect_of(view, UNPOOLED, pool) is None:
            because = f"silver medalist: application {won.ref.id} reached {won.reached.value}"
            _move(found, view, pool, because, EffectNote(kind=POOLED, target=pool, cause=won.ref.id), add=True)
        return
    for effect in view.effects:
        if effect.system != view.crm.system or effect.kind != POOLED:
            continue
        if effect.target not in inside:
            found.forget(effect)
            continue
        undone = EffectNote(kind=POOLED, target=effect.target, cause=effect.cause, undo=True)
        because = f"no longer a silver medalist for application {effect.cause}"
        _move(found, view, effect.target, because, undone, add=False)


def after_hire(found: Proposal, view: PersonView, policies: Policies) -> None:
    """Take a hired person out of every nurture pool, once; put back exactly those when no hire stands any more."""
    inside, hire = _pools(view), hired(view)
    if hire is not None:
        for pool in sorted(inside & nurturing(view, policies)):
            ours = effect_of(view, POOLED, pool)  # our own place is undone where it was made
            if ours is None and effect_of(view, UNPOOLED, pool) is None:
                because = f"hired: application {hire.ref.id}"
                _move(found, view, pool, because, EffectNote(kind=UNPOOLED, target=pool, cause=hire.ref.id), add=False)
        return
    for effect in view.effects:
        if effect.system != view.crm.system or effect.kind != UNPOOLED:
            continue
        if effect.target in inside or effect.target not in view.crm.catalog.pools:
            found.forget(effect)
        elif not consent.forbidden(view, policies):
            undone = EffectNote(kind=UNPOOLED, target=effect.target, cause=effect.cause, undo=True)
            because = f"the hire of application {effect.cause} was taken back"
            _move(found, view, effect.target, because, undone, add=True)


def nurturing(view: PersonView, policies: Policies) -> frozenset[str]:
    """The pools that people are nurtured in: those named, or all but those of employees; never the kept ones."""
    named = {name.strip().casefold() for name in policies.disposition.nurture_pools}
    kept = {name.strip().casefold() for name in policies.disposition.keep_pools}
    found = set()
    for pool in view.crm.catalog.pools.values():
        name = pool.name.strip().casefold()
        chosen = name in named or (EVERY in named and pool.type.casefold() != EMPLOYEE)
        if chosen and name not in kept:
            found.add(pool.ref.id)
    return frozenset(found)


def _pools(view: PersonView) -> frozenset[str]:
    return frozenset(view.crm.candidate.pools) if view.crm.candidate else frozenset()


def _named(view: PersonView, name: str) -> str | None:
    wanted = name.strip().casefold()
    pools = view.crm.catalog.pools
    return min((id for id, pool in pools.items() if pool.name.strip().casefold() == wanted), default=None)


def _name(view: PersonView, pool: str) -> str:
    known = view.crm.catalog.pools.get(pool)
    return known.name if known else pool


def _move(found: Proposal, view: PersonView, pool: str, because: str, effect: EffectNote, *, add: bool) -> None:
    """One pool joined or left, where the vendor can do that."""
    verb = Verb.ADD_TO_POOL if add else Verb.REMOVE_FROM_POOL
    if not found.takes(view.crm, verb) or view.crm.ref is None:
        return
    if not add and not view.crm.catalog.capabilities.pools_removable:
        found.notice("unsupported", verb, view.crm.system, f"{view.crm.system} cannot take people out of pools")
        return
    found.changes.append(
        Change(
            person=view.person,
            system=view.crm.system,
            verb=verb,
            target=view.crm.ref.id,
            pool=pool,
            policy=POLICY,
            because=f"{because} (pool {_name(view, pool)!r})",
            effects=(effect,),
        )
    )
