"""Objects as datumaro's annotations, with CVAT's names for what datumaro has none for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chalicelib.annotations.model.document import AttributeValue, SubShape, Tag
from chalicelib.formats.catalogue.datumaro.geometry import ABSENT, HIDDEN, VISIBLE, fields_of
from chalicelib.formats.exporting.contents import ObjectOnFrame
from chalicelib.formats.exporting.dataset import Dataset
from chalicelib.formats.exporting.losses import note_facts, note_tags
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.labels import LabelSpec, named_values, typed_value
from chalicelib.formats.report import Report

#: What has a meaning of its own among the attributes.
RESERVED = {"occluded", "rotation", "track_id", "keyframe", "score"}
NAME_TAKEN = "attribute has a name that the format uses itself"
NO_PIXELS = "mask has no pixels on the frame"
NOT_A_POINT = "element of a skeleton is not a point"


class Describer:
    """Makes annotations of objects."""

    def __init__(self, dataset: Dataset, report: Report) -> None:
        self._labels = dataset.label_of
        self._classes = dataset.class_of
        self._report = report
        for label in self._labels.values():
            for spec in label.attributes:
                if spec.name in RESERVED:
                    report.skip(NAME_TAKEN, f"{label.name}: {spec.name}")

    def tag(self, tag: Tag, frame: Frame) -> dict[str, Any]:
        """A tag."""
        self._report.took("tag")
        note_tags(self._report, frame, [tag], "group")
        return {
            "id": 0,
            "type": "label",
            "attributes": self._values(tag.label_id, tag.attributes),
            "group": tag.group or 0,
            "label_id": self._classes[tag.label_id],
        }

    def object(
        self, item: ObjectOnFrame, frame: Frame, track: int | None, *, keyframe: bool
    ) -> dict[str, Any] | None:
        """An object on a frame; None, and said in the report, if nothing of it can be written.

        Args:
            track: number of its track in the file.
        """
        geometry = item.geometry
        skeleton = geometry.type == "skeleton"
        fields = self._skeleton(item, frame) if skeleton else fields_of(geometry, frame)
        if fields is None:
            self._report.skip(NO_PIXELS, frame.name)
            return None
        self._report.took(geometry.type)
        note_facts(self._report, frame, [item], "group", "z_order", "occluded", "score", "joints")
        attributes = self._values(item.label_id, geometry.attributes)
        attributes["occluded"] = geometry.occluded
        if geometry.type == "rectangle" or geometry.rotation:
            attributes["rotation"] = geometry.rotation
        if track is not None:
            attributes |= {"track_id": track, "keyframe": keyframe}
        if item.score != 1:
            attributes["score"] = item.score
        number = track if track is not None and fields["type"] == "cuboid_3d" else 0
        described = {
            "id": number, "type": "", "attributes": attributes, "group": item.group,
            "label_id": self._classes[item.label_id], "z_order": geometry.z_order,
        }  # fmt: skip
        return described | fields

    def _skeleton(self, item: ObjectOnFrame, frame: Frame) -> dict[str, Any]:
        """Points in the label's order, and, beyond datumaro, each with its values."""
        known = {element.label_id: element for element in item.elements}
        points: list[float] = []
        visibility: list[int] = []
        elements: list[dict[str, Any]] = []
        for label in self._labels[item.label_id].sublabels:
            element = known.get(label.id)
            if element is not None and len(element.points) != 2:
                self._report.skip(NOT_A_POINT, f"{frame.name}: {label.name}")
                element = None
            points += element.points if element is not None else (0.0, 0.0)
            visibility.append(ABSENT if element is None else _seen(element))
            if element is not None:
                elements.append(self._element(element, label))
        return {
            "type": "points", "points": points, "visibility": visibility, "elements": elements
        }  # fmt: skip

    def _element(self, element: SubShape, label: LabelSpec) -> dict[str, Any]:
        attributes = self._values(label.id, element.attributes)
        if element.occluded and element.outside:
            # Visibility says one of the two.
            attributes["occluded"] = True
        return {
            "type": "points",
            "label": label.name,
            "points": element.points,
            "visibility": [_seen(element)],
            "attributes": attributes,
        }

    def _values(self, label_id: int, values: Sequence[AttributeValue]) -> dict[str, Any]:
        named = named_values(self._labels[label_id], values)
        return {
            spec.name: typed_value(spec, value)
            for spec, value in named
            if spec.name not in RESERVED
        }


def _seen(element: SubShape) -> int:
    if element.outside:
        return ABSENT
    return HIDDEN if element.occluded else VISIBLE
