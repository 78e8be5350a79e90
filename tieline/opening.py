"""From a configuration to an engine: the state, both connectors, both mappers, the policies."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from connectors.kit import registry
from connectors.kit.contract import VendorError
from mapping import vendor
from state.store import LeaseHeld, StateError, Store
from sync.context import ProgressCall
from sync.engine import Engine, System
from tieline import __version__, log
from tieline import settings as configuration
from tieline.errors import CommandError, Exit
from tieline.settings import Settings, SystemSettings
from tieline.terminal import progress


@contextmanager
def opened_store(config: Path) -> Iterator[tuple[Settings, Store]]:
    """The settings and the state they name, closed when the block ends."""
    log.quiet()
    settings = configuration.load(config)
    with _told():
        store = Store.open(settings.state_url)
        try:
            yield settings, store
        finally:
            store.close()


@contextmanager
def opened(config: Path, *, show_progress: bool = True, only: Sequence[str] = ()) -> Iterator[tuple[Settings, Engine]]:
    """The settings and an engine over both systems; sockets and the state are given back when the block ends.
    `only` names policies: the others rest in this run (ownership and consent never do)."""
    with opened_store(config) as (settings, store), progress(show_progress) as told:
        systems = [open_system(one, store) for one in settings.systems]
        try:
            yield settings, make_engine(store, systems[0], systems[1], settings, told, only=only)
        finally:
            for one in systems:
                one.connector.close()


def open_system(settings: SystemSettings, store: Store) -> System:
    """One configured system with its connector and its mapper."""
    mapper = vendor.load(settings.kind).Mapper(settings.name, settings.mapping)
    own: Any = settings.connector.model_copy(
        update={"custom_fields": sorted({*settings.connector.custom_fields, *mapper.kept()})}
    )
    connector = registry.load(settings.kind).open_connector(settings.name, own, store.budget(settings.name))
    return System(name=settings.name, role=settings.role, connector=connector, mapper=mapper)


def make_engine(
    store: Store, ats: System, crm: System, settings: Settings, told: ProgressCall, *, only: Sequence[str] = ()
) -> Engine:
    """The engine with the real clock, real sleep and random ids; tests give it others."""
    return Engine(
        store,
        ats,
        crm,
        settings.policies.only(only),
        clock=lambda: datetime.now(UTC),
        sleep=time.sleep,
        new_id=lambda: uuid.uuid4().hex[:20],
        progress=told,
        fingerprint="".join([__version__, *(one.mapping.model_dump_json() for one in settings.systems)]),
    )


@contextmanager
def _told() -> Iterator[None]:
    """Turn what people can mend into one line; everything else is our bug and keeps its traceback."""
    try:
        yield
    except VendorError as error:
        raise CommandError(str(error)) from None
    except LeaseHeld as error:
        raise CommandError(str(error)) from None
    except StateError as error:
        raise CommandError(str(error), Exit.FAILED) from None
