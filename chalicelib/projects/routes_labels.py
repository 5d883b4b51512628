"""/api/labels"""

from __future__ import annotations

from typing import Any

from chalicelib.platform.filters import narrow
from chalicelib.platform.http import Router
from chalicelib.platform.paging import Page, paginate
from chalicelib.platform.requests import Request
from chalicelib.platform.responses import empty
from chalicelib.projects import label_requests, lists
from chalicelib.projects.bodies import PatchedLabelRequest
from chalicelib.projects.label_requests import LabelRow
from chalicelib.projects.models import Label as StoredLabel
from chalicelib.projects.views import Label, show_label, show_lone_sublabel

routes = Router(__name__, tag="labels")


@routes.get(
    "/api/labels",
    response=Page[Label],
    query=(*lists.PAGING, *label_requests.FIELDS.simple, *label_requests.PARENTS),
)
def list_labels(request: Request) -> Any:
    """List labels of a project, task or job, with their sublabels"""
    found = narrow(request, label_requests.listed(request), label_requests.FIELDS)
    return paginate(request, found, _show)


@routes.get("/api/labels/{id}", response=Label)
def retrieve(request: Request, label_id: int) -> Any:
    """Get a label"""
    return _show(label_requests.find(request, label_id, "view"))


@routes.patch("/api/labels/{id}", body=PatchedLabelRequest, response=Label)
def partial_update(request: Request, label_id: int, body: PatchedLabelRequest) -> Any:
    """Change a label"""
    row = label_requests.change(request, label_id, body)
    return empty(204) if body.deleted else _show(row)


@routes.delete("/api/labels/{id}")
def destroy(request: Request, label_id: int) -> Any:
    """Delete a label with its objects"""
    label_requests.delete(request, label_id)


def _show(row: LabelRow) -> Label:
    if row.skeleton is not None:
        return show_lone_sublabel(row.label, row.skeleton, row.parent)
    assert isinstance(row.label, StoredLabel)
    return show_label(row.label, row.parent)
