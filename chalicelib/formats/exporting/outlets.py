"""Where a file that a user asks for is to go: to the user, or to a cloud storage."""

from __future__ import annotations

from chalicelib.media.storages import access
from chalicelib.platform.errors import Forbidden, Invalid, NotFound
from chalicelib.platform.requests import Request
from chalicelib.projects.models import Storage


def storage_for(request: Request, default: Storage) -> int | None:
    """The cloud storage that a request names by `location` and `cloud_storage_id`, if any.

    Args:
        default: of what is exported; it counts where the request names no location.

    Raises:
        Invalid: there is no such location or storage. Forbidden: it is somebody else's.
    """
    location = request.query("location")
    if location:
        if location not in ("local", "cloud_storage"):
            raise Invalid(location=f'"{location}" is not a valid choice.')
        storage_id = request.query_int("cloud_storage_id")
        chosen = ""
    else:
        location, storage_id = default.location, default.cloud_storage_id
        chosen = "A cloud storage is selected as the default location. "
    if location == "local":
        return None
    if storage_id is None:
        raise Invalid(cloud_storage_id="A cloud storage must be named for this location.")
    try:
        access.require(request, storage_id, "view")
    except NotFound:
        raise Invalid(cloud_storage_id=f"There is no cloud storage with id {storage_id}.") from None
    except Forbidden:
        raise Forbidden(f"{chosen}You have no access to the cloud storage.") from None
    return storage_id
