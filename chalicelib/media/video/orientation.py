"""How a decoded picture must be turned: display matrices of MP4, and of FFmpeg's side data."""

from __future__ import annotations

import msgspec


class Orientation(msgspec.Struct, frozen=True):
    """Swap left and right if `mirrored`, then turn clockwise by `rotation` degrees."""

    rotation: int = 0
    mirrored: bool = False


def of_matrix(a: int, b: int, c: int, d: int) -> Orientation:
    """The nearest of the eight orientations to x' = a·x + c·y, y' = b·x + d·y (y down)."""
    level, turned = (0 if d >= 0 else 180), (90 if c < 0 else 270)
    rotation = level if abs(d) >= abs(c) else turned
    return Orientation(rotation, mirrored=a * d - b * c < 0)
