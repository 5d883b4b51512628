"""Where an export stands that takes longer than one call of the function may."""

from __future__ import annotations

import msgspec

from chalicelib.activity.models import Request
from chalicelib.formats import request_files
from chalicelib.formats.archives.zip_writer import ArchiveState
from chalicelib.formats.report import Report
from chalicelib.platform import bucket
from functions.export.upload import UploadState


class Checkpoint(msgspec.Struct):
    """Everything that the next call needs. `done`: steps of `exporting.archive.files`."""

    upload: UploadState
    archive: ArchiveState
    report: Report
    done: int


def save(request: Request, checkpoint: Checkpoint) -> None:
    bucket.put(_key(request), msgspec.msgpack.encode(checkpoint))


def load(request: Request) -> Checkpoint | None:
    body = bucket.get(_key(request))
    return None if body is None else msgspec.msgpack.decode(body, type=Checkpoint)


def drop(request: Request) -> None:
    bucket.delete(_key(request))


def _key(request: Request) -> str:
    return f"{request_files.own_prefix(request)}checkpoint.unfinished"
