"""Kitti Raw Format 1.0: `tracklet_labels.xml`, `frame_list.txt`, point clouds and pictures.

Tracks are written as tracklets, which they are; CVAT takes them apart into single poses.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.kitti_raw import layout
from chalicelib.formats.catalogue.kitti_raw.tracklets import Pose, Tracklet, tracklets_of
from chalicelib.formats.exporting.dataset import Dataset
from chalicelib.formats.exporting.writing import Stretch, Writer
from chalicelib.formats.labels import LabelSpec, named_values
from chalicelib.formats.report import Report
from chalicelib.formats.text.xml_writer import escaped

_HEAD = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<!DOCTYPE boost_serialization>
<boost_serialization version="9" signature="serialization::archive">
<tracklets version="0" tracking_level="0" class_id="0">
  <count>{count}</count>
  <item_version>1</item_version>"""
_TAIL = "\n</tracklets>\n</boost_serialization>\n"
#: Boost describes a class where it occurs first.
_ITEM, _POSES, _POSE = (
    f' version="{version}" tracking_level="0" class_id="{number}"'
    for version, number in ((1, 1), (0, 2), (1, 3))
)
#: What people say of none of it.
_UNKNOWN = "".join(
    f"\n        <{name}>-1</{name}>"
    for name in ("amt_occlusion", "amt_border_l", "amt_border_r", "amt_occlusion_kf",
                 "amt_border_kf")
)  # fmt: skip


def write(dataset: Dataset, archive: ArchiveWriter, report: Report) -> None:
    """Write the annotations and the list of frames. See `writing.WholeWriter`."""
    with archive.text(layout.FRAME_LIST) as member:
        index = 0
        for placed in dataset.parts:
            for frame in placed.frames:
                name = layout.frame_stem(dataset, placed, frame)
                member.write(f"{index} {name}\n".encode())
                index += 1
    count = sum(1 for _ in _tracklets(dataset, Report()))
    with archive.text(layout.TRACKLETS) as member:
        member.write(_HEAD.format(count=count).encode())
        for number, tracklet in enumerate(_tracklets(dataset, report)):
            label = dataset.label_of[tracklet.label_id]
            member.write(_text(tracklet, label, first=number == 0).encode())
        member.write(_TAIL.encode())


def write_frames(
    dataset: Dataset, stretch: Stretch, archive: ArchiveWriter, _report: Report
) -> Iterator[None]:
    """Write point clouds and their pictures. See `writing.FramesWriter`."""
    placed = stretch.placed
    for frame, body in zip(stretch.frames(), stretch.images(), strict=True):
        stem = layout.frame_stem(dataset, placed, frame)
        suffix = PurePosixPath(frame.file_name).suffix
        archive.image(f"{layout.POINT_CLOUDS}/{stem}{suffix}", body)
        pictures = sorted(placed.part.context_images(frame), key=lambda one: one.name)
        for number, picture in enumerate(pictures):
            ending = PurePosixPath(picture.name).suffix
            archive.image(f"image_{number:02d}/data/{stem}{ending}", picture.body)
        yield


WRITER = Writer(write, write_frames, annotates_frames=False)


def _tracklets(dataset: Dataset, report: Report) -> Iterator[Tracklet]:
    for placed, first in zip(dataset.parts, layout.first_indices(dataset), strict=True):
        yield from tracklets_of(placed, first, report)


def _text(tracklet: Tracklet, label: LabelSpec, *, first: bool) -> str:
    height, width, length = tracklet.size
    poses = "".join(
        _pose_text(pose, label, _POSE if first and number == 0 else "")
        for number, pose in enumerate(tracklet.poses)
    )
    return (
        f"\n  <item{_ITEM if first else ''}>"
        f"\n    <objectType>{escaped(label.name)}</objectType>"
        f"\n    <h>{height}</h>\n    <w>{width}</w>\n    <l>{length}</l>"
        f"\n    <first_frame>{tracklet.poses[0].at}</first_frame>"
        f"\n    <poses{_POSES if first else ''}>"
        f"\n      <count>{len(tracklet.poses)}</count>\n      <item_version>0</item_version>"
        f"{poses}\n    </poses>\n    <finished>1</finished>\n  </item>"
    )


def _pose_text(pose: Pose, label: LabelSpec, described: str) -> str:
    names = ("tx", "ty", "tz", "rx", "ry", "rz")
    named = zip(names, pose.place, strict=True)
    place = "".join([f"\n        <{name}>{value}</{name}>" for name, value in named])
    state = layout.LABELED if pose.keyframe else layout.INTERPOLATED
    seen = layout.PARTLY if pose.occluded else layout.VISIBLE
    return (
        f"\n      <item{described}>{place}\n        <state>{state}</state>"
        f"\n        <occlusion>{seen if pose.is_there else layout.UNSET}</occlusion>"
        f"\n        <occlusion_kf>{pose.keyframe:d}</occlusion_kf>"
        f"\n        <truncation>{layout.INSIDE if pose.is_there else layout.OUTSIDE}</truncation>"
        f"{_UNKNOWN}{_attributes(pose, label)}\n      </item>"
    )


def _attributes(pose: Pose, label: LabelSpec) -> str:
    """Values as datumaro writes them; the format itself has none."""
    if not label.attributes:
        return ""
    written = "".join(
        f"\n          <attribute>\n            <name>{escaped(spec.name)}</name>"
        f"<value>{escaped(value)}</value>\n          </attribute>"
        for spec, value in named_values(label, pose.values)
    )
    return f"\n        <attributes>{written}\n        </attributes>"
