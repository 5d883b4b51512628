"""CVAT 1.1: both of CVAT's flavours of XML, alone or in an archive."""

from __future__ import annotations

from typing import IO, Any, BinaryIO

from chalicelib.annotations.model.document import (
    AttributeValue,
    Document,
    Shape,
    Tag,
    Track,
    TrackedShape,
)
from chalicelib.formats.catalogue.cvat.shapes import TYPES, number, read_points
from chalicelib.formats.catalogue.cvat.xml_reader import elements
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing import Imported, Target
from chalicelib.formats.labels import AttributeSpec, LabelSpec
from chalicelib.formats.matching import NOT_IN_TASK, FrameMatcher
from chalicelib.formats.report import Report
from chalicelib.formats.vocabulary import UnknownLabel, Vocabulary, split_values, values_of
from chalicelib.formats.zip_reader import ArchiveReader, is_archive

#: What imported objects say of where they come from.
SOURCE = "file"

Values = list[tuple[AttributeSpec, AttributeValue]]


def read(file: BinaryIO, name: str, target: Target) -> Imported:
    """Read annotations. See `importing.Reader`."""
    reader = _Reader(target)
    if is_archive(file):
        archive = ArchiveReader(file, name)
        members = archive.files(".xml")
        if not members:
            raise BadDataset(name, "has no XML file in it")
        for member in members:
            with archive.open(member) as stream:
                reader.read(stream, f"{name}/{member}")
    else:
        reader.read(file, name)
    return reader.finish()


class _Reader:
    """Collects the objects of one or several files."""

    def __init__(self, target: Target) -> None:
        self._report = Report()
        self._document = Document()
        self._names = Vocabulary(target.labels, self._report)
        self._matcher = FrameMatcher(target.frames, is_video=target.is_video)
        self._touched: set[int] = set()

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
            except UnknownLabel as error:
                raise BadDataset(file, str(error), place) from None
            except KeyError as error:
                raise BadDataset(
                    file, f"{element.tag} lacks the attribute {error}", place
                ) from None
            except ValueError as error:
                raise BadDataset(file, f"in {element.tag}: {error}", place) from None

    def finish(self) -> Imported:
        self._report.frames = len(self._touched)
        document = self._document
        self._report.objects = len(document.tags) + len(document.shapes) + len(document.tracks)
        return Imported(document, self._report)

    def _read_image(self, element: Any) -> None:
        name = element.get("name", "")
        listed = element.get("id")
        found = self._matcher.by_name(name, int(listed) if listed is not None else None)
        if isinstance(found, str):
            self._report.skip(found, name)
            return
        for child in element:
            if child.tag == "tag":
                self._document.tags.append(self._tag(child, found.number))
            elif child.tag in TYPES:
                self._document.shapes.append(self._shape(child, found.number))
            else:
                self._report.skip(f"{child.tag} cannot be read", name)
                continue
            self._touched.add(found.number)

    def _tag(self, element: Any, frame: int) -> Tag:
        label = self._names.label(element.attrib["label"])
        return Tag(
            frame=frame,
            label_id=label.id,
            group=_group(element),
            source=SOURCE,
            attributes=values_of(self._values(element, label)),
        )

    def _shape(self, element: Any, frame: int) -> Shape:
        label = self._names.label(element.attrib["label"])
        return Shape(
            **_geometry(element, frame),
            label_id=label.id,
            group=_group(element),
            source=SOURCE,
            attributes=values_of(self._values(element, label)),
        )

    def _read_track(self, element: Any) -> None:
        label = self._names.label(element.attrib["label"])
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
        self._touched.update(shape.frame for shape in shapes if not shape.outside)
        self._document.tracks.append(
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
