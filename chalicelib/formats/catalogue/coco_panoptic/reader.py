"""COCO Panoptic 1.0: every segment becomes a mask."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

import msgspec
import numpy as np

from chalicelib.annotations.model.document import Shape
from chalicelib.formats.catalogue.coco.declared import labels_of
from chalicelib.formats.catalogue.coco.listed import (
    Category,
    CocoFile,
    Numbered,
    annotation_files,
)
from chalicelib.formats.catalogue.coco.pictures import pictures_of
from chalicelib.formats.catalogue.coco.reader import SOURCE
from chalicelib.formats.catalogue.coco.repeated import Id
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.geometry.imported_masks import MaskTaker
from chalicelib.formats.geometry.masks import masks_of
from chalicelib.formats.geometry.png import Numbers, Picture, read_numbers
from chalicelib.formats.importing.reading import Reader, Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Vocabulary, values_of

PREFIX = "panoptic_"
NO_PICTURE = "picture of segments is missing"
NO_PIXELS = "segment has no pixels"
NOT_LISTED = "pixels of a segment that is not listed"


class _Segment(msgspec.Struct):
    id: int
    category_id: Id
    attributes: dict[str, Any] | None = None


class _Annotation(Numbered, kw_only=True):
    file_name: str
    segments_info: list[_Segment]


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    if upload.archive is None:
        raise BadDataset(upload.name, "is one file; an archive with the pictures is needed")
    reader = _Reader(upload, target, sink)
    for file in annotation_files(upload, PREFIX, target.subset):
        with sink.report.of_file(upload.place(file)):
            reader.read(file)


READER = Reader(read, pictures_of(PREFIX), labels_of(PREFIX))


class _Reader:
    def __init__(self, upload: Upload, target: Target, sink: Sink) -> None:
        self._upload = upload
        self._target = target
        self._sink = sink
        self._names = Vocabulary(target.labels, sink.report)
        self._masks = MaskTaker(target, sink)

    def read(self, name: str) -> None:
        """Take over one list of segments. Raises BadDataset."""
        file = CocoFile(self._upload, name)
        categories = file.categories(Category)
        images = file.images(self._target.matcher, self._sink.report)
        for at, annotation, frame in file.annotations(_Annotation, images):
            place = f"annotations[{at}]"
            for segment in annotation.segments_info:
                file.category(segment.category_id, categories, at)
            listed = {_packed(segment.id): segment for segment in annotation.segments_info}
            if len(listed) < len(annotation.segments_info):
                raise BadDataset(file.place, "a segment's id occurs twice", place)
            picture = self._picture_of(name, annotation.file_name)
            if isinstance(frame, tuple):
                self._sink.report.skip(*frame, count=len(listed))
            elif picture is None:
                self._sink.report.skip(NO_PICTURE, annotation.file_name, len(listed))
            else:
                self._add(_decoded(self._upload, picture, frame), listed, categories, frame)

    def _picture_of(self, name: str, file_name: str) -> str | None:
        """The picture of an annotation: in the folder named as the list, or beside the list."""
        path = PurePosixPath(name)
        folders = (path.with_suffix(""), path.parent.parent / path.stem, path.parent)
        found = (str(folder / file_name) for folder in folders)
        return next((one for one in found if one in self._upload), None)

    def _add(
        self,
        picture: Picture,
        listed: dict[int, _Segment],
        categories: dict[Id, Category],
        frame: Frame,
    ) -> None:
        for color, points in masks_of(picture):
            segment = listed.pop(color, None)
            if segment is None:
                self._sink.report.skip(NOT_LISTED, frame.name)
                continue
            label = self._names.label(categories[segment.category_id].name, frame.name)
            if label is None:
                continue
            facts = segment.attributes or {}
            occluded = bool(facts.pop("occluded", False))
            for own in ("rotation", "track_id", "keyframe", "is_crowd"):
                facts.pop(own, None)
            shape = Shape(
                type="mask", frame=frame.number, points=points, label_id=label.id, source=SOURCE,
                occluded=occluded, attributes=values_of(self._names.values(label, facts.items())),
            )  # fmt: skip
            for one in self._masks.shapes(shape, frame.name):
                self._sink.add(one)
        for _ in listed:
            self._sink.report.skip(NO_PIXELS, frame.name)


def _decoded(upload: Upload, file: str, frame: Frame) -> Picture:
    try:
        picture = _colors(read_numbers(upload.read(file)))
    except ValueError as error:
        raise BadDataset(upload.place(file), str(error)) from None
    height, width = picture.shape
    if frame.width and (width, height) != (frame.width, frame.height):
        raise BadDataset(
            upload.place(file),
            f"its size {width} × {height} differs from the frame's {frame.width} × {frame.height}",
        )
    return picture


def _colors(read: Numbers) -> Picture:
    """Colours as numbers with red in the highest bits."""
    if read.palette is not None:
        return read.palette[read.values]
    return read.values if read.are_colors else read.values * np.uint32(0x010101)


def _packed(number: int) -> int:
    """A colour as COCO counts it, red + 256 green + 65536 blue, with red in the highest bits."""
    return (number & 255) << 16 | (number >> 8 & 255) << 8 | number >> 16 & 255
