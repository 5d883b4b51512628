"""COCO's text of run lengths: 5 bits a character, each run from the fourth on a difference.

Source of the scheme: `rleToString` and `rleFrString` of the COCO API.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

#: Characters of one run, which is shorter than the largest picture.
CHARACTERS = 7


def compressed(counts: Sequence[int]) -> str:
    """Run lengths as text, as `counts` of an annotation."""
    runs = np.asarray(counts, np.int64)
    left = runs.copy()
    left[3:] -= runs[1:-2]
    digits = np.zeros((len(runs), CHARACTERS), np.uint8)
    needed = np.zeros((len(runs), CHARACTERS), np.bool_)
    more = np.ones(len(runs), np.bool_)
    for at in range(CHARACTERS):
        needed[:, at] = more
        digit = left & 0x1F
        left >>= 5
        more = more & (left != np.where(digit & 0x10, -1, 0))
        digits[:, at] = digit | (more.astype(np.int64) << 5)
        if not more.any():
            break
    return (digits[needed] + 48).tobytes().decode("ascii")


def decompressed(text: str) -> list[int]:
    """Run lengths from their text.

    Raises:
        ValueError: the text ends within a number or has a character that is not used.
    """
    if not text:
        return []
    codes = np.frombuffer(text.encode("latin-1", "replace"), np.uint8).astype(np.int64) - 48
    if codes.min() < 0 or codes.max() > 63 or not text.isascii():
        raise ValueError("a compressed mask has a character that is not used")
    ends = np.flatnonzero(codes & 0x20 == 0)
    if not ends.size or ends[-1] != codes.size - 1:
        raise ValueError("a compressed mask ends too early")
    starts = np.concatenate(([0], ends[:-1] + 1))
    lengths = ends - starts + 1
    if lengths.max() > CHARACTERS:
        raise ValueError("a run of a compressed mask is too long")
    places = np.arange(codes.size) - np.repeat(starts, lengths)
    runs = np.add.reduceat((codes & 0x1F) << (5 * places), starts)
    runs -= np.where(codes[ends] & 0x10, np.int64(1) << (5 * lengths), 0)
    runs[1::2] = np.cumsum(runs[1::2])
    runs[2::2] = np.cumsum(runs[2::2])
    return [int(run) for run in runs.tolist()]
