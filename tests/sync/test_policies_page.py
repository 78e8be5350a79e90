"""docs/policies.md and the code say the same: every kind of notice and every setting is on the page."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import BaseModel

from sync.settings import Attribution, ConsentPolicy, Disposition, Handoff

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "policies.md").read_text()
SOURCES = [*(ROOT / "sync" / "policies").glob("*.py"), ROOT / "sync" / "decide.py", ROOT / "sync" / "views.py"]
KIND = re.compile(r"""(?:\.notice\(\s*|kind=|kind, detail = )"([a-z_]+)",""")


def kinds_in_code() -> set[str]:
    return {kind for path in SOURCES for kind in KIND.findall(path.read_text())}


def test_every_kind_of_notice_is_on_the_page_and_no_other() -> None:
    listed = set(re.findall(r"`([a-z_]+)`", PAGE[PAGE.index("## Notices") :].replace("`tieline", "`-")))
    kinds = kinds_in_code()
    assert len(kinds) >= 15
    assert kinds <= listed
    assert listed - kinds <= {"silver_pool"}


def test_the_settings_of_the_policies_are_on_the_page() -> None:
    tables: tuple[type[BaseModel], ...] = (Handoff, Disposition, Attribution, ConsentPolicy)
    names = {name for table in tables for name in table.model_fields} - {"enabled", "note", "on_vacancy"}
    left_out = {name for name in names if f"`{name}`" not in PAGE and f"{name} =" not in PAGE}
    assert left_out <= {"jobs", "sources", "silver_tag", "block_on_blocking"}
