"""How one person is told by one system: which of their names, addresses, numbers and jobs it happens to have."""

from __future__ import annotations

from typing import NamedTuple

from connectors.sandbox.invented.crm_records import CrmEmail, Position, Study
from connectors.sandbox.invented.humans import Dice, Human
from connectors.sandbox.invented.ids import Typed
from connectors.sandbox.invented.names import Name
from connectors.sandbox.invented.places import DEGREES, LANGUAGES, SCHOOLS, WORK, spelled


class Told(NamedTuple):
    """A profile as a system has it, before it is put into the system's own words."""

    given: str
    family: str
    preferred: str | None
    mails: tuple[str, ...]
    phones: tuple[str, ...]
    handle: str
    company: str
    title: str
    city: str
    region: str
    country: str


def told(human: Human, dice: Dice, system: str, shared: str, *, again: bool = False) -> Told:
    """What `system` (ats or crm) has of a person. `again`: a second record of the same person, made by other
    means, which has another address first."""
    given, family, preferred = _names(human, dice, plain=shared in ("phone", "name"))
    mails = _mails(human, dice, system, shared)
    if again:
        mails = (human.work_mail, mails[-1]) if dice.throw() < 0.7 else (human.work_mail,)
    newer = dice.throw() < 0.8 or shared == "name"
    place = human.place
    return Told(
        given, family, preferred, mails,
        _phones(human, dice, system, shared),
        _handle(human, dice, system, shared),
        (human.company if newer else human.earlier).name,
        human.title if newer else human.earlier_title,
        place.also if dice.throw() < 0.15 else place.city, place.region, place.country,
    )  # fmt: skip


def _names(human: Human, dice: Dice, *, plain: bool) -> tuple[str, str, str | None]:
    """Nicknames, other scripts and transliterations, married names, families written first, careless case."""
    chance = dice.throw()
    family = human.maiden if human.maiden and dice.throw() < 0.3 else human.family
    if plain:
        given, last = human.given.latin, family.latin
    elif human.given.native != human.given.latin and dice.throw() < 0.2:
        given, last = human.given.native, family.native
    elif chance < 0.76:
        given, last = human.given.latin, family.latin
    elif chance < 0.88:
        given, last = _variant(human.given, dice), family.latin
    elif chance < 0.95:
        given, last = human.given.latin, _variant(family, dice)
    elif chance < 0.98:
        given, last = human.given.latin.lower(), family.latin.lower()
    else:
        given, last = human.given.latin.upper(), family.latin.upper()
    if human.culture.family_first and not plain and dice.throw() < 0.06:
        given, last = last, given
    preferred = human.given.variants[0] if human.given.variants and dice.throw() < 0.12 else None
    return given, last, preferred


def _variant(name: Name, dice: Dice) -> str:
    return dice.of(name.variants) if name.variants else name.latin


def _mails(human: Human, dice: Dice, system: str, shared: str) -> tuple[str, ...]:
    """The addresses the system has, best first; what the two systems share is settled by `shared`."""
    ats = system == "ats"
    if shared == "plus_address" and ats:
        local, _, host = human.mail.partition("@")
        return (f"{local}+{dice.of(('jobs', 'careers', 'apply'))}@{host}",)
    if shared == "second_email":
        return (human.second_mail, human.mail) if ats else (human.mail, human.work_mail)
    if shared in ("linkedin", "phone", "name") and ats:
        return (human.second_mail,)
    first = human.mail.title() if dice.throw() < 0.02 else human.mail
    extra = dice.throw()
    if extra < 0.18 and shared not in ("linkedin", "phone", "name"):
        return (first, human.second_mail if ats else human.work_mail)
    return (first,)


def _phones(human: Human, dice: Dice, system: str, shared: str) -> tuple[str, ...]:
    if not human.phone or (shared == "name" and system == "crm"):
        return ()
    if shared == "phone":
        return (spelled(human.phone, dice.source),)
    if human.old_phone and dice.throw() < 0.6:
        return (spelled(human.old_phone, dice.source),)
    return (spelled(human.phone, dice.source),) if dice.throw() < 0.75 else ()


def _handle(human: Human, dice: Dice, system: str, shared: str) -> str:
    if shared in ("phone", "name") and system == "ats":
        return ""
    if shared == "linkedin":
        return human.handle
    return human.handle if dice.throw() < (0.5 if system == "ats" else 0.85) else ""


def linkedin(handle: str, dice: Dice) -> str:
    """The profile's address, in one of the spellings people paste."""
    chance = dice.throw()
    if chance < 0.6:
        return f"https://www.linkedin.com/in/{handle}"
    if chance < 0.8:
        return f"https://linkedin.com/in/{handle}/"
    return f"linkedin.com/in/{handle}" if chance < 0.9 else f"http://uk.linkedin.com/in/{handle}?trk=people-guest"


def typed_mails(mails: tuple[str, ...], human: Human) -> tuple[Typed, ...]:
    """As the ATS types them."""
    return tuple((mail, "work" if mail == human.work_mail else "personal") for mail in mails)


def crm_mails(mails: tuple[str, ...], human: Human, source: str) -> tuple[CrmEmail, ...]:
    """As the CRM types them, with where it has each from."""
    made = []
    for place, mail in enumerate(mails):
        kind = "primary" if place == 0 else ("work" if mail == human.work_mail else "home")
        made.append(CrmEmail(mail, kind, source if place == 0 else "manual"))
    return tuple(made)


def career(human: Human, dice: Dice, profile: Told) -> tuple[Position, ...]:
    """The position the profile names, and the one before it."""
    began = dice.count(2016, 2023)
    now = Position(profile.company, profile.title, f"{began}-{dice.count(1, 12):02d}-01", None)
    if dice.throw() < 0.55:
        return (now,)
    before = Position(human.earlier.name, human.earlier_title, f"{began - dice.count(2, 5)}-03-01", f"{began}-01-01")
    return (now, before)


def studies(human: Human, dice: Dice) -> tuple[Study, ...]:
    """What was studied, if anybody asked."""
    if dice.throw() < 0.5:
        return ()
    began = dice.count(2002, 2016)
    return (Study(dice.of(SCHOOLS), human.field, dice.of(DEGREES), f"{began}-09-01", f"{began + 4}-07-01"),)


def skills(human: Human, dice: Dice) -> tuple[str, ...]:
    """Some of the field's skills."""
    known = WORK[human.field][1]
    return known[: dice.count(1, len(known))] if dice.throw() < 0.6 else ()


def languages(human: Human) -> tuple[str, ...]:
    """The language of the place, where the sandbox knows one."""
    spoken = LANGUAGES.get(human.culture.places.split()[0])
    return (spoken,) if spoken else ()
