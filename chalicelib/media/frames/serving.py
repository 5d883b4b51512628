"""Answers that send clients to bytes in the bucket, built first if they are not there."""

from __future__ import annotations

import time
from functools import lru_cache

import msgspec
from botocore.exceptions import ReadTimeoutError
from chalice.app import Response

from chalicelib.media import frame_list
from chalicelib.media.files import File
from chalicelib.media.frames import freshness
from chalicelib.media.frames.orders import Order, content_type
from chalicelib.media.images.passing import passes
from chalicelib.media.sources.places import OWN
from chalicelib.platform import bucket, workflows
from chalicelib.platform.errors import Invalid, NotFound, Throttled
from chalicelib.platform.requests import Request
from chalicelib.platform.responses import redirect
from chalicelib.projects.models import TaskData

#: Seconds after which a client may ask again for what is being built.
RETRY = 5
#: Seconds that a worker goes on building after the request that asked for it was answered.
LONGEST_BUILD = 300
_WAIT = "The media is still being prepared."


def deliver(request: Request, order: Order, data: TaskData) -> Response:
    """Redirect to what an order describes, or say that the client has it.

    Raises:
        Invalid: the media is damaged there. Throttled: it takes longer than a request may.
    """
    checksum = _known(order.key)
    headers = _headers(data, f'"{checksum}"') if checksum else {}
    url = freshness.link(order.key, request.base_url, order.content_type)
    if checksum:
        # With the address: a cache that holds the redirect renews what it leads to.
        same = freshness.unchanged(request, headers["ETag"], {**headers, "Location": url})
        if same is not None:
            return same
    else:
        headers = _headers(data, f'"{_build(order)}"')
    return redirect(url, {**headers, "X-Checksum": headers["ETag"].strip('"')})


def deliver_original(
    request: Request, task_id: int, data: TaskData, number: int
) -> Response | None:
    """Redirect to an image as it was uploaded; None if something must be built from it first."""
    file = frame_list.load(task_id, data.revision).images[number]
    if not _stands_alone(file):
        return None
    url = freshness.link(file.key, request.base_url, content_type(file.format))
    headers = _headers(data, freshness.tag_of(file.key, data.revision))
    same = freshness.unchanged(request, headers["ETag"], {**headers, "Location": url})
    return same or redirect(url, headers)


def _stands_alone(file: File) -> bool:
    """Whether the object that holds a file is what clients are to get."""
    return file.place == OWN and not file.packed and passes(file)


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


#: What outlived the request that asked for it, and until when (monotonic seconds) to wait for it.
_outlived: dict[str, float] = {}


def _build(order: Order) -> str:
    if _outlived.get(order.key, 0.0) > time.monotonic():
        # A second worker would do the same work beside the first one, and both would be slower.
        raise Throttled(RETRY, _WAIT)
    try:
        answer = workflows.invoke("frames", msgspec.to_builtins(order))
    except ReadTimeoutError as error:
        # The function goes on and stores what it builds: the client finds it when it asks again.
        _remember(order.key)
        raise Throttled(RETRY, _WAIT) from error
    except workflows.WorkerBusy as error:
        raise Throttled(RETRY, _WAIT) from error
    except workflows.WorkerFailed as error:
        if "timed out" in error.message.lower():
            raise Throttled(RETRY, _WAIT) from error
        raise
    if "problem" in answer:
        if answer.get("gone"):
            raise NotFound(answer["problem"])
        raise Invalid(answer["problem"])
    return str(answer["checksum"])


def _remember(key: str) -> None:
    now = time.monotonic()
    for other in [other for other, until in _outlived.items() if until <= now]:
        del _outlived[other]
    _outlived[key] = now + LONGEST_BUILD


def _headers(data: TaskData, etag: str) -> dict[str, str]:
    return {"X-Updated-Date": data.chunks_updated_date, **freshness.redirect_headers(etag)}
