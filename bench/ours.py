"""Our side of bench.pull: the Greenhouse connector into the state, with full validation, as a pull does it.

python -m bench.ours PORT STATE [--fresh]
"""

from __future__ import annotations

import sys
from pathlib import Path

from pydantic import SecretStr

from connectors.kit.budget import MemoryBudget
from connectors.kit.contract import Row
from connectors.kit.registry import load as load_connector
from mapping.contract import MappingConfig, Unreadable
from mapping.vendor import load as load_mapping
from state.store import Store

port, path = sys.argv[1], Path(sys.argv[2])
if "--fresh" in sys.argv:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)

base = f"http://127.0.0.1:{port}"
vendor = load_connector("greenhouse")
mapper = load_mapping("greenhouse").Mapper("ats", MappingConfig())
settings = vendor.Settings(
    base_url=base, token_url=f"{base}/token", client_id="bench-1", client_secret=SecretStr("bench"),
    custom_fields=[f"field_number_{n}" for n in range(6)],
)  # fmt: skip
connector = vendor.open_connector("ats", settings, MemoryBudget())
store = Store.open(f"sqlite:///{path}")


def validate(row: Row) -> str | None:
    try:
        mapper.validate(row)
    except Unreadable as error:
        return str(error)
    return None


stream = next(one for one in connector.streams() if one.object == "candidate")
run = store.start_run("pull")
changed = unchanged = 0
for page in connector.pages(stream, None):
    count = store.store_page("ats", page, "candidate", run=run, validate=validate, until=None)
    changed, unchanged = changed + count.changed, unchanged + count.unchanged
store.end_run(run, "done", {})
store.close()
connector.close()
print(f"changed {changed} unchanged {unchanged}")
