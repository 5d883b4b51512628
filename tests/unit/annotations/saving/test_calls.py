"""A save of one shape is four calls at most, however large the job is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from chalicelib.annotations.revisions.cache import views
from chalicelib.platform import bucket, clock, keys, table
from chalicelib.platform.table import Create, Record, Update
from chalicelib.projects import store as projects
from chalicelib.projects.models import Project, Task
from tests.support.api import Api
from tests.unit.annotations.conftest import DATE, LABELS, OWNER, Annotated, rectangle


@contextmanager
def _counted() -> Iterator[Counter[str]]:
    """Calls to the table and the bucket."""
    calls: Counter[str] = Counter()

    def count(model: Any, **_: Any) -> None:
        calls[model.name] += 1

    events = [table.connection().client.meta.events, bucket.client().meta.events]
    for emitter in events:
        emitter.register("before-call", count)
    yield calls
    for emitter in events:
        emitter.unregister("before-call", count)


def _shapes(count: int) -> list[dict[str, Any]]:
    return [rectangle(n % 100, points=[n / 7, 1.0, n / 7 + 9, 55.5]) for n in range(count)]


@pytest.mark.parametrize("count", [100, 100_000])
def test_one_shape(api: Api, task: Annotated, count: int) -> None:
    url = task.job_urls[0]
    stored = api.put(url, {"shapes": _shapes(count)}).json["shapes"]
    for action, shape in (
        ("create", rectangle(7)),
        ("update", {**stored[count // 2], "z_order": 1}),
        ("update", {**stored[count // 3], "frame": 99}),
        ("delete", stored[count // 5]),
    ):
        with _counted() as calls:
            answer = api.patch(url, {"shapes": [shape]}, action=action)
        assert answer.status == 200, answer
        assert len(answer.json["shapes"]) == 1
        assert calls.total() <= 4, calls
        # The ids of objects come in blocks: the save itself is one write.
        assert calls["TransactWriteItems"] == 1


@pytest.mark.parametrize("count", [100, 100_000])
def test_one_shape_where_the_job_is_not_remembered(api: Api, task: Annotated, count: int) -> None:
    """Memory is bounded: a job that was served a while ago is found again without its rest."""
    url = task.job_urls[0]
    stored = api.put(url, {"shapes": _shapes(count)}).json["shapes"]
    views.clear()
    with _counted() as calls:
        answer = api.patch(url, {"shapes": [{**stored[3], "z_order": 1}]}, action="update")
    assert [shape["z_order"] for shape in answer.json["shapes"]] == [1]
    assert calls.total() <= 6, calls


def test_a_task_of_a_project_costs_no_more(api: Api, task: Annotated) -> None:
    project = Project(id=5, name="p", owner_id=OWNER, created_date=DATE, updated_date=DATE)
    labels = Record(keys.project(5), keys.LABELS)
    labels.blob = projects.pack_labels(LABELS)
    record = table.load(*projects.task_key(task.id))
    assert record is not None
    moved = record.read(Task)
    moved.project_id = 5
    table.commit(
        Create(Record(*projects.project_key(5)).write(project)), Create(labels),
        Update(record.write(moved)),
    )  # fmt: skip
    url = task.job_urls[0]
    api.patch(url, {"shapes": [rectangle()]}, action="create")
    before = clock.iso()
    with _counted() as calls:
        api.patch(url, {"shapes": [rectangle(1)]}, action="create")
    assert calls == {"BatchGetItem": 1, "TransactWriteItems": 1}
    found = projects.load_project(5)
    assert found is not None
    assert found.updated_date >= before


def test_asking_whether_anything_happened_is_one_call(api: Api, task: Annotated) -> None:
    url = task.job_urls[0]
    api.patch(url, {"shapes": [rectangle()]}, action="create")
    etag = api.get(f"{url}/changes", since=1).header("etag")
    with _counted() as calls:
        answer = api.call(
            "GET", f"{url}/changes", query={"since": 1}, headers={"if-none-match": str(etag)}
        )
    assert (answer.status, calls) == (304, {"BatchGetItem": 1})


def test_jobs_of_a_task_are_marked_together(api: Api, make_task: Callable[..., Annotated]) -> None:
    task = make_task((0, 9), (10, 19))
    before = task.updated
    shapes = [rectangle(3), rectangle(12)]
    with _counted() as calls:
        assert api.patch(task.url, {"shapes": shapes}, action="create").status == 200
    assert calls["TransactWriteItems"] == 1
    assert task.updated > before
