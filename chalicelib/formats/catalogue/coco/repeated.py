"""Ids that occur twice, found among millions of them in eight bytes each."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import cast

import numpy as np

#: Numbers by the format's own rules; other tools write names as well.
Id = int | str
_HALF = 1 << 63


class Ids:
    """Ids in the order in which they were found; of names and of very long numbers, hashes."""

    def __init__(self) -> None:
        self._keys = array("q")

    def extend(self, numbers: Sequence[Id]) -> None:
        """Take more of them."""
        try:
            # What is not a number is seen to.
            keys = array("q", cast(Sequence[int], numbers))
        except (TypeError, OverflowError):
            keys = array("q", map(_key, numbers))
        self._keys += keys

    def repeated(self) -> int | None:
        """Where the first one stands that occurred before, counted from 0."""
        keys = np.frombuffer(self._keys, np.int64)
        order = np.argsort(keys, kind="stable")
        again = order[1:][keys[order[1:]] == keys[order[:-1]]]
        return int(again.min()) if again.size else None


def _key(number: Id) -> int:
    """A number that fits into eight bytes as it is."""
    return number if isinstance(number, int) and -_HALF <= number < _HALF else hash(number)
