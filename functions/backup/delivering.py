"""A finished file of the bucket goes to a cloud storage."""

from __future__ import annotations

from collections.abc import Iterator

import obstore
from obstore.exceptions import BaseError

from chalicelib.backups.requested import BackupInputs
from chalicelib.media.sources.places import Unreachable
from chalicelib.media.storages import access
from chalicelib.platform import bucket

#: Bytes of a part, and parts on their way.
PART = 8 << 20
PARALLEL = 2


def deliver(key: str, inputs: BackupInputs) -> None:
    """Copy an object of the bucket, piece by piece. A repeated call replaces the copy.

    Raises:
        Unreachable: the storage cannot be written; the text is for the user.
    """
    assert inputs.cloud_storage_id is not None
    storage = access.place(inputs.cloud_storage_id)
    try:
        obstore.put(
            storage.store,
            inputs.filename,
            _pieces(key),
            chunk_size=PART,
            max_concurrency=PARALLEL,
            use_multipart=True,
        )
    except (BaseError, OSError, ValueError) as error:
        told = storage.explain(error)
        if isinstance(told, Unreachable):
            raise told from None
        raise


def _pieces(key: str) -> Iterator[bytes]:
    size = bucket.size(key) or 0
    for offset in range(0, size, PART):
        yield bucket.get_range(key, offset, PART)
