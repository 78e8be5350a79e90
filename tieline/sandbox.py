"""`tieline sandbox`: stand-in vendors on loopback until interrupted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tieline.errors import CommandError, Exit
from tieline.terminal import console

if TYPE_CHECKING:
    from connectors.sandbox.launch import Running


def run(*, pair: str, people: int, seed: int, port: int, unlimited: bool) -> Exit:
    """Serve the pair; `tieline init` in the same folder finds them by .tieline/sandbox.json."""
    from connectors.sandbox import launch

    try:
        launch.serve_forever(pair, people, seed, port, limits="fast" if unlimited else "real", ready=_told)
    except launch.LaunchError as error:
        raise CommandError(f"the sandbox cannot start: {error}; --port 0 takes free ones", Exit.USAGE) from None
    return Exit.DONE


def _told(running: Running) -> None:
    out = console()
    for kind in running.kinds:
        out.print(f"{kind:12} {running.credentials[kind]['base_url']}", markup=False)
    out.print("Let people act: POST {address}/_sandbox/act; see docs/sandbox.md. Stop with Ctrl-C.", markup=False)
    kinds = dict(zip(("ats", "crm"), running.kinds, strict=True))
    out.print(
        f"Next, in another terminal in this folder: `tieline init --ats {kinds['ats']} --crm {kinds['crm']}`",
        markup=False,
    )
