"""Who plays which part in the demo: chosen by what Tieline knows of them, so that every seed has its own cast."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mapping import fields
from mapping.model import Application, Outcome
from sync.policies.consent import forbidden
from sync.policies.standing import archived, silent, visible
from sync.view import PersonView
from tieline.settings import Settings

_PARTS: tuple[tuple[str, Callable[[PersonView], bool]], ...] = (
    ("handed off", lambda view: _only_contact(view) and _engaged(view)),
    ("applies", lambda view: _only_contact(view) and _engaged(view) and bool(view.crm.values.get(fields.EMAILS))),
    ("rejected", lambda view: _one_open(view) and not pools(view)),
    ("hired", lambda view: _one_open(view) and bool(pools(view))),
    ("overwritten", lambda view: _one_open(view) and _first_met_elsewhere(view)),
)


class Casting:
    """Gives every part to somebody else; a part that fits nobody stays empty."""

    def __init__(self, settings: Settings, views: Iterable[PersonView]) -> None:
        policies = settings.policies
        free = [v for v in views if not (silent(v) or archived(v) or v.in_review or forbidden(v, policies))]
        self.parts: dict[str, PersonView] = {}
        for part, fits in _PARTS:
            found = next((view for view in free if fits(view)), None)
            if found is not None:
                self.parts[part] = found
                free.remove(found)


def only_open(view: PersonView) -> str:
    """The id of the one application of a person that is open."""
    return next(one.ref.id for one in _open(view))


def pools(view: PersonView) -> tuple[str, ...]:
    """The pools the contact is in."""
    return view.crm.candidate.pools if view.crm.candidate else ()


def _open(view: PersonView) -> list[Application]:
    return [one for one in visible(view) if one.outcome is Outcome.OPEN and one.live and not one.prospect]


def _one_open(view: PersonView) -> bool:
    both = view.ats.candidate is not None and view.crm.candidate is not None
    return both and len(view.ats.applications) == 1 == len(_open(view)) and not view.ats.others


def _only_contact(view: PersonView) -> bool:
    return view.ats.ref is None and view.crm.candidate is not None and not view.crm.applications and not view.crm.others


def _engaged(view: PersonView) -> bool:
    return len(view.crm.touchpoints) > 1 and view.first_touch is not None


def _first_met_elsewhere(view: PersonView) -> bool:
    """Somebody whose first touch the ATS shows as the application's source now: there is something to overwrite."""
    touch, application = view.first_touch, _open(view)[0]
    return (
        touch is not None
        and application.source == touch.touchpoint.source
        and touch.touchpoint.ref.system == view.crm.system
    )
