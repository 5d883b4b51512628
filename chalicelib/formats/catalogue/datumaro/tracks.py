"""Tracks from annotations that carry `track_id` and `keyframe`, skeletons with their points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from chalicelib.annotations.model.document import Shape, SubShape, SubTrack, Track
from chalicelib.formats.catalogue.coco.tracks import TrackCollector
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.importing.vocabulary import Values

#: Name and label of a track.
Key = tuple[Any, int]


class Tracks:
    """Collects tracks; each point of a skeleton moves for itself."""

    def __init__(self, frames: Sequence[Frame]) -> None:
        self._whole = TrackCollector(frames)
        self._joints = TrackCollector(frames)
        #: Groups by track, and the tracks of the points that are collected; both in order.
        self._groups: dict[Key, int] = {}
        self._owners: dict[tuple[Any, int, int], Key] = {}

    def add(
        self,
        track: Any,
        shape: Shape,
        values: Values,
        joints: Sequence[tuple[SubShape, Values]],
        *,
        keyframe: bool,
    ) -> None:
        """Add what a track is on one frame. Raises ValueError if it is there twice."""
        shape.elements = []
        self._whole.add(track, shape, values, keyframe=keyframe)
        key = (track, shape.label_id)
        self._groups.setdefault(key, shape.group or 0)
        for joint, joint_values in joints:
            self._owners.setdefault((*key, joint.label_id), key)
            seen = Shape(
                type=joint.type,
                frame=joint.frame,
                points=joint.points,
                occluded=joint.occluded,
                outside=joint.outside,
                label_id=joint.label_id,
                source=shape.source,
            )
            name = f"{track!r} of {shape.label_id}"
            self._joints.add(name, seen, joint_values, keyframe=keyframe)

    def tracks(self) -> Iterator[Track]:
        """The tracks in the order in which they began to be collected."""
        joints: dict[Key, list[SubTrack]] = {}
        for owner, joint in zip(self._owners.values(), self._joints.tracks(), strict=True):
            joints.setdefault(owner, []).append(
                SubTrack(
                    frame=joint.frame,
                    label_id=joint.label_id,
                    source=joint.source,
                    attributes=joint.attributes,
                    shapes=joint.shapes,
                )
            )
        for (key, group), track in zip(self._groups.items(), self._whole.tracks(), strict=True):
            track.group = group
            track.elements = joints.get(key, [])
            yield track
