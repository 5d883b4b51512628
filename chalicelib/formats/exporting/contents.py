"""What is on a frame, tracks included, and making it of annotations that come in order."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from operator import attrgetter

import msgspec

from chalicelib.annotations.interpolation.tracks import at_frame, frames_of_track, keyframes_of
from chalicelib.annotations.model.document import (
    Geometry,
    Objects,
    Shape,
    ShapeType,
    SubShape,
    SubTrack,
    Tag,
    Track,
)
from chalicelib.annotations.streaming.snapshots import OnFrame

#: By what the objects of a frame are sorted; the sort must be stable.
z_order = attrgetter("geometry.z_order")
_BY_FRAME = attrgetter("frame")
_BY_TRACK = attrgetter("track")


class ObjectOnFrame(msgspec.Struct, gc=False):
    """A shape, or a track at one frame.

    Attributes:
        id: the server's, of the shape or of the track.
        geometry: its `attributes` are all those that hold on the frame, mutable ones first.
        score: what a model was sure of, 0 to 1; 1 of what people drew.
        track: number of the track among those of its task, by first frame; None for a shape.
        elements: points of a skeleton.
    """

    geometry: Geometry
    label_id: int
    group: int
    source: str
    score: float = 1.0
    track: int | None = None
    keyframe: bool = True
    elements: Sequence[SubShape] = ()
    id: int | None = None

    @property
    def kind(self) -> ShapeType:
        return self.geometry.type


class FrameObjects(msgspec.Struct, gc=False):
    """What is on one frame. Shapes are drawn in this order: by z-order, then as created.

    Attributes:
        frame: number relative to the task.
    """

    frame: int
    objects: list[ObjectOnFrame]
    tags: list[Tag]


def objects_by_frame(
    objects: Objects, frames: Sequence[int], stop: int, deleted: Container[int] = ()
) -> Iterator[FrameObjects]:
    """What is on each of `frames` (ascending), empty ones included.

    Args:
        objects: tracks by first frame.
        stop: the last frame to which a track may extend.
        deleted: frames whose keyframes do not count.
    """
    found: dict[int, OnFrame] = {}
    for tag in objects.tags:
        found.setdefault(tag.frame, OnFrame(tag.frame, [], [])).tags.append(tag)
    for shape in objects.shapes:
        found.setdefault(shape.frame, OnFrame(shape.frame, [], [])).shapes.append(shape)
    ordered = sorted(found.values(), key=_BY_FRAME)
    return contents_of(ordered, objects.tracks, frames, stop, deleted)


def contents_of(
    found: Iterable[OnFrame],
    tracks: Iterable[Track],
    frames: Iterable[int],
    stop: int,
    deleted: Container[int] = (),
) -> Iterator[FrameObjects]:
    """What is on each of `frames` (ascending), empty ones included.

    Args:
        found: tags and shapes by frame; those of other frames are passed over.
        tracks: all of them, by first frame; each is let go of when it has ended.
        stop: the last frame to which a track may extend.
        deleted: frames whose keyframes do not count.
    """
    coming = iter(found)
    following = next(coming, None)
    tracked: _Tracked | None = None
    for frame in frames:
        if tracked is None:
            tracked = _Tracked(tracks, frame, stop, deleted)
        while following is not None and following.frame < frame:
            following = next(coming, None)
        objects: list[ObjectOnFrame] = []
        tags: list[Tag] = []
        if following is not None and following.frame == frame:
            objects = list(map(of_shape, following.shapes))
            tags = following.tags
        objects += tracked.on(frame)
        objects.sort(key=z_order)
        yield FrameObjects(frame, objects, tags)


def of_shape(shape: Shape) -> ObjectOnFrame:
    """A shape as an object on its frame."""
    # By place, not by name: a dataset has millions of them.
    return ObjectOnFrame(
        shape, shape.label_id, shape.group or 0, shape.source, shape.score, None, True,
        shape.elements, shape.id,
    )  # fmt: skip


def track_on_frames(
    track: Track, number: int, stop: int, deleted: Container[int] = (), start: int = 0
) -> Iterator[ObjectOnFrame]:
    """A track at every frame from `start` to `stop` (inclusive) on which it is known, frames where
    it has left the picture too."""
    keyframes = {shape.frame for shape in track.shapes}
    lines = [(element, keyframes_of(element, deleted)) for element in track.elements]
    label_id, group, source = track.label_id, track.group or 0, track.source
    for geometry in frames_of_track(track, stop, deleted, start):
        if track.attributes:
            values = [*geometry.attributes, *track.attributes]
            geometry = msgspec.structs.replace(geometry, attributes=values)
        frame = geometry.frame
        yield ObjectOnFrame(
            geometry, label_id, group, source, 1.0, number, frame in keyframes,
            _elements(lines, frame) if lines else (), track.id,
        )  # fmt: skip


class _Tracked:
    """Visible tracks, frame by frame; those in sight are held."""

    def __init__(
        self, tracks: Iterable[Track], start: int, stop: int, deleted: Container[int]
    ) -> None:
        self._coming = enumerate(tracks)
        self._following = next(self._coming, None)
        self._facts = start, stop, deleted
        #: By frame, what is there next of tracks, each with what comes after it.
        self._next: dict[int, list[tuple[ObjectOnFrame, Iterator[ObjectOnFrame]]]] = {}
        self._before = start - 1

    def on(self, frame: int) -> list[ObjectOnFrame]:
        """What is on a frame, by number. Frames must be asked for in order."""
        while self._following is not None and self._following[1].frame <= frame:
            self._begin(*self._following)
            self._following = next(self._coming, None)
        if frame != self._before + 1:
            self._pass_over(frame)
        self._before = frame
        waiting = self._next.pop(frame, ())
        found = [item for item, _ in waiting]
        for _, line in waiting:
            self._go_on(line)
        found.sort(key=_BY_TRACK)
        return found

    def _begin(self, number: int, track: Track) -> None:
        start, stop, deleted = self._facts
        self._go_on(track_on_frames(track, number, stop, deleted, start))

    def _go_on(self, line: Iterator[ObjectOnFrame]) -> None:
        """Wait for the next frame on which a track can be seen, if there is one."""
        for item in line:
            geometry = item.geometry
            if geometry.outside:
                continue
            frame = geometry.frame
            if frame in self._next:
                self._next[frame].append((item, line))
            else:
                self._next[frame] = [(item, line)]
            return

    def _pass_over(self, frame: int) -> None:
        """Leave behind what is on frames before."""
        while passed := [at for at in self._next if at < frame]:
            for at in passed:
                for _, line in self._next.pop(at):
                    self._go_on(line)


def _elements(lines: Sequence[tuple[SubTrack, Sequence[Geometry]]], frame: int) -> list[SubShape]:
    """The points of a skeleton on one frame, those that are not in the picture too; those that
    have not begun are left out."""
    return [
        SubShape(
            type=geometry.type,
            frame=frame,
            points=geometry.points,
            rotation=geometry.rotation,
            occluded=geometry.occluded,
            outside=geometry.outside,
            z_order=geometry.z_order,
            attributes=[*geometry.attributes, *element.attributes],
            label_id=element.label_id,
            group=element.group,
            source=element.source,
        )
        for element, keyframes in lines
        if (geometry := at_frame(keyframes, frame)) is not None
    ]
