"""Orders in which files become frames."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import Literal

SortingMethod = Literal["lexicographical", "natural", "predefined", "random"]

_NUMBER = re.compile(r"(\d+)")


class BadOrder(Exception):
    """The wanted order does not fit the files. The text is for the user."""


def arrange(
    names: Sequence[str],
    method: SortingMethod,
    *,
    predefined: Sequence[str] = (),
    seed: int = 0,
) -> list[str]:
    """Order file names.

    Args:
        predefined: the order for the method `predefined`; without it, names stay as they are.
        seed: makes `random` repeatable.

    Raises:
        BadOrder: `predefined` is not a permutation of the names.
    """
    match method:
        case "lexicographical":
            return sorted(names)
        case "natural":
            return sorted(names, key=natural_key)
        case "random":
            shuffled = sorted(names)
            random.Random(seed).shuffle(shuffled)  # noqa: S311 an order, not a secret
            return shuffled
        case "predefined":
            return _predefined(names, predefined)


def natural_key(name: str) -> tuple[list[tuple[int, int, str]], str]:
    """Sorts runs of digits by value: `2.jpg` before `10.jpg`. Equal values fall back on text."""
    parts = [(0, int(p), "") if p.isdecimal() else (1, 0, p) for p in _NUMBER.split(name) if p]
    return parts, name


def _predefined(names: Sequence[str], wanted: Sequence[str]) -> list[str]:
    if not wanted:
        return list(names)
    missing = sorted(set(names) - set(wanted))
    unknown = sorted(set(wanted) - set(names))
    if unknown:
        raise BadOrder(f"The order of files names {unknown[0]!r}, which was not uploaded.")
    if missing:
        raise BadOrder(f"The order of files does not name {missing[0]!r}.")
    if len(set(wanted)) != len(wanted):
        raise BadOrder("The order of files names a file twice.")
    return list(wanted)
