"""Several ordered streams as one, each opened when its turn comes."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


class Stream(msgspec.Struct, frozen=True):
    """A stream that is not opened yet. `first`: nothing of it has a lesser key."""

    first: int
    open: Callable[[], Iterator[Any]]


def in_order(streams: Iterable[Stream], key: Callable[[T], Any]) -> Iterator[tuple[int, T]]:
    """What is in streams by key, each with the place of its stream; of equals, earlier ones first.

    Args:
        key: by what each stream is ordered: an integer, or a tuple that begins with one.
    """
    waiting = sorted(enumerate(streams), key=lambda item: item[1].first, reverse=True)
    heads: list[tuple[Any, int, T, Iterator[T]]] = []
    while waiting or heads:
        while waiting and (not heads or waiting[-1][1].first <= _number(heads[0][0])):
            place, stream = waiting.pop()
            opened = stream.open()
            for item in opened:
                heapq.heappush(heads, (key(item), place, item, opened))
                break
        if not heads:
            continue
        _, place, item, opened = heads[0]
        yield place, item
        for following in opened:
            heapq.heapreplace(heads, (key(following), place, following, opened))
            break
        else:
            heapq.heappop(heads)


def _number(key: Any) -> int:
    number: int = key[0] if isinstance(key, tuple) else key
    return number
