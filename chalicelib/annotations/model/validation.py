"""Whether objects may be stored: what their types cannot say.

Types, ranges of numbers and lengths of texts are checked while a body is decoded. Here: labels and
attributes of this task, as many points as a shape needs, masks that can be decoded, skeletons of
their own elements, and the limits. What CVAT's clients rely on is tolerated and reported by
`oddities`: frames beyond the task, coordinates beyond the picture, shapes of another type than the
label's, values that an attribute does not offer (or no longer).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from math import hypot, isfinite
from typing import NoReturn

import msgspec

from chalicelib.annotations.model import limits
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
from chalicelib.platform.bodies import explain
from chalicelib.platform.errors import Invalid
from chalicelib.projects.models import Attribute

#: Numbers that a shape has: the least, the most, and what they come in.
_COUNTS = {
    "rectangle": (4, 4, 4),
    "ellipse": (4, 4, 4),
    "cuboid": (16, 16, 16),
    "polygon": (6, limits.NUMBERS, 2),
    "polyline": (4, limits.NUMBERS, 2),
    "points": (2, limits.NUMBERS, 2),
    "mask": (5, limits.NUMBERS, 1),
    "skeleton": (0, 0, 1),
}
#: Shapes of which nothing else has to be checked.
_PLAIN = {**_COUNTS, "mask": (1, 0, 1), "skeleton": (1, 0, 1)}

Problem = str | None


def check(objects: Objects, vocabulary: Vocabulary) -> None:
    """Check objects that are to be stored.

    Raises:
        Invalid: `{"shapes": ["[3].points: ..."]}` for the first thing that is wrong.
    """
    _check_number(objects)
    labels, plain, farthest = vocabulary.labels, _PLAIN, limits.COORDINATE
    for index, tag in enumerate(objects.tags):
        problem = _tag(tag, labels)
        if problem:
            _fail("tags", index, problem)
    for index, shape in enumerate(objects.shapes):
        # The way of nearly all shapes, without a call for each.
        rule = labels.get(shape.label_id)
        if rule is not None and not shape.elements:
            points = shape.points
            least, most, unit = plain[shape.type]
            count = len(points)
            if (
                least <= count <= most
                and not count % unit
                and hypot(*points) <= farthest
                and (not shape.attributes or _known(shape.attributes, rule.attributes.keys()))
            ):
                continue
        problem = _shape(shape, vocabulary)
        if problem:
            _fail("shapes", index, problem)
    for index, track in enumerate(objects.tracks):
        problem = _track(track, vocabulary)
        if problem:
            _fail("tracks", index, problem)


def check_types(objects: Objects) -> None:
    """Check what decoding a body checks, of objects that come from elsewhere. Raises Invalid."""
    for kind, items in _by_kind(objects):
        for index, item in enumerate(items):
            try:
                msgspec.convert(msgspec.to_builtins(item), type(item))
            except msgspec.ValidationError as error:
                raise explain(str(error).replace("`$", f"`$.{kind}[{index}]", 1)) from None


def check_new(objects: Objects) -> None:
    """New objects have no ids. Raises Invalid."""
    for kind, items in _by_kind(objects):
        for index, item in enumerate(items):
            if item.id is not None:
                _fail(kind, index, "id: New objects have no ids.")


def check_identified(objects: Objects) -> None:
    """Objects to update or delete have ids. Raises Invalid."""
    _check_number(objects)
    for kind, items in _by_kind(objects):
        for index, item in enumerate(items):
            if item.id is None:
                _fail(kind, index, "id: This field is required.")


def _check_number(objects: Objects) -> None:
    if objects.count > limits.OBJECTS:
        raise Invalid(
            f"One request may have {limits.OBJECTS} objects at most, not {objects.count}."
        )


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
    seen: set[int] = set()
    for index, element in enumerate(shape.elements):
        problem = _element(element, rule, seen) or _part(element, vocabulary)
        if problem:
            return f"elements[{index}].{problem}"
    return None


def _track(track: Track, vocabulary: Vocabulary) -> Problem:
    rule = vocabulary.labels.get(track.label_id)
    if rule is None:
        return _no_label(track.label_id)
    if not track.shapes:
        return "shapes: A track has at least one keyframe."
    problem = _keyframes(track, rule)
    if problem:
        return problem
    if track.elements and track.shapes[0].type != "skeleton":
        return "elements: Only a track of a skeleton has elements."
    seen: set[int] = set()
    for index, element in enumerate(track.elements):
        problem = _element(element, rule, seen) or _subtrack(element, vocabulary)
        if problem:
            return f"elements[{index}].{problem}"
    return None


def _element(element: SubShape | SubTrack, rule: Rule, seen: set[int]) -> Problem:
    """`seen`: labels of the elements before, to which this one's is added."""
    if element.label_id not in rule.elements:
        return f"label_id: {element.label_id} is no sublabel of {rule.name!r}."
    if element.label_id in seen:
        return f"label_id: {element.label_id} is given twice; a skeleton has one element of each."
    seen.add(element.label_id)
    return None


