"""One sync in a forked process that can be made to die by SIGKILL at a chosen point: before or after a commit, before
or after a request. The engine knows nothing of it: it sits in the state's probe and in the wire under the client."""

from __future__ import annotations

import os
import signal
import threading
import time
import uuid
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from connectors.kit import registry
from connectors.kit.transport import Transport
from mapping import vendor
from mapping.contract import MappingConfig
from state.store import Store
from sync.context import System
from sync.engine import Engine
from sync.settings import Policies, Writing
from tests.kill.kill_vendors import ATS, CRM, forked

KINDS = ("before commit", "after commit", "before read", "after read", "before write", "after write")
HOLD = 1.0
WORKERS = 3


class Point(NamedTuple):
    """Where to die: at the `number`-th point of a kind, counted from 1."""

    kind: str
    number: int


class Reaper:
    """Counts the points of this process and kills it at the chosen one."""

    def __init__(self, at: Point | None) -> None:
        self._at = at
        self._turn = threading.Lock()
        self.met: Counter[str] = Counter()

    def pass_(self, kind: str) -> None:
        """Pass a point, or die there."""
        with self._turn:
            self.met[kind] += 1
            if self._at == (kind, self.met[kind]):
                os.kill(os.getpid(), signal.SIGKILL)
                time.sleep(60)  # nothing happens in this thread until the signal is there

    def watch_requests(self) -> None:
        """Sit before and after every request of this process."""
        send = Transport.handle_request

        def watched(transport: Transport, request: httpx.Request) -> httpx.Response:
            what = "read" if request.method == "GET" or "token" in request.url.path else "write"
            self.pass_(f"before {what}")
            response = send(transport, request)
            self.pass_(f"after {what}")
            return response

        Transport.handle_request = watched  # type: ignore[method-assign]


def sync(file: Path, credentials: dict[str, dict[str, str]], at: Point | None = None) -> tuple[bool, dict[str, Any]]:
    """Sync once in a process of its own. True when it lived to the end, with what it met and planned."""
    reader, writer = os.pipe()
    child = forked(lambda: _run(file, credentials, at, writer))
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as told:
        text = told.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return False, {}
    if os.WEXITSTATUS(status) != 0:
        raise RuntimeError("a sync failed with an exception: see above")
    found: dict[str, Any] = httpx.Response(200, text=text).json()
    return True, found


def _run(file: Path, credentials: dict[str, dict[str, str]], at: Point | None, writer: int) -> None:
    import json
    import logging

    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    reaper = Reaper(at)
    reaper.watch_requests()
    with Store.open(str(file), probe=reaper.pass_) as store:
        systems = [_system(kind, role, credentials[kind], store) for kind, role in ((ATS, "ats"), (CRM, "crm"))]
        engine = Engine(
            store,
            systems[0],
            systems[1],
            Policies(writing=Writing(hold_seconds=HOLD, workers=WORKERS)),
            clock=lambda: datetime.now(UTC),
            sleep=time.sleep,
            new_id=lambda: uuid.uuid4().hex[:20],
        )
        result = engine.sync()
        with os.fdopen(writer, "w", encoding="utf-8") as told:
            told.write(json.dumps({**result.document(), "points": dict(reaper.met)}))


def _system(kind: str, role: Any, credentials: dict[str, str], store: Store) -> System:
    mapper = vendor.load(kind).Mapper(kind, MappingConfig())
    module = registry.load(kind)
    given = {name: value for name, value in credentials.items() if name in module.Settings.model_fields}
    settings = module.Settings(**given, custom_fields=sorted(mapper.kept()))
    return System(kind, role, module.open_connector(kind, settings, store.budget(kind)), mapper)
