"""Addresses a credential may be sent to."""

from __future__ import annotations

import httpx
import pytest

from connectors.kit.urls import checked, same_origin

HOSTS = ["greenhouse.io"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://harvest.greenhouse.io/", "https://harvest.greenhouse.io"),
        ("https://harvest.eu.greenhouse.io", "https://harvest.eu.greenhouse.io"),
        ("http://127.0.0.1:8801", "http://127.0.0.1:8801"),
        ("http://localhost:8801/", "http://localhost:8801"),
        ("http://[::1]:8801", "http://[::1]:8801"),
    ],
)
def test_the_vendor_and_loopback_are_allowed(given: str, kept: str) -> None:
    assert checked(given, HOSTS) == kept


@pytest.mark.parametrize(
    "given",
    [
        "http://harvest.greenhouse.io",
        "https://greenhouse.io.example.org",
        "https://evilgreenhouse.io",
        "https://harvest.greenhouse.io@example.org",
        "https://user:secret@harvest.greenhouse.io",
        "https://harvest.greenhouse.io/?next=x",
        "https://harvest.greenhouse.io/#x",
        "https://169.254.169.254",
        "http://169.254.169.254",
        "http://2130706433",
        "http://0x7f.1",
        "http://127.1",
        "http://[::ffff:169.254.169.254]",
        "file:///etc/passwd",
        "https://",
        "harvest.greenhouse.io",
        "",
    ],
)
def test_every_other_address_is_refused_without_repeating_a_secret(given: str) -> None:
    with pytest.raises(ValueError, match=r"URL|host") as caught:
        checked(given, HOSTS)
    assert "secret" not in str(caught.value)


def test_an_origin_is_scheme_host_and_port() -> None:
    base = httpx.URL("https://harvest.greenhouse.io")
    assert same_origin(base, httpx.URL("https://HARVEST.greenhouse.io:443/v3/jobs?cursor=x"))
    assert not same_origin(base, httpx.URL("http://harvest.greenhouse.io/v3/jobs"))
    assert not same_origin(base, httpx.URL("https://harvest.greenhouse.io:8443/v3/jobs"))
    assert not same_origin(base, httpx.URL("https://harvest.greenhouse.io.example.org/v3/jobs"))
