"""Tokens: minted once for everybody, renewed early, re-minted once per refusal."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.kit.auth import DEFAULT_LIFETIME, Minted, TokenSource, lifetime
from connectors.kit.contract import VendorError

NOW = datetime(2026, 5, 11, 13, 53, 44, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class Mint:
    def __init__(self, lifetime: float = 3600.0, slow: float = 0.0) -> None:
        self.count = 0
        self.lifetime = lifetime
        self.slow = slow
        self.error: VendorError | None = None

    def __call__(self) -> Minted:
        self.count += 1
        time.sleep(self.slow)
        if self.error:
            raise self.error
        return Minted(f"token-{self.count}", self.lifetime)


@pytest.mark.parametrize(
    "answer",
    [
        {"expires_at": "2026-05-11T14:53:44Z"},
        {"expires_at": "2026-05-11T16:53:44+02:00"},
        {"expires_at": "2026-05-11T14:53:44"},
        {"expires_at": (NOW + timedelta(hours=1)).timestamp()},
        {"expires_in": 3600},
        {"expires_in": "3600"},
        {"expires": 3600},
        {"expires": "2026-05-11T14:53:44Z"},
    ],
    ids=str,
)
def test_every_spelling_of_an_expiry_is_an_hour(answer: dict[str, Any]) -> None:
    assert lifetime(answer, NOW) == pytest.approx(3600)


@pytest.mark.parametrize("answer", [{}, {"expires_at": "soon"}, {"expires_in": None}, {"expires_in": True}], ids=str)
def test_without_a_readable_expiry_an_hour_is_assumed(answer: dict[str, Any]) -> None:
    assert lifetime(answer, NOW) == DEFAULT_LIFETIME


def test_an_expiry_in_the_past_is_no_life_at_all() -> None:
    assert lifetime({"expires_at": "2026-05-11T13:00:00Z"}, NOW) == 0


def test_a_token_is_renewed_a_minute_before_it_ends() -> None:
    clock, mint = Clock(), Mint(lifetime=3600)
    tokens = TokenSource(mint, clock=clock)
    assert tokens.get() == "token-1"
    clock.seconds += 3539
    assert tokens.get() == "token-1"
    clock.seconds += 2
    assert tokens.get() == "token-2"


def test_a_short_token_is_still_used_more_than_once() -> None:
    clock, mint = Clock(), Mint(lifetime=10)
    tokens = TokenSource(mint, clock=clock)
    tokens.get()
    clock.seconds += 4
    assert tokens.get() == "token-1"


def together(count: int, work: Any) -> list[Any]:
    results: list[Any] = [None] * count
    barrier = threading.Barrier(count)

    def run(place: int) -> None:
        barrier.wait()
        try:
            results[place] = work()
        except VendorError as error:
            results[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_many_threads_cause_one_mint() -> None:
    mint = Mint(slow=0.05)
    tokens = TokenSource(mint)
    assert set(together(12, tokens.get)) == {"token-1"}
    assert mint.count == 1


def test_many_threads_refused_with_one_token_cause_one_new_mint() -> None:
    mint = Mint(slow=0.02)
    tokens = TokenSource(mint)
    stale = tokens.get()
    assert set(together(12, lambda: tokens.renew(stale))) == {"token-2"}
    assert mint.count == 2


def test_whoever_waited_for_a_refused_mint_does_not_ask_again() -> None:
    mint = Mint(slow=0.1)
    mint.error = VendorError("refused", halt=True, status=401)
    tokens = TokenSource(mint)
    errors = together(8, tokens.get)
    assert all(isinstance(error, VendorError) and error.halt and error.status == 401 for error in errors)
    assert mint.count == 1


def test_after_a_refusal_the_next_call_tries_again() -> None:
    mint = Mint()
    mint.error = VendorError("refused")
    tokens = TokenSource(mint)
    with pytest.raises(VendorError):
        tokens.get()
    mint.error = None
    assert tokens.get() == "token-2"


def test_a_token_is_not_printed() -> None:
    assert "secret" not in repr(Minted("secret", 60))
