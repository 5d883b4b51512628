"""Tracklets as they stand in the XML file."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from chalicelib.formats.catalogue.kitti_raw import layout

#: Poses of one tracklet.
MOST_POSES = 1_000_000


class ReadPose(NamedTuple):
    """An object on frame `at`. `place`: x, y, z, turns around them. `labeled`: by a person."""

    at: int
    place: list[float]
    is_there: bool
    occluded: bool
    labeled: bool
    values: list[tuple[str, str]]


class ReadTracklet(NamedTuple):
    name: str
    size: list[float]
    poses: list[ReadPose]


def tracklet_of(element: Any) -> ReadTracklet:
    """A tracklet. Raises ValueError."""
    poses = element.find("poses")
    listed = [] if poses is None else poses.findall("item")
    first = _whole(element, "first_frame")
    if first < 0 or len(listed) > MOST_POSES:
        raise ValueError(f"frames {first} to {first + len(listed)}")
    size = [_number(element, name) for name in "hwl"]
    if min(size) < 0:
        raise ValueError("a cuboid of negative size")
    common = _values(element)
    hidden = False
    found = []
    for index, item in enumerate(listed, first):
        occlusion = _whole(item, "occlusion", layout.UNSET)
        known = occlusion in (layout.PARTLY, layout.FULLY)
        if _whole(item, "occlusion_kf", 0):
            hidden = known
        place = [_number(item, name) for name in ("tx", "ty", "tz", "rx", "ry", "rz")]
        truncation = _whole(item, "truncation", layout.INSIDE)
        found.append(
            ReadPose(
                index,
                place,
                truncation not in (layout.OUTSIDE, layout.BEHIND),
                hidden if occlusion == layout.UNSET else known,
                _whole(item, "state", layout.LABELED) != layout.INTERPOLATED,
                [*common, *_values(item)],
            )
        )
    return ReadTracklet(_text(element, "objectType"), size, found)


def _values(element: Any) -> list[tuple[str, str]]:
    attributes = element.find("attributes")
    if attributes is None:
        return []
    return [
        (_text(one, "name"), one.findtext("value") or "") for one in attributes.findall("attribute")
    ]


def _text(element: Any, tag: str) -> str:
    found = element.findtext(tag)
    if not found:
        raise ValueError(f"{element.tag} has no {tag}")
    text: str = found
    return text


def _number(element: Any, tag: str) -> float:
    value = float(_text(element, tag))
    if not math.isfinite(value):
        raise ValueError(f"{tag} is not a finite number")
    return value


def _whole(element: Any, tag: str, default: int | None = None) -> int:
    found = element.findtext(tag)
    return default if found is None and default is not None else int(found or _text(element, tag))
