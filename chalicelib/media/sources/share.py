"""The connected file share: a directory, or a prefix of the media bucket."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from chalicelib.media.sources.bucket_prefix import BucketPrefix
from chalicelib.media.sources.directory import Directory
from chalicelib.media.sources.places import Place
from chalicelib.platform.config import settings


class Share(Place, Protocol):
    """A place with directories."""

    def items(self, directory: str) -> Iterator[tuple[str, bool]]:
        """What a directory holds: names and whether each is a directory, in no order.

        `directory` is a path without outer slashes; empty is the whole share. Names that begin
        with a dot are left out. Raises NotADirectoryError if there is no such directory.
        """
        ...


def connected() -> Share:
    """The share of this installation."""
    where = settings().share
    return Directory(where) if Path(where).is_absolute() else BucketPrefix(where)
