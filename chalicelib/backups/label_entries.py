"""Labels as backups have them: by names, without ids."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Any

import msgspec

from chalicelib.projects.attributes import BadLabel
from chalicelib.projects.bodies import PatchedLabelRequest
from chalicelib.projects.models import Attribute, Label, Sublabel

_NUMBERED = re.compile(r"""data-label-id=(["'])(\d+)\1""")
#: What a label of a backup may say.
_FIELDS = {"name", "color", "type", "attributes", "svg", "sublabels"}
_ATTRIBUTE_FIELDS = {"name", "mutable", "input_type", "default_value", "values"}


def written(labels: Iterable[Label]) -> list[dict[str, Any]]:
    """Labels of a task or project, for its document."""
    return [_label(label) for label in labels]


def read(entries: Iterable[dict[str, Any]]) -> list[PatchedLabelRequest]:
    """Labels of a document, to be created.

    Raises:
        BadLabel: they are none.
    """
    try:
        return msgspec.convert([_cleaned(entry) for entry in entries], list[PatchedLabelRequest])
    except msgspec.ValidationError as error:
        raise BadLabel(f"labels: {error}") from None


def _label(label: Label) -> dict[str, Any]:
    names = {part.id: part.name for part in label.sublabels}
    return {
        **_base(label),
        "svg": _with_names(label.svg, names),
        "sublabels": [{**_base(part), "svg": "", "sublabels": []} for part in label.sublabels],
    }


def _base(label: Sublabel) -> dict[str, Any]:
    return {
        "name": label.name,
        "color": label.color,
        "type": label.type,
        "attributes": [_attribute(attribute) for attribute in label.attributes],
    }


def _attribute(attribute: Attribute) -> dict[str, Any]:
    return {
        "name": attribute.name,
        "mutable": attribute.mutable,
        "input_type": attribute.input_type,
        "default_value": attribute.default_value,
        "values": attribute.values,
    }


def _with_names(svg: str, names: dict[int, str]) -> str:
    def named(found: re.Match[str]) -> str:
        name = names.get(int(found[2]))
        return found[0] if name is None else f'data-label-name="{escape(name)}"'

    return _NUMBERED.sub(named, svg)


def _cleaned(entry: Any) -> Any:
    """A label without fields that are no label's, or that are null."""
    if not isinstance(entry, dict):
        return entry
    label = {key: value for key, value in entry.items() if key in _FIELDS and value is not None}
    for key, clean in (("sublabels", _cleaned), ("attributes", _cleaned_attribute)):
        if isinstance(label.get(key), list):
            label[key] = [clean(one) for one in label[key]]
    if not label.get("sublabels"):
        label.pop("sublabels", None)
        if label.get("type") != "skeleton":
            label.pop("svg", None)
    return label


def _cleaned_attribute(entry: Any) -> Any:
    if not isinstance(entry, dict):
        return entry
    return {k: v for k, v in entry.items() if k in _ATTRIBUTE_FIELDS and v is not None}
