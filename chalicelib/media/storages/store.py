"""Records of cloud storages."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.media.storages.models import KIND, CloudStorage
from chalicelib.platform import keys, table
from chalicelib.platform.requests import Request
from chalicelib.platform.table import Key, Record


def key(storage_id: int) -> Key:
    return keys.storage(storage_id), keys.META


def load(storage_id: int) -> CloudStorage | None:
    """A storage, or None."""
    record = load_record(storage_id)
    return record.read(CloudStorage) if record else None


def load_record(storage_id: int) -> Record | None:
    return table.load(*key(storage_id))


def load_many(storage_ids: Iterable[int]) -> list[CloudStorage]:
    """Storages by id, in that order; what has gone meanwhile is left out."""
    wanted = [key(storage_id) for storage_id in storage_ids]
    found = table.load_many(wanted)
    return [found[each].read(CloudStorage) for each in wanted if each in found]


def record_of(storage: CloudStorage) -> Record:
    """A new record of a storage, with the index entries that lists are made from."""
    record = Record(*key(storage.id), num=storage.id, by_kind=keys.kind_of(KIND))
    if storage.owner_id is not None:
        record.by_owner = keys.owned(KIND, storage.owner_id)
    return record.write(storage)


def visible(request: Request) -> list[int]:
    """Ids of the storages that the principal sees, newest first."""
    if request.workspace.scope == "organization":
        # Nothing belongs to an organization yet.
        return []
    if request.principal.is_admin:
        found = table.listed(Record.kind_index, keys.kind_of(KIND))
    else:
        found = table.listed(Record.owner_index, keys.owned(KIND, request.principal.id))
    return [int(pk.partition("#")[2]) for pk, _ in found]
