"""What labels of one parent may be, and what a list of label requests does to them.

New labels, sublabels and attributes have the id 0 until `number` gives them theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from chalicelib.projects import attributes, skeletons
from chalicelib.projects.attributes import BadLabel, Known
from chalicelib.projects.bodies import AttributeRequest, PatchedLabelRequest, SublabelRequest
from chalicelib.projects.colors import color_for
from chalicelib.projects.models import Attribute, Label, Sublabel

T = TypeVar("T")
AnyLabel = TypeVar("AnyLabel", Label, Sublabel)

_COLOR = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")


def created(asked: Sequence[PatchedLabelRequest]) -> list[Label]:
    """Labels of a new parent. Ids in the requests mean nothing: they come from another server.

    Raises:
        BadLabel: a rule is broken.
    """
    for request in asked:
        if request.deleted:
            raise BadLabel("A label to delete must have an id of this project or task.")
        request.id = UNSET
        for sublabel in request.sublabels or ():
            sublabel.id = UNSET
    return changed([], asked)


def changed(existing: Sequence[Label], asked: Sequence[PatchedLabelRequest]) -> list[Label]:
    """Labels of a parent after a change.

    Raises:
        BadLabel: a rule is broken.
    """
    result: list[Label | None] = list(existing)
    positions = {label.id: position for position, label in enumerate(existing)}
    taken = _colors(existing)
    for request in asked:
        if not isinstance(request.id, int):
            if request.deleted:
                raise BadLabel("A label to delete must have an id.")
            label = _altered(_new(request, Label), request, taken)
            result.append(label)
        else:
            position = positions.get(request.id)
            present = None if position is None else result[position]
            if position is None or present is None:
                raise BadLabel(f"There is no label with id {request.id} here.")
            label = present if request.deleted else _altered(present, request, taken)
            result[position] = None if request.deleted else label
        taken.add(label.color.lower())
    kept = [label for label in result if label is not None]
    _check_unique(kept, "Label")
    return kept


def unnumbered(labels: Iterable[Label]) -> tuple[int, int]:
    """How many new labels (with sublabels) and new attributes there are."""
    everything = list(_with_sublabels(labels))
    return (
        sum(1 for label in everything if label.id == 0),
        sum(1 for label in everything for a in label.attributes if a.id == 0),
    )


def number(labels: Iterable[Label], label_ids: range, attribute_ids: range) -> None:
    """Give the new ones their ids, in order, and let skeletons' drawings refer to them."""
    next_label, next_attribute = iter(label_ids), iter(attribute_ids)
    labels = list(labels)
    for label in _with_sublabels(labels):
        label.id = label.id or next(next_label)
        for attribute in label.attributes:
            attribute.id = attribute.id or next(next_attribute)
    for label in labels:
        if label.type == "skeleton":
            label.svg = skeletons.with_ids(label.svg, {s.name: s.id for s in label.sublabels})


def ids_of(labels: Iterable[Label]) -> set[int]:
    """Ids of labels and sublabels."""
    return {label.id for label in _with_sublabels(labels)}


def _with_sublabels(labels: Iterable[Label]) -> Iterator[Sublabel]:
    for label in labels:
        yield label
        yield from label.sublabels


def _new(request: SublabelRequest, kind: type[AnyLabel]) -> AnyLabel:
    if isinstance(request.name, UnsetType):
        raise BadLabel("A new label needs a name.")
    fresh = kind(id=0, name=request.name)
    if not isinstance(request.type, UnsetType):
        fresh.type = request.type
    return fresh


def _altered(label: Label, request: PatchedLabelRequest, taken: set[str]) -> Label:
    label = _altered_base(label, request, taken)
    if not isinstance(request.svg, UnsetType):
        label.svg = request.svg
    if not isinstance(request.sublabels, UnsetType):
        label.sublabels = _altered_sublabels(label.sublabels, request.sublabels)
    if label.sublabels and label.type != "skeleton":
        raise BadLabel(f"Label {label.name!r}: only a skeleton has sublabels.")
    if label.type == "skeleton":
        if not label.sublabels:
            raise BadLabel(f"Label {label.name!r}: a skeleton needs sublabels.")
        skeletons.check(label.svg, {sublabel.name for sublabel in label.sublabels})
    return label


def _altered_sublabels(
    existing: Sequence[Sublabel], asked: Sequence[SublabelRequest]
) -> list[Sublabel]:
    result = list(existing)
    known = Known.of(existing, "sublabel", "skeleton")
    taken = _colors(existing)
    for request in asked:
        position = known.position(request.id, request.name)
        if position is None:
            result.append(_altered_base(_new(request, Sublabel), request, taken))
            taken.add(result[-1].color.lower())
        else:
            result[position] = _altered_base(result[position], request, taken)
            taken.add(result[position].color.lower())
    for sublabel in result:
        if sublabel.type == "skeleton":
            raise BadLabel(f"Sublabel {sublabel.name!r}: a skeleton cannot be inside another.")
    _check_unique(result, "Sublabel")
    return result


def _altered_base(label: AnyLabel, request: SublabelRequest, taken: set[str]) -> AnyLabel:
    """A copy with name, type, colour and attributes as asked; a skeleton stays one."""
    label = replace(label)
    label.name = _or(request.name, label.name).strip()
    if not label.name:
        raise BadLabel("The name of a label may not be blank.")
    kind = _or(request.type, label.type)
    if (kind == "skeleton") == (label.type == "skeleton"):
        label.type = kind
    label.color = _color(_or(request.color, label.color), label, taken)
    if not isinstance(request.attributes, UnsetType):
        change = attributes.changed if label.id else _new_attributes
        label.attributes = change(label.attributes, request.attributes)
    return label


def _new_attributes(_: Sequence[Attribute], asked: Sequence[AttributeRequest]) -> list[Attribute]:
    return attributes.new(asked)


def _color(given: str, label: Sublabel, taken: set[str]) -> str:
    if not given:
        others = taken - {label.color.lower()} if label.color else taken
        return color_for(label.name, others)
    if not _COLOR.fullmatch(given):
        raise BadLabel(f"Label {label.name!r}: {given!r} is not a colour such as #33ddff.")
    return given


def _colors(labels: Iterable[Sublabel]) -> set[str]:
    return {label.color.lower() for label in labels}


def _or(given: T | UnsetType, present: T) -> T:
    return present if isinstance(given, UnsetType) else given


def _check_unique(labels: Sequence[Sublabel], what: str) -> None:
    seen: set[str] = set()
    for label in labels:
        if label.name in seen:
            raise BadLabel(f"{what} {label.name!r} is given twice; names must be unique.")
        seen.add(label.name)
