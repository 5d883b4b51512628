"""What the steps of one attempt to index a task's media leave for each other, in the bucket.

An attempt goes on after its process was killed: what is found here is not done again. Nothing of
it outlives the attempt.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec
import zstandard

from chalicelib.media import layout
from chalicelib.media.files import File
from chalicelib.platform import bucket

T = TypeVar("T")


class Part(msgspec.Struct):
    """Files in the order of the task that one worker looks into.

    Attributes:
        files: those that become frames.
        related: context images of each, in the same order; empty if none has any.
        archive: what they stand in, if they are not unpacked yet.
        copied: whether their bytes become the task's own.
    """

    files: list[File]
    related: list[list[File]] = []
    archive: File | None = None
    copied: bool = False


class Plan(msgspec.Struct):
    """What was decided of the files.

    Attributes:
        parts: files of each part.
        archive: what the frames came from.
        manifest: what describes them.
        warning: what the user should know of how they were chosen.
    """

    parts: list[int]
    archive: File | None = None
    manifest: File | None = None
    warning: str = ""

    @property
    def files(self) -> int:
        """Number of files in all parts."""
        return sum(self.parts)


class Stage:
    """The objects of one attempt. `used` says whether any was met."""

    def __init__(self, task_id: int, attempt: str) -> None:
        self.task_id = task_id
        self.attempt = attempt
        self.used = False

    def save(self, name: str, value: object) -> None:
        """Store a value."""
        self.used = True
        body = zstandard.compress(msgspec.msgpack.encode(value))
        bucket.put(self._key(name), body)

    def load(self, name: str, kind: type[T]) -> T | None:
        """A stored value, or None."""
        body = bucket.get(self._key(name))
        self.used |= body is not None
        return None if body is None else _decode(body, kind)

    def names(self, prefix: str) -> list[str]:
        """Names of stored values that begin with `prefix`, in order, without it."""
        start = self._key(prefix)
        return [key.removeprefix(start) for key, _ in bucket.listing(start)]

    def pack(self, number: int) -> str:
        """Identity of what a part unpacks; `pack(n) + "-0"` and so on are used as well."""
        return f"{self.attempt}-{number:06d}"

    def copy_key(self, name: str) -> str:
        """Where a copy of a file stands."""
        return layout.copy(self.task_id, self.attempt, name)

    def clear(self) -> None:
        """Drop what the steps left for each other; what they made of the media stays."""
        bucket.delete_below(self._key(""))

    def undo(self) -> None:
        """Drop everything that the attempt made."""
        self.clear()
        bucket.delete_below(layout.pack(self.task_id, f"{self.attempt}-"))
        bucket.delete_below(self.copy_key(""))

    def _key(self, name: str) -> str:
        return layout.stage(self.task_id, self.attempt, name)


def _decode(body: bytes, kind: type[T]) -> T:
    return msgspec.msgpack.decode(zstandard.decompress(body), type=kind)
