"""One request to somebody else's server, to an address that was checked, for a limited time."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import string
import threading
import time
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Self
from urllib.parse import quote, urljoin

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from chalicelib.media.sources import addresses
from chalicelib.media.sources.addresses import NotPublic
from chalicelib.media.sources.web_urls import BadRemote, WebUrl, parse
from chalicelib.platform.config import PRODUCT, VERSION

#: Seconds for a connection, and for the next bytes.
CONNECT_TIME = 10.0
SILENCE = 30.0
MOST_REDIRECTS = 5
#: Addresses of one host that are tried.
MOST_ADDRESSES = 4
#: Bytes of one read.
PIECE = 1 << 18
_REDIRECTS = {301, 302, 303, 307, 308}
#: What goes wrong on the way, and may go right the next time.
_FAILURES = (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError)


class Interrupted(Exception):
    """The server cannot be reached, or the connection broke. Trying again may help.

    Its text continues a sentence: `the connection broke off`.
    """


class OutOfTime(Exception):
    """The deadline has passed."""


class Exchange:
    """A request that was answered. To be closed, as a context manager does.

    Attributes:
        status: never a redirect.
    """

    def __init__(self, url: WebUrl, address: str, headers: Mapping[str, str], until: float) -> None:
        self._connection = _connection(url, address)
        self._expired = False
        self._socket: socket.socket | None = None
        self._open = contextlib.ExitStack()
        self._open.callback(self._connection.close)
        # Each wait for bytes is limited, but somebody may send one byte after the other, and
        # headers without end. So time is also limited from outside.
        self._watch = threading.Timer(max(0.0, until - time.monotonic()), self._expire)
        self._watch.daemon = True
        self._watch.start()
        self._open.callback(self._watch.cancel)
        try:
            with self._explained():
                self._connection.connect()
                # The connection forgets it once a response is known to be the last one.
                self._socket = self._connection.sock
                self._connection.timeout = SILENCE
                self._connection.request(
                    "GET",
                    url.target,
                    headers={
                        "Host": url.authority,
                        "User-Agent": f"{PRODUCT}/{VERSION}",
                        "Accept": "*/*",
                        # What is small on the way may be large here.
                        "Accept-Encoding": "identity",
                        **headers,
                    },
                    preload_content=False,
                    decode_content=False,
                )
                self._response = self._connection.getresponse()
                self._open.callback(self._response.close)
        except BaseException:
            self.close()
            raise
        self.status = self._response.status

    def header(self, name: str) -> str:
        """A header; empty if it is absent."""
        return self._response.headers.get(name) or ""

    @property
    def length(self) -> int | None:
        """Bytes that follow, if the server says so."""
        return self._response.length_remaining

    def pieces(self) -> Iterator[bytes]:
        """The body as it arrives. Raises Interrupted, OutOfTime."""
        while True:
            with self._explained():
                piece = self._response.read1(PIECE)
            if not piece:
                return
            yield piece

    def close(self) -> None:
        self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except _FAILURES as error:
            if self._expired:
                raise OutOfTime from error
            if isinstance(error, ssl.SSLCertVerificationError):
                raise
            # Refused connections are timeouts to the library, too.
            if isinstance(error, urllib3.exceptions.NewConnectionError):
                raise Interrupted("the server cannot be reached") from error
            if isinstance(error, TimeoutError | urllib3.exceptions.TimeoutError):
                raise Interrupted("the server does not answer in time") from error
            raise Interrupted("the connection broke off") from error
        if self._expired:  # without a known length, the end is what a cut connection looks like
            raise OutOfTime

    def _expire(self) -> None:
        self._expired = True
        open_socket = self._socket or self._connection.sock
        if open_socket is not None:
            with contextlib.suppress(OSError):
                # Not the method of TLS sockets, which another thread is using.
                socket.socket.shutdown(open_socket, socket.SHUT_RDWR)


def get(url: WebUrl, headers: Mapping[str, str], until: float) -> Exchange:
    """Ask for a URL, and for what it redirects to.

    Args:
        until: when to give up, by the monotonic clock.

    Raises:
        BadRemote: the host is not public, or cannot be trusted; a redirect that is not followed.
        Interrupted, OutOfTime.
    """
    at = url
    for _ in range(MOST_REDIRECTS + 1):
        exchange = _get(at, url, headers, until)
        if exchange.status not in _REDIRECTS:
            return exchange
        exchange.close()
        at = _next(url, at, exchange.header("location"))
    raise BadRemote(f"{url.shown} redirects more than {MOST_REDIRECTS} times.")


def _next(first: WebUrl, at: WebUrl, location: str) -> WebUrl:
    if not location:
        raise BadRemote(f"{first.shown} redirects without saying where to.")
    try:
        # Headers are bytes, which arrive as Latin-1, whatever the server meant.
        encoded = quote(location, safe=string.printable, encoding="latin-1", errors="replace")
        return parse(urljoin(f"{at.scheme}://{at.authority}{at.target}", encoded))
    except (BadRemote, ValueError):
        raise BadRemote(f"{first.shown} redirects to something that cannot be fetched.") from None


def _get(url: WebUrl, first: WebUrl, headers: Mapping[str, str], until: float) -> Exchange:
    """Ask at each address of a host until one can be reached."""
    trouble = Interrupted("the server cannot be reached")
    for address in _addresses(url, first)[:MOST_ADDRESSES]:
        try:
            return Exchange(url, address, headers, until)
        except Interrupted as error:
            trouble = error
        except ssl.SSLCertVerificationError:
            raise BadRemote(
                f"{first.shown}: the certificate of {url.host!r} is not trusted."
            ) from None
    raise trouble


def _addresses(url: WebUrl, first: WebUrl) -> list[str]:
    try:
        return addresses.resolve(url.host, url.port)
    except NotPublic as error:
        if url is first:
            raise BadRemote(f"{first.shown} cannot be fetched. {error}") from None
        raise BadRemote(
            f"{first.shown} redirects to a host that was not found on the public internet."
            f" {addresses.REFUSED}"
        ) from None


def _connection(url: WebUrl, address: str) -> HTTPConnection:
    """A connection to an address, not to a name, which might mean another one by now."""
    if url.scheme == "http":
        return HTTPConnection(address, url.port, timeout=CONNECT_TIME)
    return HTTPSConnection(
        address,
        url.port,
        timeout=CONNECT_TIME,
        ssl_context=ssl.create_default_context(),
        server_hostname=url.host.rstrip("."),
    )
