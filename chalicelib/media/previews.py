"""Small pictures for lists."""

from __future__ import annotations

from chalice.app import Response

from chalicelib.media import orders, serving
from chalicelib.platform.errors import NotFound
from chalicelib.platform.requests import Request
from chalicelib.platform.responses import empty
from chalicelib.projects.models import Task


def deliver_preview(request: Request, task: Task | None, frame: int) -> Response:
    """Redirect to the preview of a frame.

    Without media the answer is 404, or 204 if the client prefers that.
    """
    if task is None or task.data is None:
        if "handling=empty" in (request.header("prefer") or "").replace(" ", ""):
            return empty(204, {"Preference-Applied": "handling=empty"})
        raise NotFound("There is no preview: no media has been uploaded.")
    return serving.deliver(request, orders.preview(task.id, task.data, frame), task.data)
