"""The kernel over real HTTP: what a client sees of every injected fault, and what the log says really happened."""

import sys
import time
from contextlib import suppress
from types import ModuleType

import httpx
import pytest

from connectors.sandbox.clock import VirtualClock
from connectors.sandbox.kernel import ActError, Answer
from connectors.sandbox.launch import LaunchError, start
from connectors.sandbox.switches import Switch, Switches

JSON = {"content-type": "application/json"}


class Counter:
    """The smallest vendor: POST adds one, GET tells how many."""

    kind = "counter"

    def __init__(self, setup):
        self.count = 0
        self.faults_seen = []
        self.setup = setup
        self.switches = Switches([Switch("shape", "plain", ("plain", "fancy"), "the shape of answers")], setup.switches)

    def is_write(self, method, path):
        return method != "GET"

    def answer(self, request):
        if request.fault:
            self.faults_seen.append(request.fault)
        if request.method == "POST":
            self.count += 1
        if request.method == "DELETE":
            return Answer(204)
        return Answer(200, {"count": self.count, "base": request.base, "query": request.pairs()}, JSON)

    def too_many(self, request, seconds):
        return Answer(429, {"message": "slow down"}, {**JSON, "Retry-After": str(int(seconds))})

    def act(self, action, params):
        if action != "add":
            raise ActError("only adding is possible")
        self.count += params["by"]
        return {"count": self.count}

    def actions(self):
        return {"add": "add: by"}

    def collections(self):
        return ["count"]

    def state(self, collection):
        return {"count": [self.count]}[collection]

    def credentials(self, base):
        return {"base_url": base, "client_secret": "secret-of-a-sandbox"}

    def truth(self):
        return None


@pytest.fixture(scope="module", autouse=True)
def counter_kind():
    """The little vendor can be found as real ones are."""
    for kind, role in (("counter", "ats"), ("other", "crm")):
        module = ModuleType(f"connectors.sandbox.{kind}")
        module.KIND_OF_SYSTEM, module.LIMITS, module.build = role, {"real": {"api": 5}, "fast": {"api": 99}}, Counter
        sys.modules[module.__name__] = module
    yield
    for kind in ("counter", "other"):
        del sys.modules[f"connectors.sandbox.{kind}"]


@pytest.fixture(scope="module")
def running(counter_kind):
    with start("counter+other", empty=True, clock=VirtualClock(1_800_000_000.0)) as running:
        yield running


@pytest.fixture
def http(running):
    """A client, a stand-in without faults, and its log from here on."""
    running.faults("counter")
    with httpx.Client(base_url=running.ats_url, timeout=2.0, trust_env=False) as client:
        yield client


def count(running):
    return running.state("counter", "count")[0]


def last(running):
    return running.log("counter")[-1]


def test_requests_are_answered_and_logged(running, http):
    answer = http.get("/things", params={"a": "1 2"})
    assert answer.json()["query"] == [["a", "1 2"]]
    assert answer.json()["base"] == running.ats_url
    assert answer.headers["date"] == "Fri, 15 Jan 2027 08:00:00 GMT"  # the stand-in's clock, not the machine's
    entry = last(running)
    assert (entry["method"], entry["path"], entry["query"]) == ("GET", "/things", "a=1+2")
    assert (entry["actor"], entry["write"], entry["status"]) == ("api", False, 200)


def test_writes_are_kept_with_what_they_carried(running, http):
    http.post("/things", json={"name": "Ada"})
    entry = running.log("counter", writes=True)[-1]
    assert (entry["write"], entry["applied"], entry["body"]) == (True, True, {"name": "Ada"})


def test_a_big_body_arrives_whole(running, http):
    http.post("/things", json={"name": "x" * 300_000})
    assert len(last(running)["body"]["name"]) == 300_000


def test_an_answer_without_a_body(http):
    answer = http.delete("/things")
    assert (answer.status_code, answer.content) == (204, b"")
    assert "content-length" not in answer.headers


def test_a_lost_reply_was_applied_all_the_same(running, http):
    before = count(running)
    running.faults("counter", {"kind": "lost_reply", "method": "POST"})
    with pytest.raises(httpx.RemoteProtocolError):
        http.post("/things")
    assert count(running) == before + 1
    assert (last(running)["status"], last(running)["applied"], last(running)["fault"]) == (0, True, "lost_reply")


def test_a_refused_connection_was_not_applied(running, http):
    before = count(running)
    running.faults("counter", {"kind": "refused"})
    with pytest.raises(httpx.RemoteProtocolError):
        http.post("/things")
    assert count(running) == before
    assert last(running)["applied"] is False


@pytest.mark.parametrize("applied", [False, True])
def test_a_server_error_before_or_after_the_deed(running, http, applied):
    before = count(running)
    running.faults("counter", {"kind": "server_error", "status": 502, "applied": applied})
    answer = http.post("/things")
    assert answer.status_code == 502
    assert answer.headers["content-type"] == "text/html"
    assert count(running) == before + applied
    assert last(running)["applied"] is applied


def test_a_late_apply_is_denied_first_and_done_afterwards(running, http):
    before = count(running)
    running.faults("counter", {"kind": "late_apply", "seconds": 20})
    assert http.post("/things").status_code == 504
    assert count(running) == before
    running.act("counter", "shift_clock", seconds=19)
    assert count(running) == before
    running.act("counter", "shift_clock", seconds=1)
    assert count(running) == before + 1
    entry = running.log("counter", writes=True)[-1]
    assert (entry["status"], entry["applied"]) == (504, True)


