"""Rules of attributes: what each kind of input may hold, and what a change may do."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple, Protocol, TypeVar

from msgspec import UNSET, UnsetType

from chalicelib.projects.bodies import AttributeRequest
from chalicelib.projects.models import Attribute

T = TypeVar("T")

FLAGS = {"true", "false"}


class BadLabel(Exception):
    """Labels or attributes that cannot be. The text is for the user."""


class Named(Protocol):
    """An attribute or a sublabel as stored."""

    id: int
    name: str


class Known(NamedTuple):
    """Where the parts that there are stand among their fellows, by id and by name."""

    what: str
    whole: str
    by_id: dict[int, int]
    by_name: dict[str, int]

    @classmethod
    def of(cls, existing: Sequence[Named], what: str, whole: str) -> Known:
        """`what` and `whole` say in messages what the parts are, and parts of what."""
        places = list(enumerate(existing))
        return cls(what, whole, {i.id: k for k, i in places}, {i.name: k for k, i in places})

    def position(self, part_id: int | UnsetType | None, name: str | UnsetType | None) -> int | None:
        """The part that a request means, by its id or else its name; None: a new one.

        Raises:
            BadLabel: there is no part of this id.
        """
        if not isinstance(part_id, int):
            return self.by_name.get(name) if isinstance(name, str) else None
        if part_id not in self.by_id:
            raise BadLabel(f"There is no {self.what} with id {part_id} in this {self.whole}.")
        return self.by_id[part_id]


def changed(existing: Sequence[Attribute], asked: Sequence[AttributeRequest]) -> list[Attribute]:
    """Attributes after a change: known ones (by id, else by name) altered, others added.

    New ones have the id 0. Raises BadLabel.
    """
    result = list(existing)
    known = Known.of(existing, "attribute", "label")
    for request in asked:
        if request.deleted:
            raise BadLabel(f"Attribute {request.name!r}: attributes cannot be removed.")
        position = known.position(request.id, request.name)
        if position is None:
            result.append(_checked(_new(request)))
        else:
            result[position] = _checked(_altered(result[position], request))
    for name, count in Counter(attribute.name for attribute in result).items():
        if count > 1:
            raise BadLabel(f"Attribute {name!r} is given twice.")
    return result


def new(asked: Sequence[AttributeRequest]) -> list[Attribute]:
    """Attributes of a new label, with the id 0; ids in the request mean nothing."""
    return changed([], [_without_id(request) for request in asked])


def _without_id(request: AttributeRequest) -> AttributeRequest:
    request.id = UNSET
    return request


def _new(request: AttributeRequest) -> Attribute:
    if request.input_type is UNSET:
        raise BadLabel(f"Attribute {request.name!r}: input_type is required.")
    return _altered(Attribute(id=0, name=request.name), request)


def _altered(attribute: Attribute, request: AttributeRequest) -> Attribute:
    name = request.name.strip()
    if not name:
        raise BadLabel("The name of an attribute may not be blank.")
    return Attribute(
        id=attribute.id,
        name=name,
        mutable=_or(request.mutable, attribute.mutable),
        input_type=_or(request.input_type, attribute.input_type),
        default_value=(
            attribute.default_value
            if isinstance(request.default_value, UnsetType)
            else str(request.default_value)
        ),
        values=(
            attribute.values
            if isinstance(request.values, UnsetType)
            else [str(value) for value in request.values]
        ),
    )


def _or(given: T | UnsetType, present: T) -> T:
    return present if isinstance(given, UnsetType) else given


def _checked(attribute: Attribute) -> Attribute:
    match attribute.input_type:
        case "checkbox":
            _check_flag(attribute)
        case "number":
            _check_number(attribute)
        case "select" | "radio":
            _check_choice(attribute)
        case "text":
            pass
    return attribute


def _check_flag(attribute: Attribute) -> None:
    given = {value.lower() for value in (*attribute.values, attribute.default_value)} - {""}
    if not given <= FLAGS:
        raise BadLabel(f"Attribute {attribute.name!r}: a checkbox is 'true' or 'false'.")


def _check_number(attribute: Attribute) -> None:
    bounds = [_number(attribute, value) for value in attribute.values]
    if len(bounds) not in {0, 3}:
        raise BadLabel(
            f"Attribute {attribute.name!r}: values of a number are its minimum, maximum and step."
        )
    if bounds and (bounds[0] > bounds[1] or bounds[2] <= 0):
        raise BadLabel(
            f"Attribute {attribute.name!r}: the minimum may not exceed the maximum, "
            "and the step must be positive."
        )
    if attribute.default_value:
        _number(attribute, attribute.default_value)


def _number(attribute: Attribute, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise BadLabel(f"Attribute {attribute.name!r}: {text!r} is not a number.")
    return number


def _check_choice(attribute: Attribute) -> None:
    if not attribute.values:
        raise BadLabel(f"Attribute {attribute.name!r}: a {attribute.input_type} needs values.")
    if attribute.default_value and attribute.default_value not in attribute.values:
        raise BadLabel(
            f"Attribute {attribute.name!r}: the default {attribute.default_value!r} is not one of "
            "its values."
        )
