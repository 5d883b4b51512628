"""Tracks from annotations that carry `track_id` and `keyframe`, as CVAT writes them.

COCO holds only frames on which an object is visible, so where a track has a gap it must have left
the picture: its last visible shape becomes a keyframe and is repeated "outside" on the next frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import msgspec

from chalicelib.annotations.model.document import (
    AttributeValue,
    Geometry,
    Shape,
    SubTrack,
    Track,
    TrackedShape,
)
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.importing.vocabulary import split_values
from chalicelib.formats.labels import AttributeSpec

Values = Sequence[tuple[AttributeSpec, AttributeValue]]


class _Moment(msgspec.Struct):
    """What is known of an object, or of a point of a skeleton, on a frame."""

    shape: Geometry
    values: Values
    keyframe: bool


class _Seen(_Moment):
    shape: Shape


class TrackCollector:
    """Collects shapes by track."""

    def __init__(self, frames: Sequence[Frame]) -> None:
        numbers = [frame.number for frame in frames]
        self._following = dict(pairwise(numbers))
        self._seen: dict[tuple[Any, int], list[_Seen]] = {}

    def add(self, track: Any, shape: Shape, values: Values, *, keyframe: bool) -> None:
        """Add what a track is on one frame. Raises ValueError if it is there twice."""
        if not isinstance(track, int | str):
            raise ValueError(f'track_id "{track}" is neither a number nor a text')
        seen = self._seen.setdefault((track, shape.label_id), [])
        if any(other.shape.frame == shape.frame for other in seen[-1:]):
            raise ValueError(f"track {track} is on frame {shape.frame} twice")
        seen.append(_Seen(shape, values, keyframe))

    def tracks(self) -> list[Track]:
        """The tracks in the order in which they began to be collected."""
        return [self._track(seen) for seen in self._seen.values()]

    def _track(self, seen: list[_Seen]) -> Track:
        seen.sort(key=lambda item: item.shape.frame)
        first = seen[0].shape
        _, immutable = split_values(seen[0].values)
        return Track(
            frame=first.frame,
            label_id=first.label_id,
            group=first.group,
            source=first.source,
            attributes=immutable,
            shapes=self._keyframes(seen),
            elements=[
                SubTrack(
                    frame=first.frame,
                    label_id=element.label_id,
                    source=first.source,
                    shapes=self._keyframes([_of_element(item, at) for item in seen]),
                )
                for at, element in enumerate(first.elements)
            ],
        )

    def _keyframes(self, seen: Sequence[_Moment]) -> list[TrackedShape]:
        shapes: list[TrackedShape] = []
        previous: _Moment | None = None
        for item in seen:
            gap = previous is None or self._gone(previous) not in (None, item.shape.frame)
            if previous is not None and gap:
                shapes += self._leaving(previous, shapes[-1].frame)
            if gap or item.keyframe:
                shapes.append(_keyframe(item))
            previous = item
        if previous is not None and self._gone(previous) is not None:
            shapes += self._leaving(previous, shapes[-1].frame)
        return shapes

    def _gone(self, item: _Moment) -> int | None:
        """The frame after an item's, if there is one."""
        return self._following.get(item.shape.frame)

    def _leaving(self, item: _Moment, last_keyframe: int) -> list[TrackedShape]:
        outside = _keyframe(item)
        outside.frame = self._following[item.shape.frame]
        outside.outside = True
        if item.shape.frame == last_keyframe:
            return [outside]
        return [_keyframe(item), outside]


def _of_element(item: _Seen, at: int) -> _Moment:
    """What a point of a skeleton is on a frame."""
    return _Moment(item.shape.elements[at], (), item.keyframe)


def _keyframe(item: _Moment) -> TrackedShape:
    shape = item.shape
    mutable, _ = split_values(item.values)
    return TrackedShape(
        type=shape.type,
        frame=shape.frame,
        points=shape.points,
        rotation=shape.rotation,
        occluded=shape.occluded,
        outside=shape.outside,
        z_order=shape.z_order,
        attributes=mutable,
    )
