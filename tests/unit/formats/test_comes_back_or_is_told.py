"""What an object is beyond its outline comes back, or the report of its export says otherwise.

For every format that is written and read, those included that are added.
"""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.annotations.model.document import (
    AttributeValue,
    Document,
    Shape,
    ShapeType,
    SubShape,
    Tag,
    Track,
    TrackedShape,
)
from chalicelib.formats import registry
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Source
from chalicelib.formats.importing.target import Target
from chalicelib.formats.labels import AttributeSpec, LabelSpec
from chalicelib.formats.report import Report
from tests.unit.formats import sample
from tests.unit.formats.datasets import NOW, export, part, read

READ_BY = {
    "CVAT for images 1.1": "CVAT 1.1",
    "CVAT for video 1.1": "CVAT 1.1",
    "Ultralytics YOLO Detection Track 1.0": "Ultralytics YOLO Detection 1.0",
}
FLAT = [one.name for one in registry.exporters() if one.dimension == "2d"]
#: Of a name that formats of texts insist on.
LABEL = LabelSpec(
    50, "icdar", "#ff0000", attributes=(AttributeSpec(900, "text"), AttributeSpec(901, "note"))
)
LABELS = (LABEL, sample.PERSON)
TARGET = Target(LABELS, sample.FRAMES)
NOTE, LOOKS = AttributeValue(901, "hello"), AttributeValue(103, "right")
POINTS: dict[ShapeType, list[float]] = {
    "rectangle": [2, 3, 12, 13],
    "polygon": [1, 20, 9, 20, 9, 28],
    "polyline": [1, 1, 5, 9, 12, 4],
    "points": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    "ellipse": [20, 15, 30, 10],
    "mask": [0, 12, 1, 2, 4, 4],
    "cuboid": [4, 4, 4, 14, 12, 4, 12, 14, 16, 6, 16, 16, 8, 6, 8, 16],
}
every_format = pytest.mark.parametrize("name", FLAT)


def shape(kind: ShapeType, **more: Any) -> Shape:
    if kind != "skeleton":
        return Shape(type=kind, frame=0, label_id=LABEL.id, points=list(POINTS[kind]), **more)
    joints = [
        SubShape(type="points", frame=0, points=[5.0 + 4 * at, 6.0 + 3 * at], label_id=one.id)
        for at, one in enumerate(sample.PERSON.sublabels)
    ]
    return Shape(type=kind, frame=0, label_id=sample.PERSON.id, points=[], elements=joints, **more)


#: What is said of a shape, and whether one that came back still has it.
SAID: dict[str, Any] = {
    "occluded": True,
    "z_order": 2,
    "score": 0.5,
}


def written(name: str, document: Document) -> tuple[Document, Report]:
    """What comes back, and the report of the export."""
    whole = Source("task", LABELS, [part(sample.FRAMES, document)], False, NOW)
    body, report = export(whole, name)
    try:
        return read(body, READ_BY.get(name, name), TARGET).document, report
    except BadDataset:
        # Without anything that the format holds, some are no datasets.
        return Document(), report


def found_in(document: Document) -> list[Any]:
    """Shapes, tracks and the first shapes of tracks."""
    first = [one for track in document.tracks for one in track.shapes[:1]]
    return [*document.shapes, *document.tracks, *first]


def told(report: Report, *, of: str = "") -> dict[str, int]:
    reasons = {**report.converted, **report.skipped}
    return {reason: count for reason, count in reasons.items() if of in reason}


KINDS: list[ShapeType] = [*POINTS, "skeleton"]


@every_format
@pytest.mark.parametrize("field", SAID)
def test_what_is_said_of_shapes(name: str, field: str) -> None:
    for kind in KINDS:
        _, plain = written(name, Document(shapes=[shape(kind)]))
        if not plain.objects:
            assert plain.skipped, kind
            continue
        back, report = written(name, Document(shapes=[shape(kind, **{field: SAID[field]})]))
        kept = any(getattr(one, field, None) == SAID[field] for one in found_in(back))
        assert kept or told(report) != told(plain), kind


@every_format
def test_turns(name: str) -> None:
    """Or the turned outline comes back as another kind of shape."""
    turned: tuple[ShapeType, ...] = ("rectangle", "ellipse")
    for kind in turned:
        _, plain = written(name, Document(shapes=[shape(kind)]))
        if not plain.objects:
            continue
        back, report = written(name, Document(shapes=[shape(kind, rotation=30.0)]))
        first = [one for track in back.tracks for one in track.shapes[:1]]
        found = [*back.shapes, *first]
        kept = any(one.rotation == pytest.approx(30, abs=0.5) for one in found) or (
            found and all(one.type != kind for one in found)
        )
        assert kept or told(report) != told(plain), kind


@every_format
def test_values_of_attributes(name: str) -> None:
    for kind in KINDS:
        value = LOOKS if kind == "skeleton" else NOTE
        back, report = written(name, Document(shapes=[shape(kind, attributes=[value])]))
        if not report.objects:
            continue
        kept = any(value in one.attributes for one in found_in(back))
        assert kept or told(report, of="attribute") or told(report, of="values"), kind


@every_format
def test_values_of_attributes_of_tags(name: str) -> None:
    tag = Tag(frame=0, label_id=LABEL.id, attributes=[NOTE])
    back, report = written(name, Document(tags=[tag]))
    kept = any(NOTE in one.attributes for one in back.tags)
    assert kept or told(report)


@every_format
def test_groups(name: str) -> None:
    for kind in KINDS:
        one = shape(kind)
        other = replace(
            shape(kind), points=[0, 12, 11, 2, 14, 4] if kind == "mask" else
            [value + 15 for value in one.points],
        )  # fmt: skip
        _, plain = written(name, Document(shapes=[one, other]))
        if not plain.objects:
            continue
        grouped = [replace(each, group=3) for each in (one, other)]
        back, report = written(name, Document(shapes=grouped))
        groups = [each.group for each in found_in(back) if hasattr(each, "group")]
        # Or both have become one shape.
        kept = len(groups) == 1 or (len(groups) > 1 and groups[0] and len(set(groups)) == 1)
        assert kept or told(report) != told(plain), kind


@every_format
def test_tracks(name: str) -> None:
    box = TrackedShape(frame=0, type="rectangle", points=[2, 3, 12, 13])
    gone = replace(box, frame=1, outside=True)
    track = Track(frame=0, label_id=LABEL.id, shapes=[box, gone], attributes=[NOTE])
    back, report = written(name, Document(tracks=[track]))
    assert back.tracks or told(report)
