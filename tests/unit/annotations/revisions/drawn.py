"""Objects and changes as hypothesis draws them, and the plainest way to apply them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from hypothesis import strategies as st

from chalicelib.annotations.model.document import (
    Annotation,
    AttributeValue,
    Objects,
    Shape,
    SubShape,
    SubTrack,
    Tag,
    Track,
    TrackedShape,
    gather,
)
from chalicelib.annotations.revisions.changes import Change, identity

LAST_FRAME = 60
FRAMES = st.integers(0, LAST_FRAME)
_POINTS = st.lists(st.floats(-5, 5, width=32), min_size=2, max_size=8)
_VALUES = st.lists(st.builds(AttributeValue, st.integers(1, 3), st.text(max_size=5)), max_size=2)
_SOURCES = st.sampled_from(["manual", "auto", "файл"])

tags = st.builds(Tag, frame=FRAMES, label_id=st.integers(1, 4), source=_SOURCES, attributes=_VALUES)
_elements = st.builds(
    SubShape, type=st.just("points"), frame=st.just(0), label_id=st.just(9), points=_POINTS
)
shapes = st.builds(
    Shape, type=st.sampled_from(["rectangle", "polygon", "mask"]), frame=FRAMES,
    label_id=st.integers(1, 4), points=_POINTS, source=_SOURCES, attributes=_VALUES,
    elements=st.lists(_elements, max_size=2),
)  # fmt: skip
_keyframes = st.lists(
    st.builds(
        TrackedShape, type=st.just("rectangle"), frame=FRAMES, points=_POINTS,
        outside=st.booleans(),
    ),
    min_size=1, max_size=4, unique_by=lambda shape: shape.frame,
).map(lambda found: sorted(found, key=lambda shape: shape.frame))  # fmt: skip
_parts = _keyframes.map(lambda found: SubTrack(frame=found[0].frame, label_id=9, shapes=found))
tracks = st.builds(
    lambda found, label, parts: Track(
        frame=found[0].frame, label_id=label, shapes=found, elements=parts
    ),
    _keyframes, st.integers(1, 4), st.lists(_parts, max_size=1),
)  # fmt: skip
drawings: st.SearchStrategy[list[Annotation]] = st.lists(
    st.one_of(tags, shapes, shapes, tracks), max_size=12
)

Stored = dict[int, bytes]


def numbered(items: list[Annotation], first: int) -> Objects:
    """Objects with ids from `first` on, in this order."""
    for number, item in enumerate(items, first):
        item.id = number
    return gather(items)


def packed(item: Annotation) -> bytes:
    """What tells an object from all others."""
    return type(item).__name__.encode() + msgspec.msgpack.encode(item)


def stored(objects: Objects) -> Stored:
    """Objects by id. There must not be two of one id."""
    found = {identity(item): packed(item) for item in objects.all()}
    assert len(found) == objects.count
    return found


def applied(before: Mapping[int, Annotation], change: Change) -> dict[int, Annotation]:
    """What a change makes of objects, worked out in the plainest way."""
    after = {} if change.replace else dict(before)
    for object_id in change.delete:
        del after[object_id]
    for item in [*change.update.all(), *change.create.all()]:
        after[identity(item)] = item
    return after


def copied(value: Any) -> Any:
    """The same that shares nothing."""
    return msgspec.msgpack.decode(msgspec.msgpack.encode(value), type=type(value))
