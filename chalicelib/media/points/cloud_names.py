"""Names of frames that are point clouds."""

from __future__ import annotations

from pathlib import PurePosixPath


def pcd_name(name: str) -> str:
    """The name that a frame goes by: CVAT knows `scan.bin` as `scan.pcd`."""
    path = PurePosixPath(name)
    return str(path.with_suffix(".pcd")) if path.suffix.lower() == ".bin" else name
