"""The table of verdicts is complete: every exception httpx has, and every status there can be."""

from __future__ import annotations

import inspect

import httpx
import pytest

from connectors.kit import verdicts
from connectors.kit.contract import Verdict

PUBLIC = sorted(
    {
        thing
        for thing in vars(httpx).values()
        if inspect.isclass(thing) and issubclass(thing, Exception) and thing.__module__.startswith("httpx")
    },
    key=lambda kind: kind.__name__,
)


def test_httpx_has_exceptions_to_look_at() -> None:
    assert len(PUBLIC) >= 27


@pytest.mark.parametrize("kind", PUBLIC, ids=lambda kind: kind.__name__)
def test_every_exception_of_httpx_has_a_row_of_its_own(kind: type[Exception]) -> None:
    assert kind in verdicts.ERRORS, f"httpx grew {kind.__name__}: say what it means for a write"


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [
        (httpx.ConnectError, Verdict.NOT_SENT),
        (httpx.ConnectTimeout, Verdict.NOT_SENT),
        (httpx.PoolTimeout, Verdict.NOT_SENT),
        (httpx.ReadTimeout, Verdict.UNKNOWN),
        (httpx.WriteTimeout, Verdict.UNKNOWN),
        (httpx.WriteError, Verdict.UNKNOWN),
        (httpx.ReadError, Verdict.UNKNOWN),
        (httpx.RemoteProtocolError, Verdict.UNKNOWN),
        (httpx.UnsupportedProtocol, Verdict.HALT),
        (httpx.LocalProtocolError, Verdict.HALT),
    ],
)
def test_only_what_never_left_counts_as_not_sent(kind: type[Exception], verdict: Verdict) -> None:
    assert verdicts.of_error(kind("x")) is verdict


def test_what_nobody_thought_of_may_have_been_applied() -> None:
    class Newer(httpx.ReadError):
        pass

    assert verdicts.of_error(Newer("x")) is Verdict.UNKNOWN
    assert verdicts.of_error(MemoryError()) is Verdict.UNKNOWN


@pytest.mark.parametrize("status", range(100, 600))
def test_every_status_has_a_verdict(status: int) -> None:
    verdict = verdicts.of_status(status)
    assert (verdict is Verdict.APPLIED) == (200 <= status < 300)
    if status >= 500:
        assert verdict is Verdict.UNKNOWN
    if 300 <= status < 400:
        assert verdict is Verdict.HALT


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (400, Verdict.INVALID),
        (401, Verdict.HALT),
        (403, Verdict.HALT),
        (404, Verdict.RACED),
        (408, Verdict.UNKNOWN),
        (409, Verdict.RACED),
        (410, Verdict.RACED),
        (412, Verdict.RACED),
        (413, Verdict.INVALID),
        (422, Verdict.INVALID),
        (425, Verdict.NOT_SENT),
        (429, Verdict.NOT_SENT),
        (499, Verdict.UNKNOWN),
        (503, Verdict.UNKNOWN),
    ],
)
def test_statuses_that_do_not_follow_their_hundred(status: int, verdict: Verdict) -> None:
    assert verdicts.of_status(status) is verdict


def test_a_status_no_standard_knows_may_have_been_applied() -> None:
    assert verdicts.of_status(999) is Verdict.UNKNOWN
