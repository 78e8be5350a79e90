"""The Beamery stand-in over real HTTP, beside the ATS that shares its world: faults, log and the side channel."""

import httpx
import pytest

from connectors.sandbox.launch import start


@pytest.fixture(scope="module")
def running():
    with start(people=60, seed=4) as pair:
        yield pair


@pytest.fixture
def api(running):
    running.faults("beamery")
    secret = running.credentials["beamery"]
    with httpx.Client(base_url=running.crm_url + "/v1", trust_env=False) as client:
        body = {"clientId": secret["client_id"], "clientSecret": secret["client_secret"]}
        client.headers["authorization"] = "Bearer " + client.post("/oauth/token", json=body).json()["access_token"]
        yield client
    running.faults("beamery")


def test_a_list_says_its_type_and_its_limit(api):
    answer = api.get("/contacts")
    assert answer.headers["content-type"].startswith("application/json")
    assert "x-ratelimit-remaining" in answer.headers
    assert "date" in answer.headers


def test_both_systems_tell_of_the_same_people(running, api):
    truth = running.truth("crm")
    assert truth == running.truth("ats")
    both = next(one for one in truth["people"] if one["ats"] and one["crm"] and one["shared"] == "email")
    contact = api.get(f"/contact/{both['crm'][0]}").json()
    candidate = next(row for row in running.state("ats", "candidates") if str(row["id"]) == both["ats"][0])
    assert {m["value"].lower() for m in contact["emails"]} & {m["value"].lower() for m in candidate["email_addresses"]}


def test_the_vacancies_carry_ids_of_jobs_that_exist(running, api):
    jobs = {str(row["id"]) for row in running.state("ats", "jobs")}
    carried = {
        row["integrations"]["greenhouse"]["id"]
        for row in api.get("/vacancies").json()["vacancies"]
        if row["integrations"]
    }
    assert carried
    assert carried <= jobs


def test_a_reply_can_be_lost_after_the_write_was_done(running, api):
    running.faults("beamery", {"kind": "lost_reply", "method": "POST", "path": "/v1/contact$"})
    with pytest.raises(httpx.TransportError):
        api.post("/contact", json={"firstName": "Ada", "emails": ["lost@example.com"]})
    assert len(api.get("/contacts", params={"email": "lost@example.com"}).json()["contacts"]) == 1
    entry = running.log("beamery", writes=True)[-1]
    assert (entry["status"], entry["applied"], entry["fault"]) == (0, True, "lost_reply")


def test_a_train_of_429_has_no_retry_after(running, api):
    running.faults("beamery", {"kind": "too_many", "count": 2, "path": "/v1/contacts", "seconds": 1})
    answers = [api.get("/users"), api.get("/contacts"), api.get("/contacts")]
    assert [answer.status_code for answer in answers] == [200, 429, 429]
    assert "retry-after" not in answers[1].headers


def test_the_log_tells_writes_from_reads_and_the_api_from_people(running, api):
    since = running.log("beamery")[-1]["number"]
    id = api.post("/contact", json={"firstName": "Ada", "emails": ["logged@example.com"]}).json()["id"]
    api.get(f"/contact/{id}")
    api.patch(f"/contact/{id}", json={"emails": [5]})
    running.act("beamery", "edit", contact=id, values={"headline": "x"})
    writes = running.log("beamery", writes=True, since=since)
    assert [(one["method"], one["status"], one["applied"]) for one in writes] == [
        ("POST", 200, True),
        ("PATCH", 400, False),
    ]
    (act,) = running.log("beamery", since=since, actor="person")
    assert act["path"] == "edit"


def test_switches_can_be_turned_while_it_runs(running, api):
    running.switches("beamery", envelope="docs")
    assert "pagination" in api.get("/contacts").json()
    running.switches("beamery", envelope="frontier")
    assert "last_batch" in api.get("/contacts").json()


def test_a_mistaken_act_is_told_in_words(running):
    with pytest.raises(ValueError, match="no such contact"):
        running.act("beamery", "archive", email="nobody@example.com")
