"""Documents drawn by Hypothesis, cut into those of jobs and merged again."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, TypeVar

from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.annotations.merging.joining import Merged, Piece, merge, objects_of
from chalicelib.annotations.merging.slicing import Span, sliced
from chalicelib.annotations.model.document import (
    AttributeValue,
    Objects,
    Shape,
    SubShape,
    SubTrack,
    Tag,
    Track,
)
from tests.unit.annotations.interpolation.drawn import PLACES, tracks

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T", Track, SubTrack)

#: Three jobs; neighbours share five frames.
SPANS = [Span(1, 0, 19), Span(2, 15, 34), Span(3, 30, 49)]
LAST = 49

frames = st.integers(0, LAST)
attributes = st.lists(
    st.builds(AttributeValue, st.integers(1, 2), st.sampled_from("ab")),
    max_size=2,
    unique_by=lambda value: value.spec_id,
)
tags = st.builds(Tag, frame=frames, label_id=st.integers(1, 3), attributes=attributes)


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    """Shapes of every kind."""
    name = draw(st.sampled_from((*PLACES, "skeleton")))
    kind, places = PLACES.get(name, ("skeleton", st.just([])))
    frame = draw(frames)
    elements = []
    if name == "skeleton":
        points = draw(st.lists(PLACES["point"][1], min_size=1, max_size=3))
        elements = [
            SubShape(type="points", frame=frame, label_id=11 + number, points=place)
            for number, place in enumerate(points)
        ]
    return Shape(
        type=kind,
        frame=frame,
        label_id=draw(st.integers(1, 2)),
        points=draw(places),
        rotation=draw(st.sampled_from([0.0, 30.0])),
        z_order=draw(st.integers(0, 1)),
        attributes=draw(attributes),
        elements=elements,
    )


documents = st.builds(
    Objects,
    tags=st.lists(tags, max_size=5),
    shapes=st.lists(shapes(), max_size=6),
    tracks=st.lists(tracks(), max_size=3),
)


def stored(parts: Mapping[int, Objects]) -> list[Piece]:
    """Documents of the jobs as they are stored, with ids."""
    ids = count(1)
    for objects in parts.values():
        for item in objects.all():
            item.id = next(ids)
    return [Piece(span, parts[span.job_id]) for span in SPANS]


def cut_and_merged(document: Objects) -> tuple[list[Piece], list[Merged]]:
    """What jobs have of a document, and what the task makes of that."""
    pieces = stored(sliced(document, SPANS))
    return pieces, merge(pieces)


def read(document: Objects) -> Objects:
    """A document as the task shows it after it was put."""
    return objects_of(cut_and_merged(document)[1])


def plain(document: Objects) -> Objects:
    """The same without ids, keyframes and elements in order, tags and shapes by frame."""
    return Objects(
        tags=sorted((replace(tag, id=None) for tag in document.tags), key=lambda tag: tag.frame),
        shapes=sorted(
            (_without_ids(shape) for shape in document.shapes), key=lambda shape: shape.frame
        ),
        tracks=[
            replace(
                _in_order(track),
                elements=sorted(map(_in_order, track.elements), key=lambda part: part.label_id),
            )
            for track in document.tracks
        ],
    )


def _without_ids(shape: Shape) -> Shape:
    return replace(shape, id=None, elements=[replace(part, id=None) for part in shape.elements])


def _in_order(track: T) -> T:
    shapes = sorted((replace(shape, id=None) for shape in track.shapes), key=lambda s: s.frame)
    return replace(track, id=None, shapes=shapes, frame=shapes[0].frame)
