"""Cutting a task's annotations into those of its jobs and putting them together again."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.annotations.interpolation.tracks import frames_of_track
from chalicelib.annotations.merging.joining import Merged, Piece, merge, objects_of
from chalicelib.annotations.merging.slicing import Span, sliced
from chalicelib.annotations.model.document import (
    Objects,
    Shape,
    ShapeType,
    Tag,
    Track,
    TrackedShape,
)
from chalicelib.annotations.revisions.changes import Snapshot, identity, number, replacement

#: Three jobs, neighbours share five frames.
SPANS = [Span(1, 0, 19), Span(2, 15, 34), Span(3, 30, 49)]
FRAMES = range(50)

frames = st.integers(0, 49)
corner = st.integers(0, 900).map(float)


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    x, y = draw(corner), draw(corner)
    kind: ShapeType = draw(st.sampled_from(["rectangle", "ellipse", "polyline"]))
    points = [x, y, x + 50, y + 40]
    return Shape(type=kind, frame=draw(frames), label_id=draw(st.integers(1, 2)), points=points)


@st.composite
def tracks(draw: st.DrawFn, label: int) -> Track:
    keys = sorted(draw(st.sets(frames, min_size=1, max_size=5)))
    keyframes = []
    for frame in keys:
        x, y = draw(corner), draw(corner)
        hidden = draw(st.booleans())
        keyframes.append(
            TrackedShape(
                type="rectangle", frame=frame, points=[x, y, x + 30, y + 30], outside=hidden
            )
        )
    return Track(frame=keys[0], label_id=label, shapes=keyframes)


@st.composite
def documents(draw: st.DrawFn) -> Objects:
    """Objects without twins: two that are equal could be taken for one."""
    drawn = draw(st.lists(shapes(), max_size=8, unique_by=lambda s: (s.frame, s.label_id, s.type)))
    tags = draw(st.sets(st.tuples(frames, st.integers(1, 2)), max_size=5))
    return Objects(
        tags=[Tag(frame=frame, label_id=label) for frame, label in tags],
        shapes=drawn,
        tracks=[draw(tracks(10 + k)) for k in range(draw(st.integers(0, 3)))],
    )


def _stored(objects: Objects) -> tuple[list[Piece], list[Merged]]:
    ids = count(1)
    parts = []
    for span, part in zip(SPANS, sliced(objects, SPANS).values(), strict=True):
        change = replacement(part)
        number(change, Snapshot(), lambda n: range(next(ids) * 1000, 10**9)[:n])
        parts.append(Piece(span, change.create))
    return parts, merge(parts)


def _seen(track: Track) -> dict[int, list[float]]:
    """Where a track is visible."""
    return {g.frame: g.points for g in frames_of_track(track, FRAMES[-1]) if not g.outside}


def _same(one: dict[int, list[float]], other: dict[int, list[float]]) -> bool:
    return one.keys() == other.keys() and all(
        points == pytest.approx(other[frame], abs=1e-6) for frame, points in one.items()
    )


@given(documents())
def test_together_they_are_what_was_cut(document: Objects) -> None:
    _, merged = _stored(document)
    found = objects_of(merged)
    assert sorted((t.frame, t.label_id) for t in found.tags) == sorted(
        (t.frame, t.label_id) for t in document.tags
    )
    assert sorted((s.frame, s.label_id, s.type, s.points) for s in found.shapes) == sorted(
        (s.frame, s.label_id, s.type, s.points) for s in document.shapes
    )


@given(documents())
def test_a_track_is_seen_in_the_same_places(document: Objects) -> None:
    """It may come back in pieces if it was out of sight where jobs meet, never elsewhere."""
    _, merged = _stored(document)
    found = objects_of(merged)
    for track in document.tracks:
        pieces = [_seen(piece) for piece in found.tracks if piece.label_id == track.label_id]
        together: dict[int, list[float]] = {}
        for piece in pieces:
            assert not together.keys() & piece.keys()
            together |= piece
        assert _same(together, _seen(track))


@given(documents())
def test_every_part_has_one_home(document: Objects) -> None:
    parts, merged = _stored(document)
    homes = [(job, home) for entry in merged for job, home in entry.homes.items()]
    stored = [(part.span.job_id, identity(item)) for part in parts for item in part.objects.all()]
    assert sorted(homes) == sorted(stored)


@given(documents())
def test_cutting_again_makes_the_same_parts(document: Objects) -> None:
    parts, merged = _stored(document)
    assert objects_of(merged).count >= document.count
    again, _ = _stored(objects_of(merged))
    for one, other in zip(parts, again, strict=True):
        assert len(one.objects.shapes) == len(other.objects.shapes)
        assert len(one.objects.tags) == len(other.objects.tags)
        assert len(one.objects.tracks) == len(other.objects.tracks)
        for track in one.objects.tracks:
            assert any(
                _same(_within(one.span, track), _within(one.span, twin))
                for twin in other.objects.tracks
                if twin.label_id == track.label_id
            )


def _within(span: Span, track: Track) -> dict[int, list[float]]:
    return {f: points for f, points in _seen(track).items() if span.start <= f <= span.stop}
