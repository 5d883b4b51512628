"""Pictures of more than 8 bits, as a person can see them.

A photograph of 16 bits uses most of its range and is shown as browsers show it: divided by 257.
Measurements (thermal, medical, depth, microscope) use a small part of it, which as a photograph
would be one even grey: that part is stretched over what a screen can show. The part is what lies
between the 0.1st and the 99.9th percentile, not the least and the greatest value, because one dead
pixel would otherwise decide for all. Colours are stretched by one scale from 0 on, which keeps
their hue. All of it follows from the picture alone, so that it looks the same whenever and wherever
it is shown.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]

#: Per mille of the values on either side that do not decide what is shown.
_OUTLIERS = 0.1
#: The full range is kept if at least this share of it is used.
_ENOUGH = 0.5
_WHITE = 65535
#: About as many values decide the range; more would cost time and change nothing to be seen.
_SAMPLE = 1 << 20
#: Rows are converted so many values at a time: what is in between takes several bytes each.
_AT_ONCE = 1 << 22


def shown(values: npt.NDArray[Any], alpha: npt.NDArray[Any] | None = None) -> Pixels:
    """Grey or colour values of any depth as RGB, uint8, shape (height, width, 3).

    Args:
        values: of shape (height, width) or (height, width, 3), integers or floats; what is not a
            number is shown black.
        alpha: opacity, of the same scale as a full range of `values`; the background is white.
    """
    low, high = visible_range(values)
    height, width = values.shape[:2]
    sink = np.empty((height, width, 3), np.uint8)
    rows = max(1, _AT_ONCE // (width * 3))
    for top in range(0, height, rows):
        part = _scaled(values[top : top + rows], low, high)
        if part.ndim == 2:
            part = part[:, :, None]
        if alpha is not None:
            opacity = (alpha[top : top + rows].astype(np.float32) / _full(alpha.dtype))[:, :, None]
            part = part * opacity + 255 * (1 - opacity)
        sink[top : top + rows] = np.rint(part)
    return sink


def visible_range(values: npt.NDArray[Any]) -> tuple[float, float]:
    """The values that are shown black and white."""
    if values.dtype == np.uint8:
        return 0.0, 255.0
    step = max(1, int((values.size / _SAMPLE) ** 0.5))
    sample = values[::step, ::step].ravel()
    if sample.dtype.kind == "f":
        sample = sample[np.isfinite(sample)]
    if not sample.size:
        return 0.0, 1.0
    low, high = (float(v) for v in np.percentile(sample, (_OUTLIERS, 100 - _OUTLIERS)))
    natural = _natural(sample)
    if values.ndim == 3:
        low = min(low, 0.0)
    if natural is not None and high - low >= _ENOUGH * natural:
        return 0.0, natural
    if high <= low:
        low, high = float(sample.min()), float(sample.max())
    if high <= low:  # one value everywhere: by the full range, if there is one
        return 0.0, natural or max(1.0, high)
    return low, high


def _natural(sample: npt.NDArray[Any]) -> float | None:
    """The value that is white by convention, if all values lie below it."""
    white = 1.0 if sample.dtype.kind == "f" else float(_WHITE)
    return white if sample.min() >= 0 and sample.max() <= white else None


def _full(kind: np.dtype[Any]) -> float:
    return 1.0 if kind.kind == "f" else float(np.iinfo(kind).max)


def _scaled(values: npt.NDArray[Any], low: float, high: float) -> Any:
    with np.errstate(all="ignore"):  # what is not finite is dealt with below
        part: Any = values.astype(np.float32 if values.dtype.itemsize <= 2 else np.float64)
        part -= low
        part *= 255 / (high - low)
    np.nan_to_num(part, copy=False, nan=0.0, posinf=255.0, neginf=0.0)
    return np.clip(part, 0, 255, out=part)
