"""Labels and attributes that a dataset names, as ids of the task."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chalicelib.annotations.model.document import AttributeValue
from chalicelib.formats.labels import AttributeSpec, LabelSpec, plain_value
from chalicelib.formats.report import Report

#: The object itself is kept.
NO_ATTRIBUTE = "attribute is not the label's"
#: Values of an object with what they are values of.
Values = list[tuple[AttributeSpec, AttributeValue]]


class Vocabulary:
    """Names to ids. What has no counterpart goes into the report."""

    def __init__(self, labels: Iterable[LabelSpec], report: Report) -> None:
        self._labels = {label.name: label for label in labels}
        self._of_skeletons = {
            (label.id, one.name): one for label in self._labels.values() for one in label.sublabels
        }
        everything = [*self._labels.values(), *self._of_skeletons.values()]
        self._attributes = {
            label.id: {spec.name: spec for spec in label.attributes} for label in everything
        }
        self._report = report

    def label(self, name: str, where: str = "") -> LabelSpec | None:
        """The label of a name; without one, the object at that place is reported as left out."""
        found = self._labels.get(name)
        if found is None:
            self._report.unmatched(name, where)
        return found

    def sublabel(self, skeleton: LabelSpec, name: str, where: str = "") -> LabelSpec | None:
        """The label of a point of a skeleton; without one, the point is reported as left out."""
        found = self._of_skeletons.get((skeleton.id, name))
        if found is None:
            self._report.unmatched(f"{skeleton.name}: {name}", where)
        return found

    def values(self, label: LabelSpec, named: Iterable[tuple[str, Any]]) -> Values:
        """Values of attributes that the label has; the others are noted in the report."""
        specs = self._attributes[label.id]
        found = []
        for name, value in named:
            spec = specs.get(name)
            if spec is None:
                self._report.convert(NO_ATTRIBUTE, f"{label.name}: {name}")
            else:
                found.append((spec, AttributeValue(spec.id, plain_value(spec, value))))
        return found


def values_of(pairs: Iterable[tuple[AttributeSpec, AttributeValue]]) -> list[AttributeValue]:
    return [value for _, value in pairs]


def split_values(
    pairs: Iterable[tuple[AttributeSpec, AttributeValue]],
) -> tuple[list[AttributeValue], list[AttributeValue]]:
    """Mutable and immutable values."""
    mutable: list[AttributeValue] = []
    immutable: list[AttributeValue] = []
    for spec, value in pairs:
        (mutable if spec.mutable else immutable).append(value)
    return mutable, immutable
