"""Exports of stored tasks, step by step as the state machine makes them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from chalicelib.activity import requests
from chalicelib.annotations import store as annotation_store
from chalicelib.annotations.merging import slicing
from chalicelib.annotations.model.document import Objects
from chalicelib.annotations.revisions.changes import Change
from chalicelib.annotations.store import Save
from chalicelib.annotations.tasks import spans_of
from chalicelib.formats import request_files
from chalicelib.formats.exporting.requested import ExportInputs
from chalicelib.media import frame_list
from chalicelib.media.files import File
from chalicelib.media.frame_list import FrameList
from chalicelib.platform import bucket as storage
from chalicelib.platform import clock
from chalicelib.platform.requests import Principal
from chalicelib.projects import store, tasks
from chalicelib.projects.models import Task, TaskData
from chalicelib.projects.segments import plan
from functions.export import handler, progress

#: Versions of data, unique in this process, which remembers lists of frames.
_revisions = itertools.count(1_000_000)


class Clock:
    """Milliseconds that a call of the function has left: enough for some steps."""

    def __init__(self, steps: int = 1_000_000) -> None:
        self.steps = steps

    def __call__(self) -> int:
        self.steps -= 1
        return 0 if self.steps < 0 else progress.MARGIN


class Export:
    """One request and its execution."""

    def __init__(self, inputs: ExportInputs) -> None:
        self.inputs = inputs
        self.id = f"action=export&target={inputs.target}&target_id={inputs.target_id}"
        self.begin()

    def begin(self) -> None:
        requests.start(
            "export",
            request_id=self.id,
            owner=Principal(1, "marie", ("user",), "session"),
            operation=requests.Operation(type="export:dataset", target=self.inputs.target),
            machine="export",
            inputs=msgspec.to_builtins(self.inputs),
        )

    @property
    def request(self) -> requests.Request:
        request = requests.load(self.id)
        assert request is not None
        return request

    @property
    def status(self) -> tuple[str, str]:
        return self.request.status, self.request.message

    @property
    def key(self) -> str:
        return request_files.own_prefix(self.request) + self.inputs.filename

    def step(self, name: str, clock: Clock | None = None, **more: Any) -> dict[str, Any]:
        context = SimpleNamespace(
            function_name="export",
            memory_limit_in_mb=1769,
            invoked_function_arn="arn",
            aws_request_id="1",
            get_remaining_time_in_millis=clock or Clock(),
        )
        event = {"step": name, "request_id": self.id, "run": self.request.run, **more}
        answer: dict[str, Any] = handler.handle(event, context)
        return answer

    def run(self, clock: Callable[[], Clock] = Clock) -> list[str]:
        """Do what the state machine does. Returns the states that it went through."""
        result = self.step("prepare", clock())
        states = [result["state"]]
        while (state := result["state"]) != "over":
            if state == "split":
                for piece in result["pieces"]:
                    while (done := self.step("piece", clock(), piece=piece))["state"] == "piece":
                        states.append("piece")
                    assert done["state"] == "done"
                result = self.step("join", clock())
            else:
                more = {"message": result["message"]} if "message" in result else {}
                result = self.step(state, clock(), **more)
            states.append(result["state"])
        return states

    def run_until(self, state: str) -> dict[str, Any]:
        """Do what the state machine does up to a state of an export that is not split. Returns
        what the last step answered."""
        result = self.step("prepare")
        while result["state"] != state:
            result = self.step(result["state"])
        return result

    def body(self) -> bytes:
        found = storage.get(self.key)
        assert found is not None
        return found


def uploads() -> list[Any]:
    answer = storage.client().list_multipart_uploads(Bucket="skylabel-test")
    return list(answer.get("Uploads", []))


def files() -> dict[str, int]:
    return dict(storage.listing("exports/"))


@pytest.fixture
def pictures(make_task: Callable[..., dict[str, Any]]) -> Callable[..., Task]:
    """Makes a task of pictures with the labels `cat` and `dog`, in jobs."""

    def make(
        bodies: Sequence[bytes],
        *,
        size: int = 0,
        overlap: int = 0,
        deleted: Sequence[int] = (),
        project_id: int | None = None,
    ) -> Task:
        asked: dict[str, Any] = {"labels": [{"name": "cat"}, {"name": "dog"}], "name": "pets"}
        if project_id is not None:
            asked = {"name": "pets", "project_id": project_id}
        task_id = make_task(data=False, **asked)["id"]
        images = []
        for number, body in enumerate(bodies):
            key = f"tasks/{task_id}/raw/{number}.jpg"
            storage.put(key, body)
            images.append(File(f"{number}.jpg", key, 0, len(body), "image", "jpeg", 640, 480))
        count, revision = len(images), next(_revisions)
        frame_list.save(task_id, revision, FrameList(count, images=images))
        data = TaskData(
            size=count,
            mode="annotation",
            stop_frame=count - 1,
            chunk_size=36,
            chunks_updated_date=clock.iso(),
            revision=revision,
            deleted_frames=list(deleted),
        )
        tasks.finish_data(task_id, data, plan(count, size or count, overlap, "annotation").segments)
        task = store.load_task(task_id)
        assert task is not None
        return task

    return make


def label_ids(task: Task) -> list[int]:
    return [label.id for label in store.labels_of_task(task)]


def annotate(task: Task, objects: Objects) -> None:
    """Put objects into the jobs that have their frames."""
    parts = slicing.sliced(objects, spans_of(store.task_jobs(task.id)))
    for job_id, part in parts.items():
        if not part.is_empty:
            annotation_store.save(Save(job_id=job_id, change=Change(create=part)))


def inputs_of(task: Task, **more: Any) -> ExportInputs:
    """What the worker is told of an export of a task with images."""
    asked: dict[str, Any] = {
        "target": "task",
        "target_id": task.id,
        "format": "CVAT for images 1.1",
        "save_images": True,
        "filename": "pets.zip",
        "signature": "",
        "base_url": "http://localhost",
    }
    return ExportInputs(**(asked | more))
