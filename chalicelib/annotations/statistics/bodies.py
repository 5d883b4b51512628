"""Statistics as the API shows them."""

from __future__ import annotations

import msgspec


class Total(msgspec.Struct, kw_only=True):
    """How much there is.

    Attributes:
        keyframes: frames on which tracks are seen because someone has put them there.
        interpolated: frames on which they are seen besides.
    """

    objects: int = 0
    tags: int = 0
    shapes: int = 0
    tracks: int = 0
    keyframes: int = 0
    interpolated: int = 0


class LabelStatistics(msgspec.Struct, kw_only=True):
    """Objects of one label: all, and by what they are. `name` is empty if the label is gone."""

    label_id: int
    name: str = ""
    objects: int = 0
    tag: int = 0
    rectangle: int = 0
    polygon: int = 0
    polyline: int = 0
    points: int = 0
    ellipse: int = 0
    cuboid: int = 0
    mask: int = 0
    skeleton: int = 0
    track_rectangle: int = 0
    track_polygon: int = 0
    track_polyline: int = 0
    track_points: int = 0
    track_ellipse: int = 0
    track_cuboid: int = 0
    track_mask: int = 0
    track_skeleton: int = 0
    keyframes: int = 0
    interpolated: int = 0


class Stretch(msgspec.Struct):
    """Frames `start` to `stop`, inclusive.

    Attributes:
        annotated: how many of them have anything.
        objects: how many objects are seen on them; one that is seen on several counts on each.
    """

    start: int
    stop: int
    annotated: int
    objects: int


class FrameStatistics(msgspec.Struct, kw_only=True):
    """What is on frames `start` to `stop`, inclusive.

    Attributes:
        total, annotated: how many frames there are, and how many have anything.
        first, last: the first and the last frame that has anything; null if none has.
        objects: how many objects are seen on all frames; one that is seen on several counts on
            each.
        most: how many are seen on the frame that has most.
        histogram: the same by stretches of frames, a hundred at most.
    """

    start: int
    stop: int
    total: int
    annotated: int
    first: int | None
    last: int | None
    objects: int
    most: int
    histogram: list[Stretch]


class StatisticsRead(msgspec.Struct, kw_only=True):
    """How much is annotated in a job or a task.

    Attributes:
        version: the revision that was counted.
        labels: all labels, also those of which there is nothing.
        sources: objects by where they come from.
    """

    version: int
    total: Total
    labels: list[LabelStatistics]
    sources: dict[str, int]
    frames: FrameStatistics
