"""Generated people: any mixture of fields, bases, ledgers, applications, pools, consents and effects."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from connectors.kit.contract import Ref
from mapping import fields
from mapping.model import Application, Candidate, Consent, Milestone, Outcome, ReasonType, Touchpoint, Value
from sync.settings import Policies
from sync.view import Effect, FirstTouch, PersonView, Side
from tests.sync.policy_world import ATS, CRM, JOBS, NOW, PERSON, POOLS, SOURCES, VACANCIES, candidate, days, first, side

SCALARS = (fields.GIVEN_NAME, fields.FAMILY_NAME, fields.COMPANY, fields.TITLE, fields.LOCATION)
SETS = (fields.EMAILS, fields.PHONES, fields.LINKS, fields.TAGS)
scalar = st.one_of(st.none(), st.sampled_from(["x", "y", "z"]))
a_set = st.sets(st.sampled_from(["a", "b", "c", "Silver medalist"]), max_size=3).map(lambda s: tuple(sorted(s)) or None)
moments = st.integers(min_value=0, max_value=400).map(days)


@st.composite
def some_values(draw: Any) -> dict[str, Value]:
    """A few shared fields."""
    found: dict[str, Value] = {}
    for name in draw(st.lists(st.sampled_from(SCALARS), unique=True)):
        found[name] = draw(scalar)
    for name in draw(st.lists(st.sampled_from(SETS), unique=True)):
        found[name] = draw(a_set)
    return found


@st.composite
def applications(draw: Any) -> Application:
    """An ATS application in any state, on any job."""
    outcome = draw(st.sampled_from(list(Outcome)))
    applied = draw(moments)
    source = draw(st.sampled_from([None, *SOURCES]))
    return Application(
        ref=Ref(ATS, "application", draw(st.sampled_from(["a1", "a2", "a3"]))),
        candidate=f"{ATS}-1",
        job=draw(st.sampled_from([None, "unknown", *JOBS])),
        prospect=draw(st.booleans()),
        stage=draw(st.sampled_from([None, "Screen", "Onsite"])),
        reached=draw(st.sampled_from(list(Milestone))),
        outcome=outcome,
        closed=None if outcome is Outcome.OPEN else draw(moments),
        reason=draw(st.sampled_from([None, "Position filled"])),
        reason_type=draw(st.sampled_from([None, *ReasonType])),
        source=SOURCES[source] if source else None,
        source_id=source,
        applied=applied,
        live=draw(st.booleans()),
    )


@st.composite
def places(draw: Any) -> Application:
    """A place on a vacancy of the CRM."""
    vacancy = draw(st.sampled_from([*VACANCIES, "unknown"]))
    return Application(
        ref=Ref(CRM, "application", f"{CRM}-1:{vacancy}"),
        candidate=f"{CRM}-1",
        job=vacancy,
        stage="Shortlisted",
        applied=draw(moments),
        live=draw(st.booleans()),
    )


@st.composite
def consents(draw: Any, system: str) -> Consent:
    """A statement, possibly with an end."""
    return Consent(
        purpose=draw(st.sampled_from(["outreach", "marketing"])),
        state=draw(st.sampled_from(["granted", "withdrawn", "expired", "unknown"])),
        at=draw(st.one_of(st.none(), moments)),
        expires=draw(st.one_of(st.none(), st.integers(-300, 300).map(lambda n: NOW + timedelta(days=n)))),
        system=system,
        evidence="custom field Consent",
    )


@st.composite
def records(draw: Any, system: str) -> Candidate:
    """A record of the person, rarely a special one."""
    values = draw(some_values())
    values[fields.DO_NOT_CONTACT] = draw(st.sampled_from([None, None, False, True]))
    rare = st.sampled_from([False] * 9 + [True])
    return candidate(
        system,
        values,
        do_not_contact=values[fields.DO_NOT_CONTACT],
        pools=tuple(draw(st.sets(st.sampled_from(sorted(POOLS))))) if system == CRM else (),
        private=draw(rare),
        archived=draw(rare) if system == CRM else False,
        anonymised=draw(rare),
        updated=draw(st.one_of(st.none(), moments)),
    )


@st.composite
def sides(draw: Any, system: str, *, always: bool) -> Side:
    """One half of a person."""
    if not always and draw(st.booleans()):
        return side(system, gone=draw(st.booleans()))
    unique = {one.ref.id: one for one in draw(st.lists(applications() if system == ATS else places(), max_size=3))}
    base = draw(some_values())
    sent = {name: (value,) for name, value in draw(some_values()).items()}
    touches: list[Touchpoint] = []
    if system == CRM:
        touches = [first().touchpoint] * draw(st.integers(0, 2))
    return side(
        system,
        draw(records(system)),
        applications=tuple(unique.values()),
        consents=tuple(draw(st.lists(consents(system), max_size=2))),
        markers=frozenset(draw(st.sets(st.sampled_from([PERSON, "other"])))),
        base=base,
        sent=sent,
        touchpoints=tuple(touches),
    )


EFFECTS = (
    Effect(CRM, "tagged", "Silver medalist", "a1"),
    Effect(CRM, "pooled", "silver", "a1"),
    Effect(CRM, "unpooled", "nurture", "a1"),
    Effect(CRM, "blocked", fields.DO_NOT_CONTACT, "a1"),
    Effect(ATS, "noted", PERSON, "handoff"),
)


@st.composite
def first_touches(draw: Any) -> FirstTouch | None:
    """A first touch, or none."""
    if draw(st.booleans()):
        return None
    label = draw(st.sampled_from([None, "LinkedIn", "conference", "Unheard of"]))
    return first(label, at=draw(moments), frozen=draw(st.booleans()))


@st.composite
def people(draw: Any, *, linked: bool = False) -> PersonView:
    """A person with any history."""
    return PersonView(
        person=PERSON,
        now=NOW,
        ats=draw(sides(ATS, always=linked)),
        crm=draw(sides(CRM, always=linked)),
        first_touch=draw(first_touches()),
        effects=tuple(sorted(draw(st.sets(st.sampled_from(EFFECTS))), key=lambda one: one.kind)),
        in_review=draw(st.sampled_from([False, False, False, True])),
    )


@st.composite
def policies(draw: Any) -> Policies:
    """Any settings."""
    owner = st.sampled_from(["ats", "crm", "newest", "union", "none"])
    return Policies(
        ownership={name: draw(owner) for name in draw(st.sets(st.sampled_from([*SCALARS, *SETS])))},
        handoff={
            "create_contacts": draw(st.sampled_from(["never", "granted", "always"])),
            "pools": draw(st.sampled_from([[], ["Nurture Berlin"]])),
            "source": draw(st.sampled_from(["", "Referral"])),
        },
        attribution={"source": draw(st.sampled_from(["observe", "fill", "enforce"]))},
        consent={"months": draw(st.sampled_from([0, 12])), "enabled": draw(st.sampled_from([True, True, False]))},
        disposition={"cooling_off_days": draw(st.sampled_from([0, 90]))},
    )
