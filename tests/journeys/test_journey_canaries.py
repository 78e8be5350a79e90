"""What must never leave: protected data, secrets, and people's names and addresses in anything that is logged.

One story with people acting and vendors failing, told with --verbose, then every report in every form; afterwards
everything that Tieline wrote, said or sent is searched.
"""

from __future__ import annotations

import json
import logging
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import polars
import pytest

from connectors.sandbox.launch import Running, start
from tests.journeys.journey_command import Said, tieline
from tests.journeys.journey_pair import config_text

REPORTS = ("reconciliation", "sources", "dispositions", "consent")
FORMS = ("html", "csv", "json", "parquet")
MINE = "CANARY-OWN"
FAULTS: dict[str, list[dict[str, Any]]] = {
    "ats": [
        {"kind": "server_error", "status": 502, "method": "PATCH", "path": "/candidates/", "count": 2},
        {"kind": "too_many", "seconds": 1, "path": "/applications", "nth": 2},
        {"kind": "malformed", "method": "PATCH", "path": "/candidates/", "nth": 3},
        {"kind": "lost_reply", "method": "POST", "path": "/notes"},
        {"kind": "html", "method": "GET", "path": "/candidates", "nth": 2},
        {"kind": "revoked_token", "method": "GET", "path": "/jobs"},
    ],
    "crm": [
        {"kind": "server_error", "status": 500, "method": "PATCH", "path": "/contact/", "count": 2},
        {"kind": "too_many", "seconds": 1, "method": "GET", "path": "/contacts"},
        {"kind": "cut_body", "method": "GET", "path": "/contact/", "nth": 3},
        {"kind": "server_error", "status": 422, "method": "PATCH", "path": "/contact/", "nth": 5},
        {"kind": "malformed", "method": "GET", "path": "/contacts", "nth": 3},
    ],
}


class Story(NamedTuple):
    """What is left when the story is over."""

    vendors: Running
    folder: Path
    said: list[Said]
    debug: str
    tokens: set[str]
    before: dict[str, str]

    def told(self) -> dict[str, bytes]:
        """Everything that Tieline wrote or said, by where."""
        files = {str(one): readable(one) for one in self.folder.rglob("*") if one.is_file()}
        assert any(name.endswith("-wal") for name in files)
        files.pop(str(self.folder / "tieline.toml"))  # written by hand, with the secrets in it
        said = {f"stdout of {' '.join(one.words)}": one.out for one in self.said}
        said |= {f"stderr of {' '.join(one.words)}": one.err.encode() for one in self.said}
        return files | said | {"the loggers of the process": self.debug.encode()}


def readable(path: Path) -> bytes:
    """A file's bytes, and what is packed in them."""
    packed = polars.read_parquet(path).write_json() if path.suffix == ".parquet" else ""
    return path.read_bytes() + packed.encode()


def whole(vendors: Running, role: str) -> str:
    """All that a vendor holds."""
    box = vendors.sandbox(role)
    return json.dumps({name: vendors.state(role, name) for name in box.vendor.collections()}, ensure_ascii=False)


def listen(vendors: Running, tokens: set[str]) -> None:
    """Remember every token that is spent at the vendors."""
    for role in ("ats", "crm"):
        vendor = vendors.sandbox(role).vendor
        answer = vendor.answer

        def heard(request: Any, answer: Any = answer) -> Any:
            given = request.headers.get("authorization", "")
            tokens.add(given.partition(" ")[2])
            return answer(request)

        vendor.answer = heard  # type: ignore[method-assign]


def live(vendors: Running) -> None:
    """People act, with secrets of their own wherever a person can leave one."""
    act = vendors.act
    contacts = [one for one in vendors.state("crm", "contacts") if not one["archived"]]
    job = next(one for one in vendors.state("ats", "jobs") if one["status"] == "open" and not one["confidential"])
    vacancy = next(one for one in vendors.state("crm", "vacancies") if one["integrations"])
    for n, contact in enumerate(contacts[:6]):
        act("crm", "set_custom_field", contact=contact["id"], field="Diversity monitoring", value=f"{MINE}-CRM-{n}")
        act("crm", "add_to_vacancy", contact=contact["id"], vacancy=vacancy["id"])
        act("crm", "engage", contact=contact["id"], kind="note")
    for n, contact in enumerate(one for one in contacts[6:12] if one["primaryEmail"]):
        ids = act(
            "ats", "apply", email=contact["primaryEmail"], job=job["id"], first_name=contact["firstName"] or "-",
            last_name=contact["lastName"] or "-", answers={"How do you describe yourself?": f"{MINE}-EEO-{n}"},
        )  # fmt: skip
        act("ats", "add_note", candidate=ids["candidate"], body=f"{MINE}-NOTE-{n}", visibility="private")
        act("ats", "set_custom_field", candidate=ids["candidate"], key="self_identification", value=f"{MINE}-PRIV-{n}")
        act("ats", "set_custom_field", candidate=ids["candidate"], key="salary_expectation", value=f"{MINE}-PAY-{n}")
        if n % 2:
            act("ats", "reject", application=ids["application"], reason="Position closed")
    act("crm", "withdraw_consent", contact=contacts[7]["id"])


