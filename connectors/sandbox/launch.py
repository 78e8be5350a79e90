"""Starting a pair of stand-ins: in threads of this process (`start`), or for good (`serve_forever`).

    with start(people=200, seed=1) as running:
        running.ats_url, running.crm_url, running.credentials["greenhouse"]
        running.act("greenhouse", "reject", email="ada@example.com", reason="Offer declined")

The two share one hiring world, so that the same people are in both; each has a port, a thread and a log of its own.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

import httpx
import uvicorn

from connectors.sandbox.clock import Clock, RealClock
from connectors.sandbox.kernel import Json, Sandbox, Setup, Vendor

Limits = str | Mapping[str, Mapping[str, int]]  # a preset of every vendor ("real", "fast"), or numbers by kind
ADDRESS_FILE = Path(".tieline") / "sandbox.json"
_START_SECONDS = 20.0


class LaunchError(Exception):
    """The pair cannot be served; one sentence for whoever asked."""


@dataclass
class Served:
    """One stand-in with its server."""

    kind: str
    role: str
    url: str
    sandbox: Sandbox
    server: uvicorn.Server
    thread: threading.Thread


class Running:
    """A pair that is being served. Systems are named by kind (`greenhouse`) or by role (`ats`, `crm`)."""

    def __init__(self, served: list[Served]) -> None:
        self._served = {one.kind: one for one in served} | {one.role: one for one in served}
        self.kinds = [one.kind for one in served]
        self.credentials = {one.kind: dict(one.sandbox.vendor.credentials(one.url)) for one in served}
        self._http = httpx.Client(timeout=30.0, trust_env=False)

    def __enter__(self) -> Running:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def ats_url(self) -> str:
        """Where the ATS of the pair answers."""
        return self._served["ats"].url

    @property
    def crm_url(self) -> str:
        """Where the CRM of the pair answers."""
        return self._served["crm"].url

    def act(self, system: str, action: str, **params: Json) -> Json:
        """Let a person act in a system. Raises ValueError with the stand-in's own words when it refuses."""
        return self._side(system, "POST", "act", {"action": action, **params})

    def log(self, system: str, writes: bool = False, *, since: int = 0, actor: str = "") -> list[dict[str, Any]]:
        """The request log; with `writes` (and no `actor`) what changed things over the API."""
        query = f"log?since={since}" + ("&writes=1" if writes else "") + (f"&actor={actor}" if actor else "")
        found: list[dict[str, Any]] = self._side(system, "GET", query)
        return found

    def state(self, system: str, collection: str) -> list[dict[str, Any]]:
        """Everything in one of a system's collections, hidden rows too."""
        found: list[dict[str, Any]] = self._side(system, "GET", f"state/{collection}")
        return found

    def faults(self, system: str, *rules: Mapping[str, Json]) -> Json:
        """Add fault rules (faults.py); without any, clear them. Returns those in force."""
        return self._side(system, "POST", "faults", list(rules)) if rules else self._side(system, "DELETE", "faults")

    def switches(self, system: str, **values: Json) -> Json:
        """Set switches; without any, say how they stand."""
        return self._side(system, "POST", "switches", values) if values else self._side(system, "GET", "switches")

    def truth(self, system: str) -> Json:
        """What the account was filled with, and under which ids."""
        return self._side(system, "GET", "truth")

    def sandbox(self, system: str) -> Sandbox:
        """The stand-in itself, for tests in the same process. Touch it only while nothing is being asked of it."""
        return self._served[system].sandbox

    def stop(self) -> None:
        """Stop both servers and wait for their threads."""
        self._http.close()
        for one in {id(one): one for one in self._served.values()}.values():
            one.server.should_exit = True
            one.server.force_exit = True
            one.thread.join(_START_SECONDS)

    def _side(self, system: str, method: str, what: str, body: Json = None) -> Json:
        answer = self._http.request(
            method, f"{self._served[system].url}/_sandbox/{what}", json=body if method == "POST" else None
        )
        if answer.status_code != httpx.codes.OK:
            raise ValueError(answer.json()["error"])
        return answer.json()


