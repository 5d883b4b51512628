"""Where a track is between its keyframes.

Before the first keyframe there is nothing. A keyframe that is `outside` ends the track until the
next one that is not. After the last keyframe the object stays where it is. Rectangles, ellipses,
cuboids and single points move in straight lines and turn by the shorter way; polygons and
polylines by `curves`; several points and masks hold still. Occlusion, order and attributes hold.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Container, Iterator, Sequence
from operator import attrgetter

from chalicelib.annotations.interpolation import curves
from chalicelib.annotations.model.document import (
    AttributeValue,
    Geometry,
    SubTrack,
    Track,
    TrackedShape,
)

_FRAME = attrgetter("frame")


def frames_of_track(
    track: Track | SubTrack, stop_frame: int, without: Container[int] = ()
) -> Iterator[Geometry]:
    """The object on every frame up to `stop_frame` (inclusive) where it is known, in order.

    Where it leaves the picture it appears once more, with `outside` set, and then not until it
    comes back.

    Args:
        without: deleted frames, whose keyframes do not count and which are left out.
    """
    keyframes = keyframes_of(track, without)
    for index, left in enumerate(keyframes):
        if left.frame > stop_frame:
            return
        yield left
        if left.outside:
            continue
        right = keyframes[index + 1] if index + 1 < len(keyframes) else None
        end = stop_frame if right is None else min(right.frame - 1, stop_frame)
        for frame in range(left.frame + 1, end + 1):
            if frame not in without:
                yield _between(left, right, frame)


def at_frame(keyframes: Sequence[Geometry], frame: int) -> Geometry | None:
    """The object on one frame; None before the first of its sorted keyframes.

    After an `outside` keyframe it is that keyframe's, `outside` still set.
    """
    index = bisect_right(keyframes, frame, key=_FRAME) - 1
    if index < 0:
        return None
    left = keyframes[index]
    right = keyframes[index + 1] if index + 1 < len(keyframes) else None
    return left if left.frame == frame else _between(left, right, frame)


def keyframes_of(track: Track | SubTrack, without: Container[int] = ()) -> list[Geometry]:
    """Keyframes in order, one a frame (the last of equals), each with all attributes it has.

    An attribute that a keyframe does not mention has the value of the one before.
    """
    by_frame: dict[int, TrackedShape] = {
        shape.frame: shape for shape in track.shapes if shape.frame not in without
    }
    held: dict[int, AttributeValue] = {}
    keyframes: list[Geometry] = []
    for frame in sorted(by_frame):
        shape = by_frame[frame]
        held.update((value.spec_id, value) for value in shape.attributes)
        keyframes.append(_at(shape, frame, shape.points, shape.rotation, list(held.values())))
    return keyframes


def _between(left: Geometry, right: Geometry | None, frame: int) -> Geometry:
    if right is None or left.outside:
        return _at(left, frame, left.points, left.rotation, left.attributes)
    part = (frame - left.frame) / (right.frame - left.frame)
    points = _moved(left, right, part)
    rotation = _turned(left.rotation, right.rotation, part)
    return _at(left, frame, points, rotation, left.attributes)


def _moved(left: Geometry, right: Geometry, part: float) -> list[float]:
    start, stop = left.points, right.points
    if left.type in {"polygon", "polyline"}:
        return curves.between(start, stop, part, closed=left.type == "polygon")
    holds = left.type == "mask" or (left.type == "points" and len(start) != 2)
    if holds or len(start) != len(stop):
        return start
    return [a + (b - a) * part for a, b in zip(start, stop, strict=True)]


def _turned(start: float, stop: float, part: float) -> float:
    arc = (stop - start + 180) % 360 - 180
    return (start + arc * part) % 360 if arc else start


def _at(
    shape: Geometry,
    frame: int,
    points: list[float],
    rotation: float,
    attributes: list[AttributeValue],
) -> Geometry:
    return Geometry(
        type=shape.type,
        frame=frame,
        points=points,
        rotation=rotation,
        occluded=shape.occluded,
        outside=shape.outside,
        z_order=shape.z_order,
        attributes=attributes,
    )
