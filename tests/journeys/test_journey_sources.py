"""First touch: it stays, whatever the ATS's source field says, and is repaired as the policy allows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.journey_pair import Pair, tied_pair
from tieline import settings
from tieline.reports import reconciliation, sources
from tieline.reports.reading import Reading

MET = "Recruiting event"


@pytest.fixture(scope="module")
def observing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("observing")
    with tied_pair(folder, people=40, source="observe") as made:
        yield made


@pytest.fixture(scope="module")
def enforcing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("enforcing")
    with tied_pair(folder, people=40, source="enforce") as made:
        yield made


def overwritten(pair: Pair, source: str) -> tuple[int, dict[str, object]]:
    """Somebody met at an event, who applied, and whose source was then overwritten: the application, and its line in
    the report of first touches against sources."""
    who, _, ids = pair.tied(met=MET)
    pair.vendors.act("ats", "set_source", application=ids["application"], source=source)
    pair.mark()
    pair.settle()
    custom = pair.custom(pair.candidate(who))
    assert custom["tieline_first_touch_source"] == MET
    rows = {row[1]: row for row in told(pair)}
    return ids["application"], rows.get(str(ids["application"]), ())


def told(pair: Pair) -> list[tuple[object, ...]]:
    """The table of the reconciliation report."""
    read = settings.load(pair.folder / "tieline.toml")
    report = reconciliation.make(Reading(read, pair.engine.store))
    return list(next(table for table in report.tables if table.name == "first_touch").rows)


def test_a_generic_source_is_filled_and_the_first_touch_stays(pair: Pair) -> None:
    application, line = overwritten(pair, "Careers page")
    assert pair.source(application) == MET
    assert line == ()
    [write] = pair.written("ats")
    assert (write["method"], write["path"]) == ("PATCH", f"/v3/applications/{application}")


def test_a_telling_source_is_left_alone_and_reported(pair: Pair) -> None:
    application, line = overwritten(pair, "Indeed")
    assert pair.source(application) == "Indeed"
    assert pair.written("ats") == []
    assert line[2:] == (MET, line[3], "Indeed", "overwritten")


def test_under_observe_nothing_is_written_and_all_is_reported(observing: Pair) -> None:
    application, line = overwritten(observing, "Careers page")
    assert observing.source(application) == "Careers page"
    assert observing.written("ats") == []
    assert line[-2:] == ("Careers page", "overwritten")
    patched = [one for one in observing.vendors.log("ats", writes=True) if "/applications/" in one["path"]]
    assert patched == []


def test_under_enforce_every_source_is_repaired(enforcing: Pair) -> None:
    for source in ("Careers page", "Indeed", "Referral"):
        application, line = overwritten(enforcing, source)
        assert enforcing.source(application) == MET
        assert line == ()


def test_a_projection_that_is_overwritten_is_put_back_once(pair: Pair) -> None:
    who, contact, ids = pair.tied(met=MET)
    pair.vendors.act(
        "ats", "set_custom_field", candidate=ids["candidate"], key="tieline_first_touch_source", value="Walked in"
    )
    pair.vendors.act("crm", "set_custom_field", contact=contact, field="First touch source", value="Walked in")
    pair.mark()
    pair.settle()
    assert pair.custom(pair.candidate(who))["tieline_first_touch_source"] == MET
    assert pair.shown(contact)["First touch source"] == MET
    assert (len(pair.written("ats")), len(pair.written("crm"))) == (1, 1)


def test_a_hire_freezes_the_source(pair: Pair) -> None:
    who, _, ids = pair.tied(met=MET)
    pair.vendors.act("ats", "hire", application=ids["application"])
    pair.settle()
    pair.vendors.act("ats", "set_source", application=ids["application"], source="Careers page")
    pair.mark()
    pair.settle()
    assert pair.source(ids["application"]) == "Careers page"
    assert pair.written("ats") == []
    hires = sources.make(Reading(settings.load(pair.folder / "tieline.toml"), pair.engine.store)).main
    [row] = [row for row in hires.rows if row[1] == str(ids["application"])]
    assert (row[2], row[6], row[7], row[8]) == (MET, "Careers page", "hired", "overwritten")
    assert pair.custom(pair.candidate(who))["tieline_first_touch_source"] == MET
