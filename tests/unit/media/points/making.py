"""Point clouds made for tests: a street as a lidar sees it, in every format."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from pypcd4.pypcd4 import Encoding, PointCloud


def street(points: int = 2000, seed: int = 3) -> NDArray[np.float32]:
    """(n, 4): x, y, z in metres and intensity; ground, a wall and a pole."""
    random = np.random.default_rng(seed)
    cloud = random.normal(0, 0.02, (points, 4))
    cloud[:, 0] += random.uniform(-40, 40, points)
    cloud[:, 1] += random.uniform(-20, 20, points)
    wall, pole = slice(0, points // 4), slice(points // 4, points // 3)
    cloud[wall, 1] = 15
    cloud[wall, 2] = random.uniform(0, 6, points // 4)
    cloud[pole, :2] = (10, -5)
    cloud[pole, 2] = random.uniform(0, 9, points // 3 - points // 4)
    cloud[:, 3] = random.uniform(0, 1, points)
    return cloud.astype("<f4")


def as_bin(cloud: NDArray[np.float32]) -> bytes:
    """KITTI's format."""
    return cloud.astype("<f4").tobytes()


def as_pcd(cloud: NDArray[np.float32], encoding: str = "binary") -> bytes:
    """A PCD file as an independent program writes it."""
    sink = io.BytesIO()
    PointCloud.from_xyzi_points(cloud).save(sink, Encoding[encoding.upper()])
    return sink.getvalue()


def read_pcd(body: bytes) -> NDArray[np.float32]:
    """The points as an independent program reads them."""
    return PointCloud.from_fileobj(io.BufferedReader(io.BytesIO(body))).numpy(
        ("x", "y", "z", "intensity")
    )
