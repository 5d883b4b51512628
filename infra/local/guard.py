"""Guards the emulator's port: it may run code as this user, and trusts whoever reaches it.

Loopback is shared with every user of the machine and with every page in their browsers, so only
requests signed with this server's secret pass (AWS Signature Version 4, in the header). Presigned
URLs are served elsewhere (`object_door.py`): of the emulator's services only S3 verifies them.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote

from ministack.core import sigv4

if TYPE_CHECKING:
    from infra.local.asgi import Message, Receive, Scope, Send

_SIGNATURE = re.compile(
    r"^AWS4-HMAC-SHA256 Credential=[^/]+/(\d{8})/([^/]+)/([^/]+)/aws4_request, ?"
    r"SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$"
)
_REFUSAL = b'{"__type":"InvalidSignatureException","message":"Sign requests to this server."}'


class Guard:
    """An ASGI application in front of another that lets signed requests through."""

    def __init__(self, app: Any, secret: str) -> None:
        self._app = app
        self._secret = secret

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = await _whole_body(receive)
        if not self._signed(scope, body):
            headers = [(b"content-type", b"application/json")]
            await send({"type": "http.response.start", "status": 403, "headers": headers})
            await send({"type": "http.response.body", "body": _REFUSAL})
            return
        replayed = False

        async def receive_again() -> Message:
            nonlocal replayed
            if replayed:
                return await receive()
            replayed = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, receive_again, send)

    def _signed(self, scope: Scope, body: bytes) -> bool:
        headers = {name.decode("latin-1"): v.decode("latin-1") for name, v in scope["headers"]}
        query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        parts = _SIGNATURE.match(headers.get("authorization", ""))
        if parts is None:
            return False
        day, region, service, signed_headers, signature = parts.groups()
        path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
        canonical = sigv4.build_canonical_request(
            scope["method"],
            unquote(path) if service == "s3" else path,  # all but S3 encode an encoded path again
            headers,
            query,
            signed_headers,
            payload_hash=headers.get("x-amz-content-sha256") or hashlib.sha256(body).hexdigest(),
        )
        to_sign = sigv4.build_string_to_sign(
            headers.get("x-amz-date", ""), day, region, service, canonical
        )
        expected = sigv4.calculate_signature(self._secret, day, region, service, to_sign)
        return bool(sigv4.signatures_match(expected, signature))


async def _whole_body(receive: Receive) -> bytes:
    pieces = []
    while True:
        message = await receive()
        pieces.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(pieces)
