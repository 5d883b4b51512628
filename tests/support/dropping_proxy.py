"""A proxy that lets requests through and loses the answers to some of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import urlsplit

#: Headers that belong to one connection only.
_OWN = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class DroppingProxy:
    """Stands before a server at `url`.

    Attributes:
        delivered: method and path (without query) of each request that reached the server.
        meanwhile: what happens between the answer of the server and its loss.
    """

    def __init__(self, server_url: str) -> None:
        self._target = urlsplit(server_url)
        self._left: dict[str, int] = {}
        self._status: int | None = None
        self.delivered: list[tuple[str, str]] = []
        self.meanwhile: Callable[[], object] | None = None
        self._proxy = ThreadingHTTPServer(("localhost", 0), self._handler())
        self._proxy.daemon_threads = True
        self.url = f"http://localhost:{self._proxy.server_address[1]}"

    def lose(self, method: str, times: int = 1, status: int | None = None) -> None:
        """Lose the next answers to a method; say `status` instead of closing the connection."""
        self._left, self._status = {method: times}, status
        self.delivered = []

    def times(self, method: str) -> int:
        """How often a request of this method has reached the server since `lose`."""
        return sum(1 for one, _ in self.delivered if one == method)

    def __enter__(self) -> Self:
        threading.Thread(target=self._proxy.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._proxy.shutdown()
        self._proxy.server_close()

    def _handler(proxy) -> type[BaseHTTPRequestHandler]:  # noqa: N805  `self` is the handler's
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                there = HTTPConnection(proxy._target.hostname or "", proxy._target.port)
                there.request(self.command, self.path, body, dict(self.headers))
                answer = there.getresponse()
                content = answer.read()
                there.close()
                proxy.delivered.append((self.command, urlsplit(self.path).path))
                status = answer.status
                if proxy._loses(self.command):
                    if proxy._status is None:
                        self.close_connection = True
                        self.connection.close()
                        return
                    status, content = proxy._status, b""
                self.send_response(status)
                for name, value in answer.getheaders():
                    if name.lower() not in _OWN:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

            def finish(self) -> None:
                if not self.close_connection or not self.wfile.closed:
                    try:
                        super().finish()
                    except (OSError, ValueError):
                        return

        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
            setattr(Handler, f"do_{method}", Handler.pass_on)
        return Handler

    def _loses(self, method: str) -> bool:
        left = self._left.get(method, 0)
        if left <= 0:
            return False
        self._left[method] = left - 1
        if self.meanwhile is not None:
            self.meanwhile()
        return True
