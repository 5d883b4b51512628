"""Colours of labels that were given none."""

from __future__ import annotations

import colorsys
import hashlib
import math
from collections.abc import Collection, Iterator
from itertools import count, islice

#: Colours nearer than this (distance in RGB, 0…441) are hard to tell apart.
APART = 70.0
#: With more labels than this, nobody tells colours apart anyway.
MANY = 60
CANDIDATES = 24
GOLDEN_RATIO = 0.618033988749895


def color_for(name: str, taken: Collection[str]) -> str:
    """A colour `#rrggbb` that depends on the name, unlike those already taken if possible.

    Args:
        taken: in lower case; a set, if there may be many.
    """
    if len(taken) > MANY:
        return next(color for color in _hashes(name) if color not in taken)
    points = [_rgb(color) for color in taken]
    best, best_distance = "", -1.0
    for color in islice(_hues(name), CANDIDATES):
        distance = min((_distance(_rgb(color), point) for point in points), default=APART)
        if distance > best_distance:
            best, best_distance = color, distance
        if distance >= APART:
            break
    return best


def _hashes(name: str) -> Iterator[str]:
    """Any colours, chosen by the name."""
    for attempt in count():
        yield "#" + hashlib.sha256(f"{name}#{attempt}".encode()).hexdigest()[:6]


def _hues(name: str) -> Iterator[str]:
    """Vivid colours chosen by the name: hues in golden-ratio steps, which keeps them apart."""
    digest = hashlib.sha256(name.strip().lower().encode()).digest()
    hue = int.from_bytes(digest[:4], "big") / 2**32
    shade = digest[4]
    while True:
        lightness = (0.45, 0.58, 0.68)[shade % 3]
        saturation = (0.85, 0.6)[shade // 3 % 2]
        channels = colorsys.hls_to_rgb(hue, lightness, saturation)
        yield "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)
        hue = (hue + GOLDEN_RATIO) % 1.0
        shade += 1


def _rgb(color: str) -> tuple[int, int, int]:
    digits = color.removeprefix("#")
    if len(digits) in {3, 4}:
        digits = "".join(digit * 2 for digit in digits)
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def _distance(a: tuple[int, int, int], b: tuple[int, int, int]) -> float:
    return math.dist(a, b)
