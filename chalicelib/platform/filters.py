"""Filtering, searching and sorting lists: `filter=` (JSON logic), `search=`, `sort=` and simple
equality parameters.

A list names its fields once, in a `ListFields`; an unknown field is the client's error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from chalicelib.platform.errors import Invalid
from chalicelib.platform.requests import Request

T = TypeVar("T")
Getter = Callable[[T], Any]


class ListFields(msgspec.Struct, Generic[T], frozen=True):
    """What a list can be asked for.

    Attributes:
        filter: fields of JSON logic and of `sort=`, by name.
        search: fields in which `search=` looks.
        simple: query parameters that compare for equality.
    """

    filter: dict[str, Getter[T]]
    search: tuple[str, ...] = ()
    simple: tuple[str, ...] = ()
    default_sort: str = "-id"


def narrow(request: Request, items: Sequence[T], fields: ListFields[T]) -> list[T]:
    """Apply the request's filters, search and order. Raises Invalid."""
    kept = list(items)
    for name in fields.simple:
        value = request.query(name)
        if value is not None and value != "":
            kept = [item for item in kept if _equals(fields.filter[name](item), value)]
    search = (request.query("search") or "").strip().lower()
    for term in search.split():
        kept = [item for item in kept if _mentions(item, fields, term)]
    logic = request.query("filter")
    if logic:
        try:
            rule = _parse(logic)
            kept = [item for item in kept if _truth(rule, item, fields.filter)]
        except RecursionError:
            raise Invalid("filter: the rule is nested too deeply.") from None
    return order(kept, request.query("sort") or fields.default_sort, fields.filter)


def order(items: list[T], sort: str, getters: dict[str, Getter[T]]) -> list[T]:
    """Sort by comma-separated fields, `-` for descending; stable. Raises Invalid."""
    for term in reversed([part.strip() for part in sort.split(",") if part.strip()]):
        name = term.removeprefix("-")
        if name not in getters:
            raise Invalid(f"Unknown sort field: {name!r}. Choose from: {', '.join(getters)}")
        items = _sorted(items, getters[name], descending=term[0] == "-")
    return items


def _sorted(items: list[T], getter: Getter[T], *, descending: bool) -> list[T]:
    return sorted(items, key=lambda item: _sortable(getter(item)), reverse=descending)


def _parse(logic: str) -> Any:
    try:
        rule = msgspec.json.decode(logic)
    except msgspec.DecodeError:
        raise Invalid(f"filter: {logic!r} is not valid JSON.") from None
    if not isinstance(rule, dict):
        raise Invalid("filter: expected a JSON logic rule such as "
                      '{"==": [{"var": "name"}, "x"]}.')  # fmt: skip
    return rule


def _truth(rule: Any, item: T, getters: dict[str, Getter[T]]) -> bool:
    return bool(_value(rule, item, getters))


def _value(rule: Any, item: T, getters: dict[str, Getter[T]]) -> Any:
    if not isinstance(rule, dict):
        return rule
    if len(rule) != 1:
        raise Invalid("filter: each rule has exactly one operator.")
    ((operator, arguments),) = rule.items()
    if not isinstance(arguments, list):
        arguments = [arguments]
    if operator == "var":
        return _variable(arguments, item, getters)
    if operator == "and":
        return all(_truth(argument, item, getters) for argument in arguments)
    if operator == "or":
        return any(_truth(argument, item, getters) for argument in arguments)
    values = [_value(argument, item, getters) for argument in arguments]
    if operator in {"!", "!!"} and len(values) == 1:
        return bool(values[0]) == (operator == "!!")
    return _compare(operator, values)


def _variable(arguments: list[Any], item: T, getters: dict[str, Getter[T]]) -> Any:
    name = arguments[0] if arguments else None
    if not isinstance(name, str) or name not in getters:
        raise Invalid(f"filter: unknown field {name!r}. Choose from: {', '.join(getters)}")
    return getters[name](item)


def _equals(have: Any, wanted: Any) -> bool:
    if isinstance(have, bool) and isinstance(wanted, str):
        return str(have).lower() == wanted.lower()
    if isinstance(have, int) and isinstance(wanted, str):
        return str(have) == wanted
    return bool(have == wanted)


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": _equals,
    "!=": lambda a, b: not _equals(a, b),
    "<": lambda a, b: bool(a < b),
    ">": lambda a, b: bool(a > b),
    "<=": lambda a, b: bool(a <= b),
    ">=": lambda a, b: bool(a >= b),
    "in": lambda a, b: a in b if isinstance(b, list) else str(a).lower() in str(b or "").lower(),
}


def _compare(operator: str, values: list[Any]) -> bool:
    compare = _COMPARISONS.get(operator)
    if compare is None:
        raise Invalid(f"filter: unknown operator {operator!r}.")
    if len(values) == 3 and operator in {"<", "<="}:
        return _compare(operator, values[:2]) and _compare(operator, values[1:])
    if len(values) != 2:
        raise Invalid(f"filter: {operator!r} takes two values.")
    first, second = values
    if operator in {"<", ">", "<=", ">="} and (first is None or second is None):
        return False
    try:
        return compare(first, second)
    except TypeError:
        raise Invalid(f"filter: cannot compare {first!r} and {second!r}.") from None


def _mentions(item: T, fields: ListFields[T], term: str) -> bool:
    return any(term in str(fields.filter[name](item) or "").lower() for name in fields.search)


def _sortable(value: Any) -> tuple[int, Any]:
    if value is None:
        return (0, 0)
    if isinstance(value, str):
        return (1, value.lower())
    return (1, value)
