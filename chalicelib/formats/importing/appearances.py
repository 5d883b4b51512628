"""Tracks of formats that list where an object is seen, frame by frame.

Such formats have no keyframes, so every shape is one. Where a track has a gap, the object must
have left the picture: its last shape is repeated "outside" on the frame after it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

import msgspec

from chalicelib.annotations.model.document import (
    AttributeValue,
    Shape,
    SubShape,
    SubTrack,
    Track,
    TrackedShape,
)
from chalicelib.formats.exporting.source import Frame

ByFrame: TypeAlias = dict[int, TrackedShape]


class _Seen(msgspec.Struct, gc=False):
    """A track so far: attributes that hold for all of it, and shapes by frame.

    Attributes:
        elements: points of a skeleton by frame, by their labels.
    """

    label_id: int
    source: str
    attributes: list[AttributeValue]
    shapes: ByFrame = {}
    elements: dict[int, ByFrame] = {}


class Appearances:
    """Collects shapes by track, in any order of frames."""

    def __init__(self, frames: Sequence[Frame]) -> None:
        """`frames`: all those of the task that may be annotated, in order."""
        self._following = dict(pairwise(frame.number for frame in frames))
        self._tracks: dict[Hashable, _Seen] = {}

    def add(self, track: Hashable, shape: Shape, fixed: Sequence[AttributeValue] = ()) -> None:
        """Add what a track is on one frame.

        Args:
            track: what tells it from the other tracks; those of different labels are different.
            shape: its attributes are those that may change from frame to frame.
            fixed: attributes of the whole track; those of its first shape count.

        Raises:
            ValueError: the track is on that frame already.
        """
        seen = self._tracks.setdefault(
            (track, shape.label_id), _Seen(shape.label_id, shape.source, list(fixed))
        )
        if shape.frame in seen.shapes:
            raise ValueError(f"track {track} is on one frame twice")
        seen.shapes[shape.frame] = _keyframe(shape)
        for element in shape.elements:
            seen.elements.setdefault(element.label_id, {})[shape.frame] = _keyframe(element)

    def tracks(self) -> Iterator[Track]:
        """The tracks in the order in which they began to be collected, each let go of."""
        while self._tracks:
            seen = self._tracks.pop(next(iter(self._tracks)))
            shapes = list(self._keyframes(seen.shapes, seen.shapes))
            yield Track(
                frame=shapes[0].frame,
                label_id=seen.label_id,
                source=seen.source,
                attributes=seen.attributes,
                shapes=shapes,
                elements=[
                    SubTrack(
                        frame=min(points),
                        label_id=label,
                        source=seen.source,
                        shapes=list(self._keyframes(points, seen.shapes)),
                    )
                    for label, points in seen.elements.items()
                ],
            )

    def _keyframes(self, shapes: ByFrame, whole: ByFrame) -> Iterator[TrackedShape]:
        """Shapes in order, and where the whole leaves the picture."""
        for frame in sorted(shapes):
            shape = shapes[frame]
            yield shape
            following = self._following.get(frame)
            if following is not None and following not in whole:
                yield msgspec.structs.replace(shape, frame=following, outside=True)


def _keyframe(shape: Shape | SubShape) -> TrackedShape:
    return TrackedShape(
        type=shape.type,
        frame=shape.frame,
        points=shape.points,
        rotation=shape.rotation,
        occluded=shape.occluded,
        outside=shape.outside,
        attributes=shape.attributes,
    )
