"""A file share that is a part of the media bucket."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.media.sources.places import Entry
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
            return bucket.get_range(self._prefix + key, offset, size)
        except KeyError:
            raise KeyError(key) from None

    def size(self, key: str) -> int | None:
        return bucket.size(self._prefix + key)

    def entries(self, prefix: str) -> Iterator[Entry]:
        for key, size in bucket.listing(self._prefix + prefix):
            name = key.removeprefix(self._prefix)
            # Consoles make empty objects for folders.
            if not name.endswith("/") and not _is_hidden(name, prefix):
                yield Entry(name, size)

    def items(self, directory: str) -> Iterator[tuple[str, bool]]:
        """See `share.Share`."""
        below = self._prefix + (f"{directory}/" if directory else "")
        pages = bucket.client().get_paginator("list_objects_v2")
        found = False
        for page in pages.paginate(
            Bucket=settings().bucket,
            Prefix=below,
            Delimiter="/",
            PaginationConfig={"MaxItems": MOST_PAGES * 1000},
        ):
            for folder in page.get("CommonPrefixes", []):
                found = True
                name = folder["Prefix"].removeprefix(below).rstrip("/")
                if name and not name.startswith("."):
                    yield name, True
            for entry in page.get("Contents", []):
                found = True
                name = entry["Key"].removeprefix(below)
                if name and not name.startswith("."):
                    yield name, False
        if directory and not found:
            raise NotADirectoryError(directory)


def _is_hidden(name: str, asked: str) -> bool:
    """Whether a step begins with a dot that was not asked for by name."""
    start = asked.rpartition("/")[0]
    return any(step.startswith(".") for step in name[len(start) :].split("/"))
