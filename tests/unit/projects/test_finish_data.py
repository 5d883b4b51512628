from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.platform import clock, ids, keys, table
from chalicelib.platform.table import Record
from chalicelib.projects import store, tasks
from chalicelib.projects.indexing import task_record
from chalicelib.projects.models import Task, TaskData
from chalicelib.projects.segments import plan


def _data(size: int) -> TaskData:
    return TaskData(
        size=size,
        mode="annotation",
        stop_frame=size - 1,
        chunk_size=36,
        chunks_updated_date=clock.iso(),
    )


def _new_task() -> int:
    (task_id,) = ids.allocate("task")
    moment = clock.iso()
    task = Task(id=task_id, name="cats", owner_id=7, created_date=moment, updated_date=moment)
    table.commit(table.Create(task_record(task)))
    return task_id


@pytest.mark.parametrize("size", [1, 10, 400])
def test_the_task_gets_its_media_and_one_job_per_segment(size: int) -> None:
    task_id = _new_task()
    segments = plan(size, 3, 1, "annotation").segments

    tasks.finish_data(task_id, _data(size), segments)

    task = store.load_task(task_id)
    jobs = store.task_jobs(task_id)
    assert task is not None
    assert task.size == size
    assert task.jobs.count == len(segments)
    assert [(job.start_frame, job.stop_frame) for job in jobs] == [
        (segment.start, segment.stop) for segment in segments
    ]
    assert [store.load_job(job.id) for job in jobs] == jobs


def test_repeating_it_changes_nothing() -> None:
    task_id = _new_task()
    segments = plan(9, 3, 0, "annotation").segments
    tasks.finish_data(task_id, _data(9), segments)
    before = store.load_task(task_id), store.task_jobs(task_id)

    tasks.finish_data(task_id, _data(9), segments)

    assert (store.load_task(task_id), store.task_jobs(task_id)) == before


@pytest.mark.parametrize("writes_before_crash", range(3))
def test_an_interrupted_call_is_completed_with_the_same_jobs(
    monkeypatch: pytest.MonkeyPatch, writes_before_crash: int
) -> None:
    task_id = _new_task()
    segments = plan(100, 1, 0, "annotation").segments
    calls = iter(range(100))

    def failing(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            if next(calls) == writes_before_crash:
                raise ConnectionError
            return real(*arguments)

        return call

    with monkeypatch.context() as patch:
        patch.setattr(table, "commit", failing(table.commit))
        patch.setattr(table, "put_many", failing(table.put_many))
        with pytest.raises(ConnectionError):
            tasks.finish_data(task_id, _data(100), segments)
    half = store.load_task(task_id)
    assert half is not None
    assert half.data is None

    tasks.finish_data(task_id, _data(100), segments)

    assert len(store.task_jobs(task_id)) == 100
    assert len(table.listed(Record.kind_index, keys.kind_of("job"))) == 100


def test_two_at_once_make_one_set_of_jobs() -> None:
    task_id = _new_task()
    segments = plan(12, 3, 0, "annotation").segments
    both = [
        threading.Thread(target=tasks.finish_data, args=(task_id, _data(12), segments))
        for _ in range(2)
    ]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()

    assert len(store.task_jobs(task_id)) == len(segments)


@pytest.mark.parametrize("size", [3, 200])
def test_a_task_deleted_meanwhile_leaves_no_jobs(size: int) -> None:
    task_id = _new_task()
    table.commit(table.Delete(store.task_key(task_id)))

    with pytest.raises(tasks.TaskGone, match=f"Task {task_id} was deleted"):
        tasks.finish_data(task_id, _data(size), plan(size, 1, 0, "annotation").segments)

    assert table.listed(Record.kind_index, keys.kind_of("job")) == []
