"""Jobs of real photographs through the unmodified SDK."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from cvat_sdk.api_client import exceptions
from cvat_sdk.models import JobWriteRequest, PatchedJobWriteRequest

from tests.client.datasets import photo_task
from tests.client.people import administrator, newcomer

if TYPE_CHECKING:
    from tests.support.server import Server


def test_jobs_go_through_their_stages(server: Server) -> None:
    with newcomer(server) as marie:
        marie.config.status_check_period = 0.1
        task = photo_task(marie, segment_size=1)
        jobs = task.get_jobs()
        assert [(job.start_frame, job.stop_frame) for job in jobs[::-1]] == [(0, 0), (1, 1), (2, 2)]
        job = jobs[0]
        job.update(PatchedJobWriteRequest(state="completed"))
        assert (job.stage, job.state) == ("annotation", "completed")
        job.update(PatchedJobWriteRequest(stage="acceptance"))
        assert (job.stage, job.state) == ("acceptance", "new")
        job.update(PatchedJobWriteRequest(state="completed"))
        task.fetch()
        assert (task.jobs.count, task.jobs.completed, task.status) == (3, 1, "annotation")
        assert [label.name for label in job.get_labels()] == ["face", "vehicle"]


def test_counts_hold_when_jobs_are_finished_at_once(server: Server) -> None:
    with newcomer(server) as marie:
        marie.config.status_check_period = 0.1
        task = photo_task(marie, segment_size=1)
        done = PatchedJobWriteRequest(stage="acceptance", state="completed")
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda job: job.update(done), task.get_jobs()))
        task.fetch()
        assert (task.jobs.count, task.jobs.completed, task.status) == (3, 3, "completed")


def test_an_assignee_works_on_the_job_alone(server: Server) -> None:
    with newcomer(server) as marie, newcomer(server) as pierre, administrator(server) as admin:
        marie.config.status_check_period = 0.1
        task = photo_task(marie, segment_size=2)
        job, other = task.get_jobs()
        me = pierre.users.retrieve_current_user().id
        admin.jobs.retrieve(job.id).update(PatchedJobWriteRequest(assignee=me))
        mine = pierre.jobs.retrieve(job.id)
        mine.update(PatchedJobWriteRequest(state="in progress"))
        assert (mine.assignee.id, mine.state) == (me, "in progress")
        assert [found.id for found in pierre.jobs.list()] == [job.id]
        with pytest.raises(exceptions.ForbiddenException):
            pierre.jobs.retrieve(other.id)
        with pytest.raises(exceptions.ForbiddenException):
            mine.update(PatchedJobWriteRequest(stage="acceptance"))


def test_only_segments_make_jobs(server: Server) -> None:
    with newcomer(server) as marie:
        marie.config.status_check_period = 0.1
        task = photo_task(marie)
        api = marie.api_client.jobs_api
        with pytest.raises(exceptions.ApiException) as refused:
            api.create(JobWriteRequest(type="ground_truth", task_id=task.id))
        assert refused.value.status == 400
        with pytest.raises(exceptions.ApiException) as refused:
            api.destroy(task.get_jobs()[0].id)
        assert refused.value.status == 400
