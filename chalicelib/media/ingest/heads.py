"""Reading the beginnings of many files: what each is, and how large its picture; and of JPEG and
PNG files the last bytes, which tell whether all of it is there.

In a function, the media bucket is read through a client in Rust: botocore alone needs two
milliseconds of processor time for an object, this a tenth of one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, Any

from chalicelib.media import files
from chalicelib.media.files import File
from chalicelib.media.reading import RangeReader
from chalicelib.media.sources import places
from chalicelib.media.sources.bucket_prefix import BucketPrefix
from chalicelib.media.sources.places import Unreachable
from chalicelib.platform import bucket
from chalicelib.platform.config import settings

if TYPE_CHECKING:
    from obstore.store import S3Store

#: Bytes read of each file at first. Four times as many cost a quarter more time and four times
#: the traffic, and help only where a header holds a large thumbnail or profile, which is then
#: fetched by a second request.
FIRST = 16 * 1024
PARALLEL = 8
#: Files that a thread takes at once.
RUN = 32

#: Bytes of a key: (key, offset, size). Raises KeyError.
Read = Callable[[str, int, int], bytes]


def describe(wanted: Sequence[File]) -> list[File]:
    """Look into the heads of files, wherever they stand; the answer is in the same order.

    A file that is gone has a `problem`. Raises Unreachable.
    """
    runs = [wanted[start : start + RUN] for start in range(0, len(wanted), RUN)]
    if len(runs) <= 1:
        return _describe_run(wanted)
    return [file for run in _pool().map(_describe_run, runs) for file in run]


@cache
def _pool() -> ThreadPoolExecutor:
    """The threads of this process: new ones for each part would each leave memory behind."""
    return ThreadPoolExecutor(PARALLEL, "heads")


def _describe_run(run: Sequence[File]) -> list[File]:
    readers = {place: reader(place) for place in {file.place for file in run}}
    return [_describe(file, readers[file.place]) for file in run]


def _describe(file: File, read: Read) -> File:
    ranges = RangeReader(
        lambda offset, size: read(file.key, file.offset + offset, size), file.size, FIRST
    )
    try:
        return files.described(file, ranges)
    except KeyError:
        return _gone(file)


def _gone(file: File) -> File:
    return File(
        file.name, file.key, file.offset, file.size, "unknown", place=file.place,
        problem="it is not there any more",
    )  # fmt: skip


def reader(place: str) -> Read:
    """The fastest way to read a place."""
    found = places.place(place)
    if not settings().in_function:
        return found.read
    if place == places.OWN:
        return _from_store("", found.read)
    if isinstance(found, BucketPrefix):
        return _from_store(found.prefix, found.read)
    return found.read


@cache
def _store() -> S3Store:
    import botocore.session
    from obstore.store import S3Store

    # The same region, credentials and endpoint as everything else uses.
    client = bucket.client()
    credentials = botocore.session.get_session().get_credentials()
    assert credentials is not None
    frozen = credentials.get_frozen_credentials()
    options: dict[str, Any] = {"virtual_hosted_style_request": True}
    endpoint = client.meta.endpoint_url
    if endpoint.startswith("http://"):
        options = {"endpoint": endpoint, "client_options": {"allow_http": True}}
    if frozen.token:
        options["session_token"] = frozen.token
    return S3Store(
        settings().bucket,
        region=settings().region,
        access_key_id=frozen.access_key,
        secret_access_key=frozen.secret_key,
        **options,
    )


def _from_store(prefix: str, otherwise: Read) -> Read:
    import obstore
    from obstore.exceptions import BaseError

    store = _store()

    def read(key: str, offset: int, size: int) -> bytes:
        try:
            return bytes(obstore.get_range(store, prefix + key, start=offset, length=size))
        except FileNotFoundError:
            raise KeyError(key) from None
        except ValueError:
            # This client takes no key with an empty step, or one of dots only.
            return otherwise(key, offset, size)
        except BaseError as error:
            # Its text quotes addresses, and may reach users.
            raise Unreachable(f"{key} could not be read from the media bucket.") from error

    return read
