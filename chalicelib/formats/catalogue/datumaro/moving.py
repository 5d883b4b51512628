"""Where the points of skeletons have keyframes, which have them for themselves."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.formats.exporting.contents import ObjectOnFrame
from chalicelib.formats.exporting.dataset import Placed

#: Frames by number of track.
Moving = Mapping[int, frozenset[int]]


def moving_joints(placed: Placed) -> tuple[int, Moving]:
    """How many tracks a task has, and on which frames points of skeletons have keyframes."""
    count = 0
    moving: dict[int, frozenset[int]] = {}
    for count, track in enumerate(placed.part.tracks(), 1):
        if track.elements:
            frames = (shape.frame for element in track.elements for shape in element.shapes)
            moving[count - 1] = frozenset(frames)
    return count, moving


def is_keyframe(item: ObjectOnFrame, moving: Moving) -> bool:
    """Whether an object has a keyframe where it is, or one of its points has."""
    if item.keyframe or item.track is None or not item.elements:
        return item.keyframe
    return item.geometry.frame in moving[item.track]
