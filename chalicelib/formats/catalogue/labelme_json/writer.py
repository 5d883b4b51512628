"""LabelMe JSON 1.0: a file beside each image, in folders of subsets if it is a whole project.

Tags are flags of the image. An ellipse that is no circle becomes a polygon.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import Any

import msgspec

from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.labelme_json.file import VERSION
from chalicelib.formats.exporting.contents import ObjectOnFrame
from chalicelib.formats.exporting.dataset import Dataset
from chalicelib.formats.exporting.losses import note_facts, note_tags
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.stems import Stems
from chalicelib.formats.exporting.writing import Stretch, Writer
from chalicelib.formats.geometry.outlines import corners, ellipse_outline, fills_its_box
from chalicelib.formats.labels import LabelSpec, named_values
from chalicelib.formats.report import Report

ELLIPSE = "ellipse became a polygon"
TAG_VALUES = "attributes were left out"
BROKEN = "mask does not fill its box"
#: Axes that differ by less are those of a circle.
ROUND = 0.01


def write_frames(
    dataset: Dataset, stretch: Stretch, archive: ArchiveWriter, report: Report
) -> Iterator[None]:
    """Write files. See `writing.FramesWriter`."""
    stems = Stems(stretch.placed)
    folder = f"{stretch.placed.subset}/" if dataset.is_project else ""
    bodies = stretch.images() if dataset.save_images else repeat(b"")
    for (frame, content), body in zip(stretch.contents(), bodies, strict=False):
        shapes = [
            shape
            for item in content.objects
            if (shape := _shape(item, dataset.label_of[item.label_id], frame, report)) is not None
        ]
        image = stems.image(frame)
        file = {
            "version": VERSION,
            "flags": {dataset.label_of[tag.label_id].name: True for tag in content.tags},
            "shapes": shapes,
            "imagePath": image.rpartition("/")[2],
            "imageData": None,
            "imageHeight": frame.height,
            "imageWidth": frame.width,
        }
        with archive.text(f"{folder}{stems.of(frame)}.json") as member:
            member.write(msgspec.json.format(msgspec.json.encode(file), indent=2))
        if content.tags:
            report.took("tag", len(content.tags))
            note_tags(report, frame, content.tags)
            if lost := sum(bool(tag.attributes) for tag in content.tags):
                report.convert(TAG_VALUES, frame.name, lost)
        report.frames += bool(shapes or content.tags)
        if dataset.save_images:
            archive.image(folder + image, body)
        yield


# A report beside the files would be one more of them to tools that take every JSON for one.
WRITER = Writer(None, write_frames, holds_report=False)


def _shape(
    item: ObjectOnFrame, label: LabelSpec, frame: Frame, report: Report
) -> dict[str, Any] | None:
    """A shape of a file; None if it cannot be one, which is reported."""
    geometry = item.geometry
    found = _points(item)
    if found is None:
        what = BROKEN if item.kind == "mask" else f"{item.kind} cannot be written"
        report.skip(what, frame.name)
        return None
    kind, points = found
    report.took(item.kind)
    note_facts(report, frame, [item], "group", "z_order", "occluded")
    if item.kind == "ellipse" and kind == "polygon":
        report.convert(ELLIPSE, frame.name)
    values = list(named_values(label, geometry.attributes))
    written: dict[str, Any] = {
        "label": label.name,
        "points": _pairs(points),
        "group_id": item.group or None,
        "description": "",
        "shape_type": kind,
        "flags": {
            spec.name: value.lower() == "true"
            for spec, value in values
            if spec.input_type == "checkbox"
        },
        "mask": _pixels(geometry.points) if kind == "mask" else None,
        "occluded": geometry.occluded,
        "z_order": geometry.z_order,
        "attributes": {spec.name: value for spec, value in values if spec.input_type != "checkbox"},
    }
    if item.track is not None:
        written |= {"track_id": item.track, "keyframe": item.keyframe}
    return written


def _points(item: ObjectOnFrame) -> tuple[str, Sequence[float]] | None:
    """The kind of a shape and its points; None if the tool has no such shape."""
    geometry = item.geometry
    points = geometry.points
    if geometry.type == "rectangle":
        if geometry.rotation:
            return "oriented_rectangle", corners(points, geometry.rotation)
        return "rectangle", points
    if geometry.type == "polyline":
        return "linestrip", points
    if geometry.type == "points":
        return "point" if len(points) == 2 else "points", points
    if geometry.type == "ellipse":
        cx, cy, right, top = points
        if abs((right - cx) - (cy - top)) < ROUND:
            return "circle", [cx, cy, right, cy]
        return "polygon", ellipse_outline(points, geometry.rotation)
    if geometry.type == "mask":
        return ("mask", points[-4:]) if fills_its_box(points) else None
    return ("polygon", points) if geometry.type == "polygon" else None


def _pairs(points: Sequence[float]) -> list[list[float]]:
    rounded = [round(value, 2) for value in points]
    return [list(pair) for pair in zip(rounded[::2], rounded[1::2], strict=True)]


def _pixels(points: Sequence[float]) -> str:
    """The pixels of a mask's box as PNG in base64."""
    # numpy is needed for masks alone.
    from chalicelib.formats.geometry.masks import bitmap
    from chalicelib.formats.geometry.png import grey

    return b64encode(grey(bitmap(points) * 255)).decode("ascii")
