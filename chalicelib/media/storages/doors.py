"""The way out to hosts that a user chose: a proxy in this process that checks each connection.

Checking an endpoint's name beforehand is not enough: the name may resolve to another address a
moment later, and the HTTP client follows redirects. So that client is told to go through here, and
here a name is resolved once, its addresses are checked, and the connection goes to a checked one.
Encrypted connections pass untouched; plain ones only to networks that the operator allows.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ipaddress
import secrets
import threading
from functools import cache
from urllib.parse import urlsplit

import msgspec

from chalicelib.media.sources import addresses
from chalicelib.platform.config import settings

_HEAD_LIMIT = 64 * 1024
_CONNECT_SECONDS = 10.0
_PIECE = 256 * 1024


class Refused(Exception):
    """Nobody may go there."""


class Target(msgspec.Struct, frozen=True):
    """Where a request to the proxy wants to go. `path` is empty for an encrypted connection."""

    host: str
    port: int
    path: str = ""

    @property
    def plain(self) -> bool:
        return bool(self.path)


def allowed(host: str, port: int, *, plain: bool) -> list[str]:
    """The addresses of a host to which one may connect. Blocks while the name is resolved.

    Raises:
        Refused: there is none, or one of them is closed.
    """
    try:
        found = addresses.resolve(host, port)
    except addresses.NotPublic:
        raise Refused(host) from None
    opened = [ipaddress.ip_network(network) for network in settings().remote_networks]
    for name in found if plain else ():
        if not any(ipaddress.ip_address(name) in network for network in opened):
            raise Refused(host)
    return found


def way_to(endpoint: str) -> str | None:
    """The proxy to use for an endpoint; None if it is empty: the provider's own host.

    Raises:
        Refused: it must not be reached, or is not there.
    """
    if not endpoint:
        return None
    parts = urlsplit(endpoint)
    plain = parts.scheme == "http"
    allowed(parts.hostname or "", parts.port or (80 if plain else 443), plain=plain)
    return url()


@cache
def url() -> str:
    """URL of this process's proxy, with its password. Starts it."""
    return _Door().url


class _Door:
    def __init__(self) -> None:
        self._password = secrets.token_urlsafe(24)
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._port = 0
        threading.Thread(target=self._run, args=(ready,), name="door", daemon=True).start()
        ready.wait()

    @property
    def url(self) -> str:
        return f"http://door:{self._password}@127.0.0.1:{self._port}"

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_HEAD_LIMIT)
        )
        self._port = server.sockets[0].getsockname()[1]
        ready.set()
        self._loop.run_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._pass(reader, writer)
        except Refused:
            writer.write(b"HTTP/1.1 421 Misdirected Request\r\nContent-Length: 0\r\n\r\n")
        except (OSError, TimeoutError):
            writer.write(b"HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 0\r\n\r\n")
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        finally:
            await _close(writer)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(_CONNECT_SECONDS):
            head = await reader.readuntil(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")[:-2]
            if not self._knows_password(lines):
                raise Refused
            target = read_target(lines[0])
            there, back = await self._connect(target)
        try:
            if target.plain:
                back.write(_plain_head(lines, target))
            else:
                writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            await _relay((reader, back), (there, writer))
        finally:
            await _close(back)

    def _knows_password(self, lines: list[str]) -> bool:
        expected = base64.b64encode(f"door:{self._password}".encode()).decode()
        return any(
            secrets.compare_digest(value.strip().encode(), f"Basic {expected}".encode())
            for name, _, value in (line.partition(":") for line in lines[1:])
            if name.lower() == "proxy-authorization"
        )

    async def _connect(self, target: Target) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        names = await self._loop.run_in_executor(
            None, lambda: allowed(target.host, target.port, plain=target.plain)
        )
        for name in names[:-1]:
            with contextlib.suppress(OSError):
                return await asyncio.open_connection(name, target.port)
        return await asyncio.open_connection(names[-1], target.port)


def read_target(request_line: str) -> Target:
    """Where the first line of a request to a proxy leads. Raises ValueError."""
    method, where, _ = request_line.split(" ", 2)
    if method == "CONNECT":
        parts = urlsplit(f"//{where}")
        if not parts.hostname or parts.port is None:
            raise ValueError(where)
        return Target(parts.hostname, parts.port)
    parts = urlsplit(where)
    if parts.scheme != "http" or not parts.hostname:
        raise ValueError(where)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.hostname, parts.port or 80, path)


def _plain_head(lines: list[str], target: Target) -> bytes:
    """The head for the host itself. One request per connection: each is to pass here."""
    method, _, version = lines[0].split(" ", 2)
    ours = ("proxy-", "connection:")
    kept = [line for line in lines[1:] if not line.lower().startswith(ours)]
    head = [f"{method} {target.path} {version}", *kept, "Connection: close", "", ""]
    return "\r\n".join(head).encode("latin-1")


_Pair = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _relay(*ways: _Pair) -> None:
    """Pass bytes both ways until one side ends."""
    tasks = [asyncio.ensure_future(_pump(*way)) for way in ways]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while piece := await source.read(_PIECE):
            sink.write(piece)
            await sink.drain()


async def _close(writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError, TimeoutError):
        writer.close()
        async with asyncio.timeout(1):
            await writer.wait_closed()
