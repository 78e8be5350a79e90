"""`tieline init`: write tieline.toml. A sandbox that runs from the same folder is found and used."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from connectors.kit import registry
from tieline.errors import CommandError, Exit

SANDBOX_FILE = Path(".tieline/sandbox.json")


def run(*, path: Path, ats: str, crm: str, force: bool) -> Exit:
    """Write the configuration for two kinds of vendor, and say what to do next."""
    if path.exists() and not force:
        raise CommandError(f"{path} exists already; add --force to write over it", Exit.USAGE)
    ats, crm = _kind("ATS", ats), _kind("CRM", crm)
    running = _sandbox()
    text = render(ats, crm, running)
    try:
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}", Exit.USAGE) from None
    print_next(path, ats, crm, running)
    return Exit.DONE


def render(ats: str, crm: str, running: Mapping[str, Mapping[str, str]]) -> str:
    """The text of a new tieline.toml. `running` holds a sandbox's settings by kind; where there are none, the
    vendor's own addresses are written, and secrets as environment variables."""
    parts = [
        "# Tieline: which two systems are tied together, and by which rules. Every key is described in",
        "# docs/configuration.md; what is not given here has a default. Secrets: ${NAME} from the environment, or",
        "# ${file:/run/secrets/name} from a mounted file.",
        "",
        "[state]",
        'url = "sqlite:///tieline.db"',
        "",
        *_system("ats", ats, running.get(ats, {})),
        *_system("crm", crm, running.get(crm, {})),
        "[policies.guards]",
        "max_changes = 50    # hold a run that touches more people than this ...",
        "max_share = 0.10    # ... and more than this share of the linked ones (the first import is let through)",
        "",
        "[policies.attribution]",
        'source = "fill"     # observe: report only; fill: where the ATS source is empty or generic; enforce: always',
        "",
    ]
    return "\n".join(parts)


def _system(role: str, kind: str, running: Mapping[str, str]) -> list[str]:
    lines = [f"[systems.{kind}]", f"kind = {json.dumps(kind)}", f"role = {json.dumps(role)}"]
    for key in registry.load(kind).INIT:
        value = running.get(key.name, f"${{{key.env}}}" if key.env else key.default)
        lines.append(f"{key.name} = {json.dumps(value)}")
    return [*lines, ""]


def _kind(role: str, given: str) -> str:
    kinds = registry.kinds()
    if not given and sys.stdin.isatty():
        given = input(f"Which {role}? ({', '.join(kinds)}) ").strip().lower()
    if given not in kinds:
        named = f"no vendor is called {given!r}" if given else f"no {role} was named"
        raise CommandError(f"{named}; choose from {', '.join(kinds)} with --{role.lower()}", Exit.USAGE)
    return given


def _sandbox() -> Mapping[str, Mapping[str, str]]:
    try:
        found: Any = json.loads(SANDBOX_FILE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and _answers(found) else {}


def _answers(systems: Mapping[str, Mapping[str, str]]) -> bool:
    """A file left behind by a sandbox that is gone must not turn a real set-up into a dead one."""
    import httpx

    try:
        for one in systems.values():
            base = httpx.URL(one["base_url"])
            httpx.get(
                base.copy_with(path="/_sandbox/health", query=None), timeout=2, trust_env=False
            ).raise_for_status()
    except (httpx.HTTPError, KeyError, TypeError):
        return False
    return True


def print_next(path: Path, ats: str, crm: str, running: Mapping[str, Mapping[str, str]]) -> None:
    """Say what was written, which secrets it wants, and the next command."""
    out = sys.stdout.write
    if ats in running and crm in running:
        out(f"Wrote {path} for the sandbox that is running here.\n")
    else:
        names = _secrets((ats, crm))
        out(f"Wrote {path}. Set {', '.join(names)} in the environment.\n")
    out("Next: `tieline check`, then `tieline plan` to see what a sync would write.\n")


def _secrets(kinds: Sequence[str]) -> list[str]:
    return [key.env for kind in kinds for key in registry.load(kind).INIT if key.env]
