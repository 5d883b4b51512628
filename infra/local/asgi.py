"""The shapes of ASGI messages, and the answers that several parts of the gateway give."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
#: Header names in lower case, in order, repeated where a header is repeated.
Headers = list[tuple[bytes, bytes]]


async def respond(send: Send, status: int, headers: Headers, body: bytes) -> None:
    """Send a whole answer. `headers` must hold no Content-Length."""
    if status >= 200 and status not in {204, 304}:
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def respond_detail(
    send: Send, status: int, detail: str, headers: Headers | None = None
) -> None:
    """Send an error in the shape that the API's clients expect."""
    body = json.dumps({"detail": detail}, separators=(",", ":")).encode()
    await respond(send, status, [(b"content-type", b"application/json"), *(headers or [])], body)
