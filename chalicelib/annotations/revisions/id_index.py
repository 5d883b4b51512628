"""In which page an object is: ids in order, and the number of the page of each."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import accumulate
from operator import sub

import msgspec
import zstandard

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(tuple[list[int], list[int]])


class IdIndex:
    """Never changed once made. Takes 12 bytes an object."""

    def __init__(self, ids: array[int], numbers: array[int]) -> None:
        self._ids = ids
        self._numbers = numbers

    @classmethod
    def of(cls, pairs: Iterable[tuple[int, int]]) -> IdIndex:
        """Of (id, page number) pairs in any order."""
        # Each pair as one number, which takes a third of the memory.
        ordered = sorted([object_id << 32 | number for object_id, number in pairs])
        return cls(
            array("q", [one >> 32 for one in ordered]),
            array("I", [one & 0xFFFF_FFFF for one in ordered]),
        )

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def span(self) -> tuple[int, int]:
        """The least and the greatest id; (0, 0) if there are none."""
        return (self._ids[0], self._ids[-1]) if self._ids else (0, 0)

    def find(self, object_id: int) -> int | None:
        """The number of the page that has an object."""
        place = bisect_left(self._ids, object_id)
        if place < len(self._ids) and self._ids[place] == object_id:
            return self._numbers[place]
        return None

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Ids, rising, with the number of the page of each."""
        return zip(self._ids, self._numbers, strict=True)

    def encode(self) -> bytes:
        """Differences of ids, for they are mostly 1; compressed."""
        gaps = [*self._ids[:1], *map(sub, self._ids[1:], self._ids)]
        # The same number each time, not another one for every object of its page.
        known: dict[int, int] = {}
        numbers = [*map(known.setdefault, self._numbers, self._numbers)]
        plain = _encoder.encode((gaps, numbers))
        return zstandard.ZstdCompressor(level=1).compress(plain)

    @classmethod
    def decode(cls, blob: bytes) -> IdIndex:
        """Raises zstandard.ZstdError or msgspec.DecodeError for other bytes."""
        gaps, numbers = _decoder.decode(zstandard.ZstdDecompressor().decompress(blob))
        return cls(array("q", accumulate(gaps)), array("I", numbers))
