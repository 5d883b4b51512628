"""Small pictures for lists."""

from __future__ import annotations

from chalice.app import Response

from chalicelib.media.frames import freshness, orders, serving
from chalicelib.platform.errors import NotFound
from chalicelib.platform.requests import Request
from chalicelib.platform.responses import empty
from chalicelib.projects.models import Task

#: Seconds that a browser follows a redirect to a preview again without asking: lists are opened
#: often, and what was taken away is not shown for long.
REDIRECT_KEEP = 300


def deliver_preview(
    request: Request, task: Task | None, frame: int, *, keep: bool = False
) -> Response:
    """Redirect to the preview of a frame.

    Without media the answer is 404, or 204 if the client prefers that; neither is kept.

    Args:
        keep: the address always means this frame of this task, whose media never change; so the
            redirect may be kept for a while.
    """
    if task is None or task.data is None:
        if "handling=empty" in (request.header("prefer") or "").replace(" ", ""):
            return empty(204, {"Preference-Applied": "handling=empty"})
        raise NotFound("There is no preview: no media has been uploaded.")
    answer = serving.deliver(request, orders.preview(task.id, task.data, frame), task.data)
    etag = str(answer.headers["ETag"])
    answer.headers.update(
        freshness.redirect_headers(etag, REDIRECT_KEEP) if keep else {"Cache-Control": "no-store"}
    )
    return answer
