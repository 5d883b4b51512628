"""The list of a task's frames: written once by indexing, then only read.

The object holds a heading and then shards of 1,000 frames each, so that a frame of a task of
100,000 costs two small reads, and that of a small task one. Layout: the length of the heading (4
bytes, little-endian), the heading, the shards; heading and shards are MessagePack in zstandard.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TypeVar, overload

import msgspec
import zstandard

from chalicelib.media import layout
from chalicelib.media.files import File
from chalicelib.media.points.cloud_names import pcd_name
from chalicelib.platform import bucket

T = TypeVar("T")

#: Frames of a shard.
SHARD = 1000
#: Bytes of the first read: with them the whole list of a few hundred frames is there.
FIRST_READ = 64 * 1024
#: Shards that one read brings at most, when they are asked for one after another.
MOST_AHEAD = 64
#: Decoded shards that a list keeps.
KEPT = 8
#: What zstandard begins with.
_ZSTANDARD = b"\x28\xb5\x2f\xfd"


class VideoFile(msgspec.Struct):
    """The video of a task. `width` and `height` as shown, in pixels."""

    file: File
    width: int
    height: int
    frames: int
    codec_string: str


class FrameList(msgspec.Struct):
    """Frames of a task in order: one file each, or a video and the numbers of its frames.

    Attributes:
        start, step: absolute frame number = start + relative * step (videos only; `images` holds
            the selected files).
        related: context images of each frame, in the order of `images`; empty if no frame has any.
    """

    size: int
    start: int = 0
    step: int = 1
    images: Sequence[File] = ()
    related: Sequence[list[File]] = ()
    video: VideoFile | None = None

    def name_of(self, frame: int) -> str:
        """File name that a frame is known by; a point cloud's is that of the PCD that is served."""
        if self.video is None:
            file = self.images[frame]
            return pcd_name(file.name) if file.family == "points" else file.name
        return f"frame_{self.start + frame * self.step:06d}"

    def size_of(self, frame: int) -> tuple[int, int]:
        """Width and height of a frame as shown, in pixels."""
        if self.video is not None:
            return self.video.width, self.video.height
        info = self.images[frame].info
        return info.width, info.height


class _Shard(msgspec.Struct, array_like=True, omit_defaults=True):
    images: list[File]
    related: list[list[File]] = []


class _Heading(msgspec.Struct):
    """`shards`: bytes of each."""

    size: int
    start: int
    step: int
    video: VideoFile | None
    images: int
    has_related: bool
    shards: list[int]


def save(task_id: int, revision: int, frames: FrameList) -> None:
    """Store a list of frames."""
    related = iter(frames.related) if frames.related else None
    writer = Writer()
    for file in frames.images:
        writer.add(file, next(related) if related is not None else ())
    writer.save(task_id, revision, frames)


class Writer:
    """Takes frames one by one, so that a list of any length can be written."""

    def __init__(self) -> None:
        self.count = 0
        self._open = _Shard([])
        self._shards: list[bytes] = []
        self._has_related = False

    def add(self, file: File, related: Iterable[File] = ()) -> None:
        """Put a frame and its context images at the end."""
        self._open.images.append(file)
        self._open.related.append(list(related))
        self._has_related |= bool(self._open.related[-1])
        self.count += 1
        if len(self._open.images) == SHARD:
            self._close()

    def save(self, task_id: int, revision: int, of: FrameList) -> None:
        """Store what was added, with the numbers and the video of a list."""
        if self._open.images:
            self._close()
        heading = _pack(
            _Heading(
                size=of.size,
                start=of.start,
                step=of.step,
                video=of.video,
                images=self.count,
                has_related=self._has_related,
                shards=[len(shard) for shard in self._shards],
            )
        )
        body = b"".join((len(heading).to_bytes(4, "little"), heading, *self._shards))
        bucket.put(layout.frames(task_id, revision), body)

    def _close(self) -> None:
        if not any(self._open.related):
            self._open.related = []
        self._shards.append(_pack(self._open))
        self._open = _Shard([])


