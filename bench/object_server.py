"""`python -m bench.object_server PORT PHOTOGRAPH`: as much of S3's API as a worker needs.

Below `share/` it has as many keys as `share/<count>/` says, all of one photograph: storing 100,000
objects in the emulator would take longer than everything that is measured. What is put elsewhere
is kept in memory.
"""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

_SHARED = re.compile(r"share/(\d+)/(\d+)\.jpg")
_HEADERS = 'ETag: "0"\r\nLast-Modified: Wed, 21 Oct 2015 07:28:00 GMT\r\n'


class Objects:
    """What is stored. Keys have no bucket."""

    def __init__(self, photograph: bytes) -> None:
        self._photograph = photograph
        self._stored: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        shared = _SHARED.fullmatch(key)
        return self._photograph if shared else self._stored.get(key)

    def put(self, key: str, body: bytes) -> None:
        self._stored[key] = body

    def listing(self, prefix: str, after: str) -> tuple[list[tuple[str, int]], bool]:
        """A thousand keys with their sizes, and whether there are more."""
        shared = re.fullmatch(r"share/(\d+)/", prefix)
        if shared:
            first = int(after[-10:-4]) + 1 if after else 0
            numbers = range(first, min(first + 1000, int(shared[1])))
            keys = [(f"{prefix}{n:06d}.jpg", len(self._photograph)) for n in numbers]
            return keys, numbers.stop < int(shared[1])
        found = sorted(k for k in self._stored if k.startswith(prefix) and k > after)
        return [(key, len(self._stored[key])) for key in found[:1000]], len(found) > 1000

    def delete(self, body: bytes) -> None:
        for key in re.findall(rb"<Key>(.*?)</Key>", body):
            self._stored.pop(key.decode(), None)


class Connection(asyncio.Protocol):
    """One connection; requests one after another."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._held = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._held += data
        while (end := self._held.find(b"\r\n\r\n")) >= 0:
            first, *lines = self._held[:end].decode().split("\r\n")
            headers = {n.lower(): v for n, _, v in (line.partition(": ") for line in lines)}
            if headers.get("expect") == "100-continue" and len(self._held) == end + 4:
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            stop = end + 4 + int(headers.get("content-length", 0))
            if len(self._held) < stop:
                return
            body, self._held = self._held[end + 4 : stop], self._held[stop:]
            method, target, _ = first.split(" ")
            self._answer(method, urlsplit(target), headers, body)

    def _answer(
        self, method: str, target: SplitResult, headers: dict[str, str], body: bytes
    ) -> None:
        key = unquote(target.path).lstrip("/").partition("/")[2]
        asked = parse_qs(target.query, keep_blank_values=True)
        if method == "PUT":
            self._objects.put(key, _unchunked(body, headers))
            self._send(200)
        elif method == "POST":
            self._objects.delete(body)
            self._send(200, b"<DeleteResult/>")
        elif "list-type" in asked:
            after = asked.get("continuation-token", asked.get("start-after", [""]))[0]
            self._send(200, _page(*self._objects.listing(asked["prefix"][0], after)))
        else:
            self._object(method, key, headers.get("range"))

    def _object(self, method: str, key: str, wanted: str | None) -> None:
        found = self._objects.get(key)
        if found is None:
            self._send(404, b"<Error><Code>NoSuchKey</Code></Error>")
        elif wanted is None:
            self._send(200, found, bare=method == "HEAD")
        else:
            start, stop = (int(n) for n in wanted.removeprefix("bytes=").split("-"))
            part = found[start : stop + 1]
            told = f"Content-Range: bytes {start}-{start + len(part) - 1}/{len(found)}\r\n"
            self._send(206, part, told)

    def _send(self, status: int, body: bytes = b"", more: str = "", *, bare: bool = False) -> None:
        head = f"HTTP/1.1 {status} -\r\nContent-Length: {len(body)}\r\n{_HEADERS}{more}\r\n"
        self._transport.write(head.encode() + (b"" if bare else body))


def _unchunked(body: bytes, headers: dict[str, str]) -> bytes:
    """The body of a PUT, without the lengths and checksums that botocore puts around it."""
    if "aws-chunked" not in headers.get("content-encoding", ""):
        return body
    found = b""
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size.partition(b";")[0], 16)
        if not length:
            break
        found, body = found + rest[:length], rest[length + 2 :]
    return found


def _page(keys: list[tuple[str, int]], more: bool) -> bytes:
    items = "".join(
        f"<Contents><Key>{escape(key)}</Key><Size>{size}</Size></Contents>" for key, size in keys
    )
    token = f"<NextContinuationToken>{keys[-1][0]}</NextContinuationToken>" if more else ""
    truncated = str(more).lower()
    return (
        f"<ListBucketResult><IsTruncated>{truncated}</IsTruncated>{items}{token}</ListBucketResult>"
    ).encode()


async def _serve(port: int, objects: Objects) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(objects), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), Objects(Path(sys.argv[2]).read_bytes())))
