"""Masks as Label Studio packs them: runs of bytes of a picture in red, green, blue and alpha.

A stream of bits: 32 of the number of bytes, 5 of the size of a word less 1, four times 4 of the
sizes of lengths less 1; then runs: a bit that tells a repeated word from separate ones, two that
choose the size of the length, the length less 1, and the word or words. Source of the scheme:
rle-pack of https://github.com/thi-ng/umbrella, which Label Studio uses.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from chalicelib.formats.geometry.raster import Raster

_WORD = 8
_LENGTHS = (3, 4, 8, 16)
#: Bytes of a pixel, all of which are 255 where it is set; the last one counts.
_CHANNELS = 4
_LONGEST = 1 << _LENGTHS[-1]

Picture = np.ndarray[Any, Any]


def packed(mask: Raster, width: int, height: int) -> list[int]:
    """The bytes of a mask over a frame."""
    whole = np.zeros((height, width), np.bool_)
    rows, columns = mask.box.shape
    whole[mask.top : mask.top + rows, mask.left : mask.left + columns] = mask.box
    flat = whole.reshape(-1)
    edges = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    lengths = np.diff(edges, prepend=0, append=flat.size) * _CHANNELS
    bits = [f"{flat.size * _CHANNELS:032b}{_WORD - 1:05b}"]
    bits += [f"{size - 1:04b}" for size in _LENGTHS]
    word = 255 if flat[0] else 0
    for length in lengths.tolist():
        bits += _run(length, word)
        word = 255 - word
    text = "".join(bits)
    size = -(-len(text) // 8)
    return list(int(text.ljust(size * 8, "0"), 2).to_bytes(size, "big"))


def unpacked(body: Sequence[int], width: int, height: int) -> Picture:
    """The set pixels of a mask over a frame, bool of shape (height, width).

    Raises:
        ValueError: it is no such stream, or not of that size.
    """
    try:
        bits = _Bits(bytes(body))
    except ValueError:
        raise ValueError("a mask has numbers that are no bytes") from None
    total = bits.take(32)
    if total != width * height * _CHANNELS:
        raise ValueError(f"a mask of {total} bytes for a picture of {width} × {height} pixels")
    word = bits.take(5) + 1
    sizes = [bits.take(4) + 1 for _ in range(4)]
    lengths: list[int] = []
    values: list[int] = []
    done = 0
    while done < total:
        repeated = bits.take(1)
        count = bits.take(sizes[bits.take(2)]) + 1
        done += count
        if repeated:
            lengths.append(count)
            values.append(bits.take(word))
        else:
            lengths += [1] * count
            values += [bits.take(word) for _ in range(count)]
    if done > total:
        raise ValueError("a mask is longer than its picture")
    flat = np.repeat(np.asarray(values, np.int64) > 0, lengths)
    found: Picture = flat.reshape(height, width, _CHANNELS)[:, :, _CHANNELS - 1]
    return found


def _run(length: int, word: int) -> list[str]:
    bits = []
    while length:
        now = min(length, _LONGEST)
        at = next(at for at, size in enumerate(_LENGTHS) if now <= 1 << size)
        bits.append(f"1{at:02b}{now - 1:0{_LENGTHS[at]}b}{word:08b}")
        length -= now
    return bits


class _Bits:
    def __init__(self, body: bytes) -> None:
        self._text = bin(int.from_bytes(b"\1" + body, "big"))[3:]
        self._at = 0

    def take(self, count: int) -> int:
        """The next bits as a number. Raises ValueError."""
        taken = self._text[self._at : self._at + count]
        self._at += count
        if len(taken) < count:
            raise ValueError("a mask ends too early")
        return int(taken, 2)
