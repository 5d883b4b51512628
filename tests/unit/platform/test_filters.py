"""Lists can be filtered by JSON logic, searched and sorted; mistakes are named."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.platform.errors import Invalid
from chalicelib.platform.filters import ListFields, narrow, order
from tests.unit.platform.requests import request


class Thing(msgspec.Struct):
    id: int
    name: str
    owner: str | None = None


THINGS = [Thing(1, "Road", "ann"), Thing(2, "road night", "bob"), Thing(3, "Sea")]
FIELDS: ListFields[Thing] = ListFields(
    filter={"id": lambda t: t.id, "name": lambda t: t.name, "owner": lambda t: t.owner},
    search=("name", "owner"),
    simple=("name", "owner", "id"),
)


def ids(**query: Any) -> list[int]:
    return [t.id for t in narrow(request(query=urlencode(query)), THINGS, FIELDS)]


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ({"==": [{"var": "name"}, "Road"]}, [1]),
        ({"!=": [{"var": "name"}, "Road"]}, [3, 2]),
        ({"in": ["ROAD", {"var": "name"}]}, [2, 1]),
        ({"in": [{"var": "id"}, [1, 3]]}, [3, 1]),
        ({"and": [{"in": ["road", {"var": "name"}]}, {">": [{"var": "id"}, 1]}]}, [2]),
        ({"or": [{"==": [{"var": "id"}, 1]}, {"==": [{"var": "id"}, 3]}]}, [3, 1]),
        ({"!": [{"var": "owner"}]}, [3]),
        ({"!!": [{"var": "owner"}]}, [2, 1]),
        ({"!": {"var": "owner"}}, [3]),
        ({"<=": [1, {"var": "id"}, 2]}, [2, 1]),
        ({"<": [{"var": "owner"}, "b"]}, [1]),
    ],
)
def test_json_logic(rule: dict[str, Any], found: list[int]) -> None:
    assert ids(filter=json.dumps(rule)) == found


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"filter": '{"==": [{"var": "secret"}, 1]}'}, "unknown field 'secret'"),
        ({"filter": "{nonsense"}, "not valid JSON"),
        ({"filter": "[1]"}, "expected a JSON logic rule"),
        ({"filter": '{"eval": [1, 2]}'}, "unknown operator"),
        ({"filter": '{"==": [1, 2], "!=": [1, 2]}'}, "exactly one operator"),
        ({"filter": '{"<": [{"var": "id"}, "x"]}'}, "cannot compare"),
        ({"filter": '{"==": [1]}'}, "takes two values"),
        ({"sort": "secret"}, "Unknown sort field"),
        ({"filter": '{"!":' * 50_000 + "1" + "}" * 50_000}, "nested too deeply"),
    ],
)
def test_a_mistake_in_a_filter_is_named(query: dict[str, str], message: str) -> None:
    with pytest.raises(Invalid, match=message):
        ids(**query)


def test_search_finds_every_word_in_any_field() -> None:
    assert ids(search="road") == [2, 1]
    assert ids(search="road BOB") == [2]
    assert ids(search="nothing") == []


def test_simple_parameters_compare_for_equality() -> None:
    assert ids(owner="bob") == [2]
    assert ids(id="3") == [3]


def test_sort_by_several_fields_with_nothing_first() -> None:
    assert ids(sort="owner,-id") == [3, 1, 2]
    assert ids(sort="-name") == [3, 2, 1]


@given(st.lists(st.integers()))
def test_sorting_agrees_with_python(numbers: list[int]) -> None:
    assert order(list(numbers), "-n", {"n": lambda n: n}) == sorted(numbers, reverse=True)
