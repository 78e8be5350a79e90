"""The `tieline` command: every verb, its options and its exit code. Work is done elsewhere, imported when asked for,
so that `tieline --help` answers at once."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tieline.errors import CommandError, Exit

app = typer.Typer(
    name="tieline",
    help="Ties an ATS and a recruiting CRM together, so that both tell the same story about every candidate.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
review_app = typer.Typer(help="The grey zone of identity: list, accept, reject; link and unlink by hand.")
app.add_typer(review_app, name="review", invoke_without_command=True)

Config = Annotated[Path, typer.Option("--config", help="The configuration file.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document to stdout.")]


def _verbose(asked: bool) -> None:
    from tieline import log

    log.configure(verbose=asked)


Verbose = Annotated[
    bool, typer.Option("--verbose", callback=_verbose, help="Log what happens, as JSON lines on stderr.")
]
PersonArg = Annotated[str, typer.Argument(help="An e-mail, a name, our person id or a vendor's id.")]
DEFAULT_CONFIG = Path("tieline.toml")


class ReportName(StrEnum):
    """The reports there are."""

    RECONCILIATION = "reconciliation"
    SOURCES = "sources"
    DISPOSITIONS = "dispositions"
    CONSENT = "consent"


class ReportFormat(StrEnum):
    """How a report is written."""

    HTML = "html"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


@app.command()
def demo(
    people: Annotated[int, typer.Option(min=20, help="How many invented people.")] = 2000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same world.")] = 1,
    folder: Annotated[Path, typer.Option(help="Where the demo keeps its files; emptied first.")] = Path("tieline-demo"),
    verbose: Verbose = False,
) -> None:
    """Everything below, on sandbox vendors, in one go: ends with the outcome and the report's path."""
    from tieline import demo as work

    _finish(work.run(people=people, seed=seed, folder=folder))


