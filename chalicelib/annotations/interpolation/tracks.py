"""Where a track is between its keyframes.

Before the first keyframe there is nothing. A keyframe that is `outside` ends the track until the
next one that is not. After the last keyframe the object stays where it is. In between it moves as
`positions` says. Occlusion, order and attributes hold. The elements of a skeleton are tracks of
their own; keyframes of the skeleton say what holds for it as a whole.

The browser has the same in `static/src/document/interpolation.ts`; `tests/vectors` holds both to
it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Container, Iterator, Sequence
from operator import attrgetter

from chalicelib.annotations.interpolation.positions import between
from chalicelib.annotations.model.document import (
    AttributeValue,
    Geometry,
    SubTrack,
    Track,
    TrackedShape,
)

_FRAME = attrgetter("frame")


def frames_of_track(
    track: Track | SubTrack, stop_frame: int, without: Container[int] = (), start_frame: int = 0
) -> Iterator[Geometry]:
    """The object on every frame from `start_frame` to `stop_frame` (inclusive) where it is known.

    Where it leaves the picture it appears once more, with `outside` set, and then not until it
    comes back.

    Args:
        without: deleted frames, whose keyframes do not count and which are left out.
    """
    keyframes = keyframes_of(track, without)
    first = max(0, bisect_right(keyframes, start_frame, key=_FRAME) - 1)
    for index, left in enumerate(keyframes[first:], first):
        if left.frame > stop_frame:
            return
        if left.frame >= start_frame:
            yield left
        if left.outside:
            continue
        right = keyframes[index + 1] if index + 1 < len(keyframes) else None
        if right is not None and right.frame == left.frame + 1:
            continue
        begin = max(left.frame + 1, start_frame)
        end = stop_frame if right is None else min(right.frame - 1, stop_frame)
        frames = (frame for frame in range(begin, end + 1) if frame not in without)
        yield from _on_frames(left, right, frames)


def at_frame(keyframes: Sequence[Geometry], frame: int) -> Geometry | None:
    """The object on one frame; None before the first of its sorted keyframes.

    After an `outside` keyframe `outside` is still set, and the place is one on the way to the
    next, as CVAT has it: that is where the object will be found by who shows it again.
    """
    index = bisect_right(keyframes, frame, key=_FRAME) - 1
    if index < 0:
        return None
    left = keyframes[index]
    if left.frame == frame:
        return left
    right = keyframes[index + 1] if index + 1 < len(keyframes) else None
    return next(_on_frames(left, right, iter((frame,))))


def elements_at(
    track: Track, frame: int, without: Container[int] = ()
) -> Iterator[tuple[SubTrack, Geometry]]:
    """The elements of a skeleton on one frame; those that have not begun are left out."""
    for element in track.elements:
        found = at_frame(keyframes_of(element, without), frame)
        if found is not None:
            yield element, found


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
        if shape.attributes:
            held.update((value.spec_id, value) for value in shape.attributes)
        keyframes.append(_at(shape, frame, shape.points, shape.rotation, list(held.values())))
    return keyframes


def _on_frames(left: Geometry, right: Geometry | None, frames: Iterator[int]) -> Iterator[Geometry]:
    """The object on frames after `left` and before `right`."""
    if right is None:
        for frame in frames:
            yield _at(left, frame, left.points, left.rotation, left.attributes)
        return
    position, span = between(left, right), right.frame - left.frame
    for frame in frames:
        points, rotation = position((frame - left.frame) / span)
        yield _at(left, frame, points, rotation, left.attributes)


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
