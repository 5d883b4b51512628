"""/api/cloudstorages

What speaks to the function that holds the credentials is imported when it is used: a cold start of
the API need not wait for it.
"""

from __future__ import annotations

from typing import Any

from chalicelib.media.storages import access, forms, views
from chalicelib.media.storages import store as records
from chalicelib.media.storages.bodies import (
    CloudStorageWriteRequest,
    PatchedCloudStorageWriteRequest,
)
from chalicelib.media.storages.views import LIST_FIELDS, CloudStorageRead, Listed
from chalicelib.platform.http import Router
from chalicelib.platform.paging import Page
from chalicelib.platform.requests import Request
from chalicelib.platform.responses import text
from chalicelib.projects import lists

routes = Router(__name__, tag="cloudstorages")


@routes.get(
    "/api/cloudstorages",
    response=Page[CloudStorageRead],
    query=(*lists.PAGING, *LIST_FIELDS.simple),
)
def list_storages(request: Request) -> Any:
    """List cloud storages"""
    return lists.page(
        request,
        records.visible(request),
        records.load_many,
        LIST_FIELDS,
        lambda storage: views.show(storage, request.base_url),
    )


@routes.post(
    "/api/cloudstorages",
    body=CloudStorageWriteRequest,
    read=forms.read,
    response=CloudStorageRead,
    status=201,
    query=("org", "org_id"),
)
def create(request: Request, body: CloudStorageWriteRequest) -> Any:
    """Connect a cloud storage"""
    from chalicelib.media.storages import storages

    return views.show(storages.create(request, body), request.base_url)


@routes.get("/api/cloudstorages/{id}", response=CloudStorageRead)
def retrieve(request: Request, storage_id: int) -> Any:
    """Get a cloud storage"""
    return views.show(access.require(request, storage_id, "view"), request.base_url)


@routes.patch(
    "/api/cloudstorages/{id}",
    body=PatchedCloudStorageWriteRequest,
    read=forms.read,
    response=CloudStorageRead,
)
def partial_update(request: Request, storage_id: int, body: PatchedCloudStorageWriteRequest) -> Any:
    """Change a cloud storage, and try it again"""
    from chalicelib.media.storages import storages

    return views.show(storages.update(request, storage_id, body), request.base_url)


@routes.delete("/api/cloudstorages/{id}")
def destroy(request: Request, storage_id: int) -> Any:
    """Disconnect a cloud storage; what is in it stays"""
    from chalicelib.media.storages import storages

    storages.delete(request, storage_id)


@routes.get("/api/cloudstorages/{id}/status")
def status(request: Request, storage_id: int) -> Any:
    """Whether a cloud storage can be used: AVAILABLE, NOT_FOUND or FORBIDDEN"""
    from chalicelib.media.storages import storages

    return text(storages.status(request, storage_id))


@routes.get("/api/cloudstorages/{id}/actions")
def actions(request: Request, storage_id: int) -> Any:
    """What may be done with a cloud storage"""
    storage = access.require(request, storage_id, "view")
    return text("read" if storage.credentials_type == "ANONYMOUS_ACCESS" else "read,write")


@routes.get(
    "/api/cloudstorages/{id}/content-v2",
    response=Listed,
    query=("manifest_path", "prefix", "next_token", "page_size"),
)
def content(request: Request, storage_id: int) -> Any:
    """One page of a folder of a cloud storage"""
    from chalicelib.media.storages import storages

    return storages.content(request, storage_id)


@routes.get("/api/cloudstorages/{id}/preview")
def preview(request: Request, storage_id: int) -> Any:
    """A small picture of the first image in a cloud storage, by redirect"""
    from chalicelib.media.storages import storages

    return storages.preview(request, storage_id)
