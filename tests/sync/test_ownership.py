"""Ownership on whole people: what travels, what is put back, what is never taken away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from connectors.kit.contract import Capabilities
from mapping import fields
from sync.changes import Verb
from sync.decide import decide
from sync.settings import Policies
from sync.view import PersonView
from tests.sync.policy_world import (
    ATS,
    ATS_FIELDS,
    CRM,
    NOW,
    ats_catalog,
    candidate,
    carried_out,
    crm_catalog,
    kinds,
    linked,
    named,
    settled,
    side,
    written,
)

DEFAULTS = Policies()
UNION_TAGS = Policies(ownership={fields.TAGS: "union"})


def both(field: str, ats: Any, crm: Any, base: Any = ..., **given: Any) -> PersonView:
    """A linked person who differs in one field, with the base of that field where one is known."""
    known = {} if base is ... else {field: base}
    return linked(
        {field: ats},
        {field: crm},
        ats_side={"base": known, **given.pop("ats_side", {})},
        crm_side={"base": known, **given.pop("crm_side", {})},
        **given,
    )


def test_an_edit_in_the_crm_reaches_the_ats_with_its_reason() -> None:
    decided = decide(both(fields.TITLE, "Engineer", "Lead", "Engineer"), DEFAULTS)
    (change,) = decided.changes
    (field,) = change.fields
    assert (change.system, change.verb, field.field) == (ATS, Verb.UPDATE_CANDIDATE, fields.TITLE)
    assert (field.before, field.after) == ("Engineer", "Lead")
    assert (field.origin, field.origin_value) == (CRM, "Lead")
    assert field.because == "changed on the other side"


def test_all_edits_of_one_person_are_one_write_per_side() -> None:
    view = linked(
        {fields.TITLE: "Lead", fields.COMPANY: "Old Ltd", fields.LOCATION: "Berlin"},
        {fields.TITLE: "Engineer", fields.COMPANY: "New Ltd", fields.LOCATION: "Berlin"},
        ats_side={"base": {fields.TITLE: "Engineer", fields.COMPANY: "Old Ltd"}},
        crm_side={"base": {fields.TITLE: "Engineer", fields.COMPANY: "Old Ltd"}},
    )
    decided = decide(view, DEFAULTS)
    assert written(decided, ATS) == {fields.COMPANY: "New Ltd"}
    assert written(decided, CRM) == {fields.TITLE: "Lead"}
    assert len(decided.changes) == 2


def test_a_contested_field_keeps_the_losing_value_for_the_report() -> None:
    view = linked(ats_side={"base": {fields.TITLE: "Engineer"}}, crm_side={"base": {fields.TITLE: "Engineer"}})
    ats = candidate(ATS, settled(ATS, {fields.TITLE: "Lead"}), updated=NOW - timedelta(hours=1))
    crm = candidate(CRM, settled(CRM, {fields.TITLE: "Head"}), updated=NOW - timedelta(hours=2))
    view = PersonView(
        view.person,
        NOW,
        side(ATS, ats, base={fields.TITLE: "Engineer"}),
        side(CRM, crm, base={fields.TITLE: "Engineer"}),
    )
    decided = decide(view, DEFAULTS)
    assert written(decided, CRM) == {fields.TITLE: "Lead"}
    (conflict,) = decided.conflicts
    assert (conflict.kept, conflict.kept_from, conflict.lost, conflict.lost_from) == ("Lead", ATS, "Head", CRM)


def test_an_edit_on_the_side_that_does_not_own_the_field_is_put_back_and_told() -> None:
    policies = Policies(ownership={fields.TITLE: "ats"})
    decided = decide(both(fields.TITLE, "Engineer", "Wizard", "Engineer"), policies)
    assert written(decided, CRM) == {fields.TITLE: "Engineer"}
    assert "put_back" in kinds(decided)


def test_equal_values_become_the_base_without_a_write() -> None:
    decided = decide(both(fields.TITLE, "Lead", "Lead"), DEFAULTS)
    assert decided.changes == ()
    assert {(ATS, fields.TITLE, "Lead"), (CRM, fields.TITLE, "Lead")} <= set(decided.agreed)
    known = carried_out(both(fields.TITLE, "Lead", "Lead"), decided)
    assert decide(known, DEFAULTS).agreed == ()


def test_the_last_email_and_the_name_are_never_taken_away() -> None:
    address = ("ada@example.com",)
    decided = decide(both(fields.EMAILS, address, None, address), DEFAULTS)
    assert decided.changes == ()
    assert "not_emptied" in kinds(decided)
    assert decide(both(fields.FAMILY_NAME, "Example", None, "Example"), DEFAULTS).changes == ()


def test_one_email_of_two_may_go() -> None:
    two = ("ada@example.com", "old@example.com")
    decided = decide(both(fields.EMAILS, two, ("ada@example.com",), two), DEFAULTS)
    assert written(decided, ATS) == {fields.EMAILS: ("ada@example.com",)}


def test_a_cleared_value_travels_only_when_it_was_agreed() -> None:
    assert written(decide(both(fields.TITLE, "Lead", None, "Lead"), DEFAULTS), ATS) == {fields.TITLE: None}
    filled = decide(both(fields.TITLE, "Lead", None), DEFAULTS)
    assert written(filled, CRM) == {fields.TITLE: "Lead"}


def test_what_we_may_have_written_is_no_edit() -> None:
    """The reply to our write was lost; it shows in the ATS, and in the CRM somebody has changed the field again."""
    view = both(fields.TITLE, "Lead", "Head", "Engineer", ats_side={"sent": {fields.TITLE: ("Lead",)}})
    decided = decide(view, DEFAULTS)
    assert written(decided, ATS) == {fields.TITLE: "Head"}
    assert decided.conflicts == ()


def test_a_field_that_one_side_hides_is_left_alone() -> None:
    crm = candidate(CRM, settled(CRM))
    hidden = crm.model_copy(update={"values": {k: v for k, v in crm.values.items() if k != fields.TITLE}})
    view = PersonView("p-1", NOW, side(ATS, candidate(ATS, settled(ATS, {fields.TITLE: "Lead"}))), side(CRM, hidden))
    assert decide(view, DEFAULTS).changes == ()


def test_a_field_the_vendor_lacks_is_told_once_and_never_planned() -> None:
    catalog = ats_catalog(writable=ATS_FIELDS - {fields.TITLE})
    decided = decide(both(fields.TITLE, None, "Lead", ats_side={"catalog": catalog}), DEFAULTS)
    assert decided.changes == ()
    assert [(one.kind, one.subject) for one in decided.notices] == [("cannot_write", fields.TITLE)]


def test_a_removal_that_a_vendor_cannot_do_is_told_and_not_planned_for_ever() -> None:
    can = Capabilities(verbs=frozenset(Verb), add_only=frozenset({fields.PHONES}))
    two = ("+15550100", "+15550101")
    given = {"crm_side": {"catalog": crm_catalog(capabilities=can)}}
    decided = decide(both(fields.PHONES, ("+15550100",), two, two, **given), DEFAULTS)
    assert decided.changes == ()
    assert kinds(decided) == {"unsupported"}
    added = decide(both(fields.PHONES, ("+15550100", "+15550102"), two, two, **given), DEFAULTS)
    assert written(added, CRM) == {fields.PHONES: ("+15550100", "+15550101", "+15550102")}


def test_a_read_only_field_is_never_planned() -> None:
    can = Capabilities(verbs=frozenset(Verb), read_only=frozenset({fields.COMPANY}))
    view = both(fields.COMPANY, "Old Ltd", "New Ltd", "New Ltd", crm_side={"catalog": crm_catalog(capabilities=can)})
    assert written(decide(view, DEFAULTS), CRM) == {}


def test_the_silver_tag_is_ours_and_never_travels() -> None:
    decided = decide(both(fields.TAGS, ("vip",), ("Silver medalist", "vip"), ("vip",)), UNION_TAGS)
    assert decided.changes == ()
    added = decide(both(fields.TAGS, ("go", "vip"), ("Silver medalist", "vip"), ("vip",)), UNION_TAGS)
    assert written(added, CRM) == {fields.TAGS: ("Silver medalist", "go", "vip")}
    assert written(added, ATS) == {}


def test_a_custom_field_with_an_owner_is_shared_like_any_other() -> None:
    policies = Policies(ownership={"notice_period": "newest"})
    decided = decide(both("notice_period", "1 month", "3 months", "1 month"), policies)
    assert named(decided, Verb.UPDATE_CANDIDATE, ATS) == []
    assert kinds(decided) == {"cannot_write"}
    catalog = ats_catalog(writable=ATS_FIELDS | {"notice_period"})
    taken = decide(both("notice_period", "1 month", "3 months", "1 month", ats_side={"catalog": catalog}), policies)
    assert written(taken, ATS) == {"notice_period": "3 months"}


def test_a_vendor_that_spells_a_value_its_own_way_is_not_written_for_ever() -> None:
    """The CRM's title went to the ATS, which keeps a shorter form: both legs of the base say so, and it is quiet."""
    view = both(fields.TITLE, "Engineer", "Principal Engineer", "Engineer")
    after = carried_out(view, decide(view, DEFAULTS))
    shortened = {**after.ats.values, fields.TITLE: "Princ. Eng."}
    ats = side(
        ATS,
        candidate(ATS, shortened),
        base={**after.ats.base, fields.TITLE: "Princ. Eng."},
    )
    assert after.crm.base[fields.TITLE] == "Principal Engineer"
    assert decide(PersonView(after.person, NOW, ats, after.crm), DEFAULTS).changes == ()


