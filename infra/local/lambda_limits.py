"""What Lambda and API Gateway refuse, enforced on one machine so that tests can show what needs
more than they allow."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from infra.local.proxy_event import (
    LambdaContext,
    encode_body_as_lambda_does,
    read_answer,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from infra.local.asgi import Headers

#: API Gateway: payload of a REST request. Lambda: request and answer of a synchronous call.
GATEWAY_BYTES = 10_485_760
LAMBDA_BYTES = 6_291_556
#: Seconds that API Gateway waits for an integration.
GATEWAY_SECONDS = 29.0
#: Content types that `api.binary_types` of a Chalice app always has, by their beginning.
_BINARY = ("application/octet-stream", "application/x-tar", "application/zip", "audio/", "image/",
           "video/", "multipart/form-data", "application/offset+octet-stream")  # fmt: skip


class LimitExceeded(Exception):
    """What API Gateway answers in place of the application."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = json.dumps({"message": message}).encode()


class LambdaLimits:
    """Calls an application within the limits of AWS."""

    def __init__(self, seconds: float = GATEWAY_SECONDS) -> None:
        self._seconds = seconds

    async def call(
        self,
        function: Callable[[dict[str, Any], LambdaContext], dict[str, Any]],
        event: dict[str, Any],
        request_id: str,
        pool: Executor,
    ) -> tuple[int, Headers, bytes]:
        """Status, headers and body of the answer. Raises LimitExceeded."""
        body = event["body"] or b""
        if len(body) > GATEWAY_BYTES:
            raise LimitExceeded(413, "HTTP content length exceeded 10485760 bytes")
        content_type = event["headers"].get("content-type", "").lower()
        encode_body_as_lambda_does(event, content_type.startswith(_BINARY))
        if len(event["body"] or "") > LAMBDA_BYTES:
            raise LimitExceeded(413, "Request Too Long")
        context = LambdaContext(request_id, self._seconds)
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._seconds):
                answer = await loop.run_in_executor(pool, function, event, context)
        except TimeoutError:
            raise LimitExceeded(504, "Endpoint request timed out") from None
        if len(answer.get("body") or "") > LAMBDA_BYTES:
            raise LimitExceeded(502, "Internal server error")
        return read_answer(answer)
