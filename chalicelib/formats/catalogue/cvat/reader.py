"""CVAT 1.1: both of CVAT's flavours of XML, alone or in an archive."""

from __future__ import annotations

from typing import IO, Any

from chalicelib.annotations.model.document import (
    AttributeValue,
    Shape,
    Tag,
    Track,
    TrackedShape,
)
from chalicelib.formats.catalogue.cvat.shapes import TYPES, number, read_points
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.matching import NOT_IN_TASK
from chalicelib.formats.importing.reading import Reader, Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import (
    Values,
    Vocabulary,
    split_values,
    values_of,
)
from chalicelib.formats.labels import LabelSpec
from chalicelib.formats.text.xml_reader import elements

#: What imported objects say of where they come from.
SOURCE = "file"


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    reader = _Reader(target, sink)
    for file in upload.wanted(".xml"):
        with sink.report.of_file(upload.place(file)), upload.open(file) as stream:
            reader.read(stream, upload.place(file))


READER = Reader(read)


class _Reader:
    """Reads the objects of one or several files."""

    def __init__(self, target: Target, sink: Sink) -> None:
        self._sink = sink
        self._report = sink.report
        self._names = Vocabulary(target.labels, self._report)
        self._matcher = target.matcher

    def read(self, stream: IO[bytes], file: str) -> None:
        """Read one file. Raises BadDataset."""
        seen: set[str] = set()
        for element in elements(stream, file, "annotations", ("image", "track")):
            key = f"{element.tag} {element.get('task_id', '')} {element.get('id')}"
            place = f"line {element.sourceline}"
            if element.get("id") is not None and key in seen:
                raise BadDataset(file, f"{element.tag} id {element.get('id')} occurs twice", place)
            seen.add(key)
            try:
                if element.tag == "image":
                    self._read_image(element)
                else:
                    self._read_track(element)
            except KeyError as error:
                raise BadDataset(
                    file, f"{element.tag} lacks the attribute {error}", place
                ) from None
            except ValueError as error:
                raise BadDataset(file, f"in {element.tag}: {error}", place) from None

    def _read_image(self, element: Any) -> None:
        name = element.get("name", "")
        listed = element.get("id")
        found = self._matcher.by_name(name, int(listed) if listed is not None else None)
        if isinstance(found, str):
            self._report.skip(found, name)
            return
        for child in element:
            if child.tag != "tag" and child.tag not in TYPES:
                self._report.skip(f"{child.tag} cannot be read", name)
                continue
            label = self._names.label(child.attrib["label"], name)
            if label is None:
                continue
            if child.tag == "tag":
                self._sink.add(self._tag(child, label, found.number))
            else:
                self._sink.add(self._shape(child, label, found.number))

    def _tag(self, element: Any, label: LabelSpec, frame: int) -> Tag:
        return Tag(
            frame=frame,
            label_id=label.id,
            group=_group(element),
            source=SOURCE,
            attributes=values_of(self._values(element, label)),
        )

    def _shape(self, element: Any, label: LabelSpec, frame: int) -> Shape:
        return Shape(
            **_geometry(element, frame),
            label_id=label.id,
            group=_group(element),
            source=SOURCE,
            attributes=values_of(self._values(element, label)),
        )

    def _read_track(self, element: Any) -> None:
        label = self._names.label(element.attrib["label"], f"track {element.get('id')}")
        if label is None:
            return
        immutable: list[AttributeValue] = []
        shapes: list[TrackedShape] = []
        for child in element:
            if child.tag not in TYPES:
                self._report.skip(f"{child.tag} cannot be read", f"track {element.get('id')}")
                continue
            if child.get("keyframe", "1") != "1":
                continue
            found = self._matcher.by_number(int(child.attrib["frame"]))
            if found is None:
                self._report.skip(NOT_IN_TASK, f"frame {child.get('frame')}")
                continue
            mutable, immutable = split_values(self._values(child, label))
            shapes.append(
                TrackedShape(
                    **_geometry(child, found.number),
                    outside=child.get("outside") == "1",
                    attributes=mutable,
                )
            )
        self._add_track(element, label, shapes, immutable)

    def _add_track(
        self,
        element: Any,
        label: LabelSpec,
        shapes: list[TrackedShape],
        immutable: list[AttributeValue],
    ) -> None:
        shapes.sort(key=lambda shape: shape.frame)
        if not shapes or all(shape.outside for shape in shapes):
            self._report.skip("track has no visible keyframe", f"track {element.get('id')}")
            return
        if len({shape.frame for shape in shapes}) < len(shapes):
            raise ValueError(f"track {element.get('id')} has two keyframes on one frame")
        self._sink.add(
            Track(
                frame=shapes[0].frame,
                label_id=label.id,
                group=_group(element),
                source=SOURCE,
                attributes=immutable,
                shapes=shapes,
            )
        )

    def _values(self, element: Any, label: LabelSpec) -> Values:
        named = (
            (child.attrib["name"], child.text or "")
            for child in element
            if child.tag == "attribute"
        )
        return self._names.values(label, named)


def _geometry(element: Any, frame: int) -> dict[str, Any]:
    return {
        "type": TYPES[element.tag],
        "frame": frame,
        "points": read_points(element.tag, element.attrib),
        "rotation": number(element.get("rotation", "0")),
        "occluded": element.get("occluded") == "1",
        "z_order": int(element.get("z_order", "0")),
    }


def _group(element: Any) -> int:
    return int(element.get("group_id", "0"))
