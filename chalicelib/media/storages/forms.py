"""Requests about cloud storages as clients send them: JSON, or a form with the key file in it."""

from __future__ import annotations

import re
from typing import Any, TypeVar

import msgspec

from chalicelib.media.uploads import multipart
from chalicelib.platform.bodies import explain
from chalicelib.platform.errors import Invalid
from chalicelib.platform.requests import Request

Body = TypeVar("Body")

#: `manifests`, `manifests[]`, `manifests[3]`: the spellings of lists in forms.
_LISTED = r"manifests(\[[0-9]{0,9}\])?"


def read(request: Request, struct: type[Body]) -> Body:
    """The body of a request. Raises Invalid."""
    content_type = request.header("content-type") or ""
    if not content_type.lower().startswith("multipart/form-data"):
        return request.json(struct)
    try:
        return msgspec.convert(_fields(request.body, content_type), struct)
    except msgspec.ValidationError as error:
        raise explain(str(error)) from None


def _fields(body: bytes, content_type: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for part in multipart.parse(body, content_type):
        try:
            value = body[part.start : part.stop].decode()
        except UnicodeDecodeError:
            raise Invalid(**{part.name: "This is not UTF-8 text."}) from None
        if re.fullmatch(_LISTED, part.name) is None:
            values[part.name] = value
        elif value:
            values.setdefault("manifests", []).append(value)
        else:
            values.setdefault("manifests", [])
    return values
