"""Exports of stored tasks of any size pass through a few megabytes of memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import pytest

from chalicelib.annotations import store as annotation_store
from chalicelib.annotations.model.document import Objects, Shape, Track, TrackedShape
from chalicelib.annotations.revisions.cache import views
from chalicelib.annotations.revisions.changes import Change
from chalicelib.annotations.store import Save
from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.exporting import archive as archives
from chalicelib.formats.report import Report
from chalicelib.projects import store
from chalicelib.projects.models import Task
from functions.export import plan as plans

from .conftest import inputs_of, label_ids

MEGABYTE = 1 << 20


class Nowhere:
    """Forgets what it is given."""

    def write(self, data: bytes) -> None:
        """Nothing is kept."""


def fill(task: Task, frames: int) -> None:
    """Ten boxes a frame, and tracks of ten frames, one after another."""
    (job,) = store.task_jobs(task.id)
    cat, dog = label_ids(task)
    for start in range(0, frames, 1000):
        shapes = [
            Shape(type="rectangle", frame=frame, points=[1.5, 2.5, 3.5, frame % 7], label_id=cat)
            for frame in range(start, min(start + 1000, frames))
            for _ in range(10)
        ]
        tracks = [
            Track(frame=frame, label_id=dog, shapes=[_keyframe(frame), _keyframe(frame + 9, True)])
            for frame in range(start, min(start + 1000, frames), 10)
        ]
        change = Change(create=Objects(shapes=shapes, tracks=tracks))
        annotation_store.save(Save(job_id=job.id, change=change))


def _keyframe(frame: int, outside: bool = False) -> TrackedShape:
    return TrackedShape(type="rectangle", frame=frame, points=[1, 2, 3, 4], outside=outside)


def peak(task: Task, format_name: str) -> int:
    """Bytes that an export holds at once, at most."""
    views.clear()
    inputs = inputs_of(task, format=format_name, save_images=False)
    plan = plans.make(inputs)
    writer, dataset = plan.writer(), plan.dataset()
    tracemalloc.start()
    archive, report = ArchiveWriter(Nowhere()), Report()
    wanted = [piece for lane in plan.lanes for piece in lane]
    for _ in archives.write(wanted, writer, dataset, archive, report):
        pass
    archive.close()
    _, highest = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert report.frames == len(dataset.parts[0].frames)
    return highest


@pytest.mark.parametrize("format_name", ["COCO 1.0", "CVAT for images 1.1", "YOLO 1.1"])
def test_memory_does_not_grow_with_the_task(
    pictures: Callable[..., Task], format_name: str
) -> None:
    sizes = {}
    for frames in (1000, 4000):
        task = pictures([b""] * frames)
        fill(task, frames)
        sizes[frames] = peak(task, format_name)
    assert sizes[4000] < 14 * MEGABYTE
    # Names of frames and blocks of compressed text that end at other places.
    assert sizes[4000] < sizes[1000] + 3 * MEGABYTE
