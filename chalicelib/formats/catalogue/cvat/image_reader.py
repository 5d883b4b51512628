"""`image` elements: shapes, skeletons and tags of one frame."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from chalicelib.annotations.model.document import AttributeValue, Shape, SubShape, Tag
from chalicelib.formats.catalogue.cvat.elements import SOURCE, ValueReader, place_of
from chalicelib.formats.catalogue.cvat.shapes import TYPES, finite, number
from chalicelib.formats.importing.reading import Sink
from chalicelib.formats.importing.sizes import note_size
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.vocabulary import Vocabulary, values_of
from chalicelib.formats.labels import LabelSpec

UNKNOWN = "element is no shape"


class ImageReader:
    """Reads images, one after another."""

    def __init__(self, names: Vocabulary, target: Target, sink: Sink) -> None:
        self._names = names
        self._labels = {label.name: label for label in target.labels}
        self._values = ValueReader(names)
        self._matcher = target.matcher
        self._sink = sink

    def read(self, element: Any) -> None:
        """Give what is on an image to the sink. Raises KeyError or ValueError."""
        name, listed = element.get("name", ""), element.get("id")
        found = self._matcher.by_name(name, int(listed) if listed is not None else None)
        if isinstance(found, str):
            self._sink.report.skip(found, name)
            return
        note_size(self._sink.report, found, element.get("width"), element.get("height"))
        for child in element:
            tag = child.tag
            if tag != "tag" and tag not in TYPES:
                self._sink.report.skip(UNKNOWN, f"{name}: {tag}")
                continue
            given = dict(child.items())
            label = self._labels.get(given["label"])
            if label is None:
                self._names.label(given["label"], name)
                continue
            values = values_of(self._values.read(child, label)) if len(child) else []
            if tag == "box" and "score" not in given:
                self._sink.add(_box(given, label, found.number, values))
            else:
                self._sink.add(self._object(child, given, label, found.number, name, values))

    def _object(
        self,
        element: Any,
        given: Mapping[str, str],
        label: LabelSpec,
        frame: int,
        name: str,
        values: list[AttributeValue],
    ) -> Tag | Shape:
        group = int(given.get("group_id", 0))
        if element.tag == "tag":
            return Tag(
                frame=frame, label_id=label.id, group=group, source=SOURCE, attributes=values
            )  # fmt: skip
        points, rotation, occluded, z_order = place_of(element.tag, given)
        # Spelt out, because unpacking a dictionary takes four times as long.
        shape = Shape(
            type=TYPES[element.tag],
            frame=frame,
            points=points,
            rotation=rotation,
            occluded=occluded,
            z_order=z_order,
            label_id=label.id,
            group=group,
            source=SOURCE,
            attributes=values,
        )
        if "score" in given:
            shape.score = min(max(number(given["score"]), 0.0), 1.0)
        if shape.type == "skeleton":
            shape.elements = self._elements(element, label, frame, name)
        return shape

    def _elements(self, element: Any, skeleton: LabelSpec, frame: int, name: str) -> list[SubShape]:
        found = []
        for child in element:
            if child.tag not in TYPES:
                continue
            given = dict(child.items())
            label = self._names.sublabel(skeleton, given["label"], name)
            if label is not None:
                points, rotation, occluded, z_order = place_of(child.tag, given)
                found.append(
                    SubShape(
                        type=TYPES[child.tag],
                        frame=frame,
                        points=points,
                        rotation=rotation,
                        occluded=occluded,
                        z_order=z_order,
                        outside=given.get("outside") == "1",
                        label_id=label.id,
                        group=int(given.get("group_id", 0)),
                        source=SOURCE,
                        attributes=values_of(self._values.read(child, label)),
                    )
                )
        return found


def _box(
    given: Mapping[str, str], label: LabelSpec, frame: int, values: list[AttributeValue]
) -> Shape:
    """What most elements are, without a call for each thing. Raises KeyError or ValueError."""
    points = [
        float(given["xtl"]), float(given["ytl"]), float(given["xbr"]), float(given["ybr"])
    ]  # fmt: skip
    turned = given.get("rotation")
    return Shape(
        type="rectangle",
        frame=frame,
        points=points if isfinite(sum(points)) else finite(points),
        rotation=number(turned) % 360 if turned else 0.0,
        occluded=given.get("occluded") == "1",
        z_order=int(given.get("z_order", 0)),
        label_id=label.id,
        group=int(given.get("group_id", 0)),
        source=SOURCE,
        attributes=values,
    )
