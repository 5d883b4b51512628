"""Which values an attribute offers.

They are offered, not demanded: as CVAT's server does, this one stores any text, so that what was
saved before an attribute changed can be read, and saved again, after it.
"""

from __future__ import annotations

import math

import msgspec

from chalicelib.projects.models import Attribute


class Offer(msgspec.Struct, frozen=True):
    """What one attribute offers. `low` and `high`: bounds of a number, both inclusive."""

    name: str
    choices: frozenset[str]
    low: float = math.inf
    high: float = -math.inf

    def includes(self, value: str) -> bool:
        if value in self.choices:
            return True
        try:
            return self.low <= float(value) <= self.high
        except ValueError:
            return False


def offer_of(attribute: Attribute) -> Offer | None:
    """What an attribute offers; None: anything."""
    default = attribute.default_value
    match attribute.input_type:
        case "checkbox":
            return Offer(attribute.name, frozenset({"true", "false", "True", "False", default}))
        case "select" | "radio":
            return Offer(attribute.name, frozenset({*attribute.values, default}))
        case "number":
            low, high = _bounds(attribute.values)
            return Offer(attribute.name, frozenset({default}), low, high)
        case "text":
            return None


def _bounds(values: list[str]) -> tuple[float, float]:
    try:
        return float(values[0]), float(values[1])
    except (IndexError, ValueError):
        return -math.inf, math.inf
