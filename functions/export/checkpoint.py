"""Where the lanes of an export stand, and what those that are done have made."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from chalicelib.activity.models import Request
from chalicelib.formats import request_files
from chalicelib.formats.archives.zip_writer import ArchiveState
from chalicelib.formats.report import Report
from chalicelib.platform import bucket
from functions.export.delivery_in_parts import Sent
from functions.export.upload import UploadState, abort_below

T = TypeVar("T")
_DONE = ".done"


class Checkpoint(msgspec.Struct):
    """Everything that the next call needs. `done`: steps of `exporting.archive.write`."""

    upload: UploadState
    archive: ArchiveState
    report: Report
    done: int


class Made(msgspec.Struct):
    """A lane's piece of the archive, whose bytes are at `key_of`."""

    archive: ArchiveState
    report: Report


def save(request: Request, lane: int, checkpoint: Checkpoint) -> None:
    """Note where a lane stands."""
    bucket.put(_key(request, f"{lane}.unfinished"), msgspec.msgpack.encode(checkpoint))


def load(request: Request, lane: int) -> Checkpoint | None:
    """Where a lane stands, if it is begun."""
    return _load(_key(request, f"{lane}.unfinished"), Checkpoint)


def key_of(request: Request, lane: int) -> str:
    """Where the object of a lane stands."""
    return _key(request, f"{lane}.piece")


def save_made(request: Request, lane: int, made: Made) -> None:
    """Note that a lane is done."""
    bucket.put(_key(request, f"{lane}{_DONE}"), msgspec.msgpack.encode(made))


def load_made(request: Request, lane: int) -> Made | None:
    """What a lane has made, if it is done."""
    return _load(_key(request, f"{lane}{_DONE}"), Made)


def lanes_done(request: Request) -> list[int]:
    """Lanes that are done."""
    prefix = request_files.work_prefix(request)
    names = (key.removeprefix(prefix) for key, _ in bucket.listing(prefix))
    return [int(name.removesuffix(_DONE)) for name in names if name.endswith(_DONE)]


def save_joined(request: Request, upload: UploadState) -> None:
    """Note how many of the lanes' bytes are in the archive."""
    bucket.put(_key(request, "joined"), msgspec.msgpack.encode(upload))


def load_joined(request: Request) -> UploadState | None:
    """How many are, if joining is begun."""
    return _load(_key(request, "joined"), UploadState)


def save_sent(request: Request, sent: Sent) -> None:
    """Note how much of the archive a cloud storage has."""
    bucket.put(_key(request, "sent"), msgspec.msgpack.encode(sent))


def load_sent(request: Request) -> Sent | None:
    """How much it has, if sending is begun."""
    return _load(_key(request, "sent"), Sent)


def drop(request: Request) -> None:
    """Delete all that a request has made, and its unfinished uploads."""
    prefix = request_files.own_prefix(request)
    abort_below(prefix)
    bucket.delete_below(prefix)


def drop_earlier(request: Request) -> None:
    """Delete what requests of the same id have made, and this one in an execution before."""
    prefix = request_files.key_prefix(request.id)
    _drop_found(prefix, sure=request.restarts > 0)


def drop_work(request: Request) -> None:
    """Delete what only the making of the archive needed; of most archives that is nothing."""
    _drop_found(request_files.work_prefix(request), sure=False)


def _drop_found(prefix: str, *, sure: bool) -> None:
    """Where nothing is, nothing was begun: uploads are looked for only else, or to be `sure`."""
    keys = [key for key, _ in bucket.listing(prefix)]
    if keys or sure:
        abort_below(prefix)
    bucket.delete(*keys)


def _key(request: Request, name: str) -> str:
    return f"{request_files.work_prefix(request)}{name}"


def _load(key: str, kind: type[T]) -> T | None:
    body = bucket.get(key)
    return None if body is None else msgspec.msgpack.decode(body, type=kind)
