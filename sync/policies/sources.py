"""Which source of the ATS says what the ledger of touchpoints says. Vendors let nobody create sources over their
API, so a label without one is reported and never invented.
"""

from __future__ import annotations

from collections.abc import Mapping

from mapping.model import Touchpoint
from sync.settings import Policies
from sync.view import Catalog, PersonView

APPLICATION = "application"


def label(touch: Touchpoint) -> str:
    """Where a touchpoint says the person came from, as people read it."""
    return touch.source or touch.channel.capitalize()


def named(catalog: Catalog, name: str | None) -> str | None:
    """The native id of the source with this name in any case; of several the first by id."""
    if not name:
        return None
    wanted = name.strip().casefold()
    return min((id for id, text in catalog.sources.items() if text.strip().casefold() == wanted), default=None)


def attributed(view: PersonView, policies: Policies) -> str | None:
    """The ATS source that stands for the first touch: as config maps its label, else of the same name, else as
    config maps its channel."""
    if view.first_touch is None:
        return None
    touch, catalog = view.first_touch.touchpoint, view.ats.catalog
    words = {key.strip().casefold(): name for key, name in policies.attribution.sources.items()}
    for name in (_mapped(words, touch.source), touch.source, words.get(touch.channel)):
        if found := named(catalog, name):
            return found
    return None


def for_handoff(view: PersonView, policies: Policies) -> str | None:
    """The source of an application that a handoff makes: the configured one, else the first touch's, else one that
    is named after the CRM."""
    return named(view.ats.catalog, policies.handoff.source) or attributed(view, policies) or after_crm(view)


def after_crm(view: PersonView) -> str | None:
    """The source whose name contains the CRM's name or kind: the shortest such name."""
    crm = view.crm.catalog
    words = [word.casefold() for word in (crm.system, crm.kind) if word]
    found = [
        (len(text), text, id)
        for id, text in view.ats.catalog.sources.items()
        if any(word in text.casefold() for word in words)
    ]
    return min(found)[2] if found else None


def is_ats_application(view: PersonView, touch: Touchpoint) -> bool:
    """Whether a touchpoint is nothing but the person's own application in the ATS."""
    return touch.ref.system == view.ats.system and APPLICATION in (touch.ref.object, touch.channel, touch.kind)


def _mapped(words: Mapping[str, str], text: str | None) -> str | None:
    return words.get(text.strip().casefold()) if text else None
