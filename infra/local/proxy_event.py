"""API Gateway's REST proxy events, built from ASGI requests, and its answers turned back."""

from __future__ import annotations

import base64
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from infra.local.asgi import Headers, Scope
    from infra.local.routes import Match

Event = dict[str, Any]


class LambdaContext:
    """What a handler may ask about its invocation."""

    function_name = "skylabel-api"
    function_version = "$LATEST"
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:skylabel-api"
    memory_limit_in_mb = 1024
    log_group_name = "/aws/lambda/skylabel-api"
    log_stream_name = "local"
    identity = None
    client_context = None

    def __init__(self, request_id: str, seconds: float) -> None:
        self.aws_request_id = request_id
        self._deadline = time.monotonic() + seconds

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._deadline - time.monotonic()) * 1000))


def build_event(
    scope: Scope, raw_path: str, method: str, match: Match, body: bytes, request_id: str
) -> Event:
    """The event of one request. The body stays bytes, which Chalice takes as it is."""
    many: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        many.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
    if "x-forwarded-proto" not in many:
        many["x-forwarded-proto"] = [scope["scheme"]]
    query: dict[str, list[str]] = {}
    if scope["query_string"]:
        for name, value in parse_qsl(scope["query_string"].decode("latin-1"), True):
            query.setdefault(name, []).append(value)
    client = scope["client"]
    agent = many.get("user-agent")
    return {
        "resource": match.template,
        "path": raw_path,
        "httpMethod": method,
        # API Gateway gives the last of repeated values here, and all of them below.
        "headers": {name: values[-1] for name, values in many.items()},
        "multiValueHeaders": many,
        "queryStringParameters": {k: v[-1] for k, v in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": match.parameters or None,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": match.template,
            "httpMethod": method,
            "path": raw_path,
            "stage": "local",
            "protocol": "HTTP/1.1",
            "requestId": request_id,
            "identity": {
                "sourceIp": client[0] if client else "127.0.0.1",
                "userAgent": agent[-1] if agent else None,
            },
        },
        "body": body or None,
        "isBase64Encoded": False,
    }


def encode_body_as_lambda_does(event: Event, binary: bool) -> None:
    """Make the body text, as it is on AWS: base64 for binary types, else UTF-8."""
    body: bytes | None = event["body"]
    if body is not None:
        event["isBase64Encoded"] = binary
        if binary:
            event["body"] = base64.b64encode(body).decode()
        else:
            event["body"] = body.decode("utf-8", "replace")


def read_answer(answer: dict[str, Any]) -> tuple[int, Headers, bytes]:
    """Status, headers and body of what a Lambda function returned to API Gateway."""
    body = answer.get("body") or b""
    if isinstance(body, str):
        body = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    headers: Headers = []
    many = answer.get("multiValueHeaders") or {}
    repeated = {name.lower() for name in many}
    for name, value in (answer.get("headers") or {}).items():
        if name.lower() not in repeated:
            headers.append(_header(name, value))
    for name, values in many.items():
        headers.extend(_header(name, value) for value in values)
    headers = [header for header in headers if header[0] != b"content-length"]
    if body and not any(name == b"content-type" for name, _ in headers):
        headers.append((b"content-type", b"application/json"))  # API Gateway's default
    return int(answer["statusCode"]), headers, body


def _header(name: str, value: Any) -> tuple[bytes, bytes]:
    text = value if isinstance(value, str) else str(value)
    return name.lower().encode("latin-1"), text.encode("utf-8")
