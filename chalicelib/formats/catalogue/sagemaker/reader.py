"""SageMaker Ground Truth 1.0: boxes, tags and pictures of classes of manifests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from posixpath import basename
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec
import numpy as np

from chalicelib.annotations.model.document import Shape, Tag
from chalicelib.formats.catalogue.coco.listed import besides_report
from chalicelib.formats.catalogue.sagemaker import layout
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.geometry.colors import packed, parse_color
from chalicelib.formats.geometry.imported_masks import SOURCE, MaskTaker
from chalicelib.formats.geometry.label_pictures import OTHER_SIZE, UNKNOWN_COLOR
from chalicelib.formats.geometry.masks import masks_of
from chalicelib.formats.geometry.png import Numbers, Picture, read_numbers
from chalicelib.formats.importing.reading import Reader, Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Vocabulary

#: Bytes of the longest line.
MAX_LINE = 16 << 20
REPEATED = "image is listed twice"
NO_PICTURE = "picture of classes is missing"
OTHER_KIND = "attribute of a kind that cannot be taken over"


class _Box(msgspec.Struct):
    class_id: int
    left: float
    top: float
    width: float
    height: float


class _Boxes(msgspec.Struct):
    annotations: list[_Box]


class _Sure(msgspec.Struct):
    confidence: float | None = None


class _Color(msgspec.Struct):
    name: str = msgspec.field(name="class-name")
    color: str = msgspec.field(name="hex-color")


class _Metadata(msgspec.Struct):
    """What is said of an attribute; all of it but the type depends on that."""

    type: str
    objects: list[_Sure] = msgspec.field(default_factory=list)
    names: dict[str, str] = msgspec.field(name="class-map", default_factory=dict)
    name: str | None = msgspec.field(name="class-name", default=None)
    colors: dict[str, _Color] = msgspec.field(name="internal-color-map", default_factory=dict)


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    reader = _Reader(upload, target, sink)
    for file in besides_report(upload, ".manifest", ".jsonl", ".json"):
        parts = file.split("/")
        if target.subset is not None and "manifests" in parts and target.subset not in parts:
            continue
        with sink.report.of_file(upload.place(file)):
            reader.read(file)


READER = Reader(read)


class _Reader:
    def __init__(self, upload: Upload, target: Target, sink: Sink) -> None:
        self._upload = upload
        self._target = target
        self._sink = sink
        self._report = sink.report
        self._names = Vocabulary(target.labels, sink.report)
        self._masks = MaskTaker(target, sink)
        self._seen: set[int] = set()
        self._pictures: dict[str, str] | None = None

    def read(self, file: str) -> None:
        """Take over one manifest. Raises BadDataset."""
        place = self._upload.place(file)
        for number, line in _lines(self._upload, file):
            where = f"line {number}"
            try:
                self._line(line, where)
            except (ValueError, msgspec.ValidationError) as error:
                raise BadDataset(place, str(error), where) from None

    def _line(self, line: bytes, where: str) -> None:
        try:
            facts = msgspec.json.decode(line, type=dict[str, Any])
        except msgspec.DecodeError as error:
            raise ValueError(f"is not a line of a manifest: {error}") from None
        source = facts.pop(layout.SOURCE_REF, None)
        if not isinstance(source, str):
            raise ValueError(f"is not a line of a manifest: it has no `{layout.SOURCE_REF}`")
        jobs = [key for key in facts if f"{key}{layout.METADATA}" in facts]
        if not jobs:
            return
        name = unquote(urlsplit(source).path) if "://" in source else source
        frame = self._target.matcher.by_name(name)
        if isinstance(frame, str):
            self._report.skip(frame, name)
        elif frame.number in self._seen:
            self._report.skip(REPEATED, name)
        else:
            self._seen.add(frame.number)
            for key in jobs:
                about = msgspec.convert(facts[f"{key}{layout.METADATA}"], _Metadata)
                self._add(facts[key], about, frame, where)

    def _add(self, value: Any, about: _Metadata, frame: Frame, where: str) -> None:
        if about.type == layout.BOXES_TYPE:
            self._add_boxes(msgspec.convert(value, _Boxes), about, frame, where)
        elif about.type == layout.TAGS_TYPE:
            for number in msgspec.convert(value, list[int]):
                self._add_tag(_class(about.names, number), frame, where)
        elif about.type == layout.ONE_TAG_TYPE:
            self._add_tag(about.name or _class(about.names, value), frame, where)
        elif about.type == layout.MASK_TYPE:
            self._add_masks(msgspec.convert(value, str), about, frame, where)
        else:
            self._report.skip(OTHER_KIND, f"{where}: {about.type}")

    def _add_boxes(self, boxes: _Boxes, about: _Metadata, frame: Frame, where: str) -> None:
        for at, box in enumerate(boxes.annotations):
            if box.width < 0 or box.height < 0:
                raise ValueError("a box of negative size")
            label = self._names.label(_class(about.names, box.class_id), where)
            if label is None:
                continue
            sure = about.objects[at].confidence if at < len(about.objects) else None
            right, bottom = round(box.left + box.width, 4), round(box.top + box.height, 4)
            self._sink.add(
                Shape(
                    type="rectangle",
                    frame=frame.number,
                    points=[box.left, box.top, right, bottom],
                    label_id=label.id,
                    source=SOURCE,
                    score=sure if sure is not None and 0 <= sure <= 1 else 1.0,
                )
            )

    def _add_tag(self, name: str, frame: Frame, where: str) -> None:
        label = self._names.label(name, where)
        if label is not None:
            self._sink.add(Tag(frame=frame.number, label_id=label.id, source=SOURCE))

    def _add_masks(self, address: str, about: _Metadata, frame: Frame, where: str) -> None:
        file = self._picture_of(address)
        if file is None:
            self._report.skip(NO_PICTURE, basename(address))
            return
        try:
            picture = _colors(read_numbers(self._upload.read(file)))
        except ValueError as error:
            raise BadDataset(self._upload.place(file), str(error)) from None
        if frame.width and picture.shape != (frame.height, frame.width):
            self._report.skip(OTHER_SIZE, file)
            return
        named = {_color(one.color): one.name for one in about.colors.values()}
        for value, points in masks_of(picture, -1):
            if value not in named:
                self._report.skip(UNKNOWN_COLOR, f"#{value:06x}")
                continue
            if named[value] == layout.BACKGROUND:
                continue
            label = self._names.label(named[value], where)
            if label is not None:
                self._masks.take(points, frame.number, label.id, frame.name)

    def _picture_of(self, address: str) -> str | None:
        """The file of an address: at its path, or the one with its name."""
        if address in self._upload:
            return address
        if self._pictures is None:
            self._pictures = {basename(file): file for file in self._upload.files(".png")}
        return self._pictures.get(basename(address))


def _lines(upload: Upload, file: str) -> Iterator[tuple[int, bytes]]:
    """Lines that are not empty, with their numbers from 1. Raises BadDataset."""
    place, found = upload.place(file), 0
    with upload.open(file) as stream:
        number = 0
        while line := stream.readline(MAX_LINE + 1):
            number += 1
            if len(line) > MAX_LINE:
                more = f"is longer than {MAX_LINE >> 20} MB"
                raise BadDataset(place, more, f"line {number}")
            if line.strip():
                found += 1
                yield number, line
    if not found:
        raise BadDataset(place, "is empty")


def _class(names: Mapping[str, str], number: Any) -> str:
    if str(number) not in names:
        raise ValueError(f"there is no class {number}")
    return names[str(number)]


def _color(text: str) -> int:
    color = parse_color(text)
    if color is None:
        raise ValueError(f'"{text}" is not a colour')
    return packed(color)


def _colors(read: Numbers) -> Picture:
    if read.palette is not None:
        return read.palette[read.values]
    return read.values if read.are_colors else read.values * np.uint32(0x010101)
