"""The wire itself, against servers that misbehave on a real socket."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from connectors.kit.budget import MemoryBudget
from connectors.kit.contract import VendorError, Verdict
from connectors.kit.http import VendorClient
from connectors.kit.retry import Limits

Serve = Callable[[socket.socket], None]


@contextmanager
def server(serve: Serve) -> Iterator[tuple[str, list[int]]]:
    """A server that reads one request and then does what `serve` does with the connection."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.1)
    done = threading.Event()
    taken: list[int] = []

    def handle(connection: socket.socket) -> None:
        with connection:
            try:
                connection.recv(65536)
                taken.append(1)
                serve(connection)
            except OSError:
                pass

    def accept() -> None:
        while not done.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            threading.Thread(target=handle, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", taken
    finally:
        done.set()
        thread.join()
        listener.close()


def client(url: str, **limits: float) -> VendorClient:
    quick = {"whole": 0.6, "idle": 0.5, "attempts": 1, "connect": 0.5, **limits}
    return VendorClient("ats", url, MemoryBudget(10_000), limits=Limits(**quick), sleep=lambda _: None)  # type: ignore[arg-type]


def ok(body: bytes, *, length: int | None = None, more: bytes = b"") -> bytes:
    size = len(body) if length is None else length
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + more + b"Content-Length: %d\r\n\r\n" % size
    return head + body


def drip(connection: socket.socket, data: bytes) -> None:
    for byte in data:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def test_headers_that_drip_are_cut_off_at_the_deadline() -> None:
    with server(lambda c: drip(c, b"HTTP/1.1 200 OK\r\nX: " + b"x" * 400)) as (url, _):
        one = client(url)
        with pytest.raises(VendorError, match="no answer came"):
            one.read("/x", what="x")
        one.close()


def test_a_body_that_drips_is_cut_off_at_the_deadline() -> None:
    def serve(connection: socket.socket) -> None:
        connection.sendall(ok(b"", length=400))
        drip(connection, b"[" + b"1," * 200)

    with server(serve) as (url, _):
        one = client(url)
        with pytest.raises(VendorError, match="no answer came"):
            one.read("/x", what="x")
        one.close()


def test_a_body_larger_than_the_cap_is_not_read_to_its_end() -> None:
    with server(lambda c: c.sendall(ok(b"[" + b"1," * 60_000 + b"1]"))) as (url, _):
        one = client(url, body_bytes=100_000, whole=5)
        with pytest.raises(VendorError, match="larger than the cap"):
            one.read("/x", what="x")
        one.close()


def test_a_small_body_that_unpacks_to_a_large_one_is_refused() -> None:
    bomb = gzip.compress(b"[" + b"1," * 2_000_000 + b"1]")
    with server(lambda c: c.sendall(ok(bomb, more=b"Content-Encoding: gzip\r\n"))) as (url, _):
        one = client(url, body_bytes=1_000_000, whole=5)
        assert len(bomb) < 10_000
        with pytest.raises(VendorError, match="larger than the cap"):
            one.read("/x", what="x")
        one.close()


def test_a_packed_body_is_unpacked() -> None:
    packed = gzip.compress(b'["fine"]')
    with server(lambda c: c.sendall(ok(packed, more=b"Content-Encoding: gzip\r\n"))) as (url, _):
        one = client(url)
        assert one.read("/x", what="x").value == ["fine"]
        one.close()


def test_a_body_that_does_not_unpack_is_tried_again_and_told() -> None:
    with server(lambda c: c.sendall(ok(b"not gzip", more=b"Content-Encoding: gzip\r\n"))) as (url, taken):
        one = client(url, attempts=2)
        with pytest.raises(VendorError):
            one.read("/x", what="x")
        assert len(taken) == 2
        one.close()


def test_a_body_that_breaks_off_is_read_again() -> None:
    answers = [ok(b'["he', length=50), ok(b'["hello"]')]
    with server(lambda c: c.sendall(answers.pop(0))) as (url, taken):
        one = client(url, attempts=3)
        assert one.read("/x", what="x").value == ["hello"]
        assert len(taken) == 2
        one.close()


def test_the_headers_are_announced_before_the_body_is_there() -> None:
    announced = threading.Event()

    def serve(connection: socket.socket) -> None:
        connection.sendall(ok(b"", length=2))
        assert announced.wait(5)
        connection.sendall(b"[]")

    with server(serve) as (url, _):
        one = client(url, whole=10, idle=10)
        assert one.read("/x", what="x", announce=lambda _: announced.set()).value == []
        one.close()


def test_a_write_whose_reply_is_lost_may_have_been_applied() -> None:
    with server(lambda c: c.shutdown(socket.SHUT_RDWR)) as (url, taken):
        one = client(url)
        assert one.write("POST", "/x", {}, what="x").verdict is Verdict.UNKNOWN
        assert len(taken) == 1
        one.close()


def test_a_write_that_is_not_answered_in_time_may_have_been_applied() -> None:
    with server(lambda c: time.sleep(1.5)) as (url, taken):
        one = client(url, whole=0.3, idle=5)
        assert one.write("POST", "/x", {}, what="x").verdict is Verdict.UNKNOWN
        assert len(taken) == 1
        one.close()


def test_a_write_to_a_port_where_nobody_listens_was_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    one = client(f"http://127.0.0.1:{port}")
    assert one.write("POST", "/x", {}, what="x").verdict is Verdict.NOT_SENT
    one.close()


@pytest.mark.parametrize(("line", "verdict"), [(b"200 OK", Verdict.APPLIED), (b"422 No", Verdict.INVALID)])
def test_a_status_counts_for_a_write_even_when_its_body_breaks_off(line: bytes, verdict: Verdict) -> None:
    with server(lambda c: c.sendall(b"HTTP/1.1 " + line + b"\r\nContent-Length: 99\r\n\r\n{")) as (url, _):
        one = client(url)
        written = one.write("PATCH", "/x", {}, what="x")
        assert (written.verdict, written.body) == (verdict, b"")
        one.close()


def test_garbage_instead_of_http_may_come_after_the_write_was_applied() -> None:
    with server(lambda c: c.sendall(b"\x00\x01\x02 nonsense\r\n\r\n")) as (url, _):
        one = client(url)
        assert one.write("POST", "/x", {}, what="x").verdict is Verdict.UNKNOWN
        one.close()
