"""Stands where API Gateway stands on AWS: HTTP in, proxy events to the Chalice app, HTTP out."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from infra.local.asgi import respond, respond_detail
from infra.local.lambda_limits import LambdaLimits, LimitExceeded
from infra.local.proxy_event import LambdaContext, build_event, read_answer
from infra.local.request_body import (
    BodyTooLarge,
    ClientGone,
    discard_some,
    limit_of,
    read_body,
)
from infra.local.routes import RouteTable

if TYPE_CHECKING:
    from collections.abc import Callable

    from infra.local.asgi import Headers, Receive, Scope, Send
    from infra.local.routes import Match

#: A request may wait for a worker function this long where Lambda's limits are off.
_PATIENCE = 300.0
_log = logging.getLogger(__name__)


class ApiGateway:
    """Calls a Chalice application, whose `current_request` must be per thread."""

    def __init__(self, app: Any, *, threads: int = 32, limits: LambdaLimits | None = None) -> None:
        self._call: Callable[[dict[str, Any], LambdaContext], dict[str, Any]] = app
        self._routes = RouteTable(app.routes)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="api")
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        raw = scope.get("raw_path")
        raw_path = (raw or scope["path"].encode()).decode("latin-1")
        match = self._routes.match(raw_path)
        if match is None:
            await respond_detail(send, 404, "Not found.")
            return
        method = _method(scope["method"], match)
        if method is None:
            await _refuse_method(send, scope["method"], match)
            return
        try:
            body = await self._body(scope, receive)
        except ValueError:
            await respond_detail(send, 400, "Content-Length is not a number.")
            return
        except BodyTooLarge as error:
            await _refuse_body(receive, send, str(error))
            return
        except ClientGone:
            return
        event = build_event(scope, raw_path, method, match, body, request_id)
        status, headers, reply = await self._answer(event, request_id)
        if scope["method"] == "HEAD" and method == "GET":
            headers.append((b"content-length", str(len(reply)).encode()))
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        await respond(send, status, headers, reply)

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        declared = content_type = None
        chunked = False
        for name, value in scope["headers"]:
            if name == b"content-length":
                declared = value
            elif name == b"content-type":
                content_type = value
            elif name == b"transfer-encoding":
                chunked = True
        if not chunked and (declared is None or declared == b"0"):
            return b""
        return await read_body(receive, declared, limit_of(content_type or b""))

    async def _answer(self, event: dict[str, Any], request_id: str) -> tuple[int, Headers, bytes]:
        loop = asyncio.get_running_loop()
        if self._limits is None:
            context = LambdaContext(request_id, _PATIENCE)
            return read_answer(await loop.run_in_executor(self._pool, self._call, event, context))
        try:
            return await self._limits.call(self._call, event, request_id, self._pool)
        except LimitExceeded as error:
            return error.status, [(b"content-type", b"application/json")], error.body

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def _method(method: str, match: Match) -> str | None:
    """The method whose handler answers, or None."""
    if method in match.methods:
        return method
    return "GET" if method == "HEAD" and "GET" in match.methods else None


async def _refuse_method(send: Send, method: str, match: Match) -> None:
    allowed = [(b"allow", ", ".join(sorted(match.methods | {"OPTIONS"})).encode())]
    if method == "OPTIONS":
        await respond(send, 204, allowed, b"")
    else:
        await respond_detail(send, 405, f'Method "{method}" not allowed.', allowed)


async def _refuse_body(receive: Receive, send: Send, reason: str) -> None:
    """413, sent before the body is read; then the connection ends."""
    body = b'{"detail":"' + reason.encode() + b'"}'
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    await discard_some(receive)
    await send({"type": "http.response.body", "body": b""})
