"""Stored annotations as backups have them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from chalicelib.annotations.model.document import (
    AttributeValue,
    Geometry,
    Shape,
    SubShape,
    SubTrack,
    Tag,
    Track,
)
from chalicelib.backups.named_objects import (
    NamedGeometry,
    NamedShape,
    NamedTag,
    NamedTrack,
    NamedValue,
)
from chalicelib.projects.models import Label


class Names:
    """Names of labels, sublabels and attributes by their ids."""

    def __init__(self, labels: Iterable[Label]) -> None:
        self._labels: dict[int, str] = {}
        self._attributes: dict[int, str] = {}
        for label in labels:
            for one in (label, *label.sublabels):
                self._labels[one.id] = one.name
                self._attributes.update((spec.id, spec.name) for spec in one.attributes)

    def knows(self, item: Tag | Shape | Track) -> bool:
        """Whether an object has a label. A save that ran beside its deletion may have left some
        without."""
        return item.label_id in self._labels

    def tag(self, tag: Tag) -> NamedTag:
        """A tag."""
        return NamedTag(
            frame=tag.frame, label=self._labels[tag.label_id], group=tag.group or 0,
            source=tag.source, attributes=self._values(tag.attributes),
        )  # fmt: skip

    def shape(self, shape: Shape | SubShape) -> NamedShape:
        """A shape with its elements."""
        elements = shape.elements if isinstance(shape, Shape) else ()
        return NamedShape(
            type=shape.type, occluded=shape.occluded, outside=shape.outside,
            z_order=shape.z_order, rotation=shape.rotation, points=shape.points,
            frame=shape.frame, attributes=self._values(shape.attributes),
            label=self._labels[shape.label_id], group=shape.group or 0, source=shape.source,
            score=shape.score if shape.score != 1.0 else msgspec.UNSET,
            elements=[self.shape(one) for one in elements if one.label_id in self._labels],
        )  # fmt: skip

    def track(self, track: Track | SubTrack) -> NamedTrack:
        """A track with those of its elements."""
        elements = track.elements if isinstance(track, Track) else ()
        return NamedTrack(
            frame=track.frame, label=self._labels[track.label_id], group=track.group or 0,
            source=track.source, shapes=[self._keyframe(shape) for shape in track.shapes],
            attributes=self._values(track.attributes),
            elements=[self.track(one) for one in elements if one.label_id in self._labels],
        )  # fmt: skip

    def _keyframe(self, shape: Geometry) -> NamedGeometry:
        return NamedGeometry(
            type=shape.type, occluded=shape.occluded, outside=shape.outside,
            z_order=shape.z_order, rotation=shape.rotation, points=shape.points,
            frame=shape.frame, attributes=self._values(shape.attributes),
        )  # fmt: skip

    def _values(self, values: Iterable[AttributeValue]) -> list[NamedValue]:
        return list(self._named(values))

    def _named(self, values: Iterable[AttributeValue]) -> Iterator[NamedValue]:
        for value in values:
            name = self._attributes.get(value.spec_id)
            if name is not None:
                yield NamedValue(value.value, name)
