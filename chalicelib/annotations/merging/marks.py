"""What tags and shapes on one frame are found by."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial

from chalicelib.annotations.merging.pairing import Marks
from chalicelib.annotations.merging.similarity import has_area, room_of
from chalicelib.annotations.model.document import AttributeValue, Shape, Tag


def of_tag(tag: Tag) -> Marks:
    """Tags of one label are copies."""
    return Marks(tag.label_id, None, None, lambda: (_said(tag.attributes), tag.group, tag.source))


def of_shape(shape: Shape) -> Marks:
    """Shapes of one label and type in one place are copies; elements are a skeleton's place."""
    place: Hashable = (
        shape.rotation,
        *shape.points,
        *((part.label_id, part.outside, *part.points) for part in shape.elements),
    )
    room = partial(room_of, shape) if has_area(shape) else None
    return Marks((shape.label_id, shape.type), place, room, lambda: _rest(shape))


def _rest(shape: Shape) -> Hashable:
    return (
        _said(shape.attributes),
        tuple((_said(part.attributes), part.occluded) for part in shape.elements),
        (shape.occluded, shape.outside, shape.z_order, shape.group, shape.source),
    )


def _said(attributes: list[AttributeValue]) -> Hashable:
    return frozenset((value.spec_id, value.value) for value in attributes)
