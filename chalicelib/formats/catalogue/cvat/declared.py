"""Labels as the head of CVAT's XML declares them, with everything that belongs to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.labels import AttributeSpec, LabelSpec
from chalicelib.formats.text.xml_reader import elements


def declared(upload: Upload) -> Iterator[LabelSpec]:
    """Labels of all files, points of skeletons below these. See `reading.Labels`."""
    for file in upload.wanted(".xml"):
        with upload.open(file) as stream:
            found = elements(stream, upload.place(file), "annotations", ("meta", "image", "track"))
            head = next(found, None)
            if head is not None and head.tag == "meta":
                yield from _labels(head)


def _labels(head: Any) -> Iterator[LabelSpec]:
    inner: dict[str, list[LabelSpec]] = {}
    outer: list[LabelSpec] = []
    for element in head.iter("label"):
        parent = element.findtext("parent")
        (outer if parent is None else inner.setdefault(parent, [])).append(_label(element))
    for label in outer:
        yield replace(label, sublabels=tuple(inner.get(label.name, ())))


def _label(element: Any) -> LabelSpec:
    return LabelSpec(
        0,
        element.findtext("name") or "",
        element.findtext("color") or "",
        element.findtext("type") or "any",
        tuple(map(_attribute, element.findall("attributes/attribute"))),
        svg=element.findtext("svg") or "",
    )


def _attribute(element: Any) -> AttributeSpec:
    values = element.findtext("values") or ""
    return AttributeSpec(
        0,
        element.findtext("name") or "",
        (element.findtext("mutable") or "").lower() == "true",
        element.findtext("input_type") or "text",
        element.findtext("default_value") or "",
        tuple(values.splitlines()),
    )
