"""How long the second start takes, with the network cut off."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.report import Row
from bench.servers import started

ROUNDS = 3


def run() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as data:
        with started(Path(data)):
            pass
        seconds = []
        for _ in range(ROUNDS):
            with started(Path(data), offline=True) as server:
                seconds.append(server.started_in)
    yield Row("second start, without network", statistics.median(seconds), 5, False, "s",
              f"median of {ROUNDS}, until health answers")  # fmt: skip
