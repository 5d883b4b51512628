"""Tasks to annotate, and two people who do it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from chalicelib.annotations import routes_jobs, routes_tasks
from chalicelib.annotations.revisions.cache import views
from chalicelib.platform import http, keys, table
from chalicelib.platform.requests import Principal, Request
from chalicelib.platform.table import Create, Record
from chalicelib.projects import store
from chalicelib.projects.indexing import task_record
from chalicelib.projects.models import Attribute, Label, Sublabel, Task, TaskData
from chalicelib.projects.segments import Segment
from chalicelib.projects.tasks import finish_data
from tests.support.api import Api

OWNER, STRANGER, ADMIN = 7, 8, 1
DATE = "2026-01-02T03:04:05.000Z"

CAR, PERSON, BODY, HEAD, HAND, THUMB, FINGER = 11, 12, 13, 14, 15, 16, 17
COLOR, PARKED, LENGTH, NOTE, BENT, SIDE = 21, 22, 23, 24, 25, 26

#: Labels of every task here: with attributes, without, a skeleton of one point, and one of two
#: points that have attributes.
LABELS = [
    Label(
        id=CAR,
        name="car",
        attributes=[
            Attribute(
                id=COLOR,
                name="color",
                input_type="select",
                values=["red", "blue"],
                default_value="red",
            ),
            Attribute(
                id=PARKED,
                name="parked",
                input_type="checkbox",
                mutable=True,
                default_value="false",
            ),
            Attribute(
                id=LENGTH,
                name="length",
                input_type="number",
                values=["1", "20", "1"],
                default_value="4",
            ),
            Attribute(id=NOTE, name="note", input_type="text", mutable=True),
        ],
    ),
    Label(id=PERSON, name="person"),
    Label(id=BODY, name="body", type="skeleton", sublabels=[Sublabel(id=HEAD, name="head")]),
    Label(
        id=HAND,
        name="hand",
        type="skeleton",
        sublabels=[
            Sublabel(
                id=THUMB,
                name="thumb",
                attributes=[
                    Attribute(
                        id=BENT,
                        name="bent",
                        input_type="checkbox",
                        mutable=True,
                        default_value="false",
                    ),
                    Attribute(id=SIDE, name="side", input_type="radio", values=["left", "right"]),
                ],
            ),
            Sublabel(id=FINGER, name="finger"),
        ],
    ),
]


class Annotated:
    """A task with data. `jobs`: ids of its jobs in order of their segments."""

    def __init__(self, task_id: int, segments: list[Segment]) -> None:
        task = Task(id=task_id, name="street", owner_id=OWNER, created_date=DATE, updated_date=DATE)
        labels = Record(keys.task(task_id), keys.LABELS)
        labels.blob = store.pack_labels(LABELS)
        table.commit(Create(task_record(task)), Create(labels))
        size = max(segment.stop for segment in segments) + 1
        data = TaskData(
            size=size,
            mode="annotation",
            stop_frame=size - 1,
            chunk_size=36,
            chunks_updated_date=DATE,
        )
        finish_data(task_id, data, segments)
        self.id = task_id
        self.jobs = [job.id for job in store.task_jobs(task_id)]
        self.url = f"/api/tasks/{task_id}/annotations"
        self.job_urls = [f"/api/jobs/{job_id}/annotations" for job_id in self.jobs]

    @property
    def updated(self) -> str:
        task = store.load_task(self.id)
        assert task is not None
        return task.updated_date


@pytest.fixture
def log_of_jobs(table: None, bucket: None) -> None:
    """An empty log behind `annotations.store`."""
    views.clear()
    store._task_of_job.clear()


@pytest.fixture
def make_task(log_of_jobs: None) -> Callable[..., Annotated]:
    """Makes a task of segments given as (start, stop), both inclusive."""
    made: list[int] = []

    def make(*segments: tuple[int, int]) -> Annotated:
        made.append(100 + len(made))
        return Annotated(made[-1], [Segment(start, stop) for start, stop in segments])

    return make


@pytest.fixture
def task(make_task: Callable[..., Annotated]) -> Annotated:
    """A task of one job with frames 0 to 99."""
    return make_task((0, 99))


@pytest.fixture
def api(log_of_jobs: None, monkeypatch: pytest.MonkeyPatch) -> Api:
    """The annotation routes, called by the owner of every task."""
    monkeypatch.setattr(http._Hooks, "authenticate", staticmethod(_believe))
    return Api.of(routes_jobs.routes, routes_tasks.routes).with_headers(user=str(OWNER))


def _believe(request: Request, public: bool) -> None:
    user = int(request.header("user") or 0)
    if user:
        groups = ("admin",) if user == ADMIN else ("user",)
        request.principal = Principal(user, f"user{user}", groups, "session")


def rectangle(frame: int = 0, label_id: int = PERSON, **fields: Any) -> dict[str, Any]:
    """A rectangle as clients send it."""
    shape = {"type": "rectangle", "frame": frame, "label_id": label_id}
    return {**shape, "points": [10.0, 20.0, 110.0, 220.0], **fields}


def track(*keyframes: tuple[int, dict[str, Any]], **fields: Any) -> dict[str, Any]:
    """A rectangle track as clients send it, of (frame, fields of the keyframe)."""
    shapes = [
        {"type": "rectangle", "frame": frame, "points": [10.0, 20.0, 110.0, 220.0], **more}
        for frame, more in keyframes
    ]
    return {"frame": keyframes[0][0], "label_id": PERSON, "shapes": shapes, **fields}


def plain(value: Any) -> Any:
    """What a struct is as JSON."""
    return msgspec.to_builtins(value)
