"""What annotations of a task may say: its labels and their attributes, by id."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

import msgspec

from chalicelib.annotations.model.document import AttributeValue
from chalicelib.annotations.model.offers import Offer, offer_of
from chalicelib.projects.models import Attribute, Label, LabelType, Sublabel


class Rule(msgspec.Struct, frozen=True):
    """What objects of one label may have.

    Attributes:
        attributes: by id.
        immutable, mutable: default values of the attributes that hold for a track, and of those
            that belong to its keyframes.
        immutable_ids, mutable_ids: of the same attributes.
        elements: ids of the sublabels of a skeleton.
        type: what shapes of the label usually are; "any" if anything.
    """

    name: str
    attributes: dict[int, Attribute]
    immutable: tuple[AttributeValue, ...]
    mutable: tuple[AttributeValue, ...]
    immutable_ids: frozenset[int]
    mutable_ids: frozenset[int]
    elements: frozenset[int]
    type: LabelType

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
        has_attributes: whether any label or sublabel has attributes.
        parts_have_attributes: whether any sublabel has.
        typed: whether any label is for one type of shape.
        offers: what attributes offer, by their ids; text attributes are absent.
    """

    labels: dict[int, Rule]
    sublabels: dict[int, Rule]
    fingerprint: str
    has_attributes: bool
    parts_have_attributes: bool
    typed: bool
    offers: dict[int, Offer]


def vocabulary_of(labels: Iterable[Label]) -> Vocabulary:
    """The rules that labels make."""
    known = list(labels)
    parts = [part for label in known for part in label.sublabels]
    in_parts = any(part.attributes for part in parts)
    return Vocabulary(
        labels={label.id: _rule(label) for label in known},
        sublabels={part.id: _rule(part) for part in parts},
        fingerprint=f"{zlib.crc32(msgspec.json.encode(known)):08x}",
        has_attributes=in_parts or any(label.attributes for label in known),
        parts_have_attributes=in_parts,
        typed=any(label.type != "any" for label in known),
        offers={
            attribute.id: offer
            for label in (*known, *parts)
            for attribute in label.attributes
            if (offer := offer_of(attribute)) is not None
        },
    )


def _rule(label: Sublabel) -> Rule:
    parts = label.sublabels if isinstance(label, Label) else []
    fixed, changing = _defaults(label, mutable=False), _defaults(label, mutable=True)
    return Rule(
        name=label.name,
        attributes={attribute.id: attribute for attribute in label.attributes},
        immutable=fixed,
        mutable=changing,
        immutable_ids=frozenset(value.spec_id for value in fixed),
        mutable_ids=frozenset(value.spec_id for value in changing),
        elements=frozenset(part.id for part in parts),
        type=label.type,
    )


def _defaults(label: Sublabel, *, mutable: bool) -> tuple[AttributeValue, ...]:
    return tuple(
        AttributeValue(attribute.id, attribute.default_value)
        for attribute in label.attributes
        if attribute.mutable is mutable
    )
