"""Point clouds: PCD files, and KITTI's `.bin`, which is nothing but numbers.

A `.bin` holds x, y, z (metres) and intensity of each point, as little-endian 32-bit floats.
"""

from __future__ import annotations

import math
import struct
from pathlib import PurePosixPath

from chalicelib.media.kinds import Kind, detect
from chalicelib.media.points import pcd
from chalicelib.media.points.pcd import BadCloud, Field
from chalicelib.media.reading import Reader

__all__ = ["BIN", "PCD", "BadCloud", "as_pcd", "kind_of", "size_of"]

PCD, BIN = Kind("points", "pcd"), Kind("points", "bin")
#: Bytes of a point of a `.bin`.
POINT = 16
#: Metres that no lidar sees; other files read as floats are soon beyond.
_FAR = 1e6
_FIELDS = tuple(Field(name, "F", 4) for name in ("x", "y", "z", "intensity"))


def kind_of(name: str, head: bytes, size: int) -> Kind:
    """The kind of a file: by its first bytes, and for point clouds by its extension as well.

    Args:
        head: first bytes, `kinds.HEAD` or all.
        size: bytes of the whole file.
    """
    extension = PurePosixPath(name).suffix.lower()
    if extension == ".pcd" and head.lstrip().startswith((b"#", b"VERSION", b"FIELDS")):
        return PCD
    if extension == ".bin" and size % POINT == 0 and _plausible(head):
        return BIN
    kind = detect(head)
    if kind.family == "unknown" and size:
        return {".pcd": PCD, ".bin": BIN}.get(extension, kind)
    return kind


def size_of(reader: Reader, kind: str) -> tuple[int, int]:
    """Width and height of a cloud as CVAT tells them: points in a row, and rows.

    Args:
        kind: `pcd` or `bin`.

    Raises:
        BadCloud: damaged, cut off or beyond the limits.
    """
    if kind == "pcd":
        header = pcd.parse(reader)
        return header.width, header.height
    pcd.check_file_size(reader)
    points, rest = divmod(reader.size, POINT)
    if rest or not _plausible(reader.read(0, 4 * POINT)):
        raise BadCloud("it is no point cloud: KITTI's .bin holds four floats for each point")
    if not points:
        raise BadCloud("it has no points")
    return points, 1


def as_pcd(body: bytes, kind: str) -> bytes:
    """A cloud as a PCD file: a `.pcd` as it is, a `.bin` with a header. Raises BadCloud."""
    if kind == "pcd":
        return body
    if not body or len(body) % POINT:
        raise BadCloud("it is no point cloud: KITTI's .bin holds four floats for each point")
    return pcd.write_header(_FIELDS, len(body) // POINT) + body


def _plausible(head: bytes) -> bool:
    """Whether the first points have coordinates that a lidar could measure."""
    count = min(len(head) // POINT, 4)
    points = struct.iter_unpack("<4f", head[: count * POINT])
    return count > 0 and all(
        math.isfinite(value) and abs(value) < _FAR for point in points for value in point
    )
