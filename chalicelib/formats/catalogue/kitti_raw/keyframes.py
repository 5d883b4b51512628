"""Which poses of a tracklet are keyframes."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.annotations.interpolation.positions import between
from chalicelib.annotations.model.document import TrackedShape

#: Metres and radians by which a pose may be off.
NEAR = 1e-4

#: Shapes with whether somebody placed them there.
Placed = Sequence[tuple[TrackedShape, bool]]


def keyframes_of(shapes: Placed) -> list[TrackedShape]:
    """Shapes without those that lie where interpolation has them anyway.

    KITTI's own interpolation follows the car, which a straight line does not, so between two poses
    that a person placed either none is a keyframe, or each is.
    """
    chosen = [at for at, (shape, labeled) in enumerate(shapes) if _must(shapes, at, labeled)]
    kept: list[TrackedShape] = []
    for at, following in zip(chosen, [*chosen[1:], len(shapes)], strict=True):
        kept.append(shapes[at][0])
        passed = [shape for shape, _ in shapes[at + 1 : following]]
        last = shapes[following][0] if following < len(shapes) else None
        if not _follows(shapes[at][0], passed, last):
            kept += passed
    return kept


def _must(shapes: Placed, at: int, labeled: bool) -> bool:
    """Whether a shape is a keyframe wherever it is."""
    if at == 0 or labeled:
        return True
    shape, before = shapes[at][0], shapes[at - 1][0]
    return (shape.outside, shape.occluded, shape.attributes) != (
        before.outside,
        before.occluded,
        before.attributes,
    )


def _follows(
    left: TrackedShape, passed: Sequence[TrackedShape], right: TrackedShape | None
) -> bool:
    """Whether shapes are on the way between two others, or all stay where the first is."""
    if left.outside:
        return True
    position = None if right is None else between(left, right)
    span = 1 if right is None else right.frame - left.frame
    for shape in passed:
        moved = left.points if position is None else position((shape.frame - left.frame) / span)[0]
        if any(abs(a - b) > NEAR for a, b in zip(moved, shape.points, strict=True)):
            return False
    return True
