"""The four reports of a synced world, held against the vendors' own states and the truth about it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polars
import pytest

from tests.journeys.journey_command import Said, tieline
from tests.journeys.journey_pair import Pair, tied_pair

REPORTS = ("reconciliation", "sources", "dispositions", "consent")
EVIL = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style></svg><svg/onload=alert(1)>",
    "{{7*7}}<b>bold</b>",
    "javascript:alert(1)//<a href='javascript:alert(1)'>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "&lt;script&gt;&#x3c;script&#x3e;",
)
TAGS = frozenset(
    [
        "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "section", "div", "span", "b",
        "table", "thead", "tbody", "tr", "th", "td", "svg", "g", "path", "rect", "text", "line", "defs", "clippath",
    ]
)  # fmt: skip


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with tied_pair(tmp_path_factory.mktemp("reports"), people=60, seed=5) as made:
        made.sync()
        yield made


@pytest.fixture(scope="module")
def haunted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """A world in which everything that people can name is named by somebody who means harm."""
    with tied_pair(tmp_path_factory.mktemp("haunted"), people=20) as made:
        act = made.vendors.act
        jobs = [act("ats", "open_job", name=f"{text} {n}")["job"] for n, text in enumerate(EVIL)]
        people = [made.human()._replace(given=text, family=f"{text} {n}") for n, text in enumerate(EVIL)]
        contacts = [made.contact(who, met=who.given, campaign=who.given) for who in people]
        made.sync()
        applied = [made.applies(who, {"id": job}) for who, job in zip(people, jobs, strict=True)]
        for ids in applied:
            act("ats", "reject", application=ids["application"], reason="Position closed")
        made.sync()
        for who, contact, ids in zip(people, contacts, applied, strict=True):
            act("ats", "edit", candidate=ids["candidate"], values={"last_name": f"Ats {who.given}"})
            act("crm", "edit", contact=contact, values={"lastName": f"Crm {who.given}"})
        made.sync(yes=True)
        yield made


def made_by(pair: Pair, name: str, form: str, *more: str) -> Said:
    return tieline(pair.folder / "tieline.toml", "report", name, "--format", form, "--out", *(more or ("-",)))


def document(pair: Pair, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(made_by(pair, name, "json").out)
    return found


def figure(found: dict[str, Any], label: str) -> int:
    return int(next(one["value"] for one in found["figures"] if one["label"] == label).replace(",", ""))


class Page(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


# ---- the page ----


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("world", ["pair", "haunted"])
def test_a_page_loads_nothing_runs_nothing_and_forbids_both(
    request: pytest.FixtureRequest, world: str, name: str
) -> None:
    text = made_by(request.getfixturevalue(world), name, "html").out.decode()
    page = Page(text)
    assert page.tags - TAGS == set()
    assert [one for one in page.attributes if one[0].startswith("on")] == []
    assert {one[0] for one in page.attributes} & {"src", "href", "xlink:href", "srcdoc", "action", "data"} == set()
    links = [value for name, value in page.attributes if not name.startswith("xmlns") and "://" in value]
    assert links == []
    assert "url(" not in re.sub(r"url\(#", "", text)
    assert "@import" not in text
    [policy] = [value for name, value in page.attributes if name == "content" and "default-src" in value]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


def test_what_people_wrote_is_shown_as_text(haunted: Pair) -> None:
    shown = {name: made_by(haunted, name, "html").out.decode() for name in REPORTS}
    assert all("<script" not in text and "<img" not in text and "<iframe" not in text for text in shown.values())
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown["reconciliation"]  # a name that lost a conflict
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 0" in shown["dispositions"]  # a job's title
    assert "&lt;iframe srcdoc=" in shown["sources"]  # a first touch, in the table and in the chart
    assert "{{7*7}}" in shown["sources"]
    assert "49&lt;b&gt;" not in shown["sources"]


def test_no_formula_gets_into_a_spreadsheet(haunted: Pair) -> None:
    haunted.vendors.act("ats", "open_job", name="=HYPERLINK(1)")
    who = haunted.human()
    ids = haunted.applies(who, {"id": haunted.vendors.state("ats", "jobs")[-1]["id"]})
    haunted.vendors.act("ats", "reject", application=ids["application"], reason="Position closed")
    haunted.sync()
    text = made_by(haunted, "dispositions", "csv").out.decode("utf-8-sig")
    assert '"\'=HYPERLINK(1)"' in text
    assert '"=HYPERLINK(1)"' not in text


# ---- the figures ----


def test_those_in_both_systems_are_those_who_carry_the_same_id_there(pair: Pair) -> None:
    found = document(pair, "reconciliation")
    both = {row["person"]: row for row in found["tables"]["people"] if row["where"] == "in both"}
    assert figure(found, "People in both systems") == len(both)
    ats = {pair.custom(one).get("tieline_person_id") for one in pair.vendors.state("ats", "candidates")} - {None}
    crm = {pair.shown(one["id"]).get("Tieline person") for one in pair.vendors.state("crm", "contacts")} - {None}
    private = {str(one["id"]) for one in pair.vendors.state("ats", "candidates") if one["private"]}
    archived = {one["id"] for one in pair.vendors.state("crm", "contacts") if one["archived"]}
    untold = {p for p, row in both.items() if row["greenhouse"] in private or row["beamery"] in archived}
    assert ats & crm == both.keys() - untold
    assert len(both) > len(untold)


def test_everybody_of_the_truth_who_shares_an_address_is_matched_and_no_stranger_is(pair: Pair) -> None:
    truth = pair.vendors.truth("ats")["people"]
    pairs = [
        (row["greenhouse"], row["beamery"])
        for row in document(pair, "reconciliation")["tables"]["people"]
        if row["where"] == "in both"
    ]
    of_ats = {id: one["person"] for one in truth for id in one["ats"]}
    of_crm = {id: one["person"] for one in truth for id in one["crm"]}
    strangers = [(a, c) for a, c in pairs if of_ats.get(a) and of_crm.get(c) and of_ats[a] != of_crm[c]]
    assert strangers == []
    matched = {of_ats[a] for a, _ in pairs if a in of_ats}
    owed = {one["person"] for one in truth if one["ats"] and one["crm"] and one["shared"] in ("email", "linkedin")}
    assert owed <= matched


def test_closed_applications_are_those_of_the_ats_but_for_confidential_jobs(pair: Pair) -> None:
    found = document(pair, "dispositions")
    secret = {one["id"] for one in pair.vendors.state("ats", "jobs") if one["confidential"]}
    wanted = {
        str(one["id"]): one
        for one in pair.vendors.state("ats", "applications")
        if one["status"] in ("rejected", "hired") and one["job_id"] not in secret
    }
    rows = {row["application"]: row for row in found["tables"]["applications"]}
    assert rows.keys() == wanted.keys()
    assert figure(found, "Closed applications") == len(wanted)
    assert figure(found, "Hired") == sum(one["status"] == "hired" for one in wanted.values())
    reasons = {one["id"]: one["name"] for one in pair.vendors.state("ats", "rejection_reasons")}
    for id, row in rows.items():
        assert row["reason"] == reasons.get(wanted[id]["rejection_reason_id"])
    tagged = {one["id"] for one in pair.vendors.state("crm", "contacts") if "Silver medalist" in pair.tags(one["id"])}
    people = {row["person"]: row for row in document(pair, "reconciliation")["tables"]["people"]}
    silver = {people[row["person"]]["beamery"] for row in rows.values() if row["silver medalist"] == "yes"}
    assert silver <= tagged


def test_sources_are_what_the_ats_says_of_each_application(pair: Pair) -> None:
    rows = {row["application"]: row for row in document(pair, "sources")["tables"]["applications"]}
    held = {str(one["id"]): one for one in pair.vendors.state("ats", "applications")}
    assert rows
    for id, row in rows.items():
        assert row["ATS source"] == (pair.source(held[id]) or "none")
    truth = [one for one in pair.vendors.truth("ats")["people"] if one["shared"] in ("email", "linkedin")]
    told = {id: one["first_touch"]["at"][:10] for one in truth for id in one["ats"] if one["first_touch"]}
    seen = {id: told.get(str(held[id]["candidate_id"])) for id in rows}
    assert {id: day for id, day in seen.items() if day} == {id: rows[id]["when"] for id, day in seen.items() if day}


def test_consent_is_withdrawn_where_any_system_says_so(pair: Pair) -> None:
    found = document(pair, "consent")
    said = {
        role: {str(one["id"]) for one in pair.vendors.state(role, name) if forbids(pair, one)}
        for role, name in (("ats", "candidates"), ("crm", "contacts"))
    }
    people = {row["person"]: row for row in document(pair, "reconciliation")["tables"]["people"]}
    withdrawn = {row["person"] for row in found["tables"]["people"] if row["consent"] == "withdrawn"}
    for person, row in people.items():
        if row["greenhouse"] in said["ats"] or row["beamery"] in said["crm"]:
            assert person in withdrawn
    assert figure(found, "Withdrawn") == len(withdrawn)
    assert figure(found, "Withdrawals not yet everywhere") == 0


def forbids(pair: Pair, row: dict[str, Any]) -> bool:
    if "can_email" in row:
        return row["can_email"] is False
    return bool(row.get("doNotContact")) or pair.shown(row["id"]).get("Sourcing consent") == "No"


def test_nothing_of_private_people_is_quoted_among_the_differences(pair: Pair) -> None:
    private = {str(one["id"]): one for one in pair.vendors.state("ats", "candidates") if one["private"]}
    found = document(pair, "reconciliation")
    people = {row["person"]: row["greenhouse"] for row in found["tables"]["people"]}
    rows = [*found["tables"]["differences"], *found["tables"]["conflicts"]]
    shown = [row for row in rows if people.get(row["person"]) in private]
    assert shown
    assert all(value == "not shown" for row in shown for key, value in row.items() if key in ("greenhouse", "beamery"))


# ---- the forms ----


@pytest.mark.parametrize("name", REPORTS)
def test_every_form_holds_the_same_rows(pair: Pair, name: str) -> None:
    main = document(pair, name)["tables"]["applications" if name in ("sources", "dispositions") else "people"]
    assert main
    frame = polars.read_parquet(io.BytesIO(made_by(pair, name, "parquet").out))
    assert frame.to_dicts() == main
    lines = polars.read_csv(io.BytesIO(made_by(pair, name, "csv").out), infer_schema=False)
    assert lines.columns == list(main[0])
    assert lines.height == len(main)


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("form", ["html", "csv", "json", "parquet"])
def test_a_report_before_the_first_pull_is_empty_and_whole(tmp_path: Path, pair: Pair, name: str, form: str) -> None:
    config = tmp_path / "tieline.toml"
    config.write_text((pair.folder / "tieline.toml").read_text(encoding="utf-8"), encoding="utf-8")
    said = tieline(config, "report", name, "--format", form, "--out", "-")
    assert (said.code, said.err) == (0, "")
    if form == "json":
        assert json.loads(said.out)["report"] == name
    elif form == "parquet":
        frame = polars.read_parquet(io.BytesIO(said.out))
        assert (frame.height, len(frame.columns) > 5) == (0, True)
    elif form == "csv":
        assert said.out.decode("utf-8-sig").count("\n") == 1
    else:
        assert Page(said.out.decode()).tags >= {"h1", "style"}


def test_a_report_goes_where_it_is_told_and_says_where(pair: Pair, tmp_path: Path) -> None:
    said = made_by(pair, "sources", "json", str(tmp_path / "new" / "sources.json"))
    assert (said.code, said.err) == (0, "")
    assert str(tmp_path / "new" / "sources.json") in said.out.decode().replace("\n", "")
    assert json.loads((tmp_path / "new" / "sources.json").read_text(encoding="utf-8"))["report"] == "sources"
    without = tieline(pair.folder / "tieline.toml", "report", "consent", "--format", "csv")
    assert without.code == 0
    assert (pair.folder / "reports" / "consent.csv").exists()


def test_a_place_that_cannot_be_written_is_one_line(pair: Pair, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    for place in (tmp_path, tmp_path / "file" / "sources.json"):
        said = made_by(pair, "sources", "json", str(place))
        assert said.code == 1
        assert said.err.count("\n") == 1
        assert said.err.startswith("tieline: ")
        assert "cannot be written" in said.err
        assert said.out == b""
