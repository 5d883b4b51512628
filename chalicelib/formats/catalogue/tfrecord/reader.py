"""TFRecord 1.0: boxes, masks and tags of examples."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import isfinite
from typing import Any

from chalicelib.annotations.model.document import Shape, Tag
from chalicelib.formats.catalogue.tfrecord import layout
from chalicelib.formats.catalogue.tfrecord.example import Feature, decoded
from chalicelib.formats.catalogue.tfrecord.images import (
    RECORDS,
    Features,
    image_name,
    pictures,
    record_files,
    texts,
)
from chalicelib.formats.catalogue.tfrecord.records import records
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.geometry.imported_masks import SOURCE, MaskTaker
from chalicelib.formats.geometry.label_pictures import OTHER_SIZE
from chalicelib.formats.geometry.masks import from_bitmap
from chalicelib.formats.geometry.png import read_numbers
from chalicelib.formats.importing.reading import Reader, Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Vocabulary

_ITEM = re.compile(r"item\s*\{(.*?)\}", re.DOTALL)
_ID = re.compile(r"\bid\s*:\s*(\d+)")
_NAME = re.compile(r"""\bname\s*:\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")
_SIDES = (layout.LEFT, layout.TOP, layout.RIGHT, layout.BOTTOM)


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    files = record_files(upload)
    reader = _Reader(upload, target, sink)
    for file in upload.files(".pbtxt"):
        if file:
            reader.learn_classes(file)
    for file in files:
        if target.subset is None or not file or _is_of(file, target.subset):
            with sink.report.of_file(upload.place(file)):
                reader.read(file)


READER = Reader(read, pictures)


def _is_of(file: str, subset: str) -> bool:
    return file.startswith(f"{subset}/") or RECORDS.sub("", file.rpartition("/")[2]) == subset


class _Reader:
    def __init__(self, upload: Upload, target: Target, sink: Sink) -> None:
        self._upload = upload
        self._target = target
        self._sink = sink
        self._names = Vocabulary(target.labels, sink.report)
        self._masks = MaskTaker(target, sink)
        self._classes: dict[int, str] = {}

    def learn_classes(self, file: str) -> None:
        """Read what numbers of classes mean."""
        for item in _ITEM.findall(self._upload.text(file)):
            number, name = _ID.search(item), _NAME.search(item)
            if number and name:
                text = name[1] if name[1] is not None else name[2]
                self._classes[int(number[1])] = re.sub(r"\\(.)", r"\1", text)

    def read(self, file: str) -> None:
        """Take over the examples of a file. Raises BadDataset."""
        for place, body in records(self._upload, file):
            try:
                self._example(decoded(body), place)
            except ValueError as error:
                raise BadDataset(self._upload.place(file), str(error), place) from None

    def _example(self, features: Features, place: str) -> None:
        named = image_name(features)
        frame = self._target.matcher.by_name(named)
        if isinstance(frame, str):
            self._sink.report.skip(frame, named)
            return
        for name in self._named(features, layout.TAG_NAMES, layout.TAG_NUMBERS):
            label = self._names.label(name, place)
            if label is not None:
                self._sink.add(Tag(frame=frame.number, label_id=label.id, source=SOURCE))
        classes = self._named(features, layout.CLASS_NAMES, layout.CLASS_NUMBERS)
        self._objects(features, classes, frame, place)

    def _objects(
        self, features: Features, classes: Sequence[str], frame: Frame, place: str
    ) -> None:
        count = len(classes)
        sides = [_numbers(features, key, count) for key in _SIDES]
        masks: Feature = features.get(layout.MASKS) or [b""] * count
        kinds = texts(features, layout.KINDS) or ["mask"] * count
        if len(masks) != count or len(kinds) != count:
            raise ValueError(f"{count} classes, but {len(masks)} masks")
        occluded = _numbers(features, layout.OCCLUDED, count, [0.0] * count)
        groups = _numbers(features, layout.GROUPS, count, [0.0] * count)
        scores = _numbers(features, layout.SCORES, count, [1.0] * count)
        for at, name in enumerate(classes):
            label = self._names.label(name, place)
            if label is None:
                continue
            shape = Shape(
                type="rectangle",
                frame=frame.number,
                label_id=label.id,
                source=SOURCE,
                occluded=occluded[at] == 1,
                group=int(groups[at]) if 0 <= groups[at] < 1 << 31 else 0,
                score=round(scores[at], 6) if 0 <= scores[at] <= 1 else 1.0,
            )
            mask = masks[at]
            if kinds[at] != "rectangle" and isinstance(mask, bytes) and mask:
                self._add_mask(shape, mask, frame)
            else:
                left, top, right, bottom = (side[at] for side in sides)
                shape.points = _box(left, top, right, bottom, frame)
                self._sink.add(shape)

    def _add_mask(self, shape: Shape, body: bytes, frame: Frame) -> None:
        picture = read_numbers(body).values
        if frame.width and picture.shape != (frame.height, frame.width):
            self._sink.report.skip(OTHER_SIZE, frame.name)
            return
        points = from_bitmap(picture != 0)
        if points is None:
            self._sink.report.skip("mask has no pixels", frame.name)
            return
        shape.type, shape.points = "mask", points
        for one in self._masks.shapes(shape, frame.name):
            self._sink.add(one)

    def _named(self, features: Features, names: str, numbers: str) -> list[str]:
        """Classes by name, or by number of the label map."""
        found = texts(features, names)
        if found:
            return found
        listed: Any = features.get(numbers) or []
        missing = [number for number in listed if number not in self._classes]
        if missing:
            raise ValueError(f"class {missing[0]} is in no label map")
        return [self._classes[number] for number in listed]


def _numbers(
    features: Features, key: str, count: int, default: Sequence[float] | None = None
) -> Sequence[float]:
    """As many numbers as there are objects. Raises ValueError."""
    found: Any = features.get(key) or default or []
    if len(found) != count or not all(isinstance(one, int | float) for one in found):
        raise ValueError(f"numbers in `{key}`: {len(found)} instead of {count}")
    if not all(map(isfinite, found)):
        raise ValueError(f"`{key}` has a number that is not finite")
    return list(found)


def _box(left: float, top: float, right: float, bottom: float, frame: Frame) -> list[float]:
    """In pixels, to a hundredth: numbers of 32 bits hold no more."""
    if right < left or bottom < top:
        raise ValueError("a box of negative size")
    return [
        round(left * frame.width, 2), round(top * frame.height, 2),
        round(right * frame.width, 2), round(bottom * frame.height, 2),
    ]  # fmt: skip