@lru_cache(maxsize=32)
def load(task_id: int, revision: int) -> FrameList:
    """The list of frames of a version of a task's data. Raises KeyError if there is none."""
    key = layout.frames(task_id, revision)
    first = bucket.get_range(key, 0, FIRST_READ)
    if first.startswith(_ZSTANDARD):
        # Lists used to be one piece.
        return _unpack(bucket.get(key) or b"", FrameList)
    end = 4 + int.from_bytes(first[:4], "little")
    if end > len(first):
        first += bucket.get_range(key, len(first), end - len(first))
    heading = _unpack(first[4:end], _Heading)
    shards = _Shards(key, heading, end, first[end:])
    return FrameList(
        size=heading.size,
        start=heading.start,
        step=heading.step,
        images=_Images(shards),
        related=_Related(shards) if heading.has_related else (),
        video=heading.video,
    )


class _Shards:
    """Shards of one list, read when they are asked for."""

    def __init__(self, key: str, heading: _Heading, start: int, first: bytes) -> None:
        self.count = heading.images
        self._key = key
        self._sizes = heading.shards
        self._starts = [start]
        for size in heading.shards:
            self._starts.append(self._starts[-1] + size)
        self._packed = self._cut(0, first)
        self._read: dict[int, _Shard] = {}
        self._last, self._ahead = -1, 1

    def __getitem__(self, number: int) -> _Shard:
        shard = self._read.get(number)
        if shard is None:
            packed = self._packed.pop(number, None) or self._fetch(number)
            shard = self._read[number] = _unpack(packed, _Shard)
            while len(self._read) > KEPT:
                self._read.pop(next(iter(self._read)), None)
        return shard

    def _fetch(self, number: int) -> bytes:
        """A shard; with it more and more of those that follow, if they are read in order."""
        self._ahead = min(self._ahead * 4, MOST_AHEAD) if number == self._last + 1 else 1
        stop = min(number + self._ahead, len(self._sizes))
        self._last = stop - 1
        start = self._starts[number]
        body = bucket.get_range(self._key, start, self._starts[stop] - start)
        packed = self._cut(number, body)
        wanted = packed.pop(number)
        self._packed = packed
        return wanted

    def _cut(self, number: int, body: bytes) -> dict[int, bytes]:
        """The whole shards in bytes that begin with one."""
        found: dict[int, bytes] = {}
        at = 0
        for following in range(number, len(self._sizes)):
            size = self._sizes[following]
            if at + size > len(body):
                break
            found[following] = body[at : at + size]
            at += size
        return found


class _Images(Sequence[File]):
    def __init__(self, shards: _Shards) -> None:
        self._shards = shards

    def __len__(self) -> int:
        return self._shards.count

    @overload
    def __getitem__(self, index: int) -> File: ...
    @overload
    def __getitem__(self, index: slice) -> list[File]: ...
    def __getitem__(self, index: int | slice) -> File | list[File]:
        if isinstance(index, slice):
            return [self[number] for number in range(len(self))[index]]
        number = range(len(self))[index]
        return self._shards[number // SHARD].images[number % SHARD]

    def __iter__(self) -> Iterator[File]:
        return (self[number] for number in range(len(self)))


class _Related(Sequence[list[File]]):
    def __init__(self, shards: _Shards) -> None:
        self._shards = shards

    def __len__(self) -> int:
        return self._shards.count

    @overload
    def __getitem__(self, index: int) -> list[File]: ...
    @overload
    def __getitem__(self, index: slice) -> list[list[File]]: ...
    def __getitem__(self, index: int | slice) -> list[File] | list[list[File]]:
        if isinstance(index, slice):
            return [self[number] for number in range(len(self))[index]]
        number = range(len(self))[index]
        related = self._shards[number // SHARD].related
        return related[number % SHARD] if related else []


def _pack(value: msgspec.Struct) -> bytes:
    return zstandard.compress(msgspec.msgpack.encode(value))


def _unpack(body: bytes, kind: type[T]) -> T:
    return msgspec.msgpack.decode(zstandard.decompress(body), type=kind)
