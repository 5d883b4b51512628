"""A small task of point clouds with everything in it."""

from __future__ import annotations

from hypothesis import strategies as st

from chalicelib.annotations.model.document import (
    AttributeValue,
    Document,
    Shape,
    Tag,
    Track,
    TrackedShape,
)
from chalicelib.formats.exporting.source import Frame, Source
from chalicelib.formats.importing.target import Target
from chalicelib.formats.labels import LabelSpec
from tests.unit.formats.datasets import NOW, TaskPart, part
from tests.unit.formats.sample import CAT, DOG

LABELS: tuple[LabelSpec, ...] = (CAT, DOG)
NAMES = ("0000000000.pcd", "scene/b.x.pcd", "туман.pcd", "last.pcd")
FRAMES = tuple(Frame(n, n, name, name, 0, 0) for n, name in enumerate(NAMES))
TARGET = Target(LABELS, FRAMES, dimension="3d")


def cuboid(x: float, y: float, z: float, turn: float = 0.0, length: float = 4.5) -> list[float]:
    return [x, y, z, 0.0, 0.0, turn, length, 1.75, 1.5, *[0.0] * 7]


VALUES = [AttributeValue(100, "true"), AttributeValue(101, "5"), AttributeValue(102, "Tom & Co")]
SHAPES = [
    Shape(id=1, frame=0, type="cuboid", label_id=CAT.id, points=cuboid(1, -2, 0.5, 0.75),
          attributes=VALUES),
    Shape(id=2, frame=1, type="cuboid", label_id=DOG.id, points=cuboid(-10.25, 3, -1), group=3,
          occluded=True),
]  # fmt: skip
TRACKS = [
    Track(id=3, frame=0, label_id=DOG.id, shapes=[
        TrackedShape(frame=0, type="cuboid", points=cuboid(0, 0, 0)),
        TrackedShape(frame=2, type="cuboid", points=cuboid(4, 2, 0, 0.5)),
        TrackedShape(frame=3, type="cuboid", points=cuboid(4, 2, 0, 0.5), outside=True),
    ]),
]  # fmt: skip
TAGS = [Tag(id=9, frame=2, label_id=DOG.id)]
SCENE: TaskPart = part(
    FRAMES, Document(tags=TAGS, shapes=SHAPES, tracks=TRACKS), name="scene", dimension="3d"
)

_metres = st.integers(-5000, 5000).map(lambda value: value / 100)
_angles = st.integers(-314, 314).map(lambda value: value / 100)
_lengths = st.integers(1, 1000).map(lambda value: value / 100)


def source(of: TaskPart = SCENE, *, images: bool = True) -> Source:
    """The task as it is exported."""
    return Source("task", LABELS, [of], images, NOW)


@st.composite
def cuboids(draw: st.DrawFn, sizes: list[float] | None = None) -> list[float]:
    """Points of a cuboid; `sizes`: its extents, if they are given."""
    place = [draw(_metres) for _ in range(3)] + [draw(_angles) for _ in range(3)]
    return [*place, *(sizes or [draw(_lengths) for _ in range(3)]), *[0.0] * 7]


@st.composite
def sizes(draw: st.DrawFn) -> list[float]:
    return [draw(_lengths) for _ in range(3)]
