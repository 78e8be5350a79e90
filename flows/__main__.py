"""`python -m flows NAME [--config PATH]`: run one flow now, on an ephemeral server or the one PREFECT_API_URL names."""

from __future__ import annotations

import argparse

from flows import home

NAMES = ("pull", "resolve", "handoff", "disposition", "attribution", "reconcile", "cycle")


def main() -> None:
    """Prepare Prefect's home, then run the flow."""
    parser = argparse.ArgumentParser(prog="python -m flows", description=__doc__)
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--config", default="tieline.toml")
    asked = parser.parse_args()
    home.prepare()

    from flows.work import FLOWS

    FLOWS[asked.name](config=asked.config)


if __name__ == "__main__":
    main()
