"""The XML of an image, read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any

import msgspec
from lxml import etree

from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.upload import Upload

#: Neither entities nor external files nor unlimited trees.
_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
)
ROOT = "annotation"
_FLAGS = ("truncated", "difficult")
#: How nearly all say yes and no.
_FLAG_TEXTS = {"0": "false", "1": "true"}


class Box(msgspec.Struct):
    """An object. `facts`: attributes by name, as text; `line`: where it stands."""

    label: str
    points: list[float]
    line: int
    occluded: bool = False
    facts: dict[str, str] = {}
    parts: list[Box] = []


class Document(msgspec.Struct):
    """What an image's file says.

    Attributes:
        filename: "" if it does not say.
        size: width and height of the image, as text; None if it does not say.
    """

    filename: str
    boxes: list[Box]
    size: tuple[str | None, str | None]


def parsed(upload: Upload, file: str) -> Any:
    """The root of a small XML file that may be hostile.

    Raises:
        BadDataset: it is no XML, or has a document type.
    """
    place = upload.place(file)
    body = upload.read(file)
    if not body.strip():
        raise BadDataset(place, "is empty")
    try:
        root = etree.fromstring(body, _PARSER)
    except etree.XMLSyntaxError as error:
        raise BadDataset(place, f"is not XML ({error.msg})", f"line {error.lineno}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise BadDataset(place, "declares a document type, which is not accepted")
    return root


def read_document(upload: Upload, file: str) -> Document:
    """An image's file. Raises BadDataset naming file and line."""
    root = parsed(upload, file)
    if root.tag != ROOT:
        raise BadDataset(upload.place(file), f'its root is "{root.tag}" where "{ROOT}" is expected')
    boxes = []
    for element in root.iterfind("object"):
        try:
            boxes.append(_box(element))
        except ValueError as error:
            line = f"line {element.sourceline}"
            raise BadDataset(upload.place(file), f"in object: {error}", line) from None
    size = root.findtext("size/width"), root.findtext("size/height")
    return Document((root.findtext("filename") or "").strip(), boxes, size)


def _box(element: Any) -> Box:
    said = {child.tag: child for child in element}
    label = _text(said, "name")
    if not label:
        raise ValueError("it has no name")
    if "bndbox" not in said:
        raise ValueError("it has no bndbox")
    facts = {}
    for flag in _FLAGS:
        if flag in said:
            facts[flag] = _flag(said[flag])
    if "pose" in said:
        facts["pose"] = _text(said, "pose")
    if "attributes" in said:
        facts.update(_attributes(said["attributes"]))
    if "actions" in said:
        facts.update((child.tag, _flag(child)) for child in said["actions"])
    return Box(
        label,
        _bounds(said["bndbox"]),
        element.sourceline,
        "occluded" in said and _flag(said["occluded"]) == "true",
        facts,
        [_box(part) for part in element.iterfind("part")] if "part" in said else [],
    )


def _text(said: Mapping[str, Any], tag: str) -> str:
    return (said[tag].text or "").strip() if tag in said else ""


def _bounds(element: Any) -> list[float]:
    """Left, top, right, bottom."""
    sides = {child.tag: child.text for child in element}
    try:
        # The way of nearly all boxes.
        left, top = float(sides["xmin"]), float(sides["ymin"])
        right, bottom = float(sides["xmax"]), float(sides["ymax"])
    except (KeyError, TypeError, ValueError):
        return _checked_bounds(sides)
    if left <= right and top <= bottom and isfinite(left + top + right + bottom):
        return [left, top, right, bottom]
    return _checked_bounds(sides)


def _checked_bounds(sides: Mapping[str, str | None]) -> list[float]:
    """The same, or what is wrong. Raises ValueError."""
    found = []
    for side in ("xmin", "ymin", "xmax", "ymax"):
        text = sides.get(side)
        if text is None:
            raise ValueError(f"its bndbox has no {side}")
        value = float(text)
        if not isfinite(value):
            raise ValueError(f'"{text}" is not a finite number')
        found.append(value)
    if found[0] > found[2] or found[1] > found[3]:
        raise ValueError("its bndbox ends before it begins")
    return found


def _flag(element: Any) -> str:
    text = element.text
    if text not in _FLAG_TEXTS:
        text = (text or "0").strip().lower()
        return "true" if text in ("1", "true") else "false"
    return _FLAG_TEXTS[text]


def _attributes(element: Any) -> Iterator[tuple[str, str]]:
    for attribute in element:
        if attribute.tag != "attribute":
            continue
        said = {child.tag: child.text for child in attribute}
        name = said.get("name")
        if not name:
            raise ValueError("an attribute has no name")
        yield name, said.get("value") or ""
