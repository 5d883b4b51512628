"""Labels and attributes that a dataset names, as ids of the task."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chalicelib.annotations.model.document import AttributeValue
from chalicelib.formats.labels import AttributeSpec, LabelSpec, plain_value
from chalicelib.formats.report import Report


class UnknownLabel(Exception):
    """The task has no such label."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        listed = ", ".join(f'"{label}"' for label in known) or "none"
        super().__init__(f'label "{name}" is not one of the task\'s ({listed})')


class Vocabulary:
    """Names to ids."""

    def __init__(self, labels: Iterable[LabelSpec], report: Report) -> None:
        self._labels = {label.name: label for label in labels}
        self._attributes = {
            label.id: {spec.name: spec for spec in label.attributes}
            for label in self._labels.values()
        }
        self._report = report

    def label(self, name: str) -> LabelSpec:
        """The label of a name. Raises UnknownLabel."""
        try:
            return self._labels[name]
        except KeyError:
            raise UnknownLabel(name, self._labels) from None

    def values(
        self, label: LabelSpec, named: Iterable[tuple[str, Any]]
    ) -> list[tuple[AttributeSpec, AttributeValue]]:
        """Values of attributes that the label has; the others are noted in the report."""
        specs = self._attributes[label.id]
        found = []
        for name, value in named:
            spec = specs.get(name)
            if spec is None:
                self._report.skip("attribute is not the label's", f"{label.name}: {name}")
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
