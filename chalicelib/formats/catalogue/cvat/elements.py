"""What images and tracks of CVAT's XML have in common: geometry, groups, values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from chalicelib.formats.catalogue.cvat.shapes import number, read_points
from chalicelib.formats.importing.vocabulary import Values, Vocabulary
from chalicelib.formats.labels import LabelSpec

#: What imported objects say of where they come from.
SOURCE = "file"
#: Values remembered, of which files repeat a few over and over.
REMEMBERED = 1 << 14


class Place(NamedTuple):
    """Where a shape is, and how it is seen."""

    points: list[float]
    rotation: float
    occluded: bool
    z_order: int


def place_of(tag: str, given: Mapping[str, str]) -> Place:
    """The geometry of an element. Raises KeyError or ValueError, see `read_points`."""
    turned = given.get("rotation")
    return Place(
        read_points(tag, given),
        number(turned) % 360 if turned else 0.0,
        given.get("occluded") == "1",
        int(given.get("z_order", 0)),
    )


class ValueReader:
    """Reads values of attributes."""

    def __init__(self, names: Vocabulary) -> None:
        self._names = names
        self._known: dict[tuple[int, str, str], Values] = {}

    def read(self, element: Any, label: LabelSpec) -> Values:
        """Values below an element, of the attributes that the label has. Raises KeyError."""
        found: Values = []
        for child in element:
            if child.tag == "attribute":
                key = (label.id, child.attrib["name"], child.text or "")
                found += self._known.get(key) or self._new(label, key)
        return found

    def _new(self, label: LabelSpec, key: tuple[int, str, str]) -> Values:
        values = self._names.values(label, [key[1:]])
        # What the label does not have is told each time.
        if values and len(self._known) < REMEMBERED:
            self._known[key] = values
        return values
