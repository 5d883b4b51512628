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


class UploadState(msgspec.Struct):
    """What another process needs to go on: the upload, its parts' tags and bytes not yet sent."""

    upload: str | None = None
    tags: list[str] = []
    rest: bytes = b""


class ObjectWriter:
    """Writes an object by a multipart upload. It appears when it is complete, or never."""

    def __init__(self, key: str, state: UploadState | None = None) -> None:
        self._where: dict[str, Any] = {"Bucket": settings().bucket, "Key": key}
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

    def complete(self) -> None:
        """Make the object appear."""
        if self._upload is None:
            bucket.put(self._where["Key"], bytes(self._buffer), "application/zip")
            return
        if self._buffer:
            self._send(bytes(self._buffer))
        bucket.client().complete_multipart_upload(
            **self._where,
            UploadId=self._upload,
            MultipartUpload={
                "Parts": [
                    {"PartNumber": number, "ETag": tag} for number, tag in enumerate(self._tags, 1)
                ]
            },
        )

    def abort(self) -> None:
        """Drop what was written. Harmless to repeat."""
        if self._upload is None:
            return
        client = bucket.client()
        with suppress(client.exceptions.NoSuchUpload):
            client.abort_multipart_upload(**self._where, UploadId=self._upload)

    def _part_size(self) -> int:
        return PART << (len(self._tags) // PARTS_OF_A_SIZE)

    def _send(self, body: bytes) -> None:
        client = bucket.client()
        if self._upload is None:
            answer = client.create_multipart_upload(**self._where, ContentType="application/zip")
            self._upload = answer["UploadId"]
        sent = client.upload_part(
            **self._where, UploadId=self._upload, PartNumber=len(self._tags) + 1, Body=body
        )
        self._tags.append(sent["ETag"])
