"""Everything that moves in straight lines, turns or holds still, and when it is there at all."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator

from tests.vectors.tracks import Json, at, blend, case, key, track

BOX = [10.0, 20.0, 110.0, 220.0]
PI = math.pi


def cases(draw: random.Random) -> Iterator[Json]:
    """All cases of this module."""
    yield from _linear(draw)
    yield from _rotations()
    yield from _spatial(draw)
    yield from _still()
    yield from _times()
    yield from _what_holds()
    yield from _skeletons()


def _linear(draw: random.Random) -> Iterator[Json]:
    for kind, count in (("rectangle", 4), ("ellipse", 4), ("cuboid", 16), ("points", 2)):
        before = [draw.uniform(1, 999) for _ in range(count)]
        after = [draw.uniform(1, 999) for _ in range(count)]
        of = track(key(3, kind, before), key(13, kind, after))
        frames = {frame: at(blend(before, after, (frame - 3) / 10)) for frame in (3, 4, 9, 12, 13)}
        yield case(f"a {kind} moves in a straight line", of, frames)


def _rotations() -> Iterator[Json]:
    """`stop` = `start` + `turn`, of which a quarter and a half are expected."""
    for start, turn in (
        (0, 90), (350, 20), (10, -20), (90, 179), (270, -179), (359, 2), (1, -2), (0, 0),
        (200, 180), (20, 180), (180, 180), (0, 180), (45, -90), (359.5, 1),
    ):  # fmt: skip
        stop = (start + turn) % 360
        of = track(
            key(0, "rectangle", BOX, rotation=float(start)),
            key(4, "rectangle", BOX, rotation=float(stop)),
        )
        frames = {frame: at(BOX, rotation=(start + turn * frame / 4) % 360) for frame in (1, 2, 3)}
        yield case(f"from {start} degrees to {stop} by {turn}", of, frames)


def _spatial(draw: random.Random) -> Iterator[Json]:
    """Cuboids of a point cloud: each angle by the shorter way, past ±π where that is shorter."""
    for angles, turns in (
        ((0.0, 0.0, 3.0), (0.5, -0.5, 0.4)),
        ((-3.0, 3.1, 0.1), (-0.6, 0.2, -0.2)),
        ((1.0, -1.0, 2.0), (3.0, -3.0, -3.0)),
    ):
        place = [draw.uniform(-50, 50) for _ in range(3)]
        there = [draw.uniform(-50, 50) for _ in range(3)]
        size, later = [4.0, 2.0, 1.5], [4.5, 2.0, 1.0]
        goal = [_principal(a + t) for a, t in zip(angles, turns, strict=True)]
        rest = [0.0] * 7
        of = track(
            key(0, "cuboid", [*place, *angles, *size, *rest]),
            key(5, "cuboid", [*there, *goal, *later, *rest]),
        )
        frames = {}
        for frame in (1, 2, 3, 4):
            part = frame / 5
            turned = [_principal(a + t * part) for a, t in zip(angles, turns, strict=True)]
            points = [*blend(place, there, part), *turned, *blend(size, later, part), *rest]
            frames[frame] = at(points)
        yield case(f"a cuboid of a point cloud turns by {turns} from {angles}", of, frames)


def _principal(angle: float) -> float:
    """The same direction above -π and up to π."""
    while angle > PI:
        angle -= 2 * PI
    while angle <= -PI:
        angle += 2 * PI
    return angle


def _still() -> Iterator[Json]:
    for name, kind, before, after in (
        ("several points", "points", [0.0, 0, 5, 5], [9.0, 9, 20, 20]),
        ("one point that becomes two", "points", [1.0, 1], [9.0, 9, 20, 20]),
        ("two points that become one", "points", [9.0, 9, 20, 20], [1.0, 1]),
        ("masks", "mask", [0.0, 4, 0, 0, 1, 1], [1.0, 2, 1, 6, 6, 7, 7]),
    ):
        of = track(key(0, kind, before), key(4, kind, after))
        yield case(f"{name} hold still", of, {1: at(before), 3: at(before), 4: at(after)})


def _times() -> Iterator[Json]:
    there, later = [0.0, 0, 10, 10], [8.0, 0, 18, 10]
    of = track(key(4, "rectangle", there), key(8, "rectangle", later))
    yield case("before the first keyframe there is nothing; after the last it stays", of,
               {0: None, 3: None, 4: at(there), 6: at([4.0, 0, 14, 10]), 9: at(later),
                1000: at(later)})  # fmt: skip
    gone = track(
        key(0, "rectangle", there),
        key(2, "rectangle", there, outside=True),
        key(6, "rectangle", later),
    )
    yield case("outside lasts until the next keyframe, unseen on its way", gone,
               {1: at(there), 2: at(there, outside=True), 4: at([4.0, 0, 14, 10], outside=True),
                6: at(later)})  # fmt: skip
    ended = track(key(0, "rectangle", there), key(3, "rectangle", later, outside=True))
    yield case("it moves on until it is outside, and stays so", ended,
               {0: at(there), 1: at(blend(there, later, 1 / 3)), 3: at(later, outside=True),
                500: at(later, outside=True)})  # fmt: skip
    disordered = track(
        key(8, "rectangle", later), key(0, "rectangle", there), key(4, "rectangle", later)
    )
    yield case("keyframes count in the order of their frames", disordered,
               {2: at([4.0, 0, 14, 10]), 6: at(later)})  # fmt: skip
    odd = [500.0, 500, 510, 510]
    dropped = track(
        key(0, "rectangle", there, attributes={1: "a"}),
        key(4, "rectangle", odd, rotation=90.0, occluded=True, attributes={1: "b"}),
        key(8, "rectangle", later),
    )
    yield case("a keyframe on a deleted frame does not count, nor does what it says", dropped,
               {2: at([2.0, 0, 12, 10], attributes={1: "a"}),
                6: at([6.0, 0, 16, 10], attributes={1: "a"}),
                9: at(later, attributes={1: "a"})}, without=(4,))  # fmt: skip
    first = track(key(0, "rectangle", odd), key(4, "rectangle", there), key(8, "rectangle", later))
    yield case("without its first keyframe a track begins at its second", first,
               {0: None, 2: None, 6: at([4.0, 0, 14, 10])}, without=(0,))  # fmt: skip
    last = track(key(0, "rectangle", there), key(4, "rectangle", there, outside=True))
    yield case("without the keyframe that ends it a track goes on", last, {9: at(there)},
               without=(4,))  # fmt: skip
    yield case("without any keyframe there is nothing", last, {9: None}, without=(0, 4))


def _what_holds() -> Iterator[Json]:
    of = track(
        key(0, "rectangle", BOX, occluded=True, z_order=3, attributes={1: "red", 2: "x"}),
        key(4, "rectangle", BOX, z_order=-1, attributes={1: "blue"}),
        key(8, "rectangle", BOX, attributes={3: "late"}),
        attributes=[{"spec_id": 9, "value": "immutable"}],
    )
    yield case(
        "occlusion, order and attributes hold until they are said again", of,
        {
            3: at(BOX, occluded=True, z_order=3, attributes={1: "red", 2: "x"}),
            4: at(BOX, z_order=-1, attributes={1: "blue", 2: "x"}),
            7: at(BOX, z_order=-1, attributes={1: "blue", 2: "x"}),
            20: at(BOX, attributes={1: "blue", 2: "x", 3: "late"}),
        },
    )  # fmt: skip


def _skeletons() -> Iterator[Json]:
    """Each element moves between its own keyframes, whatever those of the skeleton are."""
    nose = track(key(0, "points", [0.0, 0]), key(10, "points", [10.0, 20]), label_id=11)
    hand = track(
        key(4, "points", [50.0, 50]),
        key(6, "points", [50.0, 54], outside=True),
        key(8, "points", [60.0, 54], occluded=True),
        label_id=12,
    )  # fmt: skip
    of = track(
        key(0, "skeleton", [], z_order=2),
        key(5, "skeleton", [], occluded=True),
        key(12, "skeleton", [], outside=True),
        elements=[nose, hand],
    )
    whole = at([], z_order=2)
    yield case(
        "elements of a skeleton move by themselves", of,
        {
            2: {**whole, "elements": [[11, at([2.0, 4])]]},
            4: {**whole, "elements": [[11, at([4.0, 8])], [12, at([50.0, 50])]]},
            5: {**at([], occluded=True),
                "elements": [[11, at([5.0, 10])], [12, at([50.0, 52])]]},
            7: {**at([], occluded=True),
                "elements": [[11, at([7.0, 14])], [12, at([55.0, 54], outside=True)]]},
            9: {**at([], occluded=True),
                "elements": [[11, at([9.0, 18])], [12, at([60.0, 54], occluded=True)]]},
            13: {**at([], outside=True),
                 "elements": [[11, at([10.0, 20])], [12, at([60.0, 54], occluded=True)]]},
        },
    )  # fmt: skip
