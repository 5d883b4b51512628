"""One small task with everything in it, which every format writes as far as it can."""

from __future__ import annotations

from chalicelib.annotations.model.document import (
    AttributeValue,
    Document,
    Shape,
    SubShape,
    SubTrack,
    Tag,
    Track,
    TrackedShape,
)
from chalicelib.formats.exporting.source import Frame, Source
from chalicelib.formats.labels import AttributeSpec, LabelSpec
from tests.unit.formats.datasets import NOW, TaskPart, part

WIDTH, HEIGHT = 40, 30

CAT = LabelSpec(
    10,
    "cat",
    "#ff0000",
    "any",
    (
        AttributeSpec(100, "asleep", mutable=True, input_type="checkbox", default_value="false"),
        AttributeSpec(101, "age", input_type="number", default_value="1", values=("0", "30", "1")),
        AttributeSpec(102, "name", input_type="text"),
    ),
)
DOG = LabelSpec(11, "dog", "#00ff00")
PERSON = LabelSpec(
    12,
    "person",
    "#0000ff",
    "skeleton",
    (AttributeSpec(103, "looks", input_type="select", default_value="left",
                   values=("left", "right")),),
    (LabelSpec(13, "head", "#111111", "points"), LabelSpec(14, "hand", "#222222", "points"),
     LabelSpec(15, "foot", "#333333", "points")),
    '<line x1="50" y1="10" x2="20" y2="50" data-type="edge" data-node-from="1" data-node-to="2">'
    '</line><circle r="1.5" cx="50" cy="10" data-type="element node" data-element-id="1" '
    'data-node-id="1" data-label-name="head"></circle><circle r="1.5" cx="20" cy="50" '
    'data-type="element node" data-element-id="2" data-node-id="2" data-label-name="hand">'
    '</circle><circle r="1.5" cx="50" cy="90" data-type="element node" data-element-id="3" '
    'data-node-id="3" data-label-name="foot"></circle>',
)  # fmt: skip
LABELS = (CAT, DOG, PERSON)

#: A folder, a name of several dots, a name that is no ASCII; the last one has nothing on it.
NAMES = ("a.jpg", "folder/b.x.png", "кот.jpg", "empty.jpg")
FRAMES = tuple(Frame(n, n, name, name, WIDTH, HEIGHT) for n, name in enumerate(NAMES))
CLIP = tuple(Frame(n, n, f"frame_{n:06d}", f"frame_{n:06d}.PNG", WIDTH, HEIGHT) for n in range(6))


def _values(asleep: str, age: str = "1", name: str = "") -> list[AttributeValue]:
    given = ((100, asleep), (101, age), (102, name))
    return [AttributeValue(spec_id, value) for spec_id, value in given]


def _joint(number: int, label: int, x: float, y: float, **more: bool) -> SubShape:
    return SubShape(
        id=number, type="points", frame=0, points=[x, y], label_id=label,
        outside=more.get("outside", False), occluded=more.get("occluded", False),
    )  # fmt: skip


TAGS = [Tag(id=1, frame=0, label_id=DOG.id), Tag(id=2, frame=2, label_id=CAT.id,
        attributes=_values("true", "3", "Tom"))]  # fmt: skip
SHAPES = [
    Shape(id=11, frame=0, type="rectangle", label_id=CAT.id, points=[2, 3, 12.5, 13],
          attributes=_values("true", "2", "Ann & Co")),
    Shape(id=12, frame=0, type="rectangle", label_id=DOG.id, points=[20, 5, 30, 15], rotation=30,
          occluded=True, z_order=1, score=0.75, source="auto"),
    Shape(id=13, frame=0, type="polygon", label_id=DOG.id, points=[1, 20, 9, 20, 9, 28], group=4),
    Shape(id=14, frame=0, type="polygon", label_id=DOG.id, points=[12, 20, 18, 20, 18, 27],
          group=4),
    Shape(id=15, frame=0, type="skeleton", label_id=PERSON.id,
          attributes=[AttributeValue(103, "right")],
          elements=[_joint(16, 13, 30, 18), _joint(17, 14, 28, 22, occluded=True),
                    _joint(18, 15, 31, 28, outside=True)]),
    Shape(id=21, frame=1, type="ellipse", label_id=CAT.id, points=[20, 15, 30, 10], rotation=0,
          attributes=_values("false")),
    Shape(id=22, frame=1, type="polyline", label_id=DOG.id, points=[1, 1, 5, 9, 12, 4]),
    Shape(id=23, frame=1, type="points", label_id=DOG.id, points=[3, 25, 6, 27]),
    Shape(id=24, frame=2, type="mask", label_id=DOG.id,
          points=[1, 2, 2, 3, 4, 10, 8, 13, 10]),
    Shape(id=25, frame=2, type="cuboid", label_id=CAT.id, attributes=_values("false"),
          points=[4, 4, 4, 14, 12, 4, 12, 14, 16, 6, 16, 16, 8, 6, 8, 16]),
]  # fmt: skip
TRACKS = [
    Track(id=31, frame=0, label_id=CAT.id, attributes=[AttributeValue(101, "5"),
          AttributeValue(102, "Bob")], shapes=[
        TrackedShape(frame=0, type="rectangle", points=[0, 0, 10, 10],
                     attributes=[AttributeValue(100, "false")]),
        TrackedShape(frame=2, type="rectangle", points=[10, 4, 20, 14], occluded=True,
                     attributes=[AttributeValue(100, "true")]),
        TrackedShape(frame=4, type="rectangle", points=[10, 4, 20, 14], outside=True),
    ]),
    Track(id=32, frame=1, label_id=DOG.id, group=2, shapes=[
        TrackedShape(frame=1, type="polygon", points=[30, 20, 38, 20, 38, 28]),
    ]),
    Track(id=33, frame=3, label_id=PERSON.id, shapes=[TrackedShape(frame=3, type="skeleton")],
          elements=[SubTrack(id=34 + at, frame=3, label_id=13 + at, shapes=[
              TrackedShape(frame=3, type="points", points=[5.0 + at, 6.0 + 4 * at])])
              for at in range(3)]),
]  # fmt: skip

#: Photographs with tags and shapes.
PHOTOS: TaskPart = part(FRAMES, Document(tags=TAGS, shapes=SHAPES), name="menagerie")
#: A video with tracks and one shape.
VIDEO: TaskPart = part(
    CLIP, Document(shapes=SHAPES[:1], tracks=TRACKS), name="walk", mode="interpolation",
    source="walk.mp4", original_size=(WIDTH, HEIGHT),
)  # fmt: skip


def source(of: TaskPart = PHOTOS, *, images: bool = False) -> Source:
    """The task as it is exported."""
    return Source("task", LABELS, [of], images, NOW)
