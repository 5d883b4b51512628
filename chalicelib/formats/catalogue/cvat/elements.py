"""What images and tracks of CVAT's XML have in common: geometry, groups, values."""

from __future__ import annotations

from typing import Any

from chalicelib.formats.catalogue.cvat.shapes import TYPES, number, read_points
from chalicelib.formats.importing.vocabulary import Values, Vocabulary
from chalicelib.formats.labels import LabelSpec

#: What imported objects say of where they come from.
SOURCE = "file"


def geometry(element: Any, frame: int) -> dict[str, Any]:
    """Fields of a `Geometry`. Raises KeyError or ValueError, see `read_points`."""
    given = element.attrib
    turned = given.get("rotation")
    return {
        "type": TYPES[element.tag],
        "frame": frame,
        "points": read_points(element.tag, given),
        "rotation": number(turned) % 360 if turned else 0.0,
        "occluded": given.get("occluded") == "1",
        "z_order": int(given.get("z_order", 0)),
    }


def group(element: Any) -> int:
    """The group of an object, 0 if it is in none."""
    return int(element.get("group_id", 0))


def values(names: Vocabulary, element: Any, label: LabelSpec) -> Values:
    """Values of the attributes that the label has."""
    named = [
        (child.attrib["name"], child.text or "") for child in element if child.tag == "attribute"
    ]
    return names.values(label, named) if named else []
