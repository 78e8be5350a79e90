"""The core journey on tenants of every kind: wherever the vendors' pages, customers' code and older APIs disagree or
are silent, the same things must come of it.

By default a few invented tenants, which together have every setting that touches writing; every setting alone is
tried by the slow test.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.sandbox.beamery.options import SWITCHES as BEAMERY
from connectors.sandbox.beamery.tokens import PASSWORD, USERNAME
from connectors.sandbox.greenhouse.options import SWITCHES as GREENHOUSE
from tests.journeys.journey_core import core
from tests.journeys.journey_pair import tied_pair

Tenant = dict[str, dict[str, Any]]


TENANTS: dict[str, Tenant] = {
    "of the older API": {
        "greenhouse": {
            "token_expiry": "expires_in", "create_envelope": "bare", "child_bumps_parent": True,
            "note_visibility_answer": "write", "unreject_details": "cleared", "shows_job_stage": False,
            "prospect_source": "ignored", "non_admin": "empty",
        },
        "beamery": {
            "logins": "basic", "envelope": "legacy", "times": "createdAt", "contact_shape": "legacy",
            "vacancy_ids": "title_only", "sort_by_updated": "ignored", "customfields_patch": "replace",
            "phones_patch": "replace", "patch_answer": "full", "create_status": 201, "pool_removal": "all",
            "email_filter": "partial", "merged_id": "301", "custom_field_create": "allowed", "delete": "always",
        },
    },
    "by the documents": {
        "greenhouse": {
            "token_expiry": "expires", "auto_merge": True, "second_application": "refused", "bracket_dates": "accepted",
            "prospect_source": "refused", "new_token_revokes": True,
        },
        "beamery": {
            "logins": "oauth", "envelope": "docs", "emails_patch": "add", "links_patch": "add",
            "patch_answer": "empty", "read_only_keys": "refused", "create_dedupe": "conflict", "pool_removal": "body",
            "activities": True, "time_precision": "seconds", "same_value_bumps": False, "email_filter": "primary",
            "auth_token_key": "access_token", "merged_id": "mergedInto", "pool_create": "allowed",
        },
    },
    "that shows little": {
        "greenhouse": {
            "service_user_admin": False, "private_candidates": "hidden", "confidential_jobs": "hidden",
            "private_fields": "hidden", "move_from": "application_stage",
        },
        "beamery": {
            "do_not_contact": "absent", "pool_removal": "patch_lists", "create_dedupe": "duplicate",
            "archived_contacts": "hidden", "anonymised_contacts": "stub", "email_filter": "case_sensitive",
            "auth_token_key": "accessToken", "tag_create": "allowed", "delete": "refused",
        },
    },
    "that takes little": {
        "greenhouse": {"private_candidates": "stub"},
        "beamery": {
            "do_not_contact": "read_only", "tags_patch": "add", "pool_removal": "none", "find_by_ats_id": True,
        },
    },
}  # fmt: skip
ADMIN = "4280000002"  # a Site Admin of the stand-in, to act as where the credential's own user is none
FIELD_LIST = ("beamery", "custom_field_list", "missing")  # without it, fields are named by id: a journey of its own


def walk(folder: Path, tenant: Tenant) -> None:
    """The core journey for one tenant, configured as its administrator would."""
    greenhouse, beamery = tenant.get("greenhouse", {}), tenant.get("beamery", {})
    settings: dict[str, dict[str, Any]] = {"greenhouse": {}, "beamery": {}}
    if not greenhouse.get("service_user_admin", True):
        settings["greenhouse"]["sub"] = ADMIN
    if beamery.get("activities"):
        settings["beamery"]["activities"] = True
    if beamery.get("logins") == "basic":
        settings["beamery"] |= {"client_id": None, "client_secret": None, "username": USERNAME, "password": PASSWORD}
    leaves_pools, untags = beamery.get("pool_removal") != "none", beamery.get("tags_patch") != "add"
    refuses = not (leaves_pools and untags) or beamery.get("do_not_contact") == "read_only"
    with tied_pair(folder, people=20, switches=tenant, settings=settings, refuses=refuses) as pair:
        pair.lag = greenhouse.get("list_lag", 0.0)
        flag = beamery.get("do_not_contact", "writable") == "writable"
        core(pair, leaves_pools=leaves_pools, untags=untags, flag=flag)


def alone() -> Iterator[tuple[str, str, Any]]:
    """Every choice of every switch that is not its default."""
    for kind, switches in (("greenhouse", GREENHOUSE), ("beamery", BEAMERY)):
        for switch in switches:
            chosen = ((kind, switch.name, choice) for choice in switch.choices if choice != switch.default)
            yield from (one for one in chosen if one != FIELD_LIST)


NUMBERS = (  # switches that take a number or a text
    ("greenhouse", "list_lag", 1.0), ("greenhouse", "token_seconds", 3.0), ("greenhouse", "cursor_seconds", 0.5),
    ("beamery", "search_lag", 1.0), ("beamery", "token_seconds", 3.0), ("beamery", "others_per_second", 10),
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "name", "choice"), [*alone(), *NUMBERS])
def test_the_core_journey_on_every_setting_alone(tmp_path: Path, kind: str, name: str, choice: Any) -> None:
    walk(tmp_path, {kind: {name: choice}})


@pytest.mark.parametrize("name", TENANTS)
def test_the_core_journey_on_a_tenant(tmp_path: Path, name: str) -> None:
    walk(tmp_path, TENANTS[name])


def test_the_tenants_together_have_every_setting() -> None:
    covered = {
        (kind, name, choice)
        for tenant in TENANTS.values()
        for kind, switches in tenant.items()
        for name, choice in switches.items()
    }
    assert covered == set(alone())


def test_a_tenant_that_lists_no_custom_fields_still_takes_a_handoff(tmp_path: Path) -> None:
    with tied_pair(tmp_path, people=20, switches={"beamery": {"custom_field_list": "missing"}}) as pair:
        who = pair.human()
        contact = pair.contact(who, met="Recruiting event")
        pair.vendors.act("crm", "add_to_vacancy", contact=contact, vacancy=pair.vacancy(pair.job()))
        pair.settle()
        arrived = pair.candidate(who)
        assert len(pair.applications(arrived)) == len(pair.notes(arrived)) == 1
        assert pair.shown(contact).keys() == {"Original source"}
