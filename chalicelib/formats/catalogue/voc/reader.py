"""PASCAL VOC 1.1, from CVAT or from anywhere else, also with the XML files alone.

Boxes that carry `track_id` and `keyframe` are tracks. Labels may name attributes "truncated",
"difficult" and "pose", which the format has elements for; where a label has none of that name,
the element is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import isfinite
from pathlib import PurePosixPath
from typing import Any

from chalicelib.annotations.model.document import Shape, Tag
from chalicelib.formats.catalogue.coco.tracks import TrackCollector
from chalicelib.formats.catalogue.voc import sets
from chalicelib.formats.catalogue.voc.document_reader import Box, read_document
from chalicelib.formats.catalogue.voc.layout import ANNOTATIONS
from chalicelib.formats.catalogue.voc.pictures import pictures_of
from chalicelib.formats.catalogue.voc.segmentation_reader import (
    read_segmentations,
    segmentations,
)
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.geometry.imported_masks import SOURCE
from chalicelib.formats.importing.beside import stem_of
from chalicelib.formats.importing.reading import Reader, Sink
from chalicelib.formats.importing.sizes import note_size
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Vocabulary, values_of
from chalicelib.formats.labels import LabelSpec

NOT_VOC = "is not a PASCAL VOC dataset: it has neither XML files of images nor segmentations"
#: Elements that every box of the format has, where nobody said anything.
SAYS_NOTHING = {
    ("truncated", "false"),
    ("difficult", "false"),
    ("pose", "Unspecified"),
    ("pose", ""),
}
#: A file's name that is its path as well.
PLAIN_NAME = re.compile(r"[^/.]+\.xml")
FLOAT = re.compile(r"-?\d+\.0")
PARTS = "part of an object became a box"


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    files = upload.files(".xml")
    pictures = list(segmentations(upload))
    if not files and not pictures:
        raise BadDataset(upload.name, NOT_VOC)
    reader = _Reader(upload, target, sink)
    for file in files:
        with sink.report.of_file(upload.place(file)):
            reader.read_boxes(file)
    reader.read_tags()
    if pictures:
        read_segmentations(upload, target, sink, pictures)
    reader.finish()


READER = Reader(read, pictures_of)


class _Reader:
    """Reads boxes and tags."""

    def __init__(self, upload: Upload, target: Target, sink: Sink) -> None:
        self._upload = upload
        self._target = target
        self._sink = sink
        self._report = sink.report
        self._names = Vocabulary(target.labels, sink.report)
        self._labels = {label.name: label for label in target.labels}
        self._own = {label.id: {spec.name for spec in label.attributes} for label in target.labels}
        self._tracks = TrackCollector(target.frames)
        self._groups = 0
        self._wanted = sets.wanted(upload, target.subset)
        #: Images of all subsets, if one of them is wanted.
        self._listed = sets.listed(upload) if self._wanted is not None else set()

    def read_boxes(self, file: str) -> None:
        """Read the file of an image. Raises BadDataset."""
        name = _item(file)
        wanted = self._wanted
        # A file that is named otherwise than its image is in no list.
        if wanted is not None and name not in wanted and name in self._listed:
            return
        document = read_document(self._upload, file)
        if wanted is not None and name not in wanted and stem_of(document.filename) not in wanted:
            return
        if not document.boxes:
            return
        frame = self._target.matcher.by_name(name)
        if isinstance(frame, str) and document.filename:
            frame = self._target.matcher.by_name(document.filename)
        if isinstance(frame, str):
            self._report.skip(frame, name, len(document.boxes))
            return
        note_size(self._report, frame, *document.size)
        for box in document.boxes:
            try:
                self._add(box, frame)
            except ValueError as error:
                place = f"line {box.line}"
                raise BadDataset(self._upload.place(file), str(error), place) from None

    def read_tags(self) -> None:
        """Read the lists of classes. Raises BadDataset."""
        for name, label, place in sets.classes(self._upload, self._target.subset):
            spec = self._names.label(label, place)
            if spec is None:
                continue
            frame = self._target.matcher.by_name(name)
            if isinstance(frame, str):
                self._report.skip(frame, name)
            else:
                self._sink.add(Tag(frame=frame.number, label_id=spec.id, source=SOURCE))

    def finish(self) -> None:
        """Give the tracks to the sink, of which all the pieces are known now."""
        for track in self._tracks.tracks():
            self._sink.add(track)

    def _add(self, box: Box, frame: Frame) -> None:
        label = self._labels.get(box.label)
        if label is None:
            self._names.label(box.label, f"{frame.name}, line {box.line}")
        group = 0
        if box.parts:
            group = self._groups = self._groups + 1
            self._add_parts(box, frame, group)
        if label is None:
            return
        track, keyframe = box.facts.pop("track_id", None), box.facts.pop("keyframe", None)
        rotation = box.facts.pop("rotation", "0")
        values = self._names.values(label, self._facts(box, label))
        shape = Shape(
            type="rectangle",
            frame=frame.number,
            points=box.points,
            label_id=label.id,
            group=group,
            rotation=degrees(rotation),
            occluded=box.occluded,
            source=SOURCE,
            attributes=values_of(values),
        )
        if track is None or keyframe is None:
            self._sink.add(shape)
        else:
            self._tracks.add(track, shape, values, keyframe=keyframe.lower() == "true")

    def _add_parts(self, box: Box, frame: Frame, group: int) -> None:
        """Parts of a body and the like: boxes in one group with what they are parts of."""
        for part in box.parts:
            label = self._names.label(part.label, f"{frame.name}, line {part.line}")
            if label is not None:
                self._report.convert(PARTS, frame.name)
                self._sink.add(
                    Shape(type="rectangle", frame=frame.number, points=part.points,
                          label_id=label.id, group=group, source=SOURCE)
                )  # fmt: skip

    def _facts(self, box: Box, label: LabelSpec) -> Iterator[tuple[str, Any]]:
        """Attributes, without elements that every box has and that say nothing."""
        for name, value in box.facts.items():
            if name in self._own[label.id] or (name, value) not in SAYS_NOTHING:
                yield name, number_or_text(value)


def degrees(text: str) -> float:
    """A turn in degrees from 0 to 360. Raises ValueError."""
    value = float(text)
    if not isfinite(value):
        raise ValueError(f'rotation "{text}" is not a finite number')
    return value % 360


def number_or_text(text: str) -> str | float:
    """A value that was printed as `3.0` as a number, so that it becomes 3 again."""
    return float(text) if FLOAT.fullmatch(text) else text


def _item(file: str) -> str:
    """What an image is called: the path of its file below the folder, without extension."""
    _, inside, name = f"/{file}".rpartition(f"/{ANNOTATIONS}/")
    name = name if inside else file
    if PLAIN_NAME.fullmatch(name):
        return name[:-4]
    return str(PurePosixPath(name).with_suffix(""))
