"""Is the Greenhouse stand-in faithful? A client that nobody here wrote reads from it and writes to it.

open-greenhouse-mcp 0.5.0 (PyPI, MIT) speaks Harvest v3 to the real Greenhouse. It is put into a virtual environment
of its own (bench/.peers/), pointed at a stand-in on loopback by changing its two addresses and nothing else, and
used through its own tools. Each check says what the client did and what must come of it.

    python bench/faithful/open_greenhouse_mcp.py          # prints one line per check; exit 1 if any fails
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

CLIENT = "open-greenhouse-mcp==0.5.0"
ROOT = Path(__file__).resolve().parents[2]
PEER = ROOT / "bench" / ".peers" / "open-greenhouse-mcp"
PASSED: list[str] = []
FAILED: list[str] = []


def main() -> int:
    """Set up the client, serve an account, let the client loose on it."""
    sys.path.insert(0, str(ROOT))
    from connectors.sandbox.launch import start

    python = install()
    with start("greenhouse", people=120, seed=7) as running:
        running.switches("greenhouse", bracket_dates="accepted", token_expiry="expires_in")
        settings = {**running.credentials["greenhouse"], "side": running.ats_url}
        environment = {**os.environ, "SANDBOX": json.dumps(settings), "NO_PROXY": "127.0.0.1"}
        done = subprocess.run([python, __file__, "--inside"], env=environment, check=False)
    return done.returncode


def install() -> str:
    """The client's own environment, made once."""
    python = PEER / "bin" / "python"
    if not (PEER / ".ready").exists():
        venv.create(PEER, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", CLIENT], check=True)
        (PEER / ".ready").touch()
    return str(python)


# ---------------------------------------------------------------------------- from here on: in the client's world


def check(what: str, holds: bool, found: Any = "") -> None:
    """Note one check."""
    (PASSED if holds else FAILED).append(what)
    print(f"  {'ok  ' if holds else 'FAIL'} {what}" + ("" if holds else f"   found: {str(found)[:300]}"))


def side(settings: dict[str, str], method: str, what: str, body: Any = None) -> Any:
    """The stand-in's side channel."""
    import httpx

    return httpx.request(method, f"{settings['side']}/_sandbox/{what}", json=body, trust_env=False).json()


async def inside() -> int:
    """All checks, in an order in which each finds what it needs."""
    from greenhouse_mcp import client as speaking

    logging.disable(logging.WARNING)  # the client warns of every refusal, and refusals are among the checks
    settings = json.loads(os.environ["SANDBOX"])
    speaking.HARVEST_BASE = f"{settings['base_url']}/v3"
    speaking.TOKEN_URL = settings["token_url"]
    user = str(
        next(row["id"] for row in side(settings, "GET", "state/users") if row["site_admin"] and row["primary_email"])
    )
    client = speaking.GreenhouseClient(
        client_id=settings["client_id"], client_secret=settings["client_secret"], user_id=user
    )
    print(f"{CLIENT} against the Greenhouse stand-in")
    known = await reading(client, settings)
    candidate, application = await profile(client, settings, known)
    await notes_and_tags(client, candidate)
    await outcomes(client, settings, application, known)
    await prospects(client, known)
    await refusals(client, settings, candidate)
    await endings(client, settings, candidate)
    await client.close()
    print(f"{len(PASSED)} passed, {len(FAILED)} failed")
    return 1 if FAILED else 0


async def reading(client: Any, settings: dict[str, str]) -> dict[str, Any]:
    """Lists, pages, filters."""
    from greenhouse_mcp.harvest import (
        applications,
        candidates,
        custom_fields,
        job_stages,
        jobs,
        rejection_reasons,
        sources,
    )

    held = side(settings, "GET", "state/candidates")
    first = await candidates.list_candidates(client, per_page=25)
    check("list candidates: a page of 25 and a cursor for more", len(first["items"]) == 25 and first["has_next"], first)
    second = await candidates.list_candidates(client, per_page=25, cursor=first["next_cursor"])
    ids = [row["id"] for row in first["items"] + second["items"]]
    check("the second page goes on where the first ended, newest first", ids == sorted(set(ids), reverse=True), ids)
    everyone = await candidates.list_candidates(client, per_page=40, paginate="all")
    check("all pages together are everybody, once", everyone["total"] == len(held), everyone["total"])
    middle = sorted(row["updated_at"] for row in held)[len(held) // 2]
    late = await candidates.list_candidates(client, updated_after=middle, paginate="all")
    check(
        "updated_after leaves the later half",
        late["total"] == sum(r["updated_at"] >= middle for r in held),
        late["total"],
    )
    someone = next(row for row in held if row["email_addresses"])
    address = someone["email_addresses"][0]["value"].upper()
    hits = await candidates.list_candidates(client, email=address)
    check("an e-mail finds its owner in any case", someone["id"] in [row["id"] for row in hits["items"]], hits)
    whole = await candidates.get_candidate(client, candidate_id=someone["id"], include_related=True)
    check("one candidate with applications and attachments", "applications" in whole and "warnings" not in whole, whole)
    active = await applications.list_applications(client, status="active", paginate="all")
    check(
        "status=active finds rows that say in_process", {a["status"] for a in active["items"]} == {"in_process"}, active
    )
    check("their jobs are resolved in batches of 50", "warnings" not in active, active.get("warnings"))
    open_jobs = await jobs.list_jobs(client, status="open", paginate="all")
    check("open jobs with departments and offices", bool(open_jobs["items"]) and "warnings" not in open_jobs, open_jobs)
    job = open_jobs["items"][0]
    stages = await job_stages.list_job_stages_for_job(client, job_id=job["id"])
    rows = stages["items"] if isinstance(stages, dict) else stages
    check("a job's stages", len(rows) >= 3 and all(row["job_id"] == job["id"] for row in rows), stages)
    few = await rejection_reasons.list_rejection_reasons(client)
    many = await rejection_reasons.list_rejection_reasons(client, include_defaults=True)
    check("built-in reasons only when asked for", len(many["items"]) > len(few["items"]), many)
    fields = await custom_fields.list_custom_fields(client, field_type="candidate")
    check("custom field definitions", any(row["name_key"] == "tieline_person_id" for row in fields["items"]), fields)
    origin = await sources.list_sources(client)
    check("sources with their strategies", all(row["type"]["name"] for row in origin["items"]), origin)
    return {
        "job": job,
        "stages": sorted(rows, key=lambda row: row["sort_order"]),
        "reasons": many["items"],
        "source": origin["items"][0]["id"],
        "other_job": open_jobs["items"][1],
    }


async def profile(client: Any, settings: dict[str, str], known: dict[str, Any]) -> tuple[int, int]:
    """Creating and changing a candidate."""
    from greenhouse_mcp.harvest import candidates

    made = await candidates.create_candidate(
        client,
        first_name="Ottoline",
        last_name="Brass",
        company="Example Works",
        title="Engineer",
        email_addresses=[{"value": "ottoline.brass@example.com", "type": "personal"}],
        phone_numbers=[{"value": "+44 20 7946 0123", "type": "mobile"}],
        tags=["Brass"],
        custom_fields=[{"name_key": "tieline_person_id", "value": "person-1"}],
        job_id=known["job"]["id"],
        source_id=known["source"],
        initial_stage_id=known["stages"][1]["id"],
    )
    check("create a candidate with an application", made.keys() == {"candidate", "application"}, made)
    candidate, application = made["candidate"]["id"], made["application"]["id"]
    check(
        "in the stage asked for", made["application"]["stage_name"] == known["stages"][1]["name"], made["application"]
    )
    changed = await candidates.update_candidate(
        client,
        candidate_id=candidate,
        title="Principal Engineer",
        custom_fields=[{"name_key": "tieline_crm_url", "value": "https://crm.example.com/1"}],
    )
    values = {key: field["value"] for key, field in changed["custom_fields"].items() if field["value"] is not None}
    check(
        "one more custom field, merged by the client, loses none",
        values == {"tieline_person_id": "person-1", "tieline_crm_url": "https://crm.example.com/1"},
        changed,
    )
    check("and a scalar changes", changed["title"] == "Principal Engineer", changed)
    narrow = await candidates.update_candidate(
        client, candidate_id=candidate, email_addresses=[{"value": "o.brass@example.org", "type": "work"}]
    )
    check("collections are replaced wholesale", len(narrow["email_addresses"]) == 1, narrow)
    writes = side(settings, "GET", "log?writes=1")
    check("the log has exactly these writes", [w["method"] for w in writes] == ["POST", "PATCH", "PATCH"], writes)
    return candidate, application


async def notes_and_tags(client: Any, candidate: int) -> None:
    """Notes are written in one spelling and read in another; tags are applied and taken away."""
    from greenhouse_mcp.harvest import activity_feed, candidates, tags

    note = await candidates.add_note_to_candidate(
        client, candidate_id=candidate, body="Met at a fair.", visibility="private"
    )
    check("a private note", note.get("visibility") == "privately_visible" and note["user_id"], note)
    mail = await candidates.add_email_note_to_candidate(
        client, candidate_id=candidate, to="o.brass@example.org", from_="rae@example.com", subject="Hello", body="Hi."
    )
    check(
        "a logged e-mail tells addresses as text and copies as an array",
        mail.get("email_to") == "o.brass@example.org" and mail["email_cc"] == [],
        mail,
    )
    feed = await activity_feed.get_activity_feed(client, candidate_id=candidate)
    check("both are in the feed", (len(feed["notes"]), len(feed["emails"])) == (1, 1), feed)
    tag = await tags.create_tag(client, name="Silver medalist of the fair")
    applied = await tags.add_tag_to_candidate(client, candidate_id=candidate, tag_id=tag["id"])
    held = await tags.list_tags_on_candidate(client, candidate_id=candidate)
    check("a tag, defined and applied", str(tag["id"]) in json.dumps(held), (applied, held))
    await tags.remove_tag_from_candidate(client, candidate_id=candidate, tag_id=tag["id"])
    held = await tags.list_tags_on_candidate(client, candidate_id=candidate)
    check("and taken away", str(tag["id"]) not in json.dumps(held), held)


async def outcomes(client: Any, settings: dict[str, str], application: int, known: dict[str, Any]) -> None:
    """Stages, rejection and its reversal, hire."""
    from greenhouse_mcp.harvest import applications

    moved = await applications.advance_application(client, application_id=application)
    now = await applications.get_application(client, application_id=application)
    check(
        "advance: the client resolves the current stage itself", now["stage_name"] == known["stages"][2]["name"], moved
    )
    stale = await applications.advance_application(
        client, application_id=application, from_stage_id=known["stages"][0]["id"]
    )
    check("a stale from_stage_id is a 422", stale.get("status_code") == 422, stale)
    reason, other = known["reasons"][0]["id"], known["reasons"][1]["id"]
    await applications.reject_application(client, application_id=application, rejection_reason_id=reason)
    again = await applications.reject_application(client, application_id=application, rejection_reason_id=reason)
    check("rejecting twice is a 422", again.get("status_code") == 422, again)
    changed = await applications.update_rejection_reason(client, application_id=application, rejection_reason_id=other)
    check("the reason changes through rejection_details", changed.get("rejection_reason_id") == other, changed)
    await applications.unreject_application(client, application_id=application)
    now = await applications.get_application(client, application_id=application)
    check(
        "un-reject brings it back to its stage",
        (now["status"], now["stage_name"]) == ("in_process", known["stages"][2]["name"]),
        now,
    )
    source = await applications.update_application(client, application_id=application, source_id=known["source"])
    check("the source changes after the fact", source.get("source_id") == known["source"], source)
    hired = await applications.hire_application(client, application_id=application, start_date="2027-01-04")
    now = await applications.get_application(client, application_id=application)
    check("hire", now["status"] == "hired", hired)
    rows = [r for r in side(settings, "GET", "state/application_stages") if r["application_id"] == application]
    check("the stage history tells it all", len(rows) == 2 and not any(row["current"] for row in rows), rows)


async def prospects(client: Any, known: dict[str, Any]) -> None:
    """A prospect in a pool, and what converting makes of it."""
    from greenhouse_mcp.harvest import applications, candidates, prospect_pools

    pools = await prospect_pools.list_prospect_pools(client)
    pool = pools["items"][0]
    made = await candidates.add_prospect(
        client, first_name="Ione", last_name="Quill", prospect_pool_id=pool["id"], job_ids=[known["job"]["id"]]
    )
    check(
        "a prospect has no stage and no job of its own",
        made["application"]["prospect"] and made["application"]["job_id"] is None,
        made,
    )
    converted = await applications.convert_prospect(
        client, application_id=made["application"]["id"], job_id=known["job"]["id"]
    )
    old = await applications.get_application(client, application_id=made["application"]["id"])
    check(
        "converting makes a second application",
        converted["id"] != old["id"] and old["status"] == "converted",
        converted,
    )


async def refusals(client: Any, settings: dict[str, str], candidate: int) -> None:
    """What the client is told when it errs, and what it survives."""
    from greenhouse_mcp.harvest import candidates

    nobody = await candidates.get_candidate(client, candidate_id=99)
    check("an unknown id is an empty list, the client's 404", nobody.get("status_code") == 404, nobody)
    wide = await candidates.list_candidates(client, per_page=600)
    check("per_page=600 is a 422", wide.get("status_code") == 422, wide)
    wrong = await candidates.update_candidate(client, candidate_id=candidate, email_addresses=[{"value": "x"}])
    check("an item without a type is a 422", wrong.get("status_code") == 422, wrong)
    side(settings, "POST", "switches", {"missing_scopes": "harvest:candidates:list"})
    barred = await candidates.list_candidates(client)
    side(settings, "POST", "switches", {"missing_scopes": ""})
    check("a missing scope is a 403", barred.get("status_code") == 403, barred)
    side(settings, "POST", "act", {"action": "revoke_tokens"})
    again = await candidates.list_candidates(client, per_page=1)
    check("a revoked token is minted anew", len(again.get("items", [])) == 1, again)
    side(settings, "POST", "faults", {"kind": "too_many", "seconds": 1, "count": 2})
    patient = await candidates.list_candidates(client, per_page=1)
    check("two 429s with Retry-After are waited out", len(patient.get("items", [])) == 1, patient)
    side(settings, "DELETE", "faults")


async def endings(client: Any, settings: dict[str, str], candidate: int) -> None:
    """Merge, anonymise, delete."""
    from greenhouse_mcp.harvest import candidates

    twin = await candidates.create_candidate(
        client, first_name="O", last_name="Brass", email_addresses=[{"value": "ob@example.net", "type": "work"}]
    )
    number = twin["candidate"]["id"]
    merged = await candidates.merge_candidates(client, primary_candidate_id=candidate, duplicate_candidate_id=number)
    check("merge: the winner has both addresses", len(merged["email_addresses"]) == 2, merged)
    gone = await candidates.get_candidate(client, candidate_id=number)
    check("and the loser leaves no trace", gone.get("status_code") == 404, gone)
    erased = await candidates.anonymize_candidate(
        client, candidate_id=candidate, fields=["full_name", "email_addresses"]
    )
    check(
        "anonymised people are called Anonymized and their id",
        (erased["first_name"], erased["last_name"]) == ("Anonymized", str(candidate)),
        erased,
    )
    await candidates.delete_candidate(client, candidate_id=candidate)
    left = [r for r in side(settings, "GET", "state/applications") if r["candidate_id"] == candidate]
    check("deleting takes the applications too", left == [], left)
    asked = {entry["path"] for entry in side(settings, "GET", "log")}
    check("nothing asked for protected answers", not any("eeoc" in p or "demographic" in p for p in asked), asked)


if __name__ == "__main__":
    sys.exit(asyncio.run(inside()) if "--inside" in sys.argv else main())
