"""Labels as datumaro's categories. A label's number is its place among the task's labels.

Points of skeletons are not labels there: datumaro refuses two labels of one name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chalicelib.formats.catalogue.coco_keypoints.skeletons import edges
from chalicelib.formats.labels import LabelSpec


def categories_of(labels: Sequence[LabelSpec]) -> dict[str, Any]:
    """The `categories` of a file."""
    found: dict[str, Any] = {
        "label": {
            "labels": [
                {
                    "name": label.name,
                    "parent": "",
                    "attributes": sorted(spec.name for spec in label.attributes),
                }
                for label in labels
            ],
            "label_groups": [],
            "attributes": ["occluded"],
        }
    }
    skeletons = [
        {
            "label_id": number,
            "labels": [one.name for one in label.sublabels],
            "joints": [list(edge) for edge in edges(label)],
            "positions": [],
        }
        for number, label in enumerate(labels)
        if label.sublabels
    ]
    if skeletons:
        found["points"] = {"items": skeletons}
    return found
