"""`python -m bench.exporting_store DIRECTORY`: the emulated services, with tasks to export.

Prints what processes that export need to know as JSON, and goes on until its input ends.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.in_process import machine

DATE = "2026-01-02T03:04:05.000Z"
WIDTH, HEIGHT = 1920, 1080
#: Frames of the tasks without pictures, and objects on each frame.
FRAMES = (2_000, 20_000, 200_000)
ON_A_FRAME = 10
LABELS = ("person", "car", "bicycle", "dog")
#: Frames of a job.
JOB = 5_000
#: Tasks whose boxes are tracks, by frames.
TRACKED = {2_000: 4, 20_000: 2, 200_000: 5}
#: Pictures of the tasks that have any, by task.
PICTURES = {1: 300, 3: 1_000}


def boxes(frames: range) -> Iterator[tuple[int, int, list[float]]]:
    """Frame, number of the label, and corners; the same for whoever asks."""
    for frame in frames:
        chance = random.Random(frame)
        for number in range(ON_A_FRAME):
            left, top = round(chance.uniform(0, 1700), 2), round(chance.uniform(0, 900), 2)
            width, height = round(chance.uniform(5, 200), 2), round(chance.uniform(5, 150), 2)
            corners = [left, top, round(left + width, 2), round(top + height, 2)]
            yield frame, number % len(LABELS), corners


def name_of(frame: int) -> str:
    """File name of a frame."""
    return f"camera/{frame:07}.jpg"


def photograph() -> bytes:
    """A picture as a camera makes it."""
    spec = find_spec("skimage")
    assert spec is not None
    assert spec.origin is not None
    return (Path(spec.origin).parent / "data" / "rocket.jpg").read_bytes()


def make(task_id: int, frames: int, body: bytes = b"", kind: str = "jpeg") -> list[Any]:
    """A task without annotations. Returns its jobs.

    Args:
        body: of the file of each frame, whose format is `kind`; none has a file if it is empty.
    """
    from chalicelib.media import frame_list
    from chalicelib.media.files import File
    from chalicelib.platform import bucket, keys
    from chalicelib.platform.table import Create, Record, commit
    from chalicelib.projects import store
    from chalicelib.projects.indexing import task_record
    from chalicelib.projects.models import Label, Task, TaskData
    from chalicelib.projects.segments import plan
    from chalicelib.projects.tasks import finish_data

    labels = Record(keys.task(task_id), keys.LABELS)
    labels.blob = store.pack_labels(
        [Label(id=number, name=name) for number, name in enumerate(LABELS, 1)]
    )
    task = Task(id=task_id, name="street", owner_id=1, created_date=DATE, updated_date=DATE)
    commit(Create(task_record(task)), Create(labels))
    listed = frame_list.Writer()
    for frame in range(frames):
        key = f"tasks/{task_id}/raw/{name_of(frame)}"
        if body:
            bucket.put(key, body)
        listed.add(File(name_of(frame), key, 0, len(body), "image", kind, WIDTH, HEIGHT))
    listed.save(task_id, 1, frame_list.FrameList(frames))
    data = TaskData(
        size=frames,
        mode="annotation",
        stop_frame=frames - 1,
        chunk_size=36,
        chunks_updated_date=DATE,
    )
    finish_data(task_id, data, plan(frames, min(JOB, frames), 0, "annotation").segments)
    return store.task_jobs(task_id)


def _annotate(jobs: list[Any]) -> None:
    from chalicelib.annotations import store
    from chalicelib.annotations.model.document import Objects, Shape
    from chalicelib.annotations.revisions.changes import Change

    for job in jobs:
        shapes = [
            Shape(type="rectangle", frame=frame, points=points, label_id=label + 1)
            for frame, label, points in boxes(range(job.start_frame, job.stop_frame + 1))
        ]
        store.save(store.Save(job_id=job.id, change=Change(create=Objects(shapes=shapes))))


def _track(jobs: list[Any]) -> None:
    """The same boxes as tracks with a keyframe on every frame, a hundred frames long."""
    from chalicelib.annotations import store
    from chalicelib.annotations.model.document import Objects, Track, TrackedShape
    from chalicelib.annotations.revisions.changes import Change

    for job in jobs:
        tracks = []
        for start in range(job.start_frame, job.stop_frame + 1, 100):
            stop = min(start + 100, job.stop_frame + 1)
            lines: list[list[TrackedShape]] = [[] for _ in range(ON_A_FRAME)]
            for number, (frame, _, points) in enumerate(boxes(range(start, stop))):
                shape = TrackedShape(type="rectangle", frame=frame, points=points)
                lines[number % ON_A_FRAME].append(shape)
            for line in lines:
                gone = TrackedShape(type="rectangle", frame=stop, points=[0, 0, 1, 1], outside=True)
                line.append(gone)
            tracks += [
                Track(frame=start, label_id=number % len(LABELS) + 1, shapes=line)
                for number, line in enumerate(lines)
            ]
        store.save(store.Save(job_id=job.id, change=Change(create=Objects(tracks=tracks))))


def _serve(directory: str) -> None:
    with machine(directory):
        for frames in FRAMES:
            _annotate(make(frames, frames))
        for frames, task in TRACKED.items():
            _track(make(task, frames))
        for task, pictures in PICTURES.items():
            make(task, pictures, photograph())
        known = ("AWS_", "SKYLABEL_", "NO_PROXY", "no_proxy")
        told = {name: value for name, value in os.environ.items() if name.startswith(known)}
        print(json.dumps(told), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    _serve(sys.argv[1])
