"""Attributes as Supervisely's tags: each has one type for all the classes that have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.annotations.model.document import AttributeValue
from chalicelib.formats.labels import AttributeSpec, LabelSpec, named_values
from chalicelib.formats.report import Report

NUMBER, TEXT, CHOICE, NOTHING = "any_number", "any_string", "oneof_string", "none"
NAME_TAKEN = "attribute has a name that the format uses itself"
#: What people may have chosen from.
_CHOICES = {"select", "radio"}


class TagTable:
    """The tags of a project."""

    def __init__(
        self, labels: Sequence[LabelSpec], reserved: Mapping[str, str], report: Report
    ) -> None:
        """`reserved`: types of the tags that are no attributes, by name."""
        self._labels = {label.id: label for label in labels}
        self._reserved = dict(reserved)
        self._specs: dict[str, list[tuple[str, AttributeSpec]]] = {}
        for label in labels:
            for spec in label.attributes:
                if spec.name in reserved:
                    report.skip(NAME_TAKEN, f"{label.name}: {spec.name}")
                else:
                    self._specs.setdefault(spec.name, []).append((label.name, spec))
        self._types = {name: _type_of(specs) for name, specs in self._specs.items()}

    def metas(self) -> list[dict[str, Any]]:
        """The `tags` of a project's `meta.json`. Labels may be tags of whole frames."""
        found: list[dict[str, Any]] = []
        for name, kind in self._reserved.items():
            found.append(_meta(len(found) + 1, name, kind, "objectsOnly"))
        for name, specs in self._specs.items():
            meta = _meta(len(found) + 1, name, self._types[name], "objectsOnly")
            meta["classes"] = [label for label, _ in specs]
            if self._types[name] == CHOICE:
                meta["values"] = _choices(specs)
            found.append(meta)
        for label in self._labels.values():
            if self.may_tag(label):
                found.append(_meta(len(found) + 1, label.name, NOTHING, "imagesOnly"))
        return found

    def may_tag(self, label: LabelSpec) -> bool:
        """Whether a label can be a tag of a frame: no attribute may have its name."""
        return label.name not in self._specs and label.name not in self._reserved

    def of(self, label_id: int, values: Sequence[AttributeValue]) -> list[tuple[str, Any]]:
        """Names and values of an object's attributes."""
        found = []
        for spec, value in named_values(self._labels[label_id], values):
            if spec.name not in self._reserved:
                found.append((spec.name, _value(self._types[spec.name], value)))
        return found


def _meta(number: int, name: str, kind: str, applies: str) -> dict[str, Any]:
    return {
        "id": number, "name": name, "value_type": kind, "color": "#808080", "hotkey": "",
        "applicable_type": applies, "classes": [],
    }  # fmt: skip


def _type_of(specs: Sequence[tuple[str, AttributeSpec]]) -> str:
    kinds = {spec.input_type for _, spec in specs}
    if kinds == {"number"}:
        return NUMBER
    return CHOICE if kinds <= _CHOICES else TEXT


def _choices(specs: Sequence[tuple[str, AttributeSpec]]) -> list[str]:
    return list(dict.fromkeys(value for _, spec in specs for value in spec.values))


def _value(kind: str, value: str) -> Any:
    if kind != NUMBER:
        return value
    try:
        number = float(value)
    except ValueError:
        return 0
    return int(number) if number.is_integer() else number
