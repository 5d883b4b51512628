"""Reading datasets: COCO, VOC, YOLO and CVAT XML beside datumaro's readers, and a hostile JSON.

Both read the same 20,000 images with ten boxes each, annotations only: we an archive, datumaro its
files in a folder. Reading alone ends where datumaro's reader ends, with objects in memory. The
whole import also checks and counts every object, and stores pages in order of frames with their
index, as the worker does. Each runs in a process of its own, by turns; medians of ratios count.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from statistics import median
from typing import Any

from bench.importing_worker import BOXES, FORMATS, IMAGES
from bench.report import Row

#: How many times as many objects a CPU second as datumaro.
ASKED = 2
#: MiB.
MEMORY = 300
#: How often each is measured.
ROUNDS = 3

#: What was measured of each.
Round = dict[str, dict[str, Any]]


def run() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        for name in FORMATS:
            _run("write", name, folder)
            rounds = [
                {what: _run(what, name, folder) for what in ("ours", "reading", "datumaro")}
                for _ in range(ROUNDS)
            ]
            yield _ratio(f"importing {IMAGES:,} images × {BOXES} boxes from {name}", "ours", rounds)
            yield _ratio(f"only reading them from {name}", "reading", rounds)
            yield Row(
                f"memory of importing them from {name}", _median(rounds, "ours", "peak"),
                MEMORY, False, "MiB",
            )  # fmt: skip
    hostile = _run("line", "COCO 1.0", "")
    yield Row(
        "memory of reading COCO of 1 GB in one line", hostile["peak"], MEMORY, False, "MiB",
        f"{hostile['objects']:,} annotations in {hostile['cpu']:.0f} s",
    )  # fmt: skip


def _ratio(title: str, what: str, rounds: list[Round]) -> Row:
    """Objects a CPU second over those of datumaro's reader."""
    ratios = [
        one["datumaro"]["cpu"]
        / one[what]["cpu"]
        * one[what]["objects"]
        / one["datumaro"]["objects"]
        for one in rounds
    ]
    ours, theirs = _median(rounds, what, "cpu"), _median(rounds, "datumaro", "cpu")
    memory = [_median(rounds, one, "peak") for one in (what, "datumaro")]
    return Row(
        f"{title}: objects a CPU second over datumaro's reader", median(ratios), ASKED, True,
        detail=f"{ours:.2f} s against {theirs:.2f} s; peak {memory[0]:.0f} against"
        f" {memory[1]:.0f} MiB",
    )  # fmt: skip


def _median(rounds: list[Round], what: str, measure: str) -> float:
    return median(float(one[what][measure]) for one in rounds)


def _run(what: str, name: str, folder: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.importing_worker", what, name, folder],
        check=True,
        stdout=subprocess.PIPE,
    )
    told: dict[str, Any] = json.loads(done.stdout or b"{}")
    return told
