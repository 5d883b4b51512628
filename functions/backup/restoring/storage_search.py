"""The cloud storage in which the media of a backup was left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chalicelib.backups.documents import Own
from chalicelib.backups.requested import RestoreInputs
from chalicelib.formats.errors import BadDataset
from chalicelib.media.sources.places import CLOUD, Unreachable, place
from chalicelib.media.storages import store as storages
from chalicelib.media.storages.models import KIND, CloudStorage
from chalicelib.platform import keys, table
from chalicelib.platform.table import Record
from functions.backup.task_document import digest_of_storage


def place_of(inputs: RestoreInputs, own: Own | None, names: Sequence[str], where: str) -> str:
    """The place of the storage that has these files, of those that the user may use.

    The backup of this server says which one it was; of others, the first one is taken that has the
    first and the last file: that which the backup itself came from before the user's own.

    Raises:
        BadDataset: there is none.
    """
    if own is not None and own.cloud_storage_id is not None:
        same = (
            storage.id
            for storage in _usable(inputs, own.cloud_storage_id)
            if digest_of_storage(storage.id) == own.cloud_storage
        )
        found = next(same, None)
    else:
        found = next((s.id for s in _usable(inputs, None) if _has(s.id, names)), None)
    if found is None:
        raise BadDataset(
            where,
            "the media is in a cloud storage that you have not connected here: connect it and"
            f" restore the backup again (it holds {names[0]})",
        )
    return f"{CLOUD}{found}"


def _usable(inputs: RestoreInputs, first: int | None) -> Iterator[CloudStorage]:
    """Storages that the user may use, likely ones first."""
    likely = [number for number in (first, inputs.cloud_storage_id) if number is not None]
    owned = table.listed(Record.owner_index, keys.owned(KIND, inputs.owner_id))
    listed = sorted(int(pk.partition("#")[2]) for pk, _ in owned)
    for storage in storages.load_many(dict.fromkeys([*likely, *listed])):
        if storage.owner_id == inputs.owner_id or inputs.admin:
            yield storage


def _has(storage_id: int, names: Sequence[str]) -> bool:
    try:
        there = place(f"{CLOUD}{storage_id}")
        return all(there.size(name) is not None for name in {names[0], names[-1]})
    except Unreachable:
        return False
