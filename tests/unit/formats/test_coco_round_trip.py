"""What is exported as COCO is imported again as it was, as far as COCO can hold it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.annotations.document import Document, Shape, Track
from chalicelib.annotations.interpolation import frames_of_track
from chalicelib.formats.importing import Target
from tests.unit.formats import strategies as strategy
from tests.unit.formats.datasets import CAT, DOG, export, photos, read, task, video

NAMES = ["a.jpg", "b/c.png", "b/d & é.png"]
KINDS = ("rectangle", "polygon", "mask")


@given(st.lists(strategy.shapes(KINDS, z_order=False, group=False), max_size=6))
def test_boxes_polygons_and_masks_are_kept(shapes: list[Shape]) -> None:
    frames = photos(NAMES)
    body, report = export(task(frames, Document(shapes=shapes)), "COCO 1.0")
    imported = read(body, "COCO 1.0", Target((CAT, DOG), frames))
    assert imported.document.shapes == sorted(shapes, key=lambda shape: shape.frame)
    assert imported.report.objects == report.objects == len(shapes)
    assert not imported.report.skipped


@given(st.lists(strategy.tracks(("rectangle",), 9), max_size=3))
def test_tracks_are_where_they_were_on_every_frame(tracks: list[Track]) -> None:
    frames = video(10)
    body, _ = export(task(frames, Document(tracks=tracks)), "COCO 1.0")
    imported = read(body, "COCO 1.0", Target((CAT, DOG), frames, is_video=True))
    assert _visible(imported.document.tracks) == _visible(tracks)


def _visible(tracks: list[Track]) -> list[object]:
    """Where each track is, to a tenth of a pixel, since COCO rounds every frame."""
    return sorted(
        (
            track.label_id,
            geometry.frame,
            geometry.occluded,
            [round(value) for value in geometry.points],
        )
        for track in tracks
        for geometry in frames_of_track(track, 9)
        if not geometry.outside
    )


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
