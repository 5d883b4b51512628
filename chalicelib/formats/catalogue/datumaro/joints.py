"""Points of skeletons, as CVAT, datumaro and we write them."""

from __future__ import annotations

from chalicelib.annotations.model.document import SubShape
from chalicelib.formats.catalogue.datumaro.document import Annotation, Categories
from chalicelib.formats.catalogue.datumaro.geometry import ABSENT, HIDDEN, VISIBLE
from chalicelib.formats.catalogue.datumaro.shapes import numbers
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.labels import LabelSpec

SOURCE = "file"


def is_skeleton(annotation: Annotation, label: LabelSpec) -> bool:
    """Whether it is one; datumaro itself knows several points of one label alone."""
    if annotation.type == "skeleton":
        return True
    return (
        annotation.type == "points"
        and bool(label.sublabels)
        and (bool(annotation.elements) or len(annotation.points) == 2 * len(label.sublabels))
    )


def joints_of(
    annotation: Annotation, label: LabelSpec, categories: Categories
) -> list[tuple[str, Annotation]]:
    """Points of a skeleton with their names. Raises ValueError."""
    if annotation.elements:
        return [(_joint_name(one, categories), one) for one in annotation.elements]
    names = categories.joints.get(annotation.label_id or 0) or [one.name for one in label.sublabels]
    points, visibility = annotation.points, annotation.visibility
    if len(points) != 2 * len(names):
        raise ValueError(f"{len(points)} numbers for a skeleton of {len(names)} points")
    seen = visibility or [VISIBLE] * len(names)
    return [
        (name, Annotation("points", points=[x, y], visibility=[one]))
        for name, x, y, one in zip(names, points[::2], points[1::2], seen, strict=True)
    ]


def _joint_name(joint: Annotation, categories: Categories) -> str:
    if joint.label is not None:
        return joint.label
    labels, number = categories.label.labels, joint.label_id
    if number is None or not 0 <= number < len(labels):
        raise ValueError(f"there is no label {number}")
    return labels[number].name


def joint_shape(joint: Annotation, label: LabelSpec, frame: Frame) -> SubShape:
    """A point without its values. Raises ValueError."""
    visibility = joint.visibility[0] if joint.visibility else VISIBLE
    return SubShape(
        type="points",
        frame=frame.number,
        points=numbers(joint.points),
        occluded=visibility == HIDDEN or (joint.attributes or {}).get("occluded") is True,
        outside=visibility == ABSENT,
        label_id=label.id,
        source=SOURCE,
    )
