"""Reads request bodies no further than they may go."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infra.local.asgi import Receive

MiB = 1 << 20
JSON_LIMIT = 10 * MiB
#: The SDK posts groups of files of up to 100 MiB in one multipart request.
FORM_LIMIT = 128 * MiB
#: Pieces of resumable uploads: 10 MiB from the SDK; other TUS clients choose larger ones.
PIECE_LIMIT = 32 * MiB
#: A presigned PUT: S3 takes 5 GiB; the browser sends parts of at most this.
OBJECT_LIMIT = 128 * MiB
#: How much of a refused body is read so that the client gets to read the refusal.
_COURTESY = 1 * MiB
_COURTESY_SECONDS = 2.0


class BodyTooLarge(Exception):
    """The body is, or says it is, larger than `limit` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"The request body is larger than {limit // MiB} MiB.")


class ClientGone(Exception):
    """The client hung up before it had sent everything."""


def limit_of(content_type: bytes) -> int:
    """The most bytes that a request of the API may have."""
    kind = content_type.partition(b";")[0].strip().lower()
    if kind == b"multipart/form-data":
        return FORM_LIMIT
    if kind in {b"application/offset+octet-stream", b"application/octet-stream"}:
        return PIECE_LIMIT
    return JSON_LIMIT


async def read_body(receive: Receive, declared: bytes | None, limit: int) -> bytes:
    """The whole body.

    Raises:
        BodyTooLarge: at once if Content-Length says so, else as soon as it turns out.
        ClientGone: the client hung up.
    """
    if declared is not None and int(declared) > limit:
        raise BodyTooLarge(limit)
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientGone
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return body
    pieces, size = [body], len(body)
    while message.get("more_body"):
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        piece = message.get("body", b"")
        size += len(piece)
        if size > limit:
            raise BodyTooLarge(limit)
        pieces.append(piece)
    return b"".join(pieces)


async def discard_some(receive: Receive) -> None:
    """Read a little of a refused body: a client that only writes would see a broken connection
    instead of the refusal."""
    seen = 0
    try:
        async with asyncio.timeout(_COURTESY_SECONDS):
            while seen < _COURTESY:
                message = await receive()
                seen += len(message.get("body", b""))
                if not message.get("more_body"):
                    return
    except TimeoutError:
        return
