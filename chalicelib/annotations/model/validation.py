"""Whether objects may be stored: what their types cannot say.

Types, ranges of numbers and lengths of texts are checked while a body is decoded. Here: labels and
attributes of this task, and as many points as a shape needs. What CVAT's clients rely on is
tolerated: frames beyond the task, coordinates beyond the picture, shapes of another type than the
label's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NoReturn

from chalicelib.annotations.model.document import (
    AttributeValue,
    Geometry,
    Objects,
    Shape,
    SubShape,
    SubTrack,
    Tag,
    Track,
    TrackedShape,
)
from chalicelib.annotations.model.vocabulary import Rule, Vocabulary
from chalicelib.platform.errors import Invalid
from chalicelib.projects.models import Attribute

#: Numbers that a shape has: exactly.
_EXACTLY = {"rectangle": 4, "ellipse": 4, "cuboid": 16, "skeleton": 0}
#: Numbers that a shape has: at least, in pairs.
_AT_LEAST = {"polygon": 6, "polyline": 4, "points": 2}
#: One run and the box.
_MASK_LEAST = 5

Problem = str | None


def check(objects: Objects, vocabulary: Vocabulary) -> None:
    """Check objects that are to be stored.

    Raises:
        Invalid: `{"shapes": ["[3].points: ..."]}` for the first thing that is wrong.
    """
    for index, tag in enumerate(objects.tags):
        problem = _tag(tag, vocabulary.labels)
        if problem:
            _fail("tags", index, problem)
    labels, exactly = vocabulary.labels, _EXACTLY
    for index, shape in enumerate(objects.shapes):
        # The way of nearly all shapes, without a call for each.
        rule = labels.get(shape.label_id)
        if rule is not None and not shape.elements and not shape.attributes:
            points = shape.points
            if len(points) == exactly.get(shape.type) and points and sum(points) * 0 == 0:
                continue
        problem = _shape(shape, vocabulary)
        if problem:
            _fail("shapes", index, problem)
    for index, track in enumerate(objects.tracks):
        problem = _track(track, vocabulary)
        if problem:
            _fail("tracks", index, problem)


def check_new(objects: Objects) -> None:
    """New objects have no ids. Raises Invalid."""
    for kind, items in _by_kind(objects):
        for index, item in enumerate(items):
            if item.id is not None:
                _fail(kind, index, "id: New objects have no ids.")


def check_identified(objects: Objects) -> None:
    """Objects to update or delete have ids. Raises Invalid."""
    for kind, items in _by_kind(objects):
        for index, item in enumerate(items):
            if item.id is None:
                _fail(kind, index, "id: This field is required.")


def _by_kind(objects: Objects) -> list[tuple[str, Sequence[Tag | Shape | Track]]]:
    return [("tags", objects.tags), ("shapes", objects.shapes), ("tracks", objects.tracks)]


def _fail(kind: str, index: int, problem: str) -> NoReturn:
    raise Invalid(**{kind: f"[{index}].{problem}"})


def _tag(tag: Tag, labels: Mapping[int, Rule]) -> Problem:
    rule = labels.get(tag.label_id)
    if rule is None:
        return _no_label(tag.label_id)
    return _attributes(tag.attributes, rule.attributes)


def _shape(shape: Shape, vocabulary: Vocabulary) -> Problem:
    rule = vocabulary.labels.get(shape.label_id)
    if rule is None:
        return _no_label(shape.label_id)
    problem = _geometry(shape, rule)
    if problem:
        return problem
    if (shape.type == "skeleton") is not bool(shape.elements):
        return "elements: A skeleton has elements, other shapes have none."
    for index, element in enumerate(shape.elements):
        problem = _element(element, rule, vocabulary) or _geometry(
            element, vocabulary.sublabels[element.label_id]
        )
        if problem:
            return f"elements[{index}].{problem}"
    return None


def _track(track: Track, vocabulary: Vocabulary) -> Problem:
    rule = vocabulary.labels.get(track.label_id)
    if rule is None:
        return _no_label(track.label_id)
    problem = _keyframes(track, rule)
    if problem:
        return problem
    for index, element in enumerate(track.elements):
        problem = _element(element, rule, vocabulary) or _keyframes(
            element, vocabulary.sublabels[element.label_id]
        )
        if problem:
            return f"elements[{index}].{problem}"
    return None


def _element(element: SubShape | SubTrack, rule: Rule, vocabulary: Vocabulary) -> Problem:
    if element.label_id not in rule.elements or element.label_id not in vocabulary.sublabels:
        return f"label_id: {element.label_id} is no sublabel of {rule.name!r}."
    return None


def _keyframes(track: Track | SubTrack, rule: Rule) -> Problem:
    if not track.shapes:
        return "shapes: A track has at least one keyframe."
    problem = _attributes(track.attributes, rule.attributes, mutable=False)
    if problem:
        return problem
    kind = track.shapes[0].type
    for index, shape in enumerate(track.shapes):
        problem = (
            "type: All keyframes of a track have the same type."
            if shape.type != kind
            else _geometry(shape, rule)
        )
        if problem:
            return f"shapes[{index}].{problem}"
    return None


def _geometry(shape: Geometry, rule: Rule) -> Problem:
    points = shape.points
    # Infinity and NaN come from no JSON text, but from files that are imported.
    if sum(points) * 0 != 0:
        return "points: Coordinates must be finite numbers."
    return _point_count(shape.type, len(points)) or _attributes(
        shape.attributes, rule.attributes, mutable=True if type(shape) is TrackedShape else None
    )


def _point_count(kind: str, count: int) -> Problem:
    exactly = _EXACTLY.get(kind)
    if exactly is not None:
        wanted = f"exactly {exactly} numbers" if count != exactly else ""
    elif kind == "mask":
        wanted = f"at least {_MASK_LEAST} numbers" if count < _MASK_LEAST else ""
    else:
        least = _AT_LEAST[kind]
        wanted = f"at least {least} numbers, two a point" if count < least or count % 2 else ""
    return f"points: A {kind} has {wanted}, not {count}." if wanted else None


def _attributes(
    values: Sequence[AttributeValue],
    specs: Mapping[int, Attribute],
    mutable: bool | None = None,
) -> Problem:
    """`mutable`: whether only mutable or only immutable attributes belong here; None: all."""
    for index, value in enumerate(values):
        spec = specs.get(value.spec_id)
        if spec is None:
            return f"attributes[{index}].spec_id: {value.spec_id} is no attribute of this label."
        if mutable is not None and spec.mutable is not mutable:
            where = "the track itself" if spec.mutable is False else "its keyframes"
            return f"attributes[{index}].spec_id: {spec.name!r} is an attribute of {where}."
        problem = _value(value.value, spec)
        if problem:
            return f"attributes[{index}].value: {problem}"
    return None


def _value(value: str, spec: Attribute) -> Problem:
    if value == spec.default_value:
        return None
    if spec.input_type == "checkbox" and value.lower() not in {"true", "false"}:
        return f"{spec.name!r} is true or false, not {value!r}."
    if spec.input_type in {"select", "radio"} and value not in spec.values:
        return f"{value!r} is not one of the values of {spec.name!r}."
    if spec.input_type == "number":
        return _number(value, spec)
    return None


def _number(value: str, spec: Attribute) -> Problem:
    try:
        number = float(value)
        low, high = (float(bound) for bound in spec.values[:2])
    except ValueError:
        low = high = number = float("nan")
        if len(spec.values) < 2 and _is_number(value):
            return None
    if not low <= number <= high:
        return f"{spec.name!r} is a number from {' to '.join(spec.values[:2])}, not {value!r}."
    return None


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True


def _no_label(label_id: int) -> str:
    return f"label_id: There is no label {label_id} in this task."
