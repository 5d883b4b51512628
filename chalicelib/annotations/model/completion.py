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
    SubShape,
    SubTrack,
    Tag,
    Track,
    TrackedShape,
)
from chalicelib.annotations.model.vocabulary import Rule, Vocabulary

T = TypeVar("T", Track, SubTrack)
Plain = TypeVar("Plain", Tag, SubShape)
Values = Sequence[AttributeValue]


def complete(objects: Objects, vocabulary: Vocabulary) -> None:
    """Replace objects that lack attributes, in the lists of `objects`."""
    if not vocabulary.has_attributes:
        return
    labels = vocabulary.labels
    objects.tags = [_plain(tag, labels) for tag in objects.tags]
    objects.shapes = [_shape(shape, vocabulary) for shape in objects.shapes]
    objects.tracks = [_track(track, vocabulary) for track in objects.tracks]


def _plain(item: Plain, rules: Mapping[int, Rule]) -> Plain:
    rule = rules.get(item.label_id)
    if rule is None or len(item.attributes) >= len(rule.attributes):
        return item
    return replace(item, attributes=_filled(item.attributes, rule.defaults))


def _shape(shape: Shape, vocabulary: Vocabulary) -> Shape:
    rule = vocabulary.labels.get(shape.label_id)
    if rule is not None and len(shape.attributes) < len(rule.attributes):
        shape = replace(shape, attributes=_filled(shape.attributes, rule.defaults))
    if shape.elements and vocabulary.parts_have_attributes:
        elements = [_plain(part, vocabulary.sublabels) for part in shape.elements]
        shape = replace(shape, elements=elements)
    return shape


def _track(track: Track, vocabulary: Vocabulary) -> Track:
    track = _along(track, vocabulary.labels.get(track.label_id))
    if track.elements and vocabulary.parts_have_attributes:
        parts = vocabulary.sublabels
        elements = [_along(part, parts.get(part.label_id)) for part in track.elements]
        track = replace(track, elements=elements)
    return track


def _along(track: T, rule: Rule | None) -> T:
    """Keyframes have what the keyframe before has."""
    if rule is None or not rule.attributes:
        return track
    own = {value.spec_id for value in track.attributes}
    given = {value.spec_id for shape in track.shapes for value in shape.attributes}
    if not (own <= rule.immutable_ids and given <= rule.mutable_ids):
        track = _placed(track, rule)
    wanted = len(rule.mutable)
    if wanted and any(len(shape.attributes) < wanted for shape in track.shapes):
        track = replace(track, shapes=_held(track.shapes, rule))
    if len(track.attributes) < len(rule.immutable):
        track = replace(track, attributes=_filled(track.attributes, rule.immutable))
    return track


def _held(shapes: Sequence[TrackedShape], rule: Rule) -> list[TrackedShape]:
    held: Values = rule.mutable
    keyframes: list[TrackedShape] = []
    for shape in sorted(shapes, key=lambda shape: shape.frame):
        if len(shape.attributes) < len(rule.mutable):
            shape = replace(shape, attributes=_filled(shape.attributes, held))
        held = shape.attributes
        keyframes.append(shape)
    return keyframes


def _placed(track: T, rule: Rule) -> T:
    """The track with each value where it belongs since its attribute became (im)mutable.

    What held for the whole track holds from its first keyframe on; of the values of keyframes the
    first holds for the whole track.
    """
    fixed, changing = rule.immutable_ids, rule.mutable_ids
    begins = [v for v in track.attributes if v.spec_id in changing]
    own = {v.spec_id: v for v in track.attributes if v.spec_id in fixed}
    for shape in track.shapes:
        for value in shape.attributes:
            if value.spec_id in fixed:
                own.setdefault(value.spec_id, value)
    shapes = [
        replace(shape, attributes=[v for v in shape.attributes if v.spec_id in changing])
        for shape in track.shapes
    ]
    if shapes:
        shapes[0].attributes = _filled(shapes[0].attributes, begins)
    return replace(track, attributes=list(own.values()), shapes=shapes)


def _filled(given: Values, defaults: Values) -> list[AttributeValue]:
    mentioned = {value.spec_id for value in given}
    return [*given, *(value for value in defaults if value.spec_id not in mentioned)]
