"""A dataset with images into a project: whatever interrupts it, all of it or nothing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from chalicelib.activity import requests
from chalicelib.annotations.bulk import saving
from chalicelib.annotations.tasks import read_task
from chalicelib.formats import report_store
from chalicelib.formats.exporting.requested import tasks_of_project
from chalicelib.media import frame_list
from chalicelib.media.archives import packs
from chalicelib.media.ingest import notes, steps
from chalicelib.platform import bucket as storage_bucket
from chalicelib.platform import keys, table
from chalicelib.projects import store
from functions.dataset_import import handler, hidden_tasks
from functions.dataset_import.source import Gone
from tests.unit.formats.conftest import Person
from tests.unit.formats.importing.test_import_steps import _named, finish

NAMES = {"train": ["a.png", "b.png", "deep/c.png"], "val": ["a.png", "d.png"]}


def png(color: int) -> bytes:
    sink = io.BytesIO()
    Image.new("RGB", (32, 16), (color, 0, 0)).save(sink, "png")
    return sink.getvalue()


def dataset() -> bytes:
    """Images of two subsets with a box on each, by CVAT's rules."""
    sink = io.BytesIO()
    lines, number = [], 0
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for subset, names in NAMES.items():
            for name in names:
                archive.writestr(f"images/{subset}/{name}", png(number))
                lines.append(
                    f'<image id="{number}" name="{name}" subset="{subset}"><box label="cat"'
                    f' xtl="1" ytl="2" xbr="{10 + number}" ybr="9"/></image>'
                )
                number += 1
        archive.writestr("annotations.xml", f"<annotations>{''.join(lines)}</annotations>")
    return sink.getvalue()


@pytest.fixture(params=[True, False], ids=["labels", "no labels"])
def has_labels(request: pytest.FixtureRequest) -> bool:
    """Whether the project has labels before. Otherwise it gets the dataset's."""
    return bool(request.param)


@pytest.fixture
def project(ann: Person, has_labels: bool) -> Iterator[int]:
    # Frames that this process remembers are those of other tests' tasks.
    frame_list.load.cache_clear()
    labels = [{"name": "cat"}] if has_labels else []
    made = ann.api.post("/api/projects", {"name": "pets", "labels": labels})
    assert made.status == 201, made
    yield int(made.json["id"])
    frame_list.load.cache_clear()


@pytest.fixture
def request_id(ann: Person, project: int, monkeypatch: pytest.MonkeyPatch) -> str:
    """An import that was asked for. Each image is copied into an object of its own."""
    monkeypatch.setattr(packs, "PACK_SIZE", 50)
    path, body = f"/api/projects/{project}/dataset", dataset()
    length = {"upload-length": str(len(body)), "tus-resumable": "1.0.0"}
    created = ann.api.with_headers(**_named(length)).post(path)
    assert created.status == 201, created
    file_id = created.header("upload-filename") or ""
    piece = {"upload-offset": "0", "content-type": "application/offset+octet-stream"}
    api = ann.api.with_headers(**_named(piece), content_length=str(len(body)))
    assert api.patch(f"{path}/{file_id}", body).status == 204
    answer = finish(ann, path, file_id)
    assert answer.status == 202, answer
    assert answer.json["rq_id"] == (
        f"action=import&target=project&target_id={project}&subresource=dataset"
    )
    return str(answer.json["rq_id"])


def call(request_id: str, step: str = "import", milliseconds: int = 900_000) -> str:
    """One call of the worker. Returns what the state machine is to do next."""
    context = SimpleNamespace(
        function_name="import",
        memory_limit_in_mb=1769,
        invoked_function_arn="arn",
        aws_request_id="1",
        get_remaining_time_in_millis=lambda: milliseconds,
    )
    request = requests.load(request_id)
    assert request is not None
    event = {"step": step, "request_id": request_id, "run": request.run}
    state: str = handler.handle(event, context)["state"]
    return state


def check_complete(project: int, request_id: str) -> None:
    request = requests.load(request_id)
    assert request is not None
    (label,) = store.labels_of_project(project)
    assert (label.name, label.type) == ("cat", "any")
    assert store.parent_of_label(label.id) == keys.project(project)
    report = report_store.load(request)
    assert report is not None
    assert report.new_labels in ([], ["cat"])
    more = "; the project got the labels cat" if report.new_labels else ""
    told = f"Imported 5 objects on 5 frames{more}."
    assert (request.status, request.message) == ("finished", told)
    found = {task.subset: task for task in tasks_of_project(project)}
    assert found.keys() == NAMES.keys()
    widths = {"train": [10, 11, 12], "val": [13, 14]}
    for subset, task in found.items():
        assert task.data is not None
        listed = frame_list.load(task.id, task.data.revision)
        assert [listed.name_of(number) for number in range(task.data.size)] == NAMES[subset]
        shapes = read_task(task.id).shapes
        assert [shape.frame for shape in shapes] == list(range(task.data.size))
        assert [shape.points[2] for shape in shapes] == widths[subset]
        assert {shape.label_id for shape in shapes} == {label.id}
        assert notes.noted(task.id) == []
    known = store.load_project(project)
    assert known is not None
    assert (known.task_count, known.subsets) == (2, {"train": 1, "val": 1})
    assert not list(storage_bucket.listing("uploads/"))
    assert [key for key, _ in storage_bucket.listing("exports/") if key.endswith("state")] == []


