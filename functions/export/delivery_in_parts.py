"""An object of the bucket to a storage that speaks the language of S3, part by part: the time of
a call of the worker suffices for tens of gigabytes, so what is sent is noted and gone on with."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.media.sources.places import Unreachable
from chalicelib.platform import bucket

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from chalicelib.media.storages.opened import OpenStorage
else:
    S3Client = Any

#: Bytes of a part at least; S3 takes 10,000 of them.
PART = 32 << 20
MOST_PARTS = 10_000
#: Parts that are sent at a time.
SIDE_BY_SIDE = 4
_LOST = "NoSuchUpload"


class Uploads(msgspec.Struct, frozen=True):
    """Where parts are sent: a client, its bucket, and what explains its errors."""

    client: Any
    resource: str
    place: Any


class Sent(msgspec.Struct):
    """What a storage has of a file: the upload, and tags of its parts of `part` bytes."""

    upload: str = ""
    part: int = 0
    tags: list[str] = []


class Copy(msgspec.Struct, frozen=True):
    """An object of the bucket, of `size` bytes, and what it is to be called in the storage."""

    key: str
    size: int
    uploads: Uploads
    filename: str

    @property
    def where(self) -> dict[str, Any]:
        """The object in the storage."""
        return {"Bucket": self.uploads.resource, "Key": self.filename}


def uploads_of(storage_id: int) -> Uploads | None:
    """Where parts for a storage are sent; None if it takes files only at once."""
    # Worker functions that deliver nothing have no need of it.
    from chalicelib.media.storages import access, connecting, doors, store
    from chalicelib.media.storages.attributes import parse
    from chalicelib.media.storages.providers.s3_client import s3_client

    storage = store.load(storage_id)
    if storage is None or storage.provider_type != "AWS_S3_BUCKET":
        return None
    try:
        client = s3_client(storage, parse(storage.specific_attributes), connecting.kept(storage))
        place: OpenStorage = access.place(storage_id)
    except (doors.Refused, Unreachable):
        return None
    return None if client is None else Uploads(client, storage.resource, place)


def in_parts(
    copy: Copy,
    go_on: Callable[[], None],
    sent: Sent,
    note: Callable[[Sent], None],
    is_late: Callable[[], bool],
) -> bool:
    """Send what is not there yet. See `delivery.deliver`. Raises Unreachable."""
    client: S3Client = copy.uploads.client
    try:
        if not sent.upload:
            sent.part = max(PART, -(-copy.size // MOST_PARTS))
            sent.upload = client.create_multipart_upload(
                **copy.where, ContentType="application/zip"
            )["UploadId"]
            note(sent)
        count = -(-copy.size // sent.part)
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            while len(sent.tags) < count:
                go_on()
                first = len(sent.tags)
                numbers = range(first, min(first + SIDE_BY_SIDE, count))
                sent.tags += pool.map(lambda number: _send(copy, sent, number), list(numbers))
                note(sent)
                if is_late() and len(sent.tags) < count:
                    return False
        _complete(copy, sent)
    except (BotoCoreError, ClientError) as error:
        if _code(error) == _LOST:
            # The storage has let go of the parts: the next try begins anew.
            note(Sent())
            raise RuntimeError("the storage has lost what was sent") from None
        raise _explained(copy.uploads, error) from None
    return True


def abandon(uploads: Uploads, filename: str, sent: Sent) -> None:
    """Have a storage forget parts. Harmless to repeat, and to be refused."""
    try:
        uploads.client.abort_multipart_upload(
            Bucket=uploads.resource, Key=filename, UploadId=sent.upload
        )
    except (BotoCoreError, ClientError):
        return


def _send(copy: Copy, sent: Sent, number: int) -> str:
    body = bucket.get_range(copy.key, number * sent.part, sent.part)
    answer = copy.uploads.client.upload_part(
        **copy.where, UploadId=sent.upload, PartNumber=number + 1, Body=body
    )
    return str(answer["ETag"])


def _complete(copy: Copy, sent: Sent) -> None:
    client: S3Client = copy.uploads.client
    try:
        client.complete_multipart_upload(
            **copy.where,
            UploadId=sent.upload,
            MultipartUpload={
                "Parts": [
                    {"PartNumber": number, "ETag": tag} for number, tag in enumerate(sent.tags, 1)
                ]
            },
        )
    except ClientError as error:
        # An earlier call has completed it, whose answer was lost.
        if _code(error) != _LOST or copy.uploads.place.size(copy.filename) != copy.size:
            raise


def _code(error: Exception) -> str:
    return str(error.response["Error"].get("Code")) if isinstance(error, ClientError) else ""


def _explained(uploads: Uploads, error: Exception) -> Exception:
    """The error in words for the user; of an answer only its status and its code count."""
    status = ""
    if isinstance(error, ClientError):
        status = str(error.response["ResponseMetadata"].get("HTTPStatusCode", ""))
    told = f"status code: {status} {_code(error)}"
    explained: Exception = uploads.place.explain(ValueError(told), None)
    return explained
