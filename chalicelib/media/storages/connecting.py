"""Storages by id, opened with their credentials and kept open. For worker functions only."""

from __future__ import annotations

import threading
import time

import msgspec

from chalicelib.media.sources.places import Unreachable
from chalicelib.media.storages import credentials, store
from chalicelib.media.storages.attributes import parse
from chalicelib.media.storages.models import CloudStorage, Credentials
from chalicelib.media.storages.opened import OpenStorage
from chalicelib.media.storages.problems import CredentialsLost
from chalicelib.media.storages.providers.opening import open_store
from chalicelib.media.storages.providers.options import STEADY, Patience
from chalicelib.platform import secrets

#: Seconds after which a change of a storage, or its end, is seen by whoever reads from it.
TRUSTED = 30.0


class _Known(msgspec.Struct):
    storage: CloudStorage
    opened: OpenStorage
    until: float


_lock = threading.Lock()
_known: dict[int, _Known] = {}


def connect(storage_id: int) -> OpenStorage:
    """A storage to read media from; connections are shared by this process.

    Raises:
        Unreachable: it was deleted, or its credentials cannot be used.
    """
    with _lock:
        known = _known.get(storage_id)
        if known is not None and time.monotonic() < known.until:
            return known.opened
    storage = store.load(storage_id)
    if storage is None:
        with _lock:
            _known.pop(storage_id, None)
        raise Unreachable(
            f"The cloud storage #{storage_id}, where this media stands, was deleted here. "
            "Connect it again and give the task the new one."
        )
    unchanged = known is not None and _same(known.storage, storage)
    opened = known.opened if known is not None and unchanged else open_with_secret(storage, STEADY)
    with _lock:
        _known[storage_id] = _Known(storage, opened, time.monotonic() + TRUSTED)
    return opened


def open_with_secret(storage: CloudStorage, patience: Patience) -> OpenStorage:
    """Open a storage with the credentials that are kept. Raises Unreachable."""
    return open_with(storage, kept(storage), patience)


def open_with(storage: CloudStorage, given: Credentials, patience: Patience) -> OpenStorage:
    """Open a storage. Raises Unreachable."""
    opened = open_store(storage, given, patience)
    prefix = parse(storage.specific_attributes).prefix
    return OpenStorage(
        opened, storage.resource, prefix, seeks=storage.provider_type != "AZURE_CONTAINER"
    )


def kept(storage: CloudStorage) -> Credentials:
    """The credentials that are kept of a storage. Raises CredentialsLost."""
    if not storage.secret:
        return Credentials()
    try:
        value = secrets.get(storage.secret)
    except secrets.Unreadable:
        value = None
    if value is None:
        raise CredentialsLost(
            f"The credentials of the cloud storage {storage.display_name} are lost: "
            "give them again.",
            "The credentials of its cloud storage are lost.",
        )
    return credentials.decode(value)


def _same(before: CloudStorage, after: CloudStorage) -> bool:
    return (before.secret, before.resource, before.specific_attributes) == (
        after.secret,
        after.resource,
        after.specific_attributes,
    ) and before.provider_type == after.provider_type
