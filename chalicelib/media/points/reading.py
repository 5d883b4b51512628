"""Coordinates of point clouds, whatever they are stored in."""

from __future__ import annotations

import struct
import warnings

import numpy as np
from numpy.typing import NDArray

from chalicelib.media.points import pcd
from chalicelib.media.points.pcd import BadCloud, Header
from chalicelib.media.reading import BytesReader

_DTYPES = {"F": "f", "I": "i", "U": "u"}


def coordinates(body: bytes, kind: str, most: int) -> NDArray[np.float32]:
    """x, y and z of the points that have them.

    Args:
        kind: `pcd` or `bin`.
        most: points to take; of a larger cloud, points at even distances in its order.

    Returns:
        (n, 3), metres; points that the sensor did not see (not a number) are left out.

    Raises:
        BadCloud: damaged or cut off.
    """
    if kind == "bin":
        if len(body) % 16:
            raise BadCloud("it is cut off")
        whole = np.frombuffer(body, "<f4").reshape(-1, 4)
        points = whole[:: _step(len(whole), most), :3]
    else:
        header = pcd.parse(BytesReader(body))
        points = _of_pcd(body, header, _step(header.points, most))
    return np.ascontiguousarray(points[np.isfinite(points).all(axis=1)])


def _step(points: int, most: int) -> int:
    return -(-points // most)


def _of_pcd(body: bytes, header: Header, step: int) -> NDArray[np.float32]:
    match header.data:
        case "ascii":
            columns = _text(body[header.start :], header)
        case "binary":
            columns = _rows(body, header)
        case "binary_compressed":
            columns = _planes(body, header)
    with np.errstate(over="ignore"):  # what does not fit becomes infinite, and is left out
        return np.stack([columns[name][::step].astype(np.float32) for name in "xyz"], axis=1)


def _text(text: bytes, header: Header) -> dict[str, NDArray[np.generic]]:
    width = sum(field.count for field in header.fields)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            numbers = np.fromstring(text, np.float64, count=header.points * width, sep=" ")
    except (ValueError, DeprecationWarning) as error:
        raise BadCloud("its points are not all numbers, or fewer than its header says") from error
    values = numbers.reshape(-1, width)
    found: dict[str, NDArray[np.generic]] = {}
    at = 0
    for field in header.fields:
        found[field.name] = values[:, at]
        at += field.count
    return found


def _rows(body: bytes, header: Header) -> dict[str, NDArray[np.generic]]:
    found: dict[str, NDArray[np.generic]] = {}
    raw = np.frombuffer(body, np.uint8, header.points * header.point_size, header.start)
    rows = raw.reshape(header.points, header.point_size)
    at = 0
    for field in header.fields:
        if field.name in {"x", "y", "z"}:
            cut = np.ascontiguousarray(rows[:, at : at + field.size])
            found[field.name] = cut.view(f"<{_DTYPES[field.kind]}{field.size}")[:, 0]
        at += field.size * field.count
    return found


def _planes(body: bytes, header: Header) -> dict[str, NDArray[np.generic]]:
    """Compressed clouds hold all x, then all y, and so on."""
    packed, unpacked = struct.unpack_from("<2L", body, header.start)
    start = header.start + 8
    whole = decompress(memoryview(body)[start : start + packed], unpacked)
    found: dict[str, NDArray[np.generic]] = {}
    at = 0
    for field in header.fields:
        if field.name in {"x", "y", "z"}:
            dtype = f"<{_DTYPES[field.kind]}{field.size}"
            values = np.frombuffer(whole, dtype, header.points * field.count, at)
            found[field.name] = values[:: field.count]
        at += header.points * field.size * field.count
    return found


def decompress(packed: bytes | memoryview, size: int) -> bytearray:
    """LZF, the compression of PCD files: literal runs and references back into what came out.

    Raises:
        BadCloud: it does not yield `size` bytes.
    """
    out = bytearray()
    at = 0
    try:
        while at < len(packed) and len(out) <= size:
            control = packed[at]
            at += 1
            if control < 32:
                out += packed[at : at + control + 1]
                at += control + 1
                continue
            length = control >> 5
            if length == 7:
                length += packed[at]
                at += 1
            back = ((control & 31) << 8) + packed[at] + 1
            at += 1
            _repeat(out, back, length + 2)
    except IndexError as error:
        raise BadCloud("its compressed points are damaged") from error
    if len(out) != size:
        raise BadCloud("its compressed points are damaged")
    return out


def _repeat(out: bytearray, back: int, length: int) -> None:
    """Append `length` bytes that begin `back` before the end; they may run into themselves."""
    start = len(out) - back
    if start < 0:
        raise BadCloud("its compressed points are damaged")
    pattern = out[start : start + length]
    out += (pattern * (length // len(pattern) + 1))[:length]
