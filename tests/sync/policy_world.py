"""Invented people for the tests of the policies: views made in one line, and a pair of sides that takes what was
decided the way two obedient vendors would."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.kit.contract import Capabilities, Ref
from mapping import fields
from mapping.model import (
    Application,
    Candidate,
    Consent,
    Job,
    Milestone,
    Outcome,
    Pool,
    ReasonType,
    Touchpoint,
    Value,
)
from sync.changes import Change, Decided, Verb, base_after
from sync.view import Catalog, Effect, FirstTouch, PersonView, Side

ATS, CRM = "greenhouse", "beamery"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PERSON = "p-1"
EVERYTHING = frozenset({*fields.PROFILE, fields.DO_NOT_CONTACT, *fields.PROJECTIONS})
ATS_FIELDS = frozenset(
    {
        *fields.PROFILE, fields.DO_NOT_CONTACT, fields.PERSON_ID, fields.CRM_LINK, fields.FIRST_TOUCH_SOURCE,
        fields.FIRST_TOUCH_CAMPAIGN, fields.FIRST_TOUCH_AT, fields.ENGAGEMENT,
    }
)  # fmt: skip
CRM_FIELDS = EVERYTHING - {fields.CRM_LINK, fields.ENGAGEMENT}
VERBS = frozenset(verb.value for verb in Verb)

JOBS = {
    "j1": Job(ref=Ref(ATS, "job", "j1"), title="Data Engineer", requisition="R-1"),
    "j2": Job(ref=Ref(ATS, "job", "j2"), title="Designer", requisition="R-2"),
    "secret": Job(ref=Ref(ATS, "job", "secret"), title="Chief of Staff", requisition="R-3", confidential=True),
    "shut": Job(ref=Ref(ATS, "job", "shut"), title="Archivist", requisition="R-4", open=False),
}
VACANCIES = {
    "v1": Job(ref=Ref(CRM, "job", "v1"), title="Data Engineer", ats_id="j1"),
    "v2": Job(ref=Ref(CRM, "job", "v2"), title="Designer (Berlin)", requisition="r-2"),
    "v3": Job(ref=Ref(CRM, "job", "v3"), title="Chief of Staff", ats_id="secret"),
    "v4": Job(ref=Ref(CRM, "job", "v4"), title="Archivist", ats_id="shut"),
    "v5": Job(ref=Ref(CRM, "job", "v5"), title="Nobody knows this one"),
    "v6": Job(ref=Ref(CRM, "job", "v6"), title="designer "),
}
POOLS = {
    "silver": Pool(ref=Ref(CRM, "pool", "silver"), name="Silver medalists", type="talent"),
    "nurture": Pool(ref=Ref(CRM, "pool", "nurture"), name="Nurture Berlin", type="talent"),
    "staff": Pool(ref=Ref(CRM, "pool", "staff"), name="Staff", type="employee"),
    "alumni": Pool(ref=Ref(CRM, "pool", "alumni"), name="Alumni", type="talent"),
}
SOURCES = {"s1": "LinkedIn", "s2": "Careers page", "s3": "Beamery CRM", "s4": "Conference", "s5": "Referral"}


def ats_catalog(**given: Any) -> Catalog:
    """A catalog of an ATS that can do everything."""
    can = given.pop("capabilities", Capabilities(verbs=VERBS, notes=True))
    known: dict[str, Any] = {"writable": ATS_FIELDS, "jobs": JOBS, "sources": SOURCES, "kind": "greenhouse"}
    return Catalog(system=ATS, role="ats", capabilities=can, **{**known, **given})


def crm_catalog(**given: Any) -> Catalog:
    """A catalog of a CRM that can do everything."""
    can = given.pop("capabilities", Capabilities(verbs=VERBS))
    known: dict[str, Any] = {"writable": CRM_FIELDS, "jobs": VACANCIES, "pools": POOLS, "kind": "beamery"}
    return Catalog(system=CRM, role="crm", capabilities=can, **{**known, **given})


def candidate(system: str, values: Mapping[str, Value] | None = None, **given: Any) -> Candidate:
    """A record that shows every field, empty where nothing is given."""
    seen = ATS_FIELDS if system == ATS else CRM_FIELDS
    known: dict[str, Value] = dict.fromkeys(sorted(seen))
    known.update({fields.GIVEN_NAME: "Ada", fields.FAMILY_NAME: "Example", fields.EMAILS: ("ada@example.com",)})
    known.update(values or {})
    tags = known.get(fields.TAGS)
    details: dict[str, Any] = {"updated": NOW - timedelta(days=1), "tags": tags if isinstance(tags, tuple) else ()}
    return Candidate(ref=Ref(system, "candidate", f"{system}-1"), values=known, **{**details, **given})


def settled(system: str, values: Mapping[str, Value] | None = None, person: str = PERSON) -> dict[str, Value]:
    """What a record and its base hold once the ids and links of a linked person are in place."""
    ours: dict[str, Value] = {fields.PERSON_ID: person}
    ours[fields.CRM_LINK if system == ATS else fields.ATS_LINK] = LINKS[CRM] if system == ATS else None
    return {**ours, **(values or {})}


LINKS = {ATS: "https://ats.example.com/people/1", CRM: "https://crm.example.com/contacts/1"}


def side(system: str, one: Candidate | None = None, **given: Any) -> Side:
    """One half of a person; without a candidate, one the system never knew."""
    catalog = given.pop("catalog", None) or (ats_catalog() if system == ATS else crm_catalog())
    known: dict[str, Any] = {"link": LINKS[system]} if one else {}
    return Side(catalog=catalog, ref=one.ref if one else None, candidate=one, **{**known, **given})


def linked(
    ats: Mapping[str, Value] | None = None,
    crm: Mapping[str, Value] | None = None,
    *,
    ats_side: Mapping[str, Any] | None = None,
    crm_side: Mapping[str, Any] | None = None,
    **given: Any,
) -> PersonView:
    """A person with a record in both systems, whose ids and links are already in place."""
    return PersonView(
        person=given.pop("person", PERSON),
        now=given.pop("now", NOW),
        ats=side(ATS, candidate(ATS, settled(ATS, ats)), **(ats_side or {})),
        crm=side(CRM, candidate(CRM, settled(CRM, crm)), **(crm_side or {})),
        **given,
    )


def contact_only(crm: Mapping[str, Value] | None = None, **given: Any) -> PersonView:
    """A person whom only the CRM knows."""
    crm_side = given.pop("crm_side", {})
    ats_side = given.pop("ats_side", {})
    one = candidate(CRM, crm)
    return PersonView(person=PERSON, now=NOW, ats=side(ATS, **ats_side), crm=side(CRM, one, **crm_side), **given)


def applicant_only(ats: Mapping[str, Value] | None = None, **given: Any) -> PersonView:
    """A person whom only the ATS knows."""
    crm_side = given.pop("crm_side", {})
    ats_side = given.pop("ats_side", {})
    one = candidate(ATS, ats)
    return PersonView(person=PERSON, now=NOW, ats=side(ATS, one, **ats_side), crm=side(CRM, **crm_side), **given)


def days(n: float) -> datetime:
    """So many days before now."""
    return NOW - timedelta(days=n)


def application(id: str = "a1", job: str | None = "j1", **given: Any) -> Application:
    """An open application in the ATS."""
    known: dict[str, Any] = {"applied": days(30), "stage": "Screen", "candidate": f"{ATS}-1"}
    return Application(ref=Ref(ATS, "application", id), job=job, **{**known, **given})


def rejected(id: str = "a1", job: str = "j1", **given: Any) -> Application:
    """A finalist who was rejected for the company's reasons."""
    known: dict[str, Any] = {
        "outcome": Outcome.REJECTED, "closed": days(5), "reason": "Position filled", "reason_id": "77",
        "reason_type": ReasonType.COMPANY, "reached": Milestone.FINAL, "stage": "Onsite",
    }  # fmt: skip
    return application(id, job, **{**known, **given})


