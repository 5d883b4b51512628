"""Work on pictures by a few threads, with a few pictures in memory."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

#: Codecs release the interpreter, so threads work side by side; more than these bring nothing.
THREADS = 4
#: Pixels that may be decoded at once: 3 bytes each, and as many again while they are turned.
PIXELS_AT_ONCE = 1 << 26


def in_order(render: Callable[[T], R], items: Iterable[T], pixels: int) -> Iterator[R]:
    """Rendered items in the order of the items.

    Args:
        pixels: of the largest picture; it decides how many are in memory at once.
    """
    threads = max(1, min(THREADS, _cores(), PIXELS_AT_ONCE // max(1, pixels)))
    if threads == 1:
        yield from map(render, items)
        return
    todo = iter(items)
    with ThreadPoolExecutor(threads) as pool:
        # One more than the threads: the next one waits while this thread fetches or decodes.
        under_way = deque(pool.submit(render, item) for item in islice(todo, threads + 1))
        while under_way:
            yield under_way.popleft().result()
            under_way.extend(pool.submit(render, item) for item in islice(todo, 1))


def _cores() -> int:
    """Those that this process may use, where the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
