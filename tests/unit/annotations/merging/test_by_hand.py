"""CVAT's rules of merging, each on an example worked out by hand.

Two jobs: frames 0 to 9 and 7 to 16, which share frames 7, 8 and 9.
"""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.annotations.merging.joining import Merged, Piece, merge, objects_of
from chalicelib.annotations.merging.similarity import of_geometries
from chalicelib.annotations.merging.slicing import Span, sliced
from chalicelib.annotations.model.document import (
    AttributeValue,
    Geometry,
    Objects,
    Shape,
    ShapeType,
    Tag,
    Track,
    TrackedShape,
)

SPANS = [Span(1, 0, 9), Span(2, 7, 16)]
BOX = [0.0, 0, 10, 10]


def _merged(left: Objects, right: Objects) -> list[Merged]:
    for number, item in enumerate([*left.all(), *right.all()], 1):
        item.id = number
    return merge([Piece(SPANS[0], left), Piece(SPANS[1], right)])


def _shape(points: list[float], frame: int = 8, **fields: Any) -> Shape:
    return Shape(**{"type": "rectangle", "label_id": 1, **fields}, frame=frame, points=points)


def _key(frame: int, points: list[float], *, outside: bool = False) -> TrackedShape:
    return TrackedShape(type="rectangle", frame=frame, points=points, outside=outside)


def _track(*shapes: TrackedShape, label: int = 1) -> Track:
    return Track(frame=shapes[0].frame, label_id=label, shapes=list(shapes))


def _places(merged: list[Merged]) -> list[list[float]]:
    return [shape.points for shape in objects_of(merged).shapes]


@pytest.mark.parametrize(
    ("moved", "same"),
    [
        # 10 by 8.6 of twice 100 less that: 86 / 114 = 0.754, enough.
        (1.4, True),
        # 85 / 115 = 0.739, too little: the cost of 0.261 is more than 0.25.
        (1.5, False),
    ],
)
def test_boxes_are_one_from_three_quarters_on(moved: float, same: bool) -> None:
    other = [moved, 0.0, 10 + moved, 10]
    found = _merged(Objects(shapes=[_shape(BOX)]), Objects(shapes=[_shape(other)]))
    # Of a pair the one in the earlier job stays.
    assert _places(found) == ([BOX] if same else [BOX, other])


def test_label_type_and_frame_must_be_the_same() -> None:
    found = _merged(
        Objects(shapes=[_shape(BOX)]),
        Objects(
            shapes=[
                _shape(BOX, label_id=2),
                _shape(BOX, type="ellipse"),
                _shape(BOX, frame=9),
            ]
        ),
    )
    assert len(found) == 4


def test_rotation_of_boxes_is_ignored() -> None:
    found = _merged(Objects(shapes=[_shape(BOX)]), Objects(shapes=[_shape(BOX, rotation=90.0)]))
    assert len(found) == 1


@pytest.mark.parametrize("kind", ["points", "polyline", "ellipse", "cuboid", "mask"])
def test_of_other_kinds_only_copies_are_one(kind: ShapeType) -> None:
    """CVAT takes none of them for one; a copy is one here, so that tasks do not grow."""
    points = [1.0, 2, 3, 4, 5, 6]
    near = [*points[:5], 6.001]
    for other, count in ((points, 1), (near, 2)):
        found = _merged(
            Objects(shapes=[_shape(points, type=kind)]),
            Objects(shapes=[_shape(other, type=kind)]),
        )
        assert len(found) == count


def test_a_polygon_that_crosses_itself_is_like_no_other() -> None:
    bow_tie = [0.0, 0, 10, 10, 10, 0, 0, 10]
    moved = [0.0, 0, 10, 10, 10, 0, 0.1, 10]
    for other, count in ((bow_tie, 1), (moved, 2)):
        found = _merged(
            Objects(shapes=[_shape(bow_tie, type="polygon")]),
            Objects(shapes=[_shape(other, type="polygon")]),
        )
        assert len(found) == count


def test_cuboids_of_point_clouds_are_compared_from_above_and_from_the_side() -> None:
    def cuboid(x: float, y: float, z: float) -> Geometry:
        points = [x, y, z, 0.3, 0, 0, 10.0, 10, 10, *[0.0] * 7]
        return Geometry(type="cuboid", frame=8, points=points)

    here = cuboid(0, 0, 0)
    # 2 along x: 8 of 10 shared in both views, (80 / 120)².
    assert of_geometries(here, cuboid(2, 0, 0)) == pytest.approx(4 / 9)
    # 2 along y is seen from above only, 2 along z from the side only.
    assert of_geometries(here, cuboid(0, 2, 0)) == pytest.approx(2 / 3)
    assert of_geometries(here, cuboid(0, 0, 2)) == pytest.approx(2 / 3)
    assert of_geometries(here, cuboid(0, 2, 2)) == pytest.approx(4 / 9)
    assert of_geometries(here, cuboid(0, 20, 0)) == 0


def test_pairs_are_chosen_together() -> None:
    # Left A at 0, B at 1; right C at 0.5, D at -0.9. A is likest to C (95/105 = .905), but then B
    # and D (81/119 = .681) are two. Together A-D (.835) and B-C (.905) are more alike.
    left = [_shape([x, 0.0, x + 10, 10]) for x in (0.0, 1.0)]
    right = [_shape([x, 0.0, x + 10, 10]) for x in (0.5, -0.9)]
    found = _merged(Objects(shapes=left), Objects(shapes=right))
    assert [entry.homes for entry in found] == [{1: 1, 2: 4}, {1: 2, 2: 3}]


