"""A task of a million shapes in fifty jobs: importing it, a range of frames, one more shape, and
all of it merged.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench import annotation_bodies as bodies
from bench.in_process import Traffic, apart, machine, watched
from bench.report import Row

JOBS, PER_JOB = 50, 20_000
JOBS_OF_A_FILE = 25
#: Frames of a job, with forty shapes each. Neighbouring jobs share none.
FRAMES = 500
TASK = 700
DATE = "2026-01-02T03:04:05.000Z"
#: Seconds in which API Gateway wants an answer.
PATIENCE = 29


def rows() -> Iterator[Row]:
    """The rows of the table of benchmarks."""
    seen: dict[str, Any] = apart("bench.annotation_million")
    count = f"{JOBS * PER_JOB:,} shapes in {JOBS} jobs"
    brought = seen["import"]
    yield Row(
        f"{count}: CPU of importing over that of one job, per shape",
        brought["cpu"] / seen["import of one"]["cpu"] / JOBS, 1.2, False,
        detail=f"{brought['seconds']:.1f} s, {brought['calls']} calls, peak {seen['peak']:.0f} MiB",
    )  # fmt: skip
    near = seen["range"]
    yield Row(
        f"{count}: CPU of reading ten frames over that in one job alone",
        near["cpu"] / seen["range of one"]["cpu"], 1.5, False,
        detail=f"{near['cpu'] * 1000:.1f} ms, {near['calls']} calls, {near['found']} shapes",
    )  # fmt: skip
    more = seen["patch"]
    yield Row(
        f"{count}: PATCH of one shape of the task, seconds", more["seconds"], 1, False, "s",
        f"{more['calls']} calls",
    )  # fmt: skip
    merged = seen["merged"]
    yield Row(
        f"{count}: the merged GET, seconds", merged["seconds"], PATIENCE, False, "s",
        f"{merged['calls']} calls, {merged['found']} shapes; one job takes "
        f"{seen['merged of one']['seconds']:.2f} s",
    )  # fmt: skip


def _measure() -> dict[str, Any]:
    from chalicelib.annotations import tasks
    from chalicelib.annotations.revisions.cache import views
    from chalicelib.annotations.saving import Wish
    from chalicelib.projects import store as projects

    figures: dict[str, Any] = {}
    for name, task_id, jobs in ((" of one", TASK, 1), ("", TASK + 1, JOBS)):
        task = _task(task_id, jobs)
        figures[f"import{name}"] = _timed(lambda task_id=task_id, jobs=jobs: _import(task_id, jobs))  # type: ignore[misc]
        spans = tasks.spans_of(projects.task_jobs(task_id))
        start = 3 + FRAMES * (jobs // 2)
        views.clear()
        figures[f"range{name}"] = _timed(lambda spans=spans, start=start: _seen(spans, start))  # type: ignore[misc]
        figures[f"patch{name}"] = _timed(
            lambda task=task, start=start: tasks.create(  # type: ignore[misc]
                task, _objects([_shape(start)]), Wish(1, None, None, "")
            )
        )
        views.clear()
        figures[f"merged{name}"] = _timed(
            lambda task_id=task_id: len(tasks.read_task(task_id).shapes)  # type: ignore[misc]
        )
        if figures[f"merged{name}"]["found"] != jobs * PER_JOB + 1:
            raise RuntimeError(
                f"of {jobs * PER_JOB + 1} shapes {figures[f'merged{name}']} are read"
            )
    figures["peak"] = _peak()
    return figures


def _seen(spans: Any, start: int) -> int:
    from chalicelib.annotations import tasks

    found, _ = tasks.read_frames(spans, start, start + 9)
    return len(found.shapes)


def _timed(action: Callable[[], Any]) -> dict[str, Any]:
    traffic: Traffic
    with watched() as traffic:
        before, used = time.perf_counter(), time.process_time()
        found = action()
        seconds, used = time.perf_counter() - before, time.process_time() - used
    number = found if isinstance(found, int) else None
    calls = traffic.calls.total()
    return {"seconds": seconds, "cpu": used, "calls": calls, "found": number}


def _task(task_id: int, jobs: int) -> Any:
    from chalicelib.platform import keys, table
    from chalicelib.platform.table import Create, Record
    from chalicelib.projects import store
    from chalicelib.projects.indexing import task_record
    from chalicelib.projects.models import Label, Task, TaskData
    from chalicelib.projects.segments import Segment
    from chalicelib.projects.tasks import finish_data

    task = Task(id=task_id, name="street", owner_id=1, created_date=DATE, updated_date=DATE)
    labels = Record(keys.task(task_id), keys.LABELS)
    labels.blob = store.pack_labels([Label(id=bodies.PLAIN, name="thing")])
    table.commit(Create(task_record(task)), Create(labels))
    size = jobs * FRAMES
    data = TaskData(
        size=size, mode="annotation", stop_frame=size - 1, chunk_size=36, chunks_updated_date=DATE
    )
    finish_data(task_id, data, [Segment(n * FRAMES, (n + 1) * FRAMES - 1) for n in range(jobs)])
    return task


def _import(task_id: int, jobs: int) -> None:
    """Several files, as one may have 500,000 objects."""
    from chalicelib.annotations import tasks

    each = PER_JOB // FRAMES
    for start in range(0, jobs, JOBS_OF_A_FILE):
        frames = range(start * FRAMES, min(jobs, start + JOBS_OF_A_FILE) * FRAMES)
        shapes = [_shape(frame) for frame in frames for _ in range(each)]
        tasks.import_document("task", task_id, _objects(shapes), "append" if start else "replace")


def _objects(shapes: list[Any]) -> Any:
    from chalicelib.annotations.model.document import Objects

    return Objects(shapes=shapes)


def _shape(frame: int) -> Any:
    from chalicelib.annotations.model.document import Shape

    x, y = frame * 7 % 1200 + 0.25, frame * 13 % 650 + 0.75
    points = [x, y, x + 60.5, y + 50.25]
    return Shape(type="rectangle", frame=frame, label_id=bodies.PLAIN, points=points)


def _peak() -> float:
    """MiB that the process had at most."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return float(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


def main(directory: str) -> None:
    """Measure, and print the figures as JSON."""
    with machine(directory):
        print(json.dumps(_measure()))


if __name__ == "__main__":
    main(sys.argv[1])
