from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.annotations.interpolation.tracks import at_frame, frames_of_track, keyframes_of
from chalicelib.annotations.model.document import AttributeValue, ShapeType, Track, TrackedShape


def _key(
    frame: int,
    points: list[float],
    kind: ShapeType = "rectangle",
    *,
    rotation: float = 0.0,
    outside: bool = False,
    attributes: dict[int, str] | None = None,
) -> TrackedShape:
    values = [AttributeValue(spec, value) for spec, value in (attributes or {}).items()]
    return TrackedShape(
        type=kind, frame=frame, points=points, rotation=rotation, outside=outside,
        attributes=values,
    )  # fmt: skip


def _track(*shapes: TrackedShape) -> Track:
    return Track(frame=shapes[0].frame, label_id=1, shapes=list(shapes))


def test_a_box_moves_in_a_straight_line_and_stays_at_the_end() -> None:
    track = _track(_key(2, [0, 0, 10, 10]), _key(6, [8, 4, 18, 14]))
    found = {g.frame: g.points for g in frames_of_track(track, 8)}
    assert found == {
        2: [0, 0, 10, 10], 3: [2, 1, 12, 11], 4: [4, 2, 14, 12], 5: [6, 3, 16, 13],
        6: [8, 4, 18, 14], 7: [8, 4, 18, 14], 8: [8, 4, 18, 14],
    }  # fmt: skip


def test_outside_ends_the_track_until_it_comes_back() -> None:
    track = _track(
        _key(0, [0, 0, 1, 1]), _key(2, [4, 0, 5, 1], outside=True), _key(5, [9, 0, 10, 1])
    )
    found = [(g.frame, g.outside) for g in frames_of_track(track, 6)]
    assert found == [(0, False), (1, False), (2, True), (5, False), (6, False)]


@pytest.mark.parametrize(
    ("start", "stop", "half"), [(0, 90, 45), (350, 10, 0), (10, 350, 0), (270, 20, 325)]
)
def test_turning_takes_the_shorter_way(start: float, stop: float, half: float) -> None:
    track = _track(_key(0, [0, 0, 1, 1], rotation=start), _key(2, [0, 0, 1, 1], rotation=stop))
    found = list(frames_of_track(track, 2))
    assert found[1].rotation == pytest.approx(half)


def test_several_points_and_masks_hold_still() -> None:
    for kind, first, second in (
        ("points", [0.0, 0, 5, 5], [9.0, 9, 9, 9]),
        ("mask", [0.0, 4, 0, 0, 1, 1], [0.0, 4, 6, 6, 7, 7]),
    ):
        track = _track(_key(0, first, kind), _key(2, second, kind))  # type: ignore[arg-type]
        assert [g.points for g in frames_of_track(track, 2)] == [first, first, second]


def test_a_single_point_moves() -> None:
    track = _track(_key(0, [0, 0], "points"), _key(4, [8, 4], "points"))
    assert [g.points for g in frames_of_track(track, 2)] == [[0, 0], [2, 1], [4, 2]]


def test_attributes_and_occlusion_hold() -> None:
    first = _key(0, [0, 0, 1, 1], attributes={1: "a", 2: "x"})
    first.occluded = True
    track = _track(first, _key(2, [0, 0, 1, 1], attributes={1: "b"}))
    found = list(frames_of_track(track, 3))
    assert [{v.spec_id: v.value for v in g.attributes} for g in found] == [
        {1: "a", 2: "x"}, {1: "a", 2: "x"}, {1: "b", 2: "x"}, {1: "b", 2: "x"},
    ]  # fmt: skip
    assert [g.occluded for g in found] == [True, True, False, False]


def test_keyframes_on_deleted_frames_do_not_count() -> None:
    track = _track(_key(0, [0, 0, 1, 1]), _key(2, [50, 0, 51, 1]), _key(4, [8, 0, 9, 1]))
    found = {g.frame: g.points[0] for g in frames_of_track(track, 4, without={2})}
    assert found == {0: 0, 1: 2, 3: 6, 4: 8}


def test_polygons_of_different_sizes_meet_in_the_middle() -> None:
    square = [0.0, 0, 10, 0, 10, 10, 0, 10]
    # The same square with a vertex in the middle of each side, twice as large.
    other = [0.0, 0, 10, 0, 20, 0, 20, 10, 20, 20, 10, 20, 0, 20, 0, 10]
    track = _track(_key(0, square, "polygon"), _key(2, other, "polygon"))
    _, between, _ = frames_of_track(track, 2)
    xs, ys = between.points[::2], between.points[1::2]
    assert (min(xs), min(ys), max(xs), max(ys)) == (0, 0, 15, 15)


coordinates = st.floats(-1e4, 1e4).map(lambda value: round(value, 2))
boxes = st.lists(coordinates, min_size=4, max_size=4)


@st.composite
def tracks(draw: st.DrawFn) -> Track:
    """Tracks of boxes and of polygons."""
    frames = sorted(draw(st.sets(st.integers(0, 40), min_size=1, max_size=6)))
    kind: ShapeType = draw(st.sampled_from(["rectangle", "polygon", "polyline"]))
    if kind == "rectangle":
        points = boxes
    else:
        points = st.integers(3, 9).flatmap(
            lambda n: st.lists(coordinates, min_size=2 * n, max_size=2 * n)
        )
    return _track(*(_key(f, draw(points), kind, outside=draw(st.booleans())) for f in frames))


@given(tracks(), st.integers(0, 60))
def test_one_frame_is_as_in_the_whole(track: Track, stop: int) -> None:
    keyframes = keyframes_of(track)
    found = {g.frame: g for g in frames_of_track(track, stop)}
    for frame in range(stop + 1):
        alone = at_frame(keyframes, frame)
        if frame in found:
            assert alone == found[frame]
        else:
            assert alone is None or alone.outside


@given(tracks())
def test_what_moves_stays_within_the_bounds_of_its_keyframes(track: Track) -> None:
    for left, right in pairwise(keyframes_of(track)):
        between = [g for g in frames_of_track(track, right.frame) if g.frame >= left.frame]
        for axis in (0, 1):
            ends = left.points[axis::2] + right.points[axis::2]
            for shape in between:
                assert min(ends) - 1e-6 <= min(shape.points[axis::2])
                assert max(shape.points[axis::2]) <= max(ends) + 1e-6
                assert len(shape.points) % 2 == 0
