"""Fields that projects and tasks have in common."""

from __future__ import annotations

from msgspec import UnsetType

from chalicelib.media.storages import store as storages
from chalicelib.platform.errors import Invalid
from chalicelib.projects.bodies import StorageRequest
from chalicelib.projects.models import Storage


def text(field: str, value: str) -> str:
    """A name without the spaces around it. Raises Invalid if nothing is left."""
    stripped = value.strip()
    if not stripped:
        raise Invalid(**{field: "This field may not be blank."})
    return stripped


def storage(field: str, asked: StorageRequest | UnsetType | None) -> Storage:
    """A storage as kept. Raises Invalid if it names a cloud storage that does not exist."""
    if isinstance(asked, UnsetType) or asked is None:
        return Storage()
    if asked.location != "cloud_storage" and asked.cloud_storage_id is None:
        return Storage()
    if asked.cloud_storage_id is None or storages.load(asked.cloud_storage_id) is None:
        raise Invalid(**{field: f"There is no cloud storage with id {asked.cloud_storage_id}."})
    # Whether its user may use it is asked when it is used.
    return Storage(location=asked.location, cloud_storage_id=asked.cloud_storage_id)


def check_organization(organization_id: int | UnsetType | None) -> None:
    """Refuse moves to an organization that does not exist."""
    if isinstance(organization_id, int):
        raise Invalid(organization_id=f'Invalid pk "{organization_id}" - object does not exist.')
