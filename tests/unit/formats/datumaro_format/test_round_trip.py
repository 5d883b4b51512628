"""What is exported as datumaro's JSON is imported again as it was."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.annotations.model.document import Document, Shape, Tag, Track
from chalicelib.formats.exporting.source import Source
from chalicelib.formats.importing.target import Target
from tests.unit.formats import sample
from tests.unit.formats import strategies as strategy
from tests.unit.formats.datasets import CAT, DOG, NOW, export, part, photos, read, task
from tests.unit.formats.plain import plain, seen
from tests.unit.formats.skeletons import skeletons, walks

NAME = "Datumaro 1.0"
KINDS = tuple(strategy.POINTS)
NAMES = ["a.jpg", "b/c.png", "b/d & é.png"]


@given(st.lists(strategy.shapes(KINDS), max_size=6), st.lists(strategy.tags(), max_size=3))
def test_every_shape_and_tag_is_kept(shapes: list[Shape], tags: list[Tag]) -> None:
    frames = photos(NAMES, start=5, step=2)
    document = Document(shapes=shapes, tags=sorted(tags, key=lambda tag: tag.frame))
    body, report = export(task(frames, document), NAME)
    imported = read(body, NAME, Target((CAT, DOG), frames))
    expected = plain(document)
    assert plain(imported.document) == expected
    assert not imported.report.skipped
    assert imported.report.objects == report.objects == len(shapes) + len(tags)


@given(st.lists(skeletons(), max_size=4), st.lists(walks(), max_size=3))
def test_skeletons_are_kept(shapes: list[Shape], tracks: list[Track]) -> None:
    document = Document(shapes=shapes)
    source = Source("task", sample.LABELS, [part(sample.FRAMES, document)], False, NOW)
    imported = read(export(source, NAME)[0], NAME, Target(sample.LABELS, sample.FRAMES))
    assert plain(imported.document) == plain(document)
    document = Document(tracks=sorted(tracks, key=lambda track: track.frame))
    source = Source("task", sample.LABELS, [part(sample.CLIP, document)], False, NOW)
    found = read(export(source, NAME)[0], NAME, Target(sample.LABELS, sample.CLIP)).document
    assert seen(found, sample.CLIP) == seen(document, sample.CLIP)


@given(st.lists(strategy.tracks(("rectangle", "polygon", "points"), 5), max_size=4))
def test_tracks_are_seen_on_the_same_frames(tracks: list[Track]) -> None:
    document = Document(tracks=sorted(tracks, key=lambda track: track.frame))
    clip = part(sample.CLIP, document)
    body, _ = export(Source("task", (CAT, DOG), [clip], False, NOW), NAME)
    imported = read(body, NAME, Target((CAT, DOG), sample.CLIP, is_video=True)).document
    assert len(imported.tracks) == len(tracks)
    visible = [[one[:4] for one in frame] for frame in seen(document, sample.CLIP)]
    assert [[one[:4] for one in frame] for frame in seen(imported, sample.CLIP)] == visible