@app.command()
def init(
    ats: Annotated[str, typer.Option(help="The ATS's vendor, such as greenhouse; asked for when missing.")] = "",
    crm: Annotated[str, typer.Option(help="The CRM's vendor, such as beamery; asked for when missing.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Write over an existing file.")] = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Write tieline.toml by asking; with --ats and --crm, without asking."""
    from tieline import init as work

    _finish(work.run(path=config, ats=ats, crm=crm, force=force))


@app.command()
def check(
    fix: Annotated[bool, typer.Option("--fix", help="Create what is missing and can be created.")] = False,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Credentials, scopes, custom fields, stage and source maps: what works, what is missing, how to mend it."""
    from tieline import check as work

    _finish(work.run(config, fix=fix, as_json=as_json))


@app.command()
def pull(
    system: Annotated[str, typer.Option(help="Read only this system.")] = "",
    full: Annotated[bool, typer.Option("--full", help="Read everything, and compare every id.")] = False,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Read both sides into the state; write nothing to anybody."""
    from tieline import sync as work

    _finish(work.pull(config, system=system, full=full, as_json=as_json))


@app.command()
def plan(
    only: Annotated[str, typer.Option(help="Only this person: an e-mail, a name or an id.")] = "",
    out: Annotated[Path | None, typer.Option(help="Write the plan to a file for `tieline apply`.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Look at everybody, not only at who changed.")] = False,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Read both sides and show what a sync would write, and why; write nothing."""
    from tieline import sync as work

    _finish(work.plan(config, only=only, out=out, full=full, as_json=as_json))


@app.command()
def apply(
    file: Annotated[Path, typer.Argument(help="A plan written by `tieline plan --out FILE`.")],
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Write exactly that plan; refuse what has moved since."""
    from tieline import sync as work

    _finish(work.apply(config, file=file, as_json=as_json))


@app.command()
def sync(
    full: Annotated[bool, typer.Option("--full", help="Read everything, and compare every id.")] = False,
    max_changes: Annotated[int | None, typer.Option(min=0, help="Hold a run that would touch more people.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Let a held run through: you have read the plan.")] = False,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Pull, resolve, plan, apply, until both sides agree."""
    from tieline import sync as work

    _finish(work.sync(config, full=full, max_changes=max_changes, yes=yes, as_json=as_json))


@app.command()
def report(
    name: Annotated[ReportName, typer.Argument(help="Which report.")] = ReportName.RECONCILIATION,
    format: Annotated[ReportFormat, typer.Option(help="How to write it.")] = ReportFormat.HTML,
    out: Annotated[Path | None, typer.Option(help="The file to write; - is stdout.")] = None,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """What both sides agree on and where they do not: pages and files for analysts."""
    from tieline.reports import write as work

    _finish(work.run(config, name=name.value, format=format.value, out=out))


@app.command()
def why(
    person: PersonArg,
    field: Annotated[str, typer.Argument(help="One field; all when left out.")] = "",
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Where each value came from, and why these records are one person."""
    from tieline import people as work

    _finish(work.why(config, person, field, as_json=as_json))


@app.command()
def person(query: PersonArg, config: Config = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """A person's unified record and its log, by e-mail, name or id."""
    from tieline import people as work

    _finish(work.person(config, query, as_json=as_json))


@review_app.callback(invoke_without_command=True)
def review(context: typer.Context, config: Config = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """The grey zone of identity: pairs that may be one person, side by side, with the evidence."""
    if context.invoked_subcommand is None:
        from tieline import review as work

        _finish(work.show(config, as_json=as_json))


@review_app.command("accept")
def review_accept(
    id: Annotated[int, typer.Argument(help="The review's number.")], config: Config = DEFAULT_CONFIG
) -> None:
    """They are one person."""
    from tieline import review as work

    _finish(work.answer(config, id, accept=True))


@review_app.command("reject")
def review_reject(
    id: Annotated[int, typer.Argument(help="The review's number.")], config: Config = DEFAULT_CONFIG
) -> None:
    """They are two people, for ever."""
    from tieline import review as work

    _finish(work.answer(config, id, accept=False))


@review_app.command("link")
def review_link(
    a: Annotated[str, typer.Argument(help="SYSTEM:ID of a candidate record.")],
    b: Annotated[str, typer.Argument(help="SYSTEM:ID of another.")],
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Say by hand that two records are one person."""
    from tieline import review as work

    _finish(work.link(config, a, b))


@review_app.command("unlink")
def review_unlink(
    record: Annotated[str, typer.Argument(help="SYSTEM:ID of a candidate record.")], config: Config = DEFAULT_CONFIG
) -> None:
    """Take a record away from its person, for ever; the next sync corrects what was written."""
    from tieline import review as work

    _finish(work.unlink(config, record))


@app.command()
def failures(config: Config = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """Dead letters, records in quarantine and writes in doubt, each with its reason."""
    from tieline import failures as work

    _finish(work.show(config, as_json=as_json))


@app.command()
def retry(
    ids: Annotated[list[int] | None, typer.Argument(help="Numbers of dead letters; all when left out.")] = None,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Put dead letters back into the outbox; the next sync tries them again."""
    from tieline import failures as work

    _finish(work.retry(config, ids or []))


@app.command()
def connectors(as_json: AsJson = False) -> None:
    """What each vendor can and cannot do."""
    from tieline import vendors as work

    _finish(work.run(as_json=as_json))


@app.command()
def sandbox(
    pair: Annotated[str, typer.Option(help="ATS+CRM, by kind.")] = "greenhouse+beamery",
    people: Annotated[int, typer.Option(min=1, help="How many invented people.")] = 200,
    seed: Annotated[int, typer.Option(help="The same seed gives the same world.")] = 1,
    port: Annotated[int, typer.Option(min=0, max=65534, help="First of two ports; 0 takes free ones.")] = 8800,
    unlimited: Annotated[bool, typer.Option("--unlimited", help="Lift the vendors' rate limits.")] = False,
) -> None:
    """Stand-in vendors on loopback, until interrupted; `tieline init` in the same folder finds them."""
    from tieline import sandbox as work

    _finish(work.run(pair=pair, people=people, seed=seed, port=port, unlimited=unlimited))


def _finish(exit: Exit) -> None:
    raise typer.Exit(int(exit))


def main() -> None:
    """Entry point: a `CommandError` becomes one line on stderr and its exit code."""
    try:
        app()
    except CommandError as error:
        sys.stderr.write(f"tieline: {error}\n")
        raise SystemExit(int(error.exit)) from None
    except KeyboardInterrupt:
        sys.stderr.write("tieline: interrupted; the next run picks up where this one stopped\n")
        raise SystemExit(int(Exit.FAILED)) from None
