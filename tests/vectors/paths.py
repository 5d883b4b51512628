"""Polygons and polylines whose way from one keyframe to the next is known beforehand."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator

from tests.vectors.tracks import Json, Numbers, at, blend, case, key, track

Point = tuple[float, float]
Move = Callable[[Point], Point]

#: Between keyframes 0 and 8.
SPAN = 8


def cases(draw: random.Random) -> Iterator[Json]:
    """All cases of this module."""
    yield from _similar(draw)
    yield from _stretched(draw)
    yield from _with_a_vertex_more(draw)
    yield from _by_hand()


def _flat(points: list[Point]) -> list[float]:
    return [number for point in points for number in point]


def _star(draw: random.Random, corners: int) -> list[Point]:
    """Corners at random distances from a middle, at equal angles: never crosses itself."""
    x, y = draw.uniform(200, 400), draw.uniform(200, 400)
    turn = 2 * math.pi / corners
    radii = [draw.uniform(50, 100) for _ in range(corners)]
    return [(x + r * math.cos(k * turn), y + r * math.sin(k * turn)) for k, r in enumerate(radii)]


def _similarity(draw: random.Random) -> Move:
    """Turns, scales and shifts; keeps every proportion of lengths."""
    angle, scale = draw.uniform(0, 2 * math.pi), draw.uniform(0.4, 2.5)
    cos, sin = scale * math.cos(angle), scale * math.sin(angle)
    dx, dy = draw.uniform(-200, 200), draw.uniform(-200, 200)
    return lambda p: (cos * p[0] - sin * p[1] + dx, sin * p[0] + cos * p[1] + dy)


def _similar(draw: random.Random) -> Iterator[Json]:
    """A figure that keeps its proportions: every vertex becomes its own image."""
    for kind in ("polygon", "polyline"):
        for corners in (3, 4, 7, 20):
            before = _star(draw, corners)
            move = _similarity(draw)
            after = _flat([move(point) for point in before])
            yield _straight(f"a {kind} of {corners} vertices turns, grows and moves", kind,
                            _flat(before), after)  # fmt: skip


def _stretched(draw: random.Random) -> Iterator[Json]:
    """A regular figure stretched by so little that no vertex comes closer to another's place."""
    for corners in (4, 6, 12):
        turn = 2 * math.pi / corners
        before = [(300 + 80 * math.cos(k * turn), 300 + 80 * math.sin(k * turn))
                  for k in range(corners)]  # fmt: skip
        # Lengths of sides change by at most the factor of the stretching, 1.2, so places along the
        # path change by less than 1.2² - 1 of a quarter of it and never by half a side.
        wide, shear = draw.uniform(1.0, 1.1), draw.uniform(-0.05, 0.05)
        after = [(wide * x + shear * y + 40, y - 25) for x, y in before]
        yield _straight(f"{corners} vertices, stretched", "polygon", _flat(before), _flat(after))


def _straight(name: str, kind: str, before: Numbers, after: Numbers) -> Json:
    of = track(key(0, kind, before), key(SPAN, kind, after))
    frames = {frame: at(blend(before, after, frame / SPAN)) for frame in range(1, SPAN)}
    return case(name, of, frames)


def _with_a_vertex_more(draw: random.Random) -> Iterator[Json]:
    """One more vertex on a side, near the vertex before or after it.

    The new vertex N and the nearer end A of its side belong together. On the way to where there
    are both, they stand `part · |AN|` apart; on the way back, `(1 - part) · |AN|`. Two vertices
    are thinned out to the point between them while they are less than |AN| / 4 apart (half the
    mean spacing of two vertices on a length of |AN|).
    """
    for kind in ("polygon", "polyline"):
        for along in (0.2, 0.45, 0.6, 0.9):
            before = _star(draw, 6)
            side = draw.randrange(1, 4)
            move = _similarity(draw)
            yield _growing(kind, before, side, along, move, back=False)
            yield _growing(kind, before, side, along, move, back=True)


def _growing(
    kind: str, few: list[Point], side: int, along: float, move: Move, *, back: bool
) -> Json:
    new = tuple(blend(few[side], few[side + 1], along))
    near = side if along < 0.5 else side + 1
    many = [*few[: side + 1], (new[0], new[1]), *few[side + 1 :]]
    image = [move(point) for point in few]
    added = move((new[0], new[1]))
    start, stop = (many, image) if back else (few, [move(point) for point in many])
    frames: dict[int, Json | None] = {}
    # Frame 2 (6 on the way back) is the very edge, where rounding decides.
    for frame in (1, 3, 4, 5, 7):
        part = frame / SPAN
        ends = (
            [blend(point, to, part) for point, to in zip(few, image, strict=True)],
            blend(new, image[near], part) if back else blend(few[near], added, part),
        )
        vertices, extra = ends
        close = part > 0.75 if back else part < 0.25
        if close:
            vertices[near] = blend(vertices[near], extra, 0.5)
        else:
            vertices.insert(side + 1, extra)
        frames[frame] = at([number for vertex in vertices for number in vertex])
    way = "loses" if back else "gains"
    of = track(key(0, kind, _flat(start)), key(SPAN, kind, _flat(stop)))
    return case(f"a {kind} {way} a vertex at {along} of a side", of, frames)


def _by_hand() -> Iterator[Json]:
    square = [0.0, 0, 10, 0, 10, 10, 0, 10]
    yield case(
        "a square started at its next vertex is not turned back: half way it is a diamond",
        track(key(0, "polygon", square), key(2, "polygon", [10.0, 0, 10, 10, 0, 10, 0, 0])),
        {1: at([5.0, 0, 10, 5, 5, 10, 0, 5])},
    )
    yield case(
        "a square drawn the other way round is not reversed: two vertices change places",
        track(key(0, "polygon", square), key(2, "polygon", [0.0, 0, 0, 10, 10, 10, 10, 0])),
        {1: at([0.0, 0, 5, 5, 10, 10, 5, 5])},
    )
    yield case(
        "a polyline drawn from the other end is not reversed",
        track(key(0, "polyline", [0.0, 0, 10, 0]), key(4, "polyline", [10.0, 0, 0, 0])),
        {1: at([2.5, 0, 7.5, 0]), 3: at([7.5, 0, 2.5, 0])},
    )
    # Places of the square: 0, 1/4, 1/2, 3/4, 1; of the triangle (sides 3, 4, 5): 0, 1/4, 7/12, 1.
    # The third and fourth vertex lie nearest to the third place (1/12 and 1/6 away), so they
    # share it: they stand half of 10 apart half way, and are thinned out below 10 / 4.
    triangle = [0.0, 0, 3, 0, 3, 4]
    yield case(
        "a square becomes a triangle: two vertices run together",
        track(key(0, "polygon", square), key(8, "polygon", triangle)),
        {
            4: at([0.0, 0, 6.5, 0, 6.5, 7, 1.5, 7]),
            7: at([0.0, 0, 3.875, 0, 3.25, 4.75]),
        },
    )
    yield case(
        "rotation means nothing for a polygon and holds",
        track(key(0, "polygon", square, rotation=10.0), key(4, "polygon", square, rotation=90.0)),
        {3: at(square, rotation=10.0), 4: at(square, rotation=90.0)},
    )
