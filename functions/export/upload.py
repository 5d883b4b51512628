"""A file that becomes an object of the bucket while it is written, in constant memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from chalicelib.platform import bucket
from chalicelib.platform.config import settings

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import CompletedPartTypeDef

#: Bytes of a part; it grows, so that S3's 10,000 parts hold its largest object (5 TB).
PART = 8 << 20
PARTS_OF_A_SIZE = 1000


class ObjectWriter:
    """Writes an object by a multipart upload. It appears when it is complete, or never."""

    def __init__(self, key: str, content_type: str = "application/zip") -> None:
        self._where: dict[str, Any] = {"Bucket": settings().bucket, "Key": key}
        self._content_type = content_type
        self._upload: str | None = None
        self._buffer = bytearray()
        self._parts: list[CompletedPartTypeDef] = []

    def write(self, data: bytes) -> int:
        self._buffer += data
        while len(self._buffer) >= (size := self._part_size()):
            self._send(bytes(self._buffer[:size]))
            del self._buffer[:size]
        return len(data)

    def complete(self) -> None:
        """Make the object appear."""
        client = bucket.client()
        if self._upload is None:
            body = bytes(self._buffer)
            client.put_object(**self._where, Body=body, ContentType=self._content_type)
            return
        if self._buffer:
            self._send(bytes(self._buffer))
        client.complete_multipart_upload(
            **self._where, UploadId=self._upload, MultipartUpload={"Parts": self._parts}
        )

    def abort(self) -> None:
        """Drop what was written."""
        if self._upload is not None:
            bucket.client().abort_multipart_upload(**self._where, UploadId=self._upload)

    def _part_size(self) -> int:
        return PART << (len(self._parts) // PARTS_OF_A_SIZE)

    def _send(self, body: bytes) -> None:
        client = bucket.client()
        if self._upload is None:
            answer = client.create_multipart_upload(**self._where, ContentType=self._content_type)
            self._upload = answer["UploadId"]
        number = len(self._parts) + 1
        sent = client.upload_part(
            **self._where, UploadId=self._upload, PartNumber=number, Body=body
        )
        self._parts.append({"PartNumber": number, "ETag": sent["ETag"]})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.complete()
        else:
            self.abort()
