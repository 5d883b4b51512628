"""Serves `/<bucket>/<key>` to holders of a presigned URL, and to nobody else."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote

from infra.local.asgi import respond
from infra.local.request_body import OBJECT_LIMIT, BodyTooLarge, ClientGone, discard_some, read_body
from infra.local.stored_body import PIECE, StoredBody

if TYPE_CHECKING:
    from infra.local.asgi import Headers, Receive, Scope, Send
    from infra.local.durable_objects import DurableObjects

_ALGORITHM = "AWS4-HMAC-SHA256"
_DENIED = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>%s</Code><Message>%s</Message></Error>'
)
#: Objects are what users uploaded: a page or a drawing among them must not act as this site.
_INERT: Headers = [
    (b"content-security-policy", b"sandbox; default-src 'none'; media-src 'self'; img-src 'self'"),
    (b"x-content-type-options", b"nosniff"),
]
#: Never the emulator's business: who the user is to the application.
_PRIVATE = {b"authorization", b"cookie", b"x-csrftoken"}


class ObjectDoor:
    """The only way from outside to the bucket."""

    def __init__(self, objects: DurableObjects) -> None:
        self._objects = objects

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in {"GET", "HEAD", "PUT"}:
            await _deny(send, 405, b"MethodNotAllowed", b"Only GET, HEAD and PUT are served here.")
            return
        query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        # Another algorithm's name would make the emulator skip the check.
        signed = query.get("X-Amz-Algorithm") == [_ALGORITHM]
        if not signed or not all(query.get("X-Amz-Signature", [""])):
            await _deny(send, 403, b"AccessDenied", b"A presigned URL is needed.")
            return
        headers = {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in scope["headers"]
            if name not in _PRIVATE
        }
        try:
            declared = headers.get("content-length")
            body = b""
            if scope["method"] == "PUT":
                length = declared.encode() if declared else None
                body = await read_body(receive, length, OBJECT_LIMIT)
        except ClientGone:
            return
        except (BodyTooLarge, ValueError):
            await _deny(send, 413, b"EntityTooLarge", b"Upload large files in parts.", close=True)
            await discard_some(receive)
            return
        path = unquote((scope.get("raw_path") or scope["path"].encode()).decode("latin-1"))
        status, reply_headers, reply = await asyncio.to_thread(
            self._objects.answer, scope["method"], path, headers, body, query
        )
        answer: Headers = [
            (name.lower().encode("latin-1"), str(value).encode("utf-8"))
            for name, value in reply_headers.items()
        ]
        answer += _INERT
        await _send(send, scope["method"], status, answer, reply)


async def _send(
    send: Send, method: str, status: int, headers: Headers, reply: bytes | str | StoredBody
) -> None:
    if isinstance(reply, str):
        reply = reply.encode()
    if method == "HEAD":
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return
    headers = [header for header in headers if header[0] != b"content-length"]
    if isinstance(reply, bytes):
        await respond(send, status, headers, reply)
        return
    headers.append((b"content-length", str(len(reply)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    offset = 0
    while offset < len(reply):
        piece = await asyncio.to_thread(reply.read_at, offset, PIECE)
        if not piece:
            raise OSError("an object became shorter while it was sent")
        offset += len(piece)
        await send({"type": "http.response.body", "body": piece, "more_body": offset < len(reply)})
    if not len(reply):
        await send({"type": "http.response.body", "body": b""})


async def _deny(
    send: Send, status: int, code: bytes, message: bytes, *, close: bool = False
) -> None:
    headers: Headers = [(b"content-type", b"application/xml")]
    if close:
        headers.append((b"connection", b"close"))
    await respond(send, status, headers, _DENIED % (code, message))
