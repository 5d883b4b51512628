"""Requests as API Gateway hands them to the application."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from chalice.app import Request as ChaliceRequest

from chalicelib.platform.requests import Request


def event(
    method: str = "GET",
    path: str = "/api/things",
    *,
    query: str = "",
    headers: dict[str, str] | None = None,
    body: bytes | str | None = None,
    route: str | None = None,
    parameters: dict[str, str] | None = None,
) -> dict[str, Any]:
    return {
        "path": path,
        "headers": {"host": "localhost:8080", **(headers or {})},
        "multiValueQueryStringParameters": parse_qs(query, keep_blank_values=True) or None,
        "pathParameters": parameters,
        "stageVariables": None,
        "body": body,
        "isBase64Encoded": False,
        "requestContext": {
            "httpMethod": method,
            "resourcePath": route or path,
            "path": f"/stage{path}",
            "identity": {"sourceIp": "127.0.0.1"},
            "requestId": "id-of-the-gateway",
        },
    }


def request(**options: Any) -> Request:
    return Request(ChaliceRequest(event(**options)))
