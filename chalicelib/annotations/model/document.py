"""The annotation document: what a job holds and what the API reads and writes.

Coordinates are pixels of the frame as shown (after EXIF rotation), origin top left, x to the
right, y down. Frame numbers are relative to the task. Field names and defaults are CVAT's.

The structs are not tracked by the garbage collector (`gc=False`): they never form cycles, and a
document has tens of thousands of them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from chalicelib.annotations.model import limits

ShapeType = Literal[
    "rectangle", "polygon", "polyline", "points", "ellipse", "cuboid", "mask", "skeleton"
]
Kind = Literal["tag", "shape", "track"]

Natural = Annotated[int, Meta(ge=0, le=limits.INTEGER)]
Order = Annotated[int, Meta(ge=-limits.INTEGER - 1, le=limits.INTEGER)]
Identifier = Annotated[int, Meta(ge=0, le=limits.IDENTIFIER)]
Degrees = Annotated[float, Meta(ge=0, le=360)]
Score = Annotated[float, Meta(ge=0, le=1)]
Source = Annotated[str, Meta(min_length=1, max_length=limits.SOURCE)]
Value = Annotated[str, Meta(max_length=limits.VALUE)]


class AttributeValue(msgspec.Struct, gc=False):
    """Value of one attribute; numbers and flags are text (`"3"`, `"true"`)."""

    spec_id: Identifier
    value: Value


class Tag(msgspec.Struct, kw_only=True, gc=False):
    """A label of a whole frame."""

    id: Identifier | None = None
    frame: Natural
    label_id: Identifier
    group: Natural | None = 0
    source: Source = "manual"
    attributes: list[AttributeValue] = []


class Geometry(msgspec.Struct, kw_only=True, gc=False):
    """What a shape has on one frame.

    Attributes:
        points: flat x, y pairs; rectangle `x1 y1 x2 y2`, ellipse `cx cy right top`. A cuboid of
            a picture has its eight corners, one of a point cloud `x y z`, its turns around them,
            its extents, and seven zeros. A mask has run lengths, row by row and beginning with
            clear pixels, and then its box `left top right bottom` of inclusive pixels.
        rotation: degrees clockwise around the middle of the box, 0 to 360.
    """

    type: ShapeType
    frame: Natural
    points: list[float] = []
    rotation: Degrees = 0.0
    occluded: bool = False
    outside: bool = False
    z_order: Order = 0
    attributes: list[AttributeValue] = []


class SubShape(Geometry, kw_only=True, gc=False):
    """An element of a skeleton."""

    id: Identifier | None = None
    label_id: Identifier
    group: Natural | None = 0
    source: Source = "manual"
    score: Score = 1.0


class Shape(Geometry, kw_only=True, gc=False):
    """An object on one frame."""

    id: Identifier | None = None
    label_id: Identifier
    group: Natural | None = 0
    source: Source = "manual"
    score: Score = 1.0
    elements: list[SubShape] = []


class TrackedShape(Geometry, kw_only=True, gc=False):
    """A keyframe of a track; `attributes` are the mutable ones."""

    id: Identifier | None = None


class SubTrack(msgspec.Struct, kw_only=True, gc=False):
    """A track of one element of a skeleton."""

    id: Identifier | None = None
    frame: Natural
    label_id: Identifier
    group: Natural | None = 0
    source: Source = "manual"
    attributes: list[AttributeValue] = []
    shapes: list[TrackedShape]


class Track(msgspec.Struct, kw_only=True, gc=False):
    """An object over frames: keyframes, and interpolation between them.

    Attributes:
        frame: the first frame.
        attributes: the immutable ones.
    """

    id: Identifier | None = None
    frame: Natural
    label_id: Identifier
    group: Natural | None = 0
    source: Source = "manual"
    attributes: list[AttributeValue] = []
    shapes: list[TrackedShape]
    elements: list[SubTrack] = []


#: One annotated thing.
Annotation = Tag | Shape | Track


class Objects(msgspec.Struct, kw_only=True):
    """Annotated things by kind."""

    tags: list[Tag] = []
    shapes: list[Shape] = []
    tracks: list[Track] = []

    @property
    def is_empty(self) -> bool:
        return not (self.tags or self.shapes or self.tracks)

    @property
    def count(self) -> int:
        return len(self.tags) + len(self.shapes) + len(self.tracks)

    def all(self) -> list[Annotation]:
        """Every object: tags, then shapes, then tracks."""
        return [*self.tags, *self.shapes, *self.tracks]


class Document(Objects, kw_only=True):
    """Everything that is annotated in a job or a task.

    Attributes:
        version: the revision of a job; of a task, the sum of its jobs' revisions.
        intervals: annotations of audio, which this server does not keep; always empty.
    """

    version: int = 0
    intervals: Annotated[list[Any], Meta(max_length=0)] = []


def kind_of(annotation: Annotation) -> Kind:
    """The kind that an object is of."""
    if isinstance(annotation, Shape):
        return "shape"
    return "tag" if isinstance(annotation, Tag) else "track"


def gather(annotations: list[Annotation]) -> Objects:
    """Objects sorted by kind, in their order otherwise."""
    objects = Objects()
    for annotation in annotations:
        if isinstance(annotation, Shape):
            objects.shapes.append(annotation)
        elif isinstance(annotation, Tag):
            objects.tags.append(annotation)
        else:
            objects.tracks.append(annotation)
    return objects
