"""Bytes that arrive in pieces become an object, a part at a time: memory does not grow."""

from __future__ import annotations

import contextlib
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.platform import bucket
from chalicelib.platform.config import settings

#: Bytes of a part. S3 takes 10,000 of them.
PART = 8 << 20


class Landing:
    """An object that is being written. `finish` makes it visible, `abandon` leaves nothing.

    Attributes:
        size: bytes so far.
    """

    def __init__(self, key: str) -> None:
        self._where: dict[str, Any] = {"Bucket": settings().bucket, "Key": key}
        self._key = key
        self._upload = ""
        self._parts: list[Any] = []
        self._held = bytearray()
        self.size = 0

    def write(self, piece: bytes) -> None:
        self._held += piece
        self.size += len(piece)
        while len(self._held) >= PART:
            body = bytes(memoryview(self._held)[:PART])
            del self._held[:PART]
            self._send(body)

    def restart(self) -> None:
        """Forget what was written."""
        self.abandon()
        self._held.clear()
        self.size = 0

    def finish(self) -> None:
        """Put the object together."""
        body = bytes(self._held)
        self._held.clear()
        if not self._upload:
            bucket.put(self._key, body)
            return
        if body:
            self._send(body)
        bucket.client().complete_multipart_upload(
            **self._where, UploadId=self._upload, MultipartUpload={"Parts": self._parts}
        )
        self._upload = ""

    def abandon(self) -> None:
        """Drop the parts."""
        if self._upload:
            # What is left of it the bucket's own rule for unfinished uploads removes.
            with contextlib.suppress(ClientError):
                bucket.client().abort_multipart_upload(**self._where, UploadId=self._upload)
        self._upload = ""
        self._parts = []

    def _send(self, body: bytes) -> None:
        client = bucket.client()
        if not self._upload:
            answer = client.create_multipart_upload(
                **self._where, ContentType="application/octet-stream"
            )
            self._upload = answer["UploadId"]
        number = len(self._parts) + 1
        part = client.upload_part(
            **self._where, UploadId=self._upload, PartNumber=number, Body=body
        )
        self._parts.append({"PartNumber": number, "ETag": part["ETag"]})
