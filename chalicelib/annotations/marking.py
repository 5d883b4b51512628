"""Marking what was annotated as updated, along with the save.

Clients that keep what they have read, the dataset cache of CVAT's SDK among them, ask for the
task's `updated_date` to know whether it is still good. So each save moves that of the job, of its
task and of the task's project, in its own transaction where it can.
"""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.annotations.revisions.wishes import Marks
from chalicelib.platform import clock
from chalicelib.platform.table import Touch
from chalicelib.projects import store
from chalicelib.projects.models import Task
from chalicelib.projects.tasks import touches


def marks_of(task: Task) -> Marks:
    """What `store.save` marks when it saves annotations of jobs of a task."""

    def marks(job_ids: Sequence[int]) -> list[Touch]:
        if not job_ids:
            return []
        moment = clock.iso()
        jobs = [Touch(store.job_key(task.id, job_id), moment) for job_id in job_ids]
        return [*touches(task, moment), *jobs]

    return marks


def mark_updated(task: Task, job_ids: Sequence[int]) -> None:
    """Mark jobs, their task and its project as updated now, one after the other."""
    # Imported when first needed: most API processes only read annotations.
    from chalicelib.annotations.revisions import committing

    committing.mark(marks_of(task)(job_ids))
