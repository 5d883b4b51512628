"""Pieces in the bucket become one object, without passing through this process if possible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from chalicelib.platform import bucket
from chalicelib.platform.config import settings

#: S3's smallest part, except the last.
SMALLEST_PART = 5 * 1024 * 1024
#: S3's most parts of one object.
MOST_PARTS = 10_000
#: Part size when bytes must be streamed: 10,000 of them hold the largest upload.
STREAMED_PART = 16 * 1024 * 1024
PARALLEL = 16


def join(pieces: Sequence[str], sizes: Sequence[int], key: str) -> None:
    """Make `key` of pieces in order. Memory stays constant whatever their size.

    Raises:
        KeyError: a piece is gone.
    """
    if sum(sizes) <= STREAMED_PART:
        bucket.put(key, b"".join(_get(piece) for piece in pieces))
        return
    client = bucket.client()
    where: dict[str, Any] = {"Bucket": settings().bucket, "Key": key}
    upload = client.create_multipart_upload(**where)["UploadId"]
    try:
        if len(pieces) <= MOST_PARTS and all(size >= SMALLEST_PART for size in sizes[:-1]):
            parts = _copy(pieces, where, upload)
        else:
            parts = _stream(pieces, where, upload)
        client.complete_multipart_upload(**where, UploadId=upload, MultipartUpload={"Parts": parts})
    except BaseException:
        client.abort_multipart_upload(**where, UploadId=upload)
        raise


def _copy(pieces: Sequence[str], where: dict[str, Any], upload: str) -> list[Any]:
    def copy(numbered: tuple[int, str]) -> dict[str, Any]:
        number, piece = numbered
        answer = bucket.client().upload_part_copy(
            **where,
            UploadId=upload,
            PartNumber=number,
            CopySource={"Bucket": where["Bucket"], "Key": piece},
        )
        return {"PartNumber": number, "ETag": answer["CopyPartResult"]["ETag"]}

    with ThreadPoolExecutor(PARALLEL) as pool:
        return list(pool.map(copy, enumerate(pieces, 1)))


def _stream(pieces: Sequence[str], where: dict[str, Any], upload: str) -> list[Any]:
    parts = []
    for number, body in enumerate(_even(pieces), 1):
        answer = bucket.client().upload_part(**where, UploadId=upload, PartNumber=number, Body=body)
        parts.append({"PartNumber": number, "ETag": answer["ETag"]})
    return parts


def _even(pieces: Sequence[str]) -> Iterator[bytes]:
    buffer = bytearray()
    for piece in pieces:
        buffer += _get(piece)
        while len(buffer) >= STREAMED_PART:
            yield bytes(buffer[:STREAMED_PART])
            del buffer[:STREAMED_PART]
    if buffer:
        yield bytes(buffer)


def _get(piece: str) -> bytes:
    body = bucket.get(piece)
    if body is None:
        raise KeyError(piece)
    return body
