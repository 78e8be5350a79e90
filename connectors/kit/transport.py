"""The wire under the client: httpx over httpcore, with one deadline for the whole request.

httpx's time-outs are per read: a server that sends one byte every few seconds can hold a request for ever, even in
its headers. Here every read and write of the socket is also bounded by what is left until the request's deadline.
No proxy, no environment, no redirects.
"""

from __future__ import annotations

import contextvars
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore
import httpx

_deadline: contextvars.ContextVar[float | None] = contextvars.ContextVar("deadline", default=None)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Everything this thread sends and receives inside the block ends within so many seconds, or times out."""
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


def left(timeout: float | None) -> float | None:
    """The smaller of a time-out and what is left until the deadline; 0 or less when that has passed."""
    until = _deadline.get()
    if until is None:
        return timeout
    remaining = until - time.monotonic()
    return remaining if timeout is None else min(timeout, remaining)


class _Stream(httpcore.NetworkStream):
    """A socket whose every operation respects the deadline."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        within = left(timeout)
        if within is not None and within <= 0:
            raise httpcore.ReadTimeout("deadline passed")
        return self._inner.read(max_bytes, timeout=within)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        within = left(timeout)
        if within is not None and within <= 0:
            raise httpcore.WriteTimeout("deadline passed")
        self._inner.write(buffer, timeout=within)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname=server_hostname, timeout=left(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    """Opens sockets that respect the deadline."""

    def __init__(self) -> None:
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        within = left(timeout)
        if within is not None and within <= 0:
            raise httpcore.ConnectTimeout("deadline passed")
        return _Stream(self._inner.connect_tcp(host, port, within, local_address, socket_options))

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)


class _Body(httpx.SyncByteStream):
    def __init__(self, chunks: Any) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        with _translated():
            yield from self._chunks

    def close(self) -> None:
        with _translated():
            self._chunks.close()


@contextmanager
def _translated() -> Iterator[None]:
    """httpcore's exceptions under httpx's names: they are called the same in both."""
    try:
        yield
    except (
        httpcore.TimeoutException,
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.ProxyError,
        httpcore.UnsupportedProtocol,
    ) as error:
        kind = getattr(httpx, type(error).__name__, httpx.TransportError)
        raise kind(str(error)) from None


class Transport(httpx.BaseTransport):
    """A pool of HTTP/1.1 connections. Idle ones are let go before most servers do, so that a write seldom meets a
    connection that is just being closed."""

    def __init__(self, *, connections: int = 16, idle_seconds: float = 5.0) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=idle_seconds,
            network_backend=_Backend(),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; the body is read by whoever asked."""
        wire = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        with _translated():
            answer = self._pool.handle_request(wire)
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer.stream), extensions=answer.extensions
        )

    def close(self) -> None:
        """Close all sockets."""
        self._pool.close()
