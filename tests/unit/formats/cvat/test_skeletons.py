"""Skeletons, whatever their points do, are read as they were written."""

from __future__ import annotations

import io
import zipfile

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.annotations.model.document import Document, Shape, Track
from chalicelib.formats.exporting.source import Source
from chalicelib.formats.importing.target import Target
from chalicelib.formats.labels import LabelSpec
from tests.unit.formats import sample
from tests.unit.formats.datasets import NOW, export, part, read
from tests.unit.formats.plain import plain
from tests.unit.formats.skeletons import skeletons, walks


@given(st.lists(skeletons(), max_size=4))
def test_photographs_keep_skeletons(shapes: list[Shape]) -> None:
    document = Document(shapes=shapes)
    source = Source("task", sample.LABELS, [part(sample.FRAMES, document)], False, NOW)
    body, _ = export(source, "CVAT for images 1.1")
    imported = read(body, "CVAT 1.1", Target(sample.LABELS, sample.FRAMES))
    assert plain(imported.document) == plain(document)
    assert imported.report.kinds.get("skeleton", 0) == len(shapes)


@given(st.lists(walks(), max_size=3))
def test_videos_keep_skeletons(tracks: list[Track]) -> None:
    document = Document(tracks=tracks)
    source = Source("task", sample.LABELS, [part(sample.CLIP, document)], False, NOW)
    body, _ = export(source, "CVAT for video 1.1")
    imported = read(body, "CVAT 1.1", Target(sample.LABELS, sample.CLIP, is_video=True))
    assert plain(imported.document) == plain(document)
    assert not imported.report.skipped


def test_a_mask_in_a_video_stays_a_mask() -> None:
    mask = next(shape for shape in sample.SHAPES if shape.type == "mask")
    clip = part(sample.CLIP, Document(shapes=[mask]))
    body, _ = export(Source("task", sample.LABELS, [clip], False, NOW), "CVAT for video 1.1")
    imported = read(body, "CVAT 1.1", Target(sample.LABELS, sample.CLIP, is_video=True))
    assert plain(imported.document) == plain(Document(shapes=[mask]))
    assert imported.report.converted == {"mask track of one frame became a mask": 1}
    assert not imported.report.skipped


def test_a_point_that_the_skeleton_lacks_is_told() -> None:
    body, _ = export(sample.source(sample.VIDEO), "CVAT for video 1.1")
    person = LabelSpec(12, "person", type="skeleton", sublabels=sample.PERSON.sublabels[:2])
    imported = read(body, "CVAT 1.1", Target((person,), sample.CLIP, is_video=True))
    assert [len(track.elements) for track in imported.document.tracks] == [2]
    assert imported.report.labels == {"cat": 2, "dog": 1, "person: foot": 1}


def test_drawings_name_points_that_are_stored_by_id() -> None:
    svg = '<circle data-label-id="13"></circle><circle data-label-id="14"></circle>'
    head = LabelSpec(13, 'a"b', type="points")
    label = LabelSpec(12, "person", type="skeleton", sublabels=(head,), svg=svg)
    clip = part(sample.CLIP, Document())
    body, _ = export(Source("task", (label,), [clip], False, NOW), "CVAT for video 1.1")
    imported = zipfile.ZipFile(io.BytesIO(body)).read("annotations.xml").decode()
    assert 'data-label-name="a&amp;quot;b"' in imported
    assert 'data-label-id="14"' in imported
