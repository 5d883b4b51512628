"""Tracks as the API writes them, and what is expected of them, as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Json = dict[str, Any]
Numbers = Sequence[float]


def key(frame: int, kind: str, points: Numbers, **fields: Any) -> Json:
    """A keyframe. `attributes`: values by the id of their specification."""
    attributes = [{"spec_id": k, "value": v} for k, v in fields.pop("attributes", {}).items()]
    return {
        "type": kind, "frame": frame, "points": list(points), "rotation": 0.0, "occluded": False,
        "outside": False, "z_order": 0, "attributes": attributes, **fields,
    }  # fmt: skip


def track(*shapes: Json, **fields: Any) -> Json:
    """A track of keyframes."""
    return {
        "frame": min(shape["frame"] for shape in shapes), "label_id": 1, "group": 0,
        "source": "manual", "attributes": [], "shapes": list(shapes), "elements": [], **fields,
    }  # fmt: skip


def at(points: Numbers, **fields: Any) -> Json:
    """What is expected on a frame."""
    return {
        "points": list(points), "rotation": 0.0, "occluded": False, "outside": False,
        "z_order": 0, "attributes": {}, **fields,
    }  # fmt: skip


def case(
    name: str, of: Json, frames: Mapping[int, Json | None], *, without: Sequence[int] = ()
) -> Json:
    """A track, and what is expected on some of its frames; None: it is not there."""
    return {
        "name": name,
        "track": of,
        "without": list(without),
        "frames": [[frame, expected] for frame, expected in frames.items()],
    }


def blend(start: Numbers, stop: Numbers, part: float) -> list[float]:
    """What a straight line means."""
    return [(1 - part) * a + part * b for a, b in zip(start, stop, strict=True)]
