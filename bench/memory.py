"""Resident memory of everything that `make run` starts, idle."""

from __future__ import annotations

import time
from collections.abc import Iterator

from bench.report import Row
from bench.servers import skylabel

#: MiB of CVAT's 26 idle processes, measured on a machine of the same size.
CVAT = 3916


def run() -> Iterator[Row]:
    with skylabel() as server:
        time.sleep(5)
        sizes = server.resident()
    total = sum(sizes.values()) / 2**20
    yield Row(
        "idle memory, all processes", total, 400, False, "MiB",
        f"{len(sizes)} processes; CVAT {CVAT} MiB, {CVAT / total:.0f} times as much",
    )  # fmt: skip
