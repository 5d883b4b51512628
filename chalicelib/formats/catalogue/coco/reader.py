"""COCO 1.0: boxes, polygons and masks, from CVAT or from anywhere else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chalicelib.annotations.model.document import Shape
from chalicelib.formats.catalogue.coco.declared import labels_of
from chalicelib.formats.catalogue.coco.listed import (
    Category,
    CocoFile,
    Numbered,
    annotation_files,
)
from chalicelib.formats.catalogue.coco.pictures import pictures_of
from chalicelib.formats.catalogue.coco.repeated import Id
from chalicelib.formats.catalogue.coco.segmentations import Segmentation, corners_of, geometries
from chalicelib.formats.catalogue.coco.tracks import TrackCollector
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.importing.reading import Reader, Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Values, Vocabulary, values_of
from chalicelib.formats.labels import LabelSpec

SOURCE = "file"
PREFIX = "instances_"
BECAME_BOX = "outline without area became its box"
#: What every box of CVAT's has.
_SAYS_NOTHING = {"occluded": False, "rotation": 0.0}


class _Annotation(Numbered, kw_only=True):
    category_id: Id
    segmentation: Segmentation | None = None
    bbox: list[float] | None = None
    score: float | None = None
    attributes: dict[str, Any] | None = None


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    reader = _Reader(target, sink)
    for file in annotation_files(upload, PREFIX, target.subset):
        with sink.report.of_file(upload.place(file)):
            reader.read(CocoFile(upload, file))
    reader.finish()


READER = Reader(read, pictures_of(PREFIX), labels_of(PREFIX))


class _Reader:
    """Gives the objects of one or several files to a sink."""

    def __init__(self, target: Target, sink: Sink) -> None:
        self._sink = sink
        self._target = target
        self._report = sink.report
        self._names = Vocabulary(target.labels, self._report)
        self._known = {label.name: label for label in target.labels}
        self._matcher = target.matcher
        self._tracks = TrackCollector(target.frames)
        self._groups = 0

    def read(self, file: CocoFile) -> None:
        """Take over one file. Raises BadDataset."""
        categories = file.categories(Category)
        images = file.images(self._matcher, self._report)
        labels = {number: self._known.get(one.name) for number, one in categories.items()}
        for at, annotation, frame in file.annotations(_Annotation, images):
            label = labels.get(annotation.category_id)
            if label is None:
                category = file.category(annotation.category_id, categories, at)
                self._names.label(category.name, f"annotations[{at}]")
            elif isinstance(frame, tuple):
                self._report.skip(*frame)
            else:
                try:
                    box = _plain(annotation, label, frame)
                    if box is not None:
                        self._sink.add(box)
                    else:
                        self._add(annotation, label, frame)
                except ValueError as error:
                    raise BadDataset(file.place, str(error), f"annotations[{at}]") from None

    def finish(self) -> None:
        """Give the tracks to the sink, of which all the pieces are known now."""
        for track in self._tracks.tracks():
            self._sink.add(track)

    def _add(self, annotation: _Annotation, label: LabelSpec, frame: Frame) -> None:
        facts = annotation.attributes or {}
        rotation, occluded = facts.pop("rotation", 0.0), facts.pop("occluded", False)
        track, keyframe = facts.pop("track_id", None), facts.pop("keyframe", None)
        values: Values = self._names.values(label, facts.items()) if facts else []
        shapes = [
            Shape(
                type=kind,
                frame=frame.number,
                points=points,
                label_id=label.id,
                rotation=_rotation(rotation) if kind == "rectangle" else 0.0,
                occluded=bool(occluded),
                source=SOURCE,
                score=score_of(annotation.score),
                attributes=values_of(values),
            )
            for kind, points in geometries(annotation.segmentation, annotation.bbox, frame)
        ]
        if annotation.segmentation and any(shape.type == "rectangle" for shape in shapes):
            self._report.convert(BECAME_BOX, frame.name)
        if not shapes:
            self._report.skip("annotation has no area", frame.name)
        elif track is not None and keyframe is not None and len(shapes) == 1:
            self._tracks.add(track, shapes[0], values, keyframe=bool(keyframe))
        else:
            for shape in self._grouped(self._without_masks(shapes, frame)):
                self._sink.add(shape)

    def _without_masks(self, shapes: list[Shape], frame: Frame) -> Sequence[Shape]:
        if not self._target.masks_as_polygons or shapes[0].type != "mask":
            return shapes
        # numpy and OpenCV are needed for masks alone.
        from chalicelib.formats.geometry.imported_masks import MaskTaker

        return MaskTaker(self._target, self._sink).shapes(shapes[0], frame.name)

    def _grouped(self, shapes: Sequence[Shape]) -> Sequence[Shape]:
        """Several polygons of one annotation stay together as a group."""
        if len(shapes) > 1:
            self._groups += 1
            for shape in shapes:
                shape.group = self._groups
        return shapes


def _plain(annotation: _Annotation, label: LabelSpec, frame: Frame) -> Shape | None:
    """The box of an annotation in the way of nearly all; None if it needs a closer look.

    Raises:
        ValueError: it is not what COCO has.
    """
    facts = annotation.attributes
    if annotation.segmentation or annotation.bbox is None or annotation.score is not None:
        return None
    if facts and facts != _SAYS_NOTHING:
        return None
    return Shape(
        type="rectangle",
        frame=frame.number,
        points=corners_of(annotation.bbox),
        label_id=label.id,
        source=SOURCE,
    )


def _rotation(value: Any) -> float:
    if not isinstance(value, int | float):
        raise ValueError(f'rotation "{value}" is not a number')
    return float(value) % 360


def score_of(value: float | None) -> float:
    """What a model was sure of; 1 of what has no score, or none between 0 and 1."""
    return value if value is not None and 0 <= value <= 1 else 1.0
