"""Answers that send clients to bytes in the bucket, built first if they are not there."""

from __future__ import annotations

from functools import lru_cache

import msgspec
from botocore.exceptions import ReadTimeoutError
from chalice.app import Response

from chalicelib.media import frame_list
from chalicelib.media.frames.orders import Order
from chalicelib.media.kinds import CONTENT_TYPES
from chalicelib.platform import bucket, workflows
from chalicelib.platform.errors import Invalid, NotFound, Throttled
from chalicelib.platform.requests import Request
from chalicelib.platform.responses import redirect
from chalicelib.projects.models import TaskData

#: Seconds that clients may keep what never changes.
KEEP = 24 * 3600


def deliver(request: Request, order: Order, data: TaskData) -> Response:
    """Redirect to what an order describes.

    Raises:
        Invalid: the media is damaged there. Throttled: it takes longer than a request may.
    """
    checksum = _known(order.key)
    return redirect(
        bucket.download_link(
            order.key, request.base_url, content_type=order.content_type, cache_seconds=KEEP
        ),
        _headers(checksum or _build(order), data),
    )


def deliver_original(
    request: Request, task_id: int, data: TaskData, number: int
) -> Response | None:
    """Redirect to an image as it was uploaded; None if it must be cut out or turned first."""
    file = frame_list.load(task_id, data.revision).images[number]
    if file.packed or file.orientation != 1:
        return None
    url = bucket.download_link(
        file.key,
        request.base_url,
        content_type=CONTENT_TYPES[file.format],
        cache_seconds=KEEP,
    )
    return redirect(url, _headers("", data))


def ensure(order: Order) -> None:
    """Build what an order describes, unless it is there. Raises as `deliver`."""
    if not _known(order.key):
        _build(order)


def _known(key: str) -> str:
    """Checksum of an object, or "" if it is absent. Objects of an order never change."""
    try:
        return _checksum(key)
    except KeyError:
        return ""


@lru_cache(maxsize=4096)
def _checksum(key: str) -> str:
    etag = bucket.etag(key)
    if etag is None:
        raise KeyError(key)
    return etag


def _build(order: Order) -> str:
    try:
        answer = workflows.invoke("frames", msgspec.to_builtins(order))
    except ReadTimeoutError as error:
        # The function goes on and stores what it builds: the client finds it when it asks again.
        raise Throttled(5, "The media is still being prepared.") from error
    except workflows.WorkerFailed as error:
        if "timed out" in error.message.lower():
            raise Throttled(5, "The media is still being prepared.") from error
        raise
    if "problem" in answer:
        if answer.get("gone"):
            raise NotFound(answer["problem"])
        raise Invalid(answer["problem"])
    return str(answer["checksum"])


def _headers(checksum: str, data: TaskData) -> dict[str, str]:
    headers = {"X-Updated-Date": data.chunks_updated_date}
    if checksum:
        headers["X-Checksum"] = checksum
    return headers
