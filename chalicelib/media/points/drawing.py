"""A point cloud as a picture, for previews."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from chalicelib.media.points.reading import coordinates

SIZE = 256
_MARGIN = 6
_BACKGROUND = (24, 26, 32)
#: Points that are drawn: more do not show in 256 × 256 pixels.
_MOST = 1_000_000
#: From the lowest points to the highest.
_COLOURS = np.array(
    [(48, 76, 168), (42, 150, 180), (94, 201, 98), (223, 214, 72), (246, 150, 60)], np.float32
)
#: Share of points at each end that do not count for the frame: reflections stand far outside.
_STRAY = 1


def preview(body: bytes, kind: str) -> NDArray[np.uint8]:
    """The cloud from above: x to the right, y up, colours by height.

    Args:
        kind: `pcd` or `bin`.

    Returns:
        (256, 256, 3), RGB.

    Raises:
        BadCloud: damaged or cut off.
    """
    picture = np.full((SIZE, SIZE, 3), _BACKGROUND, np.uint8)
    points = coordinates(body, kind, _MOST).astype(np.float64)
    if not len(points):
        return picture
    low, high = np.percentile(points, [_STRAY, 100 - _STRAY], axis=0)
    room = SIZE - 2 * _MARGIN
    scale = (room - 1) / max(float((high - low)[:2].max()), 1e-6)
    middle = (low + high)[:2] / 2
    seen = np.round((points[:, :2] - middle) * scale + (SIZE - 1) / 2)
    within = ((seen >= 0) & (seen < SIZE)).all(axis=1)
    # The highest point of a pixel is drawn last, as it is seen from above.
    points, places = points[within], seen[within].astype(np.intp)
    order = np.argsort(points[:, 2], kind="stable")
    columns, rows = places[order, 0], SIZE - 1 - places[order, 1]
    picture[rows, columns] = _coloured(points[order, 2], float(low[2]), float(high[2]))
    return picture


def _coloured(heights: NDArray[np.float64], low: float, high: float) -> NDArray[np.uint8]:
    share = np.clip((heights - low) / max(high - low, 1e-6), 0, 1) * (len(_COLOURS) - 1)
    steps = np.arange(len(_COLOURS))
    channels = [np.interp(share, steps, _COLOURS[:, channel]) for channel in range(3)]
    return np.stack(channels, axis=1).astype(np.uint8)
