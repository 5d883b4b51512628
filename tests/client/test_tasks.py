"""Tasks through the unmodified SDK."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from cvat_sdk.api_client import exceptions
from cvat_sdk.models import PatchedLabelRequest, PatchedTaskWriteRequest, TaskWriteRequest

from tests.client.datasets import photo_task
from tests.client.people import newcomer

if TYPE_CHECKING:
    from tests.support.server import Server

CAR = PatchedLabelRequest(name="car", attributes=[])


def test_a_task_without_media_reads_back(server: Server) -> None:
    with newcomer(server) as marie:
        task = marie.tasks.create(TaskWriteRequest(name="soon", labels=[CAR], segment_size=7))
        assert (task.size, task.segment_size, task.mode, task.status) == (0, 7, "", "annotation")
        assert task.get_jobs() == []
        assert task.updated_date.tzinfo is not None
        assert task.target_storage.location.value == "local"


def test_a_task_is_changed_and_removed(server: Server) -> None:
    with newcomer(server) as marie:
        marie.config.status_check_period = 0.1
        task = photo_task(marie)
        before = task.updated_date
        me = marie.users.retrieve_current_user().id
        task.update(PatchedTaskWriteRequest(name="new", subset="Test", assignee_id=me))
        assert (task.name, task.subset, task.assignee.id) == ("new", "Test", me)
        assert task.updated_date > before
        (job,) = task.get_jobs()
        task.remove()
        with pytest.raises(exceptions.NotFoundException):
            marie.tasks.retrieve(task.id)
        with pytest.raises(exceptions.NotFoundException):
            marie.jobs.retrieve(job.id)
        assert marie.tasks.list() == []


def test_lists_are_read_to_their_end(server: Server) -> None:
    with newcomer(server) as marie:
        made = [marie.tasks.create(TaskWriteRequest(name=f"t{k}", labels=[CAR])) for k in range(12)]
        assert [task.id for task in marie.tasks.list()] == [task.id for task in made[::-1]]
        found, _ = marie.api_client.tasks_api.list(
            filter=json.dumps({"in": ["t1", {"var": "name"}]}), sort="name", page_size=2
        )
        assert [task.name for task in found.results] == ["t1", "t10"]
        assert found.count == 3
