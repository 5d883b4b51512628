"""JSON bodies are validated, and complaints name the field as CVAT's clients expect."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.platform.bodies import PRINTABLE, decode_json, encode_json
from chalicelib.platform.errors import Invalid


class Attribute(msgspec.Struct):
    name: str
    values: list[int] = []


class Body(msgspec.Struct):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=9, pattern=PRINTABLE)]
    labels: list[Attribute] = []
    size: Annotated[int, msgspec.Meta(ge=0, le=2147483647)] = 0


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (b"{}", {"name": ["This field is required."]}),
        (b'{"name": ""}', {"name": ["This field may not be blank."]}),
        (
            b'{"name": "abcdefghijk"}',
            {"name": ["Ensure this field has no more than 9 characters."]},
        ),
        (
            b'{"name": "x", "size": -1}',
            {"size": ["Ensure this value is greater than or equal to 0."]},
        ),
        (
            b'{"name": "x", "size": 3000000000}',
            {"size": ["Ensure this value is less than or equal to 2147483647."]},
        ),
        (b'{"name": 3}', {"name": ["Expected `str`, got `int`"]}),
        (b'{"name": null}', {"name": ["This field may not be null."]}),
        (b'{"name": "x", "size": "3"}', {"size": ["Expected `int`, got `str`"]}),
        (
            b'{"name": "x", "labels": [{"name": "a"}, {"name": 5}]}',
            {"labels": ["[1].name: Expected `str`, got `int`"]},
        ),
        (
            b'{"name": "x", "labels": [{}]}',
            {"labels": ["[0].name: This field is required."]},
        ),
        (b'{"name": "a\\u0000b"}', {"name": ["Control characters are not allowed."]}),
        (b'{"name": "line\\n"}', {"name": ["Control characters are not allowed."]}),
        (b"[]", {"non_field_errors": ["Expected `object`, got `array`"]}),
    ],
)
def test_a_wrong_field_is_named(body: bytes, answer: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as error:
        decode_json(body, Body)
    assert error.value.status == 400
    assert error.value.body == answer


@pytest.mark.parametrize(
    "body", [b"{", b"\xff\xfe", b'{"name": "x"', b'{"name": NaN}', b"[" * 100_000]
)
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid, match=r"JSON parse error|Expected|name"):
        decode_json(body, Body)


@given(
    st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=9),
    st.integers(0, 2147483647),
    st.lists(st.integers(0, 100)),
)
def test_what_is_encoded_decodes_to_the_same(name: str, size: int, values: list[int]) -> None:
    body = Body(name, [Attribute(name, values)], size)
    assert decode_json(encode_json(body), Body) == body
