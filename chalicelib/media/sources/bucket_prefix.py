"""A file share that is a part of the media bucket."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.media.sources.places import Entry, Unreachable
from chalicelib.platform import bucket
from chalicelib.platform.config import settings

#: Pages of 1,000 keys that a listing looks through: longer than that nobody waits.
MOST_PAGES = 50


class BucketPrefix:
    """Objects below a prefix, known by the rest of their keys."""

    def __init__(self, prefix: str) -> None:
        stripped = prefix.strip("/")
        if not stripped:
            raise ValueError("the share may not be the whole bucket")
        self._prefix = stripped + "/"

    @property
    def prefix(self) -> str:
        """What the keys of its objects begin with in the bucket."""
        return self._prefix

    def read(self, key: str, offset: int, size: int) -> bytes:
        try:
            with _explained():
                return bucket.get_range(self._prefix + key, offset, size)
        except KeyError:
            raise KeyError(key) from None

    def size(self, key: str) -> int | None:
        with _explained():
            return bucket.size(self._prefix + key)

    def entries(self, prefix: str) -> Iterator[Entry]:
        with _explained():
            for key, size in bucket.listing(self._prefix + prefix):
                name = key.removeprefix(self._prefix)
                # Consoles make empty objects for folders.
                if not name.endswith("/") and not _is_hidden(name, prefix):
                    yield Entry(name, size)

    def items(self, directory: str) -> Iterator[tuple[str, bool]]:
        """See `share.Share`."""
        below = self._prefix + (f"{directory}/" if directory else "")
        found = False
        with _explained():
            for name in _level(below):
                found = True
                shown = name.rstrip("/")
                if shown and not shown.startswith("."):
                    yield shown, name.endswith("/")
        if directory and not found:
            raise NotADirectoryError(directory)


def _level(below: str) -> Iterator[str]:
    """Names directly below a prefix, those of folders with a slash; "" if it is an object."""
    pages = bucket.client().get_paginator("list_objects_v2")
    for page in pages.paginate(
        Bucket=settings().bucket,
        Prefix=below,
        Delimiter="/",
        PaginationConfig={"MaxItems": MOST_PAGES * 1000},
    ):
        yield from (found["Prefix"].removeprefix(below) for found in page.get("CommonPrefixes", []))
        yield from (found["Key"].removeprefix(below) for found in page.get("Contents", []))


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        # What AWS says names accounts and roles.
        raise Unreachable("The server cannot read the file share.") from error


def _is_hidden(name: str, asked: str) -> bool:
    """Whether a step begins with a dot that was not asked for by name."""
    start = asked.rpartition("/")[0]
    return any(step.startswith(".") for step in name[len(start) :].split("/"))
