"""What a format cannot hold of an object is said in the report: of every fact, kind and format.

A fact that leaves no trace in the archive must leave one in the report, and only such a fact.
Formats that are added are tried by themselves.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any, TypeVar

import pytest
from msgspec.structs import replace

from chalicelib.annotations.model.document import (
    Annotation,
    AttributeValue,
    Document,
    Shape,
    SubShape,
    SubTrack,
    Tag,
    Track,
    TrackedShape,
    gather,
)
from chalicelib.formats import registry
from chalicelib.formats.exporting import losses
from chalicelib.formats.exporting.source import Frame, Source
from chalicelib.formats.labels import AttributeSpec, LabelSpec
from chalicelib.formats.report import Report
from tests.unit.formats import spatial
from tests.unit.formats.datasets import NOW, export, part

PLAIN = LabelSpec(10, "dog")
TOLD = LabelSpec(11, "cat", attributes=(
    AttributeSpec(100, "mood"), AttributeSpec(101, "pose_", mutable=True),
))  # fmt: skip
PERSON = LabelSpec(12, "person", "", "skeleton", (), (
    LabelSpec(13, "head", "", "points", (AttributeSpec(102, "hat"),)),
    LabelSpec(14, "hand", "", "points"),
    *(LabelSpec(number, f"more {number}", "", "points") for number in (15, 16, 17)),
))  # fmt: skip
WORD = LabelSpec(20, "icdar", attributes=(
    AttributeSpec(103, "text", default_value="word"), AttributeSpec(104, "size"),
))  # fmt: skip
WALKER = LabelSpec(21, "market-1501", attributes=(
    AttributeSpec(105, "person_id", default_value="3"), AttributeSpec(106, "hat"),
))  # fmt: skip
LABELS = (PLAIN, TOLD, PERSON, WORD, WALKER)
FRAMES = tuple(Frame(n, n, name, name, 40, 30) for n, name in enumerate(("1.jpg", "2.jpg")))
CLIP = tuple(Frame(n, n, f"frame_{n:06d}", f"frame_{n:06d}.PNG", 40, 30) for n in range(2))

POINTS: dict[str, list[float]] = {
    "rectangle": [2, 3, 12, 13],
    "polygon": [1, 20, 9, 20, 9, 28],
    "ellipse": [20, 15, 30, 10],
    "polyline": [1, 1, 5, 9, 12, 4],
    "points": [3, 25],
    "mask": [1, 2, 2, 3, 4, 10, 8, 13, 10],
    "cuboid": [4, 4, 4, 14, 12, 4, 12, 14, 16, 6, 16, 16, 8, 6, 8, 16],
    "skeleton": [],
}
ELEMENTS = {one.id: [5.0 + 3 * at, 6.0 + 2 * at] for at, one in enumerate(PERSON.sublabels)}
#: What the report says of facts that are lost.
REASONS = {
    "group": {losses.GROUP},
    "z_order": {losses.Z_ORDER},
    "occluded": {losses.OCCLUDED},
    "source": {losses.SOURCE},
    "score": {losses.SCORE},
    "attributes": {losses.ATTRIBUTES, "values of a tag cannot be written"},
    "rotation": {losses.TURNED},
    "track": {losses.TRACKS},
    # Formats that have no such thing do not have the object on the frame.
    "outside": set(),
    "an element's occlusion": {losses.OCCLUDED},
    "an element's attributes": {losses.ATTRIBUTES},
}
FACTS: Mapping[str, Any] = {
    "group": 5, "z_order": 3, "occluded": True, "source": "auto", "score": 0.5,
}  # fmt: skip
#: Facts that a keyframe has, not the track as a whole; and those that tags have.
OF_KEYFRAMES, OF_TAGS = {"z_order", "occluded"}, {"group", "source"}
#: A label that a format has objects of, if not of any.
LABEL_OF = {"ICDAR": WORD, "Market": WALKER}

A = TypeVar("A", bound=Annotation)
Case = tuple[str, str, Sequence[Annotation], Sequence[Annotation]]


def shape(kind: str, label: LabelSpec, frame: int = 0, **facts: Any) -> Shape:
    elements = [
        SubShape(type="points", frame=frame, label_id=one, points=points)
        for one, points in (ELEMENTS if kind == "skeleton" else {}).items()
    ]
    label_id = PERSON.id if kind == "skeleton" else label.id
    facts |= {"type": kind, "label_id": label_id, "elements": elements}
    return Shape(frame=frame, points=POINTS[kind], **facts)


def track(kind: str, label: LabelSpec, keyframe: Mapping[str, Any], **facts: Any) -> Track:
    elements = [
        SubTrack(frame=0, label_id=one, shapes=[
            TrackedShape(type="points", frame=frame, points=points) for frame in (0, 1)
        ])
        for one, points in (ELEMENTS if kind == "skeleton" else {}).items()
    ]  # fmt: skip
    drawn: dict[str, Any] = {"type": kind, "points": POINTS[kind], **keyframe}
    shapes = [TrackedShape(frame=frame, **drawn) for frame in (0, 1)]
    label_id = PERSON.id if kind == "skeleton" else label.id
    return Track(frame=0, label_id=label_id, shapes=shapes, elements=elements, **facts)


def several(fact: str, plain: A, changed: A) -> tuple[list[A], list[A]]:
    """One object without and with the fact; of a group, two."""
    count = 2 if fact == "group" else 1
    return [plain] * count, [changed] * count


def of_shapes(kind: str, label: LabelSpec) -> Iterator[Case]:
    plain = shape(kind, label)
    for fact, value in FACTS.items():
        changed = shape(kind, label, **{fact: value})
        yield kind, fact, *several(fact, plain, changed)
    if kind == "skeleton":
        yield from of_elements(plain)
        return
    if label.attributes:
        value = AttributeValue(label.attributes[-1].id, "2")
        yield kind, "attributes", [plain], [shape(kind, label, attributes=[value])]
    if kind in ("rectangle", "ellipse"):
        yield kind, "rotation", [plain], [shape(kind, label, rotation=30)]


def of_elements(plain: Shape) -> Iterator[Case]:
    first, *others = plain.elements
    for fact, changed in (
        ("an element's occlusion", replace(first, occluded=True)),
        ("an element's attributes", replace(first, attributes=[AttributeValue(102, "red")])),
    ):
        yield "skeleton", fact, [plain], [replace(plain, elements=[changed, *others])]


def of_tracks(kind: str, label: LabelSpec) -> Iterator[Case]:
    plain = track(kind, label, {})
    name = f"{kind} track"
    for fact, value in FACTS.items():
        if fact in OF_KEYFRAMES:
            yield name, fact, [plain], [track(kind, label, {fact: value})]
        elif fact != "score":
            yield name, fact, *several(fact, plain, track(kind, label, {}, **{fact: value}))
    if kind != "skeleton" and label.attributes:
        fixed = [spec.id for spec in label.attributes if not spec.mutable]
        value = AttributeValue(fixed[-1], "2")
        yield name, "attributes", [plain], [track(kind, label, {}, attributes=[value])]
    first, last = plain.shapes
    gone = replace(plain, shapes=[first, replace(last, outside=True)])
    yield name, "outside", [plain], [gone]
    yield name, "track", [shape(kind, label, frame) for frame in (0, 1)], [plain]


def of_tags(label: LabelSpec) -> Iterator[Case]:
    plain = Tag(frame=0, label_id=label.id)
    for fact in OF_TAGS:
        yield "tag", fact, [plain], [replace(plain, **{fact: FACTS[fact]})]
    if label.attributes:
        value = AttributeValue(label.attributes[-1].id, "2")
        yield "tag", "attributes", [plain], [replace(plain, attributes=[value])]


def cases(label: LabelSpec) -> Iterator[Case]:
    for kind in POINTS:
        yield from of_shapes(kind, label)
    for kind in ("rectangle", "polygon", "mask", "skeleton"):
        yield from of_tracks(kind, label)
    yield from of_tags(label)


def spatial_cases() -> Iterator[Case]:
    at = {"type": "cuboid", "points": spatial.cuboid(1, 2, 3)}
    plain = Shape(frame=0, label_id=PLAIN.id, **at)  # type: ignore[arg-type]
    told = replace(plain, label_id=TOLD.id)
    for fact in ("group", "occluded", "source", "score", "z_order"):
        changed = replace(plain, **{fact: FACTS[fact]})
        yield "cuboid", fact, *several(fact, plain, changed)
    value = AttributeValue(100, "2")
    yield "cuboid", "attributes", [told], [replace(told, attributes=[value])]
    keyframes = [TrackedShape(frame=frame, **at) for frame in (0, 1)]  # type: ignore[arg-type]
    whole = Track(frame=0, label_id=PLAIN.id, shapes=keyframes)
    for fact in ("group", "source"):
        given = replace(whole, **{fact: FACTS[fact]})
        yield "cuboid track", fact, *several(fact, whole, given)
    hidden = [replace(one, occluded=True) for one in keyframes]
    yield "cuboid track", "occluded", [whole], [replace(whole, shapes=hidden)]
    yield "cuboid track", "track", [plain, replace(plain, frame=1)], [whole]
    yield from of_tags(PLAIN)
    yield from of_tags(TOLD)


def written(name: str, annotations: Sequence[Annotation], clip: bool) -> tuple[Any, Report]:
    """Members of the archive without its report, and the report."""
    content = gather(list(annotations))
    document = Document(tags=content.tags, shapes=content.shapes, tracks=content.tracks)
    frames = CLIP if clip else FRAMES
    meta: dict[str, Any] = {"source": "a.mp4", "mode": "interpolation"} if clip else {}
    if registry.exporter(name).dimension == "3d":
        frames, meta = spatial.FRAMES[:2], {"dimension": "3d"}
    body, report = export(
        Source("task", LABELS, [part(frames, document, **meta)], False, NOW), name
    )
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        members = {one: archive.read(one) for one in archive.namelist() if one != "report.json"}
    return members, report


def all_cases(name: str) -> Iterator[Case]:
    if registry.exporter(name).dimension == "3d":
        yield from spatial_cases()
        return
    special = next((label for key, label in LABEL_OF.items() if key in name), None)
    for label in (PLAIN, TOLD) if special is None else (special,):
        yield from cases(label)


@pytest.mark.parametrize("name", [one.name for one in registry.exporters()])
def test_what_leaves_no_trace_is_told(name: str) -> None:
    wrong = []
    tried = 0
    for (kind, fact, plain, changed), clip in product(all_cases(name), (False, True)):
        before, _ = written(name, plain, clip)
        after, report = written(name, changed, clip)
        if not report.objects:
            assert report.skipped, (kind, fact)
            continue
        tried += 1
        told = bool(REASONS[fact] & report.converted.keys())
        if told != (before == after):
            wrong.append(f"{kind}: {fact} {'is told but kept' if told else 'is lost'}")
    assert tried
    assert not wrong, "\n".join(sorted(set(wrong)))
