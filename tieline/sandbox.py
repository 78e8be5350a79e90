"""`tieline sandbox`: stand-in vendors on loopback until interrupted."""

from __future__ import annotations

from tieline.errors import CommandError, Exit


def run(*, pair: str, people: int, seed: int, port: int, unlimited: bool) -> Exit:
    """Serve the pair; `tieline init` in the same folder finds them by .tieline/sandbox.json."""
    from connectors.sandbox import launch

    try:
        launch.serve_forever(pair=pair, people=people, seed=seed, port=port, unlimited=unlimited)
    except ValueError as error:
        raise CommandError(f"the sandbox cannot start: {error}", Exit.USAGE) from None
    except OSError as error:
        raise CommandError(
            f"the sandbox cannot listen on port {port} or {port + 1} ({error.strerror or error}): try --port 0"
        ) from None
    return Exit.DONE
