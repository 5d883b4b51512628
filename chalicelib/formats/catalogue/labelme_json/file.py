"""A file of the desktop tool: the shapes of one image.

Points are pairs of pixels. A rectangle has two opposite corners, one that is turned four; a circle
its middle and a point of it; a mask the corners of its box, both inclusive, and its pixels as PNG
in base64. `attributes`, `occluded`, `z_order`, `track_id` and `keyframe` are ours: the tool keeps
what it does not know.
"""

from __future__ import annotations

from typing import Any

import msgspec

#: The tool's version whose files these are.
VERSION = "6.3.1"


class ShapeInFile(msgspec.Struct, omit_defaults=True):
    """A shape. `flags`: checkboxes; `attributes`: all others, as text."""

    label: str
    points: list[list[float]]
    shape_type: str = "polygon"
    group_id: int | None = None
    description: str | None = None
    flags: dict[str, bool] | None = None
    mask: str | None = None
    attributes: dict[str, Any] | None = None
    occluded: bool = False
    z_order: int = 0
    track_id: int | str | None = None
    keyframe: bool | None = None


class File(msgspec.Struct):
    """What is read of a file. `flags`: of the image as a whole."""

    shapes: list[ShapeInFile]
    image_path: str = msgspec.field(name="imagePath", default="")
    image_width: Any = msgspec.field(name="imageWidth", default=None)
    image_height: Any = msgspec.field(name="imageHeight", default=None)
    flags: dict[str, bool] | None = None
