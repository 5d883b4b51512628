"""Skeletons of the sample's label, for hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from chalicelib.annotations.model.document import (
    AttributeValue,
    Shape,
    SubShape,
    SubTrack,
    Track,
    TrackedShape,
)
from tests.unit.formats import sample
from tests.unit.formats import strategies as strategy

LAST = len(sample.CLIP) - 1
POINT = strategy.pairs(1, 1)
LOOKS = st.sampled_from(["left", "right"]).map(lambda value: [AttributeValue(103, value)])


@st.composite
def skeletons(draw: st.DrawFn) -> Shape:
    frame = draw(st.integers(0, len(sample.FRAMES) - 1))
    return Shape(
        type="skeleton",
        frame=frame,
        label_id=sample.PERSON.id,
        occluded=draw(st.booleans()),
        z_order=draw(st.integers(-2, 2)),
        group=draw(st.integers(0, 3)),
        score=draw(st.integers(0, 100)) / 100,
        attributes=draw(LOOKS),
        elements=[
            SubShape(
                type="points",
                frame=frame,
                label_id=one.id,
                points=draw(POINT),
                occluded=draw(st.booleans()),
                outside=draw(st.booleans()),
            )
            for one in sample.PERSON.sublabels
        ],
    )


def _keyframes(draw: st.DrawFn, first: int) -> list[TrackedShape]:
    """Keyframes from the first frame on, as everything of a skeleton begins together."""
    frames = {first, *draw(st.sets(st.integers(first, LAST), max_size=3))}
    return [
        TrackedShape(
            type="points",
            frame=frame,
            points=draw(POINT),
            occluded=draw(st.booleans()),
            outside=draw(st.booleans()) if frame != first else False,
        )
        for frame in sorted(frames)
    ]


@st.composite
def walks(draw: st.DrawFn) -> Track:
    first = draw(st.integers(0, LAST))
    frames = {first, *draw(st.sets(st.integers(first, LAST), max_size=3))}
    return Track(
        frame=first,
        label_id=sample.PERSON.id,
        group=draw(st.integers(0, 3)),
        attributes=draw(LOOKS),
        shapes=[
            TrackedShape(type="skeleton", frame=frame, occluded=draw(st.booleans()))
            for frame in sorted(frames)
        ],
        elements=[
            SubTrack(frame=first, label_id=one.id, shapes=_keyframes(draw, first))
            for one in sample.PERSON.sublabels
        ],
    )
