"""Labels and attributes as datasets name them, and attribute values as they type them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from chalicelib.annotations.model.document import AttributeValue


class AttributeSpec(msgspec.Struct, frozen=True):
    """An attribute of a label. `mutable`: may differ between the frames of a track."""

    id: int
    name: str
    mutable: bool = False
    input_type: str = "text"
    default_value: str = ""
    values: tuple[str, ...] = ()


class LabelSpec(msgspec.Struct, frozen=True):
    """A label with its attributes.

    Attributes:
        color: `#rrggbb`, "" if none was chosen.
        sublabels: points of a skeleton, in order.
        svg: drawing of the skeleton; says which points are joined.
    """

    id: int
    name: str
    color: str = ""
    type: str = "any"
    attributes: tuple[AttributeSpec, ...] = ()
    sublabels: tuple[LabelSpec, ...] = ()
    svg: str = ""


def named_values(
    label: LabelSpec, values: Iterable[AttributeValue]
) -> Iterator[tuple[AttributeSpec, str]]:
    """Attributes of an object in the label's order; a missing one has its default."""
    given = {value.spec_id: value.value for value in values}
    for spec in label.attributes:
        yield spec, given.get(spec.id, spec.default_value)


def typed_value(spec: AttributeSpec, value: str) -> str | float | bool:
    """A value as JSON types it: numbers as floats, checkboxes as booleans, the rest as text."""
    if spec.input_type == "checkbox":
        return value.lower() == "true"
    if spec.input_type == "number":
        try:
            return float(value)
        except ValueError:
            return value
    return value


def plain_value(spec: AttributeSpec, value: Any) -> str:
    """The inverse of `typed_value`, also for values that were written as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value)
    if spec.input_type == "checkbox":
        return {"1": "true", "0": "false"}.get(text, text.lower())
    return text
