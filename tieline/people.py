"""`tieline person` and `tieline why`: one unified record, its log, and where everything in it came from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mapping import fields
from mapping.model import Application, Value
from state.rows import ChangeRow, JournalRow, LinkRow
from state.store import Store
from sync.changes import Decided
from sync.settings import Policies
from sync.view import PersonView, Side
from tieline.errors import CommandError, Exit
from tieline.opening import opened_store
from tieline.plan_view import words
from tieline.reports.reading import Reading
from tieline.terminal import console, print_json, safe, table


def person(config: Path, query: str, *, as_json: bool) -> Exit:
    """The unified record and its log."""
    with opened_store(config) as (settings, store):
        reading = Reading(settings, store)
        view, decided = _one(reading, query)
        document = _record(view, decided, settings.policies)
        document["log"] = [_event(one) for one in store.person_journal(view.person)]
        document["changes"] = [_change(one) for one in store.person_changes(view.person)]
    if as_json:
        print_json(document)
        return Exit.DONE
    _show_record(document)
    return Exit.DONE


def why(config: Path, query: str, field: str, *, as_json: bool) -> Exit:
    """Where each value came from, and why these records are one person."""
    with opened_store(config) as (settings, store):
        reading = Reading(settings, store)
        view, decided = _one(reading, query)
        names = sorted({*view.ats.values, *view.crm.values})
        if field and field not in names:
            raise CommandError(f"there is no field {field!r} on this person; there are {', '.join(names)}", Exit.USAGE)
        chosen = [field] if field else names
        explained = [_explain(view, decided, store, settings.policies, name) for name in chosen]
        links = [_link(one) for one in store.links(view.person)]
    if as_json:
        print_json({"person": view.person, "fields": explained, "records": links})
        return Exit.DONE
    out = console()
    columns = ("field", view.ats.system, view.crm.system, "owner", "because")
    rows = [(one["field"], one["ats"], one["crm"], one["owner"], one["because"]) for one in explained]
    out.print(table(f"Person {view.person}", columns, rows, wide=True))
    _show_links(links)
    return Exit.DONE


def _one(reading: Reading, query: str) -> tuple[PersonView, Decided]:
    found = reading.store.find_people(query)
    if not found:
        raise CommandError(f"nobody is found by {query!r}: try an e-mail, a name, or an id of either system")
    if len(found) > 1:
        shown = ", ".join(found[:8])
        raise CommandError(f"{len(found)} people are found by {query!r}: name one of {shown}", Exit.USAGE)
    for view, decided in reading.people(found):
        return view, decided
    raise CommandError(f"person {found[0]} has no record that can be read; `tieline failures` says why")


def _record(view: PersonView, decided: Decided, policies: Policies) -> dict[str, Any]:
    return {
        "person": view.person,
        "records": {side.system: _side(side) for side in (view.ats, view.crm)},
        "fields": {
            name: {"ats": _plain(view.ats, name), "crm": _plain(view.crm, name), "owner": policies.owner(name)}
            for name in fields.PROFILE
            if name in view.ats.values or name in view.crm.values
        },
        "projections": {
            side.system: {n: side.values[n] for n in fields.PROJECTIONS if side.values.get(n) is not None}
            for side in (view.ats, view.crm)
        },
        "applications": [_application(view, one) for one in view.ats.applications],
        "first_touch": _first_touch(view),
        "touchpoints": sorted(
            ({"at": t.at.isoformat(), "kind": t.kind, "system": t.ref.system, "source": t.source, "campaign": t.campaign}  # noqa: E501
             for side in (view.ats, view.crm) for t in side.touchpoints),
            key=lambda one: str(one["at"]),
        ),
        "consent": [one.model_dump(mode="json") for side in (view.ats, view.crm) for one in side.consents],
        "changes_to_come": [change.because for change in decided.changes],
    }  # fmt: skip


def _side(side: Side) -> dict[str, Any] | None:
    if side.ref is None:
        return None
    return {"id": side.ref.id, "link": side.link, "also": [ref.id for ref in side.others], "gone": side.gone}


def _plain(side: Side, name: str) -> Value:
    return side.values.get(name)


def _application(view: PersonView, one: Application) -> dict[str, Any]:
    job = view.ats.catalog.jobs.get(one.job or "")
    return {
        "id": one.ref.id,
        "job": job.title if job else None,
        "stage": one.stage,
        "reached": one.reached.value,
        "outcome": one.outcome.value,
        "reason": one.reason,
        "source": one.source,
        "applied": one.applied.isoformat() if one.applied else None,
        "closed": one.closed.isoformat() if one.closed else None,
    }


def _first_touch(view: PersonView) -> dict[str, Any] | None:
    if view.first_touch is None:
        return None
    touch = view.first_touch.touchpoint
    return {
        "at": touch.at.isoformat(),
        "kind": touch.kind,
        "channel": touch.channel,
        "source": touch.source,
        "campaign": touch.campaign,
        "system": touch.ref.system,
        "frozen": view.first_touch.frozen,
    }


def _explain(view: PersonView, decided: Decided, store: Store, policies: Policies, name: str) -> dict[str, str]:
    """One field: both values, who owns it, and the reason for how it stands."""
    return {
        "field": name,
        "ats": words(view.ats.values.get(name)),
        "crm": words(view.crm.values.get(name)),
        "owner": policies.owner(name) if name in fields.PROFILE else "Tieline",
        "because": _because(view, decided, store, name),
    }


def _because(view: PersonView, decided: Decided, store: Store, name: str) -> str:
    for change in decided.changes:
        for one in change.fields:
            if one.field == name:
                return f"to be written to {change.system}: {one.because}"
    written = _last_written(store, view.person, name)
    if written:
        return written
    ats, crm = view.ats.values.get(name), view.crm.values.get(name)
    if ats == crm:
        return "both systems say the same" if ats is not None else "empty in both"
    if ats is None or crm is None:
        return f"only {view.ats.system if crm is None else view.crm.system} has it"
    return "the systems differ, and no policy writes it"


def _last_written(store: Store, person: str, name: str) -> str:
    for change in reversed(store.person_changes(person)):
        if change.state != "done":
            continue
        for one in json.loads(change.content).get("fields", ()):
            if one["field"] == name:
                return f"written to {change.system} by change {change.id} on {change.at[:10]}: {one['because']}"
    return ""


def _link(one: LinkRow) -> dict[str, Any]:
    return {
        "system": one.system,
        "id": one.id,
        "main": one.main,
        "rule": one.rule,
        "score": one.score,
        "by": one.by,
        "at": one.at,
        "state": one.state,
        "evidence": json.loads(one.evidence),
    }


def _event(one: JournalRow) -> dict[str, Any]:
    return {"at": one.at, "run": one.run, "system": one.system, "event": one.event, "detail": json.loads(one.detail)}


def _change(one: ChangeRow) -> dict[str, Any]:
    return {
        "id": one.id,
        "run": one.run,
        "system": one.system,
        "verb": one.verb,
        "state": one.state,
        "because": one.because,
        "reason": one.reason,
        "at": one.at,
    }


def _show_record(document: dict[str, Any]) -> None:
    out = console()
    records = document["records"]
    for system, one in records.items():
        where = (
            "no record" if one is None else f"{one['id']}  {one['link'] or ''}" + ("  (gone)" if one["gone"] else "")
        )
        out.print(f"{system:12} {safe(where)}", markup=False)
    systems = list(records)
    rows = [(n, words(_tuple(f["ats"])), words(_tuple(f["crm"])), f["owner"]) for n, f in document["fields"].items()]
    out.print(table(f"Person {document['person']}", ("field", *systems, "owner"), rows, wide=True))
    for system, values in document["projections"].items():
        if values:
            out.print(
                table(
                    f"Kept by Tieline in {system}",
                    ("field", "value"),
                    [(n, words(v)) for n, v in values.items()],
                    wide=True,
                )
            )
    columns = ("job", "stage", "reached", "outcome", "reason", "source", "applied")
    applications = [tuple((a[c] or "-")[:40] for c in columns) for a in document["applications"]]
    if applications:
        out.print(table("Applications", columns, applications, wide=True))
    if document["first_touch"]:
        touch = document["first_touch"]
        label = touch["campaign"] or touch["source"] or touch["channel"]
        out.print(
            f"First touch: {touch['at'][:10]}, {touch['channel']}, {safe(label)} ({touch['system']})", markup=False
        )
    log = [
        (e["at"][:16].replace("T", " "), e["system"] or "", e["event"], json.dumps(e["detail"]))
        for e in document["log"]
    ]
    if log:
        out.print(table("Log", ("when", "system", "what", "detail"), log[-30:], wide=True))
    changes = [
        (c["at"][:16].replace("T", " "), c["system"], c["verb"], c["state"], c["because"]) for c in document["changes"]
    ]
    if changes:
        out.print(table("Writes", ("when", "system", "what", "state", "because"), changes[-30:], wide=True))


def _tuple(value: Any) -> Value:
    return tuple(value) if isinstance(value, list) else value


def _show_links(links: list[dict[str, Any]]) -> None:
    rows = []
    for one in links:
        said = "; ".join(f"{e['text']} ({e['weight']:+.1f})" for e in one["evidence"]) or one["rule"]
        rows.append((one["system"], one["id"], "yes" if one["main"] else "", one["by"], one["rule"], said))
    console().print(
        table(
            "Why these records are one person", ("system", "record", "main", "by", "rule", "evidence"), rows, wide=True
        )
    )
