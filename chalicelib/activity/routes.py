"""Routes of `/api/requests`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from chalicelib.accounts import permissions
from chalicelib.activity import models, request_ids, requests, store
from chalicelib.activity.access import permitted
from chalicelib.platform.clock import iso
from chalicelib.platform.errors import Invalid
from chalicelib.platform.filters import ListFields, narrow
from chalicelib.platform.http import Router
from chalicelib.platform.paging import Page, paginate
from chalicelib.platform.requests import Request as ApiRequest
from chalicelib.platform.responses import empty

routes = Router(__name__, tag="requests")


class RequestDataOperation(msgspec.Struct):
    """What is done, and to what."""

    type: str
    target: str
    project_id: int | None
    task_id: int | None
    job_id: int | None
    org_id: int | None
    format: str | None
    function_id: str | None
    lightweight: bool | None


class RequestOwner(msgspec.Struct):
    """Who asked."""

    id: int
    username: str


class Request(msgspec.Struct):
    """A background request. `result_url` is absolute."""

    id: str
    status: models.Status
    progress: float | None
    message: str
    operation: RequestDataOperation
    created_date: str
    started_date: str | None
    finished_date: str | None
    expiry_date: str | None
    owner: RequestOwner
    result_url: str | None
    result_id: int | None


def _part(name: str) -> Any:
    return lambda request: request_ids.parts(request.id).get(name)


_FIELDS: ListFields[models.Request] = ListFields(
    filter={
        "id": lambda request: request.id,
        "status": lambda request: request.status,
        "type": lambda request: request.operation.type,
        "action": lambda request: request.operation.type.partition(":")[0],
        "target": lambda request: request.operation.target,
        "subresource": _part("subresource"),
        "project_id": lambda request: request.operation.project_id,
        "task_id": lambda request: request.operation.task_id,
        "job_id": lambda request: request.operation.job_id,
        "org_id": lambda request: request.operation.org_id,
        "format": lambda request: request.operation.format,
        "created_date": lambda request: request.created,
    },
    simple=(
        "status", "action", "target", "subresource", "project_id", "task_id", "job_id", "format",
    ),
    default_sort="-created_date",
)  # fmt: skip
_LIST_QUERY = (*_FIELDS.simple, "filter", "org", "org_id", "page", "page_size", "sort")


@routes.get("/api/requests", response=Page[Request], query=_LIST_QUERY)
def listing(request: ApiRequest) -> Page[Request]:
    """The user's background requests, newest first"""
    permissions.require(request.principal, "requests", "list")
    kept = narrow(request, store.of_owner(request.principal.id), _FIELDS)
    return paginate(request, kept, lambda item: show(item, request.base_url))


@routes.get("/api/requests/{id}", response=Request)
def retrieve(request: ApiRequest, request_id: str) -> Request:
    """Status and result of a background request"""
    return show(permitted(request, request_id, "view"), request.base_url)


@routes.post("/api/requests/{id}/cancel")
def cancel(request: ApiRequest, request_id: str) -> Any:
    """Cancel a background request whose result is not being written yet"""
    found = permitted(request, request_id, "cancel")
    if not requests.cancel(found.id):
        raise Invalid(
            "It is too late to cancel this request: it is over, or its result is being written."
        )
    return empty(200)


def show(request: models.Request, base_url: str) -> Request:
    """A request as clients see it."""
    operation = msgspec.structs.asdict(request.operation)
    url = request.result_url
    return Request(
        id=request.id,
        status=request.status,
        progress=request.progress,
        message=request.message,
        operation=RequestDataOperation(**operation),
        created_date=iso(datetime.fromtimestamp(request.created, UTC)),
        started_date=_shown(request.started),
        finished_date=_shown(request.finished),
        expiry_date=_shown(request.expiry),
        owner=RequestOwner(request.owner_id, request.owner_name),
        result_url=f"{base_url}{url}" if url and url.startswith("/") else url,
        result_id=request.result_id,
    )


def _shown(moment: float | None) -> str | None:
    return None if moment is None else iso(datetime.fromtimestamp(moment, UTC))
