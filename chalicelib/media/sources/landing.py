"""Bytes that arrive in pieces become an object, a part at a time: memory does not grow."""

from __future__ import annotations

import contextlib
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.platform import bucket
from chalicelib.platform.config import settings

#: Bytes of a part. S3 takes 10,000 of them.
PART = 8 << 20
#: Parts on their way to the bucket while the next one arrives.
PARALLEL = 2


class Landing:
    """An object that is being written. `finish` makes it visible, `abandon` leaves nothing.

    One of the two must be called. In memory are at most `PARALLEL` + 2 parts.

    Attributes:
        size: bytes so far.
    """

    def __init__(self, key: str) -> None:
        self._where: dict[str, Any] = {"Bucket": settings().bucket, "Key": key}
        self._key = key
        self._upload: _Multipart | None = None
        self._held = bytearray()
        self.size = 0

    def write(self, piece: bytes) -> None:
        self._held += piece
        self.size += len(piece)
        while len(self._held) >= PART:
            body = bytes(memoryview(self._held)[:PART])
            del self._held[:PART]
            if self._upload is None:
                self._upload = _Multipart(self._where)
            self._upload.send(body)

    def restart(self) -> None:
        """Forget what was written."""
        self.abandon()
        self._held.clear()
        self.size = 0

    def finish(self) -> None:
        """Put the object together."""
        body = bytes(self._held)
        self._held.clear()
        if self._upload is None:
            bucket.put(self._key, body)
            return
        if body:
            self._upload.send(body)
        self._upload.complete()
        self._upload = None

    def abandon(self) -> None:
        """Drop the parts."""
        if self._upload is not None:
            self._upload.abort()
            self._upload = None


class _Multipart:
    """A multipart upload, some of whose parts are being sent."""

    def __init__(self, where: dict[str, Any]) -> None:
        answer = bucket.client().create_multipart_upload(
            **where, ContentType="application/octet-stream"
        )
        self._where = {**where, "UploadId": answer["UploadId"]}
        self._pool = ThreadPoolExecutor(PARALLEL, thread_name_prefix="landing")
        self._sending: deque[Future[dict[str, Any]]] = deque()
        self._sent: list[Any] = []

    def send(self, body: bytes) -> None:
        """Raises what sending an earlier part has raised."""
        if len(self._sending) >= PARALLEL:
            self._sent.append(self._sending.popleft().result())
        number = len(self._sent) + len(self._sending) + 1
        self._sending.append(self._pool.submit(self._put, number, body))

    def complete(self) -> None:
        while self._sending:
            self._sent.append(self._sending.popleft().result())
        self._pool.shutdown()
        bucket.client().complete_multipart_upload(
            **self._where, MultipartUpload={"Parts": self._sent}
        )

    def abort(self) -> None:
        # A part that arrives after the end would be kept.
        self._pool.shutdown(cancel_futures=True)
        # What is left of it the bucket's own rule for unfinished uploads removes.
        with contextlib.suppress(ClientError):
            bucket.client().abort_multipart_upload(**self._where)

    def _put(self, number: int, body: bytes) -> dict[str, Any]:
        part = bucket.client().upload_part(**self._where, PartNumber=number, Body=body)
        return {"PartNumber": number, "ETag": part["ETag"]}
