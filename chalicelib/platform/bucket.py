"""The one bucket: objects, ranges, multipart uploads and presigned URLs.

Keys and lifetimes are in docs/architecture.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import quote

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

from chalicelib.platform.config import settings

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
else:
    S3Client = Any

#: Seconds that a presigned URL lives.
LINK_LIFETIME = 3600


def _config() -> Config:
    return Config(
        signature_version="s3v4",
        s3={"addressing_style": "path" if settings().stage == "local" else "auto"},
        max_pool_connections=50,
        retries={"max_attempts": 5, "mode": "standard"},
    )


@cache
def client() -> S3Client:
    """The S3 client of this process."""
    return _new_client(None)


@lru_cache(maxsize=16)
def _signer(endpoint: str | None) -> S3Client:
    return _new_client(endpoint)


def _new_client(endpoint: str | None) -> S3Client:
    # Not boto3: its resources and transfers add a tenth to the API function's cold start.
    client: S3Client = botocore.session.get_session().create_client(  # type: ignore[assignment]  # untyped by name
        "s3", region_name=settings().region, endpoint_url=endpoint, config=_config()
    )
    return client


def put(key: str, body: bytes | BinaryIO, content_type: str = "application/octet-stream") -> str:
    """Store an object. Returns its checksum, as `etag` does."""
    answer = client().put_object(
        Bucket=settings().bucket, Key=key, Body=body, ContentType=content_type
    )
    return answer["ETag"].strip('"')


def get(key: str) -> bytes | None:
    """A whole object, or None."""
    return _get(key)


def get_range(key: str, offset: int, size: int) -> bytes:
    """At most `size` bytes from `offset`; empty beyond the end. Raises KeyError if absent."""
    try:
        body = _get(key, Range=f"bytes={offset}-{offset + size - 1}")
    except ClientError as error:
        if _code(error) in {"InvalidRange", "416"}:
            return b""
        raise
    if body is None:
        raise KeyError(key)
    return body


def stream(key: str, chunk: int = 1 << 20) -> Iterator[bytes]:
    """An object piece by piece. Raises KeyError if absent."""
    try:
        body = client().get_object(Bucket=settings().bucket, Key=key)["Body"]
    except ClientError as error:
        if _code(error) in {"NoSuchKey", "404"}:
            raise KeyError(key) from error
        raise
    yield from body.iter_chunks(chunk)


def size(key: str) -> int | None:
    """Bytes of an object, or None if it is absent."""
    head = _head(key)
    return None if head is None else int(head["ContentLength"])


def etag(key: str) -> str | None:
    """Checksum of an object's bytes, without quotes, or None if it is absent."""
    head = _head(key)
    return None if head is None else str(head["ETag"]).strip('"')


def listing(prefix: str, *, after: str = "") -> Iterator[tuple[str, int]]:
    """Keys below a prefix with their sizes, in order; with `after`, only greater ones."""
    for entry in _entries(prefix, after):
        yield entry["Key"], entry["Size"]


def dated(prefix: str, *, after: str = "") -> Iterator[tuple[str, datetime]]:
    """Keys below a prefix with when they were written, in order; with `after`, greater ones."""
    for entry in _entries(prefix, after):
        yield entry["Key"], entry["LastModified"]


def delete(*keys: str) -> None:
    """Delete objects; absent ones do not matter."""
    for start in range(0, len(keys), 1000):
        client().delete_objects(
            Bucket=settings().bucket,
            Delete={"Objects": [{"Key": k} for k in keys[start : start + 1000]], "Quiet": True},
        )


def delete_below(prefix: str) -> None:
    """Delete every object below a prefix."""
    delete(*(key for key, _ in listing(prefix)))


def download_link(
    key: str,
    base_url: str,
    *,
    filename: str | None = None,
    content_type: str | None = None,
    cache_seconds: int | None = None,
) -> str:
    """A URL of one object, valid for an hour.

    Args:
        base_url: scheme and host that the client used; on one machine the URL has that origin.
        filename: name for a `Content-Disposition: attachment`.
    """
    params: dict[str, Any] = {"Bucket": settings().bucket, "Key": key}
    if filename is not None:
        params["ResponseContentDisposition"] = (
            f'attachment; filename="{quote(filename, safe=" ._-()")}"'
        )
    if content_type is not None:
        params["ResponseContentType"] = content_type
    if cache_seconds is not None:
        params["ResponseCacheControl"] = f"private, max-age={cache_seconds}, immutable"
    return _sign("get_object", params, base_url)


def range_link(key: str, base_url: str, first: int, last: int) -> str:
    """A URL of bytes `first..last` (inclusive) of one object, valid for an hour.

    The request must carry the header `Range: bytes=first-last`, which is signed with the rest.
    """
    params = {"Bucket": settings().bucket, "Key": key, "Range": f"bytes={first}-{last}"}
    return _sign("get_object", params, base_url)


def upload_link(key: str, base_url: str, upload_id: str, part: int) -> str:
    """A URL to PUT one part of a multipart upload, valid for an hour."""
    return _sign(
        "upload_part",
        {"Bucket": settings().bucket, "Key": key, "UploadId": upload_id, "PartNumber": part},
        base_url,
    )


def put_link(key: str, base_url: str, size: int, content_type: str) -> str:
    """A URL to PUT one object of exactly this size and type, valid for an hour."""
    return _sign(
        "put_object",
        {
            "Bucket": settings().bucket,
            "Key": key,
            "ContentLength": size,
            "ContentType": content_type,
        },
        base_url,
    )


def _entries(prefix: str, after: str) -> Iterator[Any]:
    pages = client().get_paginator("list_objects_v2")
    options: dict[str, Any] = {"StartAfter": after} if after else {}
    for page in pages.paginate(Bucket=settings().bucket, Prefix=prefix, **options):
        yield from page.get("Contents", [])


def _sign(operation: str, params: dict[str, Any], base_url: str) -> str:
    signer = _signer(base_url if settings().stage == "local" else None)
    return signer.generate_presigned_url(operation, Params=params, ExpiresIn=LINK_LIFETIME)


def _head(key: str) -> Any:
    try:
        return client().head_object(Bucket=settings().bucket, Key=key)
    except ClientError as error:
        if _code(error) in {"NoSuchKey", "404", "NotFound"}:
            return None
        raise


def _get(key: str, **options: Any) -> bytes | None:
    try:
        answer = client().get_object(Bucket=settings().bucket, Key=key, **options)
    except ClientError as error:
        if _code(error) in {"NoSuchKey", "404"}:
            return None
        raise
    return answer["Body"].read()


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
