"""COCO Keypoints 1.0: skeletons by the names of their points, loose points of other labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from chalicelib.annotations.model.document import Shape, SubShape
from chalicelib.formats.catalogue.coco.declared import labels_of
from chalicelib.formats.catalogue.coco.listed import (
    Category,
    CocoFile,
    Numbered,
    annotation_files,
)
from chalicelib.formats.catalogue.coco.pictures import pictures_of
from chalicelib.formats.catalogue.coco.reader import SOURCE, score_of
from chalicelib.formats.catalogue.coco.repeated import Id
from chalicelib.formats.catalogue.coco.segmentations import Segmentation
from chalicelib.formats.catalogue.coco.tracks import TrackCollector
from chalicelib.formats.catalogue.coco_keypoints.writer import ABSENT, HIDDEN
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.importing.reading import Reader, Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Vocabulary, values_of
from chalicelib.formats.labels import LabelSpec

PREFIX = "person_keypoints_"
NO_KEYPOINTS = "annotation has no keypoints"
OUTLINE = "outline beside keypoints cannot be taken over"


class _Annotation(Numbered, kw_only=True):
    category_id: Id
    keypoints: list[float] = msgspec.field(default_factory=list)
    segmentation: Segmentation | None = None
    score: float | None = None
    attributes: dict[str, Any] | None = None


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    reader = _Reader(target, sink)
    for file in annotation_files(upload, PREFIX, target.subset):
        with sink.report.of_file(upload.place(file)):
            reader.read(CocoFile(upload, file))
    reader.finish()


READER = Reader(read, pictures_of(PREFIX), labels_of(PREFIX, skeletons=True))


class _Reader:
    """Gives the objects of one or several files to a sink."""

    def __init__(self, target: Target, sink: Sink) -> None:
        self._sink = sink
        self._report = sink.report
        self._names = Vocabulary(target.labels, self._report)
        self._matcher = target.matcher
        self._tracks = TrackCollector(target.frames)

    def read(self, file: CocoFile) -> None:
        """Take over one file. Raises BadDataset."""
        categories = file.categories(Category)
        images = file.images(self._matcher, self._report)
        for at, annotation, frame in file.annotations(_Annotation, images):
            category = file.category(annotation.category_id, categories, at)
            place = f"annotations[{at}]"
            label = self._names.label(category.name, place)
            if label is None:
                continue
            if isinstance(frame, tuple):
                self._report.skip(*frame)
                continue
            try:
                self._add(annotation, label, category.keypoints, frame)
            except ValueError as error:
                raise BadDataset(file.place, str(error), place) from None

    def finish(self) -> None:
        """Give the tracks to the sink, of which all the pieces are known now."""
        for track in self._tracks.tracks():
            self._sink.add(track)

    def _add(
        self, annotation: _Annotation, label: LabelSpec, names: Sequence[str], frame: Frame
    ) -> None:
        flat = annotation.keypoints
        if len(flat) % 3:
            raise ValueError(f"keypoints of {len(flat)} numbers, which is no multiple of 3")
        if not any(state != ABSENT for state in flat[2::3]):
            self._report.skip(NO_KEYPOINTS, frame.name)
            return
        if annotation.segmentation:
            self._report.skip(OUTLINE, frame.name)
        facts = annotation.attributes or {}
        occluded, _ = facts.pop("occluded", False), facts.pop("rotation", None)
        track, keyframe = facts.pop("track_id", None), facts.pop("keyframe", None)
        values = self._names.values(label, facts.items())
        shape = Shape(
            type="points",
            frame=frame.number,
            points=[],
            label_id=label.id,
            occluded=bool(occluded),
            source=SOURCE,
            score=score_of(annotation.score),
            attributes=values_of(values),
        )
        if label.sublabels:
            shape.type = "skeleton"
            shape.elements = self._elements(label, names, flat, frame)
        else:
            seen = zip(flat[::3], flat[1::3], flat[2::3], strict=True)
            shape.points = [n for x, y, state in seen if state != ABSENT for n in (x, y)]
        if track is not None and keyframe is not None:
            self._tracks.add(track, shape, values, keyframe=bool(keyframe))
        else:
            self._sink.add(shape)

    def _elements(
        self, label: LabelSpec, names: Sequence[str], flat: Sequence[float], frame: Frame
    ) -> list[SubShape]:
        """Points of a skeleton in the label's order; those that the dataset lacks are absent."""
        if len(names) * 3 != len(flat):
            raise ValueError(f"{len(flat) // 3} keypoints, but its category names {len(names)}")
        places: dict[int, int] = {}
        for at, name in enumerate(names):
            sublabel = self._names.sublabel(label, name, frame.name)
            if sublabel is not None:
                places[sublabel.id] = 3 * at
        elements = []
        for one in label.sublabels:
            x, y, state = 0.0, 0.0, float(ABSENT)
            if one.id in places:
                x, y, state = flat[places[one.id] : places[one.id] + 3]
            elements.append(
                SubShape(
                    type="points",
                    frame=frame.number,
                    points=[x, y],
                    label_id=one.id,
                    outside=state == ABSENT,
                    occluded=state == HIDDEN,
                    source=SOURCE,
                )
            )
        return elements
