"""Cutting a task's annotations into those of its jobs and putting them together again."""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.annotations.interpolation.positions import is_spatial
from chalicelib.annotations.interpolation.tracks import at_frame, elements_at, frames_of_track
from chalicelib.annotations.merging.growing import ordered
from chalicelib.annotations.merging.joining import merge, objects_of
from chalicelib.annotations.merging.similarity import nearly_same
from chalicelib.annotations.merging.slicing import CURVES, sliced
from chalicelib.annotations.model.document import (
    Geometry,
    Objects,
    SubTrack,
    Track,
    TrackedShape,
)
from chalicelib.annotations.revisions.changes import identity
from tests.unit.annotations.interpolation.drawn import tracks
from tests.unit.annotations.merging.drawn import (
    LAST,
    SPANS,
    cut_and_merged,
    documents,
    plain,
    read,
    stored,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Frames on which one of the jobs begins or ends within another.
SEAMS = {SPANS[1].start, SPANS[0].stop, SPANS[2].start, SPANS[1].stop}


def _never_away(track: Track) -> Track:
    """The same track, in the picture from its first keyframe on."""

    def shown(part: Track | SubTrack) -> list[Geometry]:
        return [replace(shape, outside=False) for shape in part.shapes]

    elements = [replace(part, shapes=shown(part)) for part in track.elements]
    return replace(track, shapes=shown(track), elements=elements)


@given(documents)
def test_tags_and_shapes_are_what_was_cut(document: Objects) -> None:
    """Every kind, with copies in one place too."""
    found, wanted = plain(read(document)), plain(document)
    for one, other in ((found.tags, wanted.tags), (found.shapes, wanted.shapes)):
        assert len(one) == len(other)
        assert all(item in other for item in one)


@given(tracks())
def test_a_track_is_what_was_cut(track: Track) -> None:
    """To the last keyframe, however it moves and turns; nothing of the cuts is left."""
    assume(not _stands_still_on_a_seam(track))
    document = Objects(tracks=[_never_away(track)])
    _begin_with_the_skeleton(document.tracks[0])
    assert plain(read(document)) == plain(document)


def _stands_still_on_a_seam(track: Track) -> bool:
    """Whether a curve has a keyframe where jobs meet that changes nothing: as a cut has."""
    parts: list[Track | SubTrack] = [track, *track.elements]
    return any(map(_stands_still, parts))


def _stands_still(part: Track | SubTrack) -> bool:
    line = ordered(part)
    return line[0].type in CURVES and any(
        nearly_same(shape, at_frame(line[:place] + line[place + 1 :], shape.frame) or shape)
        for place, shape in enumerate(line)
        if shape.frame in SEAMS
    )


def _begin_with_the_skeleton(track: Track) -> None:
    """Elements that go on where there is no skeleton are cut off with it, which is as it should."""
    for part in track.elements:
        part.shapes = [s for s in part.shapes if s.frame >= track.frame] or part.shapes[:1]
        first = min(part.shapes, key=lambda shape: shape.frame)
        first.frame = max(first.frame, track.frame)
        part.frame = first.frame


@pytest.mark.parametrize("last", sorted(SEAMS))
def test_a_curve_may_end_where_jobs_meet(last: int) -> None:
    """Between two numbers of vertices a part of the way is another way."""
    places = {0: [0.0, 0, 9, 0, 9, 9], 1: [1.0, 0, 9, 1, 9, 9, 4, 12], last: [2.0, 5, 8, 1, 9, 7]}
    shapes = [
        TrackedShape(type="polygon", frame=frame, points=points) for frame, points in places.items()
    ]
    document = Objects(tracks=[Track(frame=0, label_id=1, shapes=shapes)])
    assert [shape.frame for shape in read(document).tracks[0].shapes] == [0, 1, last]


@given(st.lists(tracks(), max_size=3))
def test_a_track_is_seen_in_the_same_places(drawn: list[Track]) -> None:
    """It may come back in pieces if it was out of sight where jobs meet, never elsewhere."""
    labelled = [replace(track, label_id=100 + n) for n, track in enumerate(drawn)]
    found = read(Objects(tracks=labelled))
    for track in labelled:
        pieces = [piece for piece in found.tracks if piece.label_id == track.label_id]
        together: dict[int, Geometry] = {}
        for piece in pieces:
            seen = _seen(piece)
            assert not together.keys() & seen.keys()
            together |= seen
        _expect_same(together, _seen(track))


@given(st.lists(tracks(["skeleton"]), min_size=1, max_size=1))
def test_elements_of_a_skeleton_are_seen_in_the_same_places(drawn: list[Track]) -> None:
    found = read(Objects(tracks=drawn))
    for frame in _seen(drawn[0]):
        [piece] = [piece for piece in found.tracks if frame in _seen(piece)]
        _expect_same(_elements(piece, frame), _elements(drawn[0], frame))


def _seen(track: Track) -> dict[int, Geometry]:
    return {g.frame: g for g in frames_of_track(track, LAST) if not g.outside}


def _elements(track: Track, frame: int) -> dict[int, Geometry]:
    return {part.label_id: at for part, at in elements_at(track, frame) if not at.outside}


def _expect_same(one: dict[int, Geometry], other: dict[int, Geometry]) -> None:
    assert one.keys() == other.keys()
    for key, here in one.items():
        there = other[key]
        assert (here.occluded, here.z_order) == (there.occluded, there.z_order)
        assert _said(here) == _said(there)
        turn = abs(here.rotation - there.rotation)
        assert min(turn, 360 - turn) <= 1e-6
        if here.type not in {"polygon", "polyline"}:
            angles = range(3, 6) if is_spatial(here) else range(0)
            for number, (one_number, other_number) in enumerate(
                zip(here.points, there.points, strict=True)
            ):
                away = one_number - other_number
                turns = round(away / (2 * pi)) if number in angles else 0
                assert abs(away - turns * 2 * pi) <= 1e-6


def _said(shape: Geometry) -> dict[int, str]:
    return {value.spec_id: value.value for value in shape.attributes}


@given(documents)
def test_every_part_has_one_home(document: Objects) -> None:
    parts, merged = cut_and_merged(document)
    homes = [(job, home) for entry in merged for job, home in entry.homes.items()]
    there = [(part.span.job_id, identity(item)) for part in parts for item in part.objects.all()]
    assert sorted(homes) == sorted(there)


@pytest.mark.slow
@given(st.tuples(documents, documents, documents))
def test_what_was_read_can_be_put_back(drawn: tuple[Objects, Objects, Objects]) -> None:
    """Jobs that were annotated apart: their task does not change by being read and put back."""
    parts = {
        span.job_id: sliced(document, SPANS)[span.job_id]
        for span, document in zip(SPANS, drawn, strict=True)
    }
    first = plain(objects_of(merge(stored(parts))))
    second = plain(read(first))
    assert _counts([second]) == _counts([first])
    assert plain(read(second)) == second


@given(documents)
def test_putting_back_what_was_put_changes_no_job(document: Objects) -> None:
    parts, merged = cut_and_merged(document)
    again, _ = cut_and_merged(objects_of(merged))
    assert [plain(part.objects).shapes for part in parts] == [
        plain(part.objects).shapes for part in again
    ]
    assert _counts(part.objects for part in parts) == _counts(part.objects for part in again)


def _counts(documents: Iterable[Objects]) -> list[tuple[int, int, int]]:
    return [(len(d.tags), len(d.shapes), len(d.tracks)) for d in documents]
