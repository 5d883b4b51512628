"""The annotation document: what a job holds and what the API reads and writes.

Coordinates are pixels of the frame as shown (after EXIF rotation), origin top left, x to the
right, y down. Frame numbers are relative to the task. Field names and defaults are CVAT's.
"""

from __future__ import annotations

from typing import Literal

import msgspec

ShapeType = Literal[
    "rectangle", "polygon", "polyline", "points", "ellipse", "cuboid", "mask", "skeleton"
]


class AttributeValue(msgspec.Struct):
    """Value of one attribute; numbers and flags are text (`"3"`, `"true"`)."""

    spec_id: int
    value: str


class Tag(msgspec.Struct, kw_only=True):
    """A label of a whole frame."""

    id: int | None = None
    frame: int
    label_id: int
    group: int | None = 0
    source: str = "manual"
    attributes: list[AttributeValue] = []


class Geometry(msgspec.Struct, kw_only=True):
    """What a shape has on one frame.

    Attributes:
        points: flat x, y pairs; rectangle `x1 y1 x2 y2`, ellipse `cx cy right top`, mask run
            lengths followed by its box.
        rotation: degrees clockwise around the middle of the box, 0 to 360.
    """

    type: ShapeType
    frame: int
    points: list[float] = []
    rotation: float = 0.0
    occluded: bool = False
    outside: bool = False
    z_order: int = 0
    attributes: list[AttributeValue] = []


class SubShape(Geometry, kw_only=True):
    """An element of a skeleton."""

    id: int | None = None
    label_id: int
    group: int | None = 0
    source: str = "manual"


class Shape(Geometry, kw_only=True):
    """An object on one frame."""

    id: int | None = None
    label_id: int
    group: int | None = 0
    source: str = "manual"
    score: float = 1.0
    elements: list[SubShape] = []


class TrackedShape(Geometry, kw_only=True):
    """A keyframe of a track; `attributes` are the mutable ones."""

    id: int | None = None


class SubTrack(msgspec.Struct, kw_only=True):
    """A track of one element of a skeleton."""

    id: int | None = None
    frame: int
    label_id: int
    group: int | None = 0
    source: str = "manual"
    attributes: list[AttributeValue] = []
    shapes: list[TrackedShape]


class Track(msgspec.Struct, kw_only=True):
    """An object over frames: keyframes, and interpolation between them.

    Attributes:
        frame: the first frame.
        attributes: the immutable ones.
    """

    id: int | None = None
    frame: int
    label_id: int
    group: int | None = 0
    source: str = "manual"
    attributes: list[AttributeValue] = []
    shapes: list[TrackedShape]
    elements: list[SubTrack] = []


class Document(msgspec.Struct, kw_only=True):
    """Everything that is annotated in a job or a task. `version` is the revision."""

    version: int = 0
    tags: list[Tag] = []
    shapes: list[Shape] = []
    tracks: list[Track] = []

    @property
    def is_empty(self) -> bool:
        return not (self.tags or self.shapes or self.tracks)
