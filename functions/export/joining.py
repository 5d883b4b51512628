"""Joining the pieces of an archive by copies within the bucket: their bytes stay where they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec

from chalicelib.activity.models import Request
from chalicelib.formats.archives.zip_writer import ArchiveState, ArchiveWriter
from chalicelib.formats.exporting import archive as archives
from chalicelib.formats.report import Report
from chalicelib.platform import bucket
from chalicelib.platform.config import settings
from functions.export import checkpoint
from functions.export.checkpoint import Made
from functions.export.plan import Plan
from functions.export.upload import ObjectWriter, UploadState

#: Bytes that a part of an upload has at least, but for the last one; S3 wants 5 MiB.
LEAST = 5 << 20
#: Bytes of a copy. S3 takes 5 GiB and 10,000 parts; smaller copies run beside each other.
COPY = 512 << 20
#: Parts that are copied at a time.
AT_ONCE = 8


class Range(msgspec.Struct, frozen=True):
    """Bytes of an object."""

    key: str
    offset: int
    size: int


#: A part: one range that is copied, or several small ones that are passed through.
Part = list[Range]


def join(request: Request, plan: Plan, key: str, go_on: Callable[[int], None]) -> Report:
    """Make one archive of the pieces of all lanes.

    Args:
        go_on: told how many parts were made since it was called first; raises when there is no
            time for more, or no wish.

    Raises:
        RuntimeError: a lane has made nothing.
    """
    made = [_made(request, lane) for lane in range(len(plan.lanes))]
    state, report = ArchiveState(), Report()
    for one in made:
        state = state.followed_by(one.archive)
        report.add(one.report)
    sizes = [
        Range(checkpoint.key_of(request, lane), 0, one.archive.offset)
        for lane, one in enumerate(made)
    ]
    parts, rest = parts_of(sizes)
    upload = checkpoint.load_joined(request) or UploadState()
    try:
        _send(key, parts, upload, go_on)
    finally:
        checkpoint.save_joined(request, upload)
    upload.rest = b"".join(map(_read, rest))
    sink = ObjectWriter(key, upload)
    archive = ArchiveWriter(sink, state)
    archives.write_report(plan.writer(), archive, report)
    archive.close()
    sink.complete()
    return report


def parts_of(objects: Sequence[Range]) -> tuple[list[Part], Part]:
    """Cut a row of objects into parts, none of which is too small, and what is left behind them."""
    parts: list[Part] = []
    rest: Part = []
    for one in objects:
        at = 0
        if rest:
            at = min(one.size, LEAST - sum(piece.size for piece in rest))
            rest.append(Range(one.key, 0, at))
            if sum(piece.size for piece in rest) < LEAST:
                continue
            parts.append(rest)
            rest = []
        while one.size - at >= LEAST:
            size = min(one.size - at, COPY)
            parts.append([Range(one.key, at, size)])
            at += size
        if at < one.size:
            rest = [Range(one.key, at, one.size - at)]
    return parts, rest


def _made(request: Request, lane: int) -> Made:
    made = checkpoint.load_made(request, lane)
    if made is None:
        raise RuntimeError(f"piece {lane} of the export is missing")
    return made


def _send(
    key: str, parts: Sequence[Part], upload: UploadState, go_on: Callable[[int], None]
) -> None:
    """Send the parts that are not there yet, and note them in the upload."""
    if not parts:
        return
    where: dict[str, Any] = {"Bucket": settings().bucket, "Key": key}
    if upload.upload is None:
        answer = bucket.client().create_multipart_upload(**where, ContentType="application/zip")
        upload.upload = answer["UploadId"]
    where["UploadId"] = upload.upload
    begun = len(upload.tags)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for first in range(begun, len(parts), AT_ONCE):
            go_on(first - begun)
            numbered = enumerate(parts[first : first + AT_ONCE], first + 1)
            upload.tags += pool.map(lambda one: _part(where, *one), list(numbered))


def _part(where: dict[str, Any], number: int, part: Part) -> str:
    client = bucket.client()
    if len(part) > 1:
        body = b"".join(map(_read, part))
        return str(client.upload_part(**where, PartNumber=number, Body=body)["ETag"])
    (one,) = part
    answer = client.upload_part_copy(
        **where,
        PartNumber=number,
        CopySource={"Bucket": settings().bucket, "Key": one.key},
        CopySourceRange=f"bytes={one.offset}-{one.offset + one.size - 1}",
    )
    return str(answer["CopyPartResult"]["ETag"])


def _read(one: Range) -> bytes:
    return bucket.get_range(one.key, one.offset, one.size) if one.size else b""
