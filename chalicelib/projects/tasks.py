"""What happens to tasks: their media becomes known, they are changed and deleted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chalicelib.platform import clock, ids, keys, table
from chalicelib.platform.table import Create, Lost, Record, Touch, Update, Write
from chalicelib.projects import store
from chalicelib.projects.indexing import job_record
from chalicelib.projects.models import Job, JobCounts, JobPointer, Project, Task, TaskData
from chalicelib.projects.segments import Segment, applied

#: Jobs that fit one transaction with the task: two records each, a hundred at most.
JOBS_AT_ONCE = 45
ATTEMPTS = 16


class TaskGone(Exception):
    """The task was deleted meanwhile. The text is for the user."""

    def __init__(self, task_id: int) -> None:
        super().__init__(f"Task {task_id} was deleted while its media was being read.")


def finish_data(task_id: int, data: TaskData, segments: Sequence[Segment]) -> None:
    """Give a task its media and make a job of each segment.

    May be repeated: a task that has its media is left alone, and an interrupted call is completed
    with the same jobs. The task and its jobs appear together.

    Raises:
        TaskGone: the task was deleted.
    """
    for _ in range(ATTEMPTS):
        record = table.load(*store.task_key(task_id))
        if record is None:
            raise TaskGone(task_id)
        task = record.read(Task)
        if task.data is None and not _start_annotation(record, task, data, segments):
            continue
        _settle_dimension(task.project_id, data.dimension)
        return
    raise Lost([0])


def touch(task: Task) -> None:
    """Mark a task, and its project, as updated now."""
    _commit_touches(touches(task))


def touches(task: Task, moment: str | None = None) -> list[Touch]:
    """Writes that mark a task and its project as updated, to commit along with a change."""
    moment = moment or clock.iso()
    marks = [Touch(store.task_key(task.id), moment)]
    if task.project_id is not None:
        marks.append(Touch(store.project_key(task.project_id), moment))
    return marks


def _commit_touches(marks: list[Touch]) -> None:
    try:
        table.commit(*marks)
    except Lost:
        # One of them was deleted meanwhile: the rest still wants to be marked.
        for mark in marks:
            _touch_if_there(mark)


def _touch_if_there(mark: Touch) -> None:
    try:
        table.commit(mark)
    except Lost:
        return


def _start_annotation(
    record: Record, task: Task, data: TaskData, segments: Sequence[Segment]
) -> bool:
    """Store jobs and data; False if someone else changed the task meanwhile."""
    task.first_job_id = task.first_job_id or ids.allocate("job", len(segments)).start
    if len(segments) > JOBS_AT_ONCE:
        # The jobs are written before the task says that it has them. Their ids are reserved
        # first, so that an interrupted call does not make a second set.
        record.write(task)
        if not _committed(Update(record)):
            return False
    task.updated_date = clock.iso()
    jobs = [_new_job(task, task.first_job_id + k, segment) for k, segment in enumerate(segments)]
    task.data = data
    task.segment_size, task.overlap = applied(segments)
    task.jobs = JobCounts(count=len(jobs), annotation=len(jobs))
    records = list(_job_records(jobs, task))
    if len(segments) <= JOBS_AT_ONCE:
        return _committed(Update(record.write(task)), *(Create(item) for item in records))
    table.put_many(records)
    if _committed(Update(record.write(task))):
        return True
    if table.load(*record.key) is None:
        table.delete_many(item.key for item in records)
    return False


def _new_job(task: Task, job_id: int, segment: Segment) -> Job:
    return Job(
        id=job_id,
        task_id=task.id,
        start_frame=segment.start,
        stop_frame=segment.stop,
        created_date=task.updated_date,
        updated_date=task.updated_date,
    )


def _job_records(jobs: Sequence[Job], task: Task) -> Iterable[Record]:
    for job in jobs:
        yield Record(keys.job(job.id), keys.META).write(JobPointer(task.id))
        yield job_record(job, task)


def _committed(*writes: Write) -> bool:
    try:
        table.commit(*writes)
    except Lost:
        return False
    return True


def _settle_dimension(project_id: int | None, dimension: str) -> None:
    """The first task with media decides the dimension of its project."""
    project = store.load_project(project_id) if project_id is not None else None
    if project is None:
        return
    if project.dimension is not None:
        _touch_if_there(Touch(store.project_key(project.id), clock.iso()))
        return

    def change(fresh: Project, _: Record) -> None:
        fresh.dimension = fresh.dimension or dimension
        fresh.updated_date = clock.iso()

    table.modify(*store.project_key(project.id), Project, change)
