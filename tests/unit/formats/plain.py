"""Documents without what files do not say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.annotations.model.document import Document
from chalicelib.formats.exporting.contents import ObjectOnFrame, objects_by_frame
from chalicelib.formats.exporting.source import Frame

#: Pixels or metres that nobody sees.
NEAR = 0.01


def plain(document: Document) -> Document:
    """Without ids and sources; shapes in the order of their frames and z-order."""
    shapes = sorted(document.shapes, key=lambda shape: (shape.frame, shape.z_order))
    return Document(
        tags=[_told(tag) for tag in document.tags],
        shapes=[_told(shape) for shape in shapes],
        tracks=[_told(track) for track in document.tracks],
    )


def seen(document: Document, frames: Sequence[Frame]) -> list[list[tuple[Any, ...]]]:
    """What can be seen on each frame, keyframe or not, to a hundredth of a pixel or metre."""
    numbers = [frame.number for frame in frames]
    shown = objects_by_frame(document, numbers, numbers[-1])
    return [sorted(map(_seen, content.objects)) for content in shown]


def _seen(item: ObjectOnFrame) -> tuple[Any, ...]:
    shape = item.geometry
    elements = tuple(
        (one.label_id, one.outside, one.occluded and not one.outside, Place(one.points))
        for one in item.elements
        if not one.outside
    )
    place = Place(shape.points)
    return shape.type, item.label_id, shape.occluded, shape.z_order, place, elements


class Place(tuple[float, ...]):
    """Coordinates that equal others which are hardly anywhere else."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Place) and tuple(self) == pytest.approx(tuple(other), abs=NEAR)

    __hash__ = tuple.__hash__


def _told(item: Any) -> Any:
    changes: dict[str, Any] = {"source": "file"} if hasattr(item, "source") else {}
    for field in ("elements", "shapes"):
        if hasattr(item, field):
            changes[field] = [_told(one) for one in getattr(item, field)]
    values = sorted(item.attributes, key=lambda value: value.spec_id)
    return replace(item, id=None, attributes=values, **changes)
