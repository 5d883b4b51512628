"""Many small files from browsers at once: a presigned PUT for each, one listing for all of them.

Nothing is kept between asking for links and completing: the bucket itself knows what has arrived,
so both may be repeated at any time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import msgspec

from chalicelib.media import files, layout
from chalicelib.media.files import File
from chalicelib.media.ingest import notes
from chalicelib.media.uploads.browser_uploads import SMALLEST_PART, UploadRequest
from chalicelib.media.uploads.names import relative_path
from chalicelib.platform import bucket
from chalicelib.platform.errors import Conflict, Invalid
from chalicelib.platform.requests import Request

MOST_FILES = 500
#: Bytes of the largest file: above it a part that fails costs less than the whole file.
LARGEST = SMALLEST_PART
#: Headers of files that are read at once.
PARALLEL = 16
#: What the browser takes a file for is not believed: objects must never be served as pages.
CONTENT_TYPE = "application/octet-stream"


class FileLink(msgspec.Struct):
    """Where to PUT a file.

    Attributes:
        content_type: the `Content-Type` that the PUT must have; its length must be the size.
        arrived: whether an object of this name and size is there; a PUT replaces it.
    """

    name: str
    key: str
    content_type: str
    arrived: bool
    url: str


class LinkBatch(msgspec.Struct):
    """Links in the order in which the files were named."""

    files: list[FileLink]


def begin(request: Request, task_id: int, wanted: Sequence[UploadRequest]) -> LinkBatch:
    """Links for files. Raises Invalid, naming the file."""
    _check(wanted)
    sizes = _arrived(task_id, wanted)
    return LinkBatch([_link(request, task_id, file, sizes) for file in wanted])


def complete(task_id: int, wanted: Sequence[UploadRequest]) -> None:
    """Note files that have arrived.

    Raises:
        Invalid: a bad name or size.
        Conflict: some are absent or of another size; none is noted.
    """
    _check(wanted)
    sizes = _arrived(task_id, wanted)
    missing = [file.name for file in wanted if sizes.get(file.name) != file.size]
    if missing:
        raise Conflict({"detail": "Some files have not arrived.", "missing": missing})
    with ThreadPoolExecutor(PARALLEL) as pool:
        described = list(pool.map(lambda file: _describe(task_id, file), wanted))
    notes.note(task_id, described)


def _check(wanted: Sequence[UploadRequest]) -> None:
    for file in wanted:
        relative_path(file.name)
        if file.size < 1:
            raise Invalid(size=f"{file.name!r} is empty.")
        if file.size > LARGEST:
            raise Invalid(
                size=f"{file.name!r} has {file.size:,} bytes; files above {LARGEST:,} are uploaded"
                " in parts."
            )
    repeated = [name for name, count in Counter(f.name for f in wanted).items() if count > 1]
    if repeated:
        raise Invalid(files=f"Several files are named {repeated[0]!r}; rename them.")


def _arrived(task_id: int, wanted: Sequence[UploadRequest]) -> dict[str, int]:
    """Name → bytes of those among the files that the bucket holds."""
    names = {layout.raw(task_id, file.name): file.name for file in wanted}
    first, last = min(names), max(names)
    found: dict[str, int] = {}
    # Listings begin after a key. The first key without its last character stands before it.
    for key, size in bucket.listing(layout.raw(task_id, ""), after=first[:-1]):
        if key > last:
            break
        if key in names:
            found[names[key]] = size
    return found


def _link(request: Request, task_id: int, file: UploadRequest, sizes: dict[str, int]) -> FileLink:
    key = layout.raw(task_id, file.name)
    return FileLink(
        name=file.name,
        key=key,
        content_type=CONTENT_TYPE,
        arrived=sizes.get(file.name) == file.size,
        url=bucket.put_link(key, request.base_url, file.size, CONTENT_TYPE),
    )


def _describe(task_id: int, file: UploadRequest) -> File:
    return files.describe_object(file.name, layout.raw(task_id, file.name), file.size)
