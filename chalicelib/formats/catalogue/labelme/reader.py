"""LabelMe 3.0, from CVAT or from the tool."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from math import isfinite
from pathlib import PurePosixPath
from typing import Any

import msgspec

from chalicelib.annotations.model.document import Shape, ShapeType
from chalicelib.formats.catalogue.coco.tracks import TrackCollector
from chalicelib.formats.catalogue.labelme.attributes import parsed as parsed_attributes
from chalicelib.formats.catalogue.voc.document_reader import ROOT
from chalicelib.formats.catalogue.voc.document_reader import parsed as parsed_file
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.geometry.imported_masks import SOURCE, MaskTaker
from chalicelib.formats.importing.reading import Picture, Reader, Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Vocabulary, values_of
from chalicelib.formats.labels import LabelSpec

NOT_LABELME = "is not a LabelMe dataset: it has no XML file whose objects have polygons or masks"
NO_MASK = "mask is not in the archive"
SAME_ID = "objects of the same id are in no group"
NO_AREA = "polygon of fewer than three points"
MAX_FILE = 256 << 20


class _Facts(msgspec.Struct):
    """What an object says of itself besides its shape."""

    label: LabelSpec
    frame: Frame
    group: int
    occluded: bool
    named: dict[str, str | float]


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    files = upload.files(".xml")
    if not files:
        raise BadDataset(upload.name, NOT_LABELME)
    reader = _Reader(upload, target, sink)
    for file in files:
        if target.subset is None or target.subset in PurePosixPath(file).parent.parts:
            with sink.report.of_file(upload.place(file)):
                reader.read(file)
    reader.finish()


def pictures_of(upload: Upload) -> Iterator[Picture]:
    """Images in folders of subsets, which lie beside their XML. See `reading.Pictures`."""
    for file in upload.files(".jpg", ".jpeg", ".png", ".bmp", ".webp", ".gif", ".tif", ".tiff"):
        subset, _, name = file.partition("/")
        if name and "Masks" not in PurePosixPath(file).parts:
            yield Picture(subset, name, file)
        elif not name:
            yield Picture("", file, file)


READER = Reader(read, pictures_of)


class _Reader:
    """Reads the files of one dataset."""

    def __init__(self, upload: Upload, target: Target, sink: Sink) -> None:
        self._upload = upload
        self._target = target
        self._sink = sink
        self._report = sink.report
        self._names = Vocabulary(target.labels, sink.report)
        self._taker = MaskTaker(target, sink)
        self._tracks = TrackCollector(target.frames)
        self._pictures = {PurePosixPath(file).name: file for file in upload.files(".png")}

    def read(self, file: str) -> None:
        """Read the file of an image. Raises BadDataset."""
        place = self._upload.place(file)
        root = parsed_file(self._upload, file)
        if root.tag != ROOT:
            raise BadDataset(place, f'its root is "{root.tag}" where "{ROOT}" is expected')
        objects = [element for element in root.iterfind("object") if not _is_deleted(element)]
        frame = self._frame(file, root)
        if isinstance(frame, str):
            if objects:
                self._report.skip(frame, file, len(objects))
            return
        groups = self._groups_of(objects, file)
        for element in objects:
            try:
                self._add(element, frame, groups, file)
            except ValueError as error:
                line = f"line {element.sourceline}"
                raise BadDataset(place, f"in object: {error}", line) from None

    def finish(self) -> None:
        """Give the tracks to the sink, of which all the pieces are known now."""
        for track in self._tracks.tracks():
            self._sink.add(track)

    def _frame(self, file: str, root: Any) -> Frame | str:
        found = self._target.matcher.by_name(str(PurePosixPath(file).with_suffix("")))
        if isinstance(found, str):
            folder, name = _text(root, "folder"), _text(root, "filename")
            found = self._target.matcher.by_name(f"{folder}/{name}" if folder else name)
        return found

    def _groups_of(self, objects: list[Any], file: str) -> Mapping[str, int]:
        """Groups by the numbers of objects: what is a part of another belongs to it."""
        parents: dict[str, str] = {}
        numbers = Counter(_text(element, "id") for element in objects)
        for element in objects:
            number = _text(element, "id")
            parts = element.find("parts")
            if parts is None or numbers[number] > 1:
                continue
            for child in filter(None, _text(parts, "hasparts").replace(" ", "").split(",")):
                parents.setdefault(child, number)
            if parent := _text(parts, "ispartof"):
                parents.setdefault(number, parent)
        found: dict[str, int] = {}
        for child in parents:
            root, seen = child, {child}
            while root in parents and parents[root] not in seen:
                root = parents[root]
                seen.add(root)
            if root not in found:
                self._taker.groups += 1
                found[root] = self._taker.groups
            found[child] = found[root]
        if repeated := [number for number, count in numbers.items() if number and count > 1]:
            self._report.convert(SAME_ID, f"{file}: {', '.join(repeated)}")
        return {number: group for number, group in found.items() if numbers[number] == 1}

    def _add(self, element: Any, frame: Frame, groups: Mapping[str, int], file: str) -> None:
        place = f"{frame.name}, line {element.sourceline}"
        label = self._names.label(_text(element, "name"), place)
        polygon, segment = element.find("polygon"), element.find("segm")
        if polygon is None and segment is None:
            raise ValueError("it has neither a polygon nor a mask")
        if label is None:
            return
        facts = _Facts(
            label,
            frame,
            groups.get(_text(element, "id"), 0),
            _text(element, "occluded") == "yes",
            dict(parsed_attributes(_text(element, "attributes"))),
        )
        if polygon is not None:
            self._add_polygon(_points(polygon), _text(element, "type"), facts)
        else:
            self._add_mask(_text(segment, "mask"), facts, file)

    def _add_polygon(self, points: list[float], kind: str, facts: _Facts) -> None:
        if kind == "bounding_box" and points:
            xs, ys = points[::2], points[1::2]
            self._give(facts, "rectangle", [min(xs), min(ys), max(xs), max(ys)])
        elif len(points) < 6:
            self._report.skip(NO_AREA, facts.frame.name)
        else:
            self._give(facts, "polygon", points)

    def _add_mask(self, name: str, facts: _Facts, file: str) -> None:
        # numpy is needed for masks alone.
        from chalicelib.formats.geometry.label_pictures import OTHER_SIZE
        from chalicelib.formats.geometry.masks import from_bitmap
        from chalicelib.formats.geometry.png import read_numbers

        beside = str(PurePosixPath(file).parent / "Masks" / name)
        mask = beside if beside in self._upload else self._pictures.get(PurePosixPath(name).name)
        if mask is None:
            self._report.skip(NO_MASK, f"{name} ({file})")
            return
        try:
            picture = read_numbers(self._upload.read(mask, MAX_FILE)).values
        except ValueError as error:
            raise BadDataset(self._upload.place(mask), str(error)) from None
        frame = facts.frame
        if frame.width and picture.shape != (frame.height, frame.width):
            self._report.skip(OTHER_SIZE, mask)
            return
        points = from_bitmap(picture != 0)
        if points is not None:
            self._give(facts, "mask", points)

    def _give(self, facts: _Facts, kind: ShapeType, points: list[float]) -> None:
        named = facts.named
        track, keyframe = named.pop("track_id", None), named.pop("keyframe", None)
        rotation = float(named.pop("rotation", 0.0))
        if not isfinite(rotation):
            raise ValueError(f'rotation "{rotation}" is not a finite number')
        values = self._names.values(facts.label, named.items())
        shape = Shape(
            type=kind,
            frame=facts.frame.number,
            points=points,
            label_id=facts.label.id,
            group=facts.group,
            rotation=rotation % 360 if kind == "rectangle" else 0.0,
            occluded=facts.occluded,
            source=SOURCE,
            attributes=values_of(values),
        )
        if track is not None and keyframe is not None and kind != "mask":
            self._tracks.add(str(track), shape, values, keyframe=keyframe == "true")
        elif kind == "mask":
            for one in self._taker.shapes(shape, facts.frame.name):
                self._sink.add(one)
        else:
            self._sink.add(shape)


def _is_deleted(element: Any) -> bool:
    return _text(element, "deleted") == "1"


def _points(polygon: Any) -> list[float]:
    """Flat x, y pairs. Raises ValueError."""
    points = []
    for point in polygon.iterfind("pt"):
        for axis in "xy":
            value = float(_text(point, axis))
            if not isfinite(value):
                raise ValueError(f'"{_text(point, axis)}" is not a finite number')
            points.append(value)
    return points


def _text(element: Any, tag: str) -> str:
    return (element.findtext(tag) or "").strip()
