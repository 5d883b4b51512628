"""Attributes that objects do not mention, and those that went elsewhere."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.annotations.model import validation
from chalicelib.annotations.model.completion import complete
from chalicelib.annotations.model.document import (
    AttributeValue,
    Document,
    Objects,
    Track,
    TrackedShape,
)
from chalicelib.annotations.model.vocabulary import Vocabulary, vocabulary_of
from chalicelib.projects.models import Attribute, Label

CAR, COLOR, PARKED = 1, 11, 12


def _vocabulary(color: bool, parked: bool) -> Vocabulary:
    """`color`, `parked`: whether these attributes are mutable."""
    return vocabulary_of(
        [
            Label(
                id=CAR,
                name="car",
                attributes=[
                    Attribute(id=COLOR, name="color", mutable=color, default_value="red"),
                    Attribute(id=PARKED, name="parked", mutable=parked, default_value="no"),
                ],
            )
        ]
    )


def _keyframe(frame: int, *values: AttributeValue) -> TrackedShape:
    return TrackedShape(type="points", frame=frame, points=[1, 2], attributes=list(values))


def _values(attributes: list[AttributeValue]) -> dict[int, str]:
    assert len({value.spec_id for value in attributes}) == len(attributes)
    return {value.spec_id: value.value for value in attributes}


def test_a_value_follows_its_attribute_when_that_becomes_mutable() -> None:
    track = Track(
        frame=0,
        label_id=CAR,
        attributes=[AttributeValue(COLOR, "blue")],
        shapes=[_keyframe(0, AttributeValue(PARKED, "yes")), _keyframe(5)],
    )
    document = Document(tracks=[track])
    complete(document, _vocabulary(color=True, parked=True))
    (read,) = document.tracks
    assert _values(read.attributes) == {}
    for shape in read.shapes:
        assert _values(shape.attributes) == {COLOR: "blue", PARKED: "yes"}
    assert _values(track.attributes) == {COLOR: "blue"}  # a snapshot's object stays as it was
    assert _values(track.shapes[0].attributes) == {PARKED: "yes"}


def test_the_first_value_holds_when_an_attribute_becomes_immutable() -> None:
    track = Track(
        frame=0,
        label_id=CAR,
        attributes=[AttributeValue(COLOR, "blue")],
        shapes=[
            _keyframe(0, AttributeValue(PARKED, "yes")),
            _keyframe(5, AttributeValue(12, "no")),
        ],
    )
    document = Document(tracks=[track])
    complete(document, _vocabulary(color=False, parked=False))
    (read,) = document.tracks
    assert _values(read.attributes) == {COLOR: "blue", PARKED: "yes"}
    assert [shape.attributes for shape in read.shapes] == [[], []]


values = st.sampled_from([AttributeValue(COLOR, "blue"), AttributeValue(PARKED, "yes")])
some = st.lists(values, unique_by=lambda value: value.spec_id, max_size=2)
tracks = st.builds(
    lambda own, first, second: Track(
        frame=0, label_id=CAR, attributes=own, shapes=[_keyframe(0, *first), _keyframe(5, *second)]
    ),
    some, some, some,
)  # fmt: skip


@given(tracks, st.booleans(), st.booleans())
def test_whatever_changed_what_is_read_may_be_saved(
    track: Track, color: bool, parked: bool
) -> None:
    vocabulary = _vocabulary(color, parked)
    before = msgspec.to_builtins(track)
    document = Document(tracks=[track])
    complete(document, vocabulary)
    (read,) = document.tracks
    everything = _values(read.attributes) | _values(read.shapes[0].attributes)
    assert set(everything) == {COLOR, PARKED}
    validation.check(Objects(tracks=[read]), vocabulary)
    once = msgspec.to_builtins(read)
    complete(document, vocabulary)
    assert msgspec.to_builtins(document.tracks[0]) == once
    assert msgspec.to_builtins(track) == before


@pytest.mark.parametrize("mutable", [True, False])
def test_complete_objects_stay_the_same_objects(mutable: bool) -> None:
    track = Track(frame=0, label_id=CAR + 1, shapes=[_keyframe(0)])
    document = Document(tracks=[track])
    complete(document, _vocabulary(mutable, mutable))
    assert document.tracks[0] is track
