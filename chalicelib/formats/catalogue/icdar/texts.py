"""The text of objects: their attribute `text`. All of them have the label "icdar" when read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from chalicelib.annotations.model.document import AttributeValue
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.labels import LabelSpec, named_values
from chalicelib.formats.report import Report

#: What everything is labelled.
LABEL = "icdar"
TEXT = "text"
#: What is said of the pixels of a character.
KNOWN = (TEXT, "index", "color", "center")
OTHER_LABEL = "label became icdar"
ATTRIBUTES = "attributes were left out"


def values_by_name(label: LabelSpec, values: Sequence[AttributeValue]) -> Mapping[str, str]:
    """Values of an object by the names of its attributes."""
    return {spec.name: value for spec, value in named_values(label, values)}


def quoted(text: str) -> str:
    """A text in quotes, on one line."""
    escaped = " ".join(text.splitlines()).replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'


def unquoted(text: str) -> str:
    """The inverse, also of texts that have no quotes."""
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text


def note_label(
    report: Report, frame: Frame, label: LabelSpec, known: Sequence[str] = (TEXT,)
) -> None:
    """Note what an object loses: its label and its other attributes."""
    if label.name != LABEL:
        report.convert(OTHER_LABEL, frame.name)
    if any(spec.name not in known for spec in label.attributes):
        report.convert(ATTRIBUTES, frame.name)
