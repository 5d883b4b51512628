"""Attributes that objects do not mention have the default values of their label.

Objects that are complete stay the same objects; the others are copied, because a snapshot that
they belong to may be in use elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from msgspec.structs import replace

from chalicelib.annotations.model.document import (
    AttributeValue,
    Objects,
    Shape,
    SubTrack,
    Tag,
    Track,
    TrackedShape,
)
from chalicelib.annotations.model.vocabulary import Rule, Vocabulary

T = TypeVar("T", Track, SubTrack)
Values = Sequence[AttributeValue]


def complete(objects: Objects, vocabulary: Vocabulary) -> None:
    """Replace objects that lack attributes, in the lists of `objects`."""
    if not vocabulary.has_attributes:
        return
    labels = vocabulary.labels
    objects.tags = [_tag(tag, labels) for tag in objects.tags]
    objects.shapes = [_shape(shape, vocabulary) for shape in objects.shapes]
    objects.tracks = [_track(track, vocabulary) for track in objects.tracks]


def _tag(tag: Tag, labels: Mapping[int, Rule]) -> Tag:
    rule = labels.get(tag.label_id)
    if rule is None or len(tag.attributes) >= len(rule.attributes):
        return tag
    return replace(tag, attributes=_filled(tag.attributes, rule.defaults))


def _shape(shape: Shape, vocabulary: Vocabulary) -> Shape:
    rule = vocabulary.labels.get(shape.label_id)
    if rule is None:
        return shape
    if len(shape.attributes) < len(rule.attributes):
        shape = replace(shape, attributes=_filled(shape.attributes, rule.defaults))
    if shape.elements:
        parts = vocabulary.sublabels
        elements = [
            replace(part, attributes=_filled(part.attributes, parts[part.label_id].defaults))
            if part.label_id in parts
            else part
            for part in shape.elements
        ]
        shape = replace(shape, elements=elements)
    return shape


def _track(track: Track, vocabulary: Vocabulary) -> Track:
    track = _along(track, vocabulary.labels.get(track.label_id))
    if track.elements:
        parts = vocabulary.sublabels
        elements = [_along(part, parts.get(part.label_id)) for part in track.elements]
        track = replace(track, elements=elements)
    return track


def _along(track: T, rule: Rule | None) -> T:
    """Keyframes have what the keyframe before has."""
    if rule is None or not rule.attributes:
        return track
    held: Values = rule.mutable
    keyframes: list[TrackedShape] = []
    for shape in sorted(track.shapes, key=lambda shape: shape.frame):
        if len(shape.attributes) < len(rule.mutable):
            shape = replace(shape, attributes=_filled(shape.attributes, held))
        held = shape.attributes
        keyframes.append(shape)
    return replace(track, attributes=_filled(track.attributes, rule.immutable), shapes=keyframes)


def _filled(given: Values, defaults: Values) -> list[AttributeValue]:
    mentioned = {value.spec_id for value in given}
    return [*given, *(value for value in defaults if value.spec_id not in mentioned)]
