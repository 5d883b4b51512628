"""Pages and indexes that this process remembers, within a bound.

Pages never change, so nothing remembered here is ever wrong.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

#: Bytes before compression of decoded pages; in memory they take about four times as much.
DECODED = 24_000_000
#: Bytes of compressed pages.
COMPRESSED = 32_000_000


class PageCache:
    """Values by key, the least recently used dropped first."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._weight = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Any:
        """What was kept under a key, or None."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def keep(self, key: Hashable, value: Any, weight: int) -> None:
        """Remember a value of so many bytes."""
        if weight > self._capacity // 2:
            return
        with self._lock:
            known = self._kept.pop(key, None)
            if known is not None:
                self._weight -= known[1]
            self._kept[key] = value, weight
            self._weight += weight
            while self._weight > self._capacity:
                _, (_, gone) = self._kept.popitem(last=False)
                self._weight -= gone

    def room_for(self, weight: int) -> bool:
        """Whether values of so many bytes in all would leave room for others."""
        return weight <= self._capacity // 2

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._weight = 0


#: Objects of pages by id, and indexes.
decoded = PageCache(DECODED)
#: Stored bytes of pages. Decoding one costs a fraction of a request for it.
compressed = PageCache(COMPRESSED)


def clear() -> None:
    """Forget everything."""
    decoded.clear()
    compressed.clear()
