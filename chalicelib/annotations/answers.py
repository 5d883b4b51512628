"""Answers that hold annotations: validated by ETag, and within what Lambda may return."""

from __future__ import annotations

import hashlib

import msgspec
from chalice.app import Response
from msgspec import UNSET

from chalicelib.annotations.model.document import Document
from chalicelib.platform import bucket
from chalicelib.platform.bodies import encode_json
from chalicelib.platform.config import settings
from chalicelib.platform.errors import Gone, Invalid
from chalicelib.platform.requests import Request
from chalicelib.platform.responses import JSON, empty, json_answer

#: Lambda returns 6 MB at most; headers and JSON escapes of the answer need some of it.
LARGEST = 5_500_000
_LAST_FRAME = 2**31 - 1
_REMOVED = ("format", "filename", "location")


def refuse_export(request: Request) -> None:
    """Exports were once made here. Raises Gone for a client that still tries."""
    if any(request.query(name) for name in _REMOVED):
        raise Gone("This endpoint no longer exports annotations. Use dataset/export instead.")


def tag_of(*parts: object) -> str:
    """An ETag that changes with any of the parts."""
    text = ",".join(str(part) for part in parts)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'


def unchanged(request: Request, etag: str) -> Response | None:
    """304 if the client has this version already."""
    known = request.header("if-none-match") or ""
    if etag not in {part.strip().removeprefix("W/") for part in known.split(",")}:
        return None
    return empty(304, {"ETag": etag, "Cache-Control": "private, no-cache"})


def frames_of(request: Request) -> tuple[int, int] | None:
    """The range of frames (inclusive) that is asked for, None for all. Raises Invalid."""
    first, last = request.query_int("start_frame"), request.query_int("stop_frame")
    if first is None and last is None:
        return None
    start = 0 if first is None else first
    stop = _LAST_FRAME if last is None else last
    for name, value in (("start_frame", start), ("stop_frame", stop)):
        if not 0 <= value <= _LAST_FRAME:
            raise Invalid(**{name: f"Must be from 0 to {_LAST_FRAME}."})
    if stop < start:
        raise Invalid(stop_frame="Must not be less than start_frame.")
    return start, stop


def revision_of(request: Request, name: str) -> int:
    """A revision that a query names. Raises Invalid."""
    value = request.query_int(name)
    if value is None or value < 0:
        raise Invalid(**{name: "A revision is required: a number from 0."})
    return value


def read_answer(request: Request, document: msgspec.Struct, etag: str) -> Response:
    """200 with annotations, or 302 to where they are if they are too large for Lambda."""
    body = encode_json(document)
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    damaged = getattr(document, "damaged", UNSET)
    if damaged is not UNSET:
        # Not for good: what cannot be read now may be repaired.
        headers = {"Cache-Control": "no-store", "X-Annotations-Damaged": str(len(damaged))}
    if _fits(body):
        return json_answer(body, 200, headers)
    return _elsewhere(request, body, 302)


def saved_answer(request: Request, document: Document) -> Response:
    """200 with what was stored, or 303 to where it is if it is too large for Lambda."""
    body = encode_json(document)
    return json_answer(body) if _fits(body) else _elsewhere(request, body, 303)


def _fits(body: bytes) -> bool:
    return not settings().lambda_limits or len(body) <= LARGEST


def _elsewhere(request: Request, body: bytes, status: int) -> Response:
    key = f"exports/annotations-{hashlib.sha256(body).hexdigest()[:32]}/annotations.json"
    bucket.put(key, body, JSON)
    link = bucket.download_link(key, request.base_url, content_type=JSON)
    return Response(
        body="", status_code=status, headers={"Location": link, "Cache-Control": "no-store"}
    )
