"""tieline.toml: read, checked, secrets filled in. The one module that reads secrets.

A value may hold `${NAME}` (an environment variable), `${file:/run/secrets/x}` (a mounted secret, such as a docker
secret) or `${prefect:block-name}` (a Prefect Secret block). Every mistake is one sentence that names the table
and the key, and never the value.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from connectors.kit import registry
from mapping.contract import MappingConfig
from sync.settings import Policies
from tieline.errors import CommandError, Exit

_REFERENCE = re.compile(r"\$\{(?:(file|prefect):)?([^}]+)\}")


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class StateTable(_Table):
    """[state]: where Tieline keeps what it knows."""

    url: str = "sqlite:///tieline.db"


class ReportTable(_Table):
    """[report]: where pages and files go when --out is not given."""

    folder: str = "reports"


@dataclass(frozen=True)
class SystemSettings:
    """One [systems.NAME] table: its name, vendor and role, the connector's own settings, and its mapping."""

    name: str
    kind: str
    role: Literal["ats", "crm"]
    connector: Any  # connectors.<kind>.Settings
    mapping: MappingConfig


@dataclass(frozen=True)
class Settings:
    """All of tieline.toml."""

    path: Path
    state_url: str
    report_folder: Path
    ats: SystemSettings
    crm: SystemSettings
    policies: Policies

    @property
    def systems(self) -> tuple[SystemSettings, SystemSettings]:
        """Both systems, the ATS first."""
        return (self.ats, self.crm)


def load(path: Path) -> Settings:
    """Read a configuration. Raises `CommandError` with exit code 2 for anything a person must mend in the file."""
    tables = _read(path)
    unknown = set(tables) - {"state", "systems", "policies", "ownership", "report"}
    if unknown:
        raise _usage(
            path,
            f"unknown table [{sorted(unknown)[0]}]; known are state, systems, policies, ownership, report",
        )
    state = _model(path, "state", StateTable, tables.get("state", {}))
    report = _model(path, "report", ReportTable, tables.get("report", {}))
    policies = dict(tables.get("policies", {}))
    if "ownership" in tables:
        policies["ownership"] = tables["ownership"]
    systems = [_system(path, name, table) for name, table in _systems_table(path, tables).items()]
    policies["ownership"] = _owners(path, policies.get("ownership", {}), systems)
    return Settings(
        path=path,
        state_url=_relative(path, _fill(path, "state.url", state.url)),
        report_folder=path.parent / report.folder,
        ats=_only(path, systems, "ats"),
        crm=_only(path, systems, "crm"),
        policies=_model(path, "policies", Policies, policies),
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError:
        raise CommandError(
            f"there is no {path}: make one with `tieline init --ats KIND --crm KIND`, or name it with --config",
            Exit.USAGE,
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise _usage(path, f"the file cannot be read ({type(error).__name__})") from None
    except tomllib.TOMLDecodeError as error:
        raise _usage(path, f"this is not valid TOML: {error}") from None


def _systems_table(path: Path, tables: Mapping[str, Any]) -> Mapping[str, Any]:
    systems = tables.get("systems")
    if not isinstance(systems, dict) or not systems:
        raise _usage(path, "there are no [systems.NAME] tables; `tieline init` writes them")
    return systems


def _system(path: Path, name: str, table: Any) -> SystemSettings:
    where = f"systems.{name}"
    if not isinstance(table, dict):
        raise _usage(path, f"[{where}] must be a table")
    rest = {key: value for key, value in table.items() if key not in ("kind", "role", "mapping")}
    kind, role = table.get("kind"), table.get("role")
    if kind not in registry.kinds():
        raise _usage(path, f"[{where}] kind must be one of: {', '.join(registry.kinds())}")
    if role not in ("ats", "crm"):
        raise _usage(path, f"[{where}] role must be ats or crm")
    filled = {key: _fill_deep(path, f"{where}.{key}", value) for key, value in rest.items()}
    mapping = _model(path, f"{where}.mapping", MappingConfig, table.get("mapping", {}))
    model = registry.load(kind).Settings
    return SystemSettings(
        name=name, kind=kind, role=role, connector=_model(path, where, model, filled), mapping=mapping
    )


def _owners(path: Path, given: Any, systems: list[SystemSettings]) -> Any:
    """[ownership], with the owners that custom fields name beside their keys."""
    owners = dict(given) if isinstance(given, dict) else given
    for system in systems:
        for one in system.mapping.custom_fields:
            if one.owner is not None and owners.setdefault(one.field, one.owner) != one.owner:
                where = f"systems.{system.name}.mapping"
                raise _usage(path, f"[{where}] field {one.field} is given another owner than elsewhere")
    return owners


def _only(path: Path, systems: list[SystemSettings], role: str) -> SystemSettings:
    found = [one for one in systems if one.role == role]
    if len(found) != 1:
        raise _usage(path, f'there must be exactly one system with role = "{role}"; there are {len(found)}')
    return found[0]


def _model(path: Path, where: str, model: type[Any], values: Any) -> Any:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        # A misspelled key also leaves the right one missing: the misspelling is what a person can see.
        first = min(
            error.errors(include_input=False, include_url=False), key=lambda one: one["type"] != "extra_forbidden"
        )
        place = ".".join(str(part) for part in first["loc"])
        known = ""
        if first["type"] == "extra_forbidden" and len(first["loc"]) == 1:
            known = f"; known keys are {', '.join(sorted(model.model_fields))}"
        raise _usage(path, f"[{where}] {place}: {_plain(first['type'], first['msg'])}{known}") from None


def _plain(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "is not a known key"
    if kind == "missing":
        return "is missing"
    return message[0].lower() + message[1:]


def _fill_deep(path: Path, where: str, value: Any) -> Any:
    return _fill(path, where, value) if isinstance(value, str) else value


def _fill(path: Path, where: str, text: str) -> str:
    def secret(match: re.Match[str]) -> str:
        scheme, name = match.groups()
        if scheme == "file":
            return _from_file(path, where, name)
        if scheme == "prefect":
            return _from_prefect(path, where, name)
        if name not in os.environ:
            raise _usage(path, f"{where}: the environment variable {name} is not set")
        return os.environ[name]

    return _REFERENCE.sub(secret, text)


def _from_file(path: Path, where: str, name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise _usage(path, f"{where}: the secret file {name} cannot be read ({type(error).__name__})") from None


def _from_prefect(path: Path, where: str, name: str) -> str:
    try:
        from prefect.blocks.system import Secret
    except ImportError:
        raise _usage(path, f"{where}: ${{prefect:...}} needs the extra: pip install 'tieline[flows]'") from None
    try:
        block: Any = Secret.load(name)  # sync here: no event loop runs
    except ValueError:
        raise _usage(path, f"{where}: Prefect has no Secret block named {name}") from None
    return str(block.get())


def _relative(path: Path, url: str) -> str:
    """A relative SQLite path is meant from the configuration file, wherever the command is run."""
    prefix = "sqlite:///"
    if not url.startswith(prefix) or url.startswith(prefix + "/"):
        return url
    return prefix + str((path.parent / url.removeprefix(prefix)).resolve())


def _usage(path: Path, message: str) -> CommandError:
    return CommandError(f"{path}: {message}", Exit.USAGE)
