"""Exports of large tasks: beside datumaro building and writing the same, growth, memory, pictures.

Everything runs in processes of their own: the emulated services, each worker, and datumaro.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.exporting_store import FRAMES, ON_A_FRAME, PICTURES, TRACKED
from bench.report import Row

#: How many times as many shapes a CPU second as datumaro.
ASKED = {
    "PASCAL VOC 1.1": 10, "COCO 1.0": 4, "CVAT for images 1.1": 4, "MOT 1.1": 3, "YOLO 1.1": 2,
}  # fmt: skip
SMALL, MIDDLE, LARGE = FRAMES
#: MiB.
MEMORY = 150
#: Part of the speed of a bare copy.
PICTURES_ASKED = 0.7


def run() -> Iterator[Row]:
    with _store() as environment:
        for name, asked in ASKED.items():
            ours, theirs = _worker(environment, name, _task(name, MIDDLE)), _datumaro(name, MIDDLE)
            yield Row(
                f"export of {MIDDLE:,} frames × {ON_A_FRAME} boxes as {name}: objects a CPU second"
                " over datumaro's",
                theirs["cpu"] / ours["cpu"], asked, True,
                detail=f"{ours['cpu']:.2f} s against {theirs['cpu']:.2f} s; peak"
                f" {ours['peak']:.0f} against {theirs['peak']:.0f} MiB",
            )  # fmt: skip
            yield from _memory(f"{MIDDLE:,} frames as {name}", ours)
        for name in ASKED:
            small, large = (
                _worker(environment, name, _task(name, frames)) for frames in (SMALL, LARGE)
            )
            ratio = large["cpu"] / small["cpu"] / (LARGE / SMALL)
            yield Row(
                f"export as {name}: CPU a frame of {LARGE:,} frames over that of {SMALL:,}",
                ratio, 1.3, False, detail=f"{large['cpu']:.1f} s and {small['cpu']:.2f} s",
            )  # fmt: skip
            yield from _memory(f"{LARGE:,} frames as {name}", large)
        for task, pictures in PICTURES.items():
            yield _pictures(environment, task, pictures)


def _task(name: str, frames: int) -> int:
    """The task that a format is measured with: MOT holds tracks alone."""
    return TRACKED[frames] if name == "MOT 1.1" else frames


def _memory(what: str, seen: dict[str, Any]) -> Iterator[Row]:
    heavy = ", ".join(seen["heavy"]) or "neither numpy nor a decoder"
    yield Row(
        f"memory of exporting {what}", seen["peak"], MEMORY, False, "MiB", f"loaded: {heavy}"
    )  # fmt: skip


def _pictures(environment: dict[str, str], task: int, pictures: int) -> Row:
    ours = _worker(environment, "COCO 1.0", task, "images")
    bare = _worker(environment, "COCO 1.0", task, "copy")
    return Row(
        f"export of {pictures:,} pictures: speed over passing them through zipfile, stored",
        bare["seconds"] / ours["seconds"], PICTURES_ASKED, True,
        detail=f"{ours['seconds']:.2f} s against {bare['seconds']:.2f} s",
    )  # fmt: skip


@contextmanager
def _store() -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory() as directory:
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.exporting_store", f"{directory}/data"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield os.environ | json.loads(process.stdout.readline())
        finally:
            process.stdin.close()
            process.wait()
            process.stdout.close()


def _worker(environment: dict[str, str], name: str, task: int, what: str = "") -> dict[str, Any]:
    return _figures("bench.exporting_worker", name, str(task), what, environment=environment)


def _datumaro(name: str, frames: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as directory:
        return _figures("bench.exporting_datumaro", name, str(frames), f"{directory}/written")


def _figures(
    module: str, *arguments: str, environment: dict[str, str] | None = None
) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env=environment,
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told
