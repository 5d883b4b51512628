"""Annotations as backups have them: labels and attributes by their names.

`annotations.json` is a list with an entry for each job, in the order of the jobs:
`{"version": 0, "tags": […], "shapes": […], "tracks": […]}`. Frame numbers are relative to the task.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.annotations.model.document import (
    Degrees,
    Natural,
    Order,
    Score,
    ShapeType,
)


class NamedValue(msgspec.Struct, gc=False):
    """The value of an attribute."""

    value: str | int | float | bool
    name: Annotated[str, Meta(max_length=64)]


class NamedTag(msgspec.Struct, kw_only=True, gc=False):
    """A tag."""

    frame: Natural
    label: str
    group: Natural | None = 0
    source: str | None = "manual"
    attributes: list[NamedValue] = []


class NamedGeometry(msgspec.Struct, kw_only=True, gc=False):
    """What a shape has on one frame; a keyframe of a track."""

    type: ShapeType
    occluded: bool | None = False
    outside: bool | None = False
    z_order: Order | None = 0
    rotation: Degrees | None = 0.0
    points: list[float] | None = []
    frame: Natural
    attributes: list[NamedValue] = []


class NamedShape(NamedGeometry, kw_only=True, gc=False):
    """A shape, or an element of a skeleton. `score` is not CVAT's."""

    label: str
    group: Natural | None = 0
    source: str | None = "manual"
    score: Score | UnsetType = UNSET
    elements: list[NamedShape] | None = []


class NamedTrack(msgspec.Struct, kw_only=True, gc=False):
    """A track, or that of an element of a skeleton."""

    frame: Natural
    label: str
    group: Natural | None = 0
    source: str | None = "manual"
    shapes: list[NamedGeometry]
    attributes: list[NamedValue] = []
    elements: list[NamedTrack] | None = []
