"""COCO 1.0: boxes, polygons and masks, in the layout and the order in which CVAT writes them.

`annotations/instances_<subset>.json`, images below `images/<subset>/`. Objects of one group that
have the same label are parts of one instance if a polygon is among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import msgspec

from chalicelib.formats.catalogue.coco.instances import (
    Instance,
    boxed,
    instances_on_frame,
    segmented,
)
from chalicelib.formats.exporting import Frame, Progress, Source
from chalicelib.formats.images import write_images
from chalicelib.formats.labels import LabelSpec, named_values, typed_value
from chalicelib.formats.layout import Placed, placed, safe_path
from chalicelib.formats.objects import objects_by_frame
from chalicelib.formats.report import Report
from chalicelib.formats.zip_writer import ArchiveWriter, CompressedText

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


def write(source: Source, archive: ArchiveWriter, report: Report, progress: Progress) -> None:
    """Write a file of annotations per subset and, if asked for, images. See `exporting.Writer`."""
    categories = {label.id: at for at, label in enumerate(source.labels, 1)}
    writer = _Writer(source, categories, report)
    for subset, parts in groupby(placed(source), key=lambda part: part.subset):
        name = f"annotations/instances_{subset_name(subset)}.json"
        # Text is written in one go, so an export is never stopped between two subsets.
        if name not in archive:
            with archive.text(name) as member:
                writer.write_subset(member, list(parts))
    if source.save_images:
        write_images(source, archive, progress, by_subset=True)


def subset_name(subset: str) -> str:
    """A subset as a part of a file's name."""
    return safe_path(subset).replace("/", "_")


class _Writer:
    """Writes subsets. Images are numbered through all of them, annotations within each."""

    def __init__(self, source: Source, categories: dict[int, int], report: Report) -> None:
        self._source = source
        self._labels = source.label_by_id()
        self._categories = categories
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
        frames = [frame for part in parts for frame in part.frames]
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
            document = part.part.document()
            numbers = [frame.number for frame in part.frames]
            meta = part.part.meta
            contents = objects_by_frame(document, numbers, meta.stop, meta.deleted)
            for image, (frame, content) in enumerate(
                zip(part.frames, contents, strict=True), self._first_image
            ):
                instances, left_out = instances_on_frame(content)
                for kind in left_out:
                    self._report.skip(f"{kind} cannot be written", frame.name)
                for instance in instances:
                    yield self._annotation(next_id, image, instance, frame)
                    next_id += 1
                self._report.frames += bool(instances)
            self._first_image += len(part.frames)
            self._first_track += len(document.tracks)

    def _annotation(self, number: int, image: int, instance: Instance, frame: Frame) -> _Annotation:
        self._report.objects += len(instance.parts)
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
