"""The sample task in both flavours, file by file."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from chalicelib.annotations.model.document import AttributeValue, Document
from chalicelib.formats.exporting.source import ProjectMeta, Source
from chalicelib.formats.importing.target import Target
from tests.unit.formats import sample
from tests.unit.formats.datasets import NOW, TaskPart, export, read
from tests.unit.formats.golden import archived, check
from tests.unit.formats.plain import plain

IMAGES, VIDEO = "CVAT for images 1.1", "CVAT for video 1.1"


@pytest.mark.parametrize(
    ("folder", "name", "part", "objects", "skipped"),
    [
        ("cvat_images", IMAGES, sample.PHOTOS, 12, {}),
        # One box, and three tracks on four, five and three frames.
        ("cvat_images_of_video", IMAGES, sample.VIDEO, 13, {}),
        ("cvat_video", VIDEO, sample.VIDEO, 4, {}),
        ("cvat_video_of_images", VIDEO, sample.PHOTOS, 10, {"tag cannot be written": 2}),
    ],
)
def test_the_sample_is_written(
    folder: str, name: str, part: TaskPart, objects: int, skipped: dict[str, int]
) -> None:
    body, report = export(sample.source(part), name)
    check(folder, body)
    assert (report.objects, report.skipped) == (objects, skipped)


def test_a_project_is_written() -> None:
    project = ProjectMeta(id=3, name="zoo", created=NOW, updated=NOW)
    meta = replace(sample.VIDEO.meta, id=8, subset="train")
    parts = [sample.PHOTOS, replace(sample.VIDEO, meta=meta)]
    source = Source("project", sample.LABELS, parts, True, NOW, project)
    for folder, name in (("cvat_project_images", IMAGES), ("cvat_project_video", VIDEO)):
        body, _ = export(source, name)
        check(folder, body)


def test_photographs_come_back_as_they_were() -> None:
    target = Target(sample.LABELS, sample.FRAMES)
    imported = read(archived("cvat_images"), "CVAT 1.1", target)
    assert plain(imported.document) == plain(sample.PHOTOS.content)
    assert not imported.report.skipped


def test_a_video_comes_back_as_it_was() -> None:
    target = Target(sample.LABELS, sample.CLIP, is_video=True)
    imported = read(archived("cvat_video"), "CVAT 1.1", target).document
    assert plain(Document(tracks=imported.tracks[:-1])) == _complete_tracks()
    # The rectangle came back as a track of one frame.
    assert [shape.outside for shape in imported.tracks[-1].shapes] == [False, True]


def test_one_subset_of_a_project_is_read_alone() -> None:
    photos = Target(sample.LABELS, sample.FRAMES, subset="default")
    body = archived("cvat_project_images")
    assert plain(read(body, "CVAT 1.1", photos).document) == plain(sample.PHOTOS.content)
    clip = Target(sample.LABELS, sample.CLIP, subset="train")
    tracks = read(archived("cvat_project_video"), "CVAT 1.1", clip).document.tracks
    assert plain(Document(tracks=tracks[:3])) == _complete_tracks()


def _complete_tracks() -> Document:
    """The sample's tracks with the values that hold without being said."""
    moving, still, person = sample.TRACKS
    *shapes, last = moving.shapes
    last = replace(last, attributes=[AttributeValue(100, "true")])
    moving = replace(moving, shapes=[*shapes, last])
    person = replace(person, attributes=[AttributeValue(103, "left")])
    return plain(Document(tracks=[moving, still, person]))
