"""The one door: the API, the bucket's presigned URLs and the browser application on one port."""

from __future__ import annotations

import itertools
import logging
import secrets
from typing import TYPE_CHECKING

from infra.local.asgi import respond_detail

if TYPE_CHECKING:
    from infra.local.api_gateway import ApiGateway
    from infra.local.asgi import Message, Receive, Scope, Send
    from infra.local.object_door import ObjectDoor
    from infra.local.pages import Pages

_log = logging.getLogger(__name__)


class Gateway:
    """An ASGI application that gives each request to the part that answers it."""

    def __init__(self, api: ApiGateway, objects: ObjectDoor, pages: Pages, bucket: str) -> None:
        self._api = api
        self._objects = objects
        self._pages = pages
        self._bucket = f"/{bucket}/"
        self._run = secrets.token_hex(6)
        self._numbers = itertools.count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        request_id = f"{self._run}-{next(self._numbers):x}"
        header = (b"x-request-id", request_id.encode())
        started = False

        async def send_named(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"].append(header)
            await send(message)

        try:
            await self._dispatch(scope, receive, send_named, request_id)
        except Exception:
            _log.exception("%s %s failed (%s)", scope["method"], scope["path"], request_id)
            if started:
                raise
            await respond_detail(send_named, 500, "Internal server error.")

    async def _dispatch(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        path: str = scope["path"]
        if path.startswith(("/api/", "/auth/")) or path == "/api":
            await self._api(scope, receive, send, request_id)
        elif path.startswith(self._bucket):
            await self._objects(scope, receive, send)
        else:
            await self._pages(scope, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
