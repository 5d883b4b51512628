"""Skeletons of labels as COCO's categories have them: names of points, and which are joined."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from chalicelib.formats.labels import LabelSpec

_ELEMENT = re.compile(r"<(?:line|circle)\b[^>]*>")
_FACT = re.compile(r'([\w-]+)="([^"]*)"')


def category_of(label: LabelSpec, number: int) -> dict[str, Any]:
    """A label as a category; one that is no skeleton has no points."""
    return {
        "id": number,
        "name": label.name,
        "supercategory": "",
        "keypoints": [one.name for one in label.sublabels],
        "skeleton": [list(edge) for edge in edges(label)],
    }


def edges(label: LabelSpec) -> Iterator[tuple[int, int]]:
    """Pairs of joined points, counted from 1 in the order of the label's points.

    The drawing of the label joins nodes, of which each has the name of a point.
    """
    places = {one.name: number for number, one in enumerate(label.sublabels, 1)}
    places |= {str(one.id): number for number, one in enumerate(label.sublabels, 1)}
    drawn = [dict(_FACT.findall(element)) for element in _ELEMENT.findall(label.svg)]
    nodes = {facts["data-node-id"]: _place(facts, places) for facts in drawn
             if "data-node-id" in facts}  # fmt: skip
    for facts in drawn:
        ends = nodes.get(facts.get("data-node-from", "")), nodes.get(facts.get("data-node-to", ""))
        if ends[0] and ends[1]:
            yield ends[0], ends[1]


def _place(facts: dict[str, str], places: dict[str, int]) -> int | None:
    """The point that a node is: by name or id, otherwise by the number of its element."""
    for key in ("data-label-name", "data-label-id"):
        if facts.get(key) in places:
            return places[facts[key]]
    number = facts.get("data-element-id", "")
    return int(number) if number.isdecimal() and 0 < int(number) <= len(places) else None
