"""What is exported as CVAT's XML is imported again as it was."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.annotations.model.document import Document, Shape, Tag, Track
from chalicelib.formats.importing.target import Target
from tests.unit.formats import strategies as strategy
from tests.unit.formats.datasets import CAT, DOG, export, photos, read, task, video

KINDS = tuple(strategy.POINTS)
NAMES = ["a.jpg", "b/c.png", "b/d & é.png"]


@given(st.lists(strategy.shapes(KINDS), max_size=6), st.lists(strategy.tags(), max_size=3))
def test_images_keep_every_shape_and_tag(shapes: list[Shape], tags: list[Tag]) -> None:
    frames = photos(NAMES, start=5, step=2)
    document = Document(shapes=shapes, tags=tags)
    body, report = export(task(frames, document), "CVAT for images 1.1")
    imported = read(body, "CVAT 1.1", Target((CAT, DOG), frames))
    expected = sorted(shapes, key=lambda shape: (shape.frame, shape.z_order))
    assert imported.document.shapes == expected
    assert imported.document.tags == sorted(tags, key=lambda tag: tag.frame)
    assert not imported.report.skipped
    assert imported.report.objects == report.objects == len(shapes) + len(tags)


@given(st.lists(strategy.tracks(("rectangle", "polygon", "points"), 9), max_size=4))
def test_video_keeps_every_keyframe(tracks: list[Track]) -> None:
    frames = video(10, start=100, step=3)
    body, _ = export(task(frames, Document(tracks=tracks)), "CVAT for video 1.1")
    imported = read(body, "CVAT 1.1", Target((CAT, DOG), frames, is_video=True))
    assert imported.document.tracks == tracks
    assert not imported.report.skipped


@given(strategy.shapes(("rectangle", "polygon", "polyline", "points", "ellipse")))
def test_a_shape_in_a_video_becomes_a_track_of_one_frame(shape: Shape) -> None:
    frames = video(4)
    body, _ = export(task(frames, Document(shapes=[shape])), "CVAT for video 1.1")
    (track,) = read(body, "CVAT 1.1", Target((CAT, DOG), frames, is_video=True)).document.tracks
    assert [(key.frame, key.outside) for key in track.shapes] == [
        (shape.frame, False),
        (shape.frame + 1, True),
    ]
    assert track.shapes[0].points == shape.points
    assert {v.spec_id: v.value for v in [*track.attributes, *track.shapes[0].attributes]} == {
        v.spec_id: v.value for v in shape.attributes
    }


def test_a_shape_on_the_last_frame_has_no_end() -> None:
    frames = video(4)
    shape = Shape(type="rectangle", frame=3, points=[1, 2, 3, 4], label_id=DOG.id)
    body, _ = export(task(frames, Document(shapes=[shape])), "CVAT for video 1.1")
    (track,) = read(body, "CVAT 1.1", Target((CAT, DOG), frames, is_video=True)).document.tracks
    assert [key.frame for key in track.shapes] == [3]
