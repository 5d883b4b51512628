"""Kitti Raw Format 1.0, from KITTI, CVAT, datumaro or us.

A tracklet that is seen on one frame alone is a cuboid, another one a track.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chalicelib.annotations.model.document import AttributeValue, Shape, Track, TrackedShape
from chalicelib.formats.catalogue.kitti_raw import layout
from chalicelib.formats.catalogue.kitti_raw.document import ReadPose, ReadTracklet, tracklet_of
from chalicelib.formats.catalogue.kitti_raw.frames import FrameNames
from chalicelib.formats.catalogue.kitti_raw.keyframes import keyframes_of
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.matching import NOT_IN_TASK
from chalicelib.formats.importing.reading import Picture, Reader, Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Vocabulary, split_values, values_of
from chalicelib.formats.labels import LabelSpec
from chalicelib.formats.text.xml_reader import elements

SOURCE = "file"
NEVER_SEEN = "tracklet is nowhere in the picture"


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    files = upload.wanted(".xml")
    named = [file for file in files if file.rpartition("/")[2] == layout.TRACKLETS]
    for file in named or files:
        place = upload.place(file)
        reader = _Reader(FrameNames(upload, file, target), target, sink)
        with sink.report.of_file(place), upload.open(file) as stream:
            found = elements(
                stream, place, "boost_serialization", ("item",),
                parent_tag="tracklets", doctype=True,
            )  # fmt: skip
            for element in found:
                try:
                    reader.take(tracklet_of(element))
                except ValueError as error:
                    line = f"line {element.sourceline}"
                    raise BadDataset(place, f"in a tracklet: {error}", line) from None


def pictures(upload: Upload) -> Iterator[Picture]:
    """Point clouds, and pictures of the cameras. See `reading.Pictures`."""
    for file in upload.files(".pcd", ".bin", ".png", ".jpg", ".jpeg"):
        parts = file.split("/")
        for at, folder in enumerate(parts[:-2]):
            camera = folder.lower().startswith("image_")
            if parts[at + 1] == "data" and (camera or folder == "velodyne_points"):
                yield Picture("", "/".join(parts[at:]), file)
                break


READER = Reader(read, pictures)


class _Reader:
    """Takes over tracklets."""

    def __init__(self, names: FrameNames, target: Target, sink: Sink) -> None:
        self._frames = names
        self._labels = Vocabulary(target.labels, sink.report)
        self._sink = sink

    def take(self, tracklet: ReadTracklet) -> None:
        """Give a tracklet to the sink."""
        start = tracklet.poses[0].at if tracklet.poses else 0
        label = self._labels.label(tracklet.name, f"tracklet from frame {start}")
        if label is None:
            return
        poses = self._on_frames(tracklet.poses)
        while poses and not poses[-1].is_there:
            poses.pop()
        seen = [pose for pose in poses if pose.is_there]
        if not seen:
            self._sink.report.skip(NEVER_SEEN, f"{tracklet.name} from frame {start}")
        elif len(seen) == 1:
            self._sink.add(self._shape(seen[0], tracklet.size, label))
        else:
            self._sink.add(self._track(poses, tracklet.size, label))

    def _on_frames(self, poses: Sequence[ReadPose]) -> list[ReadPose]:
        """Poses with the task's numbers of their frames, without those that it lacks."""
        found = []
        for pose in poses:
            frame = self._frames.frame(pose.at)
            if frame is not None:
                found.append(pose._replace(at=frame))
            elif pose.is_there:
                self._sink.report.skip(NOT_IN_TASK, self._frames.name(pose.at))
        return sorted(found, key=lambda pose: pose.at)

    def _shape(self, pose: ReadPose, size: list[float], label: LabelSpec) -> Shape:
        return Shape(
            type="cuboid",
            frame=pose.at,
            points=[*pose.place, *size, *[0.0] * 7],
            occluded=pose.occluded,
            label_id=label.id,
            source=SOURCE,
            attributes=values_of(self._labels.values(label, pose.values)),
        )

    def _track(self, poses: list[ReadPose], size: list[float], label: LabelSpec) -> Track:
        shapes = []
        immutable: list[AttributeValue] = []
        for pose in poses:
            mutable, immutable = split_values(self._labels.values(label, pose.values))
            shape = TrackedShape(
                type="cuboid",
                frame=pose.at,
                points=[*pose.place, *size, *[0.0] * 7],
                occluded=pose.occluded,
                outside=not pose.is_there,
                attributes=mutable,
            )
            shapes.append((shape, pose.labeled))
        kept = keyframes_of(shapes)
        following = self._frames.after(poses[-1].at)
        if following is not None:
            kept.append(_gone(shapes[-1][0], following))
        return Track(
            frame=kept[0].frame, label_id=label.id, source=SOURCE, attributes=immutable, shapes=kept
        )


def _gone(last: TrackedShape, frame: int) -> TrackedShape:
    return TrackedShape(
        type="cuboid",
        frame=frame,
        points=last.points,
        occluded=last.occluded,
        outside=True,
        attributes=last.attributes,
    )
