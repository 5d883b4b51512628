"""Integer ids from atomic counters, handed out in blocks.

The clients demand integers. A busy kind (annotation objects) is allocated in blocks that a process
uses up on its own, so ids are unique and growing per process, not gapless.
"""

from __future__ import annotations

import threading

from chalicelib.platform import keys
from chalicelib.platform.table import Record

_lock = threading.Lock()
_blocks: dict[str, range] = {}


def allocate(kind: str, count: int = 1) -> range:
    """The next `count` ids of a kind, in one call to the table."""
    record = Record(keys.counter(kind), keys.META)
    record.update(actions=[Record.num.add(count)])
    last = record.number
    return range(last - count + 1, last + 1)


def allocate_from_block(kind: str, count: int, block: int = 1024) -> range:
    """`count` consecutive ids, with one call to the table per `block` ids of this process."""
    with _lock:
        left = _blocks.get(kind, range(0))
        if len(left) < count:
            left = allocate(kind, max(block, count))
        _blocks[kind] = left[count:]
        return left[:count]
