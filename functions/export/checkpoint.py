"""Where an export stands that takes longer than one call of the function may."""

from __future__ import annotations

import msgspec

from chalicelib.formats import exports
from chalicelib.formats.report import Report
from chalicelib.formats.zip_writer import ArchiveState
from chalicelib.platform import bucket
from functions.export.upload import UploadState


class Checkpoint(msgspec.Struct):
    """Everything that the next call needs."""

    upload: UploadState
    archive: ArchiveState
    report: Report


def save(request_id: str, checkpoint: Checkpoint) -> None:
    bucket.put(_key(request_id), msgspec.msgpack.encode(checkpoint))


def load(request_id: str) -> Checkpoint | None:
    body = bucket.get(_key(request_id))
    return None if body is None else msgspec.msgpack.decode(body, type=Checkpoint)


def drop(request_id: str) -> None:
    bucket.delete(_key(request_id))


def _key(request_id: str) -> str:
    return f"{exports.key_prefix(request_id)}checkpoint.unfinished"
