"""`image` elements: shapes, skeletons and tags of one frame."""

from __future__ import annotations

from typing import Any

from chalicelib.annotations.model.document import Shape, SubShape, Tag
from chalicelib.formats.catalogue.cvat.elements import SOURCE, geometry, group, values
from chalicelib.formats.catalogue.cvat.shapes import TYPES, number
from chalicelib.formats.importing.reading import Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.vocabulary import Vocabulary, values_of
from chalicelib.formats.labels import LabelSpec

UNKNOWN = "element is no shape"


class ImageReader:
    """Reads images, one after another."""

    def __init__(self, names: Vocabulary, target: Target, sink: Sink) -> None:
        self._names = names
        self._matcher = target.matcher
        self._sink = sink

    def read(self, element: Any) -> None:
        """Give what is on an image to the sink. Raises KeyError or ValueError."""
        name, listed = element.get("name", ""), element.get("id")
        found = self._matcher.by_name(name, int(listed) if listed is not None else None)
        if isinstance(found, str):
            self._sink.report.skip(found, name)
            return
        for child in element:
            if child.tag != "tag" and child.tag not in TYPES:
                self._sink.report.skip(UNKNOWN, f"{name}: {child.tag}")
                continue
            label = self._names.label(child.attrib["label"], name)
            if label is None:
                continue
            if child.tag == "tag":
                self._sink.add(self._tag(child, label, found.number))
            else:
                self._sink.add(self._shape(child, label, found.number, name))

    def _tag(self, element: Any, label: LabelSpec, frame: int) -> Tag:
        return Tag(
            frame=frame,
            label_id=label.id,
            group=group(element),
            source=SOURCE,
            attributes=values_of(values(self._names, element, label)),
        )

    def _shape(self, element: Any, label: LabelSpec, frame: int, name: str) -> Shape:
        score = element.get("score")
        shape = Shape(
            **geometry(element, frame),
            label_id=label.id,
            group=group(element),
            source=SOURCE,
            attributes=values_of(values(self._names, element, label)),
        )
        if score is not None:
            shape.score = min(max(number(score), 0.0), 1.0)
        if shape.type == "skeleton":
            shape.elements = self._elements(element, label, frame, name)
        return shape

    def _elements(self, element: Any, skeleton: LabelSpec, frame: int, name: str) -> list[SubShape]:
        found = []
        for child in element:
            if child.tag not in TYPES:
                continue
            label = self._names.sublabel(skeleton, child.attrib["label"], name)
            if label is not None:
                found.append(
                    SubShape(
                        **geometry(child, frame),
                        outside=child.get("outside") == "1",
                        label_id=label.id,
                        group=group(child),
                        source=SOURCE,
                        attributes=values_of(values(self._names, child, label)),
                    )
                )
        return found
