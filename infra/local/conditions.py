"""Makes the emulator's DynamoDB read each condition once.

It parses the text of a condition anew, and checks its grammar, for every item that a query looks
at: 50 µs for each of a job's revisions, where holding the item to what was parsed takes 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from types import ModuleType

#: Conditions that are remembered. What is sent has placeholders for values, so there are few.
REMEMBERED = 1024


class Evaluate(Protocol):
    """Whether a condition holds for an item. Raises ValueError if it is no condition."""

    def __call__(
        self,
        expr: str,
        item: Mapping[str, Any],
        attr_values: Mapping[str, Any],
        attr_names: Mapping[str, str],
        slot: str = "ConditionExpression",
    ) -> Any: ...


def install(dynamodb: ModuleType) -> None:
    """Patch the emulator's module."""
    module: Any = dynamodb
    module._evaluate_condition = _reading_once(module, module._evaluate_condition)


def _reading_once(module: Any, evaluate: Evaluate) -> Evaluate:
    known: set[tuple[str, str]] = set()
    tokens_of = lru_cache(maxsize=REMEMBERED)(module._tokenize)

    def evaluate_known(
        expr: str,
        item: Mapping[str, Any],
        attr_values: Mapping[str, Any],
        attr_names: Mapping[str, str],
        slot: str = "ConditionExpression",
    ) -> Any:
        # Bounds are held to each other as part of the check, so such conditions are checked anew,
        # but for those of keys, whose bounds a query looks at before it looks at items.
        bounded = "BETWEEN" in expr.upper() and slot != "KeyConditionExpression"
        if (expr, slot) in known and not bounded:
            try:
                return module._ExprEval(tokens_of(expr), item, attr_values, attr_names).evaluate()
            except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
                # The emulator has words of its own for what is wrong.
                return evaluate(expr, item, attr_values, attr_names, slot)
        found = evaluate(expr, item, attr_values, attr_names, slot)
        if expr and expr.strip() and len(known) < REMEMBERED:
            known.add((expr, slot))
        return found

    return evaluate_known
