"""Which addresses a connector may be pointed at.

A base URL is where the credential goes, so a typo or a bad file must not send it anywhere: https and a host of the
vendor's, or loopback, where the sandbox lives.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

import httpx


def checked(text: str, hosts: Sequence[str]) -> str:
    """The address without a trailing slash. `hosts` are the vendor's domains; a subdomain of one will do. Raises
    ValueError with one sentence."""
    try:
        url = httpx.URL(text.strip())
    except httpx.InvalidURL:
        raise ValueError("this is not a URL") from None
    if url.userinfo or url.query or url.fragment:
        raise ValueError("the URL must have no user, no query and no fragment")
    host = url.host.lower().rstrip(".")
    if not host:
        raise ValueError("the URL must name a host")
    if _loopback(host):
        if url.scheme not in ("http", "https"):
            raise ValueError("the URL must begin with http:// or https://")
    elif url.scheme != "https":
        raise ValueError("the URL must begin with https://")
    elif not any(host == domain or host.endswith(f".{domain}") for domain in hosts):
        raise ValueError(f"the host must belong to {' or '.join(hosts)}")
    return str(url).rstrip("/")


def same_origin(one: httpx.URL, other: httpx.URL) -> bool:
    """True when both name the same scheme, host and port."""
    return (one.scheme, one.host.lower(), _port(one)) == (other.scheme, other.host.lower(), _port(other))


def _port(url: httpx.URL) -> int | None:
    return url.port or {"http": 80, "https": 443}.get(url.scheme)


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
