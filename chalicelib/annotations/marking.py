"""Marking what was annotated as updated, once a save is acknowledged.

The marks are not part of the save: people who save different jobs of a task at the same time must
not make each other's saves fail over the task's record. Where they meet, each mark is written on
its own. A mark that fails is only late, so it is no error of the save.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from chalicelib.platform import clock, table
from chalicelib.platform.table import Lost, Touch
from chalicelib.projects import store
from chalicelib.projects.models import Task
from chalicelib.projects.tasks import touches

#: Marks that are written together: what one transaction takes.
_AT_ONCE = 100

_log = logging.getLogger("skylabel.annotations")


def mark_updated(task: Task, job_ids: Sequence[int]) -> None:
    """Mark jobs, their task and its project as updated now."""
    if not job_ids:
        return
    moment = clock.iso()
    marks = [
        *touches(task, moment),
        *(Touch(store.job_key(task.id, job_id), moment) for job_id in job_ids),
    ]
    for start in range(0, len(marks), _AT_ONCE):
        together = marks[start : start + _AT_ONCE]
        if not _tried(together):
            for mark in together:
                _tried([mark])


def _tried(marks: Sequence[Touch]) -> bool:
    """Whether all of the marks were written; none of them was if not."""
    try:
        table.commit(*marks)
    except Lost:
        # One was deleted, or is being marked by someone else at this very moment.
        return False
    except (BotoCoreError, ClientError, PynamoDBException):
        _log.warning("could not mark %s as updated", marks[0].key, exc_info=True)
    return True