def hire(id: str = "a1", job: str = "j1", **given: Any) -> Application:
    """A hired application."""
    known: dict[str, Any] = {"outcome": Outcome.HIRED, "closed": days(2), "reached": Milestone.HIRED, "stage": "Offer"}
    return application(id, job, **{**known, **given})


def place(vacancy: str = "v1", **given: Any) -> Application:
    """A contact's place on a vacancy in the CRM."""
    known: dict[str, Any] = {"applied": days(3), "stage": "Shortlisted", "candidate": f"{CRM}-1"}
    return Application(ref=Ref(CRM, "application", f"{CRM}-1:{vacancy}"), job=vacancy, **{**known, **given})


def touch(label: str | None = "LinkedIn", at: datetime | None = None, **given: Any) -> Touchpoint:
    """A touchpoint told by the CRM."""
    known: dict[str, Any] = {"kind": "sourced", "channel": "social", "ref": Ref(CRM, "touchpoint", "t1")}
    return Touchpoint(at=at or days(100), source=label, **{**known, **given})


def first(label: str | None = "LinkedIn", *, frozen: bool = False, **given: Any) -> FirstTouch:
    """A first touch."""
    return FirstTouch(touch(label, **given), frozen=frozen)


def consent(state: str, system: str = CRM, **given: Any) -> Consent:
    """A statement about outreach."""
    return Consent(state=state, system=system, **{"evidence": "custom field Consent", **given})