def test_a_late_apply_may_be_met_with_silence(running, http):
    before = count(running)
    running.faults("counter", {"kind": "late_apply", "seconds": 1, "status": 0})
    with pytest.raises(httpx.ReadTimeout):
        http.post("/things", timeout=0.2)
    running.act("counter", "shift_clock", seconds=1)
    assert count(running) == before + 1


def test_a_train_of_429s_and_then_an_answer(running, http):
    running.faults("counter", {"kind": "too_many", "seconds": 7, "count": 2})
    answers = [http.get("/things") for _ in range(3)]
    assert [a.status_code for a in answers] == [429, 429, 200]
    assert answers[0].headers["retry-after"] == "7"


def test_a_slow_answer_outlasts_an_impatient_client(running, http):
    running.faults("counter", {"kind": "slow", "seconds": 0.4})
    with pytest.raises(httpx.ReadTimeout):
        http.get("/things", timeout=0.1)


def test_a_cut_body_ends_half_way(running, http):
    running.faults("counter", {"kind": "cut_body"})
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
        http.get("/things")


def test_malformed_json_and_html_come_with_a_200(running, http):
    running.faults("counter", {"kind": "malformed"}, {"kind": "html"})
    broken, page = http.get("/things"), http.get("/things")
    assert (broken.status_code, page.status_code) == (200, 200)
    with pytest.raises(ValueError, match=r"Expecting|delimiter"):
        broken.json()
    assert page.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("kind", ["expired_cursor", "revoked_token", "empty"])
def test_faults_that_only_a_vendor_can_play_are_handed_to_it(running, http, kind):
    running.faults("counter", {"kind": kind})
    http.get("/things")
    assert running.sandbox("counter").vendor.faults_seen[-1] == kind


def test_after_every_fault_the_next_request_is_well(running, http):
    for kind in ("lost_reply", "cut_body", "malformed", "server_error"):
        running.faults("counter", {"kind": kind})
        with suppress(httpx.TransportError):
            http.get("/things")
        assert http.get("/things").status_code == 200


# ---- the side channel


def test_the_side_channel_is_not_in_the_vendors_log(running, http):
    before = len(running.log("counter"))
    http.get("/_sandbox/health")
    http.get("/_sandbox/switches")
    assert len(running.log("counter")) == before


def test_health_counts(running, http):
    before = http.get("/_sandbox/health").json()
    http.get("/things")
    http.post("/things")
    after = http.get("/_sandbox/health").json()
    assert (after["kind"], after["status"]) == ("counter", "ok")
    assert (after["requests"] - before["requests"], after["writes"] - before["writes"]) == (2, 1)


def test_people_act_and_are_logged_as_people(running, http):
    before = count(running)
    assert running.act("counter", "add", by=5) == {"count": before + 5}
    entry = last(running)
    assert (entry["actor"], entry["path"], entry["body"]) == ("person", "add", {"by": 5})
    assert entry not in running.log("counter", writes=True)
    assert entry in running.log("counter", writes=True, actor="person")


def test_what_cannot_be_is_a_400_in_words(running, http):
    with pytest.raises(ValueError, match="only adding is possible"):
        running.act("counter", "subtract")
    for address, body in (("act", []), ("faults", {"kind": "plague"}), ("switches", {"shape": "odd"})):
        answer = http.post(f"/_sandbox/{address}", json=body)
        assert answer.status_code == 400
        assert answer.json()["error"]
    assert http.get("/_sandbox/state/nothing").status_code == 400
    assert http.get("/_sandbox/elsewhere").status_code == 404


def test_switches_are_read_and_thrown(running, http):
    running.switches("counter", shape="fancy")
    assert running.switches("counter")[0]["value"] == "fancy"


def test_faults_are_read_and_cleared(running, http):
    running.faults("counter", {"kind": "slow"}, {"kind": "html"})
    assert [rule["kind"] for rule in http.get("/_sandbox/faults").json()] == ["slow", "html"]
    assert running.faults("counter") == []


def test_a_state_that_is_nothing_is_still_an_answer(running, http):
    assert running.truth("counter") is None


# ---- the pair


def test_systems_answer_to_kind_and_to_role(running):
    assert running.state("ats", "count") == running.state("counter", "count")
    assert running.credentials["counter"]["base_url"] == running.ats_url != running.crm_url


@pytest.mark.parametrize("pair", ["nothing+other", "counter+nothing", "other+counter", "clock+other"])
def test_a_pair_that_cannot_be_served_is_refused_in_one_sentence(pair):
    with pytest.raises(LaunchError) as told:
        start(pair, empty=True)
    assert "\n" not in str(told.value)


def test_a_port_that_is_taken_is_said(running):
    port = int(running.ats_url.rpartition(":")[2])
    with pytest.raises(LaunchError, match=f"port {port} is taken"):
        start("counter", empty=True, port=port)


@pytest.mark.parametrize(("limits", "api"), [("real", 5), ("fast", 99), ({"counter": {"api": 7}}, 7), ({}, 5)])
def test_limits_are_a_preset_or_numbers_by_kind(limits, api):
    with start("counter", empty=True, limits=limits) as served:
        assert served.sandbox("counter").vendor.setup.limits == {"api": api}


def test_an_unknown_preset_of_limits_is_refused():
    with pytest.raises(LaunchError, match="limits are"):
        start("counter", empty=True, limits="generous")


def test_stopping_frees_the_port():
    with start("counter", empty=True) as served:
        url = served.ats_url
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            httpx.get(url, trust_env=False, timeout=0.2)
        except httpx.ConnectError:
            return
    pytest.fail("the server still answers")