def check_nothing(project: int, labels: Sequence[str]) -> None:
    assert tasks_of_project(project) == []
    assert [label.name for label in store.labels_of_project(project)] == list(labels)
    pointers = [number for number in range(1, 9) if store.parent_of_label(number) is not None]
    assert len(pointers) == len(labels)
    known = store.load_project(project)
    assert known is not None
    assert known.task_count == 0
    assert not list(storage_bucket.listing("tasks/"))
    assert not list(storage_bucket.listing("annotations/"))
    for task_id in (1, 2):
        assert not list(table.children(keys.task(task_id)))


def test_each_subset_becomes_a_task(ann: Person, project: int, request_id: str) -> None:
    assert call(request_id) == "over"
    check_complete(project, request_id)
    listed = ann.api.get("/api/tasks", project_id=str(project)).json["results"]
    assert {one["subset"] for one in listed} == {"train", "val"}
    parent = keys.child_of("job", keys.project(project))
    assert len(table.listed(table.Record.parent_index, parent)) == 2


def test_it_takes_as_many_calls_as_it_needs(project: int, request_id: str) -> None:
    assert call(request_id, milliseconds=0) == "import"
    check_unseen(project)
    assert call(request_id) == "over"
    check_complete(project, request_id)


def check_unseen(project: int) -> None:
    assert tasks_of_project(project) == []


@pytest.mark.parametrize(
    ("where", "what", "after"),
    [
        (notes, "note", 3),
        (steps, "plan", 1),
        (steps, "clean", 0),
        (hidden_tasks, "make", 1),
        (saving, "save", 1),
        (hidden_tasks, "show", 0),
        (hidden_tasks, "_enter", 0),
        (report_store, "save", 0),
        (requests, "finish", 0),
        (handler, "discard", 0),
    ],
)
def test_whatever_kills_it_the_next_run_completes_it(
    project: int,
    request_id: str,
    monkeypatch: pytest.MonkeyPatch,
    where: Any,
    what: str,
    after: int,
) -> None:
    with monkeypatch.context() as dying:
        dying.setattr(where, what, _dies(getattr(where, what), after))
        with pytest.raises(SystemError):
            call(request_id)
    assert call(request_id) == "over"
    check_complete(project, request_id)


def _dies(real: Callable[..., Any], after: int) -> Callable[..., Any]:
    """Works so many times; then does its work and dies."""
    left = [after]

    def dying(*args: Any, **kwargs: Any) -> Any:
        answer = real(*args, **kwargs)
        left[0] -= 1
        if left[0] < 0:
            raise SystemError
        return answer

    return dying


@pytest.mark.parametrize("calls", [1, 3, 6])
def test_what_is_cancelled_leaves_nothing(
    project: int,
    request_id: str,
    has_labels: bool,
    monkeypatch: pytest.MonkeyPatch,
    calls: int,
) -> None:
    monkeypatch.setattr(requests, "PROGRESS_EVERY", 0.0)
    real, left = requests.progress, [calls]

    def cancelled_at_some_time(*args: Any) -> bool:
        left[0] -= 1
        if not left[0]:
            assert requests.cancel(request_id)
        return real(*args)

    monkeypatch.setattr(requests, "progress", cancelled_at_some_time)
    assert call(request_id) == "over"
    check_nothing(project, ["cat"] if has_labels else [])


def test_what_fails_between_two_calls_leaves_nothing(
    project: int, request_id: str, has_labels: bool
) -> None:
    assert call(request_id, milliseconds=0) == "import"
    assert call(request_id, "fail") == "over"
    request = requests.load(request_id)
    assert request is not None
    assert request.status == "failed"
    check_nothing(project, ["cat"] if has_labels else [])


def test_a_project_that_is_deleted_meanwhile_gets_nothing(
    ann: Person, project: int, request_id: str
) -> None:
    assert call(request_id, milliseconds=0) == "import"
    assert ann.api.delete(f"/api/projects/{project}").status == 204
    assert call(request_id) == "over"
    request = requests.load(request_id)
    assert request is not None
    assert request.status == "failed"
    assert "project" in request.message
    assert "deleted" in request.message
    assert not list(storage_bucket.listing("tasks/"))


@pytest.mark.parametrize("has_labels", [False], ids=["no labels"], indirect=True)
def test_what_fails_after_its_labels_were_found_leaves_none(
    project: int, request_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: Any) -> None:
        raise Gone("The project has gone.")

    monkeypatch.setattr(hidden_tasks, "_index_jobs", refused)
    assert call(request_id) == "over"
    check_nothing(project, [])


@pytest.mark.parametrize("has_labels", [False], ids=["no labels"], indirect=True)
def test_labels_that_others_make_meanwhile_are_not_replaced(
    ann: Person, project: int, request_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = hidden_tasks.show

    def show_late(*args: Any) -> None:
        path = f"/api/projects/{project}"
        assert ann.api.patch(path, {"labels": [{"name": "dog"}]}).status == 200
        real(*args)

    monkeypatch.setattr(hidden_tasks, "show", show_late)
    assert call(request_id) == "over"
    request = requests.load(request_id)
    assert request is not None
    assert request.status == "failed"
    assert "was given labels meanwhile" in request.message
    check_nothing(project, ["dog"])
