"""Ids that occur twice, found among millions of them in eight bytes each."""

from __future__ import annotations

from array import array

import numpy as np

#: Numbers by the format's own rules; other tools write names as well.
Id = int | str


class Ids:
    """Ids in the order in which they were found; of names and of very long numbers, hashes."""

    def __init__(self) -> None:
        self._keys = array("q")

    def add(self, number: Id) -> None:
        """Take one more."""
        try:
            self._keys.append(number)  # type: ignore[arg-type]  # what is not a number is seen to
        except (TypeError, OverflowError):
            self._keys.append(hash(number))

    def repeated(self) -> int | None:
        """Where the first one stands that occurred before, counted from 0."""
        keys = np.frombuffer(self._keys, np.int64)
        order = np.argsort(keys, kind="stable")
        again = order[1:][keys[order[1:]] == keys[order[:-1]]]
        return int(again.min()) if again.size else None
