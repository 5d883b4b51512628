"""Work that waits for the bucket, some of it at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def in_order(work: Callable[[T], R], items: Iterable[T], count: int) -> Generator[R, None, None]:
    """Results in the order of the items, of which `count` are worked on at a time.

    At most one more result is kept, that which is looked at. What a piece of work raises comes when
    the others that have begun are over; whoever stops early closes the generator, which waits too.
    """
    todo = iter(items)
    with ThreadPoolExecutor(count, "restore") as pool:
        under_way = deque(pool.submit(work, item) for item in islice(todo, count))
        while under_way:
            found = under_way.popleft().result()
            under_way.extend(pool.submit(work, item) for item in islice(todo, 1))
            yield found