def test_pairs_are_chosen_before_they_are_given_up() -> None:
    # A-C .9 alone, or A-D .818 and B-C .724: together 1.54, so CVAT takes both and then gives up
    # B-C, which is below .75.
    left = [_shape([x, 0.0, x + 10, 10]) for x in (0.0, 2.126)]
    right = [_shape([x, 0.0, x + 10, 10]) for x in (0.526, -1.0)]
    found = _merged(Objects(shapes=left), Objects(shapes=right))
    assert [entry.homes for entry in found] == [{1: 1, 2: 4}, {1: 2}, {2: 3}]


def test_tags_of_one_label_are_one_by_one() -> None:
    def tags(*labels: int) -> Objects:
        return Objects(tags=[Tag(frame=8, label_id=label) for label in labels])

    found = _merged(tags(1, 1, 2), tags(1, 3))
    assert sorted(tag.label_id for tag in objects_of(found).tags) == [1, 1, 2, 3]


def test_among_copies_those_that_say_the_same_are_one() -> None:
    def saying(*values: str) -> Objects:
        return Objects(
            shapes=[_shape(BOX, attributes=[AttributeValue(1, value)]) for value in values]
        )

    found = _merged(saying("red", "blue"), saying("blue"))
    assert [entry.homes for entry in found] == [{1: 1}, {1: 2, 2: 3}]


def test_tracks_are_one_from_half_on() -> None:
    # On frames 7 and 8 the same, on 9 nothing in common: 2/3.
    left = _track(_key(0, BOX), _key(8, BOX), _key(9, [90.0, 0, 99, 10]))
    found = _merged(Objects(tracks=[left]), Objects(tracks=[_track(_key(7, BOX))]))
    assert len(found) == 1
    # The same on frame 7 only: 1/3. The left one is closed behind its job, on frame 10.
    left = _track(_key(0, BOX), _key(7, BOX), _key(8, [90.0, 0, 99, 10]))
    found = _merged(Objects(tracks=[left]), Objects(tracks=[_track(_key(7, BOX))]))
    assert [[(s.frame, s.outside) for s in track.shapes] for track in objects_of(found).tracks] == [
        [(0, False), (7, False), (8, False), (10, True)],
        [(7, False)],
    ]


def test_tracks_are_one_at_half_and_not_just_below() -> None:
    # The same on frame 7, and both leave on frame 8, at different places: 1/2.
    left = _track(_key(7, BOX), _key(8, [90.0, 0, 99, 10], outside=True))
    right = _track(_key(7, BOX), _key(8, BOX, outside=True))
    assert len(_merged(Objects(tracks=[left]), Objects(tracks=[right]))) == 1
    # The same on frame 7, four tenths on 8, nothing on 9: 1.4/3.
    left = _track(_key(7, BOX), _key(8, [0.0, 0, 4, 10]), _key(9, [90.0, 0, 99, 10]))
    found = _merged(Objects(tracks=[left]), Objects(tracks=[_track(_key(7, BOX))]))
    assert len(found) == 2


def test_frames_on_which_one_has_left_the_picture_count_against_them() -> None:
    # Frame 7 the same; on 8 one is outside and the other not; on 9 one is there alone: 1/3.
    left = _track(_key(0, BOX), _key(8, BOX, outside=True))
    found = _merged(Objects(tracks=[left]), Objects(tracks=[_track(_key(7, BOX))]))
    assert len(found) == 2
    # Both leave on frame 8: 7 and 8 the same, on 9 there is neither.
    right = _track(_key(7, BOX), _key(8, BOX, outside=True))
    assert len(_merged(Objects(tracks=[left]), Objects(tracks=[right]))) == 1


def test_joined_tracks_have_the_keyframes_of_both_and_of_the_earlier_where_both_have() -> None:
    left = _track(_key(2, BOX), _key(8, [2.0, 0, 12, 10]))
    right = _track(_key(7, BOX), _key(8, [3.0, 0, 13, 10]), _key(12, [50.0, 0, 60, 10]))
    [found] = objects_of(_merged(Objects(tracks=[left]), Objects(tracks=[right]))).tracks
    assert [(s.frame, s.points[0]) for s in found.shapes] == [(2, 0), (7, 0), (8, 2), (12, 50)]


def test_a_track_is_cut_with_keyframes_where_it_goes_through() -> None:
    track = _track(_key(0, BOX), _key(16, [16.0, 0, 26, 10]))
    parts = sliced(Objects(tracks=[track]), SPANS)
    assert [[(s.frame, s.points[0]) for s in parts[job].tracks[0].shapes] for job in (1, 2)] == [
        [(0, 0), (9, 9)],
        [(7, 7), (16, 16)],
    ]
    # Put together it has no keyframe that nobody set.
    [found] = objects_of(_merged(parts[1], parts[2])).tracks
    assert [(s.frame, s.points[0]) for s in found.shapes] == [(0, 0), (16, 16)]


def test_a_keyframe_of_a_cut_stays_if_the_track_was_changed_behind_it() -> None:
    track = _track(_key(0, BOX), _key(16, [16.0, 0, 26, 10]))
    parts = sliced(Objects(tracks=[track]), SPANS)
    parts[2].tracks[0].shapes[-1].points = [20.0, 0, 30, 10]
    [found] = objects_of(_merged(parts[1], parts[2])).tracks
    # On frame 9 it turns off its old way; frame 7 lies on it and says nothing.
    assert [(s.frame, s.points[0]) for s in found.shapes] == [(0, 0), (9, 9), (16, 20)]
