"""`python -m flows NAME [--config PATH] [--full]`: run one flow now, on an ephemeral server or the one PREFECT_API_URL
names. `python -m flows serve [--config PATH] [--every MINUTES]`: run the cycle again and again, on that server."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from flows import home
from tieline.errors import CommandError, Exit

NAMES = ("pull", "resolve", "handoff", "disposition", "attribution", "reconcile", "cycle")
SERVE = "serve"
WHOLE = ("pull", "cycle")  # those that can read everything and compare every id


def main() -> None:
    """Prepare Prefect's home, then run the flow. Exit codes are the command's: 0 done, 1 failed, 2 usage."""
    asked = _asked()
    try:
        home.prepare()
        if asked.name == SERVE:
            _serve(asked.config, asked.every)
        else:
            _run(asked)
    except CommandError as error:
        sys.stderr.write(f"flows: {error}\n")
        sys.exit(int(error.exit))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m flows", description="Run Tieline's flows under Prefect.")
    parser.add_argument("name", choices=(*NAMES, SERVE))
    parser.add_argument("--config", default="tieline.toml", help="the configuration file (tieline.toml)")
    parser.add_argument("--full", action="store_true", help="pull, cycle: read everything, and compare every id")
    parser.add_argument("--every", type=int, default=10, metavar="MINUTES", help="serve: minutes between cycles (10)")
    asked = parser.parse_args()
    if asked.every < 1:
        parser.error("--every takes a whole number of minutes, at least 1")
    if asked.full and asked.name not in WHOLE:
        parser.error(f"--full goes with {' and '.join(WHOLE)}")
    return asked


def _run(asked: argparse.Namespace) -> None:
    """One run; what a flow that failed has to say is one sentence."""
    from flows.work import FLOWS

    options = {"full": True} if asked.full else {}
    state = FLOWS[asked.name](config=asked.config, return_state=True, **options)
    if not state.is_completed():
        raise CommandError(state.message or "the run did not end well")


def _serve(config: str, minutes: int) -> None:
    """Hand the cycle and the nightly reconciliation to the server, and run them in this process until it ends."""
    if not os.environ.get(home.SERVER):
        raise CommandError(
            f"serving needs a Prefect server that stays: start one with `prefect server start`, and name it in "
            f"{home.SERVER}, such as http://127.0.0.1:4200/api",
            Exit.USAGE,
        )
    from flows.serving import serve

    serve(str(Path(config).resolve()), minutes)


if __name__ == "__main__":
    main()
