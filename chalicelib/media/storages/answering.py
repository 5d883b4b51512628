"""How the `storages` function answers the API: the other side of `calls.py`."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec

from chalicelib.media.sources.places import Unreachable
from chalicelib.media.storages import connecting, credentials, layout, listing, manifest_listing
from chalicelib.media.storages import store as records
from chalicelib.media.storages.calls import (
    Call,
    Forget,
    Forgotten,
    GetSizes,
    GetStatus,
    GotSizes,
    GotStatus,
    Kind,
    List,
    Preview,
    Previewed,
    Save,
    Saved,
)
from chalicelib.media.storages.listing import BadToken
from chalicelib.media.storages.models import CloudStorage, Credentials
from chalicelib.media.storages.opened import OpenStorage
from chalicelib.media.storages.problems import CredentialsLost, Denied, Missing, Unusable
from chalicelib.media.storages.providers.options import QUICK
from chalicelib.media.storages.views import Listed
from chalicelib.platform import bucket, clock, secrets

#: Manifests that are looked for at a time.
_AT_ONCE = 16


def answer(event: dict[str, Any]) -> dict[str, Any]:
    """Do what the API asks. A problem of the provider or the user is an answer, too."""
    asked: Call = msgspec.convert(event, Call)
    try:
        said: dict[str, Any] = msgspec.to_builtins(_do(asked))
    except Unreachable as error:
        return {"problem": _problem(error)}
    except BadToken:
        message = "Wrong value for the next_token parameter was found."
        return {"problem": {"kind": "unusable", "field": "next_token", "message": message}}
    return said


def _do(asked: Call) -> msgspec.Struct:
    match asked:
        case Save():
            return _save(asked)
        case Forget():
            return _forget(asked)
        case GetStatus():
            return GotStatus(_opened(asked.storage_id).status())
        case GetSizes():
            opened = _opened(asked.storage_id)
            return GotSizes([opened.size(key) for key in asked.keys])
        case List():
            return _list(asked)
        case Preview():
            return _preview(asked)


def _problem(error: Unreachable) -> dict[str, str]:
    kind: Kind = "unreachable"
    if isinstance(error, Denied):
        kind = "denied"
    elif isinstance(error, Missing):
        kind = "missing"
    elif isinstance(error, Unusable):
        return {"kind": "unusable", "field": error.field, "message": str(error)}
    return {"kind": kind, "message": str(error)}


def _opened(storage_id: int) -> OpenStorage:
    return connecting.open_with_secret(_storage(storage_id), QUICK)


def _storage(storage_id: int) -> CloudStorage:
    storage = records.load(storage_id)
    if storage is None:
        raise Missing("The cloud storage was deleted meanwhile.")
    return storage


def _save(asked: Save) -> Saved:
    storage = asked.storage
    kept = _kept(storage) if asked.reuse else Credentials()
    wanted = credentials.complete(storage, asked.given, kept)
    opened = connecting.open_with(storage, wanted, QUICK)
    status = opened.status()
    if status == "FORBIDDEN":
        raise Denied(
            f"Cannot use resource {storage.resource} with specified credentials. Access forbidden."
        )
    if status == "NOT_FOUND":
        raise Missing(f"The resource {storage.resource} not found. It may have been deleted.")
    _check_manifests(opened, storage)
    if wanted == Credentials():
        return Saved("")
    if storage.secret and wanted == kept:
        return Saved(storage.secret)
    if clock.epoch() > asked.until:
        raise Unreachable("The cloud storage takes too long to answer.")
    name = f"storages/{storage.id}/{os.urandom(8).hex()}"
    secrets.put(name, credentials.encode(wanted))
    return Saved(name)


def _kept(storage: CloudStorage) -> Credentials:
    try:
        return connecting.kept(storage)
    except CredentialsLost:
        # Whoever gives them again must not be told that they are lost.
        return Credentials()


def _check_manifests(opened: OpenStorage, storage: CloudStorage) -> None:
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        sizes = list(pool.map(opened.size, storage.manifests))
    for key, size in zip(storage.manifests, sizes, strict=True):
        if size is None:
            raise Unusable(
                "manifests",
                f"The '{key}' file does not exist on '{storage.resource}' cloud storage.",
            )
    # Tasks take files of other names for no manifests.
    read = [key for key in storage.manifests if key.endswith(".jsonl")]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(lambda key: manifest_listing.check(opened, key), read))


def _forget(asked: Forget) -> Forgotten:
    if asked.secret:
        secrets.delete(asked.secret)
    if asked.storage_id is not None:
        bucket.delete_below(layout.of_storage(asked.storage_id))
    return Forgotten()


def _list(asked: List) -> Listed:
    opened = _opened(asked.storage_id)
    if asked.manifest:
        keys = manifest_listing.names(opened, asked.manifest)
        return manifest_listing.page(keys, asked.prefix, asked.token, asked.size)
    return listing.page(opened, asked.prefix, asked.token, asked.size)


def _preview(asked: Preview) -> Previewed:
    from chalicelib.media.storages.previewing import first_picture

    storage = _storage(asked.storage_id)
    picture = first_picture(connecting.open_with_secret(storage, QUICK), storage.manifests)
    if picture is None:
        return Previewed(found=False)
    bucket.put(asked.key, picture, "image/jpeg")
    return Previewed(found=True)
