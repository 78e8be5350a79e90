"""`tieline check`: everything a first day gets wrong, found before the first write, each with how to mend it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from connectors.kit.contract import Finding, Severity, VendorError
from mapping.contract import Mapper
from sync.engine import System
from sync.settings import Policies
from tieline.errors import Exit
from tieline.opening import open_system, opened_store
from tieline.terminal import console, print_json, safe, table

_SIGNS = {Severity.OK: "ok", Severity.WARNING: "look", Severity.ERROR: "mend"}


def run(config: Path, *, fix: bool, as_json: bool) -> Exit:
    """Try both systems and both mappings. Exit 1 when something must be mended before a sync can work."""
    findings: list[Finding] = []
    with opened_store(config) as (settings, store):
        systems = [open_system(one, store) for one in settings.systems]
        try:
            for system in systems:
                findings += system_findings(system, fix=fix)
            findings += _between(systems[0], systems[1], settings.policies)
        finally:
            for system in systems:
                system.connector.close()
    _show(findings, as_json=as_json)
    return Exit.FAILED if any(one.severity is Severity.ERROR for one in findings) else Exit.DONE


def system_findings(system: System, *, fix: bool) -> list[Finding]:
    """Everything there is to say of one system and its mapping; with `fix`, after creating what can be created."""
    findings = list(system.connector.check())
    if any(one.severity is Severity.ERROR and one.subject in ("credentials", "host") for one in findings):
        return findings  # nothing else can be asked of a system that does not let us in
    findings += _learn(system)
    findings += _fields(system, fix=fix)
    findings += _unmapped(system)
    return findings


def _learn(system: System) -> Iterator[Finding]:
    """Read the reference tables: the maps are checked against what the account really holds."""
    for stream in system.connector.streams():
        if not stream.reference:
            continue
        try:
            rows = [row for page in system.connector.pages(stream, None) for row in page.whole()]
        except VendorError as error:
            if stream.required:
                yield Finding(system.name, f"list of {stream.object}s", Severity.ERROR, str(error), "see docs/")
            continue
        system.mapper.learn(stream.object, rows)


def _fields(system: System, *, fix: bool) -> Iterator[Finding]:
    missing = system.mapper.missing()
    if not missing:
        count = len(system.mapper.wanted())
        yield Finding(system.name, "custom fields", Severity.OK, f"all {count} that Tieline writes are there")
        return
    for wanted in missing:
        if fix:
            yield system.connector.create_field(wanted)
            continue
        yield Finding(
            system.name,
            f"custom field {wanted.key}",
            Severity.WARNING,
            "is missing: what it would show is left out of every sync",
            f"run `tieline check --fix`, or create it by hand as {wanted.type}",
            fixable=True,
        )
    if fix:
        yield from _relearned(system.mapper, system)


def _relearned(mapper: Mapper, system: System) -> Iterator[Finding]:
    for stream in system.connector.streams():
        if stream.object == "custom_field":
            rows = [row for page in system.connector.pages(stream, None) for row in page.whole()]
            mapper.learn(stream.object, rows)
    still = [wanted.key for wanted in mapper.missing()]
    if still:
        yield Finding(
            system.name,
            "custom fields",
            Severity.WARNING,
            f"still missing after the fix: {', '.join(still)}",
            "ask an administrator of the account to create them by hand",
        )


def _unmapped(system: System) -> Iterator[Finding]:
    for word in system.mapper.unmapped():
        yield Finding(
            system.name,
            f"{word.kind} {safe(word.label)!r}",
            Severity.WARNING,
            "has no meaning for Tieline; what depends on it is left out, not guessed",
            f"add it to [systems.{system.name}.mapping.{word.kind}s]",
        )


def _between(ats: System, crm: System, policies: Policies) -> Iterator[Finding]:
    """Vacancies without a job, and the names that policies point at and nobody has."""
    from sync.policies.triggers import mapped_job

    jobs, pools = ats.mapper.jobs(), crm.mapper.pools()
    if not jobs and not pools:
        return
    vacancies = crm.mapper.jobs()
    lost = [
        one for id, one in vacancies.items() if one.open and mapped_job(id, vacancies, jobs, policies.handoff) is None
    ]
    for vacancy in lost:
        yield Finding(
            crm.name,
            f"vacancy {vacancy.ref.id}",
            Severity.WARNING,
            "maps to no job of the ATS: people put on it are not handed off",
            f'add "{vacancy.ref.id}" = "JOB ID" to [policies.handoff.jobs]',
        )
    silver = policies.disposition.silver_pool
    if silver and silver.casefold() not in {pool.name.casefold() for pool in pools.values()}:
        yield Finding(
            crm.name,
            f"pool {silver!r}",
            Severity.WARNING,
            "does not exist: silver medalists are tagged and not pooled",
            "create it in the CRM, or name another as silver_pool in [policies.disposition]",
        )


def _show(findings: Sequence[Finding], *, as_json: bool) -> None:
    if as_json:
        print_json({"findings": [_plain(one) for one in findings], "ok": not _errors(findings)})
        return
    rows = [(_SIGNS[one.severity], one.system, one.subject, one.message, one.mend) for one in findings]
    console().print(table("", ("", "system", "what", "how it stands", "how to mend it"), rows, wide=True))
    errors, warnings = _errors(findings), sum(one.severity is Severity.WARNING for one in findings)
    if errors:
        console().print(f"{errors} to mend before a sync can work, {warnings} to look at.")
    else:
        console().print(f"Ready to sync, {warnings} to look at. Next: `tieline plan`.", markup=False)


def _errors(findings: Sequence[Finding]) -> int:
    return sum(one.severity is Severity.ERROR for one in findings)


def _plain(one: Finding) -> dict[str, object]:
    return {
        "system": one.system,
        "subject": one.subject,
        "severity": one.severity.value,
        "message": one.message,
        "mend": one.mend,
        "fixable": one.fixable,
    }
