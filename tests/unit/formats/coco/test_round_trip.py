"""What is exported as COCO is imported again as it was, as far as COCO can hold it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.annotations.interpolation.tracks import frames_of_track
from chalicelib.annotations.model.document import Document, Geometry, Shape, ShapeType, Track
from chalicelib.formats.importing.target import Target
from tests.unit.formats import strategies as strategy
from tests.unit.formats.datasets import CAT, DOG, export, photos, read, task, video

NAMES = ["a.jpg", "b/c.png", "b/d & é.png"]
KINDS: tuple[ShapeType, ...] = ("rectangle", "polygon", "mask")


@given(st.lists(strategy.shapes(KINDS, z_order=False, group=False), max_size=6))
def test_boxes_polygons_and_masks_are_kept(shapes: list[Shape]) -> None:
    frames = photos(NAMES)
    body, report = export(task(frames, Document(shapes=shapes)), "COCO 1.0")
    imported = read(body, "COCO 1.0", Target((CAT, DOG), frames))
    assert imported.document.shapes == sorted(shapes, key=lambda shape: shape.frame)
    assert imported.report.objects == report.objects == len(shapes)
    assert not imported.report.skipped


@given(strategy.tracks(("rectangle",), 9))
def test_a_track_is_where_it_was_on_every_frame(track: Track) -> None:
    frames = video(10)
    body, _ = export(task(frames, Document(tracks=[track])), "COCO 1.0")
    imported = read(body, "COCO 1.0", Target((CAT, DOG), frames, is_video=True))
    (back,) = imported.document.tracks
    assert back.label_id == track.label_id
    assert back.attributes == track.attributes
    for after, before in zip(_visible(back), _visible(track), strict=True):
        assert (after.frame, after.occluded) == (before.frame, before.occluded)
        # COCO has two decimals, on keyframes and between them.
        assert after.points == pytest.approx(before.points, abs=0.02)


def _visible(track: Track) -> list[Geometry]:
    return [geometry for geometry in frames_of_track(track, 9) if not geometry.outside]


def test_polygons_of_one_group_are_one_annotation_and_come_back_as_a_group() -> None:
    shapes = [
        Shape(type="polygon", frame=0, points=[0, 0, 10, 0, 10, 10], label_id=DOG.id, group=4),
        Shape(type="polygon", frame=0, points=[20, 0, 30, 0, 30, 10], label_id=DOG.id, group=4),
    ]
    frames = photos(NAMES)
    body, _ = export(task(frames, Document(shapes=shapes)), "COCO 1.0")
    back = read(body, "COCO 1.0", Target((CAT, DOG), frames)).document.shapes
    assert [(shape.points, shape.group) for shape in back] == [
        (shapes[0].points, 1),
        (shapes[1].points, 1),
    ]
