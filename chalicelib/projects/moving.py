"""Moving a task into a project: its labels become the project's."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from chalicelib.projects.attributes import BadLabel
from chalicelib.projects.models import Attribute, Label, Sublabel


class Mapping(msgspec.Struct, kw_only=True):
    """Ids of labels (with sublabels) and attributes: what they were → what they are now."""

    labels: dict[int, int] = {}
    attributes: dict[int, int] = {}


def mapping(own: Sequence[Label], project: Sequence[Label]) -> Mapping:
    """Where each label of a task goes: same name, and attributes of the same name and values.

    Raises:
        BadLabel: the project has no such label or attribute.
    """
    result = Mapping()
    targets = {label.name: label for label in project}
    for label in own:
        target = targets.get(label.name)
        if target is None or (label.type == "skeleton") != (target.type == "skeleton"):
            raise BadLabel(f"The project has no label {label.name!r} of the same kind.")
        _map(label, target, result)
        elements = {sublabel.name: sublabel for sublabel in target.sublabels}
        for sublabel in label.sublabels:
            if sublabel.name not in elements:
                raise BadLabel(
                    f"Skeleton {label.name!r} of the project has no sublabel {sublabel.name!r}."
                )
            _map(sublabel, elements[sublabel.name], result)
    return result


def _map(label: Sublabel, target: Sublabel, result: Mapping) -> None:
    result.labels[label.id] = target.id
    targets = {_signature(attribute): attribute.id for attribute in target.attributes}
    for attribute in label.attributes:
        if _signature(attribute) not in targets:
            raise BadLabel(
                f"Label {label.name!r} of the project has no attribute {attribute.name!r} with the "
                "same kind of input and the same values."
            )
        result.attributes[attribute.id] = targets[_signature(attribute)]


def _signature(attribute: Attribute) -> tuple[str, str, tuple[str, ...]]:
    return attribute.name, attribute.input_type, tuple(attribute.values)
