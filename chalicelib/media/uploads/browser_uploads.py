"""Uploads from browsers straight into the bucket: presigned parts, resumable.

The bucket itself knows which parts have arrived, so a browser that lost everything but the id of
its upload can go on.
"""

from __future__ import annotations

import contextlib
import uuid
from typing import Annotated, Any

import msgspec

from chalicelib.media import layout
from chalicelib.media.uploads import receiving
from chalicelib.media.uploads.names import relative_path
from chalicelib.media.uploads.tus import LIFETIME, MAX_SIZE
from chalicelib.platform import bucket, keys, table
from chalicelib.platform.clock import epoch
from chalicelib.platform.config import settings
from chalicelib.platform.errors import Conflict, Forbidden, Invalid, NotFound, TooLarge
from chalicelib.platform.requests import Request
from chalicelib.platform.table import Put, Record

#: Sort key beside which TUS uploads use `META`.
SORT_KEY = "BROWSER"
SMALLEST_PART = 8 << 20
#: S3 allows 10,000 parts.
MOST_PARTS = 9_000
#: Links in one answer.
PAGE = 100


class UploadRequest(msgspec.Struct):
    """A file to upload. `name` may hold folders; `size` in bytes; the type is only a hint."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=1024)]
    size: Annotated[int, msgspec.Meta(ge=0)]
    content_type: Annotated[str, msgspec.Meta(max_length=255)] = ""


class BrowserUpload(msgspec.Struct):
    """An upload under way. `s3_id` is the bucket's own id of it."""

    id: str
    owner_id: int
    task_id: int
    name: str
    size: int
    part_size: int
    s3_id: str
    done: bool = False

    @property
    def key(self) -> str:
        return layout.raw(self.task_id, self.name)

    @property
    def part_count(self) -> int:
        return -(-self.size // self.part_size)


class PartLink(msgspec.Struct):
    """Where to PUT a part; numbers start at 1."""

    number: int
    url: str


class UploadState(msgspec.Struct):
    """An upload as the browser sees it.

    Attributes:
        part_size: bytes of each part but the last.
        uploaded: numbers of the parts that the bucket holds.
        parts: links of the next parts that are missing; ask again for more.
        done: whether the file is complete and noted.
    """

    upload_id: str
    key: str
    name: str
    size: int
    part_size: int
    part_count: int
    uploaded: list[int]
    parts: list[PartLink]
    done: bool


def part_size_of(size: int) -> int:
    """Bytes of a part: 8 MiB, or more so that S3's limit of parts is kept."""
    part = SMALLEST_PART
    while -(-size // part) > MOST_PARTS:
        part *= 2
    return part


def begin(request: Request, task_id: int, name: str, size: int) -> UploadState:
    """Start an upload. Raises Invalid, TooLarge."""
    if size > MAX_SIZE:
        raise TooLarge(f"At most {MAX_SIZE} bytes can be uploaded.")
    if size < 1:
        raise Invalid(size="The file is empty.")
    name = relative_path(name)
    # What the browser takes it for is not believed: objects must never be served as pages.
    answer = bucket.client().create_multipart_upload(
        Bucket=settings().bucket,
        Key=layout.raw(task_id, name),
        ContentType="application/octet-stream",
    )
    upload = BrowserUpload(
        id=uuid.uuid4().hex,
        owner_id=request.principal.id,
        task_id=task_id,
        name=name,
        size=size,
        part_size=part_size_of(size),
        s3_id=answer["UploadId"],
    )
    _keep(upload)
    return _state(request, upload, {})


def find(request: Request, task_id: int, upload_id: str) -> BrowserUpload:
    """A user's upload. Raises NotFound, Forbidden."""
    record = table.load(keys.upload(upload_id), SORT_KEY)
    if record is None:
        raise NotFound
    upload = record.read(BrowserUpload)
    if upload.task_id != task_id:
        raise NotFound
    if upload.owner_id != request.principal.id:
        raise Forbidden
    return upload


def state(request: Request, upload: BrowserUpload) -> UploadState:
    """Which parts have arrived, and links of the next that have not."""
    parts = _parts(upload)
    if parts is None and not upload.done:
        complete(upload)
    return _state(request, upload, parts or {})


def complete(upload: BrowserUpload) -> None:
    """Put the parts together and note the file. May be repeated.

    Raises:
        Conflict: parts are missing or of another size.
        NotFound: the bucket has dropped the upload.
    """
    if upload.done:
        return
    parts = _parts(upload)
    if parts is None and bucket.size(upload.key) != upload.size:
        raise NotFound("The upload is gone: it was left alone for too long. Upload the file again.")
    # Without an upload it was completed before, and what follows was interrupted.
    if parts is not None:
        missing = [n for n in range(1, upload.part_count + 1) if n not in parts]
        if missing or sum(part["Size"] for part in parts.values()) != upload.size:
            raise Conflict({"detail": "Parts of the file are missing.", "missing": missing[:PAGE]})
        bucket.client().complete_multipart_upload(
            Bucket=settings().bucket,
            Key=upload.key,
            UploadId=upload.s3_id,
            MultipartUpload={
                "Parts": [{"PartNumber": n, "ETag": parts[n]["ETag"]} for n in sorted(parts)]
            },
        )
    receiving.note_object(upload.task_id, upload.name, upload.key, upload.size)
    upload.done = True
    _keep(upload)


def abort(upload: BrowserUpload) -> None:
    """Give an upload up; its parts are dropped. A complete one stays."""
    if upload.done:
        raise Conflict({"detail": "The upload is complete."})
    client = bucket.client()
    with contextlib.suppress(client.exceptions.NoSuchUpload):
        client.abort_multipart_upload(
            Bucket=settings().bucket, Key=upload.key, UploadId=upload.s3_id
        )
    table.commit(table.Delete((keys.upload(upload.id), SORT_KEY)))


def _keep(upload: BrowserUpload) -> None:
    record = Record(keys.upload(upload.id), SORT_KEY).write(upload)
    record.expires = epoch(LIFETIME)
    table.commit(Put(record))


def _parts(upload: BrowserUpload) -> dict[int, Any] | None:
    """The parts that the bucket holds; None if the upload is over there."""
    client = bucket.client()
    found: dict[int, Any] = {}
    try:
        for page in client.get_paginator("list_parts").paginate(
            Bucket=settings().bucket, Key=upload.key, UploadId=upload.s3_id
        ):
            found |= {part["PartNumber"]: part for part in page.get("Parts", [])}
    except client.exceptions.ClientError as error:
        if error.response["Error"]["Code"] not in {"NoSuchUpload", "404"}:
            raise
        return None
    return found


def _state(request: Request, upload: BrowserUpload, parts: dict[int, Any]) -> UploadState:
    if upload.done:
        return _shown(upload, list(range(1, upload.part_count + 1)), [])
    missing = [n for n in range(1, upload.part_count + 1) if n not in parts][:PAGE]
    links = [
        PartLink(n, bucket.upload_link(upload.key, request.base_url, upload.s3_id, n))
        for n in missing
    ]
    return _shown(upload, sorted(parts), links)


def _shown(upload: BrowserUpload, uploaded: list[int], links: list[PartLink]) -> UploadState:
    return UploadState(
        upload.id,
        upload.key,
        upload.name,
        upload.size,
        upload.part_size,
        upload.part_count,
        uploaded,
        links,
        upload.done,
    )
