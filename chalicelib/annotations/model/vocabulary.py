"""What annotations of a task may say: its labels and their attributes, by id."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

import msgspec

from chalicelib.annotations.model.document import AttributeValue
from chalicelib.projects.models import Attribute, Label, Sublabel


class Rule(msgspec.Struct, frozen=True):
    """What objects of one label may have.

    Attributes:
        attributes: by id.
        immutable, mutable: default values of the attributes that hold for a track, and of those
            that belong to its keyframes.
        elements: ids of the sublabels of a skeleton.
    """

    name: str
    attributes: dict[int, Attribute]
    immutable: tuple[AttributeValue, ...]
    mutable: tuple[AttributeValue, ...]
    elements: frozenset[int]

    @property
    def defaults(self) -> tuple[AttributeValue, ...]:
        """Default values of all attributes."""
        return self.immutable + self.mutable


class Vocabulary(msgspec.Struct, frozen=True):
    """Rules by label id.

    Attributes:
        labels: labels of objects.
        sublabels: labels of skeletons' elements.
        fingerprint: differs when defaults or attributes differ.
        has_attributes: whether any label has attributes.
    """

    labels: dict[int, Rule]
    sublabels: dict[int, Rule]
    fingerprint: str
    has_attributes: bool


def vocabulary_of(labels: Iterable[Label]) -> Vocabulary:
    """The rules that labels make."""
    known = list(labels)
    return Vocabulary(
        labels={label.id: _rule(label) for label in known},
        sublabels={part.id: _rule(part) for label in known for part in label.sublabels},
        fingerprint=f"{zlib.crc32(msgspec.json.encode(known)):08x}",
        has_attributes=any(part.attributes for label in known for part in _with_parts(label)),
    )


def _with_parts(label: Label) -> list[Sublabel]:
    return [label, *label.sublabels]


def _rule(label: Sublabel) -> Rule:
    parts = label.sublabels if isinstance(label, Label) else []
    return Rule(
        name=label.name,
        attributes={attribute.id: attribute for attribute in label.attributes},
        immutable=_defaults(label, mutable=False),
        mutable=_defaults(label, mutable=True),
        elements=frozenset(part.id for part in parts),
    )


def _defaults(label: Sublabel, *, mutable: bool) -> tuple[AttributeValue, ...]:
    return tuple(
        AttributeValue(attribute.id, attribute.default_value)
        for attribute in label.attributes
        if attribute.mutable is mutable
    )
