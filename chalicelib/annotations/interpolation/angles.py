"""Turning from one direction to another by the shorter way.

CVAT's browser takes half a turn clockwise, whichever way round the two are; so does this. (Its
server turns by one degree there, which nobody would call a rule.) The browser has the same in
`static/src/geometry/angle.ts`, by the same operations in the same order.
"""

from __future__ import annotations

from math import fmod, pi


def turned_degrees(start: float, stop: float, part: float) -> float:
    """The direction at `part` (0 to 1) of the way, from 0 up to but not including 360."""
    angle = fmod(start + _arc(start, stop, 360.0) * part, 360.0)
    if angle < 0:
        angle += 360.0
    # What is less than zero by less than a rounding error comes out as a whole turn.
    return 0.0 if angle >= 360.0 else angle


def turned_radians(start: float, stop: float, part: float) -> float:
    """The angle at `part` (0 to 1) of the way, above -π and up to π."""
    return _arc(0.0, start + _arc(start, stop, 2 * pi) * part, 2 * pi)


def _arc(start: float, stop: float, turn: float) -> float:
    """How far it is, more than minus half a turn and at most half a turn."""
    arc = fmod(stop - start, turn)
    if arc > turn / 2:
        return arc - turn
    return arc + turn if arc <= -turn / 2 else arc
