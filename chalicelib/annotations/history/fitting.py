"""Objects of earlier revisions may name labels and attributes that there are no more.

Objects of a snapshot are never changed: what does not fit is copied.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec
from msgspec.structs import replace

from chalicelib.annotations.model.document import (
    Annotation,
    Objects,
    Shape,
    SubShape,
    SubTrack,
    Tag,
    Track,
    TrackedShape,
    gather,
)
from chalicelib.annotations.model.vocabulary import Rule, Vocabulary
from chalicelib.annotations.revisions.changes import Change, parts

A = TypeVar("A", Tag, Shape, Track, SubShape, SubTrack, TrackedShape)
T = TypeVar("T", Track, SubTrack)


def fitted(change: Change, vocabulary: Vocabulary) -> int:
    """Leave out, in place, what the labels of today do not know.

    Values of attributes that are gone go silently. Returns how many objects were left out because
    their label is gone.
    """
    before = change.create.count + change.update.count
    change.create = _of_today(change.create, vocabulary)
    change.update = _of_today(change.update, vocabulary)
    return before - change.create.count - change.update.count


def nameless(item: Annotation) -> Annotation:
    """A copy without ids."""
    copy: Annotation = msgspec.convert(msgspec.to_builtins(item), type(item))
    copy.id = None
    for part in parts(copy):
        part.id = None
    return copy


def _of_today(objects: Objects, vocabulary: Vocabulary) -> Objects:
    return gather(
        [_object(item, vocabulary) for item in objects.all() if item.label_id in vocabulary.labels]
    )


def _object(item: Annotation, vocabulary: Vocabulary) -> Annotation:
    labels, parts_of = vocabulary.labels, vocabulary.sublabels
    if isinstance(item, Track):
        along = [
            _track(part, parts_of[part.label_id])
            for part in item.elements
            if part.label_id in parts_of
        ]
        return replace(_track(item, labels[item.label_id]), elements=along)
    if isinstance(item, Tag):
        return _values(item, labels[item.label_id])
    elements = [
        _values(part, parts_of[part.label_id])
        for part in item.elements
        if part.label_id in parts_of
    ]
    return replace(_values(item, labels[item.label_id]), elements=elements)


def _track(track: T, rule: Rule) -> T:
    return replace(_values(track, rule), shapes=[_values(shape, rule) for shape in track.shapes])


def _values(item: A, rule: Rule) -> A:
    known = [value for value in item.attributes if value.spec_id in rule.attributes]
    return item if len(known) == len(item.attributes) else replace(item, attributes=known)