def named(decided: Decided, verb: Verb, system: str | None = None) -> list[Change]:
    """The changes of one verb."""
    return [one for one in decided.changes if one.verb is verb and (system is None or one.system == system)]


def written(decided: Decided, system: str) -> dict[str, Value]:
    """What the updates of one system write, by field."""
    return {
        one.field: one.after
        for change in decided.changes
        if change.system == system and change.verb is Verb.UPDATE_CANDIDATE
        for one in change.fields
    }


def kinds(decided: Decided) -> set[str]:
    """The kinds of notices."""
    return {one.kind for one in decided.notices}


# --- two obedient vendors -------------------------------------------------------------------------------------------


def carried_out(view: PersonView, decided: Decided, changes: Iterable[Change] | None = None) -> PersonView:
    """The person after these changes (all of them by default) were applied, confirmed and read back."""
    sides = {view.ats.system: view.ats, view.crm.system: view.crm}
    effects = {(one.system, one.kind, one.target): one for one in view.effects}
    base = {name: dict(one.base) for name, one in sides.items()}
    for system, name, value in decided.agreed:
        base[system][name] = value
    for key in decided.forgotten:
        effects.pop(key, None)
    for change in decided.changes if changes is None else changes:
        sides[change.system] = _confirmed(_obey(sides[change.system], change), change)
        for system, values in base_after(change, sides[change.system].values, base).items():
            base[system].update(values)
        for note in change.effects:
            key = (change.system, note.kind, note.target)
            if note.undo:
                effects.pop(key, None)
            else:
                effects[key] = Effect(change.system, note.kind, note.target, note.cause)
    ats, crm = (replace(sides[one.system], base=base[one.system]) for one in (view.ats, view.crm))
    return replace(view, ats=ats, crm=crm, effects=tuple(effects[key] for key in sorted(effects)))


def _confirmed(one: Side, change: Change) -> Side:
    """What was confirmed is no longer in the ledger of unconfirmed values."""
    written_fields = {each.field for each in change.fields}
    return replace(one, sent={name: values for name, values in one.sent.items() if name not in written_fields})


def _obey(one: Side, change: Change) -> Side:
    match change.verb:
        case Verb.UPDATE_CANDIDATE:
            return _with_values(one, {**one.values, **{each.field: each.after for each in change.fields}})
        case Verb.CREATE_CANDIDATE:
            made = candidate(one.system, dict.fromkeys(fields.PROFILE))
            one = replace(one, ref=made.ref, candidate=made, link=LINKS[one.system])
            one = _with_values(one, {**made.values, **{each.field: each.after for each in change.fields}})
            return _applied(one, change) if change.job else one
        case Verb.CREATE_APPLICATION:
            return _applied(one, change)
        case Verb.SET_SOURCE:
            applications = tuple(_sourced(one, each, change) for each in one.applications)
            return replace(one, applications=applications)
        case Verb.ADD_TO_POOL | Verb.REMOVE_FROM_POOL:
            assert one.candidate is not None
            pools = set(one.candidate.pools) ^ {change.pool or ""}
            return replace(one, candidate=one.candidate.model_copy(update={"pools": tuple(sorted(pools))}))
        case Verb.CREATE_NOTE:
            return replace(one, markers=one.markers | {change.person})


def _with_values(one: Side, values: Mapping[str, Value]) -> Side:
    assert one.candidate is not None
    tags = values.get(fields.TAGS)
    known = {
        "values": dict(values),
        "tags": tags if isinstance(tags, tuple) else (),
        "do_not_contact": values.get(fields.DO_NOT_CONTACT),
    }
    return replace(one, candidate=one.candidate.model_copy(update=known))


def _applied(one: Side, change: Change) -> Side:
    source = one.catalog.sources.get(change.source or "")
    made = application(f"new-{change.job}", change.job, applied=NOW, source=source, source_id=change.source)
    return replace(one, applications=(*one.applications, made))


def _sourced(one: Side, each: Application, change: Change) -> Application:
    if each.ref.id != change.target:
        return each
    return each.model_copy(update={"source_id": change.source, "source": one.catalog.sources[change.source or ""]})
