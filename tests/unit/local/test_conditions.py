"""Conditions that are read once mean what they mean to the emulator itself."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local import conditions
from tests.unit.local.emulators import fresh_emulator

NAMES = {"#k": "kind", "#n": "number"}
ATOMS = (
    "#k = :text", "#k <> :text", "#n < :low", "#n >= :low", "#n BETWEEN :low AND :high",
    "begins_with(#k, :text)", "contains(#k, :text)", "attribute_exists(#n)",
    "attribute_not_exists(kind)", "#k IN (:text, :other)", "size(#k) > :low",
    # These are none.
    "#k = ", "#k == :text", "(#k = :text", "((#k = :text))", "kind BETWEEN :low", "#k = :nobody",
    "#x = :text", "", "status = :text",
)  # fmt: skip
SLOTS = st.sampled_from(["ConditionExpression", "FilterExpression", "KeyConditionExpression"])

texts = st.sampled_from(["", "a", "ab", "b"]).map(lambda text: {"S": text})
numbers = st.integers(-2, 2).map(lambda number: {"N": str(number)})
items = st.fixed_dictionaries(
    {}, optional={"kind": st.one_of(texts, numbers), "number": st.one_of(numbers, texts)}
)
expressions = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" AND ", " OR "]), inner).map("".join),
        inner.map(lambda one: f"NOT {one}"),
        inner.map(lambda one: f"({one})"),
    ),
    max_leaves=3,
)
values = st.fixed_dictionaries({":text": texts, ":other": texts, ":low": numbers, ":high": numbers})


ORIGINAL: Any = fresh_emulator()
PATCHED: Any = fresh_emulator()
conditions.install(PATCHED)


def outcome(module: Any, *asked: Any) -> tuple[str, object]:
    try:
        return "holds", module._evaluate_condition(*asked)
    except ValueError as error:
        return "refused", str(error)


@given(expressions, st.lists(st.tuples(items, values), min_size=2, max_size=4), SLOTS)
def test_the_same_for_every_item(expression: str, asked: list[Any], slot: str) -> None:
    for item, given_values in asked:
        bounds = float(given_values[":low"]["N"]), float(given_values[":high"]["N"])
        if slot == "KeyConditionExpression" and bounds[0] > bounds[1]:
            continue  # a query is refused before it looks at items
        arguments = (expression, item, given_values, NAMES, slot)
        assert outcome(PATCHED, *arguments) == outcome(ORIGINAL, *arguments)


def test_a_query_reads_its_condition_once(monkeypatch: pytest.MonkeyPatch) -> None:
    module: Any = fresh_emulator()
    conditions.install(module)
    read: list[str] = []
    check = module._condition_syntax_error

    def noted(expression: str, slot: str) -> Any:
        read.append(expression)
        return check(expression, slot)

    monkeypatch.setattr(module, "_condition_syntax_error", noted)
    found = [
        module._evaluate_condition(
            "#k = :text", {"kind": {"S": text}}, {":text": {"S": "a"}}, NAMES
        )
        for text in "aba"
    ]
    assert found == [True, False, True]
    assert read == ["#k = :text"]
