"""Looks at running processes through /proc."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


#: What is raised when a process ends before its files are opened, or before they are read.
_ENDED = (FileNotFoundError, ProcessLookupError)


def children(pid: int) -> list[int]:
    """Direct children of a process, whichever of its threads started them."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(*_ENDED):  # the thread has ended meanwhile
            found += [int(child) for child in (task / "children").read_text().split()]
    return found


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not collected does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except _ENDED:
        return False
    return state not in {"Z", "X"}


def resident_megabytes(pid: int) -> float:
    """Memory of one process that is its own or shared in proportion (PSS), in MB."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise AssertionError("no Pss line in smaps_rollup")


def eventually(condition: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Whether something becomes true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
