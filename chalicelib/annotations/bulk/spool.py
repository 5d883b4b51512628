"""Objects on disk, in numbered buckets, each in the order in which they came."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import Generic, TypeVar

import msgspec
import zstandard

from chalicelib.annotations.model.document import Kind, Shape, Tag, Track

A = TypeVar("A", Tag, Shape, Track)

#: Bytes of objects, as pages count them, that wait in memory: several times as many as that.
MOST_WAITING = 4 << 20

_encoder = msgspec.msgpack.Encoder()


class Spool(Generic[A]):
    """Objects of one kind. Close it: it holds a temporary file."""

    def __init__(self, kind: Kind, item: type[A]) -> None:
        self.kind = kind
        self._decoder = msgspec.msgpack.Decoder(list[item])  # type: ignore[valid-type]  # made at run time
        self._file = TemporaryFile()  # noqa: SIM115  closed by `close`
        self._end = 0
        self._waiting: dict[int, list[A]] = {}
        self._waits = 0
        #: Where the pieces of each bucket are, and what they have.
        self._pieces: dict[int, list[tuple[int, int]]] = {}
        self._counts: dict[int, int] = {}
        self._weights: dict[int, int] = {}

    def add(self, bucket: int, item: A, weight: int) -> None:
        """Put an object into a bucket. It must not change any more.

        Args:
            weight: about how many bytes it takes before compression, see `pages.weights`.
        """
        self._waiting.setdefault(bucket, []).append(item)
        self._counts[bucket] = self._counts.get(bucket, 0) + 1
        self._weights[bucket] = self._weights.get(bucket, 0) + weight
        self._waits += weight
        if self._waits > MOST_WAITING:
            self._flush()

    def buckets(self) -> list[int]:
        """Numbers of the buckets that have anything, rising."""
        return sorted(self._counts)

    def count(self, bucket: int) -> int:
        """How many objects a bucket has."""
        return self._counts.get(bucket, 0)

    def weight(self, bucket: int) -> int:
        """About how many bytes they take before compression."""
        return self._weights.get(bucket, 0)

    def pieces(self, bucket: int) -> Iterator[list[A]]:
        """The objects of a bucket in the order in which they came, a few at a time."""
        self._flush()
        unpacker = zstandard.ZstdDecompressor()
        for offset, size in self._pieces.get(bucket, ()):
            self._file.seek(offset)
            found: list[A] = self._decoder.decode(unpacker.decompress(self._file.read(size)))
            yield found

    def close(self) -> None:
        self._file.close()

    def _flush(self) -> None:
        packer = zstandard.ZstdCompressor(level=1)
        self._file.seek(self._end)
        for bucket, items in self._waiting.items():
            blob = packer.compress(_encoder.encode(items))
            self._file.write(blob)
            self._pieces.setdefault(bucket, []).append((self._end, len(blob)))
            self._end += len(blob)
        self._waiting.clear()
        self._waits = 0
