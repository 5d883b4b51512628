"""Two who save at the same time by different ways: one the whole task, one a job of it; one who
says what they have read, one who does not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest

from tests.client.datasets import PHOTOS
from tests.support.wire import Client, Person

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.server import Server

TURNS = 10


class Shared:
    """A task of two jobs with a frame each, and two sessions of its owner."""

    def __init__(self, server: Server) -> None:
        person = self.first = Person(server)
        self.second = Client(server.url, person.sign_in())
        spec = {"name": "shared", "segment_size": 1, "labels": [{"name": "thing"}]}
        task_id = person.made("POST", "/api/tasks", spec)["id"]
        photograph = (PHOTOS / "rocket.jpg").read_bytes()
        done = person.upload(task_id, {"a.jpg": photograph, "b.jpg": photograph})
        assert done["status"] == "finished"
        jobs = person.made("GET", "/api/jobs", task_id=task_id, sort="id")["results"]
        self.label: int = person.made("GET", "/api/labels", task_id=task_id)["results"][0]["id"]
        self.task = f"/api/tasks/{task_id}/annotations"
        self.jobs = [f"/api/jobs/{job['id']}/annotations" for job in jobs]

    def box(self, width: float, frame: int = 0, **more: Any) -> dict[str, Any]:
        box = {"type": "rectangle", "frame": frame, "label_id": self.label}
        return box | {"points": [0.0, 0.0, width, 1.0]} | more

    def widths(self, path: str) -> list[float]:
        """Of all boxes, sorted."""
        shapes = self.first.made("GET", path)["shapes"]
        return sorted(shape["points"][2] for shape in shapes)


@pytest.fixture
def shared(server: Server) -> Shared:
    return Shared(server)


def together(*works: Callable[[], None]) -> None:
    """Run them at the same time; raises what they raise."""
    start = Barrier(len(works))

    def run(work: Callable[[], None]) -> None:
        start.wait(20)
        work()

    with ThreadPoolExecutor(len(works)) as pool:
        list(pool.map(run, works))


def test_one_saves_the_task_and_one_a_job(shared: Shared) -> None:
    def save_task() -> None:
        for turn in range(TURNS):
            body = {"shapes": [shared.box(100.0 + turn), shared.box(200.0 + turn, frame=1)]}
            shared.first.made("PATCH", shared.task, body, action="create")

    def save_job() -> None:
        for turn in range(TURNS):
            body = {"shapes": [shared.box(300.0 + turn)]}
            shared.second.made("PATCH", shared.jobs[0], body, action="create")

    together(save_task, save_job)
    first, second, third = ([start + turn for turn in range(TURNS)] for start in (100, 200, 300))
    assert shared.widths(shared.jobs[0]) == first + third
    assert shared.widths(shared.jobs[1]) == second
    assert shared.widths(shared.task) == first + second + third


def test_a_task_is_replaced_whole_whatever_is_saved_beside_it(shared: Shared) -> None:
    both = [shared.box(1.0), shared.box(2.0, frame=1)]

    def replace() -> None:
        for _ in range(TURNS):
            shared.first.made("PUT", shared.task, {"shapes": both})

    def add() -> None:
        for turn in range(TURNS):
            body = {"shapes": [shared.box(300.0 + turn, frame=1)]}
            shared.second.made("PATCH", shared.jobs[1], body, action="create")

    together(replace, add)
    assert shared.widths(shared.jobs[0]) == [1.0]
    kept = shared.widths(shared.jobs[1])
    assert kept[0] == 2.0
    assert set(kept[1:]) <= {300.0 + turn for turn in range(TURNS)}
    assert len(set(kept)) == len(kept)


def test_who_says_what_they_have_read_erases_nothing_unseen(shared: Shared) -> None:
    """Of two who read the same and both replace it, one is told; nothing of the other is lost."""
    read = shared.first.made("PUT", shared.jobs[0], {"shapes": [shared.box(1.0)]})
    statuses = []

    def replace(who: Client, width: float) -> None:
        body = {"version": read["version"], "shapes": [shared.box(width)]}
        answer = who.call("PUT", shared.jobs[0], body)
        statuses.append(answer.status)
        if answer.status == 409:
            assert answer.json["detail"]
            assert answer.json["version"] == read["version"] + 1

    together(lambda: replace(shared.first, 2.0), lambda: replace(shared.second, 3.0))
    assert sorted(statuses) == [200, 409]
    (left,) = shared.widths(shared.jobs[0])
    assert left in {2.0, 3.0}


def test_a_stale_save_neither_brings_back_nor_moves_back(shared: Shared) -> None:
    body = {"shapes": [shared.box(1.0), shared.box(2.0)]}
    moved, removed = shared.first.made("PUT", shared.jobs[0], body)["shapes"]
    shared.second.made("PATCH", shared.jobs[0], {"shapes": [removed]}, action="delete")
    change = {"shapes": [{**moved, "points": [0.0, 0.0, 9.0, 1.0]}]}
    now = shared.second.made("PATCH", shared.jobs[0], change, action="update")
    stale = {"version": 1, "shapes": [moved, removed]}
    answer = shared.first.call("PATCH", shared.jobs[0], stale, action="update")
    assert answer.status == 409
    assert shared.widths(shared.jobs[0]) == [9.0]
    shared.first.call("PATCH", shared.jobs[0], {"shapes": [removed]}, action="update")
    assert shared.widths(shared.jobs[0]) == [9.0]
    assert shared.first.made("GET", shared.jobs[0])["version"] >= now["version"]