@pytest.mark.parametrize("first", [ATS, CRM])
def test_half_of_a_union_is_still_owed_when_the_other_half_was_written(first: str) -> None:
    one, other = ("a@example.com",), ("b@example.com",)
    view = both(fields.EMAILS, one, other)
    decided = decide(view, DEFAULTS)
    half = carried_out(view, decided, [change for change in decided.changes if change.system == first])
    rest = decide(half, DEFAULTS)
    assert [change.system for change in rest.changes] == [CRM if first == ATS else ATS]
    whole = carried_out(half, rest)
    assert whole.ats.values[fields.EMAILS] == whole.crm.values[fields.EMAILS] == (*one, *other)
    assert decide(whole, DEFAULTS).changes == ()


def test_nothing_is_called_lost_where_nothing_is_overwritten() -> None:
    """Emptied on the newer side, edited on the other: the name stays, so there is no loser."""
    base = {fields.GIVEN_NAME: "Ada"}
    ats = candidate(ATS, settled(ATS, {fields.GIVEN_NAME: None}), updated=NOW)
    crm = candidate(CRM, settled(CRM, {fields.GIVEN_NAME: "Augusta"}))
    view = PersonView("p-1", NOW, side(ATS, ats, base=base), side(CRM, crm, base=base))
    decided = decide(view, DEFAULTS)
    assert decided.conflicts == ()
    assert written(decided, CRM) == {}
    assert "not_emptied" in kinds(decided)


def test_a_custom_field_of_a_system_that_shows_no_empty_ones_is_filled_and_never_taken_for_cleared() -> None:
    """Missing there may be empty, or kept from us by a permission: the other side's value is not blanked for it."""
    policies = Policies(ownership={"notice_period": "newest"})
    can = Capabilities(verbs=crm_catalog().capabilities.verbs, hides_empty=True)
    more = frozenset({"notice_period"})
    catalogs: dict[str, Any] = {
        "ats_side": {"catalog": ats_catalog(writable=ATS_FIELDS | more)},
        "crm_side": {"catalog": crm_catalog(capabilities=can, writable=crm_catalog().writable | more)},
    }
    decided = decide(both("notice_period", "Two months", None, **catalogs), policies)
    assert written(decided, CRM) == {"notice_period": "Two months"}
    decided = decide(both("notice_period", "Two months", None, "Two months", **catalogs), policies)
    assert decided.changes == ()
    assert "not_emptied" in kinds(decided)
    decided = decide(both("notice_period", None, "Two months", "Two months", **catalogs), policies)
    assert written(decided, CRM) == {"notice_period": None}
