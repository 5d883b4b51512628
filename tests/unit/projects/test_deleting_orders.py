"""Deleting and restoring are inverse to each other, in whatever order and however interrupted."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.projects import sweep
from tests.support.crashes import Crash, counted_calls
from tests.unit.projects.conftest import MakeTask, Member
from tests.unit.projects.estate import LABELS, fill, stored

TASKS = 3
#: What is done to what: task 0 has no project, the others have one.
Deed = tuple[str, int | None, int | None]

deeds = st.lists(
    st.tuples(
        st.sampled_from(["delete", "restore"]),
        st.sampled_from([None, *range(TASKS)]),
        st.one_of(st.none(), st.integers(0, 25)),
    ),
    max_size=8,
)


class Estate:
    """A project with two tasks, and one alone, each in the trash or not."""

    def __init__(self, member: Member, make_task: MakeTask) -> None:
        self.api = member.api
        self.project = member.api.post("/api/projects", {"name": "p", "labels": LABELS}).json["id"]
        below = {"project_id": self.project, "subset": "a"}
        tasks = [
            make_task(4, segment_size=2, **(below if k else {"labels": LABELS}))
            for k in range(TASKS)
        ]
        for task in tasks:
            fill(member, task)
        self.tasks = [task["id"] for task in tasks]

    def do(self, deed: Deed) -> None:
        """Do it, or die after some calls and do it again."""
        what, task, dies_at = deed
        kind, number = ("project", self.project) if task is None else ("task", self.tasks[task])
        try:
            with counted_calls(dies_at):
                self._ask(what, kind, number)
        except Crash:
            self._ask(what, kind, number)

    def _ask(self, what: str, kind: str, number: int) -> None:
        if what == "delete":
            status = self.api.delete(f"/api/{kind}s/{number}").status
            assert status in {204, 404}
        else:
            status = self.api.post(f"/api/trash/{kind}/{number}/restore").status
            assert status in {200, 404, 409}

    def check(self) -> None:
        """What can be seen is told alike by everything, and nothing is in two places."""
        live = {task for task in self.tasks if self.api.get(f"/api/tasks/{task}").status == 200}
        listed = self.api.get("/api/tasks").json["results"]
        assert {task["id"] for task in listed} == live
        jobs = self.api.get("/api/jobs", page_size=100).json["results"]
        assert {job["task_id"] for job in jobs} == live
        assert len(jobs) == 2 * len(live)
        project = self.api.get(f"/api/projects/{self.project}")
        if project.status == 200:
            assert project.json["tasks"]["count"] == len(live - {self.tasks[0]})
            assert project.json["task_subsets"] == (["a"] if live - {self.tasks[0]} else [])
        else:
            assert live <= {self.tasks[0]}
        gone = {(one["kind"], one["id"]) for one in self.api.get("/api/trash").json["results"]}
        assert not gone & {("task", task) for task in live}

    def restore_all(self) -> None:
        wanted: list[Any] = [None, *range(TASKS)]
        for task in wanted:
            self.do(("restore", task, None))


@pytest.fixture
def estate(ann: Member, make_task: MakeTask) -> Estate:
    """One for all examples: each leaves it as it was."""
    return Estate(ann, make_task)


@pytest.mark.slow
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(orders=deeds, sweeps=st.booleans())
def test_whatever_was_deleted_and_restored_in_between_all_can_be_as_before(
    estate: Estate, orders: list[Deed], sweeps: bool
) -> None:
    before = stored()
    for deed in orders:
        estate.do(deed)
        if sweeps:
            sweep.resume()
        estate.check()
    estate.restore_all()
    assert stored() == before
