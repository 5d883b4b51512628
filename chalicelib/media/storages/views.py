"""Cloud storages and what is in them as the API shows them: never with credentials."""

from __future__ import annotations

from typing import Literal

import msgspec

from chalicelib.accounts import users
from chalicelib.accounts.users import BasicUser
from chalicelib.media.storages.models import CloudStorage, CredentialsType, Provider
from chalicelib.platform.filters import ListFields


class CloudStorageRead(msgspec.Struct, kw_only=True):
    id: int
    owner: BasicUser | None
    provider_type: Provider
    resource: str
    display_name: str
    credentials_type: CredentialsType
    specific_attributes: str
    description: str
    manifests: list[str]
    organization: int | None
    created_date: str
    updated_date: str


class Item(msgspec.Struct, frozen=True):
    """A folder or a file, by its name in the folder that was asked for."""

    name: str
    type: Literal["DIR", "REG"]
    mime_type: str


class Listed(msgspec.Struct, frozen=True):
    """A page of a folder. `next` asks for the page behind it; None after the last."""

    content: list[Item]
    next: str | None = None


def show(storage: CloudStorage, base_url: str) -> CloudStorageRead:
    """A storage for clients."""
    return CloudStorageRead(
        id=storage.id,
        owner=users.basic(storage.owner_id, base_url),
        provider_type=storage.provider_type,
        resource=storage.resource,
        display_name=storage.display_name,
        credentials_type=storage.credentials_type,
        specific_attributes=storage.specific_attributes,
        description=storage.description,
        manifests=storage.manifests,
        organization=storage.organization_id,
        created_date=storage.created_date,
        updated_date=storage.updated_date,
    )


def _owner(storage: CloudStorage) -> str | None:
    user = users.get(storage.owner_id) if storage.owner_id is not None else None
    return user.username if user else None


LIST_FIELDS: ListFields[CloudStorage] = ListFields(
    filter={
        "id": lambda storage: storage.id,
        "name": lambda storage: storage.display_name,
        "display_name": lambda storage: storage.display_name,
        "owner": _owner,
        "provider_type": lambda storage: storage.provider_type,
        "credentials_type": lambda storage: storage.credentials_type,
        "resource": lambda storage: storage.resource,
        "description": lambda storage: storage.description,
        "updated_date": lambda storage: storage.updated_date,
    },
    search=("provider_type", "name", "resource", "credentials_type", "owner", "description"),
    simple=("provider_type", "name", "resource", "credentials_type", "owner"),
)
