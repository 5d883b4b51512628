"""Drawings of skeletons: a fragment of SVG whose circles are the sublabels.

Clients write it with `data-label-name`; it is kept with `data-label-id`, which survives renaming.
Browsers show it, so nothing in it may run or load anything.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from html import unescape
from xml.etree import ElementTree as ET

from chalicelib.projects.attributes import BadLabel

MAX_SIZE = 1 << 20
TAGS = {"circle", "ellipse", "g", "line", "path", "polygon", "polyline", "rect", "text"}

_ATTRIBUTE = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_NAMED = re.compile(r"""data-label-name=(?P<quote>["'])(?P<name>.*?)(?P=quote)""", re.DOTALL)


def check(svg: str, names: Collection[str]) -> None:
    """Refuse a drawing that is no plain SVG fragment or refers to other sublabels.

    Raises:
        BadLabel: with what is wrong.
    """
    if len(svg) > MAX_SIZE:
        raise BadLabel("The svg of a skeleton may have 1 MB at most.")
    if "<!" in svg or "<?" in svg:
        raise BadLabel("The svg of a skeleton may not hold comments, declarations or entities.")
    try:
        root = ET.fromstring(f"<svg>{svg}</svg>")  # noqa: S314 - no declarations, so no entities
    except ET.ParseError as error:
        raise BadLabel(f"The svg of a skeleton is not well formed: {error}.") from None
    for element in root.iter():
        if element is not root:
            _check_element(element, names)


def with_ids(svg: str, ids: Mapping[str, int]) -> str:
    """Replace names of sublabels by their ids. What only looks like one, as in a text, stays."""

    def replaced(match: re.Match[str]) -> str:
        label_id = ids.get(unescape(match["name"]))
        return match[0] if label_id is None else f'data-label-id="{label_id}"'

    return _NAMED.sub(replaced, svg)


def _check_element(element: ET.Element, names: Collection[str]) -> None:
    if element.tag not in TAGS:
        raise BadLabel(f"The svg of a skeleton may not hold <{element.tag}>.")
    for name, value in element.attrib.items():
        harmless = _ATTRIBUTE.fullmatch(name) and name.lower() not in {"style", "href"}
        if not harmless or name.lower().startswith("on") or "url(" in value.lower():
            raise BadLabel(f"The svg of a skeleton may not use the attribute {name!r}.")
    named = element.get("data-label-name")
    if named is not None and named not in names:
        raise BadLabel(f"The svg of the skeleton refers to {named!r}, which is no sublabel.")
