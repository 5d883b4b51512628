"""Objects as tracklets: runs of poses of one size, without gaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from chalicelib.annotations.interpolation.positions import is_spatial
from chalicelib.annotations.model.document import AttributeValue, Geometry, Track
from chalicelib.formats.exporting.contents import ObjectOnFrame, track_on_frames
from chalicelib.formats.exporting.dataset import Placed
from chalicelib.formats.exporting.losses import note_facts
from chalicelib.formats.report import Report

NO_CUBOID = "object is no cuboid"
NO_TAG = "tag cannot be written"
RESIZED = "track of changing size became several tracks"


class Pose(NamedTuple):
    """An object on one frame. `at`: number of the frame in the archive."""

    at: int
    place: Sequence[float]
    is_there: bool
    occluded: bool
    keyframe: bool
    values: Sequence[AttributeValue]


class Tracklet(NamedTuple):
    """An object on one frame after another. `size`: three extents in metres."""

    label_id: int
    size: Sequence[float]
    poses: Sequence[Pose]


def tracklets_of(placed: Placed, first: int, report: Report) -> Iterator[Tracklet]:
    """The objects of a task: its tracks, then its shapes.

    Args:
        first: number in the archive of the task's first frame.
    """
    indices = {frame.number: index for index, frame in enumerate(placed.frames, first)}
    meta = placed.meta
    for number, track in enumerate(placed.part.tracks()):
        if not is_spatial(track.shapes[0]):
            report.skip(NO_CUBOID, f"track {track.shapes[0].type} from frame {track.frame}")
            continue
        report.took("cuboid track")
        items = track_on_frames(track, number, meta.stop, meta.deleted)
        _note_track(track, placed, report)
        pieces = list(_of_track(track, items, indices))
        if len(pieces) > 1:
            report.convert(RESIZED, f"frame {track.frame}")
        yield from pieces
    for frame, content in placed.contents(tracked=False):
        for item in content.objects:
            if is_spatial(item.geometry):
                report.took("cuboid")
                note_facts(report, frame, [item], "occluded")
                pose = _pose(indices[frame.number], item)
                yield Tracklet(item.label_id, item.geometry.points[6:9], [pose])
            else:
                report.skip(NO_CUBOID, f"{frame.name}: {item.kind}")
        if content.tags:
            report.skip(NO_TAG, frame.name, len(content.tags))
        report.frames += bool(content.objects)


def _note_track(track: Track, placed: Placed, report: Report) -> None:
    """Count what a track has that tracklets have not: of a whole, not of each frame."""
    whole = ObjectOnFrame(track.shapes[0], track.label_id, track.group or 0, track.source)
    frame = next(iter(placed.frames[:1]), None)
    if frame is not None:
        note_facts(report, frame, [whole], "occluded")


def _of_track(
    track: Track, items: Iterable[ObjectOnFrame], indices: Mapping[int, int]
) -> Iterator[Tracklet]:
    size: list[float] = []
    poses: list[Pose] = []
    for item in items:
        geometry = item.geometry
        index = indices.get(geometry.frame)
        if index is None or geometry.outside:
            continue
        if poses and _size(geometry) != size:
            yield Tracklet(track.label_id, size, poses)
            poses = []
        size = _size(geometry)
        if poses:
            last = poses[-1]
            gap = range(last.at + 1, index)
            poses += [last._replace(at=at, is_there=False, keyframe=False) for at in gap]
        poses.append(_pose(index, item))
    if poses:
        yield Tracklet(track.label_id, size, poses)


def _pose(index: int, item: ObjectOnFrame) -> Pose:
    geometry = item.geometry
    place, occluded = geometry.points[:6], geometry.occluded
    return Pose(index, place, True, occluded, item.keyframe, geometry.attributes)


def _size(geometry: Geometry) -> list[float]:
    return [round(value, 6) for value in geometry.points[6:9]]
