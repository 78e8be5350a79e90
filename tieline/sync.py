"""`tieline pull`, `plan`, `apply` and `sync`: one call into the engine each, and what a person sees of it."""

from __future__ import annotations

from pathlib import Path

from sync.changes import Plan
from sync.cycle import Result
from sync.plan import UnreadablePlan, from_json, to_json
from tieline import plan_view
from tieline.errors import CommandError, Exit
from tieline.opening import opened
from tieline.terminal import console, print_json, table


def pull(config: Path, *, system: str, full: bool, as_json: bool) -> Exit:
    """Read both sides, or one, into the state."""
    with opened(config, show_progress=not as_json) as (settings, engine):
        names = {one.name for one in settings.systems}
        if system and system not in names:
            raise CommandError(f"--system {system}: {config} has only {' and '.join(sorted(names))}", Exit.USAGE)
        stats = engine.pull(full=full, only=system or None)
        engine.resolve()
    if as_json:
        print_json({"pulled": dict(stats.rows), "changed": dict(stats.changed), "requests": dict(stats.requests)})
        return Exit.DONE
    rows = [
        (name, stats.rows.get(name, 0), stats.changed.get(name, 0), stats.requests.get(name, 0)) for name in stats.rows
    ]
    console().print(table("", ("system", "rows read", "changed", "requests"), rows))
    return Exit.DONE


def plan(config: Path, *, only: str, out: Path | None, full: bool, as_json: bool) -> Exit:
    """Show what a sync would write. Exit 4 when a guard would hold it."""
    with opened(config, show_progress=not as_json) as (_, engine):
        engine.pull(full=full)
        engine.resolve()
        persons = _persons(engine.store.find_people(only), only) if only else None
        made = engine.plan(persons, full=full)
    if out is not None:
        _write(out, made)
    if as_json:
        print_json(made.model_dump(mode="json"))
    else:
        plan_view.show(made, wrote=out)
    return Exit.HELD if made.held else Exit.DONE


def apply(config: Path, *, file: Path, as_json: bool) -> Exit:
    """Write exactly the plan in a file. Exit 3 when some of it has moved since and was left alone."""
    wanted = _read(file)
    with opened(config, show_progress=not as_json) as (_, engine):
        result = engine.apply_plan(wanted)
    return _ended(result, as_json=as_json)


def sync(config: Path, *, full: bool, max_changes: int | None, yes: bool, as_json: bool) -> Exit:
    """The whole cycle, until both sides agree."""
    with opened(config, show_progress=not as_json) as (_, engine):
        result = engine.sync(full=full, max_changes=max_changes, yes=yes)
    return _ended(result, as_json=as_json)


def _ended(result: Result, *, as_json: bool) -> Exit:
    if as_json:
        print_json(result.document())
    else:
        plan_view.show_result(result)
    return exit_of(result)


def exit_of(result: Result) -> Exit:
    """The exit code of a run: held, failed, in part, or done."""
    return {"held": Exit.HELD, "failed": Exit.FAILED, "partial": Exit.PARTIAL, "done": Exit.DONE}[result.outcome]


def _persons(found: list[str], query: str) -> list[str]:
    if not found:
        raise CommandError(f"nobody is found by {query!r}: try an e-mail, a name, or an id of either system")
    return found


def _write(out: Path, made: Plan) -> None:
    try:
        out.write_bytes(to_json(made))
        out.chmod(0o600)  # it holds people's data
    except OSError as error:
        raise CommandError(f"{out} cannot be written: {error.strerror}") from None


def _read(file: Path) -> Plan:
    try:
        return from_json(file.read_bytes())
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}", Exit.USAGE) from None
    except UnreadablePlan as error:
        raise CommandError(f"{file}: {error}; make one with `tieline plan --out {file}`", Exit.USAGE) from None
