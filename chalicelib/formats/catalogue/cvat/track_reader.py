"""`track` elements: keyframes of an object, and of the points of a skeleton."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from chalicelib.annotations.model.document import (
    AttributeValue,
    Shape,
    SubTrack,
    Track,
    TrackedShape,
)
from chalicelib.formats.catalogue.cvat.elements import SOURCE, ValueReader, place_of
from chalicelib.formats.catalogue.cvat.image_reader import UNKNOWN
from chalicelib.formats.catalogue.cvat.shapes import TYPES
from chalicelib.formats.importing.matching import NOT_IN_TASK
from chalicelib.formats.importing.reading import Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.vocabulary import Vocabulary, split_values
from chalicelib.formats.labels import LabelSpec

NEVER_SEEN = "track has no visible keyframe"
MASK = "mask track of one frame became a mask"

#: Tracks of a skeleton's points by name; None if the skeleton has no such point.
Joints = dict[str, tuple[LabelSpec, SubTrack] | None]


class TrackReader:
    """Reads tracks, one after another."""

    def __init__(self, names: Vocabulary, target: Target, sink: Sink) -> None:
        self._names = names
        self._values = ValueReader(names)
        self._matcher = target.matcher
        self._by_name = target.subset is not None
        self._sink = sink

    def read(self, element: Any) -> None:
        """Give a track to the sink. Raises KeyError or ValueError."""
        place = f"track {element.get('id')}"
        label = self._names.label(element.attrib["label"], place)
        if label is None:
            return
        track = Track(
            frame=0,
            label_id=label.id,
            group=int(element.get("group_id", 0)),
            source=SOURCE,
            shapes=[],
        )  # fmt: skip
        joints: Joints = {}
        for child, frame in self._on_frames(element, place):
            if child.get("keyframe", "1") == "1":
                shape, track.attributes = self._keyframe(child, label, frame)
                track.shapes.append(shape)
            if child.tag == "skeleton":
                self._read_joints(child, label, frame, place, joints)
        track.elements = [known[1] for known in joints.values() if known is not None]
        self._add(track, place)

    def _on_frames(self, element: Any, place: str) -> Iterator[tuple[Any, int]]:
        """Shapes that may be keyframes, with their frames."""
        for child in element:
            if child.tag not in TYPES:
                self._sink.report.skip(UNKNOWN, f"{place}: {child.tag}")
                continue
            if child.tag != "skeleton" and child.get("keyframe", "1") != "1":
                continue
            frame = self._frame(int(child.attrib["frame"]))
            if frame is None:
                self._sink.report.skip(NOT_IN_TASK, f"frame {child.get('frame')}")
            else:
                yield child, frame

    def _frame(self, number: int) -> int | None:
        """The task's number of a frame; a project's videos come as pictures named by number."""
        if self._by_name:
            named = self._matcher.by_name(f"frame_{number:06d}")
            if not isinstance(named, str):
                return named.number
        found = self._matcher.by_number(number)
        return None if found is None else found.number

    def _keyframe(
        self, element: Any, label: LabelSpec, frame: int
    ) -> tuple[TrackedShape, list[AttributeValue]]:
        """A keyframe, and the values that hold for the whole track."""
        mutable, immutable = split_values(self._values.read(element, label))
        points, rotation, occluded, z_order = place_of(element.tag, dict(element.items()))
        shape = TrackedShape(
            type=TYPES[element.tag],
            frame=frame,
            points=points,
            rotation=rotation,
            occluded=occluded,
            z_order=z_order,
            outside=element.get("outside") == "1",
            attributes=mutable,
        )
        return shape, immutable

    def _read_joints(
        self,
        element: Any,
        skeleton: LabelSpec,
        frame: int,
        place: str,
        joints: Joints,
    ) -> None:
        """Add the points of a skeleton on one frame to their tracks."""
        for child in element:
            if child.tag not in TYPES or child.get("keyframe", "1") != "1":
                continue
            name = child.attrib["label"]
            if name not in joints:
                label = self._names.sublabel(skeleton, name, place)
                joints[name] = None if label is None else (label, _joint(label, frame))
            known = joints[name]
            if known is not None:
                label, joint = known
                shape, joint.attributes = self._keyframe(child, label, frame)
                joint.shapes.append(shape)

    def _add(self, track: Track, place: str) -> None:
        _put_in_order(track.shapes, place)
        for joint in track.elements:
            _put_in_order(joint.shapes, place)
            joint.frame = joint.shapes[0].frame
        seen = [shape for one in track.elements for shape in one.shapes] or track.shapes
        if not track.shapes or all(shape.outside for shape in seen):
            self._sink.report.skip(NEVER_SEEN, place)
            return
        track.frame = min([track.shapes[0].frame, *(joint.frame for joint in track.elements)])
        mask = _single_mask(track)
        if mask is not None:
            self._sink.report.convert(MASK, place)
            self._sink.add(mask)
        else:
            self._sink.add(track)


def _joint(label: LabelSpec, frame: int) -> SubTrack:
    return SubTrack(frame=frame, label_id=label.id, source=SOURCE, shapes=[])


def _put_in_order(shapes: list[TrackedShape], place: str) -> None:
    shapes.sort(key=lambda shape: shape.frame)
    if len({shape.frame for shape in shapes}) < len(shapes):
        raise ValueError(f"{place} has two keyframes on one frame")


def _single_mask(track: Track) -> Shape | None:
    """A mask that is seen on one frame alone; editors of tracks know no masks."""
    first, rest = track.shapes[0], track.shapes[1:]
    ended: Sequence[TrackedShape] = [shape for shape in rest if not shape.outside]
    if first.type != "mask" or first.outside or ended:
        return None
    return Shape(
        type="mask",
        frame=first.frame,
        points=first.points,
        occluded=first.occluded,
        z_order=first.z_order,
        label_id=track.label_id,
        group=track.group,
        source=SOURCE,
        attributes=[*first.attributes, *track.attributes],
    )