def _part(element: SubShape, vocabulary: Vocabulary) -> Problem:
    return _no_skeleton(element) or _geometry(element, vocabulary.sublabels[element.label_id])


def _subtrack(element: SubTrack, vocabulary: Vocabulary) -> Problem:
    problem = _no_skeleton(element.shapes[0]) if element.shapes else None
    if problem:
        return f"shapes[0].{problem}"
    return _keyframes(element, vocabulary.sublabels[element.label_id])


def _no_skeleton(shape: Geometry) -> Problem:
    if shape.type == "skeleton":
        return "type: An element of a skeleton is no skeleton itself."
    return None


def _keyframes(track: Track | SubTrack, rule: Rule) -> Problem:
    problem = _attributes(track.attributes, rule.attributes, mutable=False)
    if problem or not track.shapes:
        return problem
    kind, mutable = track.shapes[0].type, rule.mutable_ids
    least, most, unit = _PLAIN[kind]
    for index, shape in enumerate(track.shapes):
        # As in `check`: most keyframes without a call for each.
        points = shape.points
        if (
            shape.type == kind
            and least <= len(points) <= most
            and not len(points) % unit
            and hypot(*points) <= limits.COORDINATE
            and (not shape.attributes or _known(shape.attributes, mutable))
        ):
            continue
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
    least, most, unit = _PLAIN[shape.type]
    if (
        least <= len(points) <= most
        and not len(points) % unit
        and hypot(*points) <= limits.COORDINATE
        and not shape.attributes
    ):
        return None
    return (
        _point_count(shape.type, len(points))
        or (_mask(points) if shape.type == "mask" else _coordinates(points))
        or _attributes(
            shape.attributes,
            rule.attributes,
            mutable=True if type(shape) is TrackedShape else None,
        )
    )


def _point_count(kind: str, count: int) -> Problem:
    least, most, unit = _COUNTS[kind]
    if least <= count <= most and not count % unit:
        return None
    if count > most == limits.NUMBERS:
        return f"points: A {kind} has at most {most} numbers, not {count}."
    wanted = f"exactly {most}" if least == most else f"at least {least}"
    pairs = ", two a point" if unit == 2 else ""
    return f"points: A {kind} has {wanted} numbers{pairs}, not {count}."


def _coordinates(points: Sequence[float]) -> Problem:
    if hypot(*points) <= limits.COORDINATE:
        return None
    # Infinity and NaN come from no JSON text, but from files that are imported.
    if not all(map(isfinite, points)):
        return "points: Coordinates must be finite numbers."
    if max(map(abs, points)) > limits.COORDINATE:
        return f"points: Coordinates must lie within ±{limits.COORDINATE:.0f}."
    return None


def _mask(points: Sequence[float]) -> Problem:
    """Whether runs make a picture of the size of their box."""
    if not _whole(points) or min(points) < 0:
        return "points: A mask has whole numbers, none below 0."
    left, top, right, bottom = points[-4:]
    if left > right or top > bottom or max(right, bottom) > limits.COORDINATE:
        return "points: The box of a mask, its last four numbers, is left, top, right, bottom."
    area = (right - left + 1) * (bottom - top + 1)
    if area > limits.MASK_PIXELS:
        return f"points: The box of a mask has at most {limits.MASK_PIXELS} pixels."
    if sum(points[:-4]) != area:
        return f"points: The runs of a mask fill its box of {area:.0f} pixels."
    return None


def _whole(points: Sequence[float]) -> bool:
    try:
        return all(map(float.is_integer, points))
    except TypeError:  # Integers, which come from files that are imported.
        return all(map(float.is_integer, map(float, points)))


def _known(values: Sequence[AttributeValue], ids: Set[int]) -> bool:
    """Whether all are of these attributes, each given once."""
    given = {value.spec_id for value in values}
    return len(given) == len(values) and given <= ids


def _attributes(
    values: Sequence[AttributeValue],
    specs: Mapping[int, Attribute],
    mutable: bool | None = None,
) -> Problem:
    """`mutable`: whether only mutable or only immutable attributes belong here; None: all."""
    seen: set[int] = set()
    for index, value in enumerate(values):
        spec = specs.get(value.spec_id)
        problem = None
        if spec is None:
            problem = f"{value.spec_id} is no attribute of this label."
        elif mutable is not None and spec.mutable is not mutable:
            where = "its keyframes" if spec.mutable else "the track itself"
            problem = f"{spec.name!r} is an attribute of {where}."
        elif value.spec_id in seen:
            problem = f"{spec.name!r} is given twice."
        if problem:
            return f"attributes[{index}].spec_id: {problem}"
        seen.add(value.spec_id)
    return None


def _no_label(label_id: int) -> str:
    return f"label_id: There is no label {label_id} in this task."
