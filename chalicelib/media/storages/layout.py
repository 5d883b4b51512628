"""Where derived things of cloud storages stand in the media bucket."""

from __future__ import annotations

import hashlib

from chalicelib.media.storages.models import CloudStorage


def of_storage(storage_id: int) -> str:
    """Everything of one storage is below this."""
    return f"storages/{storage_id}/"


def preview(storage: CloudStorage) -> str:
    """The preview of a storage as it is now: another one after each change."""
    version = hashlib.sha256(f"{storage.secret} {storage.updated_date}".encode()).hexdigest()[:16]
    return f"{of_storage(storage.id)}preview-{version}.jpeg"
