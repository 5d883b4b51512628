"""Merging a task's annotations over overlapping jobs: does the time grow with the objects?

Everything is drawn as one document of a task, cut for its jobs, and merged again. In a tenth of
the places the two jobs differ a little, as if two people had drawn there. CPU seconds per object
are compared between small and large tasks, the best of some rounds of each.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Iterator
from functools import partial

from bench.report import Row
from chalicelib.annotations.merging.joining import Piece, merge
from chalicelib.annotations.merging.slicing import Span, sliced
from chalicelib.annotations.model.document import (
    Annotation,
    Objects,
    Shape,
    ShapeType,
    Track,
    TrackedShape,
    gather,
)

ROUNDS = 3
#: Frames of a job, and of those the ones that the next has too.
FRAMES, SHARED = 100, 5
#: Tracks that go through all jobs.
LONG = 500
WIDTH, HEIGHT = 3800.0, 2100.0
KINDS: tuple[ShapeType, ...] = ("rectangle", "polygon", "ellipse", "polyline")


def run() -> Iterator[Row]:
    cost = {
        (jobs, objects): _per_object(partial(task, jobs, objects))
        for jobs, objects in ((10, 1_000), (50, 100), (50, 1_000), (50, 4_000))
    }
    # Of ten jobs nine have one after them, of fifty forty-nine: there is a tenth more to merge.
    yield _row(
        "merging overlapping jobs, 10 to 50 of 1,000 objects: CPU per object, growth",
        cost[10, 1_000], cost[50, 1_000],
    )  # fmt: skip
    yield _row(
        "merging 50 overlapping jobs, 100 to 1,000 objects each: CPU per object, growth",
        cost[50, 100], cost[50, 1_000],
    )  # fmt: skip
    # Forty times as much does not fit the processor's cache, and is measured all the same.
    yield _row(
        "merging 50 overlapping jobs, 100 to 4,000 objects each: CPU per object, growth",
        cost[50, 100], cost[50, 4_000],
    )  # fmt: skip
    short = _per_object(lambda: long_tracks(10), without=LONG)
    long = _per_object(lambda: long_tracks(50), without=LONG)
    yield _row(f"merging {LONG} tracks through 10 to 50 jobs: CPU per joint, growth", short, long)
    # Twenty times as much in one dictionary no longer fits the processor's cache; comparing each
    # with each would take twenty times as long for each.
    few, many = _per_object(lambda: crowd(1_000)), _per_object(lambda: crowd(20_000))
    yield _row("merging one frame of 1,000 to 20,000 boxes: CPU per object, growth", few, many, 2)


def _row(what: str, small: float, large: float, bound: float = 1.2) -> Row:
    return Row(
        what, max(large / small, small / large), bound, False,
        detail=f"{small * 1e6:.1f} to {large * 1e6:.1f} µs for each object",
    )  # fmt: skip


def _per_object(make: Callable[[], list[Piece]], *, without: int = 0) -> float:
    """CPU seconds of merging, over the number of objects in all jobs (`without` some)."""
    pieces = make()
    count = sum(piece.objects.count for piece in pieces) - without
    seconds = []
    gc.collect()
    # How often the garbage collector looks at all that was there before is not merging's doing.
    gc.freeze()
    for _ in range(ROUNDS):
        begun = time.process_time()
        merge(pieces)
        seconds.append(time.process_time() - begun)
        gc.collect()
    gc.unfreeze()
    return min(seconds) / count


def task(jobs: int, objects: int) -> list[Piece]:
    """Jobs with that many objects each: shapes of several kinds, a fifth of them tracks."""
    spans = _spans(jobs)
    draw = random.Random(1)
    last = spans[-1].stop
    drawn = [_object(draw, number, last) for number in range(jobs * objects)]
    return _stored(gather(drawn), spans, draw)


def long_tracks(jobs: int) -> list[Piece]:
    """Tracks that go through all jobs, with a keyframe every 20 frames."""
    spans = _spans(jobs)
    draw = random.Random(3)
    frames = range(0, spans[-1].stop + 1, 20)
    tracks = [
        Track(
            frame=0,
            label_id=1,
            shapes=[
                TrackedShape(type="rectangle", frame=frame, points=_box(draw, WIDTH, HEIGHT))
                for frame in frames
            ],
        )
        for _ in range(LONG)
    ]
    return _stored(Objects(tracks=tracks), spans, draw)


def _spans(jobs: int) -> list[Span]:
    step = FRAMES - SHARED
    return [Span(number, number * step, number * step + FRAMES - 1) for number in range(jobs)]


def crowd(boxes: int) -> list[Piece]:
    """Two jobs with one frame in common, full of boxes that are nearly the same in both.

    The picture grows with their number, so that they stand equally thick.
    """
    side = 100 * boxes**0.5
    draw = random.Random(2)
    shapes = [
        Shape(type="rectangle", frame=1, label_id=1, points=_box(draw, side, side))
        for _ in range(boxes)
    ]
    pieces = _stored(Objects(shapes=shapes), [Span(1, 0, 1), Span(2, 1, 2)], draw)
    for shape in pieces[1].objects.shapes:
        shape.points = [number + draw.uniform(0, 1) for number in shape.points]
    return pieces


def _stored(drawn: Objects, spans: list[Span], draw: random.Random) -> list[Piece]:
    parts = sliced(drawn, spans)
    number = 0
    for objects in parts.values():
        for item in objects.all():
            number += 1
            item.id = number
        for shape in objects.shapes:
            if draw.random() < 0.1:
                shape.points = [one + draw.uniform(0, 2) for one in shape.points]
    return [Piece(span, parts[span.job_id]) for span in spans]


def _object(draw: random.Random, number: int, last: int) -> Annotation:
    frame, label = draw.randrange(last + 1), number % 4
    if number % 5 == 0:
        there, later = _box(draw, WIDTH, HEIGHT), _box(draw, WIDTH, HEIGHT)
        keyframes = {frame: there, min(frame + 30, last): later, min(frame + 60, last): later}
        shapes = [
            TrackedShape(type="rectangle", frame=at, points=points, outside=at > frame + 30)
            for at, points in keyframes.items()
        ]
        return Track(frame=frame, label_id=label, shapes=shapes)
    kind = KINDS[number % len(KINDS)]
    left, top, right, bottom = box = _box(draw, WIDTH, HEIGHT)
    corners = [left, top, right, top, right, bottom, left, bottom]
    points = corners if kind in {"polygon", "polyline"} else box
    return Shape(type=kind, frame=frame, label_id=label, points=points)


def _box(draw: random.Random, width: float, height: float) -> list[float]:
    x, y = draw.uniform(0, width), draw.uniform(0, height)
    return [x, y, x + draw.uniform(20, 60), y + draw.uniform(20, 60)]


if __name__ == "__main__":
    for row in run():
        print(row.text())
