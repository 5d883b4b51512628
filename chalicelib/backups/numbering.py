"""Annotations of a backup as they are stored: labels and attributes by the ids that they got."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from chalicelib.annotations.model.document import (
    AttributeValue,
    Shape,
    SubShape,
    SubTrack,
    Tag,
    Track,
    TrackedShape,
)
from chalicelib.backups.named_objects import (
    NamedGeometry,
    NamedShape,
    NamedTag,
    NamedTrack,
    NamedValue,
)
from chalicelib.formats.report import Report
from chalicelib.projects.models import Label, Sublabel

NO_PART = "no element of that name in the skeleton"
NO_ATTRIBUTE = "no attribute of that name"


class _Known(msgspec.Struct):
    id: int
    attributes: dict[str, int]
    parts: dict[str, _Known] = {}


class Numbers:
    """Ids of labels, sublabels and attributes by their names. What has none is reported."""

    def __init__(self, labels: Iterable[Label], report: Report) -> None:
        self._labels = {label.name: _known(label) for label in labels}
        for label in labels:
            self._labels[label.name].parts = {part.name: _known(part) for part in label.sublabels}
        self._report = report

    def tag(self, tag: NamedTag, where: str) -> Tag | None:
        """A tag; None if there is no label of its name."""
        known = self._label(tag.label, where)
        if known is None:
            return None
        return Tag(
            frame=tag.frame, label_id=known.id, group=tag.group or 0,
            source=tag.source or "manual", attributes=self._values(tag.attributes, known, where),
        )  # fmt: skip

    def shape(self, shape: NamedShape, where: str) -> Shape | None:
        """A shape; None if there is no label of its name."""
        known = self._label(shape.label, where)
        if known is None:
            return None
        return Shape(
            **self._geometry(shape, known, where),
            **_facts(shape, known),
            elements=list(self._elements(shape, known, where)),
        )

    def track(self, track: NamedTrack, where: str) -> Track | None:
        """A track; None if there is no label of its name."""
        known = self._label(track.label, where)
        if known is None:
            return None
        parts = ((part, known.parts.get(part.label)) for part in track.elements or ())
        return Track(
            frame=track.frame, label_id=known.id, group=track.group or 0,
            source=track.source or "manual",
            attributes=self._values(track.attributes, known, where),
            shapes=self._keyframes(track, known, where),
            elements=[
                self._subtrack(part, found, where)
                for part, found in parts
                if found is not None or self._no_part(part.label, where)
            ],
        )  # fmt: skip

    def _label(self, name: str, where: str) -> _Known | None:
        known = self._labels.get(name)
        if known is None:
            self._report.unmatched(name, where)
        return known

    def _elements(self, shape: NamedShape, known: _Known, where: str) -> Iterator[SubShape]:
        for part in shape.elements or ():
            found = known.parts.get(part.label)
            if found is None:
                self._no_part(part.label, where)
                continue
            yield SubShape(**self._geometry(part, found, where), **_facts(part, found))

    def _subtrack(self, track: NamedTrack, known: _Known | None, where: str) -> SubTrack:
        assert known is not None
        return SubTrack(
            frame=track.frame, label_id=known.id, group=track.group or 0,
            source=track.source or "manual",
            attributes=self._values(track.attributes, known, where),
            shapes=self._keyframes(track, known, where),
        )  # fmt: skip

    def _keyframes(self, track: NamedTrack, known: _Known, where: str) -> list[TrackedShape]:
        return [TrackedShape(**self._geometry(one, known, where)) for one in track.shapes]

    def _geometry(self, shape: NamedGeometry, known: _Known, where: str) -> dict[str, Any]:
        return {
            "type": shape.type,
            "frame": shape.frame,
            "points": shape.points or [],
            "rotation": shape.rotation or 0.0,
            "occluded": bool(shape.occluded),
            "outside": bool(shape.outside),
            "z_order": shape.z_order or 0,
            "attributes": self._values(shape.attributes, known, where),
        }

    def _values(
        self, values: Iterable[NamedValue], known: _Known, where: str
    ) -> list[AttributeValue]:
        found = []
        for value in values:
            number = known.attributes.get(value.name)
            if number is None:
                self._report.skip(NO_ATTRIBUTE, f"{value.name} ({where})")
                continue
            found.append(AttributeValue(number, _text(value.value)))
        return found

    def _no_part(self, name: str, where: str) -> bool:
        self._report.skip(NO_PART, f"{name} ({where})")
        return False


def _known(label: Sublabel) -> _Known:
    return _Known(label.id, {spec.name: spec.id for spec in label.attributes})


def _facts(shape: NamedShape, known: _Known) -> dict[str, Any]:
    return {
        "label_id": known.id,
        "group": shape.group or 0,
        "source": shape.source or "manual",
        "score": 1.0 if isinstance(shape.score, msgspec.UnsetType) else shape.score,
    }


def _text(value: str | float) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
