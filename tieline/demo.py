"""`tieline demo`: the three jobs on sandbox vendors over real HTTP, judged by the sandbox's own truth."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console

from tieline import demo_story, init
from tieline.errors import CommandError, Exit
from tieline.opening import opened
from tieline.reports import page, reconciliation
from tieline.reports.write import save
from tieline.terminal import console

PAIR = ("greenhouse", "beamery")
_START_SECONDS = 60.0
_MARK = "tieline.toml"


class Vendors:
    """The sandbox's side channel: what people do there, and the truth."""

    def __init__(self, systems: dict[str, dict[str, str]]) -> None:
        self.systems = systems
        self._http = httpx.Client(timeout=30, trust_env=False)
        self._roots = {kind: httpx.URL(one["base_url"]).copy_with(path="/_sandbox/") for kind, one in systems.items()}

    def act(self, system: str, action: str, **params: Any) -> Any:
        """Let a person act in a system."""
        answer = self._http.post(self._roots[system].join("act"), json={"action": action, **params})
        if answer.is_error:
            raise CommandError(f"the sandbox refused {action}: {answer.json().get('error', answer.status_code)}")
        return answer.json()

    def writes(self) -> int:
        """How many writes both vendors have taken over their APIs, by their own logs."""
        return sum(int(self._http.get(root.join("health")).json()["writes"]) for root in self._roots.values())

    def truth(self) -> Any:
        """Who is who, and what should come of it."""
        return self._http.get(self._roots[PAIR[0]].join("truth")).json()

    def close(self) -> None:
        """Give the sockets back."""
        self._http.close()


def run(*, people: int, seed: int, folder: Path) -> Exit:
    """Show everything in one go. Exit 1 when anything did not come out as the truth says."""
    started, out = time.perf_counter(), console()
    _empty(folder)
    out.print(f"[bold]1  Two systems, {people:,} invented people[/bold]")
    with _sandbox(folder, people, seed) as vendors:
        config = folder / _MARK
        config.write_text(init.render(*PAIR, vendors.systems), encoding="utf-8")
        out.print(f"   {', '.join(one['base_url'] for one in vendors.systems.values())}; settings in {config}")
        wrong, report = _acts(out, vendors, config)
    seconds = time.perf_counter() - started
    if wrong:
        out.print(f"\n[bold]{len(wrong)} things did not come out as they should:[/bold]")
        for one in wrong:
            out.print(f"   {one}", markup=False)
    out.print(f"\nDone in {seconds:.0f} s. The report: {report}", markup=False, soft_wrap=True)
    return Exit.FAILED if wrong else Exit.DONE


def _acts(out: Console, vendors: Vendors, config: Path) -> tuple[list[str], Path]:
    with opened(config) as (settings, engine):
        story = demo_story.Story(out, vendors, settings, engine)
        story.prepare()
        story.first_sync()
        story.people_act()
        story.people_think_again()
        story.quiet()
        story.judge()
        path = (config.parent / "reconciliation.html").resolve()
        save(path, page.html(reconciliation.make(story.reading)).encode())
        return story.wrong, path


def _empty(folder: Path) -> None:
    """Empty the demo's folder; one that is not a demo's is left alone."""
    if folder.exists() and any(folder.iterdir()) and not (folder / _MARK).exists():
        raise CommandError(f"{folder} holds something that is no demo: name another with --folder", Exit.USAGE)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


@contextmanager
def _sandbox(folder: Path, people: int, seed: int) -> Iterator[Vendors]:
    """Both stand-ins in a process of their own. Their rate limits are lifted: at 150 requests in 30 seconds and 40 a
    second, as the real ones have, a first import of this size is a matter of minutes, not of a demo."""
    command = [sys.executable, "-m", "tieline", "sandbox", "--pair", "+".join(PAIR), "--people", str(people)]
    command += ["--seed", str(seed), "--port", "0", "--unlimited"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
    vendors = None
    try:
        vendors = Vendors(_addresses(folder / init.SANDBOX_FILE, process))
        yield vendors
    finally:
        if vendors is not None:
            vendors.close()
        process.terminate()
        process.wait(timeout=10)


def _addresses(file: Path, process: subprocess.Popen[bytes]) -> dict[str, dict[str, str]]:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            found: dict[str, dict[str, str]] = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            time.sleep(0.05)
        else:
            return found
    raise CommandError("the sandbox did not start; `tieline sandbox --port 0` says why")
