"""Reading datasets: COCO, VOC, YOLO and CVAT XML beside datumaro's readers, and a hostile JSON.

Both read the same 20,000 images with ten boxes each, annotations only: we an archive, datumaro its
files in a folder. The whole import also checks every object and puts it on disk in order of frames,
into pages that are ready to be saved. Each runs in a process of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

from bench.importing_worker import BOXES, FORMATS, IMAGES
from bench.report import Row

#: How many times as many objects a CPU second as datumaro.
ASKED = 2
#: MiB.
MEMORY = 300


def run() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        for name in FORMATS:
            _run("write", name, folder)
            ours, theirs = _run("reading", name, folder), _run("datumaro", name, folder)
            whole = _run("ours", name, folder)
            yield Row(
                f"reading {IMAGES:,} images × {BOXES} boxes from {name}: objects a CPU second"
                " over datumaro's reader",
                theirs["cpu"] / ours["cpu"] * ours["objects"] / theirs["objects"], ASKED, True,
                detail=f"{ours['cpu']:.2f} s against {theirs['cpu']:.2f} s; peak"
                f" {ours['peak']:.0f} against {theirs['peak']:.0f} MiB; checked and paged, too:"
                f" {whole['cpu']:.2f} s",
            )  # fmt: skip
            yield Row(f"memory of importing it from {name}", whole["peak"], MEMORY, False, "MiB")
    hostile = _run("line", "COCO 1.0", "")
    yield Row(
        "memory of reading COCO of 1 GB in one line", hostile["peak"], MEMORY, False, "MiB",
        f"{hostile['objects']:,} annotations in {hostile['cpu']:.0f} s",
    )  # fmt: skip


def _run(what: str, name: str, folder: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.importing_worker", what, name, folder],
        check=True,
        stdout=subprocess.PIPE,
    )
    told: dict[str, Any] = json.loads(done.stdout or b"{}")
    return told
