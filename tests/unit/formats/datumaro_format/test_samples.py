"""The sample task as datumaro's JSON."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from chalicelib.annotations.model.document import Document
from chalicelib.formats.importing.target import Target
from tests.unit.formats import sample
from tests.unit.formats.datasets import TaskPart, export, read
from tests.unit.formats.golden import archived, check
from tests.unit.formats.plain import plain, seen

NAME = "Datumaro 1.0"


@pytest.mark.parametrize(
    ("folder", "part", "objects", "converted"),
    [
        ("datumaro", sample.PHOTOS, 12, {"source was left out": 1}),
        ("datumaro_of_video", sample.VIDEO, 13, {}),
    ],
)
def test_the_sample_is_written(
    folder: str, part: TaskPart, objects: int, converted: dict[str, int]
) -> None:
    body, report = export(sample.source(part, images=True), NAME)
    check(folder, body)
    assert (report.objects, report.skipped, report.converted) == (objects, {}, converted)


def test_photographs_come_back_as_they_were() -> None:
    imported = read(archived("datumaro"), NAME, Target(sample.LABELS, sample.FRAMES))
    # The box of a mask fits it.
    expected = [
        replace(shape, points=[0, 2, 1, 3, 11, 8, 13, 9]) if shape.type == "mask" else shape
        for shape in sample.SHAPES
    ]
    assert plain(imported.document) == plain(Document(tags=sample.TAGS, shapes=expected))
    assert not imported.report.skipped


def test_a_video_shows_the_same_on_every_frame() -> None:
    target = Target(sample.LABELS, sample.CLIP, is_video=True)
    imported = read(archived("datumaro_of_video"), NAME, target).document
    shown = Document(shapes=imported.shapes, tracks=imported.tracks)
    assert seen(shown, sample.CLIP) == seen(sample.VIDEO.content, sample.CLIP)
    assert [track.group for track in imported.tracks] == [0, 2, 0]


def test_masks_become_polygons_where_that_is_wanted() -> None:
    target = Target(sample.LABELS, sample.FRAMES, masks_as_polygons=True)
    imported = read(archived("datumaro"), NAME, target)
    kinds = [shape.type for shape in imported.document.shapes if shape.frame == 2]
    assert sorted(set(kinds)) == ["cuboid", "polygon"]
    assert imported.report.converted == {"mask became polygons": 1}
