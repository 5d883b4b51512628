"""The door to cloud storages for the rest of the media: whose they are, and their bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.accounts import permissions
from chalicelib.media.storages import store as records
from chalicelib.media.storages.models import CloudStorage
from chalicelib.platform.errors import NotFound
from chalicelib.platform.requests import Request

if TYPE_CHECKING:
    from obstore.store import ObjectStore

    from chalicelib.media.storages.opened import OpenStorage


def require(request: Request, storage_id: int, scope: str) -> CloudStorage:
    """A storage with which the principal may do `scope`: `view`, `list:content`, `update`,
    `delete`. Whoever may list its content may make tasks of it.

    Raises:
        NotFound: there is none. Forbidden: it is somebody else's.
    """
    storage = records.load(storage_id)
    if storage is None:
        raise NotFound(f"There is no cloud storage with id {storage_id}.")
    relations = frozenset({"Owner"} if storage.owner_id == request.principal.id else ())
    permissions.require(request.principal, "cloudstorages", scope, relations)
    return storage


def place(storage_id: int) -> OpenStorage:
    """Where the bytes of a storage's objects are; a `Place` of `sources/places.py`.

    For worker functions. Connections are kept, so ask again for each file.

    Raises:
        places.Unreachable: it was deleted, or its credentials cannot be used.
    """
    # Not imported by the API, which has neither credentials nor a client.
    from chalicelib.media.storages import connecting

    return connecting.connect(storage_id)


def store(storage_id: int) -> ObjectStore:
    """The client itself, for many requests at once (`obstore.get_range_async`, `get_ranges`).

    Its errors are the library's, which quote addresses: show users none of their text, but that of
    `place(storage_id).explain(error)`. Raises as `place`.
    """
    return place(storage_id).store
