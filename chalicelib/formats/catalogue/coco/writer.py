"""COCO 1.0: boxes, polygons and masks, in the layout and the order in which CVAT writes them.

`annotations/instances_<subset>.json`, images below `images/<subset>/`. Objects of one group that
have the same label are parts of one instance if a polygon is among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

import msgspec

from chalicelib.formats.archives.zip_writer import ArchiveWriter, CompressedText
from chalicelib.formats.catalogue.coco.instances import (
    Instance,
    boxed,
    instances_on_frame,
    segmented,
)
from chalicelib.formats.exporting.dataset import Dataset, Placed, safe_path
from chalicelib.formats.exporting.images import below_images, images_only
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.writing import Writer
from chalicelib.formats.labels import LabelSpec, named_values, typed_value
from chalicelib.formats.report import Report

_INFO = {
    "contributor": "",
    "date_created": "",
    "description": "",
    "url": "",
    "version": "",
    "year": "",
}
_encode = msgspec.json.Encoder().encode


class _Annotation(msgspec.Struct):
    id: int
    image_id: int
    category_id: int
    segmentation: Any
    area: float
    bbox: list[float]
    iscrowd: int
    attributes: dict[str, Any]


class _Image(msgspec.Struct):
    id: int
    width: int
    height: int
    file_name: str
    license: int = 0
    flickr_url: str = ""
    coco_url: str = ""
    date_captured: int = 0


def write(dataset: Dataset, archive: ArchiveWriter, report: Report) -> None:
    """Write a file of annotations per subset. See `writing.WholeWriter`."""
    writer = _Writer(dataset, report)
    for subset, parts in dataset.subsets.items():
        with archive.text(f"annotations/instances_{subset_name(subset)}.json") as member:
            writer.write_subset(member, parts)


WRITER = Writer(write, images_only(below_images), annotates_frames=False)


def subset_name(subset: str) -> str:
    """A subset as a part of a file's name."""
    return safe_path(subset).replace("/", "_")


class _Writer:
    """Writes subsets. Images are numbered through all of them, annotations within each."""

    def __init__(self, dataset: Dataset, report: Report) -> None:
        self._labels = dataset.label_of
        self._categories = {label: number + 1 for label, number in dataset.class_of.items()}
        self._report = report
        self._first_image = 1
        self._first_track = 0

    def write_subset(self, out: CompressedText, parts: Sequence[Placed]) -> None:
        """Write one file piece by piece."""
        labels = [
            {"id": number, "name": self._labels[label].name, "supercategory": ""}
            for label, number in self._categories.items()
        ]
        out.write(b'{"licenses":[{"name":"","id":0,"url":""}],"info":' + _encode(_INFO))
        out.write(b',"categories":' + _encode(labels) + b',"images":[')
        frames = chain.from_iterable(part.frames for part in parts)
        _write_list(out, map(self._image, _numbered(frames, self._first_image)))
        out.write(b'],"annotations":[')
        _write_list(out, self._annotations(parts))
        out.write(b"]}")

    def _image(self, numbered: tuple[int, Frame]) -> _Image:
        number, frame = numbered
        return _Image(number, frame.width, frame.height, safe_path(frame.file_name))

    def _annotations(self, parts: Sequence[Placed]) -> Iterator[_Annotation]:
        next_id = 1
        for part in parts:
            tracks = -1
            for image, (frame, content) in enumerate(part.contents(), self._first_image):
                instances, left_out = instances_on_frame(content)
                for kind in left_out:
                    self._report.skip(f"{kind} cannot be written", frame.name)
                for instance in instances:
                    yield self._annotation(next_id, image, instance, frame)
                    next_id += 1
                    tracks = max(tracks, instance.parts[0].track or tracks)
                self._report.frames += bool(instances)
            self._first_image += len(part.frames)
            self._first_track += tracks + 1

    def _annotation(self, number: int, image: int, instance: Instance, frame: Frame) -> _Annotation:
        for part in instance.parts:
            self._report.took(part.kind)
        segmentation, area, is_crowd = segmented(instance, frame)
        box = boxed(instance)
        leader = instance.parts[0]
        return _Annotation(
            id=number,
            image_id=image,
            category_id=self._categories[leader.label_id],
            segmentation=segmentation,
            area=area,
            bbox=box,
            iscrowd=int(is_crowd),
            attributes=self._attributes(instance, self._labels[leader.label_id]),
        )

    def _attributes(self, instance: Instance, label: LabelSpec) -> dict[str, Any]:
        leader = instance.parts[0]
        geometry = leader.geometry
        written = {
            spec.name: typed_value(spec, value)
            for spec, value in named_values(label, geometry.attributes)
        }
        written["occluded"] = geometry.occluded
        if geometry.type == "rectangle":
            written["rotation"] = geometry.rotation
        if leader.track is not None:
            written["track_id"] = self._first_track + leader.track
            written["keyframe"] = leader.keyframe
        return written


def _numbered(frames: Iterable[Frame], first: int) -> Iterator[tuple[int, Frame]]:
    return enumerate(frames, first)


def _write_list(out: CompressedText, items: Iterable[msgspec.Struct]) -> None:
    """JSON values with commas between, a few at a time."""
    pieces: list[bytes] = []
    first = True
    for item in items:
        pieces.append(_encode(item))
        if len(pieces) == 64:
            out.write((b"" if first else b",") + b",".join(pieces))
            pieces.clear()
            first = False
    if pieces:
        out.write((b"" if first else b",") + b",".join(pieces))
