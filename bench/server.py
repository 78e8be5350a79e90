"""A stand-in that is never the bottleneck: pages are slices of a prepared corpus, answered by a bare socket protocol.

    python -m bench.server PORT PATH

GET /v3/custom_fields; GET /v3/candidates?per_page=N, then ?cursor=OFFSET.N from the Link header; POST /token for our
connector.
"""

from __future__ import annotations

import array
import asyncio
import json
import mmap
import re
import sys
from email.utils import formatdate
from pathlib import Path

from bench.records import FIELDS

_PER_PAGE = re.compile(rb"per_page=(\d+)")
_CURSOR = re.compile(rb"cursor=(\d+)\.(\d+)")
_DEFINITIONS = json.dumps(
    [
        {
            "id": 88_000_000_002 + n * 1000, "name": f"Field number {n}", "name_key": f"field_number_{n}",
            "field_type": "candidate", "value_type": "short_text", "private": False, "active": True,
            "created_at": "2019-01-01T00:00:00.000Z", "updated_at": "2019-01-01T00:00:00.000Z",
        }
        for n in range(FIELDS)
    ]
).encode()  # fmt: skip
_TOKEN = b'{"token_type":"Bearer","access_token":"bench","expires_at":"2099-01-01T00:00:00Z"}'


class Corpus:
    """The prepared records; `page` cuts some of them out as a JSON array."""

    def __init__(self, path: Path) -> None:
        self.offsets = array.array("Q")
        raw = path.with_suffix(".idx").read_bytes()
        self.offsets.frombytes(raw)
        self._file = path.with_suffix(".bin").open("rb")
        self.data = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)

    def page(self, start: int, size: int) -> tuple[bytes, bool]:
        """Records from `start`, and whether more follow."""
        end = min(start + size, len(self.offsets) - 1)
        return b"[" + self.data[self.offsets[start] : self.offsets[end] - 1] + b"]", end < len(self.offsets) - 1


class Server(asyncio.Protocol):
    """One connection; requests come one after the other."""

    def __init__(self, corpus: Corpus, port: int) -> None:
        self.corpus, self.port, self.buffer = corpus, port, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end]
            length = re.search(rb"(?i)content-length: (\d+)", head)
            total = end + 4 + (int(length.group(1)) if length else 0)
            if len(self.buffer) < total:
                return
            self.buffer = self.buffer[total:]
            self.answer(head)

    def answer(self, head: bytes) -> None:
        if head.startswith(b"POST"):
            self.send(_TOKEN, "")
            return
        line = head.split(b"\r\n", 1)[0]
        if b"/v3/custom_fields" in line:
            self.send(_DEFINITIONS, "")
            return
        cursor, size = _CURSOR.search(line), _PER_PAGE.search(line)
        start, per_page = (
            (int(cursor.group(1)), int(cursor.group(2))) if cursor else (0, int(size.group(1)) if size else 100)
        )
        body, more = self.corpus.page(start, per_page)
        url = f"http://127.0.0.1:{self.port}/v3/candidates?cursor={start + per_page}.{per_page}"
        self.send(body, f'<{url}>; rel="next"' if more else "")

    def send(self, body: bytes, link: str) -> None:
        head = (
            f"HTTP/1.1 200 OK\r\ncontent-type: application/json;charset=utf-8\r\ncontent-length: {len(body)}\r\n"
            f"date: {formatdate(usegmt=True)}\r\nx-ratelimit-limit: 100000\r\nx-ratelimit-remaining: 99999\r\n"
        )
        self.transport.write((head + (f"link: {link}\r\n" if link else "") + "\r\n").encode() + body)


async def main(port: int, path: Path) -> None:
    """Serve until killed."""
    corpus = Corpus(path)
    server = await asyncio.get_running_loop().create_server(lambda: Server(corpus, port), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2])))
