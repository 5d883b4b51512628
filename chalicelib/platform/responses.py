"""Answers of the API."""

from __future__ import annotations

from typing import Any

from chalice.app import Response

from chalicelib.platform.bodies import encode_json

JSON = "application/json"


def json_answer(value: Any, status: int = 200, headers: dict[str, Any] | None = None) -> Response:
    """A JSON answer. `value` may be anything that msgspec encodes, or ready bytes."""
    body = value if isinstance(value, bytes) else encode_json(value)
    return Response(
        body=body.decode(), status_code=status, headers={"Content-Type": JSON, **(headers or {})}
    )


def created(value: Any, headers: dict[str, Any] | None = None) -> Response:
    return json_answer(value, 201, headers)


def accepted(value: Any = None) -> Response:
    """202; without a value the body is empty, as the upload protocol wants."""
    return empty(202) if value is None else json_answer(value, 202)


def empty(status: int = 204, headers: dict[str, Any] | None = None) -> Response:
    return Response(body="", status_code=status, headers={"Content-Type": JSON, **(headers or {})})


def text(value: str, status: int = 200, headers: dict[str, Any] | None = None) -> Response:
    return Response(
        body=value,
        status_code=status,
        headers={"Content-Type": "text/plain; charset=utf-8", **(headers or {})},
    )


def redirect(url: str, headers: dict[str, Any] | None = None) -> Response:
    """302 to where the bytes are."""
    return Response(
        body="",
        status_code=302,
        headers={"Location": url, "Cache-Control": "no-store", **(headers or {})},
    )
