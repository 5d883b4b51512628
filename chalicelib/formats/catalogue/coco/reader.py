"""COCO 1.0: boxes, polygons and masks, from CVAT or from anywhere else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import IO, Any

import msgspec

from chalicelib.annotations.model.document import Shape
from chalicelib.formats.catalogue.coco.tracks import TrackCollector
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.importing.reading import Reader, Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Vocabulary
from chalicelib.formats.labels import LabelSpec

#: Bytes of the largest file of annotations, which is read into memory.
MAX_JSON = 512 << 20
SOURCE = "file"


#: Numbers by the format's own rules; other tools write names as well.
Id = int | str


class _Category(msgspec.Struct):
    id: Id
    name: str


class _Image(msgspec.Struct):
    id: Id
    file_name: str
    width: int = 0
    height: int = 0


class _Runs(msgspec.Struct):
    counts: str | list[int]
    size: tuple[int, int]


class _Annotation(msgspec.Struct):
    image_id: Id
    category_id: Id
    id: Id | None = None
    segmentation: list[list[float]] | _Runs | None = None
    bbox: list[float] | None = None
    iscrowd: int = 0
    attributes: dict[str, Any] | None = None


class _File(msgspec.Struct):
    images: list[_Image]
    annotations: list[_Annotation]
    categories: list[_Category]


_decoder = msgspec.json.Decoder(_File)


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    reader = _Reader(target, sink)
    for file in _annotation_files(upload):
        with sink.report.of_file(upload.place(file)), upload.open(file) as stream:
            reader.read(_decoded(stream, upload.place(file)), upload.place(file))
    reader.finish()


READER = Reader(read)


def _annotation_files(upload: Upload) -> Sequence[str]:
    """Instances if there are any; otherwise whatever JSON there is."""
    files = upload.wanted(".json")
    return [one for one in files if one.rpartition("/")[2].startswith("instances")] or files


def _decoded(stream: IO[bytes], file: str) -> _File:
    body = stream.read(MAX_JSON + 1)
    if len(body) > MAX_JSON:
        raise BadDataset(file, f"is larger than {MAX_JSON >> 20} MB")
    if not body.strip():
        raise BadDataset(file, "is empty")
    try:
        return _decoder.decode(body)
    except msgspec.ValidationError as error:
        raise BadDataset(file, f"is not a COCO dataset: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadDataset(file, f"is not JSON: {error}") from None


class _Reader:
    """Collects the objects of one or several files."""

    def __init__(self, target: Target, sink: Sink) -> None:
        self._sink = sink
        self._report = sink.report
        self._names = Vocabulary(target.labels, self._report)
        self._matcher = target.matcher
        self._masks_as_polygons = target.masks_as_polygons
        self._tracks = TrackCollector(target.frames)
        self._groups = 0

    def read(self, content: _File, file: str) -> None:
        """Take over one file. Raises BadDataset."""
        _refuse_repeated(file, "categories", [category.id for category in content.categories])
        _refuse_repeated(file, "images", [image.id for image in content.images])
        known = [annotation.id for annotation in content.annotations]
        _refuse_repeated(file, "annotations", [number for number in known if number is not None])
        categories = {category.id: category.name for category in content.categories}
        images = {image.id: image for image in content.images}
        frames = {image.id: self._matcher.by_name(image.file_name) for image in content.images}
        for at, annotation in enumerate(content.annotations):
            place = f"annotations[{at}]"
            frame = frames.get(annotation.image_id)
            if frame is None:
                raise BadDataset(file, f"there is no image {annotation.image_id}", place)
            if annotation.category_id not in categories:
                raise BadDataset(file, f"there is no category {annotation.category_id}", place)
            label = self._names.label(categories[annotation.category_id], place)
            if label is None:
                continue
            if isinstance(frame, str):
                self._report.skip(frame, images[annotation.image_id].file_name)
                continue
            try:
                self._add(annotation, label, frame)
            except ValueError as error:
                raise BadDataset(file, str(error), place) from None

    def finish(self) -> None:
        """Give the tracks to the sink, of which all the pieces are known now."""
        for track in self._tracks.tracks():
            self._sink.add(track)

    def _add(self, annotation: _Annotation, label: LabelSpec, frame: Frame) -> None:
        facts = dict(annotation.attributes or {})
        rotation, occluded = facts.pop("rotation", 0.0), facts.pop("occluded", False)
        track, keyframe = facts.pop("track_id", None), facts.pop("keyframe", None)
        values = self._names.values(label, facts.items())
        shapes = [
            Shape(
                type=kind,
                frame=frame.number,
                points=points,
                label_id=label.id,
                rotation=_rotation(rotation) if kind == "rectangle" else 0.0,
                occluded=bool(occluded),
                source=SOURCE,
                attributes=[value for _, value in values],
            )
            for kind, points in _geometries(annotation, frame)
        ]
        if not shapes:
            self._report.skip("annotation has no area", frame.name)
            return
        if track is not None and keyframe is not None and len(shapes) == 1:
            self._tracks.add(track, shapes[0], values, keyframe=bool(keyframe))
        else:
            for shape in self._grouped(self._without_masks(shapes)):
                self._sink.add(shape)

    def _without_masks(self, shapes: list[Shape]) -> list[Shape]:
        if not self._masks_as_polygons or shapes[0].type != "mask":
            return shapes
        # OpenCV is needed for masks alone.
        from chalicelib.formats.geometry.masks import mask_as_polygons

        return mask_as_polygons(shapes[0])

    def _grouped(self, shapes: list[Shape]) -> list[Shape]:
        """Several polygons of one annotation stay together as a group."""
        if len(shapes) > 1:
            self._groups += 1
            for shape in shapes:
                shape.group = self._groups
        return shapes


def _geometries(annotation: _Annotation, frame: Frame) -> Iterator[tuple[Any, list[float]]]:
    segmentation = annotation.segmentation
    if isinstance(segmentation, _Runs):
        from chalicelib.formats.geometry.masks import from_coco

        height, width = segmentation.size
        if frame.width and (width, height) != (frame.width, frame.height):
            raise ValueError(
                f"the mask's size {width} × {height} differs from the frame's "
                f"{frame.width} × {frame.height}"
            )
        points = from_coco(segmentation.counts, width, height)
        if points is not None:
            yield "mask", points
    elif segmentation:
        for polygon in segmentation:
            if len(polygon) % 2:
                raise ValueError(f"a polygon of {len(polygon)} numbers")
            # Datasets have polygons of two points, which enclose nothing.
            if len(polygon) >= 6:
                yield "polygon", polygon
    elif annotation.bbox is not None:
        if len(annotation.bbox) != 4:
            raise ValueError(f"a box of {len(annotation.bbox)} numbers")
        x, y, across, down = annotation.bbox
        if across < 0 or down < 0:
            raise ValueError("a box of negative size")
        yield "rectangle", [x, y, round(x + across, 4), round(y + down, 4)]
    else:
        raise ValueError("has neither a segmentation nor a box")


def _rotation(value: Any) -> float:
    if not isinstance(value, int | float):
        raise ValueError(f'rotation "{value}" is not a number')
    return float(value) % 360


def _refuse_repeated(file: str, where: str, ids: Sequence[Id]) -> None:
    if len(set(ids)) < len(ids):
        repeated = next(number for number, count in Counter(ids).items() if count > 1)
        raise BadDataset(file, f"id {repeated} occurs twice", where)