def tell(vendors: Running, config: Path) -> list[Said]:
    """The whole story on the command line."""
    said = [tieline(config, "check", "--verbose", "--json"), tieline(config, "plan", "--verbose", "--json")]
    said.append(tieline(config, "sync", "--verbose", "--json"))
    live(vendors)
    for role, rules in FAULTS.items():
        vendors.faults(role, *rules)
    said.append(tieline(config, "sync", "--verbose", "--json"))
    said.append(tieline(config, "sync", "--verbose", "--json", "--full"))
    for role in FAULTS:
        vendors.faults(role)
    said.append(tieline(config, "plan", "--verbose", "--full", "--out", str(config.parent / "plan.json")))
    said.append(tieline(config, "sync", "--verbose"))
    said.append(tieline(config, "sync", "--verbose", "--json"))
    for name in REPORTS:
        for form in FORMS:
            out = config.parent / "out" / f"{name}.{form}"
            said.append(tieline(config, "report", name, "--format", form, "--out", str(out)))
    said += [tieline(config, "failures", "--json"), tieline(config, "review", "--json")]
    return said


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("canaries")
    config = folder / "tieline.toml"
    told = logging.FileHandler(folder.parent / f"{folder.name}.log", encoding="utf-8")
    told.addFilter(lambda record: not record.name.startswith("uvicorn"))  # the stand-ins' own servers
    root = logging.getLogger()
    level = root.level
    root.addHandler(told)
    root.setLevel(logging.DEBUG)  # the most that anybody could switch on around us
    tokens: set[str] = set()
    try:
        with start(people=40, seed=5) as vendors:
            listen(vendors, tokens)
            config.write_text(config_text(vendors), encoding="utf-8")
            before = {role: whole(vendors, role) for role in ("ats", "crm")}
            said = tell(vendors, config)
            reader = sqlite3.connect(folder / "tieline.db")  # while somebody reads, the log of the file stays
            reader.execute("SELECT count(*) FROM run").fetchone()
            said.append(tieline(config, "sync", "--verbose", "--json"))
            debug = Path(told.baseFilename).read_text(encoding="utf-8")
            yield Story(vendors, folder, said, debug, tokens, before)
            reader.close()
    finally:
        root.removeHandler(told)
        root.setLevel(level)
        told.close()


def test_the_story_went_as_told(story: Story) -> None:
    codes = {" ".join(one.words[:2]): one.code for one in story.said}
    assert set(codes.values()) <= {0, 1, 3}
    last = story.said[-1]
    assert (last.code, json.loads(last.out)["planned"]) == (0, 0)
    assert any('"verdict"' in one.err or '"change"' in one.err for one in story.said)
    for role, rules in FAULTS.items():
        assert {entry["fault"] for entry in story.vendors.log(role)} >= {rule["kind"] for rule in rules}


def test_no_canary_is_in_anything_that_tieline_wrote_or_said(story: Story) -> None:
    planted = story.vendors.truth("ats")["canaries"]
    assert len(planted) > 15
    assert all(one.startswith("CANARY-") for one in [*planted, MINE])
    assert {where for where, text in story.told().items() if b"CANARY" in text} == set()


def test_no_canary_reached_the_other_vendor(story: Story) -> None:
    planted = {role: canaries(text) for role, text in story.before.items()}
    assert planted["ats"] | planted["crm"] == set(story.vendors.truth("ats")["canaries"])
    after = {role: canaries(whole(story.vendors, role)) for role in ("ats", "crm")}
    for role, own in after.items():
        strange = {one for one in own - planted[role] if not one.startswith(MINE)}
        assert strange == set()
    assert {one.split("-")[2] for one in after["ats"] if one.startswith(MINE)} == {"EEO", "NOTE", "PRIV", "PAY"}
    assert {one.split("-")[2] for one in after["crm"] if one.startswith(MINE)} == {"CRM"}


def canaries(text: str) -> set[str]:
    """Every canary in a text."""
    return set(re.findall(r"CANARY(?:-[A-Z]+)+-\d+", text))


def test_no_protected_address_was_ever_asked_for(story: Story) -> None:
    asked = {entry["path"] for role in ("ats", "crm") for entry in story.vendors.log(role)}
    assert not [path for path in asked if re.search(r"eeo|demographic|scorecard|attachment|offer", path)]


def test_no_secret_and_no_token_is_in_anything_that_tieline_wrote_or_said(story: Story) -> None:
    secrets = {one["client_secret"] for one in story.vendors.credentials.values()}
    tokens = {one for one in story.tokens if one}
    assert len(tokens) >= 2
    hits = {where for where, text in story.told().items() for one in secrets | tokens if one.encode() in text}
    assert hits == set()


def persons(vendors: Running) -> tuple[set[str], set[str]]:
    """What identifies people, as (texts, names): addresses, numbers and profiles; and names as whole words."""
    rows = [*vendors.state("ats", "candidates"), *vendors.state("crm", "contacts")]
    lists = ("email_addresses", "phone_numbers", "social_media_addresses", "emails", "phoneNumbers", "links")
    texts = {str(item["value"]) for row in rows for name in lists for item in row.get(name) or ()}
    names = {str(row.get(key) or "") for row in rows for key in ("first_name", "last_name", "firstName", "lastName")}
    return {one for one in texts if len(one) > 5}, {one for one in names if len(one) > 2}


def test_no_address_number_or_name_of_anybody_is_in_a_log_line_at_any_level(story: Story) -> None:
    logs = "\n".join([*(one.err for one in story.said), story.debug])
    assert logs.count("\n") > 100
    texts, names = persons(story.vendors)
    assert not {one for one in texts if one in logs}
    words = set(re.findall(r"[\w'’-]+", logs))
    assert not words & names


def test_reports_and_state_are_readable_by_their_owner_only(story: Story) -> None:
    for path in (story.folder / "tieline.db", story.folder / "plan.json", *(story.folder / "out").iterdir()):
        assert path.stat().st_mode & 0o077 == 0, path.name
