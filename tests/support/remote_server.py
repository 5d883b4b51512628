"""A server of somebody else, on loopback: serves files well, and badly in every way."""

from __future__ import annotations

import contextlib
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

Behaviour = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Answers as the server's `behaviours` say for a path; files of `files` are served well."""

    protocol_version = "HTTP/1.1"
    server: RemoteServer

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        self.server.asked[path] += 1
        self.server.headers.append(dict(self.headers))
        behave = self.server.behaviours.get(path)
        # Clients that have seen enough hang up.
        with contextlib.suppress(ConnectionError):
            if behave is not None:
                behave(self)
            elif path in self.server.files:
                self.serve(self.server.files[path])
            else:
                self.answer(404)

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        """A whole answer; `_` in names of headers stands for `-`."""
        self.begin(status, Content_Length=str(len(body)), **headers)
        self.wfile.write(body)

    def begin(self, status: int, **headers: str) -> None:
        """An answer whose body follows, or does not."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def serve(self, body: bytes, *, stop: int | None = None, tag: str = '"1"') -> None:
        """A file, by ranges; `stop`: the connection breaks off after so many bytes."""
        start = 0
        if self.headers.get("If-Range") == tag:
            start = int(self.headers["Range"].removeprefix("bytes=").rstrip("-"))
        self.begin(
            206 if start else 200,
            Content_Length=str(len(body) - start),
            Accept_Ranges="bytes",
            ETag=tag,
            **({"Content_Range": f"bytes {start}-{len(body) - 1}/{len(body)}"} if start else {}),
        )
        self.wfile.write(body[start:][:stop])
        if stop is not None:
            self.close_connection = True

    def drip(self, seconds: float) -> None:
        """A byte now and then, for ever."""
        with contextlib.suppress(ConnectionError):
            while not self.server.stopping.wait(seconds):
                self.wfile.write(b"x")
                self.wfile.flush()

    def log_message(self, *args: object) -> None:
        """Nobody reads it."""


class RemoteServer(ThreadingHTTPServer):
    """Attributes:
    files: path → body.
    behaviours: path → what is done instead.
    asked: how often each path was asked for.
    headers: of every request, in order.
    """

    daemon_threads = True

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, bytes] = {}
        self.behaviours: dict[str, Behaviour] = {}
        self.asked: Counter[str] = Counter()
        self.headers: list[dict[str, str]] = []
        self.stopping = threading.Event()
        self._scheme = "http"
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_side=True)
            self._scheme = "https"

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"{self._scheme}://{host}:{self.server_address[1]}{path}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients may hang up."""

    @contextlib.contextmanager
    def running(self) -> Iterator[RemoteServer]:
        thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.stopping.set()
            self.shutdown()
            self.server_close()
            thread.join()


def wait(seconds: float) -> Behaviour:
    """Nothing for a while, then nothing."""
    return lambda handler: time.sleep(seconds)
