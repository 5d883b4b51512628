"""A file that becomes an object of the bucket while it is written, in constant memory."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import msgspec

from chalicelib.platform import bucket
from chalicelib.platform.config import settings

#: Bytes of a part; it grows, so that S3's 10,000 parts hold its largest object (5 TB).
PART = 8 << 20
PARTS_OF_A_SIZE = 1000


def abort_below(prefix: str) -> None:
    """Drop unfinished uploads of objects below a prefix. Harmless to repeat."""
    client = bucket.client()
    pages = client.get_paginator("list_multipart_uploads")
    for page in pages.paginate(Bucket=settings().bucket, Prefix=prefix):
        for upload in page.get("Uploads", []):
            with suppress(client.exceptions.NoSuchUpload):
                client.abort_multipart_upload(
                    Bucket=settings().bucket, Key=upload["Key"], UploadId=upload["UploadId"]
                )


class UploadState(msgspec.Struct):
    """What another process needs to go on: the upload, its parts' tags and bytes not yet sent."""

    upload: str | None = None
    tags: list[str] = []
    rest: bytes = b""


class ObjectWriter:
    """Writes an object by a multipart upload. It appears when it is complete, or never."""

    def __init__(
        self,
        key: str,
        state: UploadState | None = None,
        *,
        content_type: str = "application/zip",
        part: int | None = None,
    ) -> None:
        """`part`: bytes, at least S3's 5 MB; an object below them is sent at once."""
        self._where: dict[str, Any] = {"Bucket": settings().bucket, "Key": key}
        self._content_type = content_type
        self._part = part or PART
        state = state or UploadState()
        self._upload = state.upload
        self._tags = list(state.tags)
        self._buffer = bytearray(state.rest)

    @property
    def state(self) -> UploadState:
        """Where the upload stands."""
        return UploadState(self._upload, list(self._tags), bytes(self._buffer))

    def write(self, data: bytes) -> int:
        self._buffer += data
        while len(self._buffer) >= (size := self._part_size()):
            self._send(bytes(self._buffer[:size]))
            del self._buffer[:size]
        return len(data)

    def complete(self) -> str:
        """Make the object appear. Returns its checksum, as `bucket.etag` does."""
        if self._upload is None:
            return bucket.put(self._where["Key"], bytes(self._buffer), self._content_type)
        if self._buffer:
            self._send(bytes(self._buffer))
        client = bucket.client()
        try:
            answer = client.complete_multipart_upload(
                **self._where,
                UploadId=self._upload,
                MultipartUpload={
                    "Parts": [
                        {"PartNumber": number, "ETag": tag}
                        for number, tag in enumerate(self._tags, 1)
                    ]
                },
            )
        except client.exceptions.NoSuchUpload:
            # Another call, begun where this one was, has completed it.
            done = bucket.etag(self._where["Key"])
            if done is None:
                raise
            return done
        return answer["ETag"].strip('"')

    def abort(self) -> None:
        """Drop what was written. Harmless to repeat."""
        if self._upload is None:
            return
        client = bucket.client()
        with suppress(client.exceptions.NoSuchUpload):
            client.abort_multipart_upload(**self._where, UploadId=self._upload)

    def _part_size(self) -> int:
        return self._part << (len(self._tags) // PARTS_OF_A_SIZE)

    def _send(self, body: bytes) -> None:
        client = bucket.client()
        if self._upload is None:
            answer = client.create_multipart_upload(**self._where, ContentType=self._content_type)
            self._upload = answer["UploadId"]
        sent = client.upload_part(
            **self._where, UploadId=self._upload, PartNumber=len(self._tags) + 1, Body=body
        )
        self._tags.append(sent["ETag"])