def start(
    pair: str = "greenhouse+beamery",
    people: int = 200,
    seed: int = 1,
    port: int = 0,
    *,
    switches: Mapping[str, Mapping[str, Json]] | None = None,
    limits: Limits = "fast",
    defined_fields: bool = True,
    clock: Clock | None = None,
    empty: bool = False,
) -> Running:
    """Serve a pair on loopback, each in a thread of its own.

    `pair`: ATS first, `kind+kind`; or one kind alone. `port` 0 takes free ones, else `port` and `port + 1`.
    `switches`: by kind. `limits`: "real" is what the vendors are known to allow, "fast" is out of everybody's way.
    `empty`: nobody lives there yet. Raises `LaunchError`.
    """
    modules = _modules(pair)
    world = None if empty else _world(people, seed)
    served: list[Served] = []
    for offset, (kind, module) in enumerate(modules.items()):
        own_clock = clock or RealClock()
        setup = Setup(
            own_clock, world, dict((switches or {}).get(kind, {})), _limits(module, kind, limits), defined_fields, seed
        )
        vendor: Vendor = module.build(setup)
        box = Sandbox(vendor, own_clock, seed=seed)
        served.append(_serve(kind, module.KIND_OF_SYSTEM, box, port + offset if port else 0))
    return Running(served)


def serve_forever(
    pair: str = "greenhouse+beamery",
    people: int = 200,
    seed: int = 1,
    port: int = 0,
    *,
    switches: Mapping[str, Mapping[str, Json]] | None = None,
    limits: Limits = "fast",
    defined_fields: bool = True,
    ready: Callable[[Running], None] = lambda _running: None,
) -> None:
    """Serve until SIGINT or SIGTERM. `ready` is called once both answer. While it runs, ./.tieline/sandbox.json
    tells `tieline init` where they are and with which credentials."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with start(pair, people, seed, port, switches=switches, limits=limits, defined_fields=defined_fields) as running:
        _write_addresses(running)
        try:
            ready(running)
            stop.wait()
        finally:
            ADDRESS_FILE.unlink(missing_ok=True)


def _write_addresses(running: Running) -> None:
    """Only the owner may read it: it holds secrets, though those of a sandbox."""
    ADDRESS_FILE.parent.mkdir(exist_ok=True)
    handle = os.open(ADDRESS_FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(running.credentials, file, indent=2)


def _modules(pair: str) -> dict[str, ModuleType]:
    modules: dict[str, ModuleType] = {}
    for kind in pair.split("+"):
        name = f"connectors.sandbox.{kind}"
        try:
            module = importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name != name:
                raise
            raise LaunchError(f"there is no stand-in for {kind!r}") from None
        if not hasattr(module, "KIND_OF_SYSTEM"):
            raise LaunchError(f"there is no stand-in for {kind!r}")
        modules[kind] = module
    roles = [module.KIND_OF_SYSTEM for module in modules.values()]
    if len(roles) > 1 and roles != ["ats", "crm"]:
        raise LaunchError(f"a pair is written ats+crm, such as greenhouse+beamery, not {pair!r}")
    return modules


def _world(people: int, seed: int) -> Any:
    from connectors.sandbox import world

    return world.generate(people=people, seed=seed)


def _limits(module: ModuleType, kind: str, limits: Limits) -> dict[str, int]:
    presets: Mapping[str, Mapping[str, int]] = module.LIMITS
    if isinstance(limits, str):
        if limits not in presets:
            raise LaunchError(f"limits are {', '.join(presets)}, or numbers by kind, not {limits!r}")
        return dict(presets[limits])
    return {**presets["real"], **limits.get(kind, {})}


def _serve(kind: str, role: str, box: Sandbox, port: int) -> Served:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        raise LaunchError(f"port {port} is taken: {error.strerror}") from error
    listener.listen(512)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    box.base = url
    config = uvicorn.Config(
        box, http="httptools", lifespan="off", log_config=None, access_log=False, proxy_headers=False,
        server_header=False, date_header=False, timeout_keep_alive=60, timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), name=f"sandbox-{kind}", daemon=True)
    thread.start()
    _wait(server, thread, kind)
    return Served(kind, role, url, box, server, thread)


def _wait(server: uvicorn.Server, thread: threading.Thread, kind: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise LaunchError(f"the stand-in for {kind} did not come up")
        time.sleep(0.005)
